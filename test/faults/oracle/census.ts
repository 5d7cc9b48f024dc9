import { createHash } from 'node:crypto'
import { lstat, open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/** A file inside of a tar, or a file by itself, by what was read of it. */
export interface Member {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** What is under a final name of a location: read, not believed. */
export interface Found {
  /** Relative to the root of the location. */
  readonly path: string
  readonly bytes: number
  /** Of a tar what is in it, of any other file itself. */
  readonly members: readonly Member[]
  /** Why it is no whole tar; `null` if it is one, or is none by its name. */
  readonly fault: string | null
}

/** Reads what is on disks; what it read once it reads again only when the file changed (ctime, which nobody can set). */
export interface Census {
  /** Everything under a final name below a root; what goes while it looks is not there. */
  take(root: string): Promise<ReadonlyMap<string, Found>>
  /** One file; `null` if it is not there. */
  look(root: string, path: string): Promise<Found | null>
}

const BLOCK = 512

/** A census that has seen nothing yet. */
export function openCensus(): Census {
  const known = new Map<string, { key: string; found: Found }>()

  async function look(root: string, path: string): Promise<Found | null> {
    const file = join(root, path)
    const stat = await lstat(file, { bigint: true }).catch(gone)
    if (!stat?.isFile()) return null
    const key = `${stat.dev}.${stat.ino}.${stat.ctimeNs}.${stat.size}`
    const before = known.get(file)
    if (before?.key === key) return before.found
    const handle = await open(file, 'r').catch(gone)
    if (!handle) return null
    try {
      const found = path.endsWith('.tar') ? await readTar(handle, path) : await readFile(handle, path)
      known.set(file, { key, found })
      return found
    } finally {
      await handle.close()
    }
  }

  return {
    look,
    async take(root) {
      const seen = new Map<string, Found>()
      for (const path of await walk(root, '')) {
        const found = await look(root, path)
        if (found) seen.set(path, found)
      }
      return seen
    },
  }
}

/** Names that begin with a dot in a root are the data centre's own. */
async function walk(root: string, below: string): Promise<string[]> {
  const entries = (await readdir(join(root, below), { withFileTypes: true }).catch(gone)) ?? []
  const paths: string[] = []
  for (const entry of entries) {
    if (below === '' && entry.name.startsWith('.')) continue
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) paths.push(...(await walk(root, path)))
    else paths.push(path)
  }
  return paths
}

async function readFile(handle: FileHandle, path: string): Promise<Found> {
  const { size } = await handle.stat()
  const { bytes, sha256 } = await digestOf(handle, { at: 0, bytes: size })
  return { path, bytes, members: [{ path, bytes, sha256 }], fault: null }
}

/** ustar with pax extended headers (POSIX.1-2001), regular files only; anything else is a fault. */
async function readTar(handle: FileHandle, path: string): Promise<Found> {
  const { size } = await handle.stat()
  const members: Member[] = []
  const found = (fault: string | null): Found => ({ path, bytes: size, members, fault })
  let extended: Readonly<Record<string, string>> = {}
  for (let at = 0; ;) {
    const block = await readAt(handle, { at, bytes: BLOCK })
    if (block.length < BLOCK) return found('it has no end')
    if (block.every(byte => byte === 0)) {
      const rest = await readAt(handle, { at, bytes: size - at })
      return found(rest.length < 2 * BLOCK ? 'its end is cut' : rest.some(byte => byte !== 0) ? 'something follows its end' : null)
    }
    if (sumOf(block) !== Number.parseInt(textOf(block, 148, 8), 8)) return found(`its header at byte ${at} is damaged`)
    const type = String.fromCharCode(block[156] ?? 0)
    const bytes = Number(extended.size ?? Number.parseInt(textOf(block, 124, 12), 8))
    at += BLOCK
    if (at + bytes > size) return found('it ends in the middle of a member')
    if (type === 'x') extended = recordsOf(await readAt(handle, { at, bytes }))
    else if (type === '0') {
      const prefix = textOf(block, 345, 155)
      const name = extended.path ?? `${prefix === '' ? '' : `${prefix}/`}${textOf(block, 0, 100)}`
      members.push({ path: name, ...(await digestOf(handle, { at, bytes })) })
      extended = {}
    } else return found(`it has an entry of type ${type}`)
    at += Math.ceil(bytes / BLOCK) * BLOCK
  }
}

function recordsOf(data: Buffer): Record<string, string> {
  const records: Record<string, string> = {}
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at)
    const length = Number(data.subarray(at, space).toString())
    if (!(length > 0)) break
    const [, key = '', value = ''] = /^([^=]*)=([^]*)\n$/.exec(data.subarray(space + 1, at + length).toString('utf8')) ?? []
    records[key] = value
    at += length
  }
  return records
}

function sumOf(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
}

function textOf(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length)
  const end = field.indexOf(0)
  return field
    .subarray(0, end < 0 ? length : end)
    .toString('utf8')
    .trim()
}

async function digestOf(handle: FileHandle, { at, bytes }: { at: number; bytes: number }): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let done = 0
  while (done < bytes) {
    const chunk = await readAt(handle, { at: at + done, bytes: Math.min(1 << 20, bytes - done) })
    if (chunk.length === 0) break
    hash.update(chunk)
    done += chunk.length
  }
  return { bytes: done, sha256: hash.digest('hex') }
}

async function readAt(handle: FileHandle, { at, bytes }: { at: number; bytes: number }): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, at)
  return buffer.subarray(0, bytesRead)
}

function gone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}
