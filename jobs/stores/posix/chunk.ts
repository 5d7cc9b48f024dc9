const WASM_PAGE_BYTES = 65_536
const IDLE_AT_MOST = 16

/** How much is read or written at once. */
export const CHUNK_BYTES = 16 * WASM_PAGE_BYTES

/**
 * How much is written in one call. For more the system looks for longer stretches of memory to keep it in, which may be those that have not been used for
 * long: on a virtual machine whose host took them back that is several times slower.
 */
export const WRITE_BYTES = 2 ** 18

// Of the web's types only this one is needed, and @types/node does not have it.
declare const WebAssembly: { readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer } }

const idle: Buffer[] = []

/**
 * A buffer of CHUNK_BYTES that begins on a page boundary, as O_DIRECT demands and a `Buffer.alloc` does not promise: it is WebAssembly
 * memory. Such memories are costly to make, so give it back with `returnChunk`.
 */
export function takeChunk(): Buffer {
  const pages = CHUNK_BYTES / WASM_PAGE_BYTES
  return idle.pop() ?? Buffer.from(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer)
}

/** Ends the use of a chunk; it must not be touched after. */
export function returnChunk(chunk: Buffer): void {
  if (idle.length < IDLE_AT_MOST) idle.push(chunk)
}
