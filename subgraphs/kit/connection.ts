import { Refusal } from '@almagest/schema'
import type { TotalCount } from './count.ts'

/** The arguments of every list that comes in pages. */
export interface PageArgs {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

/** One page of a list. */
export interface Connection<node> {
  readonly nodes: node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount: TotalCount
}

/** The sizes of a page: the largest, and that of one that asks for none. */
const MOST = 200
const DEFAULT = 50

/** The longest cursor: a name or a path, escaped, beside what else it holds. */
const CURSOR = 16_384

/** The types of column by which a list can be ordered, and what a cursor must hold for each; of a moment its microseconds since 1970. */
const KEYS = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  bigint: /^-?\d{1,18}$/,
  text: /^[^\0]*$/,
  moment: /^-?\d{1,16}$/,
} as const
/** The type of a column by which a list is ordered. */
export type KeyType = keyof typeof KEYS

/** Returns the size of the page asked for, or refuses with BAD_INPUT one that is not 1 to 200. */
export function sizeOf({ first }: PageArgs): number {
  const size = first ?? DEFAULT
  if (!Number.isInteger(size) || size < 1 || size > MOST) throw new Refusal('BAD_INPUT', `first: must be between 1 and ${MOST}`)
  return size
}

/** Makes the cursor of a row: the list, or the order of a list, that it belongs to, and its keys there. */
export function toCursor(order: string, keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([order, ...keys.map(String)])).toString('base64url')
}

/** Returns the keys in a cursor, `null` for none; refuses with BAD_INPUT a cursor that was not made for this list and order. */
export function keysAfter({ after }: PageArgs, { order, types }: { order: string; types: readonly KeyType[] }): string[] | null {
  if (after === null || after === undefined) return null
  const [from, ...keys] = after.length > CURSOR ? [] : readCursor(after)
  const fits = keys.length === types.length && types.every((type, index) => isKey(keys[index], type))
  if (from !== order || !fits) throw new Refusal('BAD_INPUT', 'after: must be the endCursor of a page of this list, in this order')
  return keys as string[]
}

function isKey(key: unknown, type: KeyType): key is string {
  return typeof key === 'string' && key.isWellFormed() && KEYS[type].test(key)
}

function readCursor(cursor: string): unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(read) ? read : []
  } catch {
    return []
  }
}

/** Cuts one row more than `size` down to a page. */
export function toConnection<node>(
  rows: readonly node[],
  { size, cursor, count }: { size: number; cursor: (row: node, index: number) => string; count: TotalCount['read'] },
): Connection<node> {
  const nodes = rows.slice(0, size)
  const last = nodes.at(-1)
  return {
    nodes,
    pageInfo: { hasNextPage: rows.length > size, endCursor: last === undefined ? null : cursor(last, nodes.length - 1) },
    totalCount: { read: count },
  }
}
