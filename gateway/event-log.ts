import { Outage, sql } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'

/**
 * A place in the order of all events: the epoch of ops-db, the transaction, the number. An event becomes readable when every transaction that
 * began to write before its own has ended, so that nothing can appear at a place that was passed.
 */
export interface Position {
  readonly epoch: number
  readonly txid: bigint
  readonly seq: bigint
}

/** Before every event. */
export const BEGINNING: Position = { epoch: 0, txid: 0n, seq: 0n }

/** An event as it is sent, and where it stands. */
export interface Entry {
  readonly position: Position
  readonly at: Date
  readonly subjectType: string
  readonly subjectId: string
  readonly field: string
  /** What a stream of Server-Sent Events says of it: its place as `id`, the fields of the graph's type Event as `data`. */
  readonly frame: string
}

/** What every event of a stream has in common; an empty list is no condition. */
export interface Filter {
  readonly subjectTypes: readonly string[]
  readonly subjectIds: readonly string[]
  readonly fields: readonly string[]
  readonly packageIds: readonly string[]
  readonly locationIds: readonly string[]
  /** Only what happened then or later; null: no condition. */
  readonly since: Date | null
}

/** What some events are about beyond their subject, by its id. */
export type Links = ReadonlyMap<string, { readonly packageIds: ReadonlySet<string>; readonly locationIds: ReadonlySet<string> }>

/** The events of ops-db in their order. Every method is one statement. */
export interface EventLog {
  /** The last event that can be read now; `BEGINNING` if there is none. An Outage when ops-db was restored and has begun no new epoch. */
  head(): Promise<Position>
  /** Whether an event stands there. */
  has(position: Position): Promise<boolean>
  /** A place after which everything stands that happened at that moment or later. */
  before(moment: Date): Promise<Position>
  /** What follows a place, at most `limit` events are looked at: those that may pass the filter, and the place of the last one looked at. */
  read(after: Position, options: { limit: number; filter?: Filter }): Promise<{ entries: Entry[]; last: Position; looked: number }>
  /** The locations of what these events are about, and those of the packages that they are about. */
  links(entries: readonly Entry[], packageIds: readonly string[]): Promise<Links>
  /** Since when an event cannot be read because an older transaction is still open; null: none for longer than `ms`. */
  heldSince(ms: number): Promise<Date | null>
}

/** Writes a position as clients know it. */
export function toCursor({ epoch, txid, seq }: Position): string {
  return `${epoch}-${txid}-${seq}`
}

/** Reads what `toCursor` wrote; null if it did not. */
export function readCursor(text: string): Position | null {
  const [, epoch, txid, seq] = /^(\d{1,9})-(\d{1,19})-(\d{1,18})$/.exec(text) ?? []
  if (epoch === undefined || txid === undefined || seq === undefined) return null
  return { epoch: Number(epoch), txid: BigInt(txid), seq: BigInt(seq) }
}

/** Whether the first position follows the second. */
export function follows(a: Position, b: Position): boolean {
  return a.epoch !== b.epoch ? a.epoch > b.epoch : a.txid !== b.txid ? a.txid > b.txid : a.seq > b.seq
}

/** Whether an event passes a filter; `links` are needed only where the filter names packages or locations. */
export function passes({ subjectType, subjectId, field, at }: Entry, filter: Filter, links: Links | null): boolean {
  const has = (wanted: readonly string[], value: string): boolean => wanted.length === 0 || wanted.includes(value)
  if (!has(filter.subjectTypes, subjectType) || !has(filter.subjectIds, subjectId) || !has(filter.fields, field)) return false
  if (filter.since !== null && at < filter.since) return false
  const link = links?.get(subjectId)
  const about = (wanted: readonly string[], found?: ReadonlySet<string>): boolean =>
    wanted.length === 0 || wanted.some(id => id === subjectId || found?.has(id))
  return about(filter.packageIds, link?.packageIds) && about(filter.locationIds, link?.locationIds)
}

/** Whether a filter can be decided only with `links`. */
export function needsLinks({ packageIds, locationIds }: Filter): boolean {
  return packageIds.length > 0 || locationIds.length > 0
}

