import type { EntityManager } from '@almagest/schema/orm'
import { keysAfter, sizeOf, toConnection, toCursor, type Connection, type KeyType, type PageArgs } from './connection.ts'
import { countRows, type Count } from './count.ts'
import { columnsOf, hydrate, type EntityClass } from './list.ts'
import { joined, part, raw, run, type Part } from './part.ts'

/** Which way a list goes. */
export type Direction = 'ASC' | 'DESC'

/** A column by which rows are ordered, as SQL. */
export interface Key {
  readonly column: string
  readonly type: KeyType
}

/** Which rows a page of a search has: at most `limit`, after a place in its order. */
export interface Place {
  readonly after: readonly string[] | null
  readonly limit: number
}

/** A list that is found by conditions, in one of its orders. */
export interface Search<entity extends object> {
  /** Names its SQL and, with its order, its cursors. */
  readonly name: string
  readonly of: EntityClass<entity>
  /** Names the order. */
  readonly order: string
  readonly direction: Direction
  /** The keys of the order, the last of which is unique among rows that are equal in the others. */
  readonly keys: readonly Key[]
  /** Selects a page: the columns of the rows, and `place`, which `placeOf` gives. */
  readonly page: (place: Place) => Part
  /** Selects all rows, only to be counted. */
  readonly rows: Part
}

/** Reads one page of a search; refuses with BAD_INPUT a bad size and a cursor of another list or order. */
export async function pageOf<entity extends object>(
  em: EntityManager,
  search: Search<entity>,
  args: PageArgs,
  counting: (read: () => Promise<Count>) => () => Promise<Count>,
): Promise<Connection<entity>> {
  const size = sizeOf(args)
  const order = `${search.name}.${search.order}.${search.direction}`
  const after = keysAfter(args, { order, types: search.keys.map(({ type }) => type) })
  const rows = await run<Record<string, unknown> & { place: string[] }>(
    em,
    part`/* ${raw(search.name)} */ select ${columnsOf(em, search.of)}, t.place from (${search.page({ after, limit: size + 1 })}) t`,
  )
  return toConnection(hydrate(em, search.of, rows), {
    size,
    cursor: (_, index) => toCursor(order, rows[index]?.place ?? []),
    count: counting(() => countRows(em, search.name, search.rows)),
  })
}

/** A search among the rows `t` that fulfil `where`, ordered by columns of theirs. */
export function searchRows(
  from: Part,
  { where, keys, direction }: { where: Part; keys: readonly Key[]; direction: Direction },
): { page: (place: Place) => Part; rows: Part } {
  return {
    page: ({ after, limit }) =>
      part`select t.*, ${placeOf(keys)} as place from ${from} t where ${where} and ${isBeyond(keys, direction, after)}
       order by ${orderBy(keys, direction)} limit ${limit}`,
    rows: part`select from ${from} t where ${where}`,
  }
}

/** The place of a row in an order, as a cursor holds it. */
export function placeOf(keys: readonly Key[]): Part {
  const texts = keys.map(({ column, type }) =>
    type === 'moment' ? `(extract(epoch from ${column}) * 1000000)::bigint::text` : `${column}::text`,
  )
  return raw(`array[${texts.join(', ')}]`)
}

/** The condition that a row comes after a place in an order, or `at` it; `true` where there is none. */
export function isBeyond(keys: readonly Key[], direction: Direction, after: readonly string[] | null, at: '' | '=' = ''): Part {
  if (after === null) return raw('true')
  const columns = raw(keys.map(({ column }) => column).join(', '))
  const values = keys.map(({ type }, index) => valueOf(type, after[index]))
  return part`(${columns}) ${raw(`${direction === 'DESC' ? '<' : '>'}${at}`)} (${joined(values, ', ')})`
}

/** The value that a place holds for a key of that type. */
export function valueOf(type: KeyType, value: string | undefined): Part {
  if (type === 'moment') return part`('epoch'::timestamptz + ${value}::bigint * interval '1 microsecond')`
  return part`${value}::${raw(type)}`
}

/** The columns of an order, as in `order by`. */
export function orderBy(keys: readonly Key[], direction: Direction): Part {
  return raw(keys.map(({ column }) => `${column} ${direction.toLowerCase()}`).join(', '))
}
