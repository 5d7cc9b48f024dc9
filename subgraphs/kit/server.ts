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
import express from 'express'
import type { GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { sql, type JobQueue } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'
import { totalCount } from './count.ts'
import { openLoaders } from './loaders.ts'
import { maskErrors } from './masking.ts'
import { scalars } from './scalars.ts'
import { admit, callNow, refuseRequest } from './signed.ts'
import type { Context, Subgraph } from './subgraph.ts'

/** What a subgraph is served with. */
export interface ServeOptions {
  readonly orm: MikroORM
  readonly queue: JobQueue
  readonly log: Logger
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

/** The schema of a subgraph, or of several whose types do not meet, with what answers it. */
export function schemaOf(subgraphs: readonly Subgraph[]): GraphQLSchema {
  return buildSubgraphSchema(
    subgraphs.map(({ typeDefs, resolvers }) => ({
      typeDefs,
      resolvers: { ...scalars, TotalCount: totalCount, ...resolvers } as GraphQLResolverMap<Context>,
    })),
  )
}

/** Serves a subgraph over HTTP; port 0 takes any free one. */
export async function startSubgraph(
  subgraph: Subgraph,
  { orm, queue, log, keys, now, host = '127.0.0.1', port = 0 }: ServeOptions,
): Promise<RunningSubgraph> {
  const app = express().disable('x-powered-by')
  const server = createServer(app)
  const apollo = new ApolloServer<Context>({
    schema: schemaOf([subgraph]),
    formatError: maskErrors(() => callNow()?.log ?? log),
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
    const { claims, log: own } = callNow() ?? {}
    return { em, loaders: openLoaders(em), queue, log: own ?? log, traceparent: claims?.traceparent ?? '' }
  }
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
