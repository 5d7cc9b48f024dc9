import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { DataLocation, Outage, readable, Refusal, sql } from '@almagest/schema'
import type { World } from '../handler.ts'
import { recalled } from '../recall.ts'
import { openPace, type Pace } from '../transports/pace.ts'
import { openDownload } from './download.ts'
import { faultOf } from './fault.ts'
import { readTicket, type Ticket } from './ticket.ts'

/** What a data server is made of. */
export interface DataServerOptions {
  readonly world: Pick<World, 'orm' | 'stores' | 'log'>
  /** The site whose copies it serves, by name. */
  readonly site: string
  /** The keys that sign what is asked for; any of them will do. */
  readonly keys: readonly string[]
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** The address at which other sites reach it; `null`: the one that it listens on. */
  readonly url: string | null
  /** How many streams it serves at a time; others are asked to come back. */
  readonly streams: number
  /** A certificate and its key as PEM; `null`: without TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null
}

/** A data server that listens. Disposing ends it and what it is serving. */
export interface DataServer extends AsyncDisposable {
  /** The address at which other sites reach it. */
  readonly url: string
}

const PATH = /^\/copies\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\?route=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const RANGE = /^bytes=(\d{1,16})-(\d{1,16})$/

/** A connection on which nothing moves for this long is closed. */
const SILENCE_MS = 60_000

/**
 * Serves ranges of the package copies of one site to whoever has a ticket for them, staged files to whoever has their signed address, and tells ops-db its own. Only copies that are PRESENT at
 * active locations; only paths that rows name. A ticket is valid for a minute, by the clock of the database; to use it twice does no harm.
 */
export async function startDataServer(options: DataServerOptions): Promise<DataServer> {
  const { world, site, tls, host, port } = options
  const paces = new Map<string, Pace>()
  let streams = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/health') return refuse(response, 200, 'ok')
    if (request.url?.startsWith('/files/')) return limited(response, () => give(request, response))
    const [, copyId = '', routeId = ''] = PATH.exec(request.url ?? '') ?? []
    const [, start = '', end = ''] = RANGE.exec(request.headers.range ?? '') ?? []
    if (request.method !== 'GET' || !copyId) return refuse(response, 404, 'there is nothing here: ask for /copies/ID?route=ID')
    if (!start) return refuse(response, 400, 'the header Range must be bytes=FIRST-LAST')
    const ticket = readTicket({ copyId, routeId, start: Number(start), end: Number(end) }, request.headers.authorization, options.keys)
    if (!ticket) return refuse(response, 401, 'what is asked for is not signed with a key of this data server')
    return limited(response, () => serve(ticket, response))
  }

  async function limited(response: ServerResponse, work: () => Promise<void>): Promise<void> {
    if (streams >= options.streams) {
      response.setHeader('retry-after', '1')
      return refuse(response, 503, `it serves ${streams} streams already`)
    }
    streams += 1
    try {
      await work()
    } finally {
      streams -= 1
    }
  }

  /** Gives a staged file to who has its signed address. */
  async function give(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await openDownload(request, { world, site, keys: options.keys })
    if ('status' in answer) return refuse(response, answer.status, answer.message)
    const left = new AbortController()
    response.on('close', () => left.abort())
    await using reading = await answer.open(left.signal)
    if (!reading) return refuse(response, 409, 'its bytes are not there, or not as many as they should be')
    response.writeHead(answer.isRange ? 206 : 200, answer.headers)
    if (request.method !== 'HEAD') for await (const chunk of reading) await write(response, chunk)
    response.end()
  }

