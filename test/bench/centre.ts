import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { dataPackage } from '@almagest/data-package'
import { openRedis, startGateway } from '@almagest/gateway'
import { startPostgres, startRedis } from '@almagest/gateway/local'
import { openAnswering, startSubgraph } from '@almagest/kit'
import { observation } from '@almagest/observation'
import { openQueue, openSigner } from '@almagest/schema'
import { migrate, openOrm, type MikroORM } from '@almagest/schema/orm'
import { staging } from '@almagest/staging'
import { storage } from '@almagest/storage'
import { makeTopology, type Topology } from '../make.ts'
import type { Bed } from './bench.ts'

const KEY = 'the key between a bench and its subgraphs'

/** A data centre for a bench: no workers, a database that does not survive a power cut, an observatory. */
export interface Centre extends AsyncDisposable {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly orm: MikroORM
  readonly topology: Topology
  /** The endpoint of the gateway, with its subgraphs in this process as `npm start` has them, and that of the observation subgraph over HTTP. */
  readonly gatewayUrl: string
  readonly observationUrl: string
}

/** Starts a data centre in the folder of the bench. */
export async function openCentre({ folder, say }: Bed): Promise<Centre> {
  await using starting = new AsyncDisposableStack()
  const log = pino({ level: 'warn' }, pino.destination(2))
  say('starting a data centre')
  const postgres = starting.use(await startPostgres({ home: folder, durable: false }))
  const tools = join(import.meta.dirname, '../../.almagest-tools')
  const { url: redisUrl } = starting.use(await startRedis({ home: folder, path: process.env.PATH ?? '', tools }))
  const orm = await openOrm(postgres.url, { max: 24 })
  starting.defer(() => orm.close(true))
  await migrate(orm)
  const redis = openRedis(redisUrl, log)
  starting.defer(() => redis.disconnect())
  const queue = starting.use(openQueue(redis))
  const subgraphs = Object.fromEntries(
    [observation, dataPackage, storage, staging].map(subgraph => [subgraph.name, openAnswering(subgraph, { orm, queue, log })]),
  )
  const { url: observationUrl } = starting.use(await startSubgraph(observation, { orm, queue, log, keys: [KEY], now: Date.now }))
  const supergraph = await readFile(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8')
  // what is slow is to be measured, not to be cut off
  const gateway = starting.use(await startGateway({ supergraph, subgraphs, orm, redis, queue, log, port: 0, timeoutMs: 600_000 }))
  const topology = await makeTopology(orm.em.fork(), join(folder, 'sites'))
  const started = starting.move()
  return {
    databaseUrl: postgres.url,
    redisUrl,
    orm,
    topology,
    gatewayUrl: `${gateway.url}/graphql`,
    observationUrl,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

/** Asks a GraphQL endpoint; throws what it answers as errors. */
export async function ask<data>(url: string, query: string, variables: object): Promise<data> {
  return post<data>(url, JSON.stringify({ query, variables }))
}

/** The headers with which the observation subgraph takes a body, as from the gateway. */
export function signed(body: string): Record<string, string> {
  const claims = { requestId: 'bench', traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-00`, tracestate: null }
  return openSigner('observation', KEY)(claims, Buffer.from(body), Date.now())
}

/** Asks a GraphQL endpoint with a body that is written already, and more headers. */
export async function post<data>(url: string, body: string, headers: Record<string, string> = {}): Promise<data> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  const { data, errors } = (await response.json()) as { data: data; errors?: readonly unknown[] }
  if (errors) throw new Error(`${url} answered ${JSON.stringify(errors).slice(0, 1_000)}`)
  return data
}
