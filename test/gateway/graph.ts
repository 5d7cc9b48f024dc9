import { pino } from 'pino'
import { readFile } from 'node:fs/promises'
import { dataPackage } from '@almagest/data-package'
import { readOperations, startGateway, type Gateway, type GatewayOptions, type TrustedOperation } from '@almagest/gateway'
import { Redis } from 'ioredis'
import { inject } from 'vitest'
import { startSubgraph } from '@almagest/kit'
import { observation } from '@almagest/observation'
import { openQueue } from '@almagest/schema'
import { staging } from '@almagest/staging'
import { storage } from '@almagest/storage'
import { test as base } from '../fixtures.ts'
import { KEY } from './key.ts'

type Common = Omit<GatewayOptions, 'trust'> & Required<Pick<GatewayOptions, 'subgraphs'>>

interface Fixtures {
  readonly operations: TrustedOperation[]
  /** The keys of data servers that the subgraphs know; a test may add some. */
  readonly dataKeys: Record<string, [string]>
  /** What every graph of the file is made of, and those that need nothing else, by their trust: a graph takes half a second to start. */
  readonly graphs: { readonly common: Common; shared(trust: GatewayOptions['trust']): Promise<Gateway> }
  /**
   * Starts a gateway over the four subgraphs and the database of the file, ended with the test; a subgraph that is given is asked in the place of ours. Without
   * options, or with a trust alone, it is one for all tests of the file.
   */
  readonly startGraph: (options?: Partial<GatewayOptions>) => Promise<Gateway>
}

/** The graph as it is in production, but in one process: the gateway, the four subgraphs, the trusted operations. */
export const test = base.extend<Fixtures>({
  operations: [
    async ({}, use) => use(await readOperations(new URL('../../gateway/operations/', import.meta.url).pathname)),
    { scope: 'file' },
  ],
  dataKeys: [async ({}, use) => use({}), { scope: 'file' }],
  graphs: [
    async ({ orm, operations, dataKeys }, use) => {
      await using opened = new AsyncDisposableStack()
      const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
      const redis = opened.adopt(new Redis(inject('redis'), { maxRetriesPerRequest: null }), async redis => void (await redis.quit()))
      const queue = opened.use(openQueue(redis, `test-${crypto.randomUUID()}`))
      const supergraph = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
      const serve = async (subgraph: typeof storage) => {
        const { url } = opened.use(await startSubgraph(subgraph, { orm, queue, log, dataKeys, keys: [KEY], now: Date.now }))
        return [subgraph.name, { url, key: KEY }] as const
      }
      const subgraphs = Object.fromEntries(await Promise.all([observation, dataPackage, storage, staging].map(serve)))
      const common = { supergraph, subgraphs, operations, orm, redis, queue, log, port: 0 }
      const started = new Map<GatewayOptions['trust'], Promise<Gateway>>()
      const start = async (trust: GatewayOptions['trust']) => opened.use(await startGateway({ ...common, trust }))
      await use({
        common,
        shared: trust => {
          const found = started.get(trust) ?? start(trust)
          started.set(trust, found)
          return found
        },
      })
    },
    { scope: 'file' },
  ],
  startGraph: async ({ graphs: { common, shared } }, use) => {
    await using opened = new AsyncDisposableStack()
    await use(async ({ trust, ...options } = {}) => {
      if (Object.keys(options).length === 0) return shared(trust)
      return opened.use(await startGateway({ ...common, ...options, trust, subgraphs: { ...common.subgraphs, ...options.subgraphs } }))
    })
  },
})
