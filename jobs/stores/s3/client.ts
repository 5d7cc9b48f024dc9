import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import aws4 from 'aws4'
import type * as undici from 'undici'
import { Outage, Refusal } from '@almagest/schema'
import { openConnections } from './connections.ts'
import { parseXml, textOf, type Element } from './xml.ts'

/** What signs the calls to an S3 service. */
export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** How long a service may be silent, and how often it is asked again before that is an Outage. */
export interface Patience {
  readonly silenceMs: number
  readonly attempts: number
  /** Before the second attempt; then three times as long each time. */
  readonly pauseMs: number
}

/** Where a bucket is, and how it is reached. */
export interface Service {
  /** Of the location, for messages. */
  readonly id: string
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  /** Asked for each call, so that what was renewed is used at once; throws Outage if there are none. */
  credentials(): Promise<S3Credentials>
  readonly patience: Patience
}

/** One call; `doing` says in a message what it was for. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly doing: string
  /** Without one the call is about the bucket. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: readonly Buffer[]
  /** What is answered besides success, and no error: HTTP status codes. */
  readonly accept?: readonly number[]
  readonly signal?: AbortSignal | undefined
}

/** Bytes of an object that are wanted in a buffer: as many as that has, from `at` on, of the object that has this ETag. */
export interface Filling {
  readonly key: string
  readonly at: number
  readonly etag: string
  readonly into: Buffer
  readonly signal: AbortSignal
}

/** What the service answered: `code` is the name of its error, `null` if it names none. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly code: string | null
  readonly xml: Element | null
}

/** A call to a service. Neither follows a redirect: the bytes of a location are where its row says. */
export interface S3Client {
  /** Makes a call whose answer is small. Throws Outage for what may pass, Refusal for what the service will never do. */
  call(call: Call): Promise<Answer>
  /** Makes a call whose answer may be large: its body must be read to the end or destroyed. */
  open(call: Call): Promise<Answer & { readonly body: undici.Dispatcher.ResponseData['body'] | null }>
  /**
   * Fills a buffer with bytes of an object and returns how much of it is right; less than all of it for any reason, which `open` then finds out. Throws only
   * the reason of the signal, and what there is to say of the credentials.
   */
  readInto(filling: Filling): Promise<number>
  /** How the object of a key is named to the service as what it should copy. */
  sourceOf(key: string): string
}

/** What an answer may be at most, unless it is the bytes of an object. */
const ANSWER_BYTES = 8 * 2 ** 20

/** Errors that come with a status which otherwise would be final, and pass: with other credentials, another clock, another attempt. */
const PASSING: Readonly<Record<string, string>> = {
  ExpiredToken: 'its credentials have expired',
  TokenRefreshRequired: 'its credentials have expired',
  InvalidAccessKeyId: 'it does not know the access key',
  InvalidToken: 'it does not take the session token',
  SignatureDoesNotMatch: 'the secret key is not the one it knows',
  AccessDenied: 'it denies access',
  RequestTimeTooSkewed: 'its clock and ours differ too much',
  NoSuchBucket: 'its bucket is not there',
  BadDigest: 'what arrived there is not what was sent',
  MalformedXML: 'what arrived there is not what was sent',
  IncompleteBody: 'less arrived there than was sent',
  RequestTimeout: 'it waited too long for the bytes',
  InvalidPart: 'it does not have a part that it was sent',
  InvalidPartOrder: 'it has the parts in another order',
  NoSuchUpload: 'it has forgotten what was uploaded so far',
  OperationAborted: 'it is busy with another change of the same',
}

/** Errors that pass when asked again at once, whatever their status: S3 documents that the end of an upload may fail after 200. */
const FAILING: ReadonlySet<string> = new Set(['InternalError', 'ServiceUnavailable', 'SlowDown', 'BadDigest', 'MalformedXML'])

/** A full store is no fault of the location that should park its work. */
const FULL: ReadonlySet<string> = new Set(['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull', 'EntityTooLarge.Quota'])

