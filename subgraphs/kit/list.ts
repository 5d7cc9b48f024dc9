import type { EntityManager } from '@almagest/schema/orm'
import type { KeyType } from './connection.ts'
import { countLists, countRows, MOST_COUNTED, type Count } from './count.ts'
import { every, part, raw, run, type Part } from './part.ts'

/** A class of entity, as `schema/` defines them. */
export type EntityClass<entity extends object> = abstract new (...args: never[]) => entity

/** A list of rows: of what, which of them belong to a parent, and by which key, unique in the list, they are ordered. */
export interface List<entity extends object> {
  /** Names its SQL and its cursors; unique in the subgraph. */
  readonly name: string
  readonly of: EntityClass<entity>
  /** The property that refers to the parent, where the row does so itself. */
  readonly by: (keyof entity & string) | null
  /** A condition in SQL on the row `t` and, for a list that belongs to something, on `parent.id`; through a join: `t.id = any(array(select …))`. */
  readonly where: string
  readonly key: keyof entity & string
  readonly descending: boolean
  /** How many rows there are at most where the list does not come in pages. */
  readonly limit: number | null
}

/** Defines a list; with neither `by` nor `where` it has no parent and holds all rows. It is ordered by `id` unless told otherwise. */
export function defineList<entity extends object>(
  of: EntityClass<entity>,
  {
    name,
    by = null,
    where = 'true',
    key = 'id' as keyof entity & string,
    descending = false,
    limit = null,
  }: {
    name: string
    by?: (keyof entity & string) | null
    where?: string
    key?: keyof entity & string
    descending?: boolean
    limit?: number | null
  },
): List<entity> {
  return { name, of, by, where, key, descending, limit }
}

/** Which rows of a list are wanted: at most `limit`, after the key `after`. */
export interface Slice {
  readonly limit: number | null
  readonly after?: string | null
}

/** The values that the rows of a list must have in some of their columns; `null` and undefined are no filter. */
export type Filters = Readonly<Record<string, unknown>>

/** Reads the rows of a list for many parents in one statement, in order; the list of a parent that has none is empty. */
export async function rowsOf<entity extends object>(
  em: EntityManager,
  list: List<entity>,
  { parents, limit, after = null }: Slice & { parents: readonly string[] },
): Promise<entity[][]> {
  const owner = list.by === null ? null : columnOf(em, list.of, list.by).name
  const direction = list.descending ? 'desc' : 'asc'
  const key = columnOf(em, list.of, list.key)
  // The owner in the order leaves the planner no index but the one on (owner, key): it would rather walk all rows by key.
  const order = raw(`${owner === null ? '' : `t.${owner} ${direction}, `}t.${key.name} ${direction}`)
  const rows = await run<Record<string, unknown>>(
    em,
    part`/* ${raw(list.name)} */
     select parent.n as parent_n, ${columnsOf(em, list.of)} from unnest(${parents}::uuid[]) with ordinality as parent(id, n)
     cross join lateral (select t.* ${owned(em, list)} ${beyond(em, list, after)} order by ${order} limit ${limit}) t
     order by parent.n, ${raw(`t.${key.name} ${direction}`)}`,
  )
  const found = hydrate(em, list.of, rows)
  const lists = parents.map((): entity[] => [])
  for (const [index, { parent_n }] of rows.entries()) {
    const row = found[index]
    if (row) lists[Number(parent_n) - 1]?.push(row)
  }
  return lists
}

/** Counts the rows of a list for many parents in one statement, and in another one for those that have too many to be counted. */
export async function countsOf<entity extends object>(em: EntityManager, list: List<entity>, parents: readonly string[]): Promise<Count[]> {
  return countLists(em, list.name, {
    counted: part`/* ${raw(list.name)}.count */
     select counted.value from unnest(${parents}::uuid[]) with ordinality as parent(id, n)
     cross join lateral (select count(*)::int as value from (select ${owned(em, list)} limit ${MOST_COUNTED + 1}) t) counted order by parent.n`,
    rows: index => part`select from (values (${parents[index]}::uuid)) as parent(id) cross join lateral (select ${owned(em, list)}) t`,
  })
}

/** Reads rows of a list that has no parent, in order. */
export async function rowsIn<entity extends object>(
  em: EntityManager,
  list: List<entity>,
  { limit, after = null, filters = {} }: Slice & { filters?: Filters },
): Promise<entity[]> {
  const order = raw(`t.${columnOf(em, list.of, list.key).name} ${list.descending ? 'desc' : 'asc'}`)
  const rows = await run<Record<string, unknown>>(
    em,
    part`/* ${raw(list.name)} */ select ${columnsOf(em, list.of)} ${filtered(em, list, filters)} ${beyond(em, list, after)} order by ${order} limit ${limit}`,
  )
  return hydrate(em, list.of, rows)
}

/** Counts the rows of a list that has no parent. */
export function countIn<entity extends object>(em: EntityManager, list: List<entity>, filters: Filters): Promise<Count> {
  return countRows(em, list.name, part`select ${filtered(em, list, filters)}`)
}

