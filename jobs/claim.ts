import { governs, mayBegin, Outage, parks, probeable, sql, type BreakerState, type JobName } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Claim, Pause, World } from './handler.ts'
import type { Standing } from './progress.ts'

interface ClaimRow {
  readonly id: string
  readonly kind: JobName
  readonly subject_id: string
  readonly location_id: string
  readonly package_id: string | null
  readonly fence: number
  readonly attempt: number
  readonly max_attempts: number
  readonly created_at: string
  readonly trace_parent: string | null
  readonly taken_over: boolean
}

/** After this many outages in a row the breaker of a location opens. */
const OUTAGES_TO_OPEN = 5

/**
 * Claims an operation if it is due: raises its fence and sets its lease by the database's clock. `null` if it is done, taken, not due, or
 * parked: what it does is switched off at its location or site, or the breaker of the location is open; a breaker whose time has come lets one probe through.
 */
export async function claim(world: World, operationId: string): Promise<Claim | null> {
  const [row] = await sql<ClaimRow>(
    world.orm.em.fork(),
    `/* claimOperation */
     with target as (
       select o.id, o.kind, o.location_id, o.subject_id, o.state = 'RUNNING' as taken_over, set_config('almagest.reason', 'taken by worker ' || $2, true) from storage.operation o
       join storage.data_location l on l.id = o.location_id
       where o.id = $1 and ${mayBegin('o', 'l')} and ((o.state in ('READY', 'WAITING') and o.next_run_at <= now()) or (o.state = 'RUNNING' and o.lease_until < now()))
       for update of o skip locked
     ), breaker as (
       select b.id, ${probeable('b')} as probeable from storage.circuit_breaker b join target t on ${governs('b', 't')} where ${parks('b')}
     ), probe as (
       update storage.circuit_breaker b set state = 'HALF_OPEN', probe_at = now() + make_interval(secs => $3)
       from breaker where b.id = breaker.id and ${probeable('b')} and not exists (select from breaker other where not other.probeable) returning b.id
     )
     update storage.operation o
     set state = 'RUNNING', fence = o.fence + 1, attempt = o.attempt + 1, lease_owner = $2, lease_until = now() + make_interval(secs => $3),
       started_at = now(), bytes_done = 0, rate_bytes_s = null, ends_at = null, reserved_bytes = 0
     from target
     where o.id = target.id and (select count(*) from breaker) = (select count(*) from probe)
     returning o.id, o.kind, o.subject_id, o.location_id, o.package_id, o.fence, o.attempt, o.max_attempts, o.created_at, o.trace_parent, target.taken_over`,
    [operationId, world.worker, world.leaseS],
  )
  if (!row) return null
  const { id, kind, fence, attempt } = row
  return {
    id,
    kind,
    fence,
    attempt,
    subjectId: row.subject_id,
    locationId: row.location_id,
    packageId: row.package_id,
    maxAttempts: row.max_attempts,
    takenOver: row.taken_over,
    createdAt: new Date(row.created_at),
    traceParent: row.trace_parent,
  }
}

/** Prolongs the lease and writes the progress, and gives back the room that was used; `false` if the claim is no longer ours. */
export async function renew(world: World, { id, fence }: Claim, { done, total, bytesS, leftS, needs }: Standing): Promise<boolean> {
  const rows = await sql(
    world.orm.em.fork(),
    `/* renewLease */
     update storage.operation
     set lease_until = now() + make_interval(secs => $3), bytes_done = $4, bytes_total = $5, rate_bytes_s = $6, ends_at = now() + make_interval(secs => $7),
       reserved_bytes = least(reserved_bytes, $8)
     where id = $1 and fence = $2 and state = 'RUNNING' returning id`,
    [id, fence, world.leaseS, done, total, bytesS, leftS, needs],
  )
  return rows.length === 1
}

/** Whether what was claimed was cancelled, and not taken over. */
export async function isCancelled(world: World, { id, fence }: Claim): Promise<boolean> {
  const rows = await sql(
    world.orm.em.fork(),
    `/* isCancelled */ select from storage.operation where id = $1 and fence = $2 and state = 'CANCELLED'`,
    [id, fence],
  )
  return rows.length === 1
}

/** Runs `write` in one transaction with a lock on the claimed row; throws Outage, having written nothing, if the claim is no longer ours. */
export async function fenced<result>(
  world: World,
  held: Claim,
  { write, reason }: { write: (em: EntityManager, now: Date) => Promise<result>; reason?: string | undefined },
): Promise<result> {
  return world.orm.em.fork().transactional(async em => {
    const now = await holdFence(em, held, reason ?? `${held.kind} by worker ${world.worker}`)
    if (!now) throw new Outage(`operation ${held.id} was taken over by another worker`, { locationId: null })
    return write(em, now)
  })
}

/** Locks the claimed row until the transaction ends, and names the claim in its events; `null` if it is no longer ours. */
async function holdFence(em: EntityManager, { id, fence }: Claim, reason: string): Promise<Date | null> {
  const [row] = await sql<{ now: string }>(
    em,
    `/* holdFence */
     select now() as now, set_config('almagest.operation', $1::text, true), set_config('almagest.reason', $3, true)
     from storage.operation where id = $1::uuid and fence = $2 and state = 'RUNNING' for update`,
    [id, fence, reason],
  )
  return row ? new Date(row.now) : null
}

