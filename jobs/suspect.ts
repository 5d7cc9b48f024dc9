import { PhysicalCopy } from '@almagest/schema'
import type { Context } from './handler.ts'

/** Trusts a copy no longer until a checksum has read it again: nothing relies on it meanwhile. */
export async function suspect({ fenced }: Context, copyId: string, reason: string): Promise<void> {
  await fenced(async em => {
    const copy = await em.findOneOrFail(PhysicalCopy, copyId)
    copy.verificationLevel = 0
    copy.verifiedAt = null
    await em.flush()
  }, reason)
}