interface PositionRow {
  readonly epoch: number
  readonly txid: string
  readonly seq: string
}

interface EventRow extends PositionRow {
  readonly looked: number
  readonly at: string
  readonly subject_type: string
  readonly subject_id: string
  readonly field: string
  readonly from_state: string | null
  readonly to_state: string
  readonly reason: string | null
  readonly operation_id: string | null
  readonly passes: boolean
}

/**
 * Up to where events can be read: all of the epochs before, and in this one what is older than every open transaction. Those of other
 * databases on the same server write no events: one that is known to be there (it holds the lock on its own number) is not waited for.
 */
const BOUNDS = `now_open as materialized (select pg_current_snapshot() as snapshot), bounds as materialized (
  select (select max(number) from storage.event_epoch) as epoch, coalesce((
    select txid from pg_snapshot_xip(snapshot) as txid
    where not exists (
      select from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.transactionid = txid::xid
        and a.datid <> (select oid from pg_database where datname = current_database())
    ) order by txid limit 1
  ), pg_snapshot_xmax(snapshot)) as xmin from now_open)`
const READABLE = `(e.epoch < (select epoch from bounds) or e.txid < (select xmin from bounds))`

/** Reads the events of ops-db. */
export function openEventLog(orm: MikroORM): EventLog {
  const ask = <row>(text: string, parameters: readonly unknown[] = []): Promise<row[]> => sql<row>(orm.em.fork(), text, parameters)

  return {
    async head() {
      const [row] = await ask<Partial<PositionRow> & { home: boolean }>(
        `/* eventsHead */
         with ${BOUNDS}, place as (select system_identifier from storage.event_epoch order by number desc limit 1)
         select place.system_identifier = (select system_identifier::text from pg_control_system()) as home, last.*
         from place left join (
           select e.epoch, e.txid, e.seq from storage.event e where ${READABLE} order by e.epoch desc, e.txid desc, e.seq desc limit 1
         ) last on true`,
      )
      if (!row?.home) throw new Outage('ops-db was restored in another cluster: `node schema/migrate.ts` begins a new epoch of its events')
      const { epoch, txid, seq } = row
      return epoch && txid && seq ? toPosition({ epoch, txid, seq }) : BEGINNING
    },

    async has({ epoch, txid, seq }) {
      const rows = await ask(`/* eventAt */ select 1 from storage.event where seq = $1 and txid = $2::text::xid8 and epoch = $3`, [
        seq,
        txid,
        epoch,
      ])
      return rows.length > 0
    },

    async before(moment) {
      const [row] = await ask<PositionRow>(
        `/* eventsSince */
         with ${BOUNDS}, later as materialized (select epoch, txid, seq from storage.event where at >= $1)
         select epoch, txid, seq - 1 as seq from (
           (select epoch, txid, seq from later order by epoch, txid, seq limit 1) union all select epoch, xmin, 0 from bounds
         ) as places order by epoch, txid, seq limit 1`,
        [moment.toISOString()],
      )
      return row ? toPosition(row) : BEGINNING
    },

    async read({ epoch, txid, seq }, { limit, filter }) {
      const rows = await ask<EventRow>(
        `/* eventsAfter */
         with ${BOUNDS}, looked as materialized (
           select e.*, row_number() over w as number, count(*) over () as looked from (
             select * from storage.event e where (e.epoch, e.txid, e.seq) > ($1::int, $2::text::xid8, $3::bigint) and ${READABLE}
             order by e.epoch, e.txid, e.seq limit $4
           ) e window w as (order by e.epoch, e.txid, e.seq)
         ), judged as (
           select *, ($5::text[] is null or subject_type = any($5)) and ($6::uuid[] is null or subject_id = any($6))
             and ($7::text[] is null or field = any($7)) as passes from looked
         )
         select epoch, txid, seq, at, subject_type, subject_id, field, from_state, to_state, reason, operation_id, passes, looked::int
         from judged where passes or number = looked order by number`,
        [epoch, txid, seq, limit, orNull(filter?.subjectTypes), orNull(filter?.subjectIds), orNull(filter?.fields)],
      )
      const last = rows.at(-1)
      const entries = rows.filter(row => row.passes).map(toEntry)
      return { entries, last: last ? toPosition(last) : { epoch, txid, seq }, looked: last?.looked ?? 0 }
    },

    async links(entries, packageIds) {
      const idsOf = (type: string): string[] => entries.filter(({ subjectType }) => subjectType === type).map(({ subjectId }) => subjectId)
      const rows = await ask<{ id: string; package_id: string | null; location_id: string | null }>(
        `/* linksOfEvents */
         with transfers as (
           select t.id, t.from_location_id, t.to_location_id, i.package_id from storage.data_transfer t
           left join data_package.data_transfer_package_item i
             on i.transfer_package_id = t.transfer_package_id and i.package_id = any($1::uuid[])
           where t.id = any($2::uuid[])
              or t.id in (select subject_id from storage.operation where id = any($3::uuid[]) and subject_type = 'DataTransfer')
         )
         select c.id, coalesce(c.package_id, f.package_id, i.package_id) as package_id, c.location_id from storage.physical_copy c
         left join data_package.raw_data_file f on f.id = c.file_id
         left join data_package.data_transfer_package_item i
           on i.transfer_package_id = c.transfer_package_id and i.package_id = any($1::uuid[])
         where c.id = any($4::uuid[])
         union all select id, package_id, from_location_id from transfers
         union all select id, package_id, to_location_id from transfers
         union all select o.id, coalesce(o.package_id, t.package_id), o.location_id from storage.operation o
         left join transfers t on t.id = o.subject_id where o.id = any($3::uuid[])
         union all select s.id, s.package_id, r.location_id from staging.staged_package s
         join staging.staging_request r on r.id = s.request_id where s.id = any($5::uuid[])
         union all select r.id, s.package_id, r.location_id from staging.staging_request r
         left join staging.staged_package s on s.request_id = r.id and s.package_id = any($1::uuid[]) where r.id = any($6::uuid[])
         union all select id, null, location_id from storage.circuit_breaker where id = any($7::uuid[])
         union all select id, null, location_id from storage.retention_policy where id = any($8::uuid[])
         union all select r.id, null, l.id from storage.data_transfer_route r
         join storage.data_location l on l.id in (r.from_location_id, r.to_location_id) where r.id = any($9::uuid[])`,
        [
          packageIds,
          ...['DataTransfer', 'Operation', 'PhysicalCopy', 'StagedPackage', 'StagingRequest'].map(idsOf),
          ...['CircuitBreaker', 'RetentionPolicy', 'DataTransferRoute'].map(idsOf),
        ],
      )
      const links = new Map<string, { packageIds: Set<string>; locationIds: Set<string> }>()
      for (const { id, package_id, location_id } of rows) {
        const link = links.get(id) ?? { packageIds: new Set(), locationIds: new Set() }
        links.set(id, link)
        if (package_id) link.packageIds.add(package_id)
        if (location_id) link.locationIds.add(location_id)
      }
      return links
    },

    async heldSince(ms) {
      const [row] = await ask<{ at: string | null }>(
        `/* eventsHeld */
         with ${BOUNDS}
         select min(e.at) as at from storage.event e, bounds
         where (e.epoch, e.txid) >= (bounds.epoch, bounds.xmin) and e.at < clock_timestamp() - make_interval(secs => $1)`,
        [ms / 1000],
      )
      return row?.at ? new Date(row.at) : null
    },
  }
}

function orNull(values: readonly string[] | undefined): readonly string[] | null {
  return values === undefined || values.length === 0 ? null : values
}

function toPosition({ epoch, txid, seq }: PositionRow): Position {
  return { epoch, txid: BigInt(txid), seq: BigInt(seq) }
}

function toEntry(row: EventRow): Entry {
  const { subject_type: subjectType, subject_id: subjectId, field } = row
  const position = toPosition(row)
  const at = new Date(row.at)
  const data = {
    seq: Number(row.seq),
    at: at.toISOString(),
    subjectType,
    subjectId,
    field,
    fromState: row.from_state,
    toState: row.to_state,
    reason: row.reason,
    operationId: row.operation_id,
  }
  return { position, at, subjectType, subjectId, field, frame: `id: ${toCursor(position)}\ndata: ${JSON.stringify(data)}\n\n` }
}
