import type { Document } from './document.ts'
import { isRefusalCode, Outage, Refusal } from './errors.ts'

/** Where a data centre is, and who asks. */
export interface Connection {
  /** The gateway: https://almagest.example.org */
  readonly url: string
  /** Sent as `Authorization: Bearer …`; a function is asked before each request, so that a token can be renewed. */
  readonly token?: string | (() => string | Promise<string>) | undefined
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** How long one request may take: 60,000 ms. */
  readonly timeoutMs?: number | undefined
}

/** What ends a request before its time. */
export interface Asking {
  readonly signal?: AbortSignal | undefined
}

/** Asks an operation of the data centre; throws a Refusal or an Outage for whatever it answers as an error. */
export type Ask = <data, variables>(document: Document<data, variables>, variables: variables, asking?: Asking) => Promise<data>

interface Fault {
  readonly message: string
  readonly extensions?: { readonly code?: string; readonly requestId?: string | null }
}

interface Answer {
  readonly data?: unknown
  readonly errors?: readonly Fault[]
}

/** Makes requests of one connection: `Ask` for operations, `get` for everything else that the gateway serves. */
export function openAsk(connection: Connection) {
  const root = rootOf(connection.url)
  // A data centre of another version does not know the id of a document, but may answer its text.
  const unknown = new Set<string>()

  const ask: Ask = async <data, variables>(document: Document<data, variables>, variables: variables, { signal }: Asking = {}) => {
    const byText = unknown.has(document.id)
    const body = JSON.stringify({ ...(byText ? { query: document.text } : { documentId: document.id }), variables })
    const limit = AbortSignal.timeout(connection.timeoutMs ?? 60_000)
    const response = await send(`${root}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    const answer = await read(response, { signal, root })
    const [fault] = answer.errors ?? []
    if (!byText && response.status === 400 && fault?.message.startsWith('documentId: there is no document')) {
      unknown.add(document.id)
      return ask(document, variables, { signal })
    }
    if (fault || response.status >= 400) throw thrown(response.status, fault)
    if (answer.data === undefined || answer.data === null) throw new Outage(`${root} answered ${response.status} without data`)
    return answer.data as data
  }

  /** Asks by HTTP, with the token; an Outage when nobody answers. */
  async function send(url: string, init: RequestInit): Promise<Response> {
    const token = typeof connection.token === 'function' ? await connection.token() : connection.token
    const headers = new Headers(init.headers)
    if (token) headers.set('authorization', bearer(token))
    try {
      return await (connection.fetch ?? globalThis.fetch)(url, { ...init, headers })
    } catch (error) {
      throw unreachable(error, { root, signal: init.signal })
    }
  }

  return { root, ask, send }
}

/** What a status and an error of the data centre mean for who asked. */
export function thrown(status: number, fault: Fault | undefined): Refusal | Outage {
  const { code, requestId = null } = fault?.extensions ?? {}
  if (status === 401)
    return new Refusal('UNAUTHENTICATED', 'the data centre does not accept the token, or it expired: get another one, and ask again')
  if (code === 'UNTRUSTED_DOCUMENT')
    return new Refusal(code, 'the data centre answers only documents that it knows, and not those of this version of the client')
  if (isRefusalCode(code)) return new Refusal(code, fault?.message ?? code)
  if (status === 403) return new Refusal('FORBIDDEN', fault?.message ?? 'the data centre does not allow this to whoever has this token')
  const recorded = requestId ? ` (recorded as ${requestId})` : ''
  return new Outage(`${fault?.message ?? `the data centre answered ${status}`}${recorded}`, { requestId, code: code ?? null })
}

async function read(response: Response, { signal, root }: { signal: AbortSignal | undefined; root: string }): Promise<Answer> {
  let text: string
  try {
    text = await response.text()
  } catch (error) {
    throw unreachable(error, { root, signal })
  }
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null) return answer as Answer
  } catch {
    if (response.status === 401 || response.status === 403) return {}
    // said by a proxy, which has a limit of its own
    if (response.status === 413)
      return {
        errors: [
          { message: 'the request is larger than what is taken on the way to the data centre', extensions: { code: 'BODY_TOO_LARGE' } },
        ],
      }
  }
  throw new Outage(`${root} answered ${response.status} with something that is no answer of a data centre: is it the address of one?`)
}

function unreachable(error: unknown, { root, signal }: { root: string; signal?: AbortSignal | null | undefined }): unknown {
  const isTimeout = error instanceof Error && error.name === 'TimeoutError'
  if (signal?.aborted && !isTimeout) return signal.reason
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const why = isTimeout ? 'it did not answer in time' : cause instanceof Error ? cause.message || cause.name : String(cause)
  return new Outage(`the data centre at ${root} cannot be reached: ${why}`, { cause: error })
}

function bearer(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token.trim())) throw new Refusal('BAD_INPUT', 'token: must be printable ASCII without spaces')
  return `Bearer ${token.trim()}`
}

function rootOf(url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw new Refusal('BAD_INPUT', `url: must be the address of a gateway, as https://almagest.example.org, not ${JSON.stringify(url)}`)
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') throw new Refusal('BAD_INPUT', `url: must be http or https, not ${url}`)
  return `${parsed.origin}${parsed.pathname.replace(/\/+(graphql\/?)?$/, '')}`
}
