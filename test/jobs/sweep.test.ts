import { describe, expect } from 'vitest'
import {
  DataTransfer,
  newId,
  Operation,
  Outage,
  PhysicalCopy,
  RawDataFile,
  RawDataPackage,
  sql,
  StagedPackage,
  StagingRequest,
  type JobQueue,
} from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { perform, sweep } from '@almagest/jobs'
import { startFaultProxy } from '../faults/proxy.ts'
import { makeObservation, settle, type Topology } from '../make.ts'
import { attempt, getOperation, makeDue } from './attempt.ts'
import { test } from './bench.ts'
import { FILES, makeHeldPackage, makePackage, planPackage } from './made.ts'

const never = new AbortController().signal

/** Whether a sweep waits for a table. */
const WAITS = `/* test: waits */ select from pg_locks
  where not granted and relation = 'staging.staging_request'::regclass and database = (select oid from pg_database where datname = current_database())`

/** A queue that remembers what it was told. */
function ledger(): JobQueue & { readonly told: string[] } {
  const told: string[] = []
  return {
    told,
    nudge: nudges => Promise.resolve(void told.push(...nudges.map(({ operationId }) => operationId))),
    canary: () => Promise.resolve(false),
    forgot: () => Promise.resolve(false),
    open: () => {
      throw new Error('there is none')
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** The kinds of work that were asked for at the locations of a topology, and how they stand. */
async function askedFor(em: { fork(): typeof em } & Parameters<typeof sql>[0], { locations }: Topology): Promise<string[]> {
  const rows = await em.fork().find(Operation, { locationId: Object.values(locations).map(({ id }) => id) }, { orderBy: { id: 'asc' } })
  return rows.map(({ kind, state }) => `${kind} ${state}`)
}

describe('a sweep', () => {
  test('UC-8.2 asks for all that the rows call for, with no Redis at all, and asks once', async ({ em, world, topology }) => {
    await makeObservation(em, topology, FILES)

    expect(await sweep(world, null)).toBe(true)

    const asked = await askedFor(em, topology)
    expect(asked.toSorted()).toEqual(['packaging READY', 'scan READY'])
    await sweep(world, null)
    await sweep(world, null)
    expect(await askedFor(em, topology)).toEqual(asked)
    expect(await em.fork().count(RawDataPackage, { moduleId: topology.module.id })).toBe(1)
  })

  test('UC-8.2 alone brings a file from SOURCE to both archives, without a queue', async ({ em, world, topology }) => {
    await makeObservation(em, topology, FILES)
    await settle(world)

    const [pkg] = await em.fork().find(RawDataPackage, { moduleId: topology.module.id })
    const { cologneArchive, gentArchive } = topology.locations
    expect(await em.fork().find(PhysicalCopy, { packageId: pkg?.id ?? '', status: 'PRESENT' }, { orderBy: { id: 'asc' } })).toMatchObject(
      [cologneArchive, gentArchive].map(({ id }) => ({ locationId: id, verificationLevel: 2 })),
    )
    const before = await em.fork().count(Operation, {})
    const transfers = await em.fork().count(DataTransfer, {})
    await sweep(world, null)
    await sweep(world, null)
    expect([await em.fork().count(Operation, {}), await em.fork().count(DataTransfer, {})]).toEqual([before, transfers])
    expect(await em.fork().count(RawDataFile, { packageId: pkg?.id ?? '' })).toBe(3)
  })

  test('does not make again what FAILED', async ({ em, world, topology }) => {
    const id = await planPackage(em, { topology })
    const operation = await getOperation(world, 'packaging', id)
    await sql(em, `/* test: failed */ update storage.operation set state = 'FAILED' where id = $1`, [operation.id])
    await sql(em, `/* test: failed */ update data_package.raw_data_package set status = 'FAILED' where id = $1`, [id])
    const { pkg } = await makePackage(world, em, { topology })
    await sweep(world, null)
    const copy = await em.fork().findOneOrFail(PhysicalCopy, { packageId: pkg.id })
    await sql(em, `/* test: failed */ update storage.operation set state = 'FAILED' where subject_id = $1`, [copy.id])

    await sweep(world, null)

    expect(await em.fork().count(Operation, { subjectId: id })).toBe(1)
    expect(await em.fork().find(Operation, { subjectId: copy.id })).toMatchObject([{ kind: 'checksum', state: 'FAILED' }])
  })

  test('nudges what is new; again after a minute without an answer; and all that is due at once when Redis forgot', async ({
    em,
    world,
    topology,
  }) => {
    const queue = ledger()
    await makeObservation(em, topology, FILES)
    await sweep(world, queue)
    const ids = (await em.fork().find(Operation, { locationId: topology.locations.source.id }, { orderBy: { id: 'asc' } })).map(
      ({ id }) => id,
    )
    expect(queue.told.splice(0).sort()).toEqual(ids)

    await sweep(world, queue)
    expect(queue.told).toEqual([])
    await sweep(world, queue, { forgotten: true })
    expect(queue.told.splice(0).sort()).toEqual(ids)
    await sql(
      em,
      `/* test: a minute */ update storage.operation set dispatched_at = now() - interval '59 s', next_run_at = now() - interval '59 s' where id = any($1::uuid[])`,
      [ids],
    )
    await sweep(world, queue)
    expect(queue.told).toEqual([])
    await sql(
      em,
      `/* test: a minute */ update storage.operation set dispatched_at = now() - interval '60 s', next_run_at = now() - interval '60 s' where id = any($1::uuid[])`,
      [ids],
    )
    await sweep(world, queue)
    expect(queue.told.splice(0).sort()).toEqual(ids)
    expect(await em.fork().findOneOrFail(Operation, ids[0] ?? '')).toMatchObject({ dispatch: 3 })
  })

  test('nudges what may be tried again, and what a dead worker left, as soon as it is due; not what runs or waits', async ({
    em,
    world,
    topology,
  }) => {
    const queue = ledger()
    await planPackage(em, { topology })
    await sweep(world, queue)
    queue.told.splice(0)
    const [packaging, scan] = await em.fork().find(Operation, { locationId: topology.locations.source.id }, { orderBy: { kind: 'asc' } })
    const set = (id: string | undefined, values: string) =>
      sql(em, `/* test: set */ update storage.operation set ${values} where id = $1`, [id])
    await set(packaging?.id, `state = 'RUNNING', lease_until = now() + interval '9 s', dispatched_at = now() - interval '10 min'`)
    await set(scan?.id, `state = 'WAITING', next_run_at = now() + interval '9 s', dispatched_at = now() - interval '10 min'`)
    await sweep(world, queue, { forgotten: true })
    expect(queue.told).toEqual([])

    await set(packaging?.id, `lease_until = now() - interval '1 s', dispatched_at = now() - interval '5 s'`)
    await set(scan?.id, `next_run_at = now() - interval '1 s', dispatched_at = now() - interval '5 s'`)
    await sweep(world, queue)
    expect(queue.told.sort()).toEqual([packaging?.id, scan?.id].sort())
  })

  test('that cannot reach Redis says so, and keeps what it found', async ({ em, world, topology }) => {
    await makeObservation(em, topology, FILES)
    const away = { ...ledger(), nudge: () => Promise.reject(new Outage('Redis is away', { locationId: null })) }

    await expect(sweep(world, away)).rejects.toThrow('Redis is away')

    expect((await askedFor(em, topology)).length).toBe(2)
  })

  test('goes on with the other kinds when one kind of work cannot be derived', async ({ em, world, topology }) => {
    await makeObservation(em, topology, FILES)
    await sql(em, '/* test: broken */ alter table storage.data_location rename column scan_interval_s to hidden')
    await sql(em, '/* test: broken */ alter table storage.data_transfer rename column rounds to hidden')
    try {
      expect(await sweep(world, null)).toBe(true)
    } finally {
      await sql(em, '/* test: mended */ alter table storage.data_location rename column hidden to scan_interval_s')
      await sql(em, '/* test: mended */ alter table storage.data_transfer rename column hidden to rounds')
    }

    expect(await askedFor(em, topology)).toEqual(['packaging READY'])
    await sweep(world, null)
    expect((await askedFor(em, topology)).sort()).toEqual(['packaging READY', 'scan READY'])
  })

  test('runs once at a time: another that begins meanwhile does nothing', async ({ em, world, topology, databaseUrl }) => {
    await makeObservation(em, topology, FILES)
    const orm = await openOrm(databaseUrl)
    const release = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const holding = em.fork().transactional(async em => {
      await sql(em, '/* test: hold */ lock table staging.staging_request in access exclusive mode')
      locked.resolve()
      await release.promise
    })
    await locked.promise
    const first = sweep(world, null)
    const sweeping = `/* test: sweeping */ select from pg_locks
      where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`
    let second: boolean | null = null
    try {
      await expect.poll(() => sql(em, sweeping)).not.toEqual([])
      second = await sweep({ ...world, orm }, null)
    } finally {
      release.resolve()
      await holding
      await first
      await orm.close()
    }
    expect(second).toBe(false)

    expect(await first).toBe(true)
    expect((await askedFor(em, topology)).sort()).toEqual(['packaging READY', 'scan READY'])
  })

  test.for([
    ['a kind of work', 'staging.staging_request'],
    ['the nudges', 'storage.circuit_breaker'],
    ['its own note', 'storage.last_sweep'],
  ] as const)(
    'leaves out %s when a statement of it takes too long, and lets PostgreSQL count its rows again',
    async ([, table], { em, world, topology }) => {
      await makeObservation(em, topology, FILES)
      const release = Promise.withResolvers<void>()
      const locked = Promise.withResolvers<void>()
      const holding = em.fork().transactional(async em => {
        await sql(em, `/* test: hold */ lock table ${table} in access exclusive mode`)
        locked.resolve()
        await release.promise
      })
      await locked.promise
      const told: unknown[] = []
      const log = Object.assign(Object.create(world.log) as typeof world.log, { warn: (entry: unknown) => told.push(entry) })
      const counted = `/* test: counted */ select max(last_analyze) as at from pg_stat_user_tables`
      const [before] = await sql<{ at: string }>(em, counted)
      let outcome: unknown = null
      const swept = sweep({ ...world, log, leaseS: 0.1 }, null).then(
        is => (outcome = is),
        (error: unknown) => (outcome = error),
      )
      try {
        await expect.poll(() => outcome, { timeout: 20_000 }).toBe(true)
      } finally {
        release.resolve()
        await holding
        await swept
      }

      expect(told).toEqual([{ event: 'sweep.slow', leases: 4 }])
      const [after] = await sql<{ at: string }>(em, counted)
      expect(after?.at).not.toBe(before?.at)
      expect(await askedFor(em, topology)).toContain('packaging READY')
      expect(await sweep({ ...world, log }, null)).toBe(true)
      expect(told).toHaveLength(1)
    },
  )

  test('is lost by a worker that stands still in the middle of it: another sweeps', async ({ em, world, topology, databaseUrl }) => {
    await makeObservation(em, topology, FILES)
    const url = new URL(databaseUrl)
    await using line = await startFaultProxy({ port: Number(url.port) })
    url.port = String(line.port)
    const orm = await openOrm(url.href)
    const swept = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const holding = em.fork().transactional(async em => {
      await sql(em, '/* test: hold */ lock table staging.staging_request in access exclusive mode')
      locked.resolve()
      await swept.promise
    })
    await locked.promise
    const still = sweep({ ...world, orm, leaseS: 0.1 }, null).catch(String)
    try {
      await expect.poll(() => sql(em, WAITS), { timeout: 10_000 }).not.toEqual([])
      line.hang(true)
      swept.resolve()
      await holding
      await expect.poll(() => sweep(world, null), { timeout: 10_000 }).toBe(true)
    } finally {
      swept.resolve()
      line.hang(false)
      await still
      await orm.close()
    }
    expect(await still).toMatch(/idle-in-transaction|terminated|not queryable/)
    expect((await askedFor(em, topology)).sort()).toEqual(['packaging READY', 'scan READY'])
  })

  test('asks for nothing where nothing is in use', async ({ em, world, topology }) => {
    await makeObservation(em, topology, FILES)
    await settle(world)
    const before = await em.fork().count(Operation, {})
    const ids = Object.values(topology.locations).map(({ id }) => id)
    await sql(em, '/* test: off */ update storage.data_location set active = false where id = any($1::uuid[])', [ids])
    await sql(em, '/* test: off */ update storage.data_location set scanned_at = null where id = any($1::uuid[])', [ids])
    const queue = ledger()

    await sweep(world, queue, { forgotten: true })

    expect([queue.told, await em.fork().count(Operation, {})]).toEqual([[], before])
  })

  test('UC-8.1 asks for no archiving from a buffer that is not in use', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    await sql(em, '/* test: off */ update storage.data_location set active = false where id = $1', [cologneBuffer.id])
    expect(await attempt(world, 'archive', pkg.id)).toBeNull()
    await sql(em, '/* test: on */ update storage.data_location set active = true where id = $1', [cologneBuffer.id])
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
  })

  test('ends the lease of a staging whose time has come', async ({ em, world, topology }) => {
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [topology.locations.cologneArchive] })
    const request = em.create(StagingRequest, {
      id: newId(),
      locationId: topology.locations.processing.id,
      requestKey: newId(),
      requestedBy: 'a scientist',
      leaseS: 60,
    })
    em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: pkg.id })
    await em.flush()
    expect(await attempt(world, 'staging', pkg.id)).toBe('DONE')
    await sweep(world, null)
    expect(await em.fork().findOneOrFail(StagingRequest, request.id)).toMatchObject({ status: 'COMPLETED' })
    await sql(em, `/* test: later */ update staging.staging_request set lease_until = now() - interval '1 s' where id = $1`, [request.id])
    await sweep(world, null)
    expect(await em.fork().findOneOrFail(StagingRequest, request.id)).toMatchObject({ status: 'EXPIRED' })
    const scan = await getOperation(world, 'scan', topology.locations.source.id)
    await makeDue(world, scan.id)
    expect(await perform(world, scan.id, never)).toBe('DONE')
  })
})
