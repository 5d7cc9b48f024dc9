import './telemetry.ts'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import * as disabled from '@apollo/server/plugin/disabled'
import { expressMiddleware } from '@as-integrations/express5'
import type { RequestHandler } from 'express'
import { GraphQLError, Kind, printSchema, type FragmentDefinitionNode } from 'graphql'
import { formatErrors, masked } from './errors.ts'
import { excessOfOperation, limitOperations } from './limits.ts'
import type { Log } from './log.ts'
import type { TrustedOperation } from './operations.ts'
import { sampleVariables } from './rehearsal.ts'
import { requestIds } from './request.ts'

/** What Apollo Server over Apollo Gateway is made of. */
export interface ApolloOptions {
  supergraph: string
  /** How each subgraph of the supergraph is asked, by name. */
  sources: ReadonlyMap<string, GraphQLDataSource>
  introspection: boolean
  log: Log
}

/** Apollo Server over Apollo Gateway, under one supergraph. */
export interface Apollo {
  readonly handle: RequestHandler
  /** What clients may ask, as SDL. */
  schema(): string
  /** Parses, validates and plans operations and keeps the plans, without asking any subgraph; returns what is wrong with those that cannot be asked. */
  rehearse(operations: readonly TrustedOperation[]): Promise<string[]>
  stop(): Promise<void>
}

/** What is known of a request beside itself: `rehearsed` ones ask no subgraph. */
interface RequestContext {
  readonly rehearsed?: boolean
}

/** Starts Apollo Server over Apollo Gateway, with nothing that reports to anybody. Throws when a subgraph has no source. */
export async function startApollo({ supergraph, sources, introspection, log }: ApolloOptions): Promise<Apollo> {
  const logger = {
    debug: () => {},
    info: () => {},
    warn: (message: unknown) => log.warn({ event: 'apollo.warned' }, String(message)),
    error: (message: unknown) => log.error({ event: 'apollo.failed' }, String(message)),
  }
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    buildService({ name }) {
      const source = sources.get(name)
      if (!source) throw new Error(`the supergraph has a subgraph ${name}, but the gateway was not told its address`)
      return {
        async process(options) {
          const { rehearsed } = 'context' in options ? (options.context as RequestContext) : {}
          return rehearsed ? { data: {} } : source.process(options)
        },
      }
    },
    logger,
    validateSupergraph: true,
    __exposeQueryPlanExperimental: false,
  })
  const server = new ApolloServer<RequestContext>({
    gateway,
    introspection,
    validationRules: [limitOperations],
    // A suggestion is looked for with each error, and seldom is more than one read.
    validationOptions: { maxErrors: 10 },
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: formatErrors(log),
    logger,
    plugins: [
      disabled.ApolloServerPluginCacheControlDisabled(),
      disabled.ApolloServerPluginInlineTraceDisabled(),
      disabled.ApolloServerPluginLandingPageDisabled(),
      disabled.ApolloServerPluginSchemaReportingDisabled(),
      disabled.ApolloServerPluginUsageReportingDisabled(),
      refuseUnplannable,
      limitPages,
      reportHoles(log),
    ],
  })
  await server.start()
  const handle = expressMiddleware(server)
  const rehearse = async (operation: TrustedOperation): Promise<string[]> => {
    const variables = gateway.schema ? sampleVariables(gateway.schema, operation) : {}
    const { body } = await server.executeOperation({ query: operation.text, variables }, { contextValue: { rehearsed: true } })
    const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : []
    return errors.map(({ message }) => `${operation.name}: ${message}`)
  }
  return {
    handle,
    schema: () => (gateway.schema ? `${printSchema(gateway.schema)}\n` : ''),
    async rehearse(operations) {
      const faults: string[] = []
      for (const operation of operations) faults.push(...(await rehearse(operation)))
      return faults
    },
    stop: () => server.stop(),
  }
}

/** Says what the gateway's planner would call an internal error. */
const refuseUnplannable: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (!operation) throw refusal('OPERATION_RESOLUTION_FAILURE', 'name one of the operations of the request as its operationName')
        if (operation.operation === 'subscription') throw refusal('BAD_REQUEST', 'there are no subscriptions here: ask again with a query')
      },
    }
  },
}

/** Refuses an operation whose pages multiply too far by the sizes that its variables give them. */
const limitPages: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, document, schema, request: { variables = {} } }) {
        if (!operation?.variableDefinitions?.length) return
        const fragments = (name: string) =>
          document.definitions.find(
            (found): found is FragmentDefinitionNode => found.kind === Kind.FRAGMENT_DEFINITION && found.name.value === name,
          )
        const excess = excessOfOperation(operation, { schema, fragments, variables })
        if (excess !== null) throw refusal('BAD_REQUEST', excess)
      },
    }
  },
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
}

/** A null where the schema allows none: the gateway knows of it, and would say so only in an extension that no client reads. */
function reportHoles(log: Log): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { body }, contextValue }) {
          if (body.kind !== 'single' || contextValue.rehearsed) return
          const { valueCompletion } = body.singleResult.extensions ?? {}
          if (!Array.isArray(valueCompletion)) return
          const holes = (valueCompletion as GraphQLError[]).map(({ message, path }) => ({ message, path }))
          log.error({ event: 'request.incomplete', ...requestIds(), holes })
          body.singleResult.errors = holes.map(({ path }) => ({ ...masked('INTERNAL'), ...(path && { path }) }))
          delete body.singleResult.extensions
        },
      }
    },
  }
}
