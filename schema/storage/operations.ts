import { newId } from '../columns.ts'
import { catalog, queueName, type JobName } from '../jobs.ts'
import { Refusal } from '../errors.ts'
import type { EntityManager } from '../orm.ts'
import { sql } from '../sql.ts'
import { mayBegin } from './availability.ts'
import { governs, parks, probeable } from './parking.ts'

/** A wish for one piece of work on one subject at one location. */
export interface OperationRequest {
  readonly kind: JobName
  readonly locationId: string
  readonly subjectId: string
  /** The package it is about, if it is about one: what `whyBlocked` and the deletion gate look at. */
  readonly packageId?: string | null
  readonly priority?: number
}

/** A hint to a queue that an operation can be claimed. */
export interface Nudge {
  readonly operationId: string
  readonly dispatch: number
  readonly priority: number
  readonly queue: string
}

interface NudgeRow {
  readonly id: string
  readonly kind: JobName
  readonly dispatch: number
  readonly priority: number
  readonly location: string
}

const toNudge = ({ id, kind, dispatch, priority, location }: NudgeRow): Nudge => ({
  operationId: id,
  dispatch,
  priority,
  queue: queueName(kind, location),
})

/**
 * Writes the operations in the caller's transaction and returns a nudge for each new one, to be sent after the commit.
 * Work that is already open for the same kind, subject and location is left alone, and so is work that FAILED or was CANCELLED: that is retried by
 * `retryOperation`.
 */
export async function requestOperations(em: EntityManager, requests: readonly OperationRequest[]): Promise<Nudge[]> {
  if (requests.length === 0) return []
  const rows = await sql<NudgeRow>(
    em,
    `/* requestOperations */
     with wanted as (
       select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::int[], $8::int[])
         as w(id, kind, location_id, subject_type, subject_id, package_id, priority, max_attempts)
     ), made as (
       insert into storage.operation (id, kind, location_id, subject_type, subject_id, package_id, priority, max_attempts, dispatch, dispatched_at, trace_parent)
       select id, kind, location_id, subject_type, subject_id, package_id, priority, max_attempts, 1, now(), nullif(current_setting('almagest.trace_parent', true), '') from wanted
       on conflict (kind, subject_id, location_id) where state <> 'DONE' do nothing
       returning id, kind, dispatch, priority, location_id
     )
     select made.id, made.kind, made.dispatch, made.priority, l.name as location
     from made join storage.data_location l on l.id = made.location_id order by made.priority, made.id`,
    [
      requests.map(() => newId()),
      requests.map(({ kind }) => kind),
      requests.map(({ locationId }) => locationId),
      requests.map(({ kind }) => catalog[kind].subject),
      requests.map(({ subjectId }) => subjectId),
      requests.map(({ packageId }) => packageId ?? null),
      requests.map(({ priority }) => priority ?? 100),
      requests.map(({ kind }) => catalog[kind].attempts),
    ],
  )
  return rows.map(toNudge)
}

/** Gives all work on a package that is not over another priority, in the caller's transaction; nudges that were sent already keep theirs. */
export async function prioritise(em: EntityManager, { packageId, priority }: { packageId: string; priority: number }): Promise<void> {
  await sql(
    em,
    `/* prioritise */
     update storage.operation set priority = $2 where package_id = $1 and state not in ('DONE', 'CANCELLED') and priority <> $2`,
    [packageId, priority],
  )
}

/** Gives operations that are not over other priorities, in the caller's transaction; returns the nudges of those that could be claimed now, with theirs. */
export async function reprioritise(
  em: EntityManager,
  changes: readonly { readonly operationId: string; readonly priority: number }[],
): Promise<Nudge[]> {
  const rows = await sql<NudgeRow & { due: boolean }>(
    em,
    `/* reprioritise */
     update storage.operation o set priority = w.priority,
       dispatch = o.dispatch + case when o.state = 'READY' then 1 else 0 end,
       dispatched_at = case when o.state = 'READY' then now() else o.dispatched_at end
     from unnest($1::uuid[], $2::int[]) as w(id, priority), storage.data_location l
     where o.id = w.id and l.id = o.location_id and o.state not in ('DONE', 'CANCELLED') and o.priority <> w.priority
     returning o.id, o.kind, o.dispatch, o.priority, l.name as location, o.state = 'READY' as due`,
    [changes.map(({ operationId }) => operationId), changes.map(({ priority }) => priority)],
  )
  return rows.filter(({ due }) => due).map(toNudge)
}

