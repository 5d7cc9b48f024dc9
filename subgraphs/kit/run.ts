import { once } from 'node:events'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { z } from 'zod'
import { dataKeysSetting, keysSetting, openQueue, Outage, QUEUE_PREFIX } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { startSubgraph } from './server.ts'
import type { Subgraph } from './subgraph.ts'

/** A line to PostgreSQL counts as cut when nothing is heard for so long of a statement, in seconds: longer than any caller waits. */
const SILENT_S = 120

const Settings = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }),
  REDIS_URL: z.union([z.url({ protocol: /^rediss?$/ }), z.string().startsWith('/')], 'must be a redis:// URL or the path of a socket'),
  SUBGRAPH_KEYS: keysSetting(2),
  DATA_KEYS_FILE: dataKeysSetting().optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce
    .number({ error: 'must be a port' })
    .int('must be a port')
    .min(0, 'must be a port')
    .max(65_535, 'must be a port')
    .default(0),
  QUEUE_PREFIX: z.string().min(1).default(QUEUE_PREFIX),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { error: 'must be a level of pino' }).default('info'),
})

/** Reads the settings of a subgraph's process; throws one Outage that lists all mistakes. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): z.output<typeof Settings> {
  const { success, data, error } = Settings.safeParse(env)
  if (success) return data
  throw new Outage(`bad settings: ${error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`)
}

/** Serves a subgraph as a process of its own until SIGTERM or SIGINT; says in one sentence why it cannot, and then the status is 1. */
export async function runSubgraph(subgraph: Subgraph, env: Readonly<Record<string, string | undefined>>, now: () => number): Promise<void> {
  try {
    await serve(subgraph, env, now)
  } catch (error) {
    if (!(error instanceof Outage)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

async function serve(subgraph: Subgraph, env: Readonly<Record<string, string | undefined>>, now: () => number): Promise<void> {
  const settings = readSettings(env)
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  const log = pino({ level: settings.LOG_LEVEL, base: { subgraph: subgraph.name } })
  await using closing = new AsyncDisposableStack()
  const orm = await openOrm(settings.DATABASE_URL, { idleS: 300, silentS: SILENT_S })
  closing.defer(() => orm.close(true))
  const redis = new Redis(settings.REDIS_URL, { enableOfflineQueue: false, maxRetriesPerRequest: 1, socketTimeout: 10_000 })
  redis.on('error', (error: Error) => log.warn({ event: 'redis.error', error: error.message }))
  closing.defer(() => redis.disconnect())
  const queue = closing.use(openQueue(redis, settings.QUEUE_PREFIX))
  const { SUBGRAPH_KEYS: keys, DATA_KEYS_FILE: dataKeys, HOST: host, PORT: port } = settings
  const { url } = closing.use(await startSubgraph(subgraph, { orm, queue, log, keys, dataKeys, now, host, port }))
  log.info({ event: 'listening', url })
  await stopped
  log.info({ event: 'stopping' })
}
