import type { Digest } from '@almagest/schema'
import { openDigest } from '../digest/digest.ts'
import { openParts } from '../digest/parts.ts'

/** The bytes of a tar as they pass, once, front to back. */
export interface Cursor extends AsyncDisposable {
  /** The next bytes, at least one and at most `most`; `null` at the end. */
  upTo(most: number): Promise<Buffer | null>
  /** The next `bytes` bytes, fewer only at the end. */
  exactly(bytes: number): Promise<Buffer>
  /** How many have passed. */
  passed(): number
  /** The digests of all that passed, and of its parts. */
  digests(): { digest: Digest; parts: Buffer }
}

/** Starts to read; disposing of it closes what is read. */
export function openCursor(chunks: AsyncIterable<Buffer>): Cursor {
  const source = chunks[Symbol.asyncIterator]()
  const digest = openDigest()
  const parts = openParts()
  let rest: Buffer = Buffer.alloc(0)
  let passed = 0

  async function upTo(most: number): Promise<Buffer | null> {
    while (rest.length === 0) {
      const { done, value } = await source.next()
      if (done) return null
      digest.update(value)
      parts.update(value)
      rest = value
    }
    const bytes = rest.subarray(0, most)
    rest = rest.subarray(bytes.length)
    passed += bytes.length
    return bytes
  }

  return {
    upTo,
    async exactly(bytes) {
      const found = Buffer.alloc(bytes)
      let filled = 0
      while (filled < bytes) {
        const part = await upTo(bytes - filled)
        if (!part) break
        filled += part.copy(found, filled)
      }
      return found.subarray(0, filled)
    },
    passed: () => passed,
    digests: () => ({ digest: digest.done(), parts: parts.done() }),
    async [Symbol.asyncDispose]() {
      await source.return?.()
    },
  }
}
