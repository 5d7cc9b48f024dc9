import { Outage, PhysicalCopy } from '@almagest/schema'
import type { Context } from './handler.ts'
import { isGone, isUnexpected } from './stores/expected.ts'
import { errnoOf } from './stores/posix/place.ts'

/** Trusts a copy no longer until a checksum has read it again: nothing relies on it meanwhile. */
export async function suspect({ fenced }: Context, copyId: string, reason: string): Promise<void> {
  await fenced(async em => {
    const copy = await em.findOneOrFail(PhysicalCopy, copyId)
    copy.verificationLevel = 0
    copy.verifiedAt = null
    await em.flush()
  }, reason)
}

/** Whether an error is that the device of a location could not read something there. */
export function isUnreadable(error: unknown, locationId: string): boolean {
  return error instanceof Outage && error.locationId === locationId && errnoOf(error.cause) === 'EIO'
}

/**
 * Suspects a copy if what went wrong when it was read tells of its own bytes, and not of its location: others came, they are not there, or the device cannot
 * read them. The next attempt then takes another copy. Returns whether it did; `when` says what it was read for.
 */
export async function suspectSource(
  context: Context,
  { copyId, locationId, when }: { copyId: string; locationId: string; when: string },
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof Outage) || context.signal.aborted) return false
  if (isUnexpected(error)) await suspect(context, copyId, `other bytes came than its digest says when it was ${when}`)
  else if (isGone(error) || isUnreadable(error, locationId))
    await suspect(context, copyId, `its bytes were not there, or could not be read, when it was ${when}`)
  else return false
  return true
}
