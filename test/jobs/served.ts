import { pino } from 'pino'
import { startSubgraph } from '@almagest/kit'
import { storage } from '@almagest/storage'
import { client, KEY, type Served } from '../subgraphs/serve.ts'
import { test as base } from './bench.ts'

/** A topology whose storage subgraph can be asked. */
export const test = base.extend<{ readonly api: Served }>({
  api: async ({ orm, queue }, use) => {
    const log = pino({ level: 'silent' })
    await using subgraph = await startSubgraph(storage, { orm, queue, log, keys: [KEY], now: Date.now })
    await use(client(subgraph.url, storage.name))
  },
})
