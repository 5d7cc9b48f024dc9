import { createHash } from 'node:crypto'

/** One file as it was handed in, before anybody else had it. */
export interface Entry {
  /** Relative to the SOURCE that it was written to. */
  readonly path: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
  /** Whose file it is: the name of the episode. */
  readonly episode: string
}

/** Every byte that was ever handed in: entries are added and never changed. */
export interface Ledger {
  add(episode: string, path: string, content: Buffer): Entry
  /** `null` for a path that was never handed in. */
  find(path: string): Entry | null
  of(episode: string): readonly Entry[]
  readonly files: number
  readonly bytes: number
}

/** An empty ledger. */
export function openLedger(): Ledger {
  const entries = new Map<string, Entry>()
  const episodes = new Map<string, Entry[]>()
  let bytes = 0
  return {
    add(episode, path, content) {
      if (entries.has(path)) throw new Error(`${path} was handed in before`)
      const entry = { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex'), episode }
      entries.set(path, entry)
      episodes.set(episode, [...(episodes.get(episode) ?? []), entry])
      bytes += content.length
      return entry
    },
    find: path => entries.get(path) ?? null,
    of: episode => episodes.get(episode) ?? [],
    get files() {
      return entries.size
    },
    get bytes() {
      return bytes
    },
  }
}
