import { unwrapResolverError } from '@apollo/server/errors'
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import { execute, parse, type DocumentNode, type FormattedExecutionResult, type GraphQLError, type GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { type Claims, type DataKeys, type JobQueue } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'
import { totalCount } from './count.ts'
import { openLoaders } from './loaders.ts'
import { maskErrors } from './masking.ts'
import { scalars } from './scalars.ts'
import { callNow, runCall } from './signed.ts'
import type { Context, Subgraph } from './subgraph.ts'

/** How many documents are kept parsed: the gateway asks the same ones again and again. */
const DOCUMENTS = 1_000

/** What the resolvers of a subgraph use. */
export interface AnswerOptions {
  readonly orm: MikroORM
  readonly queue: JobQueue
  readonly log: Logger
  /** The keys of the sites' data servers, which sign the addresses of downloads; left out: there are none. */
  readonly dataKeys?: DataKeys | undefined
}

/** What a subgraph is asked. */
export interface Question {
  readonly query: string
  readonly variables?: Record<string, unknown> | undefined
}

/** A subgraph that answers, not yet over a network. */
export interface Answering {
  readonly schema: GraphQLSchema
  readonly context: () => Promise<Context>
  /** Makes what a caller may see of an error. */
  readonly formatError: ReturnType<typeof maskErrors>
  /** Answers the gateway in this process as over the network: with the same context, the same masking of errors, for the same claims. */
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

/** Prepares a subgraph to answer. */
export function openAnswering(subgraph: Subgraph, { orm, queue, log, dataKeys }: AnswerOptions): Answering {
  const schema = schemaOf([subgraph])
  const formatError = maskErrors(() => callNow()?.log ?? log)
  const documents = new Map<string, DocumentNode>()
  const documentOf = (query: string): DocumentNode => {
    const known = documents.get(query)
    if (known) return known
    if (documents.size >= DOCUMENTS) documents.clear()
    const document = parse(query)
    documents.set(query, document)
    return document
  }
  const context = async (): Promise<Context> => {
    const em = orm.em.fork()
    const call = callNow()
    return {
      em,
      loaders: openLoaders(em),
      queue,
      dataKeys,
      get log() {
        return call?.log ?? log
      },
      traceparent: call?.claims.traceparent ?? '',
    }
  }
  return {
    schema,
    context,
    formatError,
    answer: ({ query, variables }, claims) =>
      runCall({ claims, log }, async () => {
        // made by the gateway of this schema: it is valid
        const asked = { schema, document: documentOf(query), variableValues: variables ?? null, contextValue: await context() }
        const { data, errors } = await execute(asked)
        return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(error => formatError(coded(error), error)) }) }
      }),
  }
}

/** An error as Apollo Server would give it: a variable that a scalar refuses is the caller's, and has no path. */
function coded(error: GraphQLError): ReturnType<GraphQLError['toJSON']> {
  const { extensions, ...rest } = error.toJSON()
  const code = error.path || unwrapResolverError(error) !== error ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT'
  return { ...rest, extensions: { code, ...extensions } }
}
