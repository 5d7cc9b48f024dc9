import { copyFile, mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { pino } from 'pino'
import { describe, expect } from 'vitest'
import {
  DataLocation,
  findQueues,
  newId,
  Operation,
  PhysicalCopy,
  RawDataFile,
  RawDataPackage,
  requestOperations,
  sql,
  type JobQueue,
  type LocationType,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { claim, digestOf, identifyLocations, startWorkers, sweep, sweepLeftovers, type World } from '@almagest/jobs'
import { makeObservation, makeWorld, type Topology } from '../make.ts'
import { copyAt, filesAt, getOperation, pathAt, withStore } from './attempt.ts'
import { test as base } from './bench.ts'
import { FILES, makeHeldPackage, planPackage } from './made.ts'

interface Bullmq {
  readonly queue: JobQueue
  readonly redis: Redis
  readonly prefix: string
}

const test = base.extend<{ bullmq: Bullmq }>({
  bullmq: async ({ queue, redis, prefix }, use) => use({ queue, redis, prefix }),
})

/** The workers of some sites of the topology, on real queues. */
function serve(world: World, { queue, redis, prefix }: Bullmq, sites: readonly { readonly name: string }[], sweepS = 0.2): AsyncDisposable {
  const workers = new AsyncDisposableStack()
  for (const { name } of sites) workers.use(startWorkers({ world, queue, connection: redis, site: name, prefix, sweepS }))
  return workers
}

/** Looks again and again until something is so; throws after a minute. */
async function until(look: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`it did not come to be: ${look.toString()}`)
    await delay(25)
  }
}

/** All that this test has in Redis, gone, as after a flush. */
async function forget({ redis, prefix }: Bullmq): Promise<number> {
  const keys = await redis.keys(`${prefix}*`)
  return keys.length === 0 ? 0 : redis.del(keys)
}

const copiesIn = (em: EntityManager, location: DataLocation, status: PhysicalCopy['status']): Promise<number> =>
  em.fork().count(PhysicalCopy, { locationId: location.id, status })

/** That every file went from SOURCE to both archives, and was freed everywhere else, each step once. */
async function expectJourney(em: EntityManager, { locations, module }: Topology, files: number): Promise<void> {
  const { source, chileBuffer, cologneBuffer, gentBuffer, cologneArchive, gentArchive } = locations
  await until(async () => {
    const freed = await Promise.all([source, chileBuffer, cologneBuffer, gentBuffer].map(place => copiesIn(em, place, 'DELETED')))
    return freed.join() === [files, 1, 1, 1].join()
  })
  await until(
    async () =>
      (await em.fork().count(Operation, { locationId: Object.values(locations).map(({ id }) => id), state: ['READY', 'RUNNING'] })) === 0,
  )
  const [pkg, ...others] = await em.fork().find(RawDataPackage, { moduleId: module.id })
  expect(others).toEqual([])
  expect(pkg).toMatchObject({ status: 'COMPLETED', state: 'ARCHIVED' })
  for (const archive of [cologneArchive, gentArchive]) {
    const copy = await copyAt(em, pkg?.id ?? '', archive)
    expect(copy).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await digestOf([await readFile(pathAt(archive, copy?.path ?? ''))])).toEqual({ bytes: copy?.bytes, digest: copy?.digest })
  }
  for (const place of [source, chileBuffer, cologneBuffer, gentBuffer]) expect(await filesAt(place)).toEqual([])
  expect(await em.fork().count(PhysicalCopy, { packageId: pkg?.id ?? '' })).toBe(5)
  expect(await em.fork().count(Operation, { subjectId: pkg?.id ?? '', kind: 'packaging' })).toBe(1)
  expect(await em.fork().count(Operation, { state: 'FAILED', packageId: pkg?.id ?? '' })).toBe(0)
}

/** A location that no worker has identified yet, with its folder. */
async function addLocation(
  em: EntityManager,
  { sites, instrument }: Topology,
  { name, type, root }: { name: string; type: LocationType; root: string },
) {
  const fork = em.fork()
  const unique = `${name}-${newId().slice(-8)}`
  const siteId = sites.cologne.id
  const instrumentId = type === 'SOURCE' ? instrument.id : null
  const location = fork.create(DataLocation, {
    id: newId(),
    siteId,
    name: unique,
    type,
    storage: 'DISK',
    root,
    failureDomain: unique,
    instrumentId,
  })
  await fork.flush()
  return location
}

