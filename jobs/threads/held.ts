import { createHash } from 'node:crypto'
import { closeSync, mkdirSync } from 'node:fs'
import { Blake3Hasher, blake3 } from '@napi-rs/blake-hash'
import { onDisk } from '@almagest/schema/path'

/** A digest being computed in a thread, of a member that is larger than an extent. */
export interface Hasher {
  update(bytes: Buffer): unknown
  digest(format: 'hex'): string
}

/** What a thread keeps from task to task of one piece of work. */
export interface Held {
  /** Throws if the work was called off. */
  check(): void
  /** The open file of a name; opened with `open` the first time. */
  file(name: string, open: () => number): number
  /** Closes the file of a name. */
  end(name: string): void
  /** The digests of a large member, one for each algorithm. */
  readonly hashers: Map<string, readonly { readonly algorithm: string; readonly hasher: Hasher }[]>
  /** Whether something is known by this name from before; from now on it is. */
  known(name: string): boolean
  /** Makes a folder below another, and those between. */
  folder(root: string, folder: string): void
  close(): void
}

/** Starts to keep what one piece of work needs; `stop` is not 0 when it was called off. */
export function openHeld(stop: Int32Array): Held {
  const files = new Map<string, number>()
  const names = new Set<string>()

  const held: Held = {
    check() {
      if (Atomics.load(stop, 0) !== 0) throw new Error('the work was called off')
    },
    file(name, open) {
      const fd = files.get(name) ?? open()
      files.set(name, fd)
      return fd
    },
    end(name) {
      const fd = files.get(name)
      files.delete(name)
      if (fd !== undefined) closeSync(fd)
    },
    hashers: new Map(),
    known(name) {
      if (names.has(name)) return true
      // Of folders only the latest are remembered: memory does not grow with their number.
      if (names.size >= 10_000) names.clear()
      names.add(name)
      return false
    },
    folder(root, folder) {
      if (folder !== '' && !held.known(`${root}/${folder}`)) mkdirSync(onDisk(root, folder), { recursive: true, mode: 0o755 })
    },
    close() {
      for (const fd of files.values()) closeSync(fd)
      files.clear()
    },
  }
  return held
}

/** The self-describing digest of some bytes. */
export function digestBytes(bytes: Buffer, algorithm: string): string {
  return `${algorithm}:${algorithm === 'blake3' ? blake3(bytes).toString('hex') : createHash('sha256').update(bytes).digest('hex')}`
}

/** A digest to be computed piece by piece. */
export function openHasher(algorithm: string): Hasher {
  return algorithm === 'blake3' ? new Blake3Hasher() : createHash('sha256')
}

/** The algorithm that a self-describing digest names. */
export function algorithmIn(digest: string): string {
  return digest.slice(0, digest.indexOf(':'))
}

/** Does one thing to the file system, and says of what it throws on which side it came about. */
export function on<result>(side: 'FROM' | 'TO', step: () => result): result {
  try {
    return step()
  } catch (error) {
    throw Object.assign(error as Error, { side })
  }
}
