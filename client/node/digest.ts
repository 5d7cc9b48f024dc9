import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { algorithmOf, openDigest, type RunningDigest } from '../digest.ts'

const CHUNK_BYTES = 1 << 20

/** The digest of a file's bytes, as the data centre writes it; of the kind that another names. */
export async function digestOfFile(path: string | Buffer, like = 'blake3:'): Promise<string> {
  const digest = await openNativeDigest(like)
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let read = await file.read(buffer, 0, CHUNK_BYTES); read.bytesRead > 0; read = await file.read(buffer, 0, CHUNK_BYTES))
      digest.update(buffer.subarray(0, read.bytesRead))
    return digest.done()
  } finally {
    await file.close()
  }
}

/** Starts a digest, as fast as this machine can: in native code where that is installed. */
export async function openNativeDigest(like = 'blake3:'): Promise<RunningDigest> {
  const algorithm = algorithmOf(like)
  if (algorithm === 'sha256') {
    const hash = createHash('sha256')
    return { update: bytes => void hash.update(bytes), done: () => `sha256:${hash.digest('hex')}` }
  }
  const native = await import('@napi-rs/blake-hash').catch(() => null)
  if (native === null) return openDigest(like)
  const hash = new native.Blake3Hasher()
  return { update: bytes => void hash.update(bytes), done: () => `blake3:${hash.digest('hex')}` }
}
