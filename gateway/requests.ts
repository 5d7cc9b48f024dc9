import { hash } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { excessOf, excessOfVariables } from './limits.ts'
import type { Log } from './log.ts'
import type { TrustedOperation } from './operations.ts'
import { requestIds } from './request.ts'

/** What becomes of a document that this repository does not vouch for: it is answered, answered and logged, or 403. */
export type TrustPolicy = 'off' | 'log' | 'enforce'

/** What requests are judged by, before Apollo sees them. */
export interface AdmissionOptions {
  readonly operations: readonly TrustedOperation[]
  readonly policy: TrustPolicy
  readonly log: Log
}

/**
 * Judges requests before anything is parsed. A trusted document may be asked for by its id alone, as `documentId` or as `sha256Hash` of the
 * `persistedQuery` extension; any other is held to the limits of documents, and refused where only trusted ones are allowed.
 */
export function admitRequests({ operations, policy, log }: AdmissionOptions): RequestHandler {
  const byId = new Map(operations.map(operation => [operation.id, operation]))
  const byText = new Map(operations.flatMap(operation => [operation.text, operation.source].map(text => [text, operation])))

  return (request: Request, response, next) => {
    const asked = request.method === 'GET' ? fromSearch(request) : (request.body as unknown)
    if (Array.isArray(asked)) return refuse(response, 400, 'BAD_REQUEST', 'the request is a batch: send one operation at a time')
    if (asked !== undefined && !isRecord(asked))
      return refuse(response, 400, 'BAD_REQUEST', 'the body of the request must be a JSON object')
    const { query, documentId, extensions, variables, operationName } = asked ?? {}
    const id =
      documentId ?? (isRecord(extensions) && isRecord(extensions.persistedQuery) ? extensions.persistedQuery.sha256Hash : undefined)
    const trusted = typeof query === 'string' ? byText.get(query) : typeof id === 'string' ? byId.get(id) : undefined
    const named = operationName === undefined || operationName === null || operationName === trusted?.name
    const beyond = isRecord(variables) ? excessOfVariables(variables) : null
    if (beyond !== null) return refuse(response, 400, 'BAD_USER_INPUT', beyond)
    if (trusted && !named && query === undefined)
      return refuse(response, 400, 'BAD_REQUEST', `operationName: the document is ${trusted.name}, not ${JSON.stringify(operationName)}`)
    if (trusted && named && request.method !== 'GET') {
      // Always in the same words, so that its plan is found.
      request.body = { query: trusted.text, ...(variables !== undefined && { variables }) }
      return next()
    }
    if (!trusted && policy === 'enforce')
      return refuse(response, 403, 'UNTRUSTED_DOCUMENT', 'only documents of the published set are answered here')
    if (!trusted && documentId !== undefined && query === undefined)
      return refuse(response, 400, 'BAD_REQUEST', 'documentId: there is no document with that id')
    if (typeof query === 'string') {
      const excess = trusted ? null : excessOf(query)
      if (excess !== null) return refuse(response, 400, 'GRAPHQL_VALIDATION_FAILED', excess)
      if (!trusted && policy === 'log')
        log.warn({ event: 'document.untrusted', ...requestIds(), sha256: hash('sha256', query), operationName })
    }
    next()
  }
}

function fromSearch({ query: search }: Request): Record<string, unknown> {
  const { extensions, ...others } = search
  return { ...others, extensions: typeof extensions === 'string' ? readJson(extensions) : undefined }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ errors: [{ message, extensions: { code } }] })
}
