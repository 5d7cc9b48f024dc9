/** Two buffers for bytes that come one after another: while those in one are used, more come to the other. */
export interface Buffers {
  /** What is used next begins at this byte of the file. */
  readonly at: () => number
  readonly room: () => Buffer
  readonly came: (bytes: number) => Promise<void> | null
  /** Waits until all that came was used. Throws what `use` does. */
  done(): Promise<void>
}

/** What is used at once: stretches that begin and end at multiples of it, which costs a file system least. */
const STRETCH_BYTES = 2 ** 18

/** After so long less is used too, so that of what comes slowly is told how far it is. In milliseconds. */
const HELD_MS = 250

/** And room for what still comes while the rest is held back. */
const BUFFER_BYTES = STRETCH_BYTES + 2 ** 17

/** Memory for `openBuffers`, to be used by one at a time. */
export function makePair(): readonly [Buffer, Buffer] {
  return [Buffer.allocUnsafeSlow(BUFFER_BYTES), Buffer.allocUnsafeSlow(BUFFER_BYTES)]
}

/** Opens buffers for the bytes of a file from one on; `use` gets them in their order, one chunk after another. */
export function openBuffers(
  pair: readonly [Buffer, Buffer],
  { at: start, use }: { at: number; use: (chunk: Buffer, at: number) => Promise<void> },
): Buffers {
  let [filling, other] = pair
  let at = start
  let filled = 0
  let usedAt = performance.now()
  let using: Promise<void> | null = null
  let failed: { readonly by: unknown } | null = null

  const wanted = (): number => STRETCH_BYTES - (at % STRETCH_BYTES)

  function pass(): Promise<void> {
    const [chunk, from] = [filling.subarray(0, filled), at]
    ;[filling, other] = [other, filling]
    at += filled
    filled = 0
    usedAt = performance.now()
    using = use(chunk, from)
      .catch((error: unknown) => void (failed ??= { by: error }))
      .then(() => void (using = null))
    return using
  }

  /** Uses what is there as soon as the other buffer is free. */
  async function hold(): Promise<void> {
    await using
    if (failed) throw failed.by
    if (!using && filled > 0) void pass()
  }

  return {
    at: () => at,
    room: () => filling.subarray(filled, filled < wanted() ? wanted() : BUFFER_BYTES),
    came(bytes) {
      filled += bytes
      if (filled < wanted() && !failed && performance.now() - usedAt < HELD_MS) return null
      if (using || failed) return hold()
      void pass()
      return null
    },
    async done() {
      for (;;) {
        await using
        if (failed) throw failed.by
        if (!using && filled === 0) return
        if (!using) void pass()
      }
    },
  }
}
