import './telemetry.ts'
import type { Server } from 'node:http'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import * as disabled from '@apollo/server/plugin/disabled'
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer'
import { GraphQLError } from 'graphql'
import { formatErrors, masked } from './errors.ts'
import { limitOperations } from './limits.ts'
import type { Log } from './log.ts'
import { requestIds } from './request.ts'

/** What Apollo Server over Apollo Gateway is made of. */
export interface ApolloOptions {
  supergraph: string
  /** How each subgraph of the supergraph is asked, by name. */
  sources: ReadonlyMap<string, GraphQLDataSource>
  introspection: boolean
  /** Stopping Apollo ends it: no new connection, what is being answered has `drainMs` to finish. */
  httpServer: Server
  drainMs: number
  log: Log
}

/** Starts Apollo Server over Apollo Gateway, with nothing that reports to anybody. Throws when a subgraph has no source. */
export async function startApollo({ supergraph, sources, introspection, httpServer, drainMs, log }: ApolloOptions): Promise<ApolloServer> {
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
      return source
    },
    logger,
    validateSupergraph: true,
    __exposeQueryPlanExperimental: false,
  })
  const server = new ApolloServer({
    gateway,
    introspection,
    validationRules: [limitOperations],
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
      ApolloServerPluginDrainHttpServer({ httpServer, stopGracePeriodMillis: drainMs }),
      refuseUnplannable,
      reportHoles(log),
    ],
  })
  await server.start()
  return server
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

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
}

/** A null where the schema allows none: the gateway knows of it, and would say so only in an extension that no client reads. */
function reportHoles(log: Log): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { body } }) {
          if (body.kind !== 'single') return
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
