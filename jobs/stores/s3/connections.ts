import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

/** How long a connection that nobody uses is kept, and how many. */
const IDLE_MS = 4_000
const IDLE_AT_MOST = 8

const WINDOW_BYTES = 2 ** 18
const HEAD_BYTES = 2 ** 16

/** A range of an object that is asked for: `into` takes its bytes, which begin at `at` of the object that has this ETag. */
export interface RangeOrder {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly at: number
  readonly etag: string
  readonly into: Buffer
  readonly signal: AbortSignal
}

/** Connections over which ranges of objects come, and nothing else. */
export interface Connections {
  /**
   * Fills a buffer and returns how much of it is right. That is less than all of it where the service answered with anything but exactly this range, or
   * broke off: why, is not its business. Throws only the reason of the signal.
   */
  readInto(order: RangeOrder): Promise<number>
}

interface Connection {
  readonly socket: Socket
  /** Takes what comes; of the connection's own memory, so only until it returns. */
  take: (bytes: Buffer) => void
  over: () => void
}

/**
 * Opens connections to a service (HTTP/1.1, RFC 9112). What an HTTP client does besides costs more time than all else together for bytes that are only passed
 * on: so here they are copied once, out of memory that a connection reads into again and again.
 */
export function openConnections(endpoint: string, { silenceMs }: { silenceMs: number }): Connections {
  const { protocol, hostname, port } = new URL(endpoint)
  const isSecure = protocol === 'https:'
  const idle: Connection[] = []

  function connect(): Connection {
    const onread: OnReadOpts = {
      buffer: Buffer.allocUnsafeSlow(WINDOW_BYTES),
      callback(bytes, memory) {
        connection.take(Buffer.from(memory.buffer, memory.byteOffset, bytes))
        return true
      },
    }
    const host = hostname.replace(/^\[|\]$/g, '')
    const to = { host, port: Number(port || (isSecure ? 443 : 80)), onread }
    const socket = isSecure
      ? connectSecure({ ...to, ...(isIP(host) === 0 && { servername: host }), ALPNProtocols: ['http/1.1'] })
      : connectPlain(to)
    const connection: Connection = { socket, take: () => socket.destroy(), over: () => {} }
    socket.setNoDelay(true)
    socket.on('timeout', () => socket.destroy())
    // Who waits is told that it is over.
    socket.on('error', () => {})
    socket.on('close', () => {
      if (idle.includes(connection)) idle.splice(idle.indexOf(connection), 1)
      connection.over()
    })
    return connection
  }

  function keep(connection: Connection): void {
    connection.take = () => connection.socket.destroy()
    connection.over = () => {}
    if (idle.length >= IDLE_AT_MOST) return void connection.socket.destroy()
    connection.socket.setTimeout(IDLE_MS)
    connection.socket.unref()
    idle.push(connection)
  }

  return {
    readInto({ path, headers, at, etag, into, signal }) {
      signal.throwIfAborted()
      const kept = idle.pop()
      const connection = kept ?? connect()
      const { socket } = connection
      const { promise, resolve } = Promise.withResolvers<number>()
      let head: Buffer | null = Buffer.alloc(0)
      let isKept = false
      let filled = 0

      connection.over = () => resolve(filled)
      connection.take = bytes => {
        let data = bytes
        if (head) {
          head = Buffer.concat([head, bytes])
          const end = head.indexOf('\r\n\r\n')
          if (end < 0 && head.length <= HEAD_BYTES) return
          const answer = answerIn(head.toString('latin1', 0, Math.max(0, end)))
          if (!isRange(answer, { at, etag, bytes: into.length })) return void socket.destroy()
          isKept = answer.headers.get('connection')?.toLowerCase() !== 'close'
          data = head.subarray(end + 4)
          head = null
        }
        // What follows the range belongs to no answer: nor would what follows that.
        if (data.length > into.length - filled) isKept = false
        filled += data.copy(into, filled)
        if (filled < into.length) return
        if (isKept) keep(connection)
        else socket.destroy()
        resolve(filled)
      }
      const stop = () => socket.destroy()
      signal.addEventListener('abort', stop)
      socket.ref()
      socket.setTimeout(silenceMs)
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      const send = () => void socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
      if (kept) send()
      // Not before it is known who is at the other end.
      else socket.once(isSecure ? 'secureConnect' : 'connect', send)
      return promise.finally(() => {
        signal.removeEventListener('abort', stop)
        signal.throwIfAborted()
      })
    },
  }
}

interface Head {
  readonly status: string
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>
}

function answerIn(text: string): Head {
  const [status = '', ...lines] = text.split('\r\n')
  return {
    status,
    headers: new Map(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])),
  }
}

/** Whether what follows the head of an answer is exactly a range, as it lies in an object. */
function isRange({ status, headers }: Head, { at, etag, bytes }: { at: number; etag: string; bytes: number }): boolean {
  return (
    /^HTTP\/1\.1 206( |$)/.test(status) &&
    headers.get('content-length') === String(bytes) &&
    (headers.get('content-range') ?? '').startsWith(`bytes ${at}-${at + bytes - 1}/`) &&
    headers.get('etag')?.replaceAll('"', '') === etag &&
    !headers.has('transfer-encoding') &&
    !headers.has('content-encoding')
  )
}
