import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { Refusal } from '../errors.ts'
import { pause } from '../events.ts'
import { makeFolder } from '../node/make-folder.ts'
import { newId } from '../uuid.ts'
import { codeOf } from './folder.ts'

/** A lock that is held until it is disposed of. */
export interface Lock extends AsyncDisposable {
  readonly path: string
}

interface Holder {
  readonly token: string
  readonly pid: number
  readonly host: string
  /** When its process began, as the kernel counts: another process of the same number is not it. */
  readonly born: string
  /** Counts up while it is alive. */
  readonly beat: number
}

const BEAT_MS = 5_000
/** A holder on another machine that is silent for so long is gone. */
const SILENCE_MS = 20_000

/**
 * Takes a lock, a file that one process holds; refuses with LOCKED, saying who has it. One whose process ended is taken over at once; one of another
 * machine when it was silent for 20 s by our own clock, for which `patience`, which ends the wait, has to be given.
 */
export async function takeLock(path: string, { what, patience = null }: { what: string; patience?: AbortSignal | null }): Promise<Lock> {
  await makeFolder(dirname(path))
  const holder = { token: newId(), pid: process.pid, host: hostname(), born: await bornOf(process.pid) }
  for (let attempt = 0; attempt < 10; attempt++) {
    if (await place(path, { ...holder, beat: 0 })) return hold(path, holder)
    const found = await read(path)
    if (found === null) continue
    if (found === 'unreadable' || (await isGone(path, { found, patience }))) await takeAway(path, found)
    else throw new Refusal('LOCKED', `${what} by another process: ${found.pid} on ${found.host}`)
  }
  throw new Refusal('LOCKED', `${what} by another process`)
}

/** Whether somebody alive on this machine holds the lock; who. */
export async function holderOf(path: string): Promise<{ pid: number; host: string } | null> {
  const found = await read(path)
  if (found === null || found === 'unreadable') return null
  return found.host === hostname() && (await bornOf(found.pid)) !== found.born ? null : found
}

function hold(path: string, holder: Omit<Holder, 'beat'>): Lock {
  let beat = 0
  const temporary = `${path}.${holder.token}`
  const renew = async (): Promise<void> => {
    beat += 1
    const found = await read(path)
    if (found === null || found === 'unreadable' || found.token !== holder.token) return clearInterval(timer)
    await writeFile(temporary, JSON.stringify({ ...holder, beat }))
    await rename(temporary, path)
  }
  // A beat that is lost is made up by the next; a lock that was taken over is not taken back.
  const timer = setInterval(() => void renew().catch(() => {}), BEAT_MS)
  timer.unref()
  return {
    path,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      const found = await read(path)
      if (found !== null && found !== 'unreadable' && found.token === holder.token) await unlink(path).catch(() => {})
    },
  }
}

async function place(path: string, holder: Holder): Promise<boolean> {
  const temporary = `${path}.${holder.token}`
  try {
    await writeFile(temporary, JSON.stringify(holder))
    await link(temporary, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await unlink(temporary).catch(() => {})
  }
}

async function read(path: string): Promise<Holder | 'unreadable' | null> {
  try {
    const found = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>
    return typeof found.token === 'string' && typeof found.pid === 'number' ? (found as Holder) : 'unreadable'
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? null : 'unreadable'
  }
}

async function isGone(path: string, { found, patience }: { found: Holder; patience: AbortSignal | null }): Promise<boolean> {
  if (found.host === hostname()) return (await bornOf(found.pid)) !== found.born
  if (patience === null) return false
  const { token, beat } = found
  await pause(SILENCE_MS, patience)
  const now = await read(path)
  return now === null || now === 'unreadable' || (now.token === token && now.beat === beat)
}

/** Puts a lock aside; one that was taken meanwhile is put back. */
async function takeAway(path: string, found: Holder | 'unreadable'): Promise<void> {
  const aside = join(dirname(path), `.${newId()}`)
  try {
    await rename(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const taken = await read(aside)
  const isSame = found === 'unreadable' || (taken !== null && taken !== 'unreadable' && taken.token === found.token)
  if (!isSame) await link(aside, path).catch(() => {})
  await unlink(aside)
}

/** When the process of a number began; empty for none, and for one that ended and that its parent, as often in a container, does not collect. */
async function bornOf(pid: number): Promise<string> {
  try {
    const [state = '', ...rest] = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')
    return state === 'Z' || state === 'X' ? '' : (rest[18] ?? '')
  } catch {
    try {
      process.kill(pid, 0)
      return 'alive'
    } catch (error) {
      return codeOf(error) === 'EPERM' ? 'alive' : ''
    }
  }
}
