import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { access, constants, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Outage } from '@almagest/schema'

const PID_FILE = 'server.pid'
const LOG_FILE = 'server.log'
const STOP_MS = 20_000

/** A server of this process's own; disposing it ends it in order, and by SIGKILL when it does not end in time. */
export interface Server extends AsyncDisposable {
  readonly pid: number
  /** Resolves with how it ended, `status 1` or `SIGKILL`, whoever ended it; never rejects. */
  readonly ended: Promise<string>
}

/** What a private server is, and when it counts as started. */
export interface ServerOptions {
  /** What people call it, at the start of every message: `PostgreSQL`. */
  name: string
  /** Its working directory, where `server.log` (of this start) and `server.pid` are kept. */
  folder: string
  /** What ends it in order; it also gets this signal when the thread that started it dies, even by SIGKILL. */
  stopSignal: 'SIGINT' | 'SIGTERM'
  /** The user to run as when this process is root: a server that refuses root. */
  user?: number | undefined
  /** Written to its standard input, which is then closed. */
  input?: string
  /** Asked every 25 ms until it is true or `readyMs` (30 s) have passed. */
  isReady: () => Promise<boolean>
  readyMs?: number
}

/**
 * Starts a server in a session of its own, so that the terminal's Ctrl-C does not reach it, and waits until it is ready; an Outage
 * with the end of its log when it does not become so. The thread that calls this must live as long as the server shall.
 */
export async function startServer(command: string, args: readonly string[], options: ServerOptions): Promise<Server> {
  const { name, folder, stopSignal, user, input, isReady, readyMs = 30_000 } = options
  const logPath = join(folder, LOG_FILE)
  const pidPath = join(folder, PID_FILE)
  const prefix = await guard(stopSignal, user)
  await rename(logPath, `${logPath}.1`).catch(ignore('ENOENT'))
  await using log = await open(logPath, 'a', 0o600)
  const [file = command, ...rest] = [...prefix, command, ...args]
  const child = spawn(file, rest, { cwd: folder, detached: true, stdio: [input === undefined ? 'ignore' : 'pipe', log.fd, log.fd] })
  const ended = end(child)
  if (child.pid === undefined) throw new Outage(`${name} could not be started: ${await ended}`)
  const { pid } = child
  child.stdin?.on('error', () => {}).end(input)
  let how: string | null = null
  void ended.then(value => (how = value))
  const server: Server = {
    pid,
    ended,
    async [Symbol.asyncDispose]() {
      if (how === null) await stopChild(child, stopSignal, ended)
      await rm(pidPath, { force: true })
    },
  }
  try {
    await writeFile(pidPath, `${pid} ${await startOf(pid)}\n`, { mode: 0o600 })
    for (const limit = performance.now() + readyMs; !(await isReady()); await Promise.race([sleep(25), ended])) {
      if (how === null && performance.now() < limit) continue
      const what = how === null ? `did not answer within ${readyMs / 1000} s` : `ended at once with ${how}`
      throw new Outage(`${name} ${what}; the end of ${logPath} says:\n${lastLines(await readFile(logPath, 'utf8'))}`)
    }
    return server
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}

/** Ends in order the server that a killed run left behind in a folder, by the pid and start time it noted; false if there is none. */
export async function endLeftOver(folder: string, stopSignal: 'SIGINT' | 'SIGTERM'): Promise<boolean> {
  const path = join(folder, PID_FILE)
  const [pid, start] = (await readFile(path, 'utf8').catch(ignore('ENOENT', 'ENOTDIR')))?.trim().split(' ') ?? []
  const found = pid !== undefined && start !== undefined && (await startOf(Number(pid))) === start
  if (found) await endProcess(Number(pid), stopSignal)
  await rm(path, { force: true }).catch(ignore('ENOTDIR'))
  return found
}

/** Ends a process that is not our child: the given signal, SIGKILL after 20 s, and returns when it has gone. */
export async function endProcess(pid: number, stopSignal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  const start = await startOf(pid)
  for (const [signal, limitMs] of [
    [stopSignal, STOP_MS],
    ['SIGKILL', 5000],
  ] as const) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (isErrno(error, 'ESRCH')) return
      throw new Outage(`process ${pid}, left by an earlier run, belongs to another user: end it first`, { cause: error })
    }
    for (const limit = performance.now() + limitMs; performance.now() < limit; await sleep(25)) {
      if ((await startOf(pid)) !== start) return
    }
  }
  throw new Outage(`process ${pid}, left by an earlier run, does not end`)
}

/** When a process started, in clock ticks since boot (proc(5), field 22); null if there is none or it is a zombie. */
export async function startOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(ignore('ENOENT', 'ESRCH'))
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || 'ZX'.includes(fields[0] ?? 'X') ? null : (fields[19] ?? null)
}

/** How `runCommand` runs a command and speaks of its failure. */
export interface CommandOptions {
  /** What it means when the command fails, at the start of the message. */
  what: string
  /** As for a server. */
  user?: number | undefined
  /** Default: no limit. */
  timeoutMs?: number
}

/** Runs a command to its end and returns what it wrote; an Outage that begins with `what` and has the end of its output otherwise. */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const [file = command, ...rest] = [...(await guard('SIGKILL', options.user)), command, ...args]
  try {
    const { stdout } = await promisify(execFile)(file, rest, { cwd: '/', maxBuffer: 1 << 26, timeout: options.timeoutMs ?? 0 })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '', message = '' } = error as { stdout?: string; stderr?: string; message?: string }
    throw new Outage(`${options.what}: ${lastLines(stderr) || lastLines(stdout) || message}`, { cause: error })
  }
}

/** The first of the programs that the search path (the form of $PATH) has, or null. */
export async function findProgram(names: readonly string[], path: string): Promise<string | null> {
  for (const name of names) {
    for (const folder of path.split(delimiter).filter(Boolean)) {
      const file = join(folder, name)
      const usable = await access(file, constants.X_OK).then(
        () => stat(file),
        () => null,
      )
      if (usable?.isFile()) return file
    }
  }
  return null
}

/** A TCP port of 127.0.0.1 that nobody listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Whether an error is a system error with one of these codes. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** For `.catch()`: null for these system errors, any other is thrown again. */
export function ignore(...codes: readonly string[]): (error: unknown) => null {
  return error => {
    if (isErrno(error, ...codes)) return null
    throw error
  }
}

/** What to put before a command so that it dies with this thread, and runs as `user` when we are root. */
async function guard(deathSignal: 'SIGINT' | 'SIGTERM' | 'SIGKILL', user: number | undefined): Promise<string[]> {
  const setpriv = ['setpriv', '--pdeathsig', deathSignal.slice(3)]
  const able = await promisify(execFile)('setpriv', ['--pdeathsig', 'KILL', 'true']).then(
    () => true,
    () => false,
  )
  if (user === undefined || process.getuid?.() !== 0) return able ? setpriv : []
  if (!able) throw new Outage('setpriv (Debian package util-linux) is missing; root needs it to start a server that refuses to run as root')
  // The server keeps one right of root's, to pass through folders such as /root. Without no_setuid_fixup, access(2) forgets that right.
  const rights = [
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--bounding-set=-all,+dac_override',
  ]
  return [...setpriv, '--reuid', String(user), '--regid', String(user), '--clear-groups', ...rights]
}

function end(child: ChildProcess): Promise<string> {
  return new Promise(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`))
  })
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<string>): Promise<void> {
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(timer)
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-8).join('\n')
}
