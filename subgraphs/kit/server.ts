import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer'
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import { expressMiddleware } from '@as-integrations/express5'
import express, { type ErrorRequestHandler } from 'express'
import type { Logger } from 'pino'
import type { JobQueue } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'
import { totalCount } from './count.ts'
import { openLoaders } from './loaders.ts'
import { maskErrors } from './masking.ts'
import { scalars } from './scalars.ts'
import type { Context, Subgraph } from './subgraph.ts'

/** The largest body of a request: more than the gateway takes, which writes numbers anew and may make it longer. */
const BODY = '64mb'

/** A subgraph that serves at `url`; `GET /healthz` there answers 200. Disposing of it lets running requests end. */
export interface RunningSubgraph extends AsyncDisposable {
  readonly url: string
}

/** Serves a subgraph over HTTP; port 0 takes any free one. */
export async function startSubgraph(
  subgraph: Subgraph,
  { orm, queue, log, host = '127.0.0.1', port = 0 }: { orm: MikroORM; queue: JobQueue; log: Logger; host?: string; port?: number },
): Promise<RunningSubgraph> {
  const app = express().disable('x-powered-by')
  const server = createServer(app)
  const resolvers = { ...scalars, TotalCount: totalCount, ...subgraph.resolvers } as GraphQLResolverMap<Context>
  const apollo = new ApolloServer<Context>({
    schema: buildSubgraphSchema([{ typeDefs: subgraph.typeDefs, resolvers }]),
    formatError: maskErrors(log),
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginDrainHttpServer({ httpServer: server }),
    ],
  })
  await apollo.start()

  async function context(): Promise<Context> {
    const em = orm.em.fork()
    return { em, loaders: openLoaders(em), queue, log }
  }
  app.get('/healthz', (_request, response) => void response.type('text').send('ok\n'))
  app.use('/graphql', express.json({ limit: BODY }), expressMiddleware(apollo, { context }), refuseRequest(log))

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

/** Answers what went wrong before GraphQL saw the request: a body that is too large or is not JSON. */
function refuseRequest(log: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500
    if (status >= 500) log.error({ event: 'request.failed', err: error })
    const message = status === 413 ? `the request is larger than ${BODY}` : status < 500 ? 'the request is not JSON' : 'internal error'
    response.status(status).json({ errors: [{ message, extensions: { code: status < 500 ? 'BAD_REQUEST' : 'INTERNAL' } }] })
  }
}
