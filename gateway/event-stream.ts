import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerResponse } from 'node:http'
import type { MikroORM } from '@almagest/schema/orm'
import {
  follows,
  needsLinks,
  openEventLog,
  passes,
  toCursor,
  type Entry,
  type EventLog,
  type Filter,
  type Links,
  type Position,
} from './event-log.ts'
import type { Log } from './log.ts'

/** How the streams of events of one gateway behave. */
export interface StreamOptions {
  orm: MikroORM
  log: Log
  /** How many clients follow at the same time. */
  clients?: number | undefined
  /** How long a client may take nothing before it is cut, in milliseconds. */
  slowMs?: number | undefined
  /** How often a client hears something even when nothing happens, in milliseconds. */
  heartbeatMs?: number | undefined
  /** How long an event may wait for an older transaction before the clients are told, in milliseconds. */
  heldMs?: number | undefined
}

/** Where a stream begins, and what it tells. */
export interface Wish {
  /** After which place; null: from now on. */
  readonly from: Position | null
  readonly filter: Filter
}

/** The streams of one gateway. One reader follows ops-db for all of them, only while there is somebody; disposing of it ends them all. */
export interface EventStreams extends AsyncDisposable {
  readonly events: EventLog
  /** Whether one more client would be too many. */
  isFull(): boolean
  /** Sends what follows, as it happens, until the client goes, is too slow, or the gateway ends. */
  follow(response: ServerResponse, wish: Wish): Promise<void>
}

/** The headers of a stream: nobody between here and the client may hold it back, change it, or keep it. */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-cache, no-transform',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
}

const CLIENTS = 1000
const SLOW_MS = 30_000
const HEARTBEAT_MS = 15_000
const HELD_MS = 5000
const PAUSE_MS = { least: 100, most: 1000 }
/** Clients that come back after the end of a gateway should not all come at once. */
const RETRY_MS = { least: 1000, most: 3000 }
/** How many events one statement gives to a reader: what a client that takes nothing has waiting for it here. */
const PAGE = 250
/** How many events one statement looks through for a client that wants only some. */
const WINDOW = 2000
/** How many clients read what they missed at the same moment. */
const READERS = 2

interface Client {
  readonly response: ServerResponse
  readonly filter: Filter
  position: Position
  /** The last place that it was told. */
  told: Position
  /** Whether it is sent what the common reader finds; else it reads for itself, at its own pace. */
  live: boolean
}