  async function serve(ticket: Ticket, response: ServerResponse): Promise<void> {
    const em = world.orm.em.fork()
    const found = await findCopy(em, ticket, site)
    if (!found) return refuse(response, 404, `there is no copy ${ticket.copyId} that may be sent over route ${ticket.routeId}`)
    if (Number(found.now) > ticket.expires) return refuse(response, 401, 'the ticket has expired')
    const length = ticket.end - ticket.start + 1
    if (length < 1 || ticket.end >= Number(found.bytes)) return refuse(response, 416, `the copy has ${found.bytes} bytes`)

    const left = new AbortController()
    response.on('close', () => left.abort())
    const location = await em.findOneOrFail(DataLocation, found.location_id)
    const store = world.stores.of(location)
    const wait = await recalled({ signal: left.signal }, store, { path: found.path })
    if (wait) {
      response.setHeader('retry-after', String(wait.seconds))
      return refuse(response, 202, `recalling it from tape: ${found.path}`)
    }
    await using reading = await store.read(found.path, { start: ticket.start, length, signal: left.signal })
    if (!reading || reading.stat.bytes !== Number(found.bytes))
      return refuse(response, 409, `the bytes of copy ${ticket.copyId} are ${reading ? 'not as many as they should be' : 'not there'}`)
    const pace = paceOf(ticket.routeId, found.rate_bytes_s)
    for await (const chunk of reading) {
      // Not before there is something to give: what cannot be read is said.
      if (!response.headersSent)
        response.writeHead(206, {
          'content-type': 'application/octet-stream',
          'content-length': length,
          'content-range': `bytes ${ticket.start}-${ticket.end}/${found.bytes}`,
        })
      for (let sent = 0; sent < chunk.length;) {
        const portion = chunk.subarray(sent, sent + pace.portion(chunk.length - sent))
        await pace.take(portion.length, left.signal)
        await write(response, portion)
        sent += portion.length
      }
    }
    response.end()
  }

  /** One pace for all streams of a route; another when its rate was changed. */
  function paceOf(routeId: string, rate: string | null): Pace {
    if (rate === null) return openPace(null)
    const key = `${routeId} ${rate}`
    const pace = paces.get(key) ?? openPace(Number(rate))
    for (const other of paces.keys()) if (other.startsWith(routeId)) paces.delete(other)
    paces.set(key, pace)
    return pace
  }

  async function sayFault(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    if (response.destroyed || request.destroyed) return
    if (error instanceof Outage || error instanceof Refusal) world.log.warn({ event: 'data.unavailable', reason: error.message })
    else world.log.error({ event: 'data.failed', stack: error instanceof Error ? error.stack : String(error) })
    // Once bytes were sent, the only way to say that the rest does not come is to cut the line.
    if (response.headersSent) return void response.destroy()
    const { status, message, retryAfterS } = await faultOf(world, error)
    if (retryAfterS !== null) response.setHeader('retry-after', String(retryAfterS))
    refuse(response, status, message)
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    answer(request, response)
      .catch((error: unknown) => sayFault(request, response, error))
      .catch(() => response.destroy())
  }

  const server = tls ? createTlsServer({ cert: tls.cert, key: tls.key }, handle) : createServer(handle)
  server.setTimeout(SILENCE_MS)
  server.headersTimeout = 10_000
  server.maxRequestsPerSocket = 0
  await listen(server, { host, port })
  const { port: bound } = server.address() as AddressInfo
  const url = options.url ?? `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`
  await sql(
    world.orm.em.fork(),
    `/* dataServerStarts */ update storage.site set data_url = $2 where name = $1 and data_url is distinct from $2`,
    [site, url],
  )
  world.log.info({ event: 'data.serving', url })
  return {
    url,
    async [Symbol.asyncDispose]() {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

interface Found {
  readonly path: string
  readonly bytes: string
  readonly location_id: string
  readonly rate_bytes_s: string | null
  readonly now: string
}

async function findCopy(em: World['orm']['em'], { copyId, routeId }: Ticket, site: string): Promise<Found | null> {
  const [row] = await sql<Found>(
    em,
    `/* copyToServe */
     select c.path, c.bytes, c.location_id, r.rate_bytes_s, extract(epoch from now())::text as now
     from storage.physical_copy c
     join storage.data_location l on l.id = c.location_id and ${readable('l')} and l.identified_at is not null
     join storage.site s on s.id = l.site_id and s.name = $3
     join storage.data_transfer_route r on r.id = $2
     where c.id = $1 and c.status = 'PRESENT' and c.package_id is not null`,
    [copyId, routeId, site],
  )
  return row ?? null
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.statusCode = status
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  const body = Buffer.from(`${message}\n`)
  response.setHeader('content-length', body.length)
  response.end(body)
}

/** Writes a chunk and waits until it may be overwritten; throws when the line is cut, of which Node tells a write that waits nothing. */
function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = (): void => reject(new Error('the line was cut'))
    if (response.destroyed) return cut()
    response.once('close', cut)
    response.write(chunk, error => {
      response.off('close', cut)
      if (error) reject(error)
      else resolve()
    })
  })
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}