/** The calls to one bucket, path style, signed with Signature Version 4. */
export function s3Client(service: Service): S3Client {
  const { silenceMs, attempts, pauseMs } = service.patience
  let loading: Promise<typeof undici.request> | null = null

  /** A site without such a location never loads this. */
  async function load(): Promise<typeof undici.request> {
    const { Agent, request } = await import('undici')
    const agent = new Agent({ connect: { timeout: silenceMs }, headersTimeout: silenceMs, bodyTimeout: silenceMs, connections: 32 })
    return (url, options) => request(url, { dispatcher: agent, ...options })
  }

  const connections = openConnections(service.endpoint, { silenceMs })

  /** The path of a call, and its headers with the signature. */
  async function sign({
    method,
    key,
    query,
    headers,
    body,
  }: Omit<Call, 'doing'>): Promise<{ path: string; headers: Record<string, string> }> {
    const { host, pathname } = new URL(service.endpoint)
    const bytes = body?.reduce((sum, { length }) => sum + length, 0)
    const path = `${pathname.replace(/\/$/, '')}/${encode(service.bucket)}${key === undefined ? '' : `/${encodePath(key)}`}`
    const search = Object.entries(query ?? {}).map(([name, value]) => `${encode(name)}=${encode(value)}`)
    const signed = aws4.sign(
      {
        service: 's3',
        region: service.region,
        method,
        host,
        path: search.length > 0 ? `${path}?${search.join('&')}` : path,
        // The bytes are fixed by Content-MD5, which is signed, and servers check it.
        headers: {
          'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
          ...(bytes === undefined ? {} : { 'content-length': String(bytes) }),
          ...headers,
        },
      },
      await service.credentials(),
    )
    return { path: signed.path ?? path, headers: signed.headers as Record<string, string> }
  }

  async function send(call: Call): Promise<undici.Dispatcher.ResponseData> {
    const { path, headers } = await sign(call)
    const { method, body, signal } = call
    const request = await (loading ??= load())
    return request(`${new URL(service.endpoint).origin}${path}`, {
      method,
      headers,
      body: body === undefined ? null : body.length === 1 ? (body[0] ?? null) : Readable.from(body),
      signal: signal ?? null,
    })
  }

  async function attemptOnce(call: Call): Promise<Answer & { body: undici.Dispatcher.ResponseData['body'] | null }> {
    const { statusCode: status, headers, body } = await send(call)
    const good = status >= 200 && status < 300
    const isXml = String(headers['content-type'] ?? '').includes('xml') || !good
    if (good && call.method === 'GET' && call.key !== undefined && !call.query) {
      // Nobody may be reading when it breaks off; who reads is told.
      body.on('error', () => {})
      return { status, headers, code: null, xml: null, body }
    }
    const text = await limited(body)
    const xml = isXml ? parseXml(text) : null
    // A service may begin to answer with 200 before it knows that it fails.
    const code = xml?.name === 'Error' ? textOf(xml, 'Code') : good ? null : ''
    if (code === null || call.accept?.includes(status)) return { status, headers, code, xml, body: null }
    throw failure(service, call, { status, code })
  }

  async function open(call: Call): Promise<Answer & { body: undici.Dispatcher.ResponseData['body'] | null }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await attemptOnce(call)
      } catch (error) {
        call.signal?.throwIfAborted()
        if (error instanceof Refusal) throw error
        const outage = error instanceof Outage ? error : unreachable(service, call, error)
        if (attempt >= attempts || (error instanceof Outage && !isPassing(error))) throw outage
        await sleep(pauseMs * 3 ** (attempt - 1) * (0.5 + Math.random() / 2), undefined, { signal: call.signal })
      }
    }
  }

  async function readInto({ key, at, etag, into, signal }: Filling): Promise<number> {
    const range = `bytes=${at}-${at + into.length - 1}`
    const signed = await sign({ method: 'GET', key, headers: { range, 'if-match': `"${etag}"` } })
    return connections.readInto({ ...signed, at, etag, into, signal })
  }

  return { open, call: open, readInto, sourceOf: key => `/${encode(service.bucket)}/${encodePath(key)}` }
}

/** The header of an answer, empty if it has none; of several the first. */
export function headerOf({ headers }: Pick<Answer, 'headers'>, name: string): string {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/** RFC 3986: what is not unreserved is escaped, as the signature demands. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function encodePath(key: string): string {
  return key.split('/').map(encode).join('/')
}

async function limited(body: undici.Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES) throw Object.assign(new Error(`the answer is longer than ${ANSWER_BYTES} bytes`), { code: 'EMSGSIZE' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** What answered and may answer otherwise when asked again at once. */
function isPassing({ cause }: Outage): boolean {
  return typeof cause === 'object' && cause !== null && 'again' in cause && cause.again === true
}

function failure({ id }: Service, { doing, method }: Call, { status, code }: { status: number; code: string }): Outage | Refusal {
  const named = `${code || 'no error code'}, HTTP ${status}`
  const cannot = `location ${id}: cannot ${doing}`
  if (FULL.has(code) || status === 507) {
    const cause = Object.assign(new Error(named), { code: 'EDQUOT' })
    return new Outage(`${cannot}: the quota is used up (${named})`, { cause, locationId: null })
  }
  // The answer to HEAD has no body: with this status it may as well be that the credentials have expired.
  const unsaid = method === 'HEAD' && status === 400 ? 'it does not say why' : null
  const reason = PASSING[code] ?? (status === 401 || status === 403 ? 'it denies access' : unsaid)
  const again = (status >= 500 && status !== 501 && status !== 505) || status === 429 || status === 408 || FAILING.has(code)
  if (reason === null && !again && status >= 400) {
    return new Refusal('BAD_INPUT', `${cannot}: the service will not do it (${named})`)
  }
  const isElsewhere = status >= 300 && status < 400
  const why = reason ?? (isElsewhere ? 'the service says that the bucket is elsewhere' : 'the service fails')
  return new Outage(`${cannot}: ${why} (${named})`, { cause: { again, status, code }, locationId: id })
}

/** The Outage that a network error is; throws any other error again. */
export function unreachable({ id }: { id: string }, { doing }: { doing: string }, error: unknown): Outage {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!code || code === 'UND_ERR_INVALID_ARG') throw error
  return new Outage(`location ${id}: cannot ${doing}: the service does not answer (${code})`, { cause: error, locationId: id })
}