/** Opens the streams of one gateway; nothing is read before somebody follows. */
export function openEventStreams({
  orm,
  log,
  clients: most = CLIENTS,
  slowMs = SLOW_MS,
  heartbeatMs = HEARTBEAT_MS,
  heldMs = HELD_MS,
}: StreamOptions): EventStreams {
  const events = openEventLog(orm)
  const clients = new Set<Client>()
  const stop = new AbortController()
  const readers = openGate(READERS)
  let head: Position | null = null
  let opening = 0
  let beating = false
  let held = false

  /** Pauses; true when it is time to end. */
  const pause = (ms: number): Promise<boolean> => sleep(ms, false, { signal: stop.signal }).catch(() => true)

  function send(client: Client, entries: readonly Entry[], { links, last }: { links: Links | null; last: Position }): void {
    const wanted = entries.filter(entry => follows(entry.position, client.position) && passes(entry, client.filter, links))
    if (follows(last, client.position)) client.position = last
    if (wanted.length === 0) return
    client.told = wanted.at(-1)?.position ?? client.told
    client.response.write(wanted.map(({ frame }) => frame).join(''))
  }

  /** Gives one page to all that are live; who takes too slowly, or became live meanwhile, reads for himself. */
  async function share(entries: readonly Entry[], last: Position): Promise<void> {
    const live = new Set([...clients].filter(client => client.live))
    const linked = [...live].filter(({ filter }) => needsLinks(filter))
    const packageIds = [...new Set(linked.flatMap(({ filter }) => filter.packageIds))]
    const links = linked.length > 0 ? await events.links(entries, packageIds) : null
    head = last
    for (const client of clients) {
      if (!client.live) continue
      if (live.has(client)) send(client, entries, { links, last })
      if (follows(head, client.position) || client.response.writableNeedDrain) {
        client.live = false
        void catchUp(client)
      }
    }
  }

  async function watch(): Promise<void> {
    let wait = PAUSE_MS.least
    let reachable = true
    while (clients.size > 0 && head !== null) {
      try {
        const { entries, last, looked } = await events.read(head, { limit: PAGE })
        if (looked > 0) await share(entries, last)
        wait = looked === PAGE ? 1 : looked > 0 ? PAUSE_MS.least : Math.min(Math.max(wait, PAUSE_MS.least) * 1.5, PAUSE_MS.most)
        reachable = true
      } catch (error) {
        if (reachable) log.warn({ event: 'events.unreadable', err: error })
        reachable = false
        wait = PAUSE_MS.most
      }
      if (await pause(wait)) return
    }
    head = null
  }

  /** Lets a client read for itself, page by page and only when it has taken the last one, until it has what all have. */
  async function catchUp(client: Client): Promise<void> {
    while (clients.has(client)) {
      if (client.response.writableNeedDrain && !(await drained(client.response, slowMs))) return cut(client)
      if (head === null || !follows(head, client.position)) {
        client.live = true
        return
      }
      try {
        await readers(async () => {
          const { filter } = client
          const selective = [filter.subjectTypes, filter.subjectIds, filter.fields].some(({ length }) => length > 0) || needsLinks(filter)
          const { entries, last } = await events.read(client.position, { limit: selective ? WINDOW : PAGE, filter })
          const links = needsLinks(filter) && entries.length > 0 ? await events.links(entries, filter.packageIds) : null
          if (clients.has(client)) send(client, entries, { links, last })
        })
      } catch (error) {
        log.warn({ event: 'events.unreadable', err: error })
        if (await pause(PAUSE_MS.most)) return
      }
    }
  }

  function cut(client: Client): void {
    if (!clients.delete(client)) return
    log.warn({ event: 'events.cut', clients: clients.size })
    client.response.end(': cut off, because nothing was taken for too long\n\n')
    setTimeout(() => client.response.destroy(), PAUSE_MS.most).unref()
  }

  async function beat(): Promise<void> {
    beating = true
    while (!(await pause(heartbeatMs)) && clients.size > 0) {
      const since = await events.heldSince(heldMs).catch(() => null)
      if ((since !== null) !== held) log.warn({ event: since ? 'events.held' : 'events.released', since })
      held = since !== null
      for (const client of clients) {
        if (client.response.writableNeedDrain) continue
        const place = follows(client.position, client.told) ? `id: ${toCursor(client.position)}\n\n` : ': alive\n\n'
        client.told = client.position
        client.response.write(since ? `: waiting since ${since.toISOString()} for a transaction that is still open\n${place}` : place)
      }
    }
    beating = false
  }

  return {
    events,
    isFull: () => stop.signal.aborted || clients.size + opening >= most,
    async follow(response, { from, filter }) {
      opening++
      try {
        const now = await events.head()
        if (response.destroyed || stop.signal.aborted) return void response.destroy()
        const client: Client = { response, filter, position: from ?? now, told: from ?? now, live: false }
        clients.add(client)
        response.writeHead(200, STREAM_HEADERS)
        response.on('close', () => clients.delete(client)).on('error', () => {})
        response.write(`retry: ${Math.round(RETRY_MS.least + Math.random() * (RETRY_MS.most - RETRY_MS.least))}\n`)
        response.write(from === null ? `id: ${toCursor(now)}\n\n` : '\n')
        if (head === null) {
          head = now
          void watch()
        }
        if (!beating) void beat()
        void catchUp(client)
      } finally {
        opening--
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      for (const { response } of clients) response.end(': this gateway ends: come back to another\n\n')
      clients.clear()
    },
  }
}

/** Waits until what was written is taken; false when that does not happen in time, or the client is gone. */
function drained(response: ServerResponse, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const late = setTimeout(resolve, ms, false)
  const taken = (): void => resolve(true)
  const gone = (): void => resolve(false)
  response.once('drain', taken).once('close', gone)
  return promise.finally(() => {
    clearTimeout(late)
    response.off('drain', taken).off('close', gone)
  })
}

/** Lets at most so many do their work at the same moment; the others wait in line. */
function openGate(places: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = []
  let free = places
  return async work => {
    if (free > 0) free--
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
