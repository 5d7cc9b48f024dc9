import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { foldPath, PACKAGE_STATES, QUALITIES, STATUSES } from '@almagest/schema'
import { fits, is, makeCatalogue, type Catalogue, type Filter } from './catalogue.ts'
import { test as base, type Served } from './serve.ts'

const test = base.extend<{ readonly catalogue: Catalogue }>({
  catalogue: [async ({ orm }, use) => use(await makeCatalogue(orm.em.fork(), 20_261_121)), { scope: 'file' }],
})

interface Order {
  readonly field: string
  readonly direction: 'ASC' | 'DESC'
}

/** All rows of a list, page by page, and its total. */
async function walk(
  api: Served,
  { list, type, filter, orderBy, first }: { list: string; type: string; filter: Filter; orderBy: Order | null; first: number },
): Promise<{ ids: string[]; total: unknown }> {
  const query = `query ($filter: ${type}Filter, $orderBy: ${type}Order, $first: Int, $after: String, $begin: Boolean!) {
    page: ${list}(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } totalCount @include(if: $begin) { value exact } } }`
  const ids: string[] = []
  let after: string | null = null
  let total: unknown = null
  for (;;) {
    const { data, errors } = await api.ask(query, { filter, orderBy, first, after, begin: after === null })
    if (errors) throw new Error(JSON.stringify(errors))
    const { nodes, pageInfo, totalCount } = data.page
    ids.push(...nodes.map(({ id }: { id: string }) => id))
    total ??= totalCount
    if (!pageInfo.hasNextPage) return { ids, total }
    after = pageInfo.endCursor
  }
}

const order = (...fields: string[]) =>
  fc.record({ field: fc.constantFrom(...fields), direction: fc.constantFrom('ASC' as const, 'DESC' as const) })

