/** The bytes of a file as they pass, once, front to back. */
export interface Cursor extends AsyncDisposable {
  /** The next bytes, at least one and at most `most`; `null` at the end. */
  upTo(most: number): Promise<Buffer | null>
  /** The next `bytes` bytes, fewer only at the end. */
  exactly(bytes: number): Promise<Buffer>
  /** How many have passed. */
  passed(): number
}

/** Starts to read; disposing of it closes what is read. */
export function openCursor(chunks: AsyncIterable<Buffer>): Cursor {
  const source = chunks[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  let passed = 0

  async function upTo(most: number): Promise<Buffer | null> {
    while (rest.length === 0) {
      const { done, value } = await source.next()
      if (done) return null
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
    async [Symbol.asyncDispose]() {
      await source.return?.()
    },
  }
}
