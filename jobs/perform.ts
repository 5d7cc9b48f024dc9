import { DataLocation, Outage, Refusal } from '@almagest/schema'
import { claim, complete, countOutage, fail, fenced, pause, renew, retryLater } from './claim.ts'
import type { Claim, Context, World } from './handler.ts'
import { handlers } from './handlers.ts'

/** What became of one attempt: not claimable, done, paused, to be tried again, failed for good, or given back because the process stops. */
export type Outcome = 'NOTHING' | 'DONE' | 'PAUSED' | 'RETRY' | 'FAILED' | 'RELEASED'

/** Claims one operation, runs its handler with the lease renewed, and concludes it: what a worker does with each nudge, without a queue. */
export async function perform(world: World, operationId: string, stop: AbortSignal): Promise<Outcome> {
  if (stop.aborted) return 'NOTHING'
  const held = await claim(world, operationId)
  if (!held) return 'NOTHING'

  const log = world.log.child({ operation: held.id, kind: held.kind, fence: held.fence })
  const lost = new AbortController()
  const signal = AbortSignal.any([stop, lost.signal])
  const progress = { done: 0, total: null as number | null }
  const heartbeat = setInterval(
    () =>
      void renew(world, held, progress).then(
        ours => ours || lost.abort(new Outage(`operation ${held.id} was taken over by another worker`, { locationId: null })),
        (error: unknown) => log.warn({ event: 'lease.notRenewed', error: String(error) }),
      ),
    Math.min(1_000, (world.leaseS * 1_000) / 4),
  )

  try {
    const paused = await handlers[held.kind].run(await makeContext(world, held, { signal, progress }))
    if (paused) await pause(world, held, paused)
    else await complete(world, held, progress)
    return paused ? 'PAUSED' : 'DONE'
  } catch (error) {
    if (lost.signal.aborted) {
      log.warn({ event: 'claim.lost' })
      return 'NOTHING'
    }
    if (stop.aborted) {
      await pause(world, held, { reason: 'the worker is stopping', seconds: 0 })
      return 'RELEASED'
    }
    return await conclude(world, held, error)
  } finally {
    clearInterval(heartbeat)
  }
}

async function makeContext(
  world: World,
  held: Claim,
  { signal, progress }: { signal: AbortSignal; progress: { done: number; total: number | null } },
): Promise<Context> {
  const em = world.orm.em.fork()
  const { stores, worker, log } = world
  return {
    em,
    stores,
    worker,
    log,
    signal,
    claim: held,
    token: `${held.id}.${held.fence}`,
    location: await em.findOneOrFail(DataLocation, held.locationId),
    fenced: (write, reason) => fenced(world, held, { write, reason }),
    progress(done, total) {
      progress.done = done
      progress.total = total ?? progress.total
    },
  }
}

async function conclude(world: World, held: Claim, error: unknown): Promise<Outcome> {
  const code = error instanceof Refusal ? error.code : error instanceof Outage ? 'UNAVAILABLE' : 'INTERNAL'
  const reason = error instanceof Error ? error.message : String(error)
  const final = error instanceof Refusal || held.attempt >= held.maxAttempts
  const about = { event: final ? 'operation.failed' : 'operation.retried', operation: held.id, kind: held.kind, attempt: held.attempt, code, reason }
  if (code === 'INTERNAL') world.log.error({ ...about, stack: error instanceof Error ? error.stack : undefined })
  else world.log.warn(about)

  if (error instanceof Outage && error.locationId !== null) await countOutage(world, error.locationId ?? held.locationId, reason)
  if (final) await fail(world, held, { code, reason, consequence: handlers[held.kind].failed })
  else await retryLater(world, held, { code, reason })
  return final ? 'FAILED' : 'RETRY'
}
