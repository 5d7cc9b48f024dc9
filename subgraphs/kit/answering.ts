import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { type Claims, type JobQueue } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'
import { totalCount } from './count.ts'
import { openLoaders } from './loaders.ts'
import { maskErrors } from './masking.ts'
import { scalars } from './scalars.ts'
import { callNow, runCall } from './signed.ts'
import type { Context, Subgraph } from './subgraph.ts'

/** What the resolvers of a subgraph use. */
export interface AnswerOptions {
  readonly orm: MikroORM
  readonly queue: JobQueue
  readonly log: Logger
}

/** What a subgraph is asked. */
export interface Question {
  readonly query: string
  readonly variables?: Record<string, unknown> | undefined
  readonly operationName?: string | undefined
}

/** A subgraph that answers, not yet over a network. */
export interface Answering {
  readonly apollo: ApolloServer<Context>
  readonly context: () => Promise<Context>
  /** Answers a question of the gateway in this process as over the network: with the same context, the same masking of errors, for the same claims. */
  answer(question: Question, claims: Claims): Promise<FormattedExecutionResult>
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

/** Prepares a subgraph to answer; `plugins` are those of its transport. It ends with `apollo.stop()`. */
export async function openAnswering(
  subgraph: Subgraph,
  { orm, queue, log }: AnswerOptions,
  plugins: ApolloServerPlugin[] = [],
): Promise<Answering> {
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
      ...plugins,
    ],
  })
  await apollo.start()
  const context = async (): Promise<Context> => {
    const em = orm.em.fork()
    const call = callNow()
    return {
      em,
      loaders: openLoaders(em),
      queue,
      get log() {
        return call?.log ?? log
      },
      traceparent: call?.claims.traceparent ?? '',
    }
  }
  return {
    apollo,
    context,
    answer: ({ query, variables = {}, operationName }, claims) =>
      runCall({ claims, log }, async () => {
        const request = { query, variables, ...(operationName !== undefined && { operationName }) }
        const { body } = await apollo.executeOperation(request, { contextValue: await context() })
        if (body.kind !== 'single') throw new Error(`${subgraph.name} answered in parts`)
        return body.singleResult
      }),
  }
}
