import { sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { KeyType } from './connection.ts'

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

/** Which rows of a list are wanted: at most `limit`, after the key `after`, with these values in these columns. */
export interface Slice {
  readonly limit: number | null
  readonly after?: string | null
  readonly filters?: Readonly<Record<string, unknown>>
}

/** Reads the rows of a list for many parents in one statement, in order; the list of a parent that has none is empty. */
export async function rowsOf<entity extends object>(
  em: EntityManager,
  list: List<entity>,
  { parents, limit, after = null }: Slice & { parents: readonly string[] },
): Promise<entity[][]> {
  const key = columnOf(em, list.of, list.key)
  const owner = list.by === null ? null : columnOf(em, list.of, list.by).name
  const direction = list.descending ? 'desc' : 'asc'
  // `any` and the owner in the order leave the planner no index but the one on (owner, key): it would rather walk all rows by key.
  const owned = owner === null ? '' : `t.${owner} = any(array[parent.id]) and`
  const order = `${owner === null ? '' : `t.${owner} ${direction}, `}t.${key.name} ${direction}`
  const beyond = after === null ? '' : `and t.${key.name} ${list.descending ? '<' : '>'} $3::${key.type}`
  const rows = await sql<Record<string, unknown>>(
    em,
    `/* ${list.name} */
     select parent.n as parent_n, t.* from unnest($1::uuid[]) with ordinality as parent(id, n)
     cross join lateral (select t.* from ${tableOf(em, list.of)} t where ${owned} (${list.where}) ${beyond} order by ${order} limit $2) t
     order by parent.n, t.${key.name} ${direction}`,
    after === null ? [parents, limit] : [parents, limit, after],
  )
  const found = hydrate(em, list.of, rows)
  const lists = parents.map((): entity[] => [])
  for (const [index, { parent_n }] of rows.entries()) {
    const row = found[index]
    if (row) lists[Number(parent_n) - 1]?.push(row)
  }
  return lists
}

/** Reads rows of a list that has no parent, in order. */
export async function rowsIn<entity extends object>(
  em: EntityManager,
  list: List<entity>,
  { limit, after = null, filters = {} }: Slice,
): Promise<entity[]> {
  const key = columnOf(em, list.of, list.key)
  const given = Object.entries(filters).filter(([, value]) => value !== null && value !== undefined)
  const conditions = given.map(([property], index) => `and t.${columnOf(em, list.of, property).name} = $${index + 2}`)
  if (after !== null) conditions.push(`and t.${key.name} ${list.descending ? '<' : '>'} $${given.length + 2}::${key.type}`)
  const rows = await sql<Record<string, unknown>>(
    em,
    `/* ${list.name} */
     select t.* from ${tableOf(em, list.of)} t where (${list.where}) ${conditions.join(' ')}
     order by t.${key.name} ${list.descending ? 'desc' : 'asc'} limit $1`,
    [limit, ...given.map(([, value]) => value), ...(after === null ? [] : [after])],
  )
  return hydrate(em, list.of, rows)
}

/** Reads the rows that have one of `values` in a unique column, in one statement and in that order; `null` for what is absent. */
export async function rowsBy<entity extends object>(
  em: EntityManager,
  of: EntityClass<entity>,
  { property, values }: { property: keyof entity & string; values: readonly string[] },
): Promise<(entity | null)[]> {
  const { name, type } = columnOf(em, of, property)
  const rows = await sql<Record<string, unknown>>(
    em,
    `/* ${of.name}.${property} */ select t.* from ${tableOf(em, of)} t where t.${name} = any($1::${type}[])`,
    [values],
  )
  const found = new Map(hydrate(em, of, rows).map(row => [row[property] as string, row]))
  return values.map(value => found.get(value) ?? null)
}

/** Makes entities of rows as the driver gives them, outside the unit of work of `em`. */
export function hydrate<entity extends object>(
  em: EntityManager,
  of: EntityClass<entity>,
  rows: readonly Record<string, unknown>[],
): entity[] {
  const apart = em.fork({ keepTransactionContext: true })
  return rows.map(row => apart.map(of, row as never))
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