/** SQL that holds where no work of a kind on a subject at a location is open, FAILED or CANCELLED: what `requestOperations` would make. */
export function unasked(kind: JobName, subjectId: string, locationId: string): string {
  return `not exists (select from storage.operation asked
    where asked.kind = '${kind}' and asked.subject_id = ${subjectId} and asked.location_id = ${locationId} and asked.state <> 'DONE')`
}

/** Makes an operation that FAILED, was CANCELLED, or waits for its next attempt, claimable now with all its attempts; NOT_FOUND if there is none, INVALID_TRANSITION otherwise. */
export async function retryOperation(em: EntityManager, operationId: string): Promise<Nudge> {
  const [row] = await sql<NudgeRow>(
    em,
    `/* retryOperation */
     update storage.operation o
     set state = 'READY', attempt = 0, next_run_at = now(), finished_at = null, dispatch = o.dispatch + 1, dispatched_at = now()
     from storage.data_location l
     where l.id = o.location_id and o.id = $1 and o.state in ('FAILED', 'CANCELLED', 'WAITING')
     returning o.id, o.kind, o.dispatch, o.priority, l.name as location`,
    [operationId],
  )
  if (row) return toNudge(row)
  const [found] = await sql<{ state: string }>(em, `/* operationState */ select state from storage.operation where id = $1`, [operationId])
  if (!found) throw new Refusal('NOT_FOUND', `there is no operation ${operationId}`)
  throw new Refusal(
    'INVALID_TRANSITION',
    `operation ${operationId} is ${found.state}: only one that is FAILED, CANCELLED or WAITING can be retried`,
  )
}

/** Makes all of these operations that FAILED claimable now with all their attempts, in the caller's transaction. */
export async function retryFailed(em: EntityManager, operationIds: readonly string[]): Promise<Nudge[]> {
  const rows = await sql<NudgeRow>(
    em,
    `/* retryFailed */
     update storage.operation o
     set state = 'READY', attempt = 0, next_run_at = now(), finished_at = null, dispatch = o.dispatch + 1, dispatched_at = now()
     from storage.data_location l
     where l.id = o.location_id and o.id = any($1::uuid[]) and o.state = 'FAILED'
     returning o.id, o.kind, o.dispatch, o.priority, l.name as location`,
    [operationIds],
  )
  return rows.map(toNudge)
}

/**
 * Takes the operations that could be claimed now and whose last nudge is older than `afterS` seconds (all of them when `afterS` is 0),
 * counts their dispatch up, and returns their nudges, most urgent first. What is parked by a breaker, or by what is switched off at a location, is left out.
 */
export async function takeDueNudges(em: EntityManager, { afterS, limit = 5_000 }: { afterS: number; limit?: number }): Promise<Nudge[]> {
  const rows = await sql<NudgeRow>(
    em,
    `/* takeDueNudges */
     with due as (
       select o.id from storage.operation o
       join storage.data_location l on l.id = o.location_id
       where o.state in ('READY', 'WAITING', 'RUNNING') and ${mayBegin('o', 'l')}
         and case when o.state = 'RUNNING' then o.lease_until < now() else o.next_run_at <= now() end
         and (o.dispatched_at is null or o.dispatched_at < o.next_run_at or o.dispatched_at < o.lease_until
              or o.dispatched_at <= now() - make_interval(secs => $1))
         and not exists (select from storage.circuit_breaker b where ${governs('b', 'o')} and ${parks('b')} and not ${probeable('b')})
       order by o.priority, o.id limit $2 for update of o skip locked
     ), taken as (
       update storage.operation o set dispatch = o.dispatch + 1, dispatched_at = now() from due where due.id = o.id
       returning o.id, o.kind, o.dispatch, o.priority, o.location_id
     )
     select taken.id, taken.kind, taken.dispatch, taken.priority, l.name as location
     from taken join storage.data_location l on l.id = taken.location_id order by taken.priority, taken.id`,
    [afterS, limit],
  )
  return rows.map(toNudge)
}
