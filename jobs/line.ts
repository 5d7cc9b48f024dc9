import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

/** A request for some bytes. */
export interface RangeRequest {
  readonly path: string
  /** All of them, with Host and Range. */
  readonly headers: Readonly<Record<string, string>>
  /** From which byte to which, that included. */
  readonly range: { readonly start: number; readonly end: number }
  readonly signal: AbortSignal
  /** Judges, by the headers of an answer (their names in lower case), whether it is of the file that was asked for; the range is looked at anyway. */
  readonly isIt?: (headers: ReadonlyMap<string, string>) => boolean
  /** Where the next bytes go: at least one while bytes are missing, and more than 64 KiB, or all that are missing, whenever none are held back. */
  readonly room: () => Buffer
  /** So many bytes came to where `room` said. A promise holds the rest back until it resolves, but for some that are on their way. */
  readonly came: (bytes: number) => Promise<void> | null
}

/** What came of a request: 206, all bytes; 0, the line was cut after some of them; else none, and the server's answer instead. */
export interface Answer {
  readonly status: number
  /** What the server says of an error, at most a kilobyte; or what cut the line. */
  readonly text: string
  readonly retryAfterS: number | null
}

/**
 * A connection over which ranges of files come (HTTP/1.1, RFC 9112), opened when it is needed and used again while it lives. What Node's own clients do
 * besides costs more time than all else together for bytes that are only passed on: so here the system puts them where they are wanted.
 */
export interface Line extends Disposable {
  /** Throws what `came` rejects with, and the signal's reason. */
  get(request: RangeRequest): Promise<Answer>
}

const OWN_BYTES = 65_536
const MOST_HEAD = 16_384
const MOST_TEXT = 1_024

/** A line on which nothing comes for this long is cut; and one that nobody uses, sooner than servers do that. */
const SILENCE_MS = 30_000
const IDLE_MS = 4_000

interface Head {
  readonly status: number
  readonly length: number
  readonly headers: ReadonlyMap<string, string>
  readonly retryAfterS: number | null
  readonly close: boolean
}

/** What is asked for over a line just now. */
interface Asked {
  room(own: Buffer): Buffer
  /** Takes what came; a promise holds the rest back. */
  take(chunk: Buffer, own: Buffer): Promise<void> | null
  end(why: string): void
}

/** Settings of a line; `ca`: whose certificates it believes besides those that Node does. */
export interface LineOptions {
  readonly ca?: string | undefined
  readonly silenceMs?: number
}

