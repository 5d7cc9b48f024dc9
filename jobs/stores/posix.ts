import { link, readdir, readFile, stat, statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import { checkPath, Refusal } from '@almagest/schema'
import { assemblePosix } from './posix/assembly.ts'
import { openPosixFolder } from './posix/folder.ts'
import { listPosix } from './posix/list.ts'
import {
  absolute,
  attempt,
  checkPresent,
  checkRoot,
  errnoOf,
  findIdentity,
  IDENTITY,
  INFLIGHT,
  lookUpFile,
  makeFolders,
  plain,
  RESERVED,
  sync,
  type Place,
} from './posix/place.ts'
import { fileStatOf } from './difference.ts'
import { readPosix } from './posix/read.ts'
import { quarantinePosix, removePosix, removePosixFolder, sweepPosix } from './posix/remove.ts'
import { posixTrash } from './posix/trash.ts'
import { discard, stage, writeFilePosix, writePosix } from './posix/write.ts'
import type { Store } from './store.ts'

let machine: Promise<string> | null = null

/**
 * A location in a folder of this machine, on any file system with hard links and fsync. Its identity is the file `.location-id`; runs in
 * progress are in `.inflight`, what goes away in `.trash`, evidence in `.quarantine`: four names it never lists.
 */
export function posixStore(root: string, { id }: { id: string }): Store {
  const place: Place = { id, root }
  return {
    id,
    folders: true,
    folder: root,
    prepare: ({ adopt = false } = {}) => prepare(place, { adopt }),
    async check() {
      await checkRoot(place)
      await checkPresent(place)
    },
    async stat(path) {
      checkPath(path)
      const found = await lookUpFile(place, path)
      return found && fileStatOf(found)
    },
    read: (path, options) => readPosix(place, path, options),
    write: (path, chunks, options) => writePosix(place, path, { chunks, options }),
    assemble: (path, options) => assemblePosix(place, path, options),
    async locate(path) {
      checkPath(path)
      return (await lookUpFile(place, path)) && plain(place, path)
    },
    writeFile: (path, fill, options) => writeFilePosix(place, path, { fill, options }),
    openFolder: (path, options) => openPosixFolder(place, path, options),
    remove: (path, expected, options) => removePosix(place, path, expected, options),
    removeFolder: (path, options) => removePosixFolder(place, path, options),
    trash: posixTrash(place),
    quarantine: (path, token) => quarantinePosix(place, path, token),
    list: (folder, options) => listPosix(place, folder, options),
    async space() {
      await checkPresent(place)
      const { bavail, blocks, bsize } = await attempt({ place, doing: 'measure its space' }, () => statfs(root, { bigint: true }))
      const { dev } = await attempt({ place, doing: 'measure its space' }, () => stat(root, { bigint: true }))
      return { free: Number(bavail * bsize), total: Number(blocks * bsize), device: `${await machineOf()} ${dev}` }
    },
    sweepInflight: options => sweepPosix(place, options),
  }
}

/** What tells this machine, as long as it runs, from every other: the numbers of its file systems are its own. */
function machineOf(): Promise<string> {
  return (machine ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    text => text.trim(),
    () => hostname(),
  ))
}

async function prepare(place: Place, { adopt }: { adopt: boolean }): Promise<void> {
  await checkRoot(place)
  const found = await findIdentity(place)
  if (found === null) {
    const names = await attempt({ place, doing: 'list its root' }, () => readdir(place.root))
    if (!adopt && names.some(name => !RESERVED.has(name))) throw new Refusal('CONFLICT', `the folder for location ${place.id} is not empty`)
    await identify(place)
  }
  const identity = await findIdentity(place)
  if (identity !== place.id) throw new Refusal('CONFLICT', `the folder for location ${place.id} is location ${identity}`)
  await sync(place, '.')
}

async function identify(place: Place): Promise<void> {
  const staged = `${INFLIGHT}/location-id-${process.pid}.part`
  await makeFolders(place, INFLIGHT)
  await discard(place, staged)
  async function* text(): AsyncGenerator<Buffer, void, void> {
    yield Buffer.from(`${JSON.stringify({ id: place.id })}\n`)
  }
  await stage(place, IDENTITY, { staged, chunks: text(), options: {} })
  await attempt({ place, doing: 'write its identity file' }, () =>
    link(absolute(place, staged), absolute(place, IDENTITY)).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error
    }),
  )
  await discard(place, staged)
}
