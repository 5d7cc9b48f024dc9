import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Outage, Refusal } from '@almagest/schema'
import { endLeftOver, ignore, isErrno } from './process.ts'

const MARKER = 'almagest-home'
const LOCK = 'lock'
const HOLDER = 'lock.pid'
const DELETING = 'deleting'

/** Not ours to delete: the lock and the marker, what a file system keeps for itself, and programs, which cost a download. */
const KEPT = [MARKER, LOCK, HOLDER, DELETING, 'lost+found', 'tools']

const SQLITE_BUSY = 5

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'it belongs to another user',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENOTDIR: 'a part of the path is not a folder',
  ENOENT: 'it cannot be created there',
}

/** A data folder that this process holds alone; disposing it lets the next one in. */
export interface Home extends AsyncDisposable {
  /** The absolute path of the folder. */
  readonly path: string
}

/**
 * Opens the private data folder of one installation (0700, created when missing) and holds it alone until disposed or dead; an Outage that
 * names the process that has it already. `fresh` first ends what a killed run left running and deletes everything but `tools`. A folder
 * that holds anything else than an Almagest is refused.
 */
export async function openHome(folder: string, { fresh = false }: { fresh?: boolean } = {}): Promise<Home> {
  const path = resolve(folder)
  const lock = await translate(path, async () => {
    await makePrivate(path)
    return takeLock(path)
  })
  try {
    await translate(path, async () => {
      // a deletion that was cut short is finished first: what is left of it is no installation
      if (fresh || (await stat(join(path, DELETING)).catch(ignore('ENOENT')))) await empty(path)
    })
  } catch (error) {
    lock.close()
    throw error
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(join(path, HOLDER), { force: true })
      lock.close()
    },
  }
}

async function makePrivate(path: string): Promise<void> {
  await makeFolder(path)
  const names = await readdir(path)
  if (!names.includes(MARKER)) {
    if (names.some(name => !KEPT.includes(name))) {
      throw new Refusal('BAD_INPUT', `${path} holds other files than an Almagest's: choose an empty folder, or one that is not there yet`)
    }
    await writeFile(join(path, MARKER), 'The data of an Almagest is in this folder.\n')
  }
  await chmod(path, 0o700)
}

/** Node's own recursive mkdir never returns where a folder is there and says ENOENT to what is made in it, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch(ignore('ENOENT'))
  if (found?.isDirectory() === false) throw new Refusal('BAD_INPUT', `${path} is not a folder`)
  if (found !== null) return
  await makeFolder(dirname(path))
  await mkdir(path, { mode: 0o700 }).catch(ignore('EEXIST'))
}

/** The kernel's own lock, by way of SQLite: it goes with the process that holds it, so a killed run or a recycled pid never blocks. */
async function takeLock(path: string): Promise<DatabaseSync> {
  const lock = new DatabaseSync(join(path, LOCK))
  try {
    lock.exec('begin exclusive')
    await writeFile(join(path, HOLDER), `${process.pid}\n`)
    return lock
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    const pid = (await readFile(join(path, HOLDER), 'utf8').catch(ignore('ENOENT')))?.trim()
    throw new Outage(`another Almagest (process ${pid || 'unknown'}) uses ${path}: end it first, or choose another folder`)
  }
}

async function empty(path: string): Promise<void> {
  await writeFile(join(path, DELETING), '')
  const names = (await readdir(path)).filter(name => !KEPT.includes(name))
  for (const name of names) await endLeftOver(join(path, name), 'SIGINT')
  for (const name of names) await rm(join(path, name), { recursive: true, force: true })
  await rm(join(path, DELETING))
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

async function translate<value>(path: string, work: () => Promise<value>): Promise<value> {
  try {
    return await work()
  } catch (error) {
    const code = Object.keys(REASONS).find(code => isErrno(error, code))
    if (code !== undefined) throw new Outage(`${path} cannot hold Almagest's data: ${REASONS[code]}`, { cause: error })
    if (isErrno(error, 'ERR_SQLITE_ERROR')) throw new Outage(`${path} cannot be locked: ${String(error)}`, { cause: error })
    throw error
  }
}
