import { constants } from 'node:fs'
import { link, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Outage, Refusal } from '../errors.ts'
import { makeFolder } from '../node/make-folder.ts'
import { newId } from '../uuid.ts'

/** The file of an entry: its number in the order of filing, and an id that no other has. */
export interface Place {
  readonly name: string
  readonly bytes: number
}

/** A filing takes less than this to be written: to digest a night's files may take hours. */
const LEFT_MS = 7 * 86_400_000

/** So many files are looked at at once: a million may wait. */
const AT_ONCE = 256

const NONE: ReadonlySet<string> = new Set()

/** More than the first line of an entry has. */
const HEAD_BYTES = 512

const NAME = /^(\d{12})-[0-9a-f-]{36}\.json$/

/** A folder with one file for each filing. Whatever is written is on the disk, whole, when it returns. */
export interface Folder {
  readonly path: string
  /** Writes files, the last in order: all of them or, where the disk is full (an Outage), none. `admit` hears of each before it is written, and may throw. */
  add(files: Iterable<Buffer> | AsyncIterable<Buffer>, admit: (bytes: number) => Promise<void>): Promise<Place[]>
  /** Puts a file that was moved away back in its place. */
  putBack(name: string, from: string): Promise<void>
  /** The files in their order, the first `most`, without some. */
  list(options?: { but?: ReadonlySet<string>; most?: number }): Promise<Place[]>
  /** Moves a file to another folder with why, on the disk when it returns; with `part`, that alone comes there, and the file is gone. */
  refuse(name: string, refusing: { to: string; why: Buffer; part?: Buffer | undefined }): Promise<void>
  remove(name: string): Promise<void>
  /** The first bytes of a file as text; empty where it is gone or cannot be read. */
  begin(name: string): Promise<string>
  /** Removes what processes that were killed left half written, long ago. */
  tidy(): Promise<void>
  /** What is now in the folder is there after a power cut too. */
  sync(): Promise<void>
}

/** Opens the folder of a spool, and makes it where it is not there. */
export async function openFolder(path: string): Promise<Folder> {
  const writing = join(path, 'writing')
  await attempt(path, () => makeLasting(path, writing))
  const sync = openSync(path)
  let last = numberOf((await namesIn(path)).at(-1))

  async function write(name: string, bytes: Buffer): Promise<string> {
    const temporary = join(writing, name)
    try {
      const file = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o644)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      return temporary
    } catch (error) {
      await unlink(temporary).catch(() => {})
      throw error
    }
  }

  return {
    path,
    sync,
    add: (files, admit) =>
      attempt(path, async () => {
        const written: { temporary: string; bytes: number }[] = []
        const places: Place[] = []
        try {
          for await (const bytes of files) {
            await admit(bytes.length)
            written.push({ temporary: await write(`${newId()}.json`, bytes), bytes: bytes.length })
          }
          for (const { temporary, bytes } of written) {
            const name = `${String((last += 1)).padStart(12, '0')}-${newId()}.json`
            await link(temporary, join(path, name))
            places.push({ name, bytes })
          }
          await sync()
          return places
        } catch (error) {
          await Promise.all(places.map(({ name }) => unlink(join(path, name)).catch(() => {})))
          throw error
        } finally {
          await Promise.all(written.map(({ temporary }) => unlink(temporary).catch(() => {})))
        }
      }),
    putBack: (name, from) =>
      attempt(path, async () => {
        await rename(join(from, name), join(path, name))
        await unlink(whyOf(from, name)).catch(() => {})
        await sync()
      }),
    async list({ but = NONE, most = Number.MAX_SAFE_INTEGER } = {}) {
      const all = await namesIn(path)
      last = Math.max(last, numberOf(all.at(-1)))
      const names = all.filter(name => !but.has(name)).slice(0, most)
      const places: Place[] = []
      for (let from = 0; from < names.length; from += AT_ONCE) {
        const found = names.slice(from, from + AT_ONCE).map(async name => ({ name, bytes: (await sizeOf(join(path, name))) ?? -1 }))
        places.push(...(await Promise.all(found)).filter(({ bytes }) => bytes >= 0))
      }
      return places
    },
    refuse: (name, { to, why, part }) =>
      attempt(path, async () => {
        await makeFolder(to)
        await rename(await write(`${newId()}.why`, why), whyOf(to, name))
        await rename(part === undefined ? join(path, name) : await write(`${newId()}.part`, part), join(to, name))
        await openSync(to)()
        if (part !== undefined) await unlink(join(path, name))
        await sync()
      }),
    async tidy() {
      const before = Date.now() - LEFT_MS
      for (const name of await readdir(writing)) {
        const found = await stat(join(writing, name)).catch(() => null)
        if (found && found.mtimeMs < before) await unlink(join(writing, name)).catch(() => {})
      }
    },
    async begin(name) {
      const file = await open(join(path, name), 'r').catch(() => null)
      if (file === null) return ''
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
        return buffer.toString('latin1', 0, bytesRead)
      } catch {
        return ''
      } finally {
        await file.close()
      }
    },
    remove: name =>
      attempt(path, () =>
        unlink(join(path, name)).catch((error: unknown) => {
          if (codeOf(error) !== 'ENOENT') throw error
        }),
      ),
  }
}

/** The file beside a filing in a folder that says why it is there. */
export function whyOf(folder: string, name: string): string {
  return join(folder, name.replace(/\.json$/, '.why.json'))
}

/** The names of entries in a folder, in their order; none where it is not there. */
export async function namesIn(path: string): Promise<string[]> {
  const names = await readdir(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw asKnown(path, error)
  })
  return names.filter(name => NAME.test(name)).sort()
}

/** Makes the folders that are not there yet; they are there after a power cut too. */
async function makeLasting(path: string, within: string): Promise<void> {
  const made = await makeFolder(within)
  if (made === null) return
  const top = dirname(resolve(made))
  for (let folder = resolve(path); folder.length >= top.length; folder = dirname(folder)) {
    await openSync(folder)()
    if (folder === dirname(folder)) return
  }
}

/** Makes what is in a folder last; whoever asks while it is being done shares the next one. */
function openSync(path: string): () => Promise<void> {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const once = async (): Promise<void> => {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
  const start = (): Promise<void> => {
    next = null
    const mine = once().finally(() => {
      if (running === mine) running = null
    })
    running = mine
    return mine
  }
  return () => (running === null ? start() : (next ??= running.then(start, start)))
}

function numberOf(name: string | undefined): number {
  return Number(NAME.exec(name ?? '')?.[1] ?? 0)
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  )
}

/** Does something in the folder of a spool; what the disk says is told as what a person can do about it. */
export async function attempt<result>(path: string, work: () => Promise<result>): Promise<result> {
  try {
    return await work()
  } catch (error) {
    throw asKnown(path, error)
  }
}

/** What a person can do about an error of the disk. */
function asKnown(path: string, error: unknown): unknown {
  const code = codeOf(error)
  if (isFull(error))
    return new Outage(`the disk of the spool ${path} is full: nothing was filed; make room, and file again`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new Refusal('BAD_INPUT', `the spool ${path} cannot be written: ${code}`)
  if (code === 'ENOENT' && error instanceof Error && 'syscall' in error && error.syscall === 'mkdir')
    return new Refusal('BAD_INPUT', `the spool ${path} cannot be made: ${code}`)
  if (code === 'ENOTDIR') return new Refusal('BAD_INPUT', `the spool ${path} is not a folder`)
  return error
}

/** Whether it is for want of room on the disk that something could not be done. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT'
}

/** The code of an error of Node, as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
