import { Refusal } from '@almagest/schema'

/** The arguments of every list that comes in pages. */
export interface PageArgs {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

/** One page of a list. */
export interface Connection<node> {
  readonly nodes: node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** The sizes of a page: the largest, and that of one that asks for none. */
const MOST = 200
const DEFAULT = 50

/** The types of column by which a list can be ordered, and what a cursor must hold for each. */
const KEYS = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  bigint: /^\d{1,18}$/,
  text: /^[^\0]*$/,
} as const
/** The type of a column by which a list is ordered. */
export type KeyType = keyof typeof KEYS

/** Returns the size of the page asked for, or refuses with BAD_INPUT one that is not 1 to 200. */
export function sizeOf({ first }: PageArgs): number {
  const size = first ?? DEFAULT
  if (!Number.isInteger(size) || size < 1 || size > MOST) throw new Refusal('BAD_INPUT', `first: must be between 1 and ${MOST}`)
  return size
}

/** Makes the cursor of a row: the list that it belongs to, and its key there. */
export function toCursor(list: string, key: string | number): string {
  return Buffer.from(JSON.stringify([list, String(key)])).toString('base64url')
}

/** Returns the key in a cursor, `null` for none; refuses with BAD_INPUT a cursor that this list did not make. */
export function keyAfter({ after }: PageArgs, { list, type }: { list: string; type: KeyType }): string | null {
  if (after === null || after === undefined) return null
  const [from, key, ...rest] = readCursor(after)
  if (from !== list || typeof key !== 'string' || !KEYS[type].test(key) || rest.length > 0) {
    throw new Refusal('BAD_INPUT', 'after: must be the endCursor of a page of this list')
  }
  return key
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
  { size, cursor }: { size: number; cursor: (row: node) => string },
): Connection<node> {
  const nodes = rows.slice(0, size)
  const last = nodes.at(-1)
  return { nodes, pageInfo: { hasNextPage: rows.length > size, endCursor: last === undefined ? null : cursor(last) } }
}