/** The rows of the list of `parent`. */
function owned<entity extends object>(em: EntityManager, list: List<entity>): Part {
  // `any` hides from the planner that the owner is one: it would leave the owner out of the order, and walk all rows by key.
  const owner = list.by === null ? 'true' : `t.${columnOf(em, list.of, list.by).name} = any(array[parent.id])`
  return raw(`from ${tableOf(em, list.of)} t where ${owner} and (${list.where})`)
}

function filtered<entity extends object>(em: EntityManager, list: List<entity>, filters: Filters): Part {
  const given = Object.entries(filters).filter(([, value]) => value !== null && value !== undefined)
  const conditions = given.map(([property, value]) => part`${raw(`t.${columnOf(em, list.of, property).name}`)} = ${value}`)
  return part`from ${raw(tableOf(em, list.of))} t where ${every([raw(`(${list.where})`), ...conditions])}`
}

function beyond<entity extends object>(em: EntityManager, list: List<entity>, after: string | null): Part {
  const { name, type } = columnOf(em, list.of, list.key)
  return after === null ? raw('') : part`and ${raw(`t.${name} ${list.descending ? '<' : '>'}`)} ${after}::${raw(type)}`
}

/** Reads the rows that have one of `values` in a unique column, in one statement and in that order; `null` for what is absent. */
export async function rowsBy<entity extends object>(
  em: EntityManager,
  of: EntityClass<entity>,
  { property, values }: { property: keyof entity & string; values: readonly string[] },
): Promise<(entity | null)[]> {
  const { name, type } = columnOf(em, of, property)
  const rows = await run<Record<string, unknown>>(
    em,
    part`/* ${raw(`${of.name}.${property}`)} */ select ${columnsOf(em, of)} from ${raw(tableOf(em, of))} t
     where ${raw(`t.${name}`)} = any(${values}::${raw(type)}[])`,
  )
  const found = new Map(hydrate(em, of, rows).map(row => [row[property] as string, row]))
  return values.map(value => found.get(value) ?? null)
}

/** Makes of rows as the driver gives them what MikroORM would, to be read only: it costs a tenth of an entity that can be changed. */
export function hydrate<entity extends object>(
  em: EntityManager,
  of: EntityClass<entity>,
  rows: readonly Record<string, unknown>[],
): entity[] {
  const fields = fieldsOf(em, of)
  return rows.map(row => {
    const read: Record<string, unknown> = {}
    for (const { property, column, convert } of fields) {
      const value = row[column]
      read[property] = value === null || convert === null ? value : convert(value as string)
    }
    return read as entity
  })
}

/** The columns of the row `t` that are read, for a statement: all but those that are read only where they are asked for by name. */
export function columnsOf<entity extends object>(em: EntityManager, of: EntityClass<entity>): Part {
  const { props } = em.getMetadata().get(of)
  return raw(
    props.some(({ lazy }) => lazy)
      ? fieldsOf(em, of)
          .map(({ column }) => `t."${column}"`)
          .join(', ')
      : 't.*',
  )
}

interface Field {
  readonly property: string
  readonly column: string
  /** Of what the driver gives as text. */
  readonly convert: ((text: string) => unknown) | null
}

const known = new WeakMap<EntityClass<object>, readonly Field[]>()

function fieldsOf<entity extends object>(em: EntityManager, of: EntityClass<entity>): readonly Field[] {
  const found = known.get(of)
  if (found) return found
  const platform = em.getPlatform()
  const toDate = (text: string): Date => platform.parseDate(text)
  const fields = em
    .getMetadata()
    .get(of)
    .props.filter(({ lazy, fieldNames }) => !lazy && fieldNames?.length === 1)
    .map(({ name, fieldNames, columnTypes: [type = ''], customType }) => ({
      property: name,
      column: fieldNames[0] ?? '',
      convert: type.startsWith('timestamptz')
        ? toDate
        : type.startsWith('big')
          ? (text: string): unknown => (customType ? customType.convertToJSValue(text, platform) : Number(text))
          : null,
    }))
  known.set(of, fields)
  return fields
}

/** The table of an entity, for a statement. */
export function tableOf<entity extends object>(em: EntityManager, of: EntityClass<entity>): string {
  const { schema, tableName } = em.getMetadata().get(of)
  return `${schema}.${tableName}`
}

/** The column of a property and its type, for a statement. */
export function columnOf<entity extends object>(
  em: EntityManager,
  of: EntityClass<entity>,
  property: string,
): { name: string; type: KeyType } {
  const found = em.getMetadata().get(of).properties[property as never] as { fieldNames?: string[]; columnTypes?: string[] } | undefined
  const [name] = found?.fieldNames ?? []
  const [type] = found?.columnTypes ?? []
  if (!name || !type) throw new Error(`${of.name} has no column for ${property}`)
  return { name: `"${name}"`, type: type === 'uuid' ? 'uuid' : type.startsWith('big') ? 'bigint' : 'text' }
}
