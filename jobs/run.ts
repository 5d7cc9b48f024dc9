import { readFileSync } from 'node:fs'
import { availableParallelism, hostname } from 'node:os'
import { parseArgs } from 'node:util'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { z } from 'zod'
import { dataKeysSetting, openQueue, QUEUE_PREFIX, type DataKeys } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { armCrashPoint, crashOf } from './crash-point.ts'
import { startDataServer } from './data-server/server.ts'
import type { World } from './handler.ts'
import { credentialsIn } from './stores/credentials.ts'
import { mountedStores } from './stores/mounted.ts'
import { tapeLibrariesSetting } from './stores/tape.ts'
import { openThreads } from './threads/pool.ts'
import { openTransports } from './transports/methods.ts'
import { startWorkers } from './worker.ts'

const HELP = `usage: node jobs/main.ts --site NAME [--data-server]

Serves every queue of one site's locations until it gets SIGTERM or SIGINT, and where DATA_PORT is set the site's copies to other sites.

  --site NAME     the short name of the site, as in ops-db
  --data-server   does no work: only serves the site's copies, in a process of its own

environment:
  DATABASE_URL   ops-db, postgresql://…
  REDIS_URL      redis://…, or the path of a socket
  LOG_LEVEL      trace, debug, info, warn, error (info)
  LEASE_S        how long a claim lasts unless it is renewed (30)
  SWEEP_S        how often the rows are swept when nothing happens (5)
  RENUDGE_S      after how long work that nobody took is asked for again (60)
  CANARY_S       how often a canary is put into each queue; three that nobody takes end this process (30)
  WORKER_NAME    who holds the leases; unique (host.pid)
  PACK_THREADS   how many threads read, digest and write (the cores, at most 4)
  QUEUE_PREFIX   what the keys of Redis begin with (almagest)
  DATA_KEYS_FILE the keys of the sites' data servers, as JSON: {"SITE": "KEY"}, or ["NEW KEY", "OLD KEY"] in the place of a key, each of at least
                 32 characters; of this site, if it serves, and of those that it pulls from
  DATA_PORT      where the data server listens; without it there is none
  DATA_HOST      on which address (0.0.0.0)
  DATA_URL       the address at which other sites reach it (http://host:port, https with a certificate)
  DATA_STREAMS   how many streams it serves at a time (64)
  DATA_CERT_FILE DATA_CERT_KEY_FILE   its certificate and the key of that, as PEM; without them it serves without TLS

  S3_CREDENTIALS_FILE   { "name": { "accessKey": …, "secretKey": … } }: the credentials that S3 locations name
  S3_PLAIN_HOSTS        host:port,…: where S3 may be spoken to without TLS

  TAPE_FILE      { "location": { "root": "/hsm", "state": [command], "recall": [command], "release": [command], "pollS": 60 } }: the tape
                 libraries of the site. Commands are lists of words, run without a shell; {} stands for the paths of the files

  CRASH_POINT    only for the tests of faults: where in its work the process ends itself, or stops
`

/** A line to PostgreSQL counts as cut when nothing is heard for so many leases of a statement. */
const SILENT_LEASES = 5

/** A line to Redis counts as cut when a command is not answered for so long, in milliseconds; BullMQ lets Redis wait for ten seconds with its answer. */
const SILENT_MS = { producer: 10_000, consumer: 25_000 }

/** How long a process that is dead has to close what it can, in milliseconds. */
const CLOSING_MS = 5_000

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.string().min(1),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LEASE_S: z.coerce.number().positive().default(30),
  SWEEP_S: z.coerce.number().positive().default(5),
  RENUDGE_S: z.coerce.number().positive().default(60),
  CANARY_S: z.coerce.number().positive().default(30),
  WORKER_NAME: z.string().min(1).default(`${hostname()}.${process.pid}`),
  PACK_THREADS: z.coerce.number().int().min(1).max(64).default(Math.min(4, availableParallelism())),
  QUEUE_PREFIX: z.string().min(1).default(QUEUE_PREFIX),
  DATA_KEYS_FILE: dataKeysSetting().optional(),
  DATA_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  DATA_HOST: z.string().min(1).default('0.0.0.0'),
  DATA_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_STREAMS: z.coerce.number().int().min(1).default(64),
  DATA_CERT_FILE: pemSetting('CERTIFICATE').optional(),
  DATA_CERT_KEY_FILE: pemSetting('PRIVATE KEY').optional(),
  S3_CREDENTIALS_FILE: z.string().min(1).optional(),
  TAPE_FILE: tapeLibrariesSetting().optional(),
  CRASH_POINT: z
    .string()
    .refine(text => crashOf(text) !== null, 'must be POINT, POINT:SIGSTOP or POINT:SIGKILL:TIMES of jobs/crash-point.ts')
    .transform(crashOf)
    .optional(),
  S3_PLAIN_HOSTS: z
    .string()
    .default('')
    .transform(text =>
      text
        .split(',')
        .map(host => host.trim())
        .filter(Boolean),
    ),
})

/** A setting that names a file with a PEM block; its value is what is in the file. */
function pemSetting(label: string) {
  return z.string().transform((path, context): string => {
    try {
      const text = readFileSync(path, 'utf8')
      if (text.includes(`${label}-----`)) return text
    } catch {
      // What cannot be read is as bad as what is no PEM.
    }
    context.addIssue({ code: 'custom', message: `must be the path of a PEM file with a ${label}` })
    return z.NEVER
  })
}

