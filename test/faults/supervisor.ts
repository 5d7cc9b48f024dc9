import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { migrate, openOrm } from '@almagest/schema/orm'
import { freePort } from '@almagest/gateway/local'
import { startFaulty, type FaultyService } from '../s3/faulty.ts'
import { startFolderBucket, type FolderBucket } from '../s3/folder.ts'
import { openClient, type Client } from './client.ts'
import { openLedger, type Ledger } from './oracle/ledger.ts'
import { openOracle, type Oracle, type Place } from './oracle/oracle.ts'
import { makePart, type Part } from './part.ts'
import { locationsAt, makeObservatory, MIN_VERIFIED_COPIES, placesIn, SITES, type LocationName, type Observatory } from './places.ts'
import { startFaultProxy, type FaultProxy, type Target } from './proxy.ts'
import { openPostgres, openRedisServer, type Server } from './servers.ts'

/** The processes that answer clients. */
export const SUBGRAPHS = ['observation', 'data-package', 'storage', 'staging'] as const

/** The workers: the first of a site also serves its copies to other sites. */
export const WORKERS = ['chile-a', 'chile-b', 'cologne-a', 'cologne-b', 'bonn-a'] as const
export type WorkerName = (typeof WORKERS)[number]

/** How long a claim lasts in the system that is tried, in seconds. */
export const LEASE_S = 2
const SWEEP_S = 0.5
const DISK_BYTES = 4_000_000_000

/** A whole data centre of real processes, with a proxy that can go wrong on every line between them. */
export interface System extends AsyncDisposable {
  readonly home: string
  readonly client: Client
  readonly ledger: Ledger
  readonly oracle: Oracle
  readonly places: Readonly<Record<LocationName, Place>>
  readonly observatory: Observatory
  /** Straight to PostgreSQL, whatever happens on the lines of the others. */
  readonly db: pg.Pool
  readonly postgres: Server
  readonly redis: Server
  /** The service of the location that is a bucket, and the proxy before it; null if none is. */
  readonly bucket: { readonly behind: FolderBucket; readonly before: FaultyService } | null
  readonly parts: Readonly<Record<string, Part>>
  readonly workers: Readonly<Record<WorkerName, Part>>
  /** The lines, by `<who asks>-<whom>`: `chile-a-postgres`, `cologne-a-redis`, `gateway-storage`, `client-gateway`; and `data-chile` for whoever pulls from there. */
  readonly lines: Readonly<Record<string, FaultProxy>>
  /** Ends what a fault left: lines are sound, what was stopped goes on, what does not run is started. */
  mend(): Promise<void>
  /** Another PostgreSQL takes the place of the one that failed. */
  failOver(server: Server): void
  /** Lets all lines to a server lead to where it listens now. */
  lead(server: 'postgres' | 'redis'): void
  /** Starts a subgraph or the gateway, or a worker, after it was killed. */
  restart(name: string, more?: Readonly<Record<string, string>>): Promise<void>
}

