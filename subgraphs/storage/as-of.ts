import type { Loaders } from '@almagest/kit'
import {
  DataLocation,
  sql,
  type BreakerState,
  type CopyStatus,
  type OperationState,
  type PackageState,
  type PlaceState,
  type StagingStatus,
  type Status,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** What was believed of something: the moment, and what it is about. */
interface Moment {
  readonly id: string
  readonly at: Date
}

/** The last microsecond of a moment: what the graph tells to the millisecond happened in it. */
function endOf(at: Date): string {
  return at.toISOString().replace('Z', '999Z')
}

/** Makes the key under which a batch below reads what was believed of a row at a moment. */
export function asOfKey(id: string, at: Date): string {
  return `${id} ${at.toISOString()}`
}

/**
 * SQL: what was believed at `w.at` of a field whose changes are events: the last one until then; before the first one, what that changed from;
 * without any, what the row `t` says now. Null: it was not there yet. `formerly`: the field that told of it before.
 */
function believed(
  field: string,
  { subject = 't.id', now = `t.${field}`, formerly = field }: { subject?: string; now?: string; formerly?: string } = {},
): string {
  const events = `from storage.event e where e.subject_id = ${subject} and e.field in ('${field}', '${formerly}')`
  return `(select v.state from (
      (select e.to_state as state, 1 as rank ${events} and e.at <= w.at order by e.seq desc limit 1)
      union all (select e.from_state, 2 ${events} and e.at > w.at order by e.seq limit 1)
      union all select (${now})::text, 3) v order by v.rank limit 1)`
}

/** Defines the reading of what was believed of the rows of a table, for many (id, moment) in one statement; null where it was not there yet. */
function defineAsOf<row extends object, belief>(
  name: string,
  { table, columns, read }: { table: string; columns: string; read: (row: row, moment: Moment) => belief | null },
): (em: EntityManager, keys: readonly string[]) => Promise<(belief | null)[]> {
  return async (em, keys) => {
    const moments = keys.map(toMoment)
    const rows = await sql<row & { n: number }>(
      em,
      `/* ${name} */
       select w.n::int as n, ${columns} from unnest($1::uuid[], $2::timestamptz[]) with ordinality as w(id, at, n)
       join ${table} t on t.id = w.id and t.created_at <= w.at`,
      [moments.map(({ id }) => id), moments.map(({ at }) => endOf(at))],
    )
    const found = new Map(rows.map(row => [row.n - 1, row]))
    return moments.map((moment, index) => {
      const row = found.get(index)
      return row ? read(row, moment) : null
    })
  }
}

function toMoment(key: string): Moment {
  const [id = '', at = ''] = key.split(' ')
  return { id, at: new Date(at) }
}

/** The state of a place, of which events told formerly only whether it was active. */
function toState(told: string): PlaceState {
  if (told === 'true') return 'IN_USE'
  return told === 'false' ? 'PAUSED' : (told as PlaceState)
}

function isActive(told: string): boolean {
  return ['IN_USE', 'DRAINING'].includes(toState(told))
}

/** What was believed of sites: how they were used. */
export const siteAsOf = defineAsOf('siteAsOf', {
  table: 'storage.site',
  columns: `${believed('state', { formerly: 'active' })} as state`,
  read: ({ state }: { state: string }, { at }) => ({ at, active: isActive(state), state: toState(state) }),
})

/** What was believed of routes: whether they were active. */
export const routeAsOf = defineAsOf('routeAsOf', {
  table: 'storage.data_transfer_route',
  columns: `${believed('active')} as active`,
  read: ({ active }: { active: string }, { at }) => ({ at, active: active === 'true' }),
})

interface LocationRow {
  readonly state: string
  readonly deletion_enabled: string
  readonly breaker: BreakerState | null
  readonly policy_version: number | null
}

/** What was believed of locations, their breakers and policies. */
export const locationAsOf = defineAsOf('locationAsOf', {
  table: 'storage.data_location',
  columns: `${believed('state', { formerly: 'active' })} as state, ${believed('deletion_enabled')} as deletion_enabled,
    (select ${believed('state', { subject: 'b.id', now: 'b.state' })} from storage.circuit_breaker b where b.location_id = t.id and b.kind is null) as breaker,
    (select max(y.policy_version) from storage.retention_policy y where y.location_id = t.id and y.created_at <= w.at) as policy_version`,
  read: ({ state, deletion_enabled, breaker, policy_version }: LocationRow, { at }) => ({
    at,
    active: isActive(state),
    state: toState(state),
    deletionEnabled: deletion_enabled === 'true',
    breaker: breaker ?? ('CLOSED' as const),
    policyVersion: policy_version,
  }),
})

/** What was believed of transfers: sending and verifying. */
export const transferAsOf = defineAsOf('transferAsOf', {
  table: 'storage.data_transfer',
  columns: `${believed('status')} as status, ${believed('unpack_status')} as unpack_status`,
  read: ({ status, unpack_status }: { status: Status | null; unpack_status: Status | null }, { at }) =>
    status && unpack_status && { at, status, unpackStatus: unpack_status },
})

/** What was believed of pieces of work. */
export const operationAsOf = defineAsOf('operationAsOf', {
  table: 'storage.operation',
  columns: `${believed('state')} as state`,
  read: ({ state }: { state: OperationState | null }, { at }) => state && { at, state },
})

/** What was believed of staging requests. */
export const stagingAsOf = defineAsOf('stagingAsOf', {
  table: 'staging.staging_request',
  columns: `${believed('status')} as status`,
  read: ({ status }: { status: StagingStatus | null }, { at }) => status && { at, status },
})

const packageAsOf = defineAsOf('packageAsOf', {
  table: 'data_package.raw_data_package',
  columns: `${believed('status')} as status, ${believed('state')} as state`,
  read: ({ status, state }: { status: Status | null; state: PackageState | null }, { at }) => status && state && { at, status, state },
})

interface CopyRow {
  readonly id: string
  readonly location_id: string
  readonly status: CopyStatus | null
  readonly verification_level: string | null
}

interface CopyBelief extends Moment {
  readonly status: CopyStatus
  readonly verificationLevel: number
  readonly locationId: string
}

function toCopy({ id, location_id, status, verification_level }: CopyRow, { at }: Moment): CopyBelief | null {
  return status && { id, at, status, verificationLevel: Number(verification_level), locationId: location_id }
}

const COPY = `t.id, t.location_id, ${believed('status')} as status, ${believed('verification_level')} as verification_level`

const copyAsOf = defineAsOf('copyAsOf', { table: 'storage.physical_copy', columns: COPY, read: toCopy })

/** The copies of packages, oldest first. */
async function copiesAsOf(em: EntityManager, keys: readonly string[]): Promise<CopyBelief[][]> {
  const moments = keys.map(toMoment)
  const rows = await sql<CopyRow & { n: number }>(
    em,
    `/* copiesAsOf */
     select w.n::int as n, ${COPY} from unnest($1::uuid[], $2::timestamptz[]) with ordinality as w(id, at, n)
     join storage.physical_copy t on t.package_id = w.id and t.created_at <= w.at order by t.id`,
    [moments.map(({ id }) => id), moments.map(({ at }) => endOf(at))],
  )
  const copies = Map.groupBy(rows, ({ n }) => n - 1)
  return moments.map((moment, index) => (copies.get(index) ?? []).flatMap(row => toCopy(row, moment) ?? []))
}

/** What was believed of a package and of its copies, read together with that of all others asked for at the same moment. */
export async function readPackageAsOf(key: string, loaders: Loaders) {
  const [belief, copies] = await Promise.all([loaders.through(packageAsOf, key), loaders.through(copiesAsOf, key)])
  return belief && { ...belief, copies: copies.map(copy => withLocation(copy, loaders)) }
}

/** What was believed of a copy, read together with that of all others asked for at the same moment. */
export async function readCopyAsOf(key: string, loaders: Loaders) {
  const belief = await loaders.through(copyAsOf, key)
  return belief && withLocation(belief, loaders)
}

/** Reads the location of a copy only where it is asked for. */
function withLocation(belief: CopyBelief, loaders: Loaders) {
  return {
    ...belief,
    get location() {
      return loaders.get(DataLocation, belief.locationId)
    },
  }
}
