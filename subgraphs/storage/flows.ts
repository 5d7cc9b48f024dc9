import { Refusal, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Flow, FlowRate } from './resolvers.generated.ts'

/** The longest time over which a flow is measured, in hours: a year. */
const MOST_HOURS = 8_784

/** The stages of the way of a file, and how the work that ends each of them is called. */
const STAGES = ['filed', 'packaged', 'transferred', 'archived', 'staged'] as const
type Stage = (typeof STAGES)[number]

/** Makes the key under which the batches below read the flow of something over the last hours; refuses with BAD_INPUT what is not 1 to 8784. */
export function flowKey(id: string, hours: number): string {
  if (hours < 1 || hours > MOST_HOURS) throw new Refusal('BAD_INPUT', `hours: must be between 1 and ${MOST_HOURS}`)
  return `${id} ${hours}`
}

interface FlowRow {
  readonly scope: string
  readonly stage: Stage
  readonly files: string
  readonly bytes: string
}

/**
 * What went through each stage since `w.since`: work that was DONE, with the packages that it was about, and what was filed, by package where
 * it is packaged since. The files of a package come from one SOURCE, so one of them tells which.
 */
const MOVED = `
  w as (select now() - make_interval(hours => $2) as since),
  done as materialized (
    select o.kind, o.location_id, o.package_id, o.subject_id from w, storage.operation o
    where o.state = 'DONE' and o.finished_at >= w.since and o.kind in ('packaging', 'transfer', 'archive', 'staging')
  ), moved as (
    select done.kind, done.location_id, done.package_id from done where done.kind <> 'transfer' and done.package_id is not null
    union all
    select done.kind, done.location_id, i.package_id from done
    join storage.data_transfer x on x.id = done.subject_id
    join data_package.data_transfer_package_item i on i.transfer_package_id = x.transfer_package_id where done.kind = 'transfer'
  ), filed as (
    select x.obs_unit_id, p.file_count as files, p.file_bytes as bytes,
      (select f.id from data_package.raw_data_file f where f.package_id = p.id limit 1) as file_id
    from w, observation.executed_obs_unit x join data_package.raw_data_package p on p.execution_id = x.id where x.filed_at >= w.since
    union all
    select x.obs_unit_id, 1, f.bytes, f.id
    from w, observation.executed_obs_unit x join data_package.raw_data_file f on f.execution_id = x.id and f.package_id is null
    where x.filed_at >= w.since
  )`

const STAGE = `case m.kind when 'packaging' then 'packaged' when 'transfer' then 'transferred' when 'archive' then 'archived' else 'staged' end`

function defineFlow(name: string, { moved, filed }: { moved: string; filed: string }) {
  return async (em: EntityManager, keys: readonly string[]): Promise<Flow[]> => {
    const wanted = keys.map(key => {
      const [id = '', hours = ''] = key.split(' ')
      return { id, hours: Number(hours) }
    })
    const flows = new Map<number, Map<string, FlowRow[]>>()
    for (const hours of new Set(wanted.map(({ hours }) => hours))) {
      const rows = await sql<FlowRow>(
        em,
        `/* ${name} */
         with ${MOVED}
         select scope, stage, sum(files) as files, sum(bytes) as bytes from (${moved} union all ${filed}) s
         where scope = any($1::uuid[]) group by scope, stage`,
        [wanted.filter(one => one.hours === hours).map(({ id }) => id), hours],
      )
      flows.set(
        hours,
        Map.groupBy(rows, ({ scope }) => scope),
      )
    }
    return wanted.map(({ id, hours }) => toFlow(flows.get(hours)?.get(id) ?? [], hours))
  }
}

function toFlow(rows: readonly FlowRow[], hours: number): Flow {
  const rate = (stage: Stage): FlowRate => {
    const row = rows.find(row => row.stage === stage)
    const bytes = Number(row?.bytes ?? 0)
    return { files: Number(row?.files ?? 0), bytes, bytesPerHour: bytes / hours }
  }
  const [filed, packaged, transferred, archived, staged] = STAGES
  return {
    hours,
    filed: rate(filed),
    packaged: rate(packaged),
    transferred: rate(transferred),
    archived: rate(archived),
    staged: rate(staged),
  }
}

const atPlaces = (scope: string) => ({
  moved: `select ${scope} as scope, ${STAGE} as stage, p.file_count as files, p.file_bytes as bytes from moved m
    join data_package.raw_data_package p on p.id = m.package_id join storage.data_location l on l.id = m.location_id`,
  filed: `select ${scope}, 'filed', filed.files, filed.bytes from filed cross join lateral (
      select l.* from storage.physical_copy c join storage.data_location l on l.id = c.location_id and l.type = 'SOURCE'
      where c.file_id = filed.file_id limit 1) l`,
})

const ofObservations = (scope: string) => ({
  moved: `select ${scope} as scope, ${STAGE} as stage, p.file_count as files, p.file_bytes as bytes from moved m
    join data_package.raw_data_package p on p.id = m.package_id
    join observation.executed_obs_unit x on x.id = p.execution_id join observation.obs_unit u on u.id = x.obs_unit_id`,
  filed: `select ${scope}, 'filed', filed.files, filed.bytes from filed join observation.obs_unit u on u.id = filed.obs_unit_id`,
})

/** What went through locations over the last hours, in one statement for each length of time. */
export const flowsOfLocations = defineFlow('flowsOfLocations', atPlaces('l.id'))
/** What went through sites over the last hours. */
export const flowsOfSites = defineFlow('flowsOfSites', atPlaces('l.site_id'))
/** What went on for programs over the last hours. */
export const flowsOfPrograms = defineFlow('flowsOfPrograms', ofObservations('u.program_id'))
/** What went on for instruments over the last hours. */
export const flowsOfInstruments = defineFlow('flowsOfInstruments', ofObservations('u.instrument_id'))
