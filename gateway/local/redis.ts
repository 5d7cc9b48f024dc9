import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Redis } from 'ioredis'
import { Outage, Refusal } from '@almagest/schema'
import { librariesIn, unpackDebian } from './debian.ts'
import { endLeftOver, findProgram, freePort, runCommand, startServer } from './process.ts'

const PROGRAMS = ['redis-server', 'valkey-server']
const DEBIAN_PACKAGES = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
]
const IMAGE = 'redis:7-alpine'

/** unix(7): a socket's path has at most 108 bytes, the last of them NUL. */
const SOCKET_PATH_BYTES = 107

/** BullMQ needs that nothing is evicted; a second of lost jobs is what the sweep makes good. */
const DURABLE = { appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction', save: '' }

/** Which Redis to use, and where a private one may come from. */
export interface RedisOptions {
  /** The data folder of this installation, as `openHome` made it. */
  home: string
  /** REDIS_URL: a server to use, which is only asked whether it answers and whether it may forget. */
  url?: string | undefined
  /** Where to look for programs, in the form of $PATH. */
  path: string
  /** Where an unpacked Redis is kept; homes may share it. Default `<home>/tools`. */
  tools?: string
  /** Gets one line for a person when something takes long or is not as it should be. */
  log?: (line: string) => void
}

/** A Redis that answers; disposing it ends a private one and leaves a given one alone. */
export interface RunningRedis extends AsyncDisposable {
  /** What `new Redis(url)` takes: a URL, or the path of a unix socket. */
  readonly url: string
  /** Where this Redis comes from, for a person to read. */
  readonly how: string
}

type Place = { folder: string; data: string; path: string; tools: string; log: (line: string) => void }
type Program = { command: string; args: readonly string[]; how: string }

/**
 * The Redis of `url`, or a private one in `<home>/redis` that lives until it is disposed: redis-server or valkey-server when installed,
 * else Debian's package unpacked into `tools`, else Docker. A second call on the same home first ends what a killed run left. An Outage
 * says what to install.
 */
export async function startRedis({ home, url, path, tools = join(home, 'tools'), log = () => {} }: RedisOptions): Promise<RunningRedis> {
  if (url !== undefined) {
    await checkUrl(url, log)
    return { url, how: 'REDIS_URL', async [Symbol.asyncDispose]() {} }
  }
  const folder = join(resolve(home), 'redis')
  const place: Place = { folder, data: join(folder, 'data'), path, tools: resolve(tools), log }
  await mkdir(place.data, { recursive: true, mode: 0o700 })
  await endLeftOver(folder, 'SIGTERM')
  const installed = await findProgram(PROGRAMS, path)
  if (installed !== null) return startKeeping({ command: installed, args: [], how: installed }, place)
  const unpacked = await unpackRedis(place)
  if ('command' in unpacked) return startKeeping(unpacked, place)
  const docker = await findDocker(place)
  if (docker !== null) return startDocker(docker, place)
  const advice = 'install it (apt-get install redis-server, or valkey-server), start Docker, or set REDIS_URL'
  throw new Outage(`there is no Redis on this machine: ${advice}; fetching it privately failed: ${unpacked.why}`)
}

/** The queues are a hint that ops-db refills: a file that this Redis cannot read must not keep Almagest from starting. */
async function startKeeping(program: Program, place: Place): Promise<RunningRedis> {
  const { data, log } = place
  try {
    return await start(program, place)
  } catch (error) {
    if ((await readdir(data)).length === 0) throw error
    await rm(`${data}.unreadable`, { recursive: true, force: true })
    await rename(data, `${data}.unreadable`)
    await mkdir(data, { mode: 0o700 })
    const running = await start(program, place)
    log(`Redis could not read what it had kept and starts empty; the old files are in ${data}.unreadable`)
    return running
  }
}

async function start({ command, args, how }: Program, { folder, data }: Place): Promise<RunningRedis> {
  const near = join(folder, 'redis.sock')
  const far = Buffer.byteLength(near) <= SOCKET_PATH_BYTES ? null : await mkdtemp('/tmp/almagest-')
  const url = far === null ? near : join(far, 'redis.sock')
  const config = join(folder, 'redis.conf')
  await writeFile(config, configOf({ ...DURABLE, port: '0', unixsocket: url, unixsocketperm: '700', dir: data }), { mode: 0o600 })
  const release = async () => {
    if (far !== null) await rm(far, { recursive: true, force: true })
  }
  try {
    const isReady = async () => (await ask(url)) === null
    const server = await startServer(command, [...args, config], { name: 'Redis', folder, stopSignal: 'SIGTERM', isReady, readyMs: 60_000 })
    return {
      url,
      how,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** A container keeps nothing between starts: its files would belong to a user that differs from engine to engine. */
async function startDocker(docker: string, { folder, log }: Place): Promise<RunningRedis> {
  const name = `almagest-redis-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`
  log(`starting ${IMAGE} in Docker`)
  // only a container of a killed run can have this name
  await runCommand(docker, ['rm', '--force', name], { what: `Docker cannot remove the container ${name}` })
  await runCommand(docker, ['pull', '--quiet', IMAGE], { what: `Docker cannot fetch ${IMAGE}` })
  const port = await freePort()
  const password = randomBytes(24).toString('hex')
  const url = `redis://:${password}@127.0.0.1:${port}`
  const args = ['run', '--rm', '--interactive', '--name', name, '--publish', `127.0.0.1:${port}:6379`, IMAGE, 'redis-server', '-']
  const server = await startServer(docker, args, {
    name: 'Redis in Docker',
    folder,
    stopSignal: 'SIGTERM',
    input: configOf({ ...DURABLE, requirepass: password }),
    isReady: async () => (await ask(url)) === null,
    readyMs: 60_000,
  })
  return {
    url,
    how: `${IMAGE} in Docker`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
    },
  }
}

/** Debian's package unpacked into `<tools>/redis`, fetched if it is not there yet; or why not. */
async function unpackRedis({ path, tools, log }: Place): Promise<Program | { why: string }> {
  const check = async (root: string): Promise<void> => {
    const { command, args } = await programIn(root)
    await runCommand(command, [...args, '--version'], { what: "Debian's Redis does not run on this machine" })
  }
  try {
    return await programIn(await unpackDebian({ name: 'Redis', packages: DEBIAN_PACKAGES, tools, path, log, check }))
  } catch (error) {
    return { why: ifOutage(error).message }
  }
}

/** The server in an unpacked package, with the libraries that came with it. */
async function programIn(root: string): Promise<Program> {
  const command = await findProgram(PROGRAMS, join(root, 'usr/bin'))
  if (command === null) throw new Outage(`there is no redis-server in ${root}`)
  return { command: 'env', args: [`LD_LIBRARY_PATH=${await librariesIn(root)}`, command], how: `Debian's package, unpacked in ${root}` }
}

/** The docker program, or null where there is none or its engine does not answer. */
async function findDocker({ path }: Place): Promise<string | null> {
  const docker = await findProgram(['docker'], path)
  if (docker === null) return null
  const options = { what: 'Docker does not answer', timeoutMs: 15_000 }
  return runCommand(docker, ['version', '--format', '{{.Server.Version}}'], options).then(
    () => docker,
    error => (ifOutage(error), null),
  )
}

async function checkUrl(url: string, log: (line: string) => void): Promise<void> {
  const where = url.startsWith('/') ? url.split('?')[0] : URL.parse(url)
  if (where === null || (typeof where === 'object' && !['redis:', 'rediss:'].includes(where.protocol))) {
    throw new Refusal('BAD_INPUT', 'REDIS_URL must look like redis://:password@host:6379 or be the path of a unix socket')
  }
  const why = await ask(url, async redis => {
    const policy = await setting(redis, 'maxmemory-policy')
    if (policy !== null && policy !== 'noeviction') {
      log(`warning: the Redis of REDIS_URL drops jobs when its memory is full (maxmemory-policy ${policy}): set it to noeviction`)
    }
    if ((await setting(redis, 'appendonly')) === 'no') {
      log('warning: the Redis of REDIS_URL loses recent jobs when it restarts (appendonly no), and the work is found again only later')
    }
  })
  // no cause: ioredis hangs the arguments of AUTH on its errors
  if (why !== null) throw new Outage(`the Redis of REDIS_URL (${typeof where === 'object' ? where.host : where}) does not answer: ${why}`)
}

/** Connects, pings and asks; null, or why it does not answer. */
async function ask(url: string, question: (redis: Redis) => Promise<void> = async () => {}): Promise<string | null> {
  // after a failed connect, disconnect() keeps the process alive for this long
  const patience = { connectTimeout: 10_000, disconnectTimeout: 50 }
  const redis = new Redis(url, { ...patience, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  let first: string | null = null
  redis.on('error', (error: Error) => (first ??= error.message || ('code' in error ? String(error.code) : error.name)))
  try {
    await redis.connect()
    await redis.ping()
    await question(redis)
    return null
  } catch (error) {
    return first ?? (error instanceof Error ? error.message : String(error))
  } finally {
    redis.disconnect()
  }
}

/** The value of a setting, or null where this Redis does not tell. */
async function setting(redis: Redis, name: string): Promise<string | null> {
  const answer: unknown = await redis.config('GET', name).catch(() => null)
  const value = Array.isArray(answer) ? answer[1] : null
  return typeof value === 'string' ? value : null
}

function configOf(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} ${JSON.stringify(value)}\n`)
    .join('')
}

function ifOutage(error: unknown): Outage {
  if (error instanceof Outage) return error
  throw error
}
