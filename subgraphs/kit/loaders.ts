import DataLoader from 'dataloader'
import { Refusal } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { keysAfter, sizeOf, toConnection, toCursor, type Connection, type PageArgs } from './connection.ts'
import { columnOf, countIn, countsOf, rowsBy, rowsIn, rowsOf, type EntityClass, type List } from './list.ts'
import { isId } from './input.ts'
import { pageOf, type Search } from './search.ts'
import type { TotalCount } from './count.ts'

/** Reads something for many ids at once; the answers are in the order of the ids. */
export type Batch<value> = (em: EntityManager, ids: readonly string[]) => Promise<value[]>

/** Reads of one request: what is asked for by many resolvers at the same moment is read by one statement. */
export interface Loaders {
  /** The row with that id, `null` if there is none or no id; refuses with BAD_INPUT an id that is not a UUID. */
  find<entity extends object>(of: EntityClass<entity>, id: string | null | undefined): Promise<entity | null>
  /** The row with that id, which exists: another row refers to it. */
  get<entity extends object>(of: EntityClass<entity>, id: string): Promise<entity>
  /** The row that has `value` in a unique column of text; `null` if there is none. */
  findBy<entity extends object>(of: EntityClass<entity>, property: keyof entity & string, value: string): Promise<entity | null>
  /** The row that another subgraph refers to by its key; `null` if there is none or the key is malformed. */
  refer<entity extends object>(of: EntityClass<entity>, reference: { readonly id?: unknown }): Promise<entity | null>
  /** One page of a list of one parent; refuses with BAD_INPUT a bad size or a cursor from elsewhere. */
  pageOf<entity extends object>(list: List<entity>, parentId: string, args: PageArgs): Promise<Connection<entity>>
  /** The whole list of one parent, or its first `limit` rows: only for what stays small. */
  allOf<entity extends object>(list: List<entity>, parentId: string): Promise<entity[]>
  /** One page of a list without parent, of the rows that have these values; `null` and undefined are no filter. */
  page<entity extends object>(
    list: List<entity>,
    args: PageArgs,
    filters?: { readonly [key in keyof entity]?: unknown },
  ): Promise<Connection<entity>>
  /** One page of a search; refuses with BAD_INPUT a bad size and a cursor of another list or order. */
  search<entity extends object>(search: Search<entity>, args: PageArgs): Promise<Connection<entity>>
  /** The whole list without parent: only for what stays small. */
  all<entity extends object>(list: List<entity>): Promise<entity[]>
  /** What `batch` reads for that id, together with all the others asked for at the same moment. */
  through<value>(batch: Batch<value>, id: string): Promise<value>
  /** Forgets what was read: a mutation has changed it. */
  clear(): void
}

/** Opens the loaders of one request. */
export function openLoaders(em: EntityManager): Loaders {
  let opened = new Map<unknown, Map<string, DataLoader<string, unknown>>>()

  function load<value>(
    id: string,
    { by, as, read }: { by: unknown; as: string; read: (ids: readonly string[]) => Promise<value[]> },
  ): Promise<value> {
    const group = opened.get(by) ?? new Map<string, DataLoader<string, unknown>>()
    opened.set(by, group)
    const loader = group.get(as) ?? new DataLoader<string, unknown>(read)
    group.set(as, loader)
    return loader.load(id) as Promise<value>
  }

  function findBy<entity extends object>(of: EntityClass<entity>, property: keyof entity & string, value: string): Promise<entity | null> {
    return load(value, { by: of, as: property, read: values => rowsBy(em, of, { property, values }) })
  }

  function paging<entity extends object>(list: List<entity>, args: PageArgs) {
    const size = sizeOf(args)
    const [after = null] = keysAfter(args, { order: list.name, types: [columnOf(em, list.of, list.key).type] }) ?? []
    const cursor = (row: entity) => toCursor(list.name, [row[list.key] as string | number])
    return {
      slice: { limit: size + 1, after },
      as: JSON.stringify([size, after]),
      cut: (rows: readonly entity[], count: TotalCount['read']) => toConnection(rows, { size, cursor, count }),
    }
  }

  return {
    async find(of, id) {
      if (id === null || id === undefined) return null
      if (!isId(id)) throw new Refusal('BAD_INPUT', `id: ${JSON.stringify(String(id).slice(0, 100))} is not a UUID`)
      return findBy(of, 'id' as never, id.toLowerCase())
    },
    async get(of, id) {
      const row = await findBy(of, 'id' as never, id)
      if (!row) throw new Error(`there is no ${of.name} ${id}, which another row refers to`)
      return row
    },
    async findBy(of, property, value) {
      return value.includes('\0') ? null : findBy(of, property, value)
    },
    async refer(of, { id }) {
      return isId(id) ? findBy(of, 'id' as never, id.toLowerCase()) : null
    },
    async pageOf(list, parentId, args) {
      const { slice, as, cut } = paging(list, args)
      const rows = await load(parentId, { by: list, as, read: parents => rowsOf(em, list, { ...slice, parents }) })
      return cut(rows, () => load(parentId, { by: list, as: 'count', read: parents => countsOf(em, list, parents) }))
    },
    allOf(list, parentId) {
      return load(parentId, { by: list, as: 'all', read: parents => rowsOf(em, list, { limit: list.limit, parents }) })
    },
    async page(list, args, filters = {}) {
      const { slice, cut } = paging(list, args)
      return cut(
        await rowsIn(em, list, { ...slice, filters }),
        once(() => countIn(em, list, filters)),
      )
    },
    search(search, args) {
      return pageOf(em, search, args, once)
    },
    all(list) {
      return rowsIn(em, list, { limit: list.limit })
    },
    through(batch, id) {
      return load(id, { by: batch, as: 'batch', read: ids => batch(em, ids) })
    },
    clear() {
      opened = new Map()
    },
  }
}

function once<value>(read: () => Promise<value>): () => Promise<value> {
  let reading: Promise<value> | null = null
  return () => (reading ??= read())
}
