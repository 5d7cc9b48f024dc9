import type { GraphQLDataSource } from '@apollo/gateway'
import { Kind, parse, type GraphQLFormattedError } from 'graphql'
import { Pool } from 'undici'
import type { Log } from './log.ts'
import { requestId } from './request.ts'

const CONNECTIONS = 64

/** One subgraph as the gateway reaches it: kept-alive connections, bounded in number. */
export interface Subgraph extends AsyncDisposable {
  readonly name: string
  readonly source: GraphQLDataSource
}

/** Where a subgraph is, and how long it may take. */
export interface SubgraphOptions {
  /** The address of its GraphQL endpoint. */
  url: string
  /** How long it may take for one answer, the wait for a free connection included. */
  timeoutMs: number
  log: Log
}

/**
 * Opens the connections to a subgraph; none is made before the first query. A subgraph that is away, late or talks no GraphQL gives the
 * error SUBGRAPH_UNAVAILABLE in the place of what was asked of it, and the other subgraphs' part of the answer stands.
 */
export function openSubgraph(name: string, { url, timeoutMs, log }: SubgraphOptions): Subgraph {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, { connections: CONNECTIONS, connect: { timeout: timeoutMs }, headersTimeout: 0, bodyTimeout: 0 })

  const ask = async (body: string): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', accept: 'application/json', 'x-request-id': requestId() ?? '' }
    const response = await pool.request({
      method: 'POST',
      path: `${pathname}${search}`,
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    const answer: unknown = await response.body.json()
    if (!isAnswer(answer)) throw new Error(`it answered ${response.statusCode} without data or errors`)
    return answer
  }

  return {
    name,
    source: {
      async process({ request: { query = '', variables, operationName }, ...options }) {
        try {
          return await ask(JSON.stringify({ query, variables, operationName }))
        } catch (error) {
          log.warn({ event: 'subgraph.unavailable', subgraph: name, requestId: requestId(), err: error })
          const inside = 'pathInIncomingRequest' in options && (options.pathInIncomingRequest ?? []).length > 0
          return { errors: inside ? [unavailable([])] : rootFields(query).map(field => unavailable([field])) }
        }
      },
    },
    async [Symbol.asyncDispose]() {
      await pool.destroy()
    },
  }
}

interface Answer {
  data?: Record<string, unknown> | null
  errors?: GraphQLFormattedError[]
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && ('data' in value || ('errors' in value && Array.isArray(value.errors)))
}

function unavailable(path: readonly string[]): GraphQLFormattedError {
  return { message: 'a data service is unavailable', path, extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }
}

/** The names in the answer of what an operation of the query planner asks for at its top. */
function rootFields(query: string): string[] {
  const [operation] = parse(query).definitions
  const selections = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
  return selections.flatMap(field => (field.kind === Kind.FIELD ? [(field.alias ?? field.name).value] : []))
}
