import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { dataPackage } from '@almagest/data-package'
import { mountedStores, openThreads, openTransports, startDataServer, startWorkers } from '@almagest/jobs'
import { openAnswering } from '@almagest/kit'
import { observation } from '@almagest/observation'
import { openQueue, QUEUE_PREFIX } from '@almagest/schema'
import { migrate, openOrm, type MikroORM } from '@almagest/schema/orm'
import { staging } from '@almagest/staging'
import { storage } from '@almagest/storage'
import { openRedis, readOperations, startGateway, type SubgraphHere } from '../gateway.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'

/** So many streams does a data server give at a time. */
const STREAMS = 16

/** What a whole data centre in one process needs. */
export interface SystemOptions {
  /** The data folder. */
  readonly home: string
  /** Where the gateway listens on 127.0.0.1; 0: any free port. */
  readonly port: number
  readonly databaseUrl?: string | undefined
  readonly redisUrl?: string | undefined
  /** Where to look for Redis: the PATH. */
  readonly path: string
  /** Where programs that had to be fetched are kept (`tools` in the data folder). */
  readonly tools?: string | undefined
  readonly log: Logger
  /** Hears what is being started, and what a person should know of it. */
  readonly onStep?: (step: string) => void
  /** Another name for the keys in Redis, for tests that share one. */
  readonly prefix?: string
}

/** A whole data centre in this process. Disposing ends everything that was started, in reverse. */
export interface System extends AsyncDisposable {
  /** The gateway's address, without a slash at the end. */
  readonly url: string
  readonly orm: MikroORM
  readonly redisUrl: string
  readonly databaseUrl: string
  /** Starts workers and a data server for one more site. */
  serve(site: string): Promise<void>
}

/** Starts PostgreSQL and Redis unless they are given, migrates ops-db, and starts the four subgraphs and the gateway; workers with `serve`. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { home, port, log, onStep = () => {}, prefix = QUEUE_PREFIX } = options
  await using starting = new AsyncDisposableStack()

  onStep('starting PostgreSQL')
  const postgres = starting.use(await startPostgres({ home, url: options.databaseUrl }))
  onStep('starting Redis')
  const redis = starting.use(
    await startRedis({ home, url: options.redisUrl, path: options.path, ...(options.tools ? { tools: options.tools } : {}), log: onStep }),
  )

  onStep('migrating ops-db')
  const orm = await openOrm(postgres.url, { max: 24 })
  starting.defer(() => orm.close(true))
  await migrate(orm)

  onStep('starting subgraphs, gateway and workers')
  const producer = openRedis(redis.url, log)
  starting.defer(() => producer.disconnect())
  const queue = starting.use(openQueue(producer, prefix))
  const subgraphs: Record<string, SubgraphHere> = {}
  // Those of the data servers, which come and go with this process.
  const dataKeys: Record<string, [string]> = {}
  for (const subgraph of [observation, dataPackage, storage, staging]) {
    subgraphs[subgraph.name] = openAnswering(subgraph, { orm, queue, log, dataKeys })
  }
  const gateway = starting.use(
    await startGateway({
      supergraph: await readFile(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8'),
      subgraphs,
      orm,
      redis: producer,
      queue,
      log,
      port,
      queuesPath: '/queues',
      introspection: true,
      publishSchema: true,
      operations: await readOperations(join(import.meta.dirname, '../operations')),
      drainMs: 1_000,
    }),
  )
  const consumer = new Redis(redis.url, { maxRetriesPerRequest: null })
  consumer.on('error', (error: Error) => log.debug({ event: 'redis.error', error: error.message }))
  starting.defer(() => consumer.disconnect())
  const workers = starting.use(new AsyncDisposableStack())
  const threads = workers.use(openThreads(Math.min(4, availableParallelism())))
  const world = { orm, stores: mountedStores(), transports: openTransports(), threads, leaseS: 10, log }
  const started = starting.move()
  return {
    url: gateway.url,
    orm,
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    async serve(site) {
      const keys: [string] = [randomBytes(32).toString('hex')]
      dataKeys[site] = keys
      workers.use(await startDataServer({ world, site, keys, host: '127.0.0.1', port: 0, url: null, streams: STREAMS, tls: null }))
      workers.use(
        startWorkers({ world: { ...world, worker: `${site}.${process.pid}` }, queue, connection: consumer, site, prefix, sweepS: 1 }),
      )
    },
    async [Symbol.asyncDispose]() {
      await started.disposeAsync()
    },
  }
}
