import { link, rename, unlink } from 'node:fs/promises'
import { checkPath, Refusal } from '@almagest/schema'
import { differenceOf, fileStatOf } from '../difference.ts'
import { checkToken } from '../expected.ts'
import type { TrashFolder } from '../store.ts'
import { absolute, attempt, errnoOf, lookUpFile, makeFolders, parentOf, sync, syncFolders, TRASH, type Place } from './place.ts'

/** The folder of what waits to be deleted: in the location itself, so that nothing is copied on its way there. */
export const WAITING = 'waiting'

const FOLDER = `${TRASH}/${WAITING}`

/** `Store.trash` on this machine. */
export function posixTrash(place: Place): TrashFolder {
  return {
    async put(path, name, expected) {
      checkPath(path)
      const kept = await lookUpFile(place, keptAs(name))
      const found = await lookUpFile(place, path)
      if (!found) return kept ? 'MOVED' : 'ABSENT'
      const difference = differenceOf(expected, fileStatOf(found))
      if (difference) throw new Refusal('CONFLICT', `${path} is not the file that may be removed: ${difference}`)
      if (kept && kept.ino !== found.ino) throw new Refusal('CONFLICT', `${path} was put into the trash before, and another is there again`)
      await makeFolders(place, FOLDER)
      await attempt({ place, doing: `move ${path} into the trash` }, () => rename(absolute(place, path), absolute(place, keptAs(name))))
      // To rename one of two names of a file to the other does nothing (POSIX).
      if (kept) await attempt({ place, doing: `remove ${path}` }, () => unlink(absolute(place, path)).catch(absent))
      await syncFolders(place, FOLDER)
      await sync(place, parentOf(path))
      return 'MOVED'
    },
    async restore(name, path) {
      checkPath(path)
      const kept = await lookUpFile(place, keptAs(name))
      if (!kept) return 'ABSENT'
      await makeFolders(place, parentOf(path))
      await attempt({ place, doing: `bring ${path} back from the trash` }, () =>
        link(absolute(place, keptAs(name)), absolute(place, path)).catch(existing),
      )
      const found = await lookUpFile(place, path)
      if (found?.ino !== kept.ino) throw new Refusal('CONFLICT', `${path} is taken by another file than the one in the trash`)
      await syncFolders(place, parentOf(path))
      await attempt({ place, doing: `bring ${path} back from the trash` }, () => unlink(absolute(place, keptAs(name))).catch(absent))
      await sync(place, FOLDER)
      return 'RESTORED'
    },
    async empty(name) {
      const kept = await lookUpFile(place, keptAs(name))
      if (!kept) return 'ABSENT'
      await attempt({ place, doing: 'empty the trash' }, () => unlink(absolute(place, keptAs(name))).catch(absent))
      await sync(place, FOLDER)
      return 'REMOVED'
    },
  }
}

function keptAs(name: string): string {
  checkToken(name)
  return `${FOLDER}/${name}`
}

function absent(error: unknown): null {
  if (errnoOf(error) === 'ENOENT') return null
  throw error
}

function existing(error: unknown): false {
  if (errnoOf(error) === 'EEXIST') return false
  throw error
}
