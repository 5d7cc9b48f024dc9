import { PART_BYTES } from '@almagest/schema'
import { openDigest, type RunningDigest } from './digest.ts'

/** The digests of a file's parts being computed: the BLAKE3 of each PART_BYTES of it, 32 bytes each, one after another. */
export interface RunningParts {
  /** Takes the next bytes; they may be overwritten as soon as it returns. */
  update(bytes: Buffer): void
  /** Ends the computation: 32 bytes for each part, none of an empty file. */
  done(): Buffer
}

/** Starts the digests of a file's parts. */
export function openParts(): RunningParts {
  const done: Buffer[] = []
  let part: RunningDigest | null = null
  let room = PART_BYTES

  function end(): void {
    if (part) done.push(Buffer.from(part.done().slice('blake3:'.length), 'hex'))
    part = null
    room = PART_BYTES
  }

  return {
    update(bytes) {
      for (let rest = bytes; rest.length > 0;) {
        const piece = rest.subarray(0, room)
        part ??= openDigest()
        part.update(piece)
        room -= piece.length
        rest = rest.subarray(piece.length)
        if (room === 0) end()
      }
    },
    done() {
      end()
      return Buffer.concat(done)
    },
  }
}
