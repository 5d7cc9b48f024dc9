import { createHash } from 'node:crypto'
import type { FileObservationInput } from '../operations.generated.ts'

/** The version of entries that this client writes. It reads this one and those before it. */
export const ENTRY_VERSION = 1

/** A filing as it waits on the disk. */
export interface Entry {
  readonly version: number
  /** When it was filed, by the clock of this machine: for people alone. */
  readonly filedAt: string
  readonly input: FileObservationInput
}

/** What the file of an entry is: an entry, one of a newer client, or nothing that a client wrote. */
export type ReadEntry =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damaged'; readonly why: string }

/** The file of an entry: a line that says what it is, with the SHA-256 of the next, and a line with the filing. */
export function writeEntry(input: FileObservationInput, filedAt: Date | string): Buffer {
  const body = JSON.stringify(input)
  const at = typeof filedAt === 'string' ? filedAt : filedAt.toISOString()
  const head = { almagest: 'filing', version: ENTRY_VERSION, filedAt: at, sha256: sha256(body) }
  return Buffer.from(`${JSON.stringify(head)}\n${body}\n`)
}

/** Reads the file of an entry; throws nothing. */
export function readEntry(text: string): ReadEntry {
  const end = text.indexOf('\n')
  const head = readHead(end < 0 ? text : text.slice(0, end))
  if (!head) return { kind: 'damaged', why: 'it does not begin as a filing of Almagest does' }
  if (head.version > ENTRY_VERSION) return { kind: 'newer', version: head.version }
  const body = text.slice(end + 1).replace(/\n$/, '')
  if (end < 0 || sha256(body) !== head.sha256) return { kind: 'damaged', why: 'its bytes are not those that were written' }
  return { kind: 'entry', entry: { version: head.version, filedAt: head.filedAt, input: JSON.parse(body) as FileObservationInput } }
}

/** The version that the first line of an entry names; null if it names none. `begin` has to hold that line. */
export function versionOf(begin: string): number | null {
  return readHead(begin.split('\n', 1)[0] ?? '')?.version ?? null
}

interface Head {
  readonly version: number
  readonly filedAt: string
  readonly sha256: string
}

function readHead(line: string): Head | null {
  try {
    const { almagest, version, filedAt, sha256 } = JSON.parse(line) as Record<string, unknown>
    if (almagest !== 'filing' || !Number.isSafeInteger(version)) return null
    return { version: version as number, filedAt: String(filedAt), sha256: String(sha256) }
  } catch {
    return null
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