describe('the workers of all sites', () => {
  test('UC-2.1 UC-3.1 UC-4.2 UC-6.1 bring files from SOURCE to both archives and free the rest, by their queues alone', async ({
    em,
    world,
    topology,
    bullmq,
  }) => {
    await using _workers = serve(world, bullmq, Object.values(topology.sites))
    const { files } = await makeObservation(em, topology, FILES)
    await expectJourney(em, topology, files.length)
  })

  test('UC-8.2 end where they would have ended, when Redis forgets everything in the middle, again and again', async ({
    em,
    world,
    topology,
    bullmq,
  }) => {
    const { cologneBuffer, cologneArchive, gentArchive } = topology.locations
    await using _workers = serve(world, bullmq, Object.values(topology.sites))
    const { files } = await makeObservation(em, topology, FILES)
    let forgotten = 0
    for (const reached of [
      () => em.fork().count(RawDataFile, { moduleId: topology.module.id, packageId: { $ne: null } }),
      () => copiesIn(em, cologneBuffer, 'PRESENT'),
      () => copiesIn(em, cologneArchive, 'PRESENT'),
      () => copiesIn(em, gentArchive, 'PRESENT'),
    ]) {
      await until(reached)
      forgotten += await forget(bullmq)
    }
    expect(forgotten).toBeGreaterThan(4)
    await expectJourney(em, topology, files.length)
  })

  test('take up what was asked for while none of them ran, and while Redis had no place for it', async ({
    em,
    world,
    topology,
    bullmq,
  }) => {
    const id = await planPackage(em, { topology })
    await sweep(world, null)
    await using _workers = serve(world, bullmq, [topology.sites.chile])
    await until(async () => (await getOperation(world, 'packaging', id)).state === 'DONE')
  })
})

