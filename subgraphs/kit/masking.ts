import { unwrapResolverError } from '@apollo/server/errors'
import type { GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'
import { Outage, Refusal } from '@almagest/schema'

/** What GraphQL itself finds wrong with a request, before any resolver runs: there is no path yet. */
const OWN = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])

/** The database is away, restarting, full of connections, or asks for another try (SQLSTATE classes 08, 40, 53, 57P). */
const LOST = /^(08|40|53|57P)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/

/** Makes what a caller may see of errors: refusals as they are, outages without their cause, anything else masked and logged. */
export function maskErrors(logNow: () => Logger): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const cause = unwrapResolverError(error)
    const place = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    }
    if (cause instanceof Refusal) return { message: cause.message, ...place, extensions: { code: cause.code } }
    const code = formatted.extensions?.code
    if (!formatted.path && typeof code === 'string' && OWN.has(code)) return { message: formatted.message, ...place, extensions: { code } }
    if (isOutage(cause)) {
      logNow().warn({ event: 'request.unavailable', path: formatted.path, err: cause })
      return { message: 'the data centre cannot do this now: try again later', ...place, extensions: { code: 'UNAVAILABLE' } }
    }
    logNow().error({ event: 'request.failed', path: formatted.path, err: cause })
    return { message: 'internal error', ...place, extensions: { code: 'INTERNAL' } }
  }
}

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof Outage) return true
  if ('code' in error && typeof error.code === 'string' && LOST.test(error.code)) return true
  if (/^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message)) return true
  return isOutage(error.cause) || ('previous' in error && isOutage(error.previous))
}
