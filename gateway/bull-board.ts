import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { ExpressAdapter } from '@bull-board/express'
import { Router } from 'express'
import type { Redis } from 'ioredis'
import { findQueues, Outage, type JobQueue } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'

const REFRESH_MS = 5000

/** Its page asks for fonts from a foreign server, which a mountain may not reach and which has no business to know. */
const CONTENT = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

/** What Bull Board shows, and where. */
export interface BoardOptions {
  /** Where it is mounted: its pages name their parts by it. */
  path: string
  queue: JobQueue
  redis: Redis
  orm: MikroORM
  /** How old the list of queues may be. */
  refreshMs?: number | undefined
}

/** Bull Board for looking, never for changing. It shows the queues that ops-db calls for, a new location's within seconds. */
export function openBoard({ path, queue, redis, orm, refreshMs = REFRESH_MS }: BoardOptions): Router {
  const serverAdapter = new ExpressAdapter().setBasePath(path)
  const uiConfig = { boardTitle: 'Almagest', hideDocsLink: true, overview: { groupByDelimiter: true } }
  const { replaceQueues } = createBullBoard({ queues: [], serverAdapter, options: { uiConfig } })
  let refreshed = Number.NEGATIVE_INFINITY
  let running: Promise<void> | null = null

  const refresh = async (): Promise<void> => {
    const addresses = await findQueues(orm.em.fork()).catch(cause => {
      throw new Outage('the names of the queues cannot be read from ops-db', { cause })
    })
    replaceQueues(
      addresses.map(({ name, kind, location }) => {
        const options = { readOnlyMode: true, delimiter: '.', description: `${kind} at ${location}` }
        return new BullMQAdapter(queue.open(name), options)
      }),
    )
    refreshed = performance.now()
  }

  return Router()
    .use(async (request, response, next) => {
      response.set('content-security-policy', CONTENT)
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.status(405).type('text').send('The board only shows: change what is done through GraphQL.\n')
      } else if (redis.status !== 'ready') {
        response.status(503).type('text').send('Redis is away. No work is lost: the queues are refilled from PostgreSQL.\n')
      } else {
        if (performance.now() - refreshed > refreshMs) await (running ??= refresh().finally(() => (running = null)))
        next()
      }
    })
    .use(serverAdapter.getRouter())
}
