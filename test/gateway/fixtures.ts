import { readFile } from 'node:fs/promises'
import { startGateway, type Gateway, type GatewayOptions } from '@almagest/gateway'
import { test as base } from '../fixtures.ts'
import { KEY } from './key.ts'
import { startStandIn, type StandIn } from './subgraph.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; null if it is none. */
  readonly body: { data?: unknown; errors?: { message: string; path?: unknown; extensions?: unknown }[]; extensions?: unknown } | null
}

type SubgraphName = 'observation' | 'dataPackage' | 'storage' | 'staging'

interface Fixtures {
  /** Stand-ins at the network's edge for the four subgraphs. */
  readonly subgraphs: Readonly<Record<SubgraphName, StandIn>>
  /** What the gateway logged, oldest first. */
  readonly logged: Record<string, unknown>[]
  /** Starts a gateway over the stand-ins, ended with the test. */
  readonly start: (options?: Partial<GatewayOptions>) => Promise<Gateway>
  readonly gateway: Gateway
  /** Asks the gateway by POST. */
  readonly ask: (query: string, variables?: Record<string, unknown>) => Promise<Reply>
}

/** A gateway that waits 5 s for a subgraph, over four stand-ins. */
export const test = base.extend<Fixtures>({
  subgraphs: async ({}, use) => {
    await using opened = new AsyncDisposableStack()
    const open = async () => opened.use(await startStandIn())
    await use({ observation: await open(), dataPackage: await open(), storage: await open(), staging: await open() })
  },
  logged: async ({}, use) => use([]),
  start: async ({ orm, redis, queue, subgraphs, logged }, use) => {
    await using opened = new AsyncDisposableStack()
    const write = (entry: unknown, text?: unknown) => void logged.push({ ...(entry as object), text })
    const supergraph = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
    const { dataPackage, ...others } = subgraphs
    const addresses = Object.entries({ ...others, 'data-package': dataPackage }).map(([name, { url }]) => [name, { url, key: KEY }])
    const log = { info: write, warn: write, error: write }
    const common = { supergraph, subgraphs: Object.fromEntries(addresses), orm, redis, queue, log, port: 0, timeoutMs: 5000 }
    await use(async options => opened.use(await startGateway({ ...common, ...options })))
  },
  gateway: async ({ start }, use) => use(await start()),
  ask: async ({ gateway }, use) => use((query, variables) => post(`${gateway.url}/graphql`, { query, variables })),
})

/** Sends JSON, or a text as it is, and reads the reply. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return read(await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text }))
}

/** Reads a reply to its end. */
export async function read(response: Response): Promise<Reply> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null }
}
