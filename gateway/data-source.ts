import { setTimeout as delay } from 'node:timers/promises'
import type { GraphQLDataSource } from '@apollo/gateway'
import { Kind, parse, type GraphQLFormattedError } from 'graphql'
import { Pool } from 'undici'
import { openSigner, type Claims } from '@almagest/schema'
import type { Log } from './log.ts'
import { claims, requestIds } from './request.ts'

const CONNECTIONS = 64
const PING_MS = 1000

/** How long a query waits before it asks again a subgraph that did not get it. */
const RETRY_MS = 50

/** What happens to a connection before anything was answered. */
const LOST: readonly unknown[] = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']

/** One subgraph as the gateway reaches it: kept-alive connections, bounded in number. */
export interface Subgraph extends AsyncDisposable {
  readonly name: string
  readonly source: GraphQLDataSource
  /** Asks it, on a connection of its own, whether it answers and takes our signature; throws if it does not within a second. */
  ping(): Promise<void>
}

/** Where a subgraph is, and with which key the calls to it are signed. */
export interface SubgraphAddress {
  /** The address of its GraphQL endpoint: `http://127.0.0.1:4001/graphql`. */
  readonly url: string
  readonly key: string
}

/** A subgraph in this process: it is asked without a network, and so without a signature. */
export interface SubgraphHere {
  readonly answer: (question: Question, claims: Claims) => Promise<Answer>
}

interface Question {
  readonly query: string
  readonly variables?: Record<string, unknown> | undefined
  readonly operationName?: string | undefined
}

/** What a subgraph is asked with. */
export interface SubgraphOptions {
  /** How long it may take for one answer, the wait for a free connection included. */
  readonly timeoutMs: number
  readonly log: Log
}

/**
 * Opens a subgraph as the gateway reaches it. One that is away, late, refuses our signature or talks no GraphQL gives the error SUBGRAPH_UNAVAILABLE
 * in the place of what was asked of it, and the other subgraphs' part of the answer stands.
 */
export function openSubgraph(name: string, where: SubgraphAddress | SubgraphHere, { timeoutMs, log }: SubgraphOptions): Subgraph {
  const way = 'answer' in where ? openHere(where, timeoutMs) : openRemote(name, where, timeoutMs)
  return {
    name,
    source: {
      async process({ request: { query = '', variables, operationName }, ...options }) {
        try {
          return await way.ask({ query, variables, operationName })
        } catch (error) {
          log.warn({ event: 'subgraph.unavailable', subgraph: name, ...requestIds(), err: error })
          const inside = 'pathInIncomingRequest' in options && (options.pathInIncomingRequest ?? []).length > 0
          return { errors: inside ? [unavailable([])] : rootFields(query).map(field => unavailable([field])) }
        }
      },
    },
    ping: way.ping,
    [Symbol.asyncDispose]: way.close,
  }
}

/** How the questions to a subgraph get there. */
interface Way {
  ask(question: Question): Promise<Answer>
  ping(): Promise<void>
  close(): Promise<void>
}

function openHere({ answer }: SubgraphHere, timeoutMs: number): Way {
  const ask = (question: Question, ms: number): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const late = setTimeout(() => reject(new Error(`it did not answer within ${ms} ms`)), ms)
    answer(question, claims()).then(resolve, reject)
    return promise.finally(() => clearTimeout(late))
  }
  return {
    ask: question => ask(question, timeoutMs),
    async ping() {
      await ask({ query: '{ __typename }' }, PING_MS)
    },
    async close() {},
  }
}

/** Opens kept-alive connections; none is made before the first query. A query that was lost on the way is sent once more; a mutation never. */
function openRemote(name: string, { url, key }: SubgraphAddress, timeoutMs: number): Way {
  const { origin, pathname, search } = new URL(url)
  const common = { headersTimeout: 0, bodyTimeout: 0 }
  const pool = new Pool(origin, { ...common, connections: CONNECTIONS, connect: { timeout: timeoutMs } })
  const aside = new Pool(origin, { ...common, connections: 1, connect: { timeout: PING_MS } })
  const sign = openSigner(name, key)

  const ask = async (through: Pool, body: Buffer, signal: AbortSignal): Promise<Answer> => {
    const about = claims()
    const { requestId, traceparent, tracestate } = about
    const response = await through.request({
      method: 'POST',
      path: `${pathname}${search}`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-request-id': requestId,
        traceparent,
        ...(tracestate !== null && { tracestate }),
        ...sign(about, body, Date.now()),
      },
      body,
      signal,
    })
    const answer: unknown = await response.body.json()
    if (response.statusCode === 401) throw new Error(`it refused the signature of the call: ${JSON.stringify(answer)}`)
    if (through === aside && response.statusCode !== 200) throw new Error(`it answered ${response.statusCode}`)
    if (!isAnswer(answer)) throw new Error(`it answered ${response.statusCode} without data or errors`)
    return answer
  }

  return {
    async ask({ query, variables, operationName }) {
      const body = Buffer.from(JSON.stringify({ query, variables, operationName }))
      const signal = AbortSignal.timeout(timeoutMs)
      return ask(pool, body, signal).catch(async (error: unknown) => {
        if (!isLost(error) || query.startsWith('mutation')) throw error
        await delay(RETRY_MS)
        return ask(pool, body, signal)
      })
    },
    async ping() {
      await ask(aside, Buffer.from('{"query":"{ __typename }"}'), AbortSignal.timeout(PING_MS))
    },
    async close() {
      await Promise.all([pool.destroy(), aside.destroy()])
    },
  }
}

interface Answer {
  data?: Record<string, unknown> | null
  errors?: readonly GraphQLFormattedError[]
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && ('data' in value || ('errors' in value && Array.isArray(value.errors)))
}

function isLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && LOST.includes(error.code)
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
