import { Outage } from '@almagest/schema'
import type { Context } from './handler.ts'
import type { Member } from './staged-files.ts'
import type { Written } from './stores/store.ts'
import { clearTheWay } from './stray.ts'
import { suspect } from './suspect.ts'

/** What is written where, out of which copy; `expected` where that is known before. */
interface Target {
  readonly copyId: string
  readonly member: Member
  readonly path: string
  readonly expected?: Written
}

/**
 * Writes a file whose bytes are compared as they pass; nothing shows if `chunks` calls `fail`: then the copy that they came from is suspected, and it throws
 * an Outage.
 */
export async function writeRight(
  context: Context,
  { copyId, member, path, expected }: Target,
  chunks: (fail: (reason: string) => never) => AsyncIterable<Buffer>,
): Promise<Written> {
  const { location, stores, token, signal } = context
  const { id, range, mtimeNs } = member
  let fault: string | null = null
  const fail = (reason: string): never => {
    fault = reason
    throw new Error(reason)
  }
  const own = range ? `${token}.${id}.${range.start}.${range.bytes}` : `${token}.${id}`
  try {
    return await stores.of(location).write(path, chunks(fail), { token: own, signal, expected, mtimeNs })
  } catch (error) {
    if (fault === null) return clearTheWay(context, { error, location, path })
    await suspect(context, copyId, fault)
    throw new Outage(`the copy ${copyId} is not what its manifest says, and will be verified: ${fault}`, { locationId: null })
  }
}