describe('the workers of one site', () => {
  test('serve a location that is created while they run, from its identity to its work', async ({ em, world, topology, root, bullmq }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    await using _workers = serve(world, bullmq, [topology.sites.cologne])
    await until(async () => (await copyAt(em, pkg.id, cologneArchive))?.status === 'PRESENT')

    await mkdir(join(root, 'late'))
    const late = await addLocation(em, topology, { name: 'late', type: 'LONG_TERM_ARCHIVE', root: join(root, 'late') })

    await until(async () => (await copyAt(em, pkg.id, late))?.status === 'PRESENT')
    expect(await em.fork().findOneOrFail(DataLocation, late.id)).toMatchObject({ identifiedAt: expect.any(Date) as Date })
    expect((await findQueues(em, topology.sites.cologne.name)).map(({ name }) => name)).toContain(`archive.${late.name}`)
  })

  test('leave the work of other sites alone', async ({ em, world, topology, bullmq }) => {
    const id = await planPackage(em, { topology })
    await using _workers = serve(world, bullmq, [topology.sites.cologne, topology.sites.gent], 0.1)
    await sweep(world, bullmq.queue, { forgotten: true })
    await delay(500)
    expect(await getOperation(world, 'packaging', id)).toMatchObject({ state: 'READY', fence: 0 })
  })

  test('UC-8.3 give their claims back at once when they are stopped in the middle; others finish', async ({
    em,
    orm,
    world,
    topology,
    bullmq,
  }) => {
    const { chileBuffer } = topology.locations
    const id = await planPackage(em, { topology })
    const slow = withStore(world, chileBuffer, () => ({
      write: (_path, _chunks, { signal }) =>
        delay(20_000, undefined, { signal }).then(() => Promise.reject(new Error('it was not stopped'))),
    }))
    const stopped = serve(slow, bullmq, [topology.sites.chile])
    await until(async () => (await getOperation(world, 'packaging', id)).state === 'RUNNING')
    const before = performance.now()
    await stopped[Symbol.asyncDispose]()

    expect(performance.now() - before).toBeLessThan(15_000)
    expect(await getOperation(world, 'packaging', id)).toMatchObject({
      state: 'WAITING',
      attempt: 0,
      fence: 1,
      leaseOwner: null,
      reason: 'the worker is stopping',
    })
    const other = makeWorld(orm)
    await using _workers = serve(other, bullmq, [topology.sites.chile])
    await until(async () => (await getOperation(world, 'packaging', id)).state === 'DONE')
    expect(await getOperation(world, 'packaging', id)).toMatchObject({ attempt: 1, fence: 2 })
    expect((await filesAt(chileBuffer)).filter(path => path.startsWith('.'))).toEqual([])
  })

  test('do a piece of work once, however often they are told of it, and whatever else stands in the queue', async ({
    em,
    world,
    topology,
    bullmq,
  }) => {
    const { source } = topology.locations
    const [{ operationId } = { operationId: '' }] = await requestOperations(em.fork(), [
      { kind: 'scan', locationId: source.id, subjectId: source.id },
    ])
    const name = `scan.${source.name}`
    const tell = (dispatch: number) => bullmq.queue.nudge([{ operationId, dispatch, priority: 100, queue: name }])
    await bullmq.queue.open(name).addBulk([
      { name, data: { operationId: 'no id' } },
      { name, data: { operationId: newId(), dispatch: 1 } },
      { name, data: null },
    ])
    await Promise.all([tell(1), tell(1), tell(2), tell(3)])
    await using _workers = serve(world, bullmq, [topology.sites.chile])
    const now = () => em.fork().findOneOrFail(Operation, operationId)
    await until(async () => (await now()).state === 'DONE')
    await tell(4)
    await until(async () => (await bullmq.queue.open(name).getJobCountByTypes('waiting', 'active', 'prioritized')) === 0)

    expect(await now()).toMatchObject({ state: 'DONE', attempt: 1, fence: 1 })
    expect(await bullmq.queue.open(name).getFailedCount()).toBe(2)
    expect(await em.fork().count(Operation, { kind: 'scan', subjectId: source.id })).toBe(1)
  })

  test('UC-8.2 keep in mind that Redis forgot until a sweep of theirs has nudged everything again', async ({
    em,
    world,
    topology,
    bullmq,
  }) => {
    const { source } = topology.locations
    const [nudge] = await requestOperations(em.fork(), [{ kind: 'scan', locationId: source.id, subjectId: source.id }])
    let asked = 0
    const queue: JobQueue = { ...bullmq.queue, forgot: () => Promise.resolve(asked++ === 0) }
    const release = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const otherSweep = em.fork().transactional(async em => {
      await sql(em, '/* test: another sweep */ select pg_advisory_xact_lock($1)', [0x416c6d61])
      locked.resolve()
      await release.promise
    })
    await locked.promise
    await using _workers = serve(world, { ...bullmq, queue }, [topology.sites.chile])
    await until(() => Promise.resolve(asked >= 1))
    await delay(500)
    expect((await getOperation(world, 'scan', source.id)).state).toBe('READY')
    release.resolve()
    await otherSweep

    await until(async () => (await em.fork().findOneOrFail(Operation, nudge?.operationId ?? '')).state === 'DONE')
  })

  test('start and stop without a site, and at once', async ({ world, bullmq }) => {
    await using _workers = serve(world, bullmq, [{ name: 'nowhere' }], 60)
  })
})

