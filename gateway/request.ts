import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import { continueTrace, traceId, type Claims } from '@almagest/schema'

const requests = new AsyncLocalStorage<Claims>()

/**
 * Gives every request an id, in the `x-request-id` header of its response, and a place in the trace that its `traceparent` names, or in one that
 * begins with it.
 */
export function identify(request: Request, response: Response, next: NextFunction): void {
  const requestId = randomUUID()
  response.set('x-request-id', requestId)
  requests.run({ requestId, ...continueTrace(request.get('traceparent'), request.get('tracestate')) }, next)
}

/** The id of the request that is being answered; null outside of any. */
export function requestId(): string | null {
  return requests.getStore()?.requestId ?? null
}

/** What subgraphs are told of the request that is being answered; outside of any, of one that the gateway makes for itself. */
export function claims(): Claims {
  return requests.getStore() ?? { requestId: randomUUID(), ...continueTrace(undefined, undefined) }
}

/** What a line of the log says of the request that is being answered. */
export function requestIds(): { requestId: string | null; traceId: string | undefined } {
  return { requestId: requestId(), traceId: traceId(requests.getStore()?.traceparent) }
}
