import { get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { vi } from 'vitest'
import { newId, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** One event as a client reads it. */
export interface Heard {
  /** Its place: what `Last-Event-ID` says of it. */
  readonly id: string
  readonly data: {
    readonly seq: number
    readonly at: string
    readonly subjectType: string
    readonly subjectId: string
    readonly field: string
    readonly fromState: string | null
    readonly toState: string
    readonly reason: string | null
    readonly operationId: string | null
  }
}

/** A client of /events, with what it read so far. */
export interface Follower extends Disposable {
  readonly response: IncomingMessage
  readonly events: readonly Heard[]
  readonly comments: readonly string[]
  /** The last place it was told, of an event or not. */
  readonly lastId: () => string | undefined
  /** Resolves when the gateway has ended the stream. */
  readonly ended: Promise<unknown>
  /** Waits until it has read so many events. */
  heard(count: number): Promise<readonly Heard[]>
}

/** Follows the events at `url`; `lastId` is where it was before. Reads at once, unless it is `paused`. */
export async function follow(
  url: string,
  { lastId, paused = false }: { lastId?: string | undefined; paused?: boolean } = {},
): Promise<Follower> {
  const request = get(url, { agent: false, headers: lastId === undefined ? {} : { 'last-event-id': lastId } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${(await response.toArray()).join('')}`)
  const events: Heard[] = []
  const comments: string[] = []
  let last: string | undefined
  let rest = ''
  const ended = new Promise(resolve => response.once('close', resolve).once('error', resolve))
  response.setEncoding('utf8').on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split('\n')
      const value = (name: string): string | undefined => lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2)
      comments.push(...lines.filter(line => line.startsWith(': ')).map(line => line.slice(2)))
      const id = value('id')
      const data = value('data')
      last = id ?? last
      if (id !== undefined && data !== undefined) events.push({ id, data: JSON.parse(data) as Heard['data'] })
    }
  })
  if (paused) response.pause()
  return {
    response,
    events,
    comments,
    lastId: () => last,
    ended,
    async heard(count) {
      await vi.waitFor(
        () => {
          if (events.length < count) throw new Error(`${events.length} of ${count} events came`)
        },
        { timeout: 60_000, interval: 10 },
      )
      return events
    },
    [Symbol.dispose]: () => void request.destroy(),
  }
}

/** Rows of `count` sites; each change of `active` is one event. */
export async function makeSites(em: EntityManager, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId())
  await sql(em, `/* test: sites */ insert into storage.site (id, name, title) select id, id, 'A site' from unnest($1::uuid[]) as s(id)`, [
    ids,
  ])
  return ids
}

/** Makes one event for each of these sites, in this order. */
export async function change(em: EntityManager, ids: readonly string[]): Promise<void> {
  await sql(em, '/* test: change */ update storage.site set active = not active where id = any($1::uuid[])', [ids])
}