/** What the system is to be like. */
export interface SystemOptions {
  /** Whether what PostgreSQL acknowledged outlasts that it is killed. */
  readonly durable?: boolean
  /** These locations are disks of their own, of 4 GB, where the machine lets this process mount any. */
  readonly disks?: readonly LocationName[]
  /** This location is a bucket of an S3 service that goes wrong as it is told. */
  readonly bucket?: LocationName
  /** More for the environment of each worker. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts everything, makes the observatory, and returns when every location has its identity. */
export async function startSystem({ durable = false, disks = [], bucket: inBucket, env: more = {} }: SystemOptions = {}): Promise<System> {
  await using starting = new AsyncDisposableStack()
  const home = await mkdtemp(join(tmpdir(), 'almagest-f-'))
  if (process.env.FAULTS_KEEP !== '1') starting.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }))
  const logs = join(home, 'logs')
  await mkdir(logs)
  const [first, redis] = await Promise.all([openPostgres(home, { durable }), openRedisServer(home)])
  starting.use(first)
  let postgres = first
  starting.use(redis)
  const orm = await openOrm(postgres.url)
  await migrate(orm)
  await orm.close()

  const lines: Record<string, FaultProxy> = {}
  const line = async (name: string, target: Target | null): Promise<FaultProxy> =>
    (lines[name] ??= starting.use(await startFaultProxy(target)))
  const databaseUrl = ({ port }: FaultProxy): string => {
    const url = new URL(postgres.url)
    url.port = String(port)
    return url.href
  }
  const own = async (name: string): Promise<Record<string, string>> => ({
    DATABASE_URL: databaseUrl(await line(`${name}-postgres`, postgres.target)),
    REDIS_URL: `redis://127.0.0.1:${(await line(`${name}-redis`, redis.target)).port}`,
    LOG_LEVEL: 'info',
  })

  const parts: Record<string, Part> = {}
  const key = randomBytes(32).toString('hex')
  const gatewayEnv: Record<string, string> = { ...(await own('gateway')), PORT: '0', SUBGRAPH_TIMEOUT_MS: '5000' }
  for (const name of SUBGRAPHS) {
    const env = { ...(await own(name)), SUBGRAPH_KEYS: key, PORT: '0' }
    parts[name] = starting.use(makePart({ name, script: `subgraphs/${name}/main.ts`, env, ready: 'listening', logs }))
    const setting = `SUBGRAPH_${name.toUpperCase().replace('-', '_')}`
    gatewayEnv[`${setting}_URL`] = `http://127.0.0.1:${(await line(`gateway-${name}`, null)).port}/graphql`
    gatewayEnv[`${setting}_KEY`] = key
  }
  parts.gateway = starting.use(makePart({ name: 'gateway', script: 'gateway/main.ts', env: gatewayEnv, ready: 'gateway.started', logs }))
  const front = await line('client-gateway', null)

  const places = placesIn(join(home, 'sites'))
  const behind = inBucket && starting.use(await startFolderBucket(places[inBucket].root))
  const bucket = behind ? { behind, before: starting.use(await startFaulty(behind.endpoint)) } : null
  const credentials = join(home, 's3.json')
  await writeFile(credentials, JSON.stringify(inBucket ? { [inBucket]: { accessKey: 'tried', secretKey: 'tried' } } : {}), { mode: 0o600 })
  const keys = join(home, 'data-keys.json')
  await writeFile(keys, JSON.stringify(Object.fromEntries(SITES.map(site => [site, key]))), { mode: 0o600 })
  for (const name of WORKERS) {
    const site = name.slice(0, -2)
    const env: Record<string, string> = {
      ...(await own(name)),
      WORKER_NAME: name,
      LEASE_S: String(LEASE_S),
      SWEEP_S: String(SWEEP_S),
      RENUDGE_S: '5',
      PACK_THREADS: '1',
      DATA_KEYS_FILE: keys,
      S3_CREDENTIALS_FILE: credentials,
      S3_PLAIN_HOSTS: bucket ? new URL(bucket.before.endpoint).host : '',
      ...more,
    }
    if (name.endsWith('-a')) {
      env.DATA_HOST = '127.0.0.1'
      env.DATA_URL = `http://127.0.0.1:${(await line(`data-${site}`, null)).port}`
    }
    parts[name] = starting.use(makePart({ name, script: 'jobs/main.ts', args: ['--site', site], env, ready: 'worker.started', logs }))
  }

  async function restart(name: string, with_: Readonly<Record<string, string>> = {}): Promise<void> {
    const data = name.endsWith('-a') ? await freePort() : null
    if (data !== null) lines[`data-${name.slice(0, -2)}`]?.lead({ port: data })
    const url = await parts[name]?.start(data === null ? with_ : { DATA_PORT: String(data), ...with_ })
    if (!url) return
    const target = { port: Number(new URL(url).port) }
    lines[name === 'gateway' ? 'client-gateway' : `gateway-${name}`]?.lead(target)
  }

  function lead(server: 'postgres' | 'redis'): void {
    for (const [name, line] of Object.entries(lines))
      if (name.endsWith(`-${server}`)) line.lead((server === 'redis' ? redis : postgres).target)
  }

  await Promise.all(['gateway', ...SUBGRAPHS].map(name => restart(name)))
  const client = openClient(() => `http://127.0.0.1:${front.port}`)
  for (const name of disks) starting.use(await mountDisk(dirname(places[name].root)))
  const observatory = await makeObservatory(client, places, inBucket && bucket ? { [inBucket]: bucket.before.endpoint } : {})
  await Promise.all(WORKERS.map(name => restart(name)))

  const db = new pg.Pool({ connectionString: databaseUrl(await line('oracle-postgres', postgres.target)), max: 4 })
  db.on('error', () => null)
  starting.defer(() => db.end())
  while ((await db.query('select from storage.data_location where identified_at is null')).rowCount !== 0) await sleep(50)
  const ledger = openLedger()
  const started = starting.move()
  return {
    home,
    client,
    ledger,
    oracle: openOracle({ db, ledger, places, minVerifiedCopies: MIN_VERIFIED_COPIES }),
    places,
    observatory,
    db,
    get postgres() {
      return postgres
    },
    redis,
    bucket,
    parts,
    workers: parts as Record<WorkerName, Part>,
    lines,
    restart,
    failOver(server) {
      postgres = started.use(server)
      lead('postgres')
    },
    lead,
    async mend() {
      bucket?.before.breakBy(() => null)
      for (const line of Object.values(lines)) {
        line.trouble(null)
        line.hang(false)
      }
      for (const part of Object.values(parts)) if (await part.isStopped()) part.signal('SIGCONT')
      await Promise.all(Object.values(parts).map(part => (part.pid === null ? restart(part.name) : null)))
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

/** A disk of its own at a folder that is made; nothing where that is not permitted. */
async function mountDisk(folder: string): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true })
  const run = promisify(execFile)
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'almagest', folder]).then(
    () => true,
    () => false,
  )
  return { [Symbol.asyncDispose]: async () => void (mounted && (await run('umount', ['--lazy', folder]))) }
}

/** The workers of a site. */
export function workersAt(site: string): readonly WorkerName[] {
  return WORKERS.filter(name => name.startsWith(`${site}-`))
}

/** The site of a location. */
export function siteOf(location: string): string {
  return SITES.find(site => (locationsAt(site) as readonly string[]).includes(location)) ?? ''
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
