import { createHash } from 'node:crypto'
import type { RunningDigest } from '../../digest/digest.ts'

/** Some MiB of a file, as they are sent in one call. */
export interface Part {
  /** From 1. */
  readonly number: number
  readonly bytes: number
  readonly chunks: readonly Buffer[]
  readonly md5: Buffer
  readonly isLast: boolean
}

const CHUNK_BYTES = 2 ** 20

/** Memory that is used again for part after part. */
export interface Chunks {
  take(): Buffer
  giveBack(part: Part): void
}

/** Chunks of 1 MiB, made when none is free. */
export function openChunks(): Chunks {
  const idle: Buffer[] = []
  return {
    take: () => idle.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES),
    giveBack({ chunks }) {
      for (const chunk of chunks) idle.push(chunk.length === CHUNK_BYTES ? chunk : Buffer.from(chunk.buffer))
    },
  }
}

/** Gathers pieces of any size into parts of `partBytes`, digesting the whole on the way; at least one part, `first` its number, the last of any size. */
export async function* partsOf(
  pieces: AsyncIterable<Uint8Array>,
  {
    digest,
    partBytes,
    first = 1,
    memory,
    signal,
  }: { digest: RunningDigest; partBytes: number; first?: number; memory: Chunks; signal: AbortSignal | undefined },
): AsyncGenerator<Part, void, void> {
  let number = first
  let bytes = 0
  let chunks: Buffer[] = []
  let filled = 0

  function done(isLast: boolean): Part {
    const last = chunks.pop()
    if (last && filled > 0) chunks.push(last.subarray(0, filled))
    const md5 = createHash('md5')
    for (const chunk of chunks) md5.update(chunk)
    const part = { number, bytes, chunks, md5: md5.digest(), isLast }
    number += 1
    bytes = 0
    chunks = []
    filled = 0
    return part
  }

  for await (const piece of pieces) {
    signal?.throwIfAborted()
    digest.update(piece)
    for (let taken = 0; taken < piece.length;) {
      // A full part is sent when more comes: so the last one is known as such.
      if (bytes === partBytes) yield done(false)
      const full = chunks.length === 0 || filled === CHUNK_BYTES
      if (full) chunks.push(memory.take())
      if (full) filled = 0
      const chunk = chunks.at(-1) as Buffer
      const length = Math.min(CHUNK_BYTES - filled, partBytes - bytes, piece.length - taken)
      chunk.set(piece.subarray(taken, taken + length), filled)
      filled += length
      bytes += length
      taken += length
    }
  }
  yield done(true)
}
