import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer } from '@apollo/server'
import * as disabled from '@apollo/server/plugin/disabled'
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer'
import { expressMiddleware } from '@as-integrations/express5'
import express from 'express'
import { sql } from '@almagest/schema'
import { openAnswering, type AnswerOptions } from './answering.ts'
import { admit, refuseRequest } from './signed.ts'
import type { Context, Subgraph } from './subgraph.ts'

/** What a subgraph is served with. */
export interface ServeOptions extends AnswerOptions {
  /** The keys with which a call may be signed: two while one replaces the other. */
  readonly keys: readonly string[]
  /** The clock by which signatures are in time: ms since 1970. */
  readonly now: () => number
  readonly host?: string
  readonly port?: number
}

/**
 * A subgraph that serves at `url`, to those who sign. Beside it `GET /healthz` answers 200 while it runs, and `GET /readyz` while PostgreSQL answers
 * it, else 503. Disposing of it lets running requests end.
 */
export interface RunningSubgraph extends AsyncDisposable {
  readonly url: string
}

/** Serves a subgraph over HTTP; port 0 takes any free one. */
export async function startSubgraph(
  subgraph: Subgraph,
  { orm, queue, log, dataKeys, keys, now, host = '127.0.0.1', port = 0 }: ServeOptions,
): Promise<RunningSubgraph> {
  const app = express().disable('x-powered-by')
  const server = createServer(app)
  const { schema, context, formatError } = openAnswering(subgraph, { orm, queue, log, dataKeys })
  const apollo = new ApolloServer<Context>({
    schema,
    formatError,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: server }),
      disabled.ApolloServerPluginCacheControlDisabled(),
      disabled.ApolloServerPluginInlineTraceDisabled(),
      disabled.ApolloServerPluginLandingPageDisabled(),
      disabled.ApolloServerPluginSchemaReportingDisabled(),
      disabled.ApolloServerPluginUsageReportingDisabled(),
    ],
  })
  await apollo.start()

  app.get('/healthz', (_request, response) => void response.type('text').send('ok\n'))
  app.get('/readyz', async (_request, response) => {
    const ready = await sql(orm.em.fork(), '/* readyz */ select 1').then(
      () => true,
      () => false,
    )
    response
      .status(ready ? 200 : 503)
      .type('text')
      .send(ready ? 'ready\n' : 'PostgreSQL does not answer\n')
  })
  app.use('/graphql', admit({ subgraph: subgraph.name, keys, now, log }), expressMiddleware(apollo, { context }), refuseRequest(log))

  server.listen(port, host)
  await once(server, 'listening')
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/graphql`,
    async [Symbol.asyncDispose]() {
      await apollo.stop()
    },
  }
}
