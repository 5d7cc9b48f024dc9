import type { Digest } from '@almagest/schema'
import { algorithmOf, openDigest } from '../digest/digest.ts'
import { openParts } from '../digest/parts.ts'
import { openCursor, type Cursor } from './cursor.ts'
import { headerFault, isZero, stranger } from './fault.ts'
import { paddingOf, tarHeader } from './header.ts'
import { layOut, type ManifestMember } from './manifest.ts'
import { endOf } from './plan.ts'

/** What reading a tar found: it is its manifest's to the byte, with the digests of the whole file and of its parts; or where it is not, and why. */
export type TarVerdict =
  | { readonly ok: true; readonly bytes: number; readonly digest: Digest; readonly parts: Buffer }
  | { readonly ok: false; readonly member: string | null; readonly reason: string }

/**
 * Reads a tar once, front to back, and compares every byte with its manifest: nothing is skipped, corrected or guessed. What differs is the
 * verdict, not an exception. `onMember` gets each member and its chunks as they pass (each valid until the next is asked for): they end
 * only if the digest is right, else iterating them throws, and the verdict says why; what it leaves unread is read after it. Refuses a
 * manifest that describes no tar.
 */
export async function readTar(
  chunks: AsyncIterable<Buffer>,
  { members }: { readonly members: Iterable<ManifestMember> | AsyncIterable<ManifestMember> },
  { onMember }: { onMember?(member: ManifestMember, chunks: AsyncIterable<Buffer>): Promise<unknown> } = {},
): Promise<TarVerdict> {
  const layout = layOut()
  const digest = openDigest()
  const parts = openParts()
  await using cursor = openCursor(seen(chunks, [digest, parts]))
  for await (const member of members) {
    const laid = layout.place(member)
    const wrong = (reason: string): TarVerdict => ({ ok: false, member: member.path, reason: `${JSON.stringify(member.path)}: ${reason}` })

    const header = tarHeader(laid)
    const found = await cursor.exactly(header.length)
    if (!found.equals(header)) return wrong(headerFault(found, laid))

    const data = dataOf(cursor, member)
    try {
      if (onMember) await onMember(member, data.chunks())
      for await (const chunk of data.chunks()) void chunk
    } catch (error) {
      if (!data.fault()) throw error
    }
    const fault = data.fault()
    if (fault) return wrong(fault)

    const padding = await cursor.exactly(paddingOf(member.bytes))
    if (padding.length < paddingOf(member.bytes)) return wrong(`the tar ends at byte ${cursor.passed()}, inside the padding after it`)
    if (!isZero(padding)) return wrong('the padding after it is not zero')
  }

  const wrongAtEnd = (reason: string): TarVerdict => ({ ok: false, member: null, reason })
  const { bytes } = layout
  const end = await cursor.exactly(endOf(layout))
  if (!isZero(end)) return wrongAtEnd(`after the last member stands ${stranger(end)}, which the manifest does not name`)
  if (cursor.passed() < bytes) return wrongAtEnd(`the tar ends at byte ${cursor.passed()} of ${bytes}, in its end mark`)
  if (await cursor.upTo(1)) return wrongAtEnd(`there are bytes after the end of the tar at byte ${bytes}`)
  return { ok: true, bytes: cursor.passed(), digest: digest.done(), parts: parts.done() }
}

/** The chunks, each as it passes told to all of `by`. */
async function* seen(chunks: AsyncIterable<Buffer>, by: readonly { update(chunk: Buffer): unknown }[]): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of chunks) {
    for (const one of by) one.update(chunk)
    yield chunk
  }
}

function dataOf(cursor: Cursor, member: ManifestMember) {
  const digest = openDigest(algorithmOf(member.digest))
  let left = member.bytes
  let fault: string | null = null
  return {
    fault: () => fault,
    async *chunks(): AsyncGenerator<Buffer, void, void> {
      while (left > 0) {
        const chunk = await cursor.upTo(left)
        if (!chunk) fault = `the tar ends at byte ${cursor.passed()}, inside its data`
        if (!chunk) throw new Error(`${member.path} is cut off`)
        left -= chunk.length
        digest.update(chunk)
        yield chunk
      }
      if (digest.done() !== member.digest) fault = `its data has the digest ${digest.done()} and not ${member.digest}`
      if (fault) throw new Error(`${member.path} is not what the manifest says`)
    },
  }
}