/** Opens a line to the server of an address. */
export function openLine({ protocol, hostname, port }: URL, { ca, silenceMs = SILENCE_MS }: LineOptions = {}): Line {
  const isSecure = protocol === 'https:'
  const host = hostname.replace(/^\[|\]$/g, '')
  let socket: Socket | null = null
  let asked: Asked | null = null

  function dial(): Socket {
    // For heads, and for what comes unasked.
    const own = Buffer.allocUnsafeSlow(OWN_BYTES)
    const onread: OnReadOpts = {
      buffer: () => asked?.room(own) ?? own,
      callback(bytes, memory) {
        if (socket !== made || !asked) return !made.destroy()
        const taking = asked.take(Buffer.from(memory.buffer, memory.byteOffset, bytes), own)
        taking?.then(
          () => made.resume(),
          () => made.destroy(),
        )
        return taking === null
      },
    }
    const to = { host, port: Number(port || (isSecure ? 443 : 80)), onread }
    const made: Socket = isSecure
      ? connectSecure({ ...to, ALPNProtocols: ['http/1.1'], ...(isIP(host) === 0 && { servername: host }), ...(ca && { ca }) })
      : connectPlain(to)
    let why = 'it was closed'
    made.setNoDelay(true)
    made.resume()
    made.on('timeout', () => made.destroy(new Error(`nothing came for ${Math.round(silenceMs / 1_000)} s`)))
    made.on('error', error => (why = error.message))
    made.on('end', () => made.destroy())
    made.on('close', () => {
      if (socket !== made) return
      socket = null
      asked?.end(why)
    })
    return made
  }

  function drop(used: Socket): void {
    used.destroy()
    if (socket === used) socket = null
  }

  return {
    async get({ path, headers, range, signal, isIt, room, came }) {
      signal.throwIfAborted()
      const kept = socket
      const used = (socket ??= dial())
      const done = Promise.withResolvers<Answer>()
      let head: Head | null = null
      let gathered = 0
      let left = 0
      let text = ''

      function finish({ status, retryAfterS, close }: Head): void {
        asked = null
        if (close) drop(used)
        done.resolve({ status, retryAfterS, text })
      }
      function fail(why: string): null {
        asked = null
        drop(used)
        done.resolve({ status: 0, retryAfterS: null, text: why })
        return null
      }

      /** The head at the beginning of what was gathered, and what of the body came with it; `null` if it is not there yet, or none that is good. */
      function readOn(own: Buffer): { found: Head; rest: Buffer } | null {
        const end = own.subarray(0, gathered).indexOf('\r\n\r\n')
        if (end < 0 && gathered <= MOST_HEAD) return null
        const found = end < 0 ? null : headIn(own.toString('latin1', 0, end))
        if (!found) return fail('what came is not what a data server says')
        if (found.status === 206 && !(isRange(found, range) && (isIt?.(found.headers) ?? true)))
          return fail('it gave another range than was asked for')
        return { found, rest: own.subarray(end + 4, gathered) }
      }

      /** Puts what is not there yet where it belongs. */
      function pour(bytes: Buffer): Promise<void> | null {
        let holding: Promise<void> | null = null
        for (let poured = 0; poured < bytes.length;) {
          const more = bytes.copy(room(), 0, poured)
          if (more === 0) return fail('more came than there is room for')
          poured += more
          holding = came(more) ?? holding
        }
        return holding
      }

      const isBody = () => head?.status === 206 && left > 0
      asked = {
        room: own => (isBody() ? room().subarray(0, left) : own.subarray(gathered)),
        take(chunk, own) {
          if (!head) gathered += chunk.length
          const read = head ? { found: head, rest: chunk } : readOn(own)
          if (!read) return null
          if (!head) left = read.found.length
          gathered = 0
          // What follows the range belongs to no answer: nor would what follows that.
          const answer = (head = read.rest.length > left ? { ...read.found, close: true } : read.found)
          const body = read.rest.subarray(0, left)
          left -= body.length
          if (answer.status !== 206) {
            text = (text + body.toString('utf8')).slice(0, MOST_TEXT)
            // To hear all of a long answer would cost more than another connection.
            if (left === 0 || answer.length > OWN_BYTES) finish({ ...answer, close: answer.close || left > 0 })
            return null
          }
          const there = body.length > 0 ? room() : body
          const isThere = there.buffer === body.buffer && there.byteOffset === body.byteOffset
          const holding = body.length === 0 ? null : isThere ? came(body.length) : pour(body)
          holding?.catch((error: unknown) => {
            asked = null
            done.reject(error)
          })
          if (left === 0 && asked) finish(answer)
          return holding
        },
        end: fail,
      }
      const cut = (): void => void used.destroy()
      signal.addEventListener('abort', cut, { once: true })
      try {
        used.ref()
        used.setTimeout(silenceMs)
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
        const send = () => void used.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
        if (kept) send()
        // Not before it is known who is at the other end.
        else used.once(isSecure ? 'secureConnect' : 'connect', send)
        const answer = await done.promise
        signal.throwIfAborted()
        used.setTimeout(IDLE_MS)
        used.unref()
        return answer
      } catch (error) {
        drop(used)
        throw error
      } finally {
        signal.removeEventListener('abort', cut)
        asked = null
      }
    },
    [Symbol.dispose]() {
      socket?.destroy()
    },
  }
}

/** The head of an HTTP/1.1 response whose body has a length, or `null`. */
function headIn(text: string): Head | null {
  const [first = '', ...lines] = text.split('\r\n')
  const [, version, status] = /^HTTP\/1\.([01]) (\d{3})( |$)/.exec(first) ?? []
  const headers = new Map(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const length = headers.get('content-length') ?? ''
  if (status === undefined || !/^\d{1,16}$/.test(length) || headers.has('transfer-encoding')) return null
  const retryAfter = Number(headers.get('retry-after') ?? NaN)
  return {
    status: Number(status),
    length: Number(length),
    headers,
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null,
    close: version === '0' || headers.get('connection')?.toLowerCase() === 'close',
  }
}

/** Whether an answer brings exactly a range: another would be written where others write. */
function isRange({ length, headers }: Head, { start, end }: RangeRequest['range']): boolean {
  return length === end - start + 1 && (headers.get('content-range') ?? '').startsWith(`bytes ${start}-${end}/`)
}