describe('identifying locations', () => {
  test('gives an identity to empty folders and to any SOURCE, refuses the rest, logs why, and goes on', async ({
    em,
    world,
    topology,
    root,
  }) => {
    const folder = async (name: string, file?: string) => {
      await mkdir(join(root, name))
      if (file) await writeFile(join(root, name, file), 'bytes')
      return join(root, name)
    }
    const add = (name: string, type: LocationType, root: string) => addLocation(em, topology, { name, type, root })
    const refused = [
      await add('full-buffer', 'BUFFER', await folder('full-buffer', 'a.dat')),
      await add('full-archive', 'LONG_TERM_ARCHIVE', await folder('full-archive', 'a.dat')),
      await add('full-processing', 'PROCESSING', await folder('full-processing', 'a.dat')),
      await add('of-another', 'SOURCE', topology.locations.chileBuffer.root ?? ''),
      await add('not-there', 'BUFFER', join(root, 'not-there')),
    ]
    const taken = [
      await add('empty', 'BUFFER', await folder('empty')),
      await add('full-source', 'SOURCE', await folder('full-source', 'a.dat')),
    ]
    const off = await add('off', 'BUFFER', await folder('off'))
    await sql(em, '/* test: off */ update storage.data_location set active = false where id = $1', [off.id])
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: line => void lines.push(line) })

    const told = new Map<string, string>()
    for (let times = 0; times < 2; times++) await identifyLocations({ ...world, log }, topology.sites.cologne.name, told)

    const identified = await em
      .fork()
      .find(DataLocation, { id: [...refused, ...taken, off].map(({ id }) => id), identifiedAt: { $ne: null } })
    expect(identified.map(({ id }) => id).sort()).toEqual(taken.map(({ id }) => id).sort())
    expect(JSON.parse(await readFile(join(root, 'full-source', '.location-id'), 'utf8'))).toEqual({ id: taken[1]?.id })
    const said = lines.map(line => JSON.parse(line) as { event: string; location: string; reason: string })
    expect(said.map(({ event, location }) => `${event} ${location}`).sort()).toEqual(
      refused.map(({ name }) => `location.notIdentified ${name}`).sort(),
    )
    expect(said.find(({ location }) => location === refused[3]?.name)?.reason).toContain(topology.locations.chileBuffer.id)
    await rename(join(root, 'full-buffer', 'a.dat'), join(root, 'a.dat'))
    await identifyLocations(world, topology.sites.cologne.name)
    expect(await em.fork().findOneOrFail(DataLocation, refused[0]?.id ?? '')).toMatchObject({ identifiedAt: expect.any(Date) as Date })
  })
})

describe('sweeping what killed runs left', () => {
  test('removes old temporary files of claims that are over, and keeps those that live or are young', async ({ em, world, topology }) => {
    const { source, chileBuffer } = topology.locations
    const [{ operationId } = { operationId: '' }] = await requestOperations(em.fork(), [
      { kind: 'scan', locationId: source.id, subjectId: source.id },
    ])
    await claim(world, operationId)
    await sql(em, `/* test: claimed again */ update storage.operation set fence = 7 where id = $1`, [operationId])
    const old = new Date(Date.now() - 3_700_000)
    const leave = async (name: string, at: Date) => {
      await mkdir(pathAt(chileBuffer, '.inflight'), { recursive: true })
      await writeFile(pathAt(chileBuffer, `.inflight/${name}`), 'bytes')
      await utimes(pathAt(chileBuffer, `.inflight/${name}`), at, at)
      return `.inflight/${name}`
    }
    const kept = [
      await leave(`${operationId}.7.part`, old),
      await leave(`${operationId}.7.sidecar.part`, old),
      await leave(`${operationId}.6.young.part`, new Date(Date.now() - 3_000_000)),
    ]
    for (const token of [
      `${operationId}.6`,
      `${newId()}.1`,
      'no-token',
      `${'-'.repeat(36)}.1`,
      `${operationId}.99999999999`,
      `${operationId}.70`,
    ]) {
      await leave(`${token}.part`, old)
    }
    await mkdir(pathAt(chileBuffer, `.inflight/${operationId}.5/folder`), { recursive: true })
    await utimes(pathAt(chileBuffer, `.inflight/${operationId}.5`), old, old)

    expect(await sweepLeftovers(world, topology.sites.chile.name)).toBe(7)

    expect(await filesAt(chileBuffer)).toEqual(kept.sort())
    expect(await sweepLeftovers(world, topology.sites.chile.name)).toBe(0)
    await sql(em, `/* test: over */ update storage.operation set state = 'DONE' where id = $1`, [operationId])
    expect(await sweepLeftovers(world, topology.sites.chile.name)).toBe(2)
  })

  test('goes on with the other locations when one is away or is another', async ({ world, topology }) => {
    const { source, chileBuffer } = topology.locations
    const at = new Date(0)
    for (const place of [source, chileBuffer]) {
      await mkdir(pathAt(place, '.inflight'), { recursive: true })
      await writeFile(pathAt(place, `.inflight/${newId()}.1.part`), 'bytes')
      for (const path of await filesAt(place)) await utimes(pathAt(place, path), at, at)
    }
    await copyFile(pathAt(chileBuffer, '.location-id'), pathAt(chileBuffer, 'copy'))
    await rename(pathAt(source, '.location-id'), pathAt(source, '.other'))

    expect(await sweepLeftovers(world, topology.sites.chile.name)).toBe(1)
    expect(await filesAt(chileBuffer)).toEqual(['copy'])
    expect((await filesAt(source)).length).toBe(2)
  })
})
