import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { z } from 'zod'
import { keysSetting, openQueue, Outage, QUEUE_PREFIX } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { openRedis, readOperations, startGateway } from './gateway.ts'
import { watchSupergraph } from './watch.ts'

/* The gateway as a process of its own. SIGTERM: not ready from then on, 5 s for load balancers to see it, what is being answered is
   finished, the end. SIGINT does not wait for load balancers. A second signal ends it at once. SIGHUP: the supergraph is looked at now. */

const SEEN_MS = 5000
const WATCH_MS = 2000
const SILENT_S = 30
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const url = (protocol: RegExp, example: string) => z.url({ protocol, error: `must be an address like ${example}` })
const subgraph = url(/^https?$/, 'http://127.0.0.1:4001/graphql')
const number = (least: number, most: number) => z.coerce.number(`must be a number from ${least} to ${most}`).int().min(least).max(most)

const key = keysSetting(1).transform(([key = '']) => key)

const Config = z.object({
  SUBGRAPH_OBSERVATION_URL: subgraph,
  SUBGRAPH_OBSERVATION_KEY: key,
  SUBGRAPH_DATA_PACKAGE_URL: subgraph,
  SUBGRAPH_DATA_PACKAGE_KEY: key,
  SUBGRAPH_STORAGE_URL: subgraph,
  SUBGRAPH_STORAGE_KEY: key,
  SUBGRAPH_STAGING_URL: subgraph,
  SUBGRAPH_STAGING_KEY: key,
  DATABASE_URL: url(/^postgres(ql)?$/, 'postgresql://almagest@127.0.0.1:5432/almagest'),
  REDIS_URL: z.union([url(/^rediss?$/, ''), z.string().startsWith('/')], 'must be an address like redis://127.0.0.1:6379, or a socket'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: number(0, 65_535).default(4000),
  SUBGRAPH_TIMEOUT_MS: number(1, 600_000).default(10_000),
  EVENT_CLIENTS: number(0, 100_000).default(1000),
  SUPERGRAPH_FILE: z
    .string()
    .min(1)
    .default(fileURLToPath(new URL('supergraph.graphql', import.meta.resolve('@almagest/schema')))),
  TRUSTED_DOCUMENTS: z.enum(['off', 'log', 'enforce'], 'must be off, log or enforce').default('off'),
  OPERATIONS_FOLDER: z
    .string()
    .min(1)
    .default(join(import.meta.dirname, 'operations')),
  INTROSPECTION: z.stringbool('must be true or false').default(false),
  PUBLISH_SCHEMA: z.stringbool('must be true or false').default(false),
  QUEUES_PATH: z
    .string()
    .regex(/^(\/[\w./-]+)?$/, 'must begin with /, or be empty for no Bull Board')
    .default('/queues'),
  QUEUE_PREFIX: z.string().min(1).default(QUEUE_PREFIX),
  LOG_LEVEL: z.enum(LEVELS, `must be one of ${LEVELS.join(', ')}`).default('info'),
})

try {
  await serve()
} catch (error) {
  if (!(error instanceof Outage)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function serve(): Promise<void> {
  const parsed = Config.safeParse(process.env)
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
    throw new Outage(`the gateway cannot start with this environment:\n${mistakes.join('\n')}`)
  }
  const env = parsed.data
  const log = pino({ level: env.LOG_LEVEL, base: { process: 'gateway' } })
  const signal = Promise.race((['SIGTERM', 'SIGINT'] as const).map(name => new Promise(resolve => process.once(name, () => resolve(name)))))

  await using opened = new AsyncDisposableStack()
  const orm = opened.adopt(await openOrm(env.DATABASE_URL, { max: 4, silentS: SILENT_S }), orm => orm.close(true))
  const redis = opened.adopt(openRedis(env.REDIS_URL, log), redis => redis.disconnect())
  const gateway = opened.use(
    await startGateway({
      supergraph: await read('SUPERGRAPH_FILE', () => readFile(env.SUPERGRAPH_FILE, 'utf8')),
      subgraphs: {
        observation: { url: env.SUBGRAPH_OBSERVATION_URL, key: env.SUBGRAPH_OBSERVATION_KEY },
        'data-package': { url: env.SUBGRAPH_DATA_PACKAGE_URL, key: env.SUBGRAPH_DATA_PACKAGE_KEY },
        storage: { url: env.SUBGRAPH_STORAGE_URL, key: env.SUBGRAPH_STORAGE_KEY },
        staging: { url: env.SUBGRAPH_STAGING_URL, key: env.SUBGRAPH_STAGING_KEY },
      },
      orm,
      redis,
      queue: opened.use(openQueue(redis, env.QUEUE_PREFIX)),
      log,
      host: env.HOST,
      port: env.PORT,
      timeoutMs: env.SUBGRAPH_TIMEOUT_MS,
      introspection: env.INTROSPECTION,
      events: { clients: env.EVENT_CLIENTS },
      operations: await read('OPERATIONS_FOLDER', () => readOperations(env.OPERATIONS_FOLDER)),
      trust: env.TRUSTED_DOCUMENTS,
      publishSchema: env.PUBLISH_SCHEMA,
      queuesPath: env.QUEUES_PATH || null,
    }),
  )
  const { reload } = gateway
  const watch = opened.use(watchSupergraph({ path: env.SUPERGRAPH_FILE, everyMs: WATCH_MS, reload, log }))
  process.on('SIGHUP', () => void watch.look())
  log.info({ event: 'gateway.started', url: gateway.url })
  const name = await signal
  log.info({ event: 'gateway.stopping', signal: name })
  gateway.drain()
  if (name === 'SIGTERM') await sleep(SEEN_MS)
}

/** Reads what a setting names; an Outage that says which setting when it cannot be read. */
async function read<value>(setting: string, reading: () => Promise<value>): Promise<value> {
  return reading().catch((cause: unknown) => {
    throw new Outage(`${setting}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  })
}
