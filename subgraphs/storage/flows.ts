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
 * What went through each stage since `w.since`: what work that was DONE made a copy of while it was open, and what was filed. Files of one
 * package come from one SOURCE, so one of them tells which.
 */
const MOVED = `
  w as (select now() - make_interval(hours => $2) as since),
  done as materialized (
    select o.kind, o.location_id, l.site_id, o.package_id, o.subject_id, o.created_at, o.finished_at from w, storage.operation o
    join storage.data_location l on l.id = o.location_id
    where o.state = 'DONE' and o.finished_at >= w.since and o.kind in ('packaging', 'transfer', 'archive', 'staging')
  ), worked as (
    select done.kind, done.location_id, done.site_id, done.package_id, done.created_at, done.finished_at
    from done where done.kind <> 'transfer' and done.package_id is not null
    union all
    select done.kind, done.location_id, done.site_id, i.package_id, done.created_at, done.finished_at from done
    join storage.data_transfer x on x.id = done.subject_id
    join data_package.data_transfer_package_item i on i.transfer_package_id = x.transfer_package_id where done.kind = 'transfer'
  ), moved as (
    select distinct worked.kind, worked.location_id, worked.package_id, null::uuid as copy_id, null::bigint as bytes from worked
    where exists (
      select from storage.physical_copy c join storage.data_location l on l.id = c.location_id
      where c.package_id = worked.package_id and c.created_at between worked.created_at and worked.finished_at
        and case when worked.kind = 'packaging' then l.type = 'BUFFER' and l.site_id = worked.site_id else l.id = worked.location_id end)
    union
    select worked.kind, worked.location_id, worked.package_id, c.id, c.bytes from worked
    join staging.staged_package s on s.package_id = worked.package_id
    join staging.staged_file x on x.staged_package_id = s.id
    join storage.physical_copy c on c.file_id = x.file_id and c.location_id = worked.location_id
      and c.created_at between worked.created_at and worked.finished_at
    where worked.kind = 'staging'
  ), amount as (
    select m.kind, m.location_id, m.package_id, p.execution_id,
      case when m.copy_id is null then p.file_count else 1 end as files, coalesce(m.bytes, p.file_bytes) as bytes
    from moved m join data_package.raw_data_package p on p.id = m.package_id
  ), filed as (
    select x.obs_unit_id, count(*) as files, sum(f.bytes) as bytes, any_value(f.id) as file_id
    from w, observation.executed_obs_unit x join data_package.raw_data_file f on f.execution_id = x.id
    where x.filed_at >= w.since and f.filed_at >= w.since
    group by x.id, coalesce(f.package_id, f.id)
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
  moved: `select ${scope} as scope, ${STAGE} as stage, m.files, m.bytes from amount m join storage.data_location l on l.id = m.location_id`,
  filed: `select ${scope}, 'filed', filed.files, filed.bytes from filed cross join lateral (
      select l.* from storage.physical_copy c join storage.data_location l on l.id = c.location_id and l.type = 'SOURCE'
      where c.file_id = filed.file_id limit 1) l`,
})

const ofObservations = (scope: string) => ({
  moved: `select ${scope} as scope, ${STAGE} as stage, m.files, m.bytes from amount m
    join observation.executed_obs_unit x on x.id = m.execution_id join observation.obs_unit u on u.id = x.obs_unit_id`,
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
