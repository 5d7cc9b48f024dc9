import { blake3 } from '@noble/hashes/blake3.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { Refusal } from './errors.ts'

/** A digest being computed. */
export interface RunningDigest {
  update(bytes: Uint8Array): void
  /** Ends it: blake3:… or sha256:…, as the data centre writes it. */
  done(): string
}

/** Starts a digest, of the kind that another names; BLAKE3 unless it is one of SHA-256. In JavaScript alone: some 100 MB/s. */
export function openDigest(like = 'blake3:'): RunningDigest {
  const algorithm = algorithmOf(like)
  const hash = (algorithm === 'blake3' ? blake3 : sha256).create()
  return {
    update: bytes => void hash.update(bytes),
    done: () => `${algorithm}:${[...hash.digest()].map(byte => byte.toString(16).padStart(2, '0')).join('')}`,
  }
}

/** The algorithm of a digest; refuses what is none. */
export function algorithmOf(digest: string): 'blake3' | 'sha256' {
  const [algorithm = ''] = digest.split(':', 1)
  if (algorithm === 'blake3' || algorithm === 'sha256') return algorithm
  throw new Refusal('BAD_INPUT', `${JSON.stringify(digest.slice(0, 100))} is no digest: it must begin with blake3: or sha256:`)
}
