import type { NextFunction, Request, Response } from 'express'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { Outage, REFUSAL_CODES } from '@almagest/schema'
import type { Log } from './log.ts'
import { requestId, requestIds } from './request.ts'

/** The codes of GraphQL over HTTP that tell a caller what is wrong with the request. */
const CALLER_CODES: readonly unknown[] = [
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]
const SUBGRAPH_CODES: readonly unknown[] = [...REFUSAL_CODES, 'BAD_USER_INPUT']

const NO_INTROSPECTION = 'the schema is not told here: __schema and __type may not be asked for'

const MESSAGES = {
  INTERNAL: 'an internal error, which was recorded under this requestId',
  SUBGRAPH_UNAVAILABLE: 'a data service is unavailable',
  UNAVAILABLE: 'something that this needs is not available now: try again later',
}

/**
 * Makes what callers may know of an error: a refusal and what is wrong with the request as they are, that something is away by a fixed
 * sentence, everything else as INTERNAL, logged in full. Nothing passes but message, path, locations, code and request id.
 */
export function formatErrors(log: Log): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return ({ message, locations, path, extensions = {} }, error) => {
    const place = { ...(locations && { locations }), ...(path && { path: untilList(path) }) }
    const { code, serviceName } = extensions
    if (extensions.validationErrorCode === 'INTROSPECTION_DISABLED')
      return { message: NO_INTROSPECTION, ...place, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }
    const shown = serviceName === undefined ? callerCode(code, error) : subgraphCode(code, message)
    if (shown !== null) return { message, ...place, extensions: { code: shown } }
    if (serviceName !== undefined && (code === 'UNAVAILABLE' || code === 'SUBGRAPH_UNAVAILABLE')) return { ...place, ...masked(code) }
    log.error({ event: 'request.failed', ...requestIds(), subgraph: serviceName, path, err: original(error) })
    return { ...place, ...masked('INTERNAL') }
  }
}

/** What a caller is told of an error whose message says too much. */
export function masked(code: keyof typeof MESSAGES): GraphQLFormattedError {
  return { message: MESSAGES[code], extensions: { code, requestId: requestId() } }
}

/** Answers what failed outside of GraphQL, a body that is too large or no JSON for instance, in the shape of a GraphQL error. */
export function answerErrors(log: Log, bodyLimit: string) {
  const messages: Readonly<Record<string, string>> = {
    'entity.too.large': `the request is larger than the limit of ${bodyLimit}`,
    'entity.parse.failed': 'the body of the request is not valid JSON',
  }
  // Express knows a handler of errors by its four parameters.
  return (error: unknown, _request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) return next(error)
    const { status, type } = problem(error)
    if (status < 500) {
      const message = messages[type] ?? 'the request cannot be read'
      response.status(status).json({ errors: [{ message, extensions: { code: status === 413 ? 'BODY_TOO_LARGE' : 'BAD_REQUEST' } }] })
    } else if (error instanceof Outage) {
      log.warn({ event: 'request.unavailable', ...requestIds(), err: error })
      response.status(503).json({ errors: [masked('UNAVAILABLE')] })
    } else {
      log.error({ event: 'request.failed', ...requestIds(), err: error })
      response.status(500).json({ errors: [masked('INTERNAL')] })
    }
  }
}

function callerCode(code: unknown, error: unknown): string | null {
  if (CALLER_CODES.includes(code)) return String(code)
  // Apollo has no code for some of the requests that it refuses, only a status.
  const status = error instanceof GraphQLError ? problem(error.extensions.http).status : 500
  return status >= 400 && status < 500 ? 'BAD_REQUEST' : null
}

function subgraphCode(code: unknown, message: string): string | null {
  if (SUBGRAPH_CODES.includes(code)) return String(code)
  // Only a subgraph knows how its scalars are written, so it is the first to see that one is written wrongly in a query.
  return code === 'GRAPHQL_VALIDATION_FAILED' && message.startsWith('Expected value of type ') ? 'BAD_USER_INPUT' : null
}

/** The gateway writes `@` for every element of a list: the path ends before the first. */
function untilList(path: readonly (string | number)[]): (string | number)[] {
  const list = path.indexOf('@')
  return path.slice(0, list < 0 ? path.length : list)
}

function original(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? original(error.originalError) : error
}

function problem(error: unknown): { status: number; type: string } {
  const { status = 500, type = '' } = typeof error === 'object' && error !== null ? (error as { status?: unknown; type?: unknown }) : {}
  return { status: typeof status === 'number' ? status : 500, type: String(type) }
}
