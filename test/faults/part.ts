import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findProgram } from '@almagest/gateway/local'

/** One process of Almagest, started as in production, that can be killed, stopped and started again. */
export interface Part extends AsyncDisposable {
  readonly name: string
  /** `null` while it does not run. */
  readonly pid: number | null
  /** Starts it, with `more` in its environment this time, and waits until it says that it works; its address if it serves one. */
  start(more?: Readonly<Record<string, string>>): Promise<string | null>
  signal(signal: NodeJS.Signals): void
  /** Ends it by SIGKILL and waits until it is gone. */
  kill(): Promise<void>
  /** Resolves when the process that runs now has ended, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>
  /** Whether it was stopped by SIGSTOP. */
  isStopped(): Promise<boolean>
}

/** What a part is made of. */
export interface PartOptions {
  readonly name: string
  /** The script, relative to the folder of the repository. */
  readonly script: string
  readonly args?: readonly string[]
  /** The whole of its environment, beside PATH and where compiled code is kept. */
  readonly env: Readonly<Record<string, string>>
  /** The event of its log that says that it works. */
  readonly ready: string
  /** A folder for its log. */
  readonly logs: string
  /** Put before the program: a preloaded library, another clock. */
  readonly before?: readonly string[]
}

const ROOT = join(import.meta.dirname, '../..')
const START_MS = 60_000

/** A part that does not run yet. */
export function makePart({ name, script, args = [], env, ready, logs, before = [] }: PartOptions): Part {
  const log = createWriteStream(join(logs, `${name}.log`), { flags: 'a' })
  let child: ChildProcess | null = null
  let ended: Promise<NodeJS.Signals | null> = Promise.resolve(null)

  async function start(more: Readonly<Record<string, string>> = {}): Promise<string | null> {
    if (child) throw new Error(`${name} runs already`)
    const setpriv = await findProgram(['setpriv'], process.env.PATH ?? '')
    const [program = '', ...rest] = [
      ...(setpriv ? [setpriv, '--pdeathsig', 'KILL'] : []),
      ...before,
      process.execPath,
      join(ROOT, script),
      ...args,
    ]
    const started = spawn(program, rest, { env: { ...basics(script), ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    log.write(`--- started with ${JSON.stringify(more)} as ${started.pid}\n`)
    ended = new Promise(resolve => {
      started.once('close', (code, signal) => {
        log.write(`--- ended with ${signal ?? code}\n`)
        if (child === started) child = null
        resolve(signal)
      })
    })
    const works = Promise.withResolvers<string | null>()
    let text = ''
    const hear = (data: Buffer): void => {
      log.write(data)
      if (text === 'heard') return
      text += data.toString()
      const line = text.split('\n').find(line => line.includes(`"event":"${ready}"`))
      if (line === undefined) return
      text = 'heard'
      works.resolve(/"url":"([^"]+)"/.exec(line)?.[1] ?? null)
    }
    started.stdout?.on('data', hear)
    started.stderr?.on('data', hear)
    const limit = new AbortController()
    try {
      return await Promise.race([
        works.promise,
        ended.then(signal => Promise.reject(new Error(`${name} ended at once (${signal}):\n${text.slice(-2_000)}`))),
        delay(START_MS, null, { signal: limit.signal }).then(() =>
          Promise.reject(new Error(`${name} does not start:\n${text.slice(-2_000)}`)),
        ),
      ])
    } finally {
      limit.abort()
    }
  }

  return {
    name,
    start,
    get pid() {
      return child?.pid ?? null
    },
    get ended() {
      return ended
    },
    signal: signal => void child?.kill(signal),
    async kill() {
      child?.kill('SIGKILL')
      await ended
    },
    async isStopped() {
      if (child?.pid === undefined) return false
      const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '')
      return /^\s*T/.test(stat.slice(stat.lastIndexOf(')') + 1))
    },
    async [Symbol.asyncDispose]() {
      child?.kill('SIGKILL')
      await ended
      await new Promise(resolve => log.end(resolve))
    },
  }
}

/** Workers set V8 another way, and keep what they compiled apart, in the folder for what is temporary. */
function basics(script: string): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
  return script === 'jobs/main.ts' ? { PATH } : { PATH, NODE_COMPILE_CACHE }
}
