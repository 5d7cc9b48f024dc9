import { constants, type BigIntStats } from 'node:fs'
import { access, lstat, mkdir, open, readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { onDisk, Outage, Refusal } from '@almagest/schema'

/** Our own names in a location's root; everything else in it is data. */
export const IDENTITY = '.location-id'
export const INFLIGHT = '.inflight'
export const TRASH = '.trash'
export const QUARANTINE = '.quarantine'

/** The names in a location's root that are neither listed nor in the way: ours, and what mkfs makes. */
export const RESERVED: ReadonlySet<string> = new Set([IDENTITY, INFLIGHT, TRASH, QUARANTINE, 'lost+found'])

/** A folder that is, or should be, one location. */
export interface Place {
  readonly id: string
  readonly root: string
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EIO: 'the device reports an input/output error',
  ENOENT: 'it, or a folder above it, is gone',
  ENOTDIR: 'what should be a folder is none',
  ESTALE: 'the network file system has lost it',
  EXDEV: 'it is on another file system than the rest of the location',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its path is too long here',
  EILSEQ: 'names that are no UTF-8 are not taken here',
}

/** What should not park the work of a location: on a full disk what makes room has to go on, and the name of one file is no fault of the others. */
const NOT_ITS_FAULT: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EILSEQ'])

const identitySchema = z.object({ id: z.string() })

/** The code of a failed system call (`ENOENT`), or `null` for any other error. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Does one thing to the file system; a failed system call becomes an Outage that names the location, `doing` and the cause, no host path. */
export async function attempt<result>({ place, doing }: { place: Place; doing: string }, step: () => Promise<result>): Promise<result> {
  try {
    return await step()
  } catch (error) {
    const code = errnoOf(error)
    if (code === null) throw error
    throw new Outage(`location ${place.id}: cannot ${doing}: ${REASONS[code] ?? `the system says ${code}`}`, {
      cause: error,
      locationId: NOT_ITS_FAULT.has(code) ? null : place.id,
    })
  }
}

/** The path on this machine of a path in the location. */
export function absolute(place: Place, path: string): string | Buffer {
  return onDisk(place.root, path)
}

/** The path on this machine of what we named ourselves, as tars and what is in progress; refuses with BAD_PATH one that is no text. */
export function plain(place: Place, name: string): string {
  if (name.includes('\\')) throw new Refusal('BAD_PATH', `${name} has bytes that are no UTF-8, and is no name of a package`)
  return `${place.root}/${name}`
}

/** Whose identity file is in the root, or `null` if none is there; throws Outage if that cannot be told. */
export async function findIdentity(place: Place): Promise<string | null> {
  const flag = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  let text: string
  try {
    text = await readFile(absolute(place, IDENTITY), { encoding: 'utf8', flag })
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    return attempt({ place, doing: 'read its identity file' }, () => Promise.reject(error))
  }
  try {
    return identitySchema.parse(JSON.parse(text)).id
  } catch (error) {
    throw offline(place, 'its identity file is damaged', { cause: error })
  }
}

/** Throws Outage unless this location, and no other, is at the root now. */
export async function checkPresent(place: Place): Promise<void> {
  const found = await findIdentity(place)
  if (found === place.id) return
  if (found !== null) throw offline(place, `location ${found} is in its place`)
  await checkRoot(place)
  throw offline(place, 'its identity file is not there')
}

/** Throws Outage, saying why, unless the root is a folder that can be read and written. */
export async function checkRoot(place: Place): Promise<void> {
  const root = await stat(place.root).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null
    return attempt({ place, doing: 'look at its root' }, () => Promise.reject(error))
  })
  if (!root) throw offline(place, 'its root is not there')
  if (!root.isDirectory()) throw offline(place, 'its root is not a folder')
  await attempt({ place, doing: 'read its root' }, () => access(place.root, constants.R_OK | constants.X_OK))
  await attempt({ place, doing: 'write to its root' }, () => access(place.root, constants.W_OK))
}

/**
 * What is at a path, or `null` if nothing is and the location was there before and after looking. Refuses with NOT_A_REGULAR_FILE to look
 * through a symbolic link. Node has no openat: a folder swapped for a link between this look and the use of the path is not noticed here.
 */
export async function lookUp(place: Place, path: string): Promise<BigIntStats | null> {
  await checkPresent(place)
  let end = 0
  for (;;) {
    end = path.indexOf('/', end + 1)
    const part = end < 0 ? path : path.slice(0, end)
    const found = await lstatOf(place, part)
    if (found && end < 0) return found
    if (found?.isSymbolicLink()) throw new Refusal('NOT_A_REGULAR_FILE', `${part}, on the way to ${path}, is a symbolic link`)
    if (found?.isDirectory()) continue
    await checkPresent(place)
    return null
  }
}

/** `lookUp`, and refuses with NOT_A_REGULAR_FILE what is there and no regular file. */
export async function lookUpFile(place: Place, path: string): Promise<BigIntStats | null> {
  const found = await lookUp(place, path)
  if (found && !found.isFile()) throw new Refusal('NOT_A_REGULAR_FILE', `${path} is ${kindOf(found)}, not a regular file`)
  return found
}

/** Makes a folder of the location and those above it; one that is there is left as it is. Refuses with CONFLICT a path that a file blocks. */
export async function makeFolders(place: Place, folder: string): Promise<void> {
  for (const part of chainOf(folder)) {
    const made = await attempt({ place, doing: `make the folder ${part}` }, () =>
      mkdir(absolute(place, part), { mode: RESERVED.has(part) ? 0o700 : 0o755 }).then(() => true, existing),
    )
    const found = made ? null : await lstatOf(place, part)
    if (found && !found.isDirectory()) throw new Refusal('CONFLICT', `${part} should be a folder and is ${kindOf(found)}`)
  }
}

/** Makes the names in a folder, and the names of the folders above it, outlast a power failure. */
export async function syncFolders(place: Place, folder: string): Promise<void> {
  for (const part of ['.', ...chainOf(folder)].toReversed()) await sync(place, part)
}

/** Makes the bytes of a file, or the names in a folder, outlast a power failure. A failure is final: a second try would prove nothing. */
export async function sync(place: Place, path: string): Promise<void> {
  const nofollow = path === '.' ? 0 : constants.O_NOFOLLOW
  await attempt({ place, doing: `make ${path} durable` }, async () => {
    await using handle = await open(absolute(place, path), constants.O_RDONLY | nofollow)
    await handle.sync()
  })
}

/** The folder a path is in; '.' is the root. */
export function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'
}

/** A path's folders from the outermost in, itself last: `a/b` is `a`, `a/b`. */
export function chainOf(folder: string): string[] {
  const names = folder === '.' ? [] : folder.split('/')
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

async function lstatOf(place: Place, path: string): Promise<BigIntStats | null> {
  return attempt({ place, doing: `look at ${path}` }, () => lstat(absolute(place, path), { bigint: true }).catch(absent))
}

function offline(place: Place, why: string, { cause }: { cause?: unknown } = {}): Outage {
  return new Outage(`location ${place.id} is offline: ${why}`, { cause, locationId: place.id })
}

function absent(error: unknown): null {
  const code = errnoOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return null
  throw error
}

function existing(error: unknown): false {
  if (errnoOf(error) === 'EEXIST') return false
  throw error
}

function kindOf(found: BigIntStats): string {
  if (found.isSymbolicLink()) return 'a symbolic link'
  if (found.isDirectory()) return 'a folder'
  return found.isFile() ? 'a file' : 'a device, pipe or socket'
}
