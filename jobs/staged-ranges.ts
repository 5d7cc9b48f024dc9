import { Outage, PART_BYTES, sql, type Digest, type RawDataPackage } from '@almagest/schema'
import type { Source } from './best-copy.ts'
import { algorithmOf, openDigest } from './digest/digest.ts'
import type { Context } from './handler.ts'
import { writeRight } from './staged-right.ts'
import type { Member } from './staged-files.ts'
import type { Written } from './stores/store.ts'

/** A stretch of a tar whose digest is known: a part of the tar, or one of its files. */
interface Stretch {
  readonly at: number
  readonly bytes: number
  readonly digest: Digest
  readonly name: string
}

/** What digests are known of the parts of a tar of so many bytes. */
interface Parts {
  readonly bytes: number
  readonly digests: Buffer
}

/** Stages ranges of the files of one package. */
export interface Ranges {
  /** Writes a range when all that it lies in was found to be right; `came` hears how much of it is there. Ranges in order read no part twice that they share. */
  stage(member: Member, to: { path: string; came: (bytes: number) => void }): Promise<Written>
}

type Fail = (reason: string) => never

/**
 * Begins to stage ranges. What a range is compared with covers it: its file where that is not larger than a part of a tar, or no digests of parts are known;
 * else the parts of the tar that it lies in, so that at most 64 MiB are read before it, and after it.
 */
export async function openRanges(
  { em, ...context }: Context,
  { pkg, source: { copy, store } }: { pkg: RawDataPackage; source: Source },
): Promise<Ranges> {
  const [row] = await sql<{ bytes: string; part_digests: Buffer | null }>(
    em,
    `/* partsOfTar */ select bytes, part_digests from data_package.raw_data_package where id = $1 and part_digests is not null`,
    [pkg.id],
  )
  const parts: Parts | null = row?.part_digests ? { bytes: Number(row.bytes), digests: row.part_digests } : null
  let held: { readonly stretch: Stretch; readonly found: Buffer } | null = null

  /** The bytes of a stretch as they are read; fails at their end if they are others than they should be. */
  async function* read({ at, bytes, digest, name }: Stretch, fail: Fail): AsyncGenerator<Buffer, void, void> {
    await using reading = await store.read(copy.path, { start: at, length: bytes, signal: context.signal })
    if (!reading) throw new Outage(`the copy ${copy.id} to be staged is not at its location`, { locationId: copy.locationId })
    const running = openDigest(algorithmOf(digest))
    let came = 0
    for await (const chunk of reading) {
      came += chunk.length
      running.update(chunk)
      yield chunk
    }
    if (came < bytes) fail(`its tar ends ${bytes - came} bytes before the end of ${name}`)
    if (running.done() !== digest) fail(`${name} has the digest ${running.done()} and not ${digest}`)
  }

  /** A stretch that was found to be right, in memory; the latest is kept, for the ranges that follow. */
  async function hold(stretch: Stretch, fail: Fail): Promise<Buffer> {
    if (held?.stretch.at === stretch.at && held.stretch.digest === stretch.digest) return held.found
    const memory: Buffer =
      held && held.found.buffer.byteLength >= stretch.bytes ? Buffer.from(held.found.buffer) : Buffer.allocUnsafeSlow(stretch.bytes)
    held = null
    let filled = 0
    for await (const chunk of read(stretch, fail)) filled += chunk.copy(memory, filled)
    held = { stretch, found: memory.subarray(0, filled) }
    return held.found
  }

  /** The pieces of a range, of stretches that are right but perhaps for the last, which fails before its end does. */
  async function* piecesOf(member: Member, fail: Fail): AsyncGenerator<Buffer, void, void> {
    const from = member.offset + (member.range?.start ?? 0)
    const to = from + (member.range?.bytes ?? member.bytes)
    for (const stretch of stretchesOf(member, { from, to, parts })) {
      let at = stretch.at
      const chunks = stretch.bytes <= PART_BYTES ? [await hold(stretch, fail)] : read(stretch, fail)
      for await (const chunk of chunks) {
        const piece = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at))
        at += chunk.length
        if (piece.length > 0) yield piece
      }
    }
  }

  return {
    stage(member, { path, came: onCame }) {
      return writeRight({ em, ...context }, { copyId: copy.id, member, path }, async function* (fail) {
        let came = 0
        for await (const piece of piecesOf(member, fail)) {
          yield piece
          onCame((came += piece.length))
        }
      })
    },
  }
}

/** What has to be read to verify the bytes of a tar from one place to another, all of one member. */
function stretchesOf(
  { offset, bytes, digest, path }: Member,
  { from, to, parts }: { from: number; to: number; parts: Parts | null },
): Stretch[] {
  if (bytes <= PART_BYTES || !parts) return [{ at: offset, bytes, digest, name: path }]
  const stretches: Stretch[] = []
  for (let part = Math.floor(from / PART_BYTES); part * PART_BYTES < to; part += 1) {
    const at = part * PART_BYTES
    const hex = parts.digests.toString('hex', part * 32, part * 32 + 32)
    stretches.push({ at, bytes: Math.min(PART_BYTES, parts.bytes - at), digest: `blake3:${hex}`, name: `part ${part + 1} of the tar` })
  }
  return stretches
}
