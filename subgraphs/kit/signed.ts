import { AsyncLocalStorage } from 'node:async_hooks'
import express, { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express'
import type { Logger } from 'pino'
import { CLAIMS_HEADER, openVerifier, SIGNATURE_HEADER, traceId, type Claims, type Fault, type Vouched } from '@almagest/schema'

/** The largest body of a request: more than the gateway takes, which writes numbers anew and may make it longer. */
const BODY = '64mb'

/** The call that is being answered. */
export interface Call {
  readonly claims: Claims
  /** Names the request and its trace in what it logs. */
  readonly log: Logger
}

const calls = new AsyncLocalStorage<Call>()

/** The call that is being answered; undefined outside of any. */
export const callNow = (): Call | undefined => calls.getStore()

/** Does `work` as the answer to a call with these claims. */
export function runCall<result>({ claims, log }: Call, work: () => result): result {
  let own: Logger | null = null
  const call: Call = {
    claims,
    // Most calls log nothing.
    get log() {
      own ??= log.child({ requestId: claims.requestId, traceId: traceId(claims.traceparent) })
      return own
    },
  }
  return calls.run(call, work)
}

/**
 * Lets calls through that the gateway signed: POST, in time, for this subgraph, once, with the very claims and bytes that were signed. Any other is
 * 401, with the reason, and is neither parsed nor answered. What was let through has its body as JSON, and is the `callNow`.
 */
export function admit({ subgraph, keys, now, log }: { subgraph: string; keys: readonly string[]; now: () => number; log: Logger }): Router {
  const verify = openVerifier(subgraph, { keys, now })
  const refuse = (response: Response, { reason, message }: Fault): void => {
    log.warn({ event: 'call.refused', reason })
    response.status(401).json({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED', reason } }] })
  }
  const readHead: RequestHandler = (request, response, next) => {
    const vouched = verify(request.get(SIGNATURE_HEADER), request.get(CLAIMS_HEADER))
    if (!('claims' in vouched)) return refuse(response, vouched)
    if (request.method !== 'POST') return void response.status(405).set('allow', 'POST').end()
    response.locals.vouched = vouched
    next()
  }
  const readBody: RequestHandler = (request: Request, response, next) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const { claims, faultOf } = response.locals.vouched as Vouched
    const fault = faultOf(body)
    if (fault) return refuse(response, fault)
    try {
      request.body = JSON.parse(body.toString())
    } catch {
      return void response.status(400).json({ errors: [{ message: 'the request is not JSON', extensions: { code: 'BAD_REQUEST' } }] })
    }
    runCall({ claims, log }, next)
  }
  // The bytes that were signed are those that were sent: nothing is unpacked on the way.
  return Router().use(readHead, express.raw({ type: () => true, limit: BODY, inflate: false }), readBody)
}

/** Answers what went wrong before GraphQL saw the request: a body that is too large, for instance. */
export function refuseRequest(log: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500
    if (status >= 500) log.error({ event: 'request.failed', err: error })
    const message = status === 413 ? `the request is larger than ${BODY}` : status < 500 ? 'the request cannot be read' : 'internal error'
    response.status(status).json({ errors: [{ message, extensions: { code: status < 500 ? 'BAD_REQUEST' : 'INTERNAL' } }] })
  }
}
