import { spawn, type ChildProcess } from 'node:child_process'
import { chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const HOLDER = fileURLToPath(new URL('holder.ts', import.meta.url))
const NOBODY = 65534

/** A user that a test can be: root only where the tests run as root. */
export interface Person {
  name: string
  /** null: whoever runs the tests. */
  uid: number | null
}

/** Whoever runs the tests, and an ordinary user too where that is root. */
export const people: readonly Person[] =
  process.getuid?.() === 0
    ? [
        { name: 'root', uid: null },
        { name: 'an ordinary user', uid: NOBODY },
      ]
    : [{ name: 'an ordinary user', uid: null }]

/** A private folder that is gone afterwards: below the home folder of the one who runs the tests, which others cannot enter, or in /tmp. */
export async function openFolder(person: Person = { name: 'me', uid: null }): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(person.uid === null ? homedir() : tmpdir(), '.almagest-test-'))
  if (person.uid !== null) await chown(path, person.uid, person.uid)
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** A command of another user, with that user's own empty HOME. */
export function asPerson(person: Person, command: readonly string[]): string[] {
  if (person.uid === null) return [...command]
  const user = ['--reuid', String(person.uid), '--regid', String(person.uid), '--clear-groups']
  return ['setpriv', ...user, 'env', 'HOME=/nonexistent', ...command]
}

/** A process that holds a home and its servers as `npm start` does; disposing it ends it in order. */
export interface Holder extends AsyncDisposable {
  child: ChildProcess
  said: { pid: number; postgres?: string; redis?: string }
}

/** Starts a holder and waits for its servers; rejects with what it wrote to stderr. */
export async function startHolder(person: Person, home: string, options: { tools?: string; servers: readonly string[] }): Promise<Holder> {
  const child = spawnHolder(person, home, options)
  const said = await new Promise<string>((resolve, reject) => {
    let stderr = ''
    child.stdout?.once('data', data => resolve(String(data)))
    child.stderr?.on('data', data => (stderr += String(data)))
    child.once('close', () => reject(new Error(stderr)))
  })
  return {
    child,
    said: JSON.parse(said) as Holder['said'],
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await ended(child)
    },
  }
}

/** A holder that nobody waits for. */
export function spawnHolder(
  person: Person,
  home: string,
  { tools = join(home, 'tools'), servers }: { tools?: string; servers: readonly string[] },
): ChildProcess {
  const [command = '', ...args] = asPerson(person, [process.execPath, HOLDER, home, tools, ...servers])
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** How a child ended: its status, or the signal's name. */
export function ended(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.signalCode ?? child.exitCode)
  return new Promise(resolve => child.once('exit', (code, signal) => resolve(signal ?? code)))
}

/** The pid that a private server's folder notes. */
export async function serverPid(folder: string): Promise<number> {
  return Number.parseInt(await readFile(join(folder, 'server.pid'), 'utf8'), 10)
}

/** State, group and start time of a process (proc(5)); null once it has gone or is only waiting to be reaped. */
export async function statOf(pid: number): Promise<{ group: number; start: string } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? ['Z']
  return fields[0] === 'Z' || fields[0] === 'X' ? null : { group: Number(fields[2]), start: fields[19] ?? '' }
}

/** Waits until a condition holds, 60 s at most. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const limit = performance.now() + 60_000; !(await condition()); await sleep(20)) {
    if (performance.now() > limit) throw new Error('did not come to pass within 60 s')
  }
}

/** A folder of the person's own inside another. */
export async function makeFolder(person: Person, ...parts: readonly string[]): Promise<string> {
  const path = join(...parts)
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (person.uid !== null) await chown(path, person.uid, person.uid)
  return path
}
