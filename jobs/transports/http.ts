import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { Outage, type Digest, type DataKeys } from '@almagest/schema'
import { signTicket, TICKET_S } from '../data-server/ticket.ts'
import { openDigest } from '../digest/digest.ts'
import { gone } from '../stores/expected.ts'
import type { Written } from '../stores/store.ts'
import { openLine, type Line } from '../line.ts'
import { arrive, bringParts, eachPart, goOnFrom } from './arrival.ts'
import { makePair, openBuffers } from './buffers.ts'
import type { Consignment, Transport } from './transport.ts'

/** How often a stream is opened again without that a byte comes, before the work is given up for now. */
const MOST_CUTS = 4
const MOST_BUSY = 60
const STREAM_BYTES = 4_194_304
const FIRST_WAIT_MS = 50

/** The destination pulls ranges of the file from the data server of the origin's site, several at a time, and goes on where a stream was cut. */
export function httpTransport({ keys, ca }: { keys: DataKeys; ca?: string | undefined }): Transport {
  return {
    async send(consignment) {
      const url = addressOf(consignment)
      // The clock of the database, read once; from there on this machine's counts.
      const [began, at] = [performance.now(), await consignment.now()]
      const expiry = (): number => Math.floor(at + (performance.now() - began) / 1_000) + TICKET_S
      if (!consignment.to.assemble) return stream(consignment, { url, keys, ca, expiry })
      return arrive(consignment, async arrival => {
        await eachPart(arrival.missing, {
          streams: consignment.route.streams,
          signal: consignment.signal,
          async work(parts, signal) {
            using line = openLine(url, { ca })
            const pair = makePair()
            const take = async (chunk: Buffer, at: number): Promise<void> => {
              await arrival.assembly.write(chunk, at)
              arrival.came(chunk.length)
            }
            await bringParts(consignment, arrival, {
              parts,
              bring: range => bring(consignment, range, { line, pair, url, keys, expiry, signal, take }),
            })
          },
        })
      })
    },
  }
}

function addressOf({ origin, route }: Consignment): URL {
  if (!origin.dataUrl)
    throw new Outage(
      `site ${origin.site}, where route ${route.name} begins, has no data server: start one there, or give the route another method`,
      {
        locationId: null,
      },
    )
  const url = URL.parse(origin.dataUrl)
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new Outage(`the address of the data server of site ${origin.site} is none of http or https`, { locationId: null })
  return url
}

interface Pull {
  readonly line: Line
  readonly pair: ReturnType<typeof makePair>
  readonly url: URL
  readonly keys: DataKeys
  readonly expiry: () => number
  readonly signal: AbortSignal
}

/** For a destination that takes a file only from its beginning to its end: one stream. */
async function stream(
  consignment: Consignment,
  { ca, ...given }: Pick<Pull, 'url' | 'keys' | 'expiry'> & { ca: string | undefined },
): Promise<Written> {
  const { to, path, expected, token, onBytes } = consignment
  const kept = await goOnFrom(consignment)
  const ended = new AbortController()
  const signal = AbortSignal.any([consignment.signal, ended.signal])
  using line = openLine(given.url, { ca })
  const through = new PassThrough({ readableHighWaterMark: STREAM_BYTES, writableHighWaterMark: STREAM_BYTES })
  // A destination that has the file already, or is away, reads none of it: an end that nobody hears of would end the process.
  through.on('error', () => {})
  const take = async (chunk: Buffer, at: number): Promise<void> => {
    if (!through.write(Buffer.from(chunk))) await once(through, 'drain', { signal })
    onBytes(at + chunk.length)
  }
  const bringing = bring(
    consignment,
    { at: kept.from, bytes: expected.bytes - kept.from },
    { ...given, line, pair: makePair(), signal, take },
  ).then(
    () => void through.end(),
    (error: unknown) => void through.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  try {
    return await to.write(path, through, { token, signal: consignment.signal, expected, ...kept })
  } finally {
    ended.abort()
    await bringing
  }
}

/** Brings a range of the file, going on where the line is cut; returns the digest of its bytes. */
async function bring(
  { copyId, route, origin }: Consignment,
  { at: start, bytes }: { at: number; bytes: number },
  { line, pair, url, keys, expiry, signal, take }: Pull & { take: (chunk: Buffer, at: number) => Promise<void> },
): Promise<Digest> {
  const digest = openDigest()
  const end = start + bytes
  const buffers = openBuffers(pair, {
    at: start,
    async use(chunk, at) {
      const taken = take(chunk, at)
      // While it is being written.
      digest.update(chunk)
      await taken
    },
  })
  let cuts = 0
  try {
    while (buffers.at() < end) {
      const before = buffers.at()
      const ticket = { copyId, routeId: route.id, start: before, end: end - 1, expires: expiry() }
      const { status, text, retryAfterS } = await line.get({
        path: `${url.pathname.replace(/\/$/, '')}/copies/${copyId}?route=${route.id}`,
        headers: { host: url.host, range: `bytes=${before}-${end - 1}`, authorization: signTicket(ticket, origin.site, keys) },
        range: ticket,
        signal,
        room: buffers.room,
        came: buffers.came,
      })
      await buffers.done()
      if (status === 206) continue
      if (status === 202)
        throw new Outage(`site ${origin.site} is ${text.trim().slice(0, 300)}`, { locationId: null, retryS: retryAfterS ?? 60 })
      if (status === 409) throw gone(`site ${origin.site}: ${text.trim().slice(0, 300)}`)
      // What is away there comes back, and nobody here is to blame meanwhile.
      if (status === 502 && retryAfterS !== null)
        throw new Outage(`site ${origin.site}: ${text.trim().slice(0, 300)}`, { locationId: null, retryS: retryAfterS })
      // Busy is no fault: it is asked again when it says.
      const busy = status === 503 || status === 429
      if (status !== 0 && !busy)
        throw new Outage(`the data server of site ${origin.site} answers ${status}: ${text.trim().slice(0, 300)}`, { locationId: null })
      cuts = buffers.at() > before ? 0 : cuts + 1
      if (cuts > (busy ? MOST_BUSY : MOST_CUTS))
        throw new Outage(`the data server of site ${origin.site} ${busy ? 'stays busy' : `cannot be reached: ${text}`}`, {
          locationId: null,
          line: true,
        })
      await delay(busy ? (retryAfterS ?? 1) * 1_000 : cuts === 0 ? 0 : FIRST_WAIT_MS * 2 ** (cuts - 1), undefined, { signal })
    }
    return digest.done()
  } finally {
    // What came is written before anybody closes the file.
    await buffers.done().catch(() => {})
  }
}
