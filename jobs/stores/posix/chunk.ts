const WASM_PAGE_BYTES = 65_536
const IDLE_AT_MOST = 16

/** How much is read or written at once. */
export const CHUNK_BYTES = 16 * WASM_PAGE_BYTES

const idle: Buffer[] = []

/**
 * A buffer of CHUNK_BYTES that begins on a page boundary, as O_DIRECT demands and a `Buffer.alloc` does not promise: it is WebAssembly
 * memory. Such memories are costly to make, so give it back with `returnChunk`.
 */
export function takeChunk(): Buffer {
  return idle.pop() ?? Buffer.from(new WebAssembly.Memory({ initial: CHUNK_BYTES / WASM_PAGE_BYTES, maximum: CHUNK_BYTES / WASM_PAGE_BYTES }).buffer)
}

/** Ends the use of a chunk; it must not be touched after. */
export function returnChunk(chunk: Buffer): void {
  if (idle.length < IDLE_AT_MOST) idle.push(chunk)
}
