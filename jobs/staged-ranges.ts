import { PART_BYTES, sql, type Digest, type RawDataPackage } from '@almagest/schema'
import type { Source } from './best-copy.ts'
import { algorithmOf, openDigest } from './digest/digest.ts'
import type { Context } from './handler.ts'
import { writeRight } from './staged-right.ts'
import type { Member } from './staged-files.ts'
import { gone } from './stores/expected.ts'
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
export interface Ranges extends Disposable {
  /**
   * Writes a range when all that it lies in was found to be right; `came` hears how much of it is there. `next` is the one that is staged after it: where that
   * begins is kept in memory, and not read again.
   */
  stage(member: Member, to: { path: string; next: Member | null; came: (bytes: number) => void }): Promise<Written>
}

/** A stretch that was found to be right, in memory, until it is given back. */
interface Held {
  readonly stretch: Stretch
  readonly found: Buffer
  readonly giveBack: () => void
}

/** Stretches are large: a process keeps one of them at a time, whoever needs it. */
let turn: Promise<void> = Promise.resolve()

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
  let held: Held | null = null
  let isOver = false

  /** The bytes of a stretch as they are read; fails at their end if they are others than they should be. */
  async function* read({ at, bytes, digest, name }: Stretch, fail: Fail): AsyncGenerator<Buffer, void, void> {
    await using reading = await store.read(copy.path, { start: at, length: bytes, signal: context.signal })
    if (!reading) throw gone(`the copy ${copy.id} to be staged is not at its location`)
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

  async function hold(stretch: Stretch, fail: Fail): Promise<Held> {
    const giveBack = await takeTurn(context.signal)
    try {
      const memory = Buffer.allocUnsafeSlow(stretch.bytes)
      let filled = 0
      for await (const chunk of read(stretch, fail)) filled += chunk.copy(memory, filled)
      return { stretch, found: memory, giveBack }
    } catch (error) {
      giveBack()
      throw error
    }
  }

  function giveBack(): void {
    held?.giveBack()
    held = null
  }

  /** The bytes of a stretch: from memory, or by way of it where `next` begins in it, or as they are read. */
  async function* chunksOf(stretch: Stretch, next: Stretch | undefined, fail: Fail): AsyncGenerator<Buffer, void, void> {
    if (held && !isSame(held.stretch, stretch) && !isSame(held.stretch, next)) giveBack()
    if (held && isSame(held.stretch, stretch)) yield held.found
    else if (stretch.bytes <= PART_BYTES && isSame(stretch, next)) {
      const mine = await hold(stretch, fail)
      // Who writes may have given up meanwhile.
      if (isOver) mine.giveBack()
      else held = mine
      yield mine.found
    } else yield* read(stretch, fail)
  }

  /** The pieces of a range, of stretches that are right but perhaps for the last, which fails before its end does. */
  async function* piecesOf(member: Member, next: Member | null, fail: Fail): AsyncGenerator<Buffer, void, void> {
    const { from, to } = placeOf(member)
    const [following] = next ? stretchesOf(next, { ...placeOf(next), parts }) : []
    for (const stretch of stretchesOf(member, { from, to, parts })) {
      let at = stretch.at
      for await (const chunk of chunksOf(stretch, following, fail)) {
        const piece = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at))
        at += chunk.length
        if (piece.length > 0) yield piece
      }
    }
  }

  return {
    stage(member, { path, next, came: onCame }) {
      return writeRight({ em, ...context }, { copyId: copy.id, member, path }, async function* (fail) {
        let came = 0
        for await (const piece of piecesOf(member, next, fail)) {
          yield piece
          onCame((came += piece.length))
        }
      })
    },
    [Symbol.dispose]() {
      isOver = true
      giveBack()
    },
  }
}

/** Waits until nobody of this process holds a stretch; what it returns lets the next one. */
async function takeTurn(signal: AbortSignal): Promise<() => void> {
  const [before, ours, stopped] = [turn, Promise.withResolvers<void>(), Promise.withResolvers<never>()]
  const stop = () => stopped.reject(signal.reason)
  turn = before.then(() => ours.promise)
  signal.addEventListener('abort', stop)
  try {
    signal.throwIfAborted()
    await Promise.race([before, stopped.promise])
    return ours.resolve
  } catch (error) {
    ours.resolve()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function isSame(one: Stretch | undefined, other: Stretch | undefined): boolean {
  return one !== undefined && other !== undefined && one.at === other.at && one.digest === other.digest
}

/** From where to where in the tar a member lies, or its range. */
function placeOf({ offset, bytes, range }: Member): { from: number; to: number } {
  const from = offset + (range?.start ?? 0)
  return { from, to: from + (range?.bytes ?? bytes) }
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
