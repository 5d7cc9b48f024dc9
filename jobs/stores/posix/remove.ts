import { lstat, readdir, rename, rmdir, unlink } from 'node:fs/promises'
import { checkPath, Refusal } from '@almagest/schema'
import { crashPoint } from '../../crash-point.ts'
import { differenceOf, fileStatOf } from '../difference.ts'
import { checkToken } from '../expected.ts'
import type { ExpectedStat } from '../store.ts'
import {
  absolute,
  attempt,
  checkPresent,
  errnoOf,
  INFLIGHT,
  lookUp,
  lookUpFile,
  makeFolders,
  parentOf,
  QUARANTINE,
  sync,
  syncFolders,
  TRASH,
  type Place,
} from './place.ts'
import { WAITING } from './trash.ts'
import { discard } from './write.ts'

/** `Store.remove` on this machine. Between the last look and the unlink are microseconds in which Linux could not stop a swap of the file. */
export async function removePosix(
  place: Place,
  path: string,
  expected: ExpectedStat,
  { prune: alsoFolders = false }: { prune?: boolean } = {},
): Promise<'REMOVED' | 'ABSENT'> {
  checkPath(path)
  const found = await lookUpFile(place, path)
  if (found) {
    const difference = differenceOf(expected, fileStatOf(found))
    if (difference) throw new Refusal('CONFLICT', `${path} is not the file that may be removed: ${difference}`)
    crashPoint('before-unlink')
    await attempt({ place, doing: `remove ${path}` }, () => unlink(absolute(place, path)).catch(absent))
    crashPoint('after-unlink')
    await sync(place, parentOf(path))
  }
  if (alsoFolders) await prune(place, parentOf(path))
  return found ? 'REMOVED' : 'ABSENT'
}

/** `Store.removeFolder` on this machine, by way of `.trash`. */
export async function removePosixFolder(place: Place, path: string, { token }: { token: string }): Promise<'REMOVED' | 'ABSENT'> {
  checkPath(path)
  checkToken(token)
  const trash = `${TRASH}/${token}`
  const found = await lookUp(place, path)
  if (found && !found.isDirectory()) throw new Refusal('NOT_A_REGULAR_FILE', `${path} is not a folder`)
  await makeFolders(place, TRASH)
  await discard(place, trash)
  if (!found) return 'ABSENT'
  await attempt({ place, doing: `remove the folder ${path}` }, () => rename(absolute(place, path), absolute(place, trash)))
  crashPoint('after-folder-to-trash')
  await sync(place, parentOf(path))
  await sync(place, TRASH)
  await discard(place, trash)
  await prune(place, parentOf(path))
  return 'REMOVED'
}

/** `Store.quarantine` on this machine: under `.quarantine`, by the token, at its own path. */
export async function quarantinePosix(place: Place, path: string, token: string): Promise<string | null> {
  checkPath(path)
  checkToken(token)
  const kept = `${QUARANTINE}/${token}/${path}`
  const found = await lookUp(place, path)
  const before = await lookUp(place, kept)
  if (!found && !before) return null
  if (found && before) throw new Refusal('CONFLICT', `${path} was quarantined by ${token} before, and is there again`)
  if (found) {
    await makeFolders(place, parentOf(kept))
    await attempt({ place, doing: `quarantine ${path}` }, () => rename(absolute(place, path), absolute(place, kept)))
    await sync(place, parentOf(path))
  }
  await syncFolders(place, parentOf(kept))
  return kept
}

/** `Store.sweepInflight` on this machine. Of what is in `.trash`, the removal was decided before it came there. */
export async function sweepPosix(
  place: Place,
  { before, isLive }: { before: Date; isLive(token: string): boolean | Promise<boolean> },
): Promise<string[]> {
  await checkPresent(place)
  const swept: string[] = []
  for (const folder of [INFLIGHT, TRASH]) {
    const names = await attempt({ place, doing: `list ${folder}` }, () => readdir(absolute(place, folder)).catch(absent))
    for (const name of (names ?? []).sort()) {
      // What waits to be deleted is no leftover: its rows say when it goes.
      if (folder === TRASH && name === WAITING) continue
      const left = await attempt({ place, doing: `look at ${folder}/${name}` }, () =>
        lstat(absolute(place, `${folder}/${name}`)).catch(absent),
      )
      const token = name.replace(/\.part$/, '')
      if (!left || left.mtimeMs >= before.getTime() || (await isLive(token))) continue
      await discard(place, `${folder}/${name}`)
      swept.push(token)
    }
  }
  return swept
}

/** Removes a folder and those above it as long as they are empty; never the root. */
async function prune(place: Place, folder: string): Promise<void> {
  let empty = folder
  while (empty !== '.') {
    const removed = await attempt({ place, doing: `remove the empty folder ${empty}` }, () =>
      rmdir(absolute(place, empty)).then(() => true, inUse),
    )
    if (!removed) return
    empty = parentOf(empty)
    await sync(place, empty)
  }
}

function inUse(error: unknown): false {
  const code = errnoOf(error)
  if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return false
  throw error
}

function absent(error: unknown): null {
  if (errnoOf(error) === 'ENOENT') return null
  throw error
}
