import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'

const ids = new AsyncLocalStorage<string>()

/** Gives every request an id, in the `x-request-id` header of its response and for `requestId` while it is answered. */
export function identify(_request: Request, response: Response, next: NextFunction): void {
  const id = randomUUID()
  response.set('x-request-id', id)
  ids.run(id, next)
}

/** The id of the request that is being answered; null outside of any. */
export function requestId(): string | null {
  return ids.getStore() ?? null
}
