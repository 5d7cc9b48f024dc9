import { createHash } from 'node:crypto'
import { Blake3Hasher } from '@napi-rs/blake-hash'
import { DIGEST, Refusal, type Digest } from '@almagest/schema'

/** The name before the colon of a `Digest`. */
export type DigestAlgorithm = 'blake3' | 'sha256'

/** A digest being computed. */
export interface RunningDigest {
  /** Takes the next bytes; they may be overwritten as soon as it returns. */
  update(bytes: Uint8Array): void
  /** Ends the computation; a second call gives the same answer, an `update` after it throws. */
  done(): Digest
}

/** Starts a digest: BLAKE3 (what `b3sum FILE` prints) unless SHA-256 (FIPS 180-4, what `sha256sum FILE` prints) is asked for. */
export function openDigest(algorithm: DigestAlgorithm = 'blake3'): RunningDigest {
  const hash: { update(bytes: Uint8Array): unknown; digest(format: 'hex'): string } =
    algorithm === 'blake3' ? new Blake3Hasher() : createHash('sha256')
  let digest: Digest | null = null
  return {
    update(bytes) {
      if (digest) throw new Error('this digest is already done')
      hash.update(bytes)
    },
    done() {
      digest ??= `${algorithm}:${hash.digest('hex')}`
      return digest
    },
  }
}

/** The algorithm a digest names; refuses with BAD_INPUT what is not a digest. */
export function algorithmOf(digest: Digest): DigestAlgorithm {
  if (!DIGEST.test(digest)) throw new Refusal('BAD_INPUT', `${JSON.stringify(String(digest).slice(0, 100))} is not a digest`)
  return digest.startsWith('blake3:') ? 'blake3' : 'sha256'
}

/** Reads all of `chunks` and says how many bytes they were and what their digest is. */
export async function digestOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  algorithm: DigestAlgorithm = 'blake3',
): Promise<{ bytes: number; digest: Digest }> {
  const digest = openDigest(algorithm)
  let bytes = 0
  for await (const chunk of chunks) {
    digest.update(chunk)
    bytes += chunk.length
  }
  return { bytes, digest: digest.done() }
}
