import { mkdir, rename } from 'node:fs/promises'
import { checkPath, Refusal } from '@almagest/schema'
import { checkToken } from '../expected.ts'
import type { FolderDraft, WriteOptions, Written } from '../store.ts'
import { listPosix } from './list.ts'
import {
  absolute,
  attempt,
  chainOf,
  checkPresent,
  errnoOf,
  INFLIGHT,
  makeFolders,
  parentOf,
  sync,
  syncFolders,
  type Place,
} from './place.ts'
import { discard, holds, stage } from './write.ts'

/** `Store.openFolder` on this machine: the folder is built in `.inflight` and renamed. */
export async function openPosixFolder(
  place: Place,
  path: string,
  { token, signal }: Pick<WriteOptions, 'token' | 'signal'>,
): Promise<FolderDraft> {
  checkPath(path)
  checkToken(token)
  await checkPresent(place)
  const draft = `${INFLIGHT}/${token}`
  await makeFolders(place, INFLIGHT)
  await discard(place, draft)
  await attempt({ place, doing: `start the folder ${path}` }, () => mkdir(absolute(place, draft), { mode: 0o755 }))
  const files = new Map<string, Written>()
  const folders = new Set<string>()

  return {
    async write(member, chunks, options = {}) {
      checkPath(member)
      checkPath(`${path}/${member}`)
      if (files.has(member)) throw new Refusal('CONFLICT', `${member} is in the folder ${path} already`)
      const parents = member.includes('/') ? chainOf(parentOf(member)) : []
      if (parents.some(parent => !folders.has(parent))) await makeFolders(place, `${draft}/${parentOf(member)}`)
      for (const parent of parents) folders.add(parent)
      const written = await stage(place, `${path}/${member}`, { staged: `${draft}/${member}`, chunks, options: { signal, ...options } })
      files.set(member, written)
      return written
    },

    async publish() {
      await checkPresent(place)
      for (const folder of [...folders].sort().toReversed()) await sync(place, `${draft}/${folder}`)
      await sync(place, draft)
      signal?.throwIfAborted()
      await makeFolders(place, parentOf(path))
      if (!(await renamed(place, draft, { path })) && !(await holdsExactly(place, path, { files, signal }))) {
        throw new Refusal('CONFLICT', `the folder ${path} is there already and holds other files`)
      }
      await syncFolders(place, parentOf(path))
      await sync(place, INFLIGHT)
    },

    async [Symbol.asyncDispose]() {
      // As after a failed write: the sweep removes what cannot be removed now.
      await discard(place, draft).catch(() => null)
    },
  }
}

/** Whether the draft took the name: not if a folder that holds something, or a file, has it. */
async function renamed(place: Place, draft: string, { path }: { path: string }): Promise<boolean> {
  return attempt({ place, doing: `publish the folder ${path}` }, async () => {
    try {
      await rename(absolute(place, draft), absolute(place, path))
      return true
    } catch (error) {
      const code = errnoOf(error)
      if (code === 'ENOTDIR') throw new Refusal('CONFLICT', `${path} is there already and is not a folder`)
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
      throw error
    }
  })
}

async function holdsExactly(
  place: Place,
  path: string,
  { files, signal }: { files: ReadonlyMap<string, Written>; signal: AbortSignal | undefined },
): Promise<boolean> {
  let found = 0
  for await (const entry of listPosix(place, path, { signal })) {
    const written = files.get(entry.path.slice(path.length + 1))
    if (entry.fault !== null || entry.kind !== 'FILE' || !written || !(await holds(place, entry.path, { written, signal }))) return false
    await sync(place, entry.path)
    found += 1
  }
  return found === files.size
}
