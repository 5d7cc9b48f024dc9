import type { BigIntStats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { checkPath, PATH_BYTES, pathBytes, pathFault, pathText, Refusal } from '@almagest/schema'
import { comparePaths } from '../../tar/plan.ts'
import type { Listed } from '../store.ts'
import { absolute, attempt, checkPresent, errnoOf, lookUp, RESERVED, type Place } from './place.ts'

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
  const pending: string[] = [folder === undefined ? '' : `${folder}/`]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    signal?.throwIfAborted()
    const folderToEnter = path === '' || path.endsWith('/')
    if (folderToEnter && pathBytes(path).length <= PATH_BYTES) {
      // One array at a time: a spread of a million names would overflow the stack.
      for (const name of await namesIn(place, path)) pending.push(name)
      continue
    }
    const found = await attempt({ place, doing: `look at ${path}` }, () => lstat(absolute(place, path), { bigint: true }).catch(absent))
    if (found) yield listedOf(found, path)
  }
  await checkPresent(place)
}

/** The entries of a folder in reverse byte order of their paths: the last one is the next. */
async function namesIn(place: Place, folder: string): Promise<string[]> {
  return attempt({ place, doing: `list the folder ${folder || '.'}` }, async () => {
    const names: string[] = []
    try {
      for await (const entry of await opendir(absolute(place, folder), { encoding: 'buffer' as 'utf8' })) {
        const name = pathText(entry.name as unknown as Buffer)
        if (folder === '' && RESERVED.has(name)) continue
        names.push(`${folder}${name}${entry.isDirectory() ? '/' : ''}`)
      }
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || folder === '') throw error
    }
    return names.sort((a, b) => comparePaths(b, a))
  })
}

function listedOf(found: BigIntStats, named: string): Listed {
  const path = named.replace(/\/$/, '')
  return {
    path,
    fault: pathFault(path),
    kind: found.isFile() ? 'FILE' : found.isSymbolicLink() ? 'SYMLINK' : 'OTHER',
    bytes: Number(found.size),
    mtimeNs: found.mtimeNs,
    inode: found.ino,
  }
}

function absent(error: unknown): null {
  if (errnoOf(error) === 'ENOENT') return null
  throw error
}
