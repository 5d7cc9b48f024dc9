import { isUtf8 } from 'node:buffer'
import type { BigIntStats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { checkPath, PATH_BYTES, pathFault, Refusal } from '@almagest/schema'
import type { Listed } from '../store.ts'
import { attempt, checkPresent, errnoOf, lookUp, RESERVED, type Place } from './place.ts'

/** A name found in the location: its path from the root as the bytes that Linux knows it by, a slash at the end of a folder's. */
type RawPath = Buffer

const SLASH = Buffer.from('/')

/**
 * `Store.list` of a folder on this machine. It holds the names of the folders it is in and no more: memory grows with the largest folder.
 * What disappears while it lists is left out; a folder that cannot be read, or a location that goes away, is an Outage.
 */
export async function* listPosix(
  place: Place,
  folder?: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Listed, void, void> {
  if (folder !== undefined) {
    checkPath(folder)
    const found = await lookUp(place, folder)
    if (!found) return
    if (!found.isDirectory()) throw new Refusal('NOT_A_REGULAR_FILE', `${folder} is not a folder`)
  }
  await checkPresent(place)
  const pending: RawPath[] = [Buffer.from(folder === undefined ? '' : `${folder}/`)]
  for (let path = pending.pop(); path; path = pending.pop()) {
    signal?.throwIfAborted()
    const text = textOf(path)
    const folderToEnter = path.length === 0 || path.at(-1) === SLASH[0]
    if (folderToEnter && path.length <= PATH_BYTES) {
      // One array at a time: a spread of a million names would overflow the stack.
      for (const name of await namesIn(place, path)) pending.push(name)
      continue
    }
    const found = await attempt({ place, doing: `look at ${text}` }, () => lstat(onDisk(place, path), { bigint: true }).catch(absent))
    if (found) yield listedOf(path, found)
  }
  await checkPresent(place)
}

/** The entries of a folder in reverse byte order of their paths: the last one is the next. */
async function namesIn(place: Place, folder: RawPath): Promise<RawPath[]> {
  return attempt({ place, doing: `list the folder ${textOf(folder) || '.'}` }, async () => {
    const names: RawPath[] = []
    try {
      for await (const entry of await opendir(onDisk(place, folder), { encoding: 'buffer' as 'utf8' })) {
        const name = entry.name as unknown as Buffer
        if (folder.length === 0 && RESERVED.has(name.toString('latin1'))) continue
        names.push(Buffer.concat(entry.isDirectory() ? [folder, name, SLASH] : [folder, name]))
      }
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || folder.length === 0) throw error
    }
    return names.sort((a, b) => Buffer.compare(b, a))
  })
}

function listedOf(raw: RawPath, found: BigIntStats): Listed {
  const path = textOf(raw).replace(/\/$/, '')
  return {
    path,
    fault: isUtf8(raw) ? pathFault(path) : 'is not valid UTF-8',
    kind: found.isFile() ? 'FILE' : found.isSymbolicLink() ? 'SYMLINK' : 'OTHER',
    bytes: Number(found.size),
    mtimeNs: found.mtimeNs,
    inode: found.ino,
  }
}

/** The path as text; of bytes that are none, those beyond ASCII appear as `\xff`. */
function textOf(path: RawPath): string {
  if (isUtf8(path)) return path.toString()
  return path.toString('latin1').replaceAll(/[\x80-\xff]/g, character => `\\x${character.charCodeAt(0).toString(16)}`)
}

function onDisk(place: Place, path: RawPath): Buffer {
  return Buffer.concat([Buffer.from(`${place.root}/`), path])
}

function absent(error: unknown): null {
  if (errnoOf(error) === 'ENOENT') return null
  throw error
}
