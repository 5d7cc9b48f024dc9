import { parseArgs } from 'node:util'
import { hostname } from 'node:os'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { z } from 'zod'
import { openQueue, QUEUE_PREFIX } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { mountedStores } from './stores/mounted.ts'
import { startWorkers } from './worker.ts'

const HELP = `usage: node jobs/main.ts --site NAME

Serves every queue of one site's locations until it gets SIGTERM or SIGINT.

  --site NAME   the short name of the site, as in ops-db

environment:
  DATABASE_URL   ops-db, postgresql://…
  REDIS_URL      redis://…, or the path of a socket
  LOG_LEVEL      trace, debug, info, warn, error (info)
  LEASE_S        how long a claim lasts unless it is renewed (30)
  SWEEP_S        how often the rows are swept when nothing happens (5)
  WORKER_NAME    who holds the leases; unique (host.pid)
  QUEUE_PREFIX   what the keys of Redis begin with (almagest)
`

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.string().min(1),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LEASE_S: z.coerce.number().positive().default(30),
  SWEEP_S: z.coerce.number().positive().default(5),
  WORKER_NAME: z.string().min(1).default(`${hostname()}.${process.pid}`),
  QUEUE_PREFIX: z.string().min(1).default(QUEUE_PREFIX),
})

/** The worker process of one site: reads its arguments and environment, works until a signal, and returns its exit status. */
export async function runWorkers(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const options = { site: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
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
  const { DATABASE_URL, REDIS_URL, LOG_LEVEL, LEASE_S, SWEEP_S, WORKER_NAME, QUEUE_PREFIX: prefix } = settings.data

  const stop = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.resolve())

  const log = pino({ level: LOG_LEVEL }).child({ worker: WORKER_NAME, site: values.site })
  await using closing = new AsyncDisposableStack()
  const orm = await openOrm(DATABASE_URL)
  closing.defer(() => orm.close())
  const producer = new Redis(REDIS_URL, { enableOfflineQueue: false, maxRetriesPerRequest: 1 })
  const consumer = new Redis(REDIS_URL, { maxRetriesPerRequest: null })
  for (const redis of [producer, consumer]) {
    redis.on('error', error => log.debug({ event: 'redis.error', error: error.message }))
    closing.defer(() => redis.disconnect())
  }
  const queue = closing.use(openQueue(producer, prefix))
  closing.use(
    startWorkers({
      world: { orm, stores: mountedStores(), worker: WORKER_NAME, leaseS: LEASE_S, log },
      queue,
      connection: consumer,
      site: values.site,
      prefix,
      sweepS: SWEEP_S,
    }),
  )
  log.info({ event: 'worker.started' })
  await stop.promise
  log.info({ event: 'worker.stopping' })
  return 0
}

function parse(args: readonly string[], options: { site: { type: 'string' }; help: { type: 'boolean'; short: string } }) {
  try {
    return { values: parseArgs({ args: [...args], options }).values, problem: null }
  } catch (error) {
    return { values: {} as { site?: string; help?: boolean }, problem: error instanceof Error ? error.message : String(error) }
  }
}
