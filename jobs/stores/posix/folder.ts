import { createReadStream } from 'node:fs'
import { lstat, mkdir, opendir, rename } from 'node:fs/promises'
import { checkPath, pathText, Refusal } from '@almagest/schema'
import { crashPoint } from '../../crash-point.ts'
import { digestOf } from '../../digest/digest.ts'
import { checkToken } from '../expected.ts'
import type { FolderDraft, WriteOptions } from '../store.ts'
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
  plain,
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
  const folders = new Set<string>()

  return {
    folder: plain(place, draft),
    async write(member, chunks, options = {}) {
      checkPath(member)
      checkPath(`${path}/${member}`)
      const there = await lstat(absolute(place, `${draft}/${member}`)).catch(() => null)
      if (there) throw new Refusal('CONFLICT', `${member} is in the folder ${path} already`)
      const parents = member.includes('/') ? chainOf(parentOf(member)) : []
      if (parents.some(parent => !folders.has(parent))) await makeFolders(place, `${draft}/${parentOf(member)}`)
      for (const parent of parents) folders.add(parent)
      return stage(place, `${path}/${member}`, { staged: `${draft}/${member}`, chunks, options: { signal, ...options } })
    },

    async publish() {
      await checkPresent(place)
      for await (const { name, isFolder } of walk(place, draft)) if (isFolder) await sync(place, `${draft}/${name}`)
      await sync(place, draft)
      signal?.throwIfAborted()
      await makeFolders(place, parentOf(path))
      crashPoint('before-folder-renamed')
      if (!(await renamed(place, draft, { path })) && !(await holdsExactly(place, path, { draft, signal }))) {
        throw new Refusal('CONFLICT', `the folder ${path} is there already and holds other files`)
      }
      crashPoint('after-folder-renamed')
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

/** Whether a folder holds the files of the draft, by reading both again, and nothing else. */
async function holdsExactly(
  place: Place,
  path: string,
  { draft, signal }: { draft: string; signal: AbortSignal | undefined },
): Promise<boolean> {
  let found = 0
  for await (const entry of listPosix(place, path, { signal })) {
    const ours = absolute(place, `${draft}/${entry.path.slice(path.length + 1)}`)
    if (entry.fault !== null || entry.kind !== 'FILE' || !(await lstat(ours).catch(() => null))) return false
    if (!(await holds(place, entry.path, { written: await digestOf(createReadStream(ours, { signal })), signal }))) return false
    await sync(place, entry.path)
    found += 1
  }
  for await (const { isFolder } of walk(place, draft)) if (!isFolder) found -= 1
  return found === 0
}

/** Whatever is in a folder of ours, by its path in it, a folder after what is in it. */
async function* walk(place: Place, folder: string, inside = ''): AsyncGenerator<{ name: string; isFolder: boolean }, void, void> {
  for await (const entry of await attempt({ place, doing: `list ${folder}` }, () =>
    opendir(absolute(place, `${folder}/${inside}`), { encoding: 'buffer' as 'utf8' }),
  )) {
    const name = `${inside}${pathText(entry.name as unknown as Buffer)}`
    if (entry.isDirectory()) yield* walk(place, folder, `${name}/`)
    yield { name, isFolder: entry.isDirectory() }
  }
}
