import fc from 'fast-check'
import { describe, expect } from 'vitest'
import {
  DataLocation,
  type ExecutedObsUnit,
  fill,
  foldPath,
  InstrumentModule,
  newId,
  Operation,
  PACKAGE_BYTES,
  PhysicalCopy,
  planPackages,
  RawDataFile,
  RawDataPackage,
  sql,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { test } from '../jobs/bench.ts'
import { makeObservation, type Topology } from '../make.ts'

interface Filed {
  readonly executionId: string
  readonly path: string
  readonly bytes?: number
  readonly moduleId?: string
  readonly locationId?: string
}

/** The rows of one filed file; it has no bytes anywhere, for planning reads none. */
async function fileOne(
  em: EntityManager,
  { module, locations }: Topology,
  { executionId, path, bytes = 10, ...rest }: Filed,
): Promise<void> {
  const fork = em.fork()
  const { moduleId = module.id, locationId = locations.source.id } = rest
  const file = fork.create(RawDataFile, { id: newId(), executionId, moduleId, path, pathFold: foldPath(path), bytes })
  fork.create(PhysicalCopy, { id: newId(), locationId, fileId: file.id, path, bytes })
  await fork.flush()
}

async function makeExecution(em: EntityManager, topology: Topology): Promise<ExecutedObsUnit> {
  return (await makeObservation(em, topology, {})).execution
}

const plan = (em: EntityManager, executionId: string | null = null) => em.fork().transactional(em => planPackages(em, { executionId }))

async function waitingForLocks(em: EntityManager): Promise<number> {
  const [row] = await sql<{ count: number }>(
    em,
    `/* test: waiting */ select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return row?.count ?? 0
}

/** The packages of an execution in their order, each with the paths of its files. */
async function packagesOf(em: EntityManager, executionId: string): Promise<(RawDataPackage & { paths: string[] })[]> {
  const packages = await em.fork().find(RawDataPackage, { executionId }, { orderBy: { moduleId: 'asc', sequence: 'asc' } })
  const files = await em.fork().find(RawDataFile, { executionId }, { orderBy: { path: 'asc' } })
  return packages.map(pkg => Object.assign(pkg, { paths: files.filter(({ packageId }) => packageId === pkg.id).map(({ path }) => path) }))
}

describe('filling', () => {
  test('keeps the order, loses nothing, and cuts only where the next would be too much', () => {
    const sizes = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 200 }).map(bytes => (bytes % 2 ? bytes : String(bytes))) }))
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 300 }), (files, limit) => {
        const portions = fill(files, limit)
        const sums = portions.map(portion => portion.reduce((sum, { bytes }) => sum + Number(bytes), 0))

        expect(portions.flat()).toEqual(files)
        for (const [index, portion] of portions.entries()) {
          expect(portion.length).toBeGreaterThan(0)
          expect((sums[index] ?? 0) <= limit || portion.length === 1).toBe(true)
          const following = portions[index + 1]?.[0]
          if (following) expect((sums[index] ?? 0) + Number(following.bytes)).toBeGreaterThan(limit)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('planning packages', () => {
  test('UC-2.1 makes one of each execution, module and location, and asks for its packaging there', async ({ em, topology }) => {
    const { module, instrument, locations, sites } = topology
    const other = em.create(InstrumentModule, { id: newId(), instrumentId: instrument.id, name: 'm2', title: 'Another' })
    const second = em.create(DataLocation, {
      id: newId(),
      siteId: sites.chile.id,
      name: `source-two-${newId()}`,
      type: 'SOURCE',
      storage: 'DISK',
      root: '/nowhere',
      failureDomain: 'two',
      instrumentId: instrument.id,
    })
    await em.flush()
    const [a, b] = [await makeExecution(em, topology), await makeExecution(em, topology)]
    await fileOne(em, topology, { executionId: a.id, path: 'a/2.dat' })
    await fileOne(em, topology, { executionId: a.id, path: 'a/1.dat', bytes: 5 })
    await fileOne(em, topology, { executionId: a.id, path: 'a/elsewhere.dat', locationId: second.id })
    await fileOne(em, topology, { executionId: a.id, path: 'a/other.dat', moduleId: other.id })
    await fileOne(em, topology, { executionId: b.id, path: 'b.dat' })

    const nudges = await plan(em, a.id)

    const made = await packagesOf(em, a.id)
    expect(made.map(({ moduleId, sequence, paths }) => ({ moduleId, sequence, paths }))).toEqual([
      { moduleId: module.id, sequence: 1, paths: ['a/1.dat', 'a/2.dat'] },
      { moduleId: module.id, sequence: 2, paths: ['a/elsewhere.dat'] },
      { moduleId: other.id, sequence: 1, paths: ['a/other.dat'] },
    ])
    expect(made[0]).toMatchObject({ status: 'SCHEDULED', state: 'WAITING', fileCount: 2, fileBytes: 15, bytes: null, digest: null })
    const operations = await em.fork().find(Operation, { kind: 'packaging', packageId: made.map(({ id }) => id) })
    expect(new Map(operations.map(({ subjectId, locationId }) => [subjectId, locationId]))).toEqual(
      new Map(made.map(({ id }, index) => [id, index === 1 ? second.id : locations.source.id])),
    )
    expect(nudges.map(({ operationId }) => operationId).sort()).toEqual(operations.map(({ id }) => id).sort())
    expect(await packagesOf(em, b.id)).toEqual([])
  })

  test('names a package and its path by instrument, module, start, execution and number', async ({ em, topology }) => {
    const execution = await makeExecution(em, topology)
    await fileOne(em, topology, { executionId: execution.id, path: 'named.dat' })
    await plan(em, execution.id)

    const [made] = await packagesOf(em, execution.id)
    const { name: instrument } = topology.instrument
    const start = execution.startedAt.toISOString().replace(/[-:]|\.\d+/g, '')
    expect(made?.name).toBe(`${instrument}_m1_${start}_${execution.id.slice(-8)}_0001`)
    expect(made?.path).toBe(`${instrument}/${execution.startedAt.toISOString().slice(0, 10)}/${made?.name}.tar`)
  })

  test('cuts at 50 GB in the order of the paths, and gives a larger file a package of its own', async ({ em, topology }) => {
    const { id: executionId } = await makeExecution(em, topology)
    for (const [path, bytes] of [
      ['1', 30e9],
      // With what a tar has besides its files, these are less than 50 GB, and would be more with another.
      ['2', 20e9 - 14_336],
      ['3', 1],
      ['4', PACKAGE_BYTES],
      ['5', 2],
    ] as const) {
      await fileOne(em, topology, { executionId, path: `cut/${path}`, bytes })
    }
    await plan(em, executionId)

    expect((await packagesOf(em, executionId)).map(({ paths, fileBytes }) => [paths.join(' '), fileBytes])).toEqual([
      ['cut/1 cut/2', 50e9 - 14_336],
      ['cut/3', 1],
      ['cut/4', PACKAGE_BYTES],
      ['cut/5', 2],
    ])
  })

  test('waits until nothing was filed for as long as the location takes to settle, unless the execution is named', async ({
    em,
    topology,
  }) => {
    const { source } = topology.locations
    await em.nativeUpdate(DataLocation, { id: source.id }, { settleS: 600 })
    const [settled, fresh] = [await makeExecution(em, topology), await makeExecution(em, topology)]
    for (const { id } of [settled, fresh]) {
      await fileOne(em, topology, { executionId: id, path: `${id}/a.dat` })
      await fileOne(em, topology, { executionId: id, path: `${id}/b.dat` })
    }
    const ago = (executionId: string, seconds: number, like = '%') =>
      sql(
        em,
        `/* test: ago */ update data_package.raw_data_file set filed_at = now() - make_interval(secs => $2) where execution_id = $1 and path like $3`,
        [executionId, seconds, like],
      )
    await ago(settled.id, 601)
    await ago(fresh.id, 601)
    await ago(fresh.id, 590, '%b.dat')

    await plan(em)
    expect(await packagesOf(em, settled.id)).toMatchObject([{ fileCount: 2 }])
    expect(await packagesOf(em, fresh.id)).toEqual([])
    await plan(em, fresh.id)
    expect(await packagesOf(em, fresh.id)).toMatchObject([{ fileCount: 2 }])
  })

  test('changes nothing a second time, and goes on with the numbers when more is filed', async ({ em, topology }) => {
    const { id: executionId } = await makeExecution(em, topology)
    await fileOne(em, topology, { executionId, path: 'more/1.dat' })
    await plan(em, executionId)
    const before = await packagesOf(em, executionId)

    expect(await plan(em, executionId)).toEqual([])
    expect(await plan(em)).toEqual([])
    expect(await packagesOf(em, executionId)).toEqual(before)
    await fileOne(em, topology, { executionId, path: 'more/2.dat' })
    expect(await plan(em, executionId)).toHaveLength(1)
    expect((await packagesOf(em, executionId)).map(({ sequence, paths }) => [sequence, ...paths])).toEqual([
      [1, 'more/1.dat'],
      [2, 'more/2.dat'],
    ])
  })

  test('makes each package once when several plan at the same time, and more is filed meanwhile', async ({ em, topology }) => {
    const { id: executionId } = await makeExecution(em, topology)
    await fileOne(em, topology, { executionId, path: 'race/1.dat' })
    const release = Promise.withResolvers<void>()
    const planned = Promise.withResolvers<void>()
    const first = em.fork().transactional(async em => {
      await planPackages(em, { executionId })
      planned.resolve()
      await release.promise
    })
    await planned.promise
    const second = plan(em, executionId)
    try {
      await fileOne(em, topology, { executionId, path: 'race/2.dat' })
      await expect.poll(() => waitingForLocks(em)).toBe(1)
    } finally {
      release.resolve()
    }
    await Promise.all([first, second])
    await plan(em, executionId)

    expect((await packagesOf(em, executionId)).map(({ sequence, paths }) => [sequence, ...paths])).toEqual([
      [1, 'race/1.dat'],
      [2, 'race/2.dat'],
    ])
  })
})