/** Ends the claim with DONE, and closes the breakers of its location, its kind and its route that were not closed; `false` if the claim is no longer ours. */
export async function complete(world: World, { id, kind, fence }: Claim, progress: Pick<Standing, 'done' | 'total'>): Promise<boolean> {
  const rows = await sql(
    world.orm.em.fork(),
    `/* completeOperation */
     with why as materialized (
       select set_config('almagest.reason', $5, true)
     ), done as (
       update storage.operation
       set state = 'DONE', finished_at = now(), lease_owner = null, lease_until = null, error_code = null, reason = null, bytes_done = $3, bytes_total = $4,
         reserved_bytes = 0
       from why where id = $1 and fence = $2 and state = 'RUNNING' returning id, kind, location_id, subject_id
     ), closed as (
       update storage.circuit_breaker b set state = 'CLOSED', failures = 0, reason = null, probe_at = null
       from done where ${governs('b', 'done')} and (b.state <> 'CLOSED' or b.failures > 0)
     )
     select id from done`,
    [id, fence, progress.done, progress.total, `${kind} done by worker ${world.worker}`],
  )
  return rows.length === 1
}

/** Lets work at a location through again, and forgets the outages that were counted against it. */
export async function closeBreaker(world: World, locationId: string): Promise<void> {
  await sql(
    world.orm.em.fork(),
    `/* closeBreaker */
     with why as materialized (select set_config('almagest.reason', $2, true))
     update storage.circuit_breaker set state = 'CLOSED', failures = 0, reason = null, probe_at = null
     from why where location_id = $1 and kind is null and (state <> 'CLOSED' or failures > 0)`,
    [locationId, `worker ${world.worker} reached the location again`],
  )
}

/** Lets go of a claim so that the work goes on later; the attempt does not count. `false` if the claim is no longer ours. */
export async function pause(world: World, { id, fence }: Claim, { reason, seconds }: Pause): Promise<boolean> {
  const rows = await sql(
    world.orm.em.fork(),
    `/* pauseOperation */
     update storage.operation
     set state = 'WAITING', attempt = attempt - 1, next_run_at = now() + make_interval(secs => $3), reason = $4, error_code = null,
       lease_owner = null, lease_until = null
     where id = $1 and fence = $2 and state = 'RUNNING' returning id`,
    [id, fence, seconds, reason],
  )
  return rows.length === 1
}

/**
 * Lets go of a claim after a failed attempt: the next comes after a delay that doubles with the attempts that `count`, from 2 s to an hour, with
 * jitter, and not before `leastS`. `false` if the claim is no longer ours.
 */
export async function retryLater(
  world: World,
  { id, fence, attempt }: Claim,
  error: { code: string; reason: string; counts: boolean; leastS: number },
): Promise<boolean> {
  const seconds = Math.min(2 ** attempt, 3_600)
  const rows = await sql(
    world.orm.em.fork(),
    `/* retryLater */
     update storage.operation
     set state = 'WAITING', attempt = attempt - $6::int, next_run_at = now() + make_interval(secs => $7 + $3 * (0.5 + random() / 2)), error_code = $4,
       reason = $5, lease_owner = null, lease_until = null
     where id = $1 and fence = $2 and state = 'RUNNING' returning id`,
    [id, fence, seconds, error.code, error.reason, error.counts ? 0 : 1, error.leastS],
  )
  return rows.length === 1
}

/** Ends the claim with FAILED, together with what `consequence` writes for its subject; `false`, with nothing written, if it is no longer ours. */
export async function fail(
  world: World,
  held: Claim,
  {
    code,
    reason,
    consequence,
  }: { code: string; reason: string; consequence?: ((em: EntityManager, claim: Claim) => Promise<void>) | undefined },
): Promise<boolean> {
  return world.orm.em.fork().transactional(async em => {
    if (!(await holdFence(em, held, reason))) return false
    await consequence?.(em, held)
    await sql(
      em,
      `/* failOperation */
       update storage.operation
       set state = 'FAILED', finished_at = now(), error_code = $2, reason = $3, lease_owner = null, lease_until = null where id = $1`,
      [held.id, code, reason],
    )
    return true
  })
}

/** What a breaker is for: a location, one kind of work there, or the route of a transfer. */
export type Scope = { readonly locationId: string; readonly kind: JobName | null } | { readonly transferId: string }

/**
 * Counts an outage against a location, a kind of work or a route; at the fifth in a row its breaker opens, for 10 s at first, then twice as long each
 * time, up to 10 min. Returns for how many seconds it is open now; `null` if it is not.
 */
export async function countOutage(world: Pick<World, 'orm'>, scope: Scope, reason: string): Promise<number | null> {
  const [locationId, kind, transferId] = 'transferId' in scope ? [null, null, scope.transferId] : [scope.locationId, scope.kind, null]
  const unique =
    transferId !== null
      ? '(route_id) where route_id is not null'
      : kind
        ? '(location_id, kind) where kind is not null'
        : '(location_id) where kind is null'
  const [row] = await sql<{ state: BreakerState; open_s: number | null }>(
    world.orm.em.fork(),
    `/* countOutage */
     insert into storage.circuit_breaker as b (id, location_id, kind, route_id, failures, reason)
     values ($1, $2, $5, (select x.route_id from storage.data_transfer x where x.id = $6), 1, $3)
     on conflict ${unique} do update set failures = b.failures + 1, reason = $3,
       state = case when b.failures + 1 >= $4 then 'OPEN' else b.state end,
       opened_at = case when b.failures + 1 >= $4 and b.state = 'CLOSED' then now() else b.opened_at end,
       probe_at = case when b.failures + 1 >= $4 then now() + make_interval(secs => least(600, 10 * 2 ^ least(b.failures + 1 - $4, 6))) else b.probe_at end
     returning b.state, extract(epoch from b.probe_at - now())::float8 as open_s`,
    [crypto.randomUUID(), locationId, reason, OUTAGES_TO_OPEN, kind, transferId],
  )
  return row?.state === 'OPEN' ? Math.max(row.open_s ?? 0, 0) : null
}
