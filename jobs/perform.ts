import { setTimeout as delay } from 'node:timers/promises'
import { DataLocation, Outage, Refusal, traceId } from '@almagest/schema'
import { crashPoint } from './crash-point.ts'
import { claim, complete, countOutage, fail, fenced, pause, retryLater, type Scope } from './claim.ts'
import type { Claim, Context, World } from './handler.ts'
import { handlers } from './handlers.ts'
import { startHeartbeat } from './heartbeat.ts'
import { openProgress, type Progress } from './progress.ts'
import { isFull } from './room.ts'

/** How long work waits after a disk was full, in seconds. */
const FULL_S = 60

/** How long work waits at most for another location that is away, in seconds: something else may serve it by then. */
const AWAY_S = 60

/** How long a handler has to end by itself after its claim was lost or cancelled, in milliseconds. */
const GIVE_UP_MS = 3_000

/** What became of one attempt: not claimable or taken over by another worker, done, paused, to be tried again, failed for good, cancelled while it ran, or given back because the process stops. */
export type Outcome = 'NOTHING' | 'DONE' | 'PAUSED' | 'RETRY' | 'FAILED' | 'CANCELLED' | 'RELEASED'

/** Claims one operation, runs its handler with the lease renewed, and concludes it: what a worker does with each nudge, without a queue. */
export async function perform(world: World, operationId: string, stop: AbortSignal): Promise<Outcome> {
  if (stop.aborted) return 'NOTHING'
  const held = await claim(world, operationId)
  if (!held) return 'NOTHING'

  crashPoint('after-claim')
  // Each worker that was lost with it counts as an attempt: what ends its workers may not go on to end them all.
  if (held.takenOver && held.attempt > held.maxAttempts) {
    const reason = `its worker was lost before it ended, at attempt ${held.maxAttempts} of ${held.maxAttempts}`
    world.log.error({ event: 'operation.failed', operation: held.id, kind: held.kind, code: 'WORKER_LOST', reason })
    return (await fail(world, held, { code: 'WORKER_LOST', reason, consequence: handlers[held.kind].failed })) ? 'FAILED' : 'NOTHING'
  }

  const log = world.log.child({ operation: held.id, kind: held.kind, fence: held.fence, traceId: traceId(held.traceParent) })
  const lost = new AbortController()
  const signal = AbortSignal.any([stop, lost.signal])
  const progress = openProgress()
  using _heartbeat = startHeartbeat(world, held, { progress, lost, log })

  try {
    const context = await makeContext({ ...world, log }, held, { signal, progress })
    const paused = await unlessLost(handlers[held.kind].run(context), lost.signal)
    crashPoint('before-complete')
    const ours = paused ? await pause(world, held, paused) : await complete(world, held, progress.look())
    if (!ours) return 'NOTHING'
    return paused ? 'PAUSED' : 'DONE'
  } catch (error) {
    if (lost.signal.aborted) {
      const cancelled = lost.signal.reason instanceof Refusal
      log.warn({ event: cancelled ? 'operation.cancelled' : 'claim.lost' })
      return cancelled ? 'CANCELLED' : 'NOTHING'
    }
    if (stop.aborted) {
      return (await pause(world, held, { reason: 'the worker is stopping', seconds: 0 })) ? 'RELEASED' : 'NOTHING'
    }
    return await conclude({ ...world, log }, held, error)
  }
}

/** Waits for the work, but not for what goes on without its claim, on a disk or a service that does not answer: it can write no row any more. */
async function unlessLost<result>(work: Promise<result>, lost: AbortSignal): Promise<result> {
  const ended = new AbortController()
  const givenUp = Promise.withResolvers<never>()
  const giveUp = () =>
    delay(GIVE_UP_MS, undefined, { signal: ended.signal }).then(
      () => givenUp.reject(lost.reason),
      () => undefined,
    )
  lost.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work, givenUp.promise])
  } finally {
    lost.removeEventListener('abort', giveUp)
    ended.abort()
  }
}

async function makeContext(world: World, held: Claim, { signal, progress }: { signal: AbortSignal; progress: Progress }): Promise<Context> {
  const em = world.orm.em.fork()
  const { stores, threads, transports, worker, log } = world
  return {
    em,
    stores,
    threads,
    transports,
    worker,
    log,
    signal,
    claim: held,
    token: `${held.id}.${held.fence}`,
    location: await em.findOneOrFail(DataLocation, held.locationId),
    fenced: (write, reason) => fenced(world, held, { write, reason }),
    progress: progress.tell,
    kept: progress.keep,
    needs: progress.need,
  }
}

/**
 * Who is to blame for an outage: the route where the line was cut; a location that is not there; of one that is, only this kind of work. `null`: nobody, or
 * another location that is there: then it is this piece of work alone.
 */
async function findScope(world: World, { kind, locationId, subjectId }: Claim, error: Outage): Promise<Scope | null> {
  if (error.line && kind === 'transfer') return { transferId: subjectId }
  if (error.locationId === null) return null
  const blamed = error.locationId ?? locationId
  try {
    await world.stores.of(await world.orm.em.fork().findOneOrFail(DataLocation, blamed)).check()
  } catch (fault) {
    if (fault instanceof Outage) return { locationId: blamed, kind: null }
    throw fault
  }
  return blamed === locationId ? { locationId, kind } : null
}

async function conclude(world: World, held: Claim, error: unknown): Promise<Outcome> {
  const code = error instanceof Refusal ? error.code : error instanceof Outage ? 'UNAVAILABLE' : 'INTERNAL'
  // What we did not foresee may tell of SQL or paths: that is for the log.
  const reason = code === 'INTERNAL' ? 'an internal error, which the log of the worker describes' : (error as Error).message
  const seconds = isFull(error) ? FULL_S : error instanceof Outage ? error.retryS : undefined
  if (seconds !== undefined) {
    world.log.warn({ event: 'operation.paused', code, reason })
    return (await pause(world, held, { reason, seconds })) ? 'PAUSED' : 'NOTHING'
  }
  // Behind an open breaker work is parked, not failed: its probes do not use up its attempts.
  const scope = error instanceof Outage ? await findScope(world, held, error) : null
  const openS = scope === null ? null : await countOutage(world, scope, reason)
  const parked = openS !== null
  // The breaker of another place does not keep this from being claimed: it would be tried again and again.
  const leastS = scope && 'locationId' in scope && scope.locationId !== held.locationId ? Math.min(openS ?? 0, AWAY_S) : 0
  const final = error instanceof Refusal || (!parked && held.attempt >= held.maxAttempts)
  const about = {
    event: final ? 'operation.failed' : 'operation.retried',
    attempt: held.attempt,
    code,
    reason,
  }
  if (code === 'INTERNAL') world.log.error({ ...about, stack: error instanceof Error ? error.stack : String(error) })
  else world.log.warn(about)

  const ours = final
    ? await fail(world, held, { code, reason, consequence: handlers[held.kind].failed })
    : await retryLater(world, held, { code, reason, counts: !parked, leastS })
  if (!ours) return 'NOTHING'
  return final ? 'FAILED' : 'RETRY'
}
