import { z } from 'zod'
import { id, orElse, parse, text } from '@almagest/kit'
import { PACKAGE_STATES, Refusal, sql, type PackageState } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Holdings, PackageCount, Totals } from './resolvers.generated.ts'

/** How many nights one question may span. */
const MOST_NIGHTS = 400

interface StateRow {
  readonly state: PackageState
  readonly packages: number
  readonly files: number
  readonly bytes: number
}

function toStates(rows: readonly StateRow[] | null): PackageCount[] {
  const found = new Map((rows ?? []).map(row => [row.state, row]))
  return PACKAGE_STATES.map(state => found.get(state) ?? { state, packages: 0, files: 0, bytes: 0 })
}

interface TotalsRow {
  readonly scope: string
  readonly executions: string
  readonly states: StateRow[] | null
  readonly loose_files: string | null
  readonly loose_bytes: string | null
  readonly oldest: string | null
}

/** SQL: the totals of the executions in `e (scope, id)`, by scope. Files in packages are counted by package. */
const TOTALS = `made as (
    select e.scope, p.state, count(*) as packages, sum(p.file_count) as files, sum(p.file_bytes) as bytes,
      min(p.created_at) filter (where p.state <> 'ARCHIVED') as oldest
    from e join data_package.raw_data_package p on p.execution_id = e.id group by e.scope, p.state
  ), states as (
    select scope, json_agg(json_build_object('state', state, 'packages', packages, 'files', files, 'bytes', bytes)) as states, min(oldest) as oldest
    from made group by scope
  ), loose as (
    select e.scope, count(*) as files, sum(f.bytes) as bytes, min(f.filed_at) as oldest
    from e join data_package.raw_data_file f on f.execution_id = e.id and f.package_id is null group by e.scope
  )
  select e.scope, count(*) as executions, (select s.states from states s where s.scope = e.scope) as states,
    (select l.files from loose l where l.scope = e.scope) as loose_files, (select l.bytes from loose l where l.scope = e.scope) as loose_bytes,
    least((select s.oldest from states s where s.scope = e.scope), (select l.oldest from loose l where l.scope = e.scope)) as oldest
  from e group by e.scope`

function toTotals(row: TotalsRow | undefined): Totals {
  const packages = toStates(row?.states ?? null)
  const unpackagedFiles = Number(row?.loose_files ?? 0)
  const unpackagedBytes = Number(row?.loose_bytes ?? 0)
  return {
    executions: Number(row?.executions ?? 0),
    files: unpackagedFiles + packages.reduce((sum, { files }) => sum + files, 0),
    bytes: unpackagedBytes + packages.reduce((sum, { bytes }) => sum + bytes, 0),
    unpackagedFiles,
    unpackagedBytes,
    packages,
    oldestUnarchivedAt: row?.oldest ? new Date(row.oldest) : null,
  }
}

function defineTotals(name: string, owner: string) {
  return async (em: EntityManager, ids: readonly string[]): Promise<Totals[]> => {
    const rows = await sql<TotalsRow>(
      em,
      `/* ${name} */
       with e as materialized (
         select ${owner} as scope, x.id from observation.obs_unit u join observation.executed_obs_unit x on x.obs_unit_id = u.id
         where ${owner} = any($1::uuid[])
       ), ${TOTALS}`,
      [ids],
    )
    const found = new Map(rows.map(row => [row.scope, row]))
    return ids.map(id => toTotals(found.get(id)))
  }
}

/** What was filed for programs, and how far it is on its way to the archive, in one statement for all of them. */
export const totalsOfPrograms = defineTotals('totalsOfPrograms', 'u.program_id')

/** What was filed by instruments, and how far it is on its way to the archive, in one statement for all of them. */
export const totalsOfInstruments = defineTotals('totalsOfInstruments', 'u.instrument_id')

const day = () =>
  text(10).refine(day => /^\d{4}-\d\d-\d\d$/.test(day) && toDay(day) !== null, { error: 'must be the date of a night: 2026-11-20' })

const Nights = z
  .object({ from: day(), to: day(), instrumentId: orElse(id(), null), programId: orElse(id(), null) })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be before from' })

function toDay(day: string): number | null {
  const moment = new Date(`${day}T00:00:00Z`)
  const real = Number.isFinite(moment.getTime()) && moment.toISOString().startsWith(day) && day >= '1900' && day < '2201'
  return real ? moment.getTime() / 86_400_000 : null
}

