import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startPostgres, startRedis } from '@almagest/gateway/local'
import type { Target } from './proxy.ts'

const TOOLS = join(import.meta.dirname, '../../.almagest-tools')

/** PostgreSQL or Redis, of this system alone: it can be killed and started again over what it kept. */
export interface Server extends AsyncDisposable {
  /** Its folder is in this one. */
  readonly home: string
  readonly pid: number
  /** Where it listens; another after each start. */
  readonly target: Target
  readonly url: string
  kill(): Promise<void>
  /** Starts it again after `kill`; `empty`: it forgot everything. */
  start(options?: { empty?: boolean }): Promise<void>
  signal(signal: NodeJS.Signals): void
}

/** Starts a PostgreSQL in `<home>/postgres`; `durable`: what it acknowledged outlasts SIGKILL. */
export function openPostgres(home: string, { durable }: { durable: boolean }): Promise<Server> {
  return openServer(home, join(home, 'postgres'), async () => {
    const running = await startPostgres({ home, durable })
    return { running, target: { port: Number(new URL(running.url).port) } }
  })
}

/** Starts a Redis in `<home>/redis`. */
export function openRedisServer(home: string): Promise<Server> {
  return openServer(home, join(home, 'redis'), async () => {
    const running = await startRedis({ home, path: process.env.PATH ?? '', tools: TOOLS })
    return { running, target: { path: running.url.split('?')[0] ?? running.url } }
  })
}

interface Started {
  readonly running: AsyncDisposable & { readonly url: string }
  readonly target: Target
}

async function openServer(home: string, folder: string, open: () => Promise<Started>): Promise<Server> {
  const pidOf = async (): Promise<number> => Number((await readFile(join(folder, 'server.pid'), 'utf8')).split(' ')[0])
  let now = await open()
  let pid = await pidOf()
  return {
    home,
    get pid() {
      return pid
    },
    get target() {
      return now.target
    },
    get url() {
      return now.running.url
    },
    signal: signal => void process.kill(pid, signal),
    async kill() {
      process.kill(pid, 'SIGKILL')
      while (await runs(pid)) await delay(10)
      await now.running[Symbol.asyncDispose]()
    },
    async start({ empty = false } = {}) {
      if (empty) await rm(join(folder, 'data'), { recursive: true, force: true })
      now = await open()
      pid = await pidOf()
    },
    async [Symbol.asyncDispose]() {
      if (await runs(pid)) process.kill(pid, 'SIGCONT')
      await now.running[Symbol.asyncDispose]()
    },
  }
}

async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat !== null && !/^\s*[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1))
}
