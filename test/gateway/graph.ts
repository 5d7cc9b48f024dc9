import { pino } from 'pino'
import { readFile } from 'node:fs/promises'
import { dataPackage } from '@almagest/data-package'
import { readOperations, startGateway, type Gateway, type GatewayOptions, type TrustedOperation } from '@almagest/gateway'
import { startSubgraph } from '@almagest/kit'
import { observation } from '@almagest/observation'
import { staging } from '@almagest/staging'
import { storage } from '@almagest/storage'
import { test as base } from '../fixtures.ts'
import { KEY } from './key.ts'

interface Fixtures {
  readonly operations: TrustedOperation[]
  /** The keys of data servers that the subgraphs know; a test may add some. */
  readonly dataKeys: Record<string, [string]>
  /** Starts a gateway over the four subgraphs and the database of the file, ended with the test; a subgraph that is given is asked in the place of ours. */
  readonly startGraph: (options?: Partial<GatewayOptions>) => Promise<Gateway>
}

/** The graph as it is in production, but in one process: the gateway, the four subgraphs, the trusted operations. */
export const test = base.extend<Fixtures>({
  operations: async ({}, use) => use(await readOperations(new URL('../../gateway/operations/', import.meta.url).pathname)),
  dataKeys: async ({}, use) => use({}),
  startGraph: async ({ orm, redis, queue, operations, dataKeys }, use) => {
    await using opened = new AsyncDisposableStack()
    const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
    const supergraph = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
    const serve = async (subgraph: typeof storage) => {
      const { url } = opened.use(await startSubgraph(subgraph, { orm, queue, log, dataKeys, keys: [KEY], now: Date.now }))
      return [subgraph.name, { url, key: KEY }] as const
    }
    const subgraphs = Object.fromEntries(await Promise.all([observation, dataPackage, storage, staging].map(serve)))
    const common = { supergraph, subgraphs, operations, orm, redis, queue, log, port: 0 }
    await use(async options =>
      opened.use(await startGateway({ ...common, ...options, subgraphs: { ...subgraphs, ...options?.subgraphs } })),
    )
  },
})
