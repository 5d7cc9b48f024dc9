import { Outage, Refusal } from '@almagest/schema'
import { isCancelled, renew } from './claim.ts'
import type { Claim, World } from './handler.ts'
import type { Progress } from './progress.ts'

/** How often a claim is renewed and its progress written: a cancelled one is noticed within a second. */
const BEAT_MS = 500

/**
 * Renews the lease of a claim, one renewal at a time, until it is disposed of. Aborts `lost` when the claim is another's, or when the lease may run out
 * unrenewed; with a Refusal as the reason when the operation was cancelled.
 */
export function startHeartbeat(
  world: World,
  held: Claim,
  { progress, lost, log }: { progress: Progress; lost: AbortController; log: World['log'] },
): Disposable {
  const giveUp = (why: string) => lost.abort(new Outage(`operation ${held.id} ${why}`, { locationId: null }))
  let renewedAt = performance.now()
  let pending = false

  async function beat(): Promise<void> {
    const askedAt = performance.now()
    if (await renew(world, held, progress.look())) renewedAt = askedAt
    else if (await isCancelled(world, held)) lost.abort(new Refusal('INVALID_TRANSITION', `operation ${held.id} was cancelled`))
    else giveUp('was taken over by another worker')
  }

  const timer = setInterval(
    () => {
      // A tenth of the lease is left for what is under way: the effect in hand, and the clock of the database.
      if (performance.now() - renewedAt > world.leaseS * 900) return giveUp('could not be held: its lease was not renewed in time')
      if (pending) return
      pending = true
      beat()
        .catch((error: unknown) => log.warn({ event: 'lease.notRenewed', error: String(error) }))
        .finally(() => (pending = false))
    },
    Math.min(BEAT_MS, (world.leaseS * 1_000) / 4),
  )
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