/** Some conditions, each with what may be found and with what is not there. */
function observed({ executions }: Catalogue) {
  const moments = fc.integer({ min: 0, max: 40 }).map(hour => new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000).toISOString())
  const text = fc
    .array(
      fc.constantFrom(
        'orion',
        'KL',
        'ärger',
        'ÄRGER',
        'Σοφος',
        '%',
        '_',
        'a_b',
        '\\',
        'P-',
        '1',
        'm1',
        'camera',
        'i̇',
        'u4',
        'fits',
        'pack',
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map(words => words.join(' '))
  return {
    program: fc.constantFrom('P-0', 'P-1', 'P-2', 'absent'),
    instrument: fc.constantFrom('camera-0', 'camera-1', 'absent'),
    module: fc.constantFrom('m1', 'Orion-module', 'absent'),
    source: fc.constantFrom(...executions.map(({ source }) => source.name), 'absent'),
    quality: fc.shuffledSubarray([...QUALITIES], { minLength: 1 }),
    startedFrom: moments,
    startedBefore: moments,
    cone: fc.record({
      raDeg: fc.constantFrom(0, 359.99, 180, 10),
      decDeg: fc.constantFrom(0, 90, -90, 89.9),
      radiusDeg: fc.constantFrom(0.001, 0.2, 45.5, 91, 180),
    }),
    text,
    execution: fc.constantFrom(...executions.map(({ execution }) => execution.id)),
  }
}

/** A few of these conditions at a time: all of them at once are never fulfilled. */
function some<values extends Record<string, fc.Arbitrary<unknown>>>(all: values): fc.Arbitrary<Filter> {
  return fc
    .subarray(Object.keys(all), { maxLength: 3 })
    .chain(keys => fc.record(Object.fromEntries(keys.map(key => [key, all[key] as fc.Arbitrary<unknown>]))) as fc.Arbitrary<Filter>)
    .filter(({ startedFrom: from, startedBefore: before }) => from === undefined || before === undefined || from < before)
}

/** Compares strings by their code points, as UTF-8 does by its bytes. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b)
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function sorted<row>(rows: readonly row[], { direction }: Order, keys: (row: row) => (string | number)[]): row[] {
  const ordered = rows.toSorted((a, b) => {
    const theirs = keys(b)
    return keys(a).reduce<number>((sign, key, index) => sign || compare(key, theirs[index] ?? ''), 0)
  })
  return direction === 'DESC' ? ordered.toReversed() : ordered
}

/** Into how many pages what is found is cut. */
const cut = fc.integer({ min: 1, max: 4 })
const sizeOf = (rows: readonly unknown[], pages: number): number => Math.min(Math.max(Math.ceil(rows.length / pages), 1), 200)

describe('whatever is asked', () => {
  test('UC-7.1 executions are those that a reader of all rows would find, in order, on pages of any size', async ({
    observationApi,
    catalogue,
  }) => {
    const { execution: _, ...conditions } = observed(catalogue)
    await fc.assert(
      fc.asyncProperty(some(conditions), order('ID', 'STARTED_AT', 'FILED_AT'), cut, async (filter, orderBy, pages) => {
        const found = catalogue.executions.filter(
          executed =>
            fits(
              filter,
              executed,
              executed.modules.map(({ name }) => name),
            ) &&
            (filter.module === undefined ||
              catalogue.files.some(({ execution, module }) => execution === executed.execution && module.name === filter.module)),
        )
        const wanted = sorted(found, orderBy, ({ execution: { id, startedAt, filedAt } }) =>
          orderBy.field === 'ID' ? [id] : [(orderBy.field === 'STARTED_AT' ? startedAt : filedAt).getTime(), id],
        )
        const all = await walk(observationApi, {
          list: 'executedObsUnits',
          type: 'ExecutedObsUnit',
          filter,
          orderBy,
          first: sizeOf(wanted, pages),
        })
        expect(all.ids).toEqual(wanted.map(({ execution }) => execution.id))
        expect(all.total).toEqual({ value: wanted.length, exact: true })
      }),
      { numRuns: 40 },
    )
  })

  test('UC-7.1 files are those that a reader of all rows would find, in order, on pages of any size', async ({
    dataPackageApi,
    catalogue,
  }) => {
    const conditions = {
      ...observed(catalogue),
      package: fc.constantFrom(...catalogue.packages.map(({ row }) => row.id)),
      packaged: fc.boolean(),
      path: fc.constantFrom(...catalogue.files.map(({ row }) => row.path), '2026/absent'),
      pathPrefix: fc.constantFrom('2026', '2026/', '2026/a', '2026/A/', '2026/a\u0308', 'e', 'é', 'e\u0301', 'Ω/1/scan_', 'Ω/1/scan%', 'ω'),
    }
    const orders = fc.option(order('EXECUTION', 'STARTED_AT', 'PATH'))
    await fc.assert(
      fc.asyncProperty(some(conditions), orders, cut, async (filter, orderBy, pages) => {
        const byPath = filter.path !== undefined || filter.pathPrefix !== undefined
        const small = filter.execution !== undefined || filter.package !== undefined
        const by = orderBy ?? { field: byPath ? 'PATH' : 'EXECUTION', direction: 'ASC' as const }
        fc.pre(by.field === 'PATH' ? byPath || small || Object.keys(filter).length === 0 : !byPath || small)
        const found = catalogue.files.filter(
          file =>
            fits(filter, file, [file.module.name, file.row.path]) &&
            is(filter.module, file.module.name) &&
            is(filter.package, file.row.packageId) &&
            is(filter.packaged, file.row.packageId !== null) &&
            is(filter.path, file.row.path) &&
            file.row.path.startsWith(filter.pathPrefix ?? '') &&
            file.row.pathFold.startsWith(foldPath(filter.pathPrefix ?? '')),
        )
        const wanted = sorted(found, by, ({ execution, row }) =>
          by.field === 'PATH'
            ? [row.pathFold, row.moduleId]
            : by.field === 'EXECUTION'
              ? [execution.id, row.id]
              : [execution.startedAt.getTime(), execution.id, row.id],
        )
        const all = await walk(dataPackageApi, { list: 'rawDataFiles', type: 'RawDataFile', filter, orderBy, first: sizeOf(wanted, pages) })
        expect(all.ids).toEqual(wanted.map(({ row }) => row.id))
        expect(all.total).toEqual({ value: wanted.length, exact: true })
      }),
      { numRuns: 80 },
    )
  })

  test('UC-7.1 packages are those that a reader of all rows would find, in order, on pages of any size', async ({
    dataPackageApi,
    catalogue,
  }) => {
    const conditions = {
      ...observed(catalogue),
      status: fc.shuffledSubarray([...STATUSES], { minLength: 1 }),
      state: fc.shuffledSubarray([...PACKAGE_STATES], { minLength: 1 }),
    }
    await fc.assert(
      fc.asyncProperty(some(conditions), order('ID', 'NAME', 'STARTED_AT', 'PRIORITY', 'BYTES'), cut, async (filter, orderBy, pages) => {
        const found = catalogue.packages.filter(
          tar =>
            fits(filter, tar, [tar.module.name, tar.row.name]) &&
            is(filter.module, tar.module.name) &&
            (filter.status?.includes(tar.row.status) ?? true) &&
            (filter.state?.includes(tar.row.state) ?? true),
        )
        const wanted = sorted(found, orderBy, ({ execution, row }) => {
          const keys = {
            NAME: [row.name],
            STARTED_AT: [execution.startedAt.getTime(), execution.id],
            PRIORITY: [row.priority],
            BYTES: [row.fileBytes],
          }
          return [...(keys[orderBy.field as keyof typeof keys] ?? []), row.id]
        })
        const all = await walk(dataPackageApi, {
          list: 'rawDataPackages',
          type: 'RawDataPackage',
          filter,
          orderBy,
          first: sizeOf(wanted, pages),
        })
        expect(all.ids).toEqual(wanted.map(({ row }) => row.id))
        expect(all.total).toEqual({ value: wanted.length, exact: true })
      }),
      { numRuns: 40 },
    )
  })
})
