import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { pino } from 'pino'
import { openRedis, startGateway, type SubgraphAddress, type SubgraphHere } from '@almagest/gateway'
import { startPlainGateway, startPlainSubgraph, startSingle } from '@almagest/gateway/local'
import { dataPackage } from '@almagest/data-package'
import { openAnswering, startSubgraph } from '@almagest/kit'
import { observation } from '@almagest/observation'
import { openQueue } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { staging } from '@almagest/staging'
import { storage } from '@almagest/storage'

/* node contender.ts KIND DATABASE_URL REDIS_URL: serves the graph in one way, in a process of its own, and writes its address; ends at SIGTERM. */

const SUBGRAPHS = [observation, dataPackage, storage, staging]

const [kind, databaseUrl = '', redisUrl = ''] = process.argv.slice(2)
const stopped = new Promise(resolve => process.once('SIGTERM', resolve))
{
  await using opened = new AsyncDisposableStack()
  const log = pino({ level: 'warn' }, pino.destination(2))
  const orm = opened.adopt(await openOrm(databaseUrl, { max: 24 }), orm => orm.close(true))
  const redis = opened.adopt(openRedis(redisUrl, log), redis => redis.disconnect())
  const queue = opened.use(openQueue(redis))
  const supergraph = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
  process.stdout.write(`${await start()}\n`)
  await stopped

  async function start(): Promise<string> {
    if (kind === 'single') return opened.use(await startSingle({ orm, queue, log })).url
    if (kind === 'plain') {
      const urls: Record<string, string> = {}
      for (const { name } of SUBGRAPHS) urls[name] = opened.use(await startPlainSubgraph(name, { orm, queue, log })).url
      return opened.use(await startPlainGateway(supergraph, urls)).url
    }
    const subgraphs: Record<string, SubgraphAddress | SubgraphHere> = {}
    for (const subgraph of SUBGRAPHS) {
      if (kind === 'ours') {
        subgraphs[subgraph.name] = openAnswering(subgraph, { orm, queue, log })
        continue
      }
      const key = randomBytes(32).toString('base64url')
      const { url } = opened.use(await startSubgraph(subgraph, { orm, queue, log, keys: [key], now: Date.now }))
      subgraphs[subgraph.name] = { url, key }
    }
    const options = { supergraph, subgraphs, orm, redis, queue, log, port: 0, queuesPath: null }
    return `${opened.use(await startGateway(options)).url}/graphql`
  }
}
process.exit()
