import type { Request, Response } from 'express'
import { EVENT_FIELDS, Refusal, sql } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'
import { BEGINNING, follows, readCursor, type Filter, type Position } from './event-log.ts'
import { STREAM_HEADERS, type EventStreams } from './event-stream.ts'

const MOST_VALUES = 100
const PARAMETERS = ['subjectType', 'subjectId', 'field', 'package', 'location', 'since', 'after'] as const
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/

/**
 * Answers GET /events: a stream of Server-Sent Events that loses and doubles none for a client that comes back with the last `id` it read.
 * 400 for what it cannot read, 410 for a place that this ops-db does not have, 503 when it has too many clients.
 */
export function answerEvents(orm: MikroORM, streams: EventStreams) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      const wish = await readWish(request, { orm, streams })
      if (streams.isFull())
        return refuse(response.set('retry-after', '5'), 503, { code: 'UNAVAILABLE', message: 'too many clients follow events here' })
      if (request.method === 'HEAD') return void response.writeHead(200, STREAM_HEADERS).end()
      await streams.follow(response, wish)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuse(response, error.code === 'NOT_FOUND' ? 410 : 400, error)
    }
  }
}

async function readWish(request: Request, { orm, streams }: { orm: MikroORM; streams: EventStreams }) {
  const given = new URL(request.originalUrl, 'http://gateway.invalid').searchParams
  const unknown = [...given.keys()].find(name => !PARAMETERS.some(known => known === name))
  if (unknown !== undefined) throw bad(unknown, `is not a parameter of /events; there are ${PARAMETERS.join(', ')}`)
  const since = readMoment(given)
  const filter: Filter = {
    subjectTypes: readList(
      given,
      'subjectType',
      value => Object.hasOwn(EVENT_FIELDS, value),
      `one of ${Object.keys(EVENT_FIELDS).join(', ')}`,
    ),
    subjectIds: readList(given, 'subjectId', value => UUID.test(value), 'a UUID'),
    fields: readList(given, 'field', isField, `one of ${[...new Set(Object.values(EVENT_FIELDS).flat())].join(', ')}`),
    packageIds: readList(given, 'package', value => UUID.test(value), 'the id of a package, a UUID'),
    locationIds: await findLocations(
      orm,
      readList(given, 'location', value => value.length <= 200 && !value.includes('\0'), 'the name of a location'),
    ),
    since,
  }
  return { filter, from: await readPlace(request.get('last-event-id'), { given, since, streams }) }
}

interface Place {
  readonly given: URLSearchParams
  readonly since: Date | null
  readonly streams: EventStreams
}

/** The header comes from a client that comes back to the same address, so it is stronger than what stands there. */
async function readPlace(header: string | undefined, { given, since, streams: { events } }: Place): Promise<Position | null> {
  const [after, another] = given.getAll('after')
  if (another !== undefined) throw bad('after', 'may be given once')
  if (after !== undefined && since !== null) throw bad('after', 'may not be given together with since')
  const cursor = header || after
  if (cursor === undefined) return since && events.before(since)
  const place = readCursor(cursor)
  const name = header ? 'Last-Event-ID' : 'after'
  if (place === null) throw bad(name, `must be an id of this stream, as 1-4711-815, not ${quote(cursor)}`)
  if (follows(place, BEGINNING) && !(await events.has(place)))
    throw new Refusal('NOT_FOUND', `${name}: there is no event ${cursor} in this data centre: ask again with since`)
  return place
}

function readMoment(given: URLSearchParams): Date | null {
  const [text, another] = given.getAll('since')
  if (another !== undefined) throw bad('since', 'may be given once')
  if (text === undefined) return null
  const moment = new Date(MOMENT.test(text) ? text : Number.NaN)
  const year = Number.isNaN(moment.getTime()) ? 0 : moment.getUTCFullYear()
  if (year < 1900 || year > 2200) throw bad('since', `must be ISO 8601 with Z or an offset, as 2026-11-21T03:40:00Z, not ${quote(text)}`)
  return moment
}

/** The values of a parameter, given several times or with commas between; ids in lower case. */
function readList(given: URLSearchParams, name: string, isRight: (value: string) => boolean, rule: string): string[] {
  const values = given.getAll(name).flatMap(value => value.split(','))
  if (values.length > MOST_VALUES) throw bad(name, `must have at most ${MOST_VALUES} values`)
  const wrong = values.find(value => value === '' || !isRight(value))
  if (wrong !== undefined) throw bad(name, `must be ${rule}, not ${quote(wrong)}`)
  const found = values.map(value => (UUID.test(value) ? value.toLowerCase() : value))
  const twice = found.find((value, index) => found.indexOf(value) !== index)
  if (twice !== undefined) throw bad(name, `has ${quote(twice)} twice`)
  return found
}

function isField(value: string): boolean {
  return Object.values<readonly string[]>(EVENT_FIELDS).some(fields => fields.includes(value))
}

async function findLocations(orm: MikroORM, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const rows = await sql<{ id: string; name: string }>(
    orm.em.fork(),
    `/* locationsToFollow */ select id, name from storage.data_location where name = any($1)`,
    [names],
  )
  const absent = names.find(wanted => !rows.some(({ name }) => name === wanted))
  if (absent !== undefined) throw bad('location', `there is no location ${quote(absent)}`)
  return rows.map(({ id }) => id)
}

function bad(name: string, rule: string): Refusal {
  return new Refusal('BAD_INPUT', `${name}: ${rule}`)
}

function quote(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value)
}

function refuse(response: Response, status: number, { code, message }: { code: string; message: string }): void {
  response.status(status).json({ errors: [{ message, extensions: { code } }] })
}