/** The worker process of one site: reads its arguments and environment, works until a signal, and returns its exit status. */
export async function runWorkers(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const options = { site: { type: 'string' }, 'data-server': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  const { values, problem } = parse(args, options)
  if (problem || values.help || !values.site) {
    process[values.help ? 'stdout' : 'stderr'].write(`${problem ? `${problem}\n\n` : ''}${HELP}`)
    return values.help ? 0 : 2
  }
  const settings = environment.safeParse(env)
  if (!settings.success) {
    process.stderr.write(`${z.prettifyError(settings.error)}\n\n${HELP}`)
    return 2
  }
  const data = dataServerOf(values.site, settings.data)
  const wrong = typeof data === 'string' ? data : values['data-server'] && !data ? 'DATA_PORT must be set for --data-server' : null
  if (wrong !== null) {
    process.stderr.write(`${wrong}\n\n${HELP}`)
    return 2
  }
  const {
    DATABASE_URL,
    REDIS_URL,
    LOG_LEVEL,
    LEASE_S,
    SWEEP_S,
    RENUDGE_S,
    CANARY_S,
    WORKER_NAME,
    PACK_THREADS,
    QUEUE_PREFIX: prefix,
  } = settings.data
  const stores = mountedStores({
    credentials: credentialsIn(settings.data.S3_CREDENTIALS_FILE),
    plainHosts: settings.data.S3_PLAIN_HOSTS,
    tape: settings.data.TAPE_FILE ?? {},
  })

  armCrashPoint(settings.data.CRASH_POINT ?? null)
  const stop = Promise.withResolvers<number>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.resolve(0))

  const log = pino({ level: LOG_LEVEL }).child({ worker: WORKER_NAME, site: values.site })
  await using closing = new AsyncDisposableStack()
  const orm = await openOrm(DATABASE_URL, { silentS: SILENT_LEASES * LEASE_S })
  closing.defer(() => orm.close())
  const transports = openTransports({ keys: settings.data.DATA_KEYS_FILE ?? {} })
  const threads = closing.use(openThreads(PACK_THREADS))
  const world = { orm, stores, threads, transports, worker: WORKER_NAME, leaseS: LEASE_S, log }
  if (data && typeof data !== 'string') closing.use(await startDataServer({ ...data, world }))
  if (!values['data-server'])
    startWork(closing, {
      world,
      site: values.site,
      redisUrl: REDIS_URL,
      prefix,
      sweepS: SWEEP_S,
      renudgeS: RENUDGE_S,
      canaryS: CANARY_S,
      onDead: () => {
        stop.resolve(1)
        // What is stuck may not let itself be closed; others take over the claims when their leases are over.
        setTimeout(() => process.exit(1), CLOSING_MS).unref()
      },
    })
  log.info({ event: 'worker.started' })
  const status = await stop.promise
  log.info({ event: 'worker.stopping' })
  return status
}

interface Work {
  readonly world: World
  readonly site: string
  readonly redisUrl: string
  readonly prefix: string
  readonly sweepS: number
  readonly renudgeS: number
  readonly canaryS: number
  readonly onDead: () => void
}

function startWork(closing: AsyncDisposableStack, { world, redisUrl, prefix, ...how }: Work): void {
  const producer = new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1, socketTimeout: SILENT_MS.producer })
  const consumer = new Redis(redisUrl, { maxRetriesPerRequest: null, socketTimeout: SILENT_MS.consumer })
  for (const redis of [producer, consumer]) {
    redis.on('error', error => world.log.debug({ event: 'redis.error', error: error.message }))
    closing.defer(() => redis.disconnect())
  }
  const queue = closing.use(openQueue(producer, prefix))
  closing.use(startWorkers({ world, queue, connection: consumer, prefix, ...how }))
}

/** The data server that the settings ask for, `null` for none, or what is wrong with them. */
function dataServerOf(site: string, settings: z.infer<typeof environment>) {
  const { DATA_KEYS_FILE: keys, DATA_PORT: port, DATA_HOST: host, DATA_URL, DATA_STREAMS: streams, DATA_CERT_FILE: cert } = settings
  const key = settings.DATA_CERT_KEY_FILE
  if (port === undefined) return null
  const own = keysOf(keys, site)
  if (own.length === 0) return `DATA_KEYS_FILE must have a key of site ${site}, whose data server DATA_PORT asks for`
  if ((cert === undefined) !== (key === undefined)) return 'DATA_CERT_FILE and DATA_CERT_KEY_FILE must be set together'
  const tls = cert !== undefined && key !== undefined ? { cert, key } : null
  return { site, keys: own, host, port, streams, tls, url: DATA_URL ?? `${tls ? 'https' : 'http'}://${hostname()}:${port}` }
}

function keysOf(keys: DataKeys | undefined, site: string): readonly string[] {
  return keys?.[site] ?? []
}

function parse(
  args: readonly string[],
  options: { site: { type: 'string' }; 'data-server': { type: 'boolean' }; help: { type: 'boolean'; short: string } },
) {
  try {
    return { values: parseArgs({ args: [...args], options }).values, problem: null }
  } catch (error) {
    return {
      values: {} as { site?: string; 'data-server'?: boolean; help?: boolean },
      problem: error instanceof Error ? error.message : String(error),
    }
  }
}
