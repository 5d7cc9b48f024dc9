import { lstat, readdir } from 'node:fs/promises'
import { relative } from 'node:path'
import { Refusal } from '../errors.ts'
import { digestOfFile } from '../node/digest.ts'
import { pathText } from '../node/paths.ts'
import { codeOf } from '../spool/folder.ts'

/** A regular file as it was found: `path` below the root as the catalogue writes it, `file` where it is on this machine. */
export interface Seen {
  readonly path: string
  readonly file: string | Buffer
  readonly bytes: number
  readonly mtimeMs: number
}

/** What was left out, and why. */
export interface LeftOut {
  readonly path: string
  readonly why: string
}

const SLASH = Buffer.from('/')

interface Walk {
  readonly root: string
  readonly leaveOut: (left: LeftOut) => void
}

/** Goes through a folder and what is in it, in the order of names; tells what is left out: links, devices, what cannot be filed or read. Hidden names are passed by. */
export async function* filesOf(folder: string, walk: Walk): AsyncGenerator<Seen, void, void> {
  const names = await namesIn(folder).catch((error: unknown) => {
    throw new Refusal('BAD_INPUT', `${folder} cannot be read: ${codeOf(error) ?? String(error)}`)
  })
  yield* among(Buffer.from(folder), { ...walk, names, at: pathText(Buffer.from(relative(walk.root, folder))) })
}

const namesIn = (folder: string | Buffer): Promise<Buffer[]> => readdir(folder, { encoding: 'buffer' })

interface Inside extends Walk {
  readonly names: readonly Buffer[]
  /** The path of the folder below the root, as the catalogue writes it. */
  readonly at: string
}

async function* among(folder: Buffer, { names, at, ...walk }: Inside): AsyncGenerator<Seen, void, void> {
  const { leaveOut } = walk
  const composed = new Set<string>()
  for (const raw of names.toSorted(Buffer.compare)) {
    const name = pathText(raw)
    if (name.startsWith('.')) continue
    const file = Buffer.concat([folder, SLASH, raw])
    const path = at === '' ? name : `${at}/${name}`
    const found = await lstat(file).catch(() => null)
    if (found === null) continue
    if (composed.has(name.normalize('NFC'))) {
      leaveOut({ path, why: 'its name is that of another beside it, written with other characters of Unicode' })
      continue
    }
    composed.add(name.normalize('NFC'))
    if (found.isDirectory()) {
      const inside = await namesIn(file).catch((error: unknown) => leaveOut({ path, why: whyNot(error) }))
      if (inside) yield* among(file, { ...walk, names: inside, at: path })
    } else if (!found.isFile()) leaveOut({ path, why: `it is ${found.isSymbolicLink() ? 'a link' : 'no regular file'}` })
    else {
      const fault = faultOf(path)
      if (fault !== null) leaveOut({ path, why: fault })
      else yield { path, file, bytes: found.size, mtimeMs: found.mtimeMs }
    }
  }
}

/** Why one file cannot be read, or does not go with what was said; throws what is not about this file. */
export function whyNot(error: unknown): string {
  if (error instanceof Refusal) return error.message
  const code = codeOf(error)
  if (code === 'ENOENT') return 'it went away while it was read'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') return `it cannot be read: ${code}`
  throw error
}

/** The digest of a file as it was seen; refuses one that is being written. */
export async function digestOfSeen({ file, bytes, mtimeMs }: Seen, like?: string): Promise<string> {
  const digest = await digestOfFile(file, like)
  const now = await lstat(file)
  if (now.size !== bytes || now.mtimeMs !== mtimeMs) throw new Refusal('BAD_INPUT', 'it changed while it was read')
  return digest
}

/** What the data centre would refuse of a path; null: nothing. One such file must not hold up the others. */
function faultOf(path: string): string | null {
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return 'its name has a control character'
  if (/[\p{Cf}\p{Zl}\p{Zp}]/u.test(path)) return 'its name has an invisible character'
  if (path.includes('\\x5c')) return 'its name has a backslash'
  if (Buffer.byteLength(path) > 1024) return 'its path is longer than 1024 bytes'
  return path.startsWith('..') ? 'it is outside of the root' : null
}
