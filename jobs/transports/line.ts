import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** A request for some bytes. */
export interface RangeRequest {
  readonly path: string
  /** From which byte to which, that included. */
  readonly range: { readonly start: number; readonly end: number }
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Takes the bytes as they come; a chunk is overwritten when the promise resolves, and no other comes before. */
  readonly onChunk: (chunk: Buffer) => Promise<void>
}

/** What came of a request: 206, all bytes; 0, the line was cut after some of them; else none, and the server's answer instead. */
export interface Answer {
  readonly status: number
  /** What the server says of an error, at most a kilobyte; or what cut the line. */
  readonly text: string
  readonly retryAfterS: number | null
}

/**
 * A connection to a data server, opened when it is needed and used again while it lives. HTTP/1.1 over a socket that reads into one buffer of
 * ours: Node's own clients make a new buffer for each 64 KiB, and are several times slower.
 */
export interface Line extends Disposable {
  /** Throws what `onChunk` throws, and the signal's reason. */
  get(request: RangeRequest): Promise<Answer>
}

const CHUNK_BYTES = 1_048_576
const MOST_HEAD = 16_384
const MOST_TEXT = 1_024

/** A line on which nothing comes for this long is cut. */
const SILENCE_MS = 30_000

interface Head {
  readonly status: number
  readonly length: number
  /** What a Content-Range says, empty if there is none. */
  readonly range: string
  readonly retryAfterS: number | null
  readonly close: boolean
}

/** Opens a line to the server of an address; `ca`: whose certificates it believes besides those that Node does. */
export function openLine(url: URL, { ca }: { ca?: string | undefined } = {}): Line {
  let socket: Socket | null = null
  let take: ((chunk: Buffer) => Promise<void> | null) | null = null
  let ended: ((why: string) => void) | null = null

  /** What comes: `false` holds the rest back until it is dealt with. */
  function hear(from: Socket, chunk: Buffer): boolean {
    const taking = take?.(chunk) ?? null
    if (!taking) return true
    taking.then(
      () => from.resume(),
      () => from.destroy(),
    )
    return false
  }

  function dial(): Socket {
    const [host, port] = [url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || (url.protocol === 'https:' ? 443 : 80))]
    let made: Socket
    if (url.protocol === 'https:') {
      made = connectTls({
        host,
        port,
        ALPNProtocols: ['http/1.1'],
        ...(/^[\d.:]+$/.test(host) ? {} : { servername: host }),
        ...(ca ? { ca } : {}),
      })
      made.on('data', (chunk: Buffer) => {
        if (!hear(made, chunk)) made.pause()
      })
    } else {
      const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
      made = connect({ host, port, onread: { buffer, callback: bytes => hear(made, buffer.subarray(0, bytes)) } })
      made.resume()
    }
    made.setNoDelay(true)
    made.setTimeout(SILENCE_MS, () => made.destroy(new Error('nothing came for half a minute')))
    made.on('error', error => ended?.(error.message))
    made.on('end', () => made.destroy())
    made.on('close', () => {
      if (socket === made) socket = null
      ended?.('it was closed')
    })
    return made
  }

  function drop(used: Socket): void {
    used.destroy()
    if (socket === used) socket = null
  }

  return {
    async get({ path, range, headers, signal, onChunk }) {
      signal.throwIfAborted()
      const done = Promise.withResolvers<Answer>()
      const used = (socket ??= dial())
      const cut = (): void => void used.destroy()
      let head: Head | null = null
      let gathered = Buffer.alloc(0)
      let left = 0
      let passing: Promise<void> = Promise.resolve()

      function finish({ status, retryAfterS, close }: Head): void {
        take = ended = null
        if (close) drop(used)
        done.resolve({ status, retryAfterS, text: gathered.toString('utf8', 0, MOST_TEXT) })
      }
      function fail(why: string): null {
        take = ended = null
        drop(used)
        done.resolve({ status: 0, retryAfterS: null, text: why })
        return null
      }
      async function pass(chunk: Buffer, answer: Head): Promise<void> {
        try {
          await onChunk(chunk)
        } catch (error) {
          take = ended = null
          done.reject(error)
          throw error
        }
        if (left === 0) finish(answer)
      }
      take = chunk => {
        let body = chunk
        if (!head) {
          gathered = Buffer.concat([gathered, chunk])
          const end = gathered.indexOf('\r\n\r\n')
          if (end < 0 && gathered.length <= MOST_HEAD) return null
          head = end < 0 ? null : readHead(gathered.toString('latin1', 0, end))
          if (!head) return fail('what came is not what a data server says')
          if (head.status === 206 && !isOf(head, range)) return fail('it gave another range than was asked for')
          left = head.length
          body = gathered.subarray(end + 4)
          gathered = Buffer.alloc(0)
        }
        if (body.length > left) return fail('more came than was announced')
        left -= body.length
        if (head.status === 206 && body.length > 0) return (passing = pass(body, head))
        if (gathered.length < MOST_TEXT) gathered = Buffer.concat([gathered, body])
        if (left === 0) finish(head)
        return null
      }
      ended = why => void fail(why)
      signal.addEventListener('abort', cut, { once: true })
      try {
        const lines = [
          `GET ${path} HTTP/1.1`,
          `host: ${url.host}`,
          `range: bytes=${range.start}-${range.end}`,
          ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        ]
        used.write(`${lines.join('\r\n')}\r\n\r\n`)
        const answer = await done.promise
        signal.throwIfAborted()
        return answer
      } catch (error) {
        drop(used)
        throw error
      } finally {
        signal.removeEventListener('abort', cut)
        take = ended = null
        // What is being written is written before anybody closes the file.
        await passing.catch(() => null)
      }
    },
    [Symbol.dispose]() {
      socket?.destroy()
    },
  }
}

/** The head of an HTTP/1.1 response whose body has a length, or `null`. */
function readHead(text: string): Head | null {
  const [first = '', ...lines] = text.split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})( |$)/.exec(first)?.[1] ?? NaN)
  const headers = new Map(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const length = headers.get('content-length') ?? ''
  if (!Number.isInteger(status) || !/^\d{1,16}$/.test(length)) return null
  const retryAfter = Number(headers.get('retry-after') ?? NaN)
  return {
    status,
    length: Number(length),
    range: headers.get('content-range') ?? '',
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null,
    close: headers.get('connection')?.toLowerCase() === 'close',
  }
}

/** Whether an answer brings exactly a range: another would be written where others write. */
function isOf({ length, range }: Head, { start, end }: RangeRequest['range']): boolean {
  return length === end - start + 1 && range.startsWith(`bytes ${start}-${end}/`)
}