/** What was filed in each night from one to another, newest first; nights without executions are left out. One statement. */
export async function countNights(em: EntityManager, input: unknown): Promise<{ night: string; totals: Totals }[]> {
  const { from, to, instrumentId, programId } = parse(Nights, input)
  const nights = (toDay(to) ?? 0) - (toDay(from) ?? 0) + 1
  if (nights > MOST_NIGHTS)
    throw new Refusal('BAD_INPUT', `input.to: must be at most ${MOST_NIGHTS} nights, not ${nights}, from the first one on`)
  const rows = await sql<TotalsRow>(
    em,
    `/* totalsOfNights */
     with e as materialized (
       select n.night::text as scope, x.id from observation.executed_obs_unit x
       join observation.obs_unit u on u.id = x.obs_unit_id and ($3::uuid is null or u.instrument_id = $3) and ($4::uuid is null or u.program_id = $4)
       join observation.instrument i on i.id = u.instrument_id
       join observation.telescope t on t.id = i.telescope_id
       cross join lateral (
         select ((x.started_at at time zone 'UTC') + make_interval(secs => coalesce(t.longitude_deg, 0) * 240) - interval '12 hours')::date as night
       ) n
       where x.started_at >= $1::date - interval '1 day' and x.started_at < $2::date + interval '3 days' and n.night between $1::date and $2::date
     ), ${TOTALS} order by e.scope desc`,
    [from, to, instrumentId, programId],
  )
  return rows.map(row => ({ night: row.scope, totals: toTotals(row) }))
}

interface HoldingsRow {
  readonly scope: string
  readonly packages: string
  readonly packaged_files: string
  readonly copies: string
  readonly used: string
  readonly states: StateRow[] | null
  readonly oldest: string | null
}

const HELD = `'PRESENT', 'STAGED', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED'`

function defineHoldings(name: string, scope: string) {
  return async (em: EntityManager, ids: readonly string[]): Promise<Holdings[]> => {
    const rows = await sql<HoldingsRow>(
      em,
      `/* ${name} */
       with held as materialized (
         select ${scope} as scope, c.package_id, count(*) as copies, sum(c.bytes) as bytes
         from storage.data_location l
         cross join lateral (
           select c.package_id, c.bytes from storage.physical_copy c
           where c.location_id = l.id and c.status in (${HELD}) and c.package_id is not null offset 0
         ) c
         where ${scope} = any($1::uuid[]) and l.type <> 'SOURCE' group by ${scope}, c.package_id
       ), made as (
         select held.scope, p.state, count(*) as packages, sum(p.file_count) as files, sum(p.file_bytes) as bytes, sum(held.copies) as copies,
           sum(held.bytes) as used, min(p.created_at) filter (where p.state <> 'ARCHIVED') as oldest
         from held join data_package.raw_data_package p on p.id = held.package_id group by held.scope, p.state
       )
       select scope, sum(packages) as packages, sum(files) as packaged_files, sum(copies) as copies, sum(used) as used, min(oldest) as oldest,
         json_agg(json_build_object('state', state, 'packages', packages, 'files', files, 'bytes', bytes)) as states
       from made group by scope`,
      [ids],
    )
    const found = new Map(rows.map(row => [row.scope, row]))
    return ids.map(id => {
      const row = found.get(id)
      return {
        packages: Number(row?.packages ?? 0),
        packagedFiles: Number(row?.packaged_files ?? 0),
        packageCopies: Number(row?.copies ?? 0),
        packageBytes: Number(row?.used ?? 0),
        byState: toStates(row?.states ?? null),
        oldestUnarchivedAt: row?.oldest ? new Date(row.oldest) : null,
      }
    })
  }
}

/** The packages that lie at locations, in one statement for all of them. */
export const holdingsOfLocations = defineHoldings('holdingsOfLocations', 'l.id')

/** The packages that lie at sites, each counted once, in one statement for all of them. */
export const holdingsOfSites = defineHoldings('holdingsOfSites', 'l.site_id')

function defineLoose(name: string, scope: string) {
  return async (em: EntityManager, ids: readonly string[]): Promise<{ files: number; bytes: number }[]> => {
    const rows = await sql<{ scope: string; files: string; bytes: string }>(
      em,
      `/* ${name} */
       select ${scope} as scope, sum(c.files) as files, sum(c.bytes) as bytes from storage.data_location l
       cross join lateral (
         select count(*) as files, coalesce(sum(c.bytes), 0) as bytes from storage.physical_copy c
         where c.location_id = l.id and c.status in (${HELD}) and c.file_id is not null
       ) c
       where ${scope} = any($1::uuid[]) and l.type in ('SOURCE', 'PROCESSING') group by ${scope}`,
      [ids],
    )
    const found = new Map(rows.map(row => [row.scope, row]))
    return ids.map(id => ({ files: Number(found.get(id)?.files ?? 0), bytes: Number(found.get(id)?.bytes ?? 0) }))
  }
}

/** The files that lie one by one at locations, in one statement for all of them. */
export const filesOfLocations = defineLoose('filesOfLocations', 'l.id')

/** The files that lie one by one at sites, in one statement for all of them. */
export const filesOfSites = defineLoose('filesOfSites', 'l.site_id')
