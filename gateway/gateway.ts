import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, type Request, type Response } from 'express'
import type { Redis } from 'ioredis'
import { Outage, type JobQueue } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'
import { openBoard } from './bull-board.ts'
import { openSubgraph, type SubgraphAddress, type SubgraphHere } from './data-source.ts'
import { openDrain } from './drain.ts'
import { answerErrors } from './errors.ts'
import { openEventStreams, type EventStreams, type StreamOptions } from './event-stream.ts'
import { answerEvents } from './events.ts'
import { openGraph, type Graph, type Reloaded } from './graph.ts'
import { openHealth, type Health } from './health.ts'
import type { Log } from './log.ts'
import type { TrustedOperation } from './operations.ts'
import { identify } from './request.ts'
import { admitRequests, type TrustPolicy } from './requests.ts'

export { excessOf, limitOperations } from './limits.ts'
export { faultsOf, readOperations, type TrustedOperation } from './operations.ts'
export { openRedis } from './redis.ts'
export type { Reloaded } from './graph.ts'
export type { TrustPolicy } from './requests.ts'
export { watchSupergraph } from './watch.ts'
export type { SubgraphAddress, SubgraphHere } from './data-source.ts'

/** What a gateway is made of. */
export interface GatewayOptions {
  /** The composed supergraph; the addresses in it are ignored. */
  supergraph: string
  /** Where the subgraphs are, by name. */
  subgraphs: Readonly<Record<string, SubgraphAddress | SubgraphHere>>
  orm: MikroORM
  /** Should fail fast, as of `openRedis`: the gateway answers while it is away. */
  redis: Redis
  queue: JobQueue
  log: Log
  host?: string | undefined
  /** 0: any that is free. */
  port?: number | undefined
  /** How long one subgraph may take for one answer. */
  timeoutMs?: number | undefined
  /** How long what is being answered may take to finish when the gateway ends. */
  drainMs?: number | undefined
  /** Whether a client may ask for the schema. */
  introspection?: boolean | undefined
  /** Where operators find Bull Board; null: nowhere. */
  queuesPath?: string | null | undefined
  /** How old the list of queues there may be. */
  refreshMs?: number | undefined
  /** Documents that are vouched for: planned at the start, and to be asked for by their ids. */
  operations?: readonly TrustedOperation[] | undefined
  /** What becomes of other documents. */
  trust?: TrustPolicy | undefined
  /** Whether the schema can be had at /schema.graphql. */
  publishSchema?: boolean | undefined
  /** The largest request: 100,000 files are filed in one. */
  bodyLimit?: string | undefined
  /** How /events treats its clients. */
  events?: Omit<StreamOptions, 'orm' | 'log'> | undefined
}

/** A gateway that serves; disposing of it finishes what is being answered. */
export interface Gateway extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Answers /readyz with 503 from now on, so that nothing new is sent here; everything else goes on. */
  drain(): void
  /** Takes another supergraph into use, if it is fit, without an interruption. */
  reload(supergraph: string): Promise<Reloaded>
}

/** Serves the supergraph at /graphql, /events, /healthz, /readyz and Bull Board until disposed. An Outage when it cannot listen. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { supergraph, log, host = '127.0.0.1', port = 4000, timeoutMs = 10_000, drainMs = 10_000, introspection = false } = options
  await using opening = new AsyncDisposableStack()
  const app = express().disable('x-powered-by').disable('etag').set('env', 'production')
  const httpServer = createServer(app)
  const drain = openDrain(httpServer)
  const subgraphs = Object.entries(options.subgraphs).map(([name, address]) => opening.use(openSubgraph(name, address, { timeoutMs, log })))
  const health = openHealth({ ...options, subgraphs })
  const { operations = [] } = options
  const graph = opening.use(await openGraph({ supergraph, subgraphs, operations, introspection, log }))
  opening.defer(() => drain(drainMs))
  const streams = opening.use(openEventStreams({ ...options.events, orm: options.orm, log }))
  let draining = false
  mount(app, { options, graph, health, streams, isDraining: () => draining })

  await listen(httpServer, host, port)
  const address = httpServer.address() as AddressInfo
  const started = opening.move()
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    drain() {
      draining = true
    },
    reload: graph.reload,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

interface Parts {
  options: GatewayOptions
  graph: Graph
  health: Health
  streams: EventStreams
  isDraining: () => boolean
}

function mount(app: Express, { options, graph, health, streams, isDraining }: Parts): void {
  const { bodyLimit = '32 MB', queuesPath = '/queues', operations = [], trust: policy = 'off', publishSchema = false, log } = options
  app.use(identify)
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.get('/readyz', async (_request, response) => {
    const readiness = isDraining() ? { status: 'unavailable', checks: { gateway: 'draining' } } : await health.check()
    response.status(readiness.status === 'unavailable' ? 503 : 200).json({ ...readiness, supergraph: graph.version() })
  })
  if (queuesPath !== null) app.use(queuesPath, openBoard({ ...options, path: queuesPath }))
  app.get('/events', answerEvents(options.orm, streams))
  app.get('/graphql', explain)
  app.use('/graphql', express.json({ limit: bodyLimit, strict: false }), admitRequests({ operations, policy, log }), graph.handle)
  if (publishSchema) app.get('/schema.graphql', (_request, response) => void response.type('text').send(graph.schema()))
  app.use((_request, response) => {
    response.status(404).type('text').send('There is nothing here. GraphQL is at /graphql, events at /events.\n')
  })
  app.use(answerErrors(log, bodyLimit))
}

/** Tells who comes with a browser how to ask. */
function explain(request: Request, response: Response, next: () => void): void {
  if ('query' in request.query || 'extensions' in request.query) return next()
  const url = `${request.protocol}://${request.host}/graphql`
  response.type('text').send(`This is the GraphQL endpoint of Almagest: it is asked by POST, for instance

  curl ${url} -H 'content-type: application/json' -d '{"query": "{ sites { name title } }"}'
`)
}

const REASONS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (_host, port) => `port ${port} is taken by another program: end it, or choose another port with PORT`,
  EACCES: (_host, port) => `this user may not open port ${port}: choose one above 1023 with PORT`,
  EADDRNOTAVAIL: host => `this machine has no address ${host}: choose another with HOST`,
  ENOTFOUND: host => `there is no host ${host}: choose another with HOST`,
}

/** Throws the Outage that `startGateway` would, if it cannot listen there now. */
export async function checkPort(host: string, port: number): Promise<void> {
  const server = createServer()
  await listen(server, host, port)
  await new Promise(closed => server.close(closed))
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(port, host, resolve)
  try {
    await promise
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? '']
    throw reason ? new Outage(reason(host, port), { cause: error }) : error
  }
}
