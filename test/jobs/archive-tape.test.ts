import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { newId, Operation, PhysicalCopy, sql, StagingRequest, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { identifyLocations, mountedStores, startWorkers, type World } from '@almagest/jobs'
import { attempt, copyAt, getOperation, pathAt } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage } from './made.ts'
import { expectRequest, request, seenAt, whole } from './staged.ts'
import { startRobot, type Robot } from './stores/robot.ts'

const signal = new AbortController().signal

/** Makes a location, whose folder becomes the disks of a library, one on tape; gives the world of a worker that has the library. */
async function putOnTape(world: World, em: EntityManager, { location, robot }: { location: DataLocation; robot: Robot }): Promise<World> {
  await sql(
    em.fork(),
    `/* test: on tape */ update storage.data_location set storage = 'TAPE', root = null, volume_group = 'raw' where id = $1`,
    [location.id],
  )
  await em.refresh(location)
  return { ...world, stores: mountedStores({ tape: { [location.name]: robot.library } }) }
}

describe('an archive on tape', () => {
  test('is written and verified like any other; what is only on tape is recalled in one go for a request, which waits without a worker', async ({
    em,
    world: bare,
    topology,
    root,
    queue,
    redis,
    prefix,
  }) => {
    const { cologneArchive, cologneBuffer, gentArchive, processing } = topology.locations
    await using robot = await startRobot(join(root, 'robot'), cologneArchive.root ?? '', { mountMs: 300 })
    const world = await putOnTape(bare, em, { location: cologneArchive, robot })
    const made = []
    for (let n = 0; n < 3; n++)
      made.push(await makeHeldPackage(bare, em, { topology, at: [cologneBuffer, gentArchive], state: 'TRANSFERRING' }))
    for (const { pkg } of made) expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    for (const { pkg } of made) expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    await sql(em, `/* test: left */ update storage.physical_copy set status = 'MISSING' where location_id = $1`, [cologneBuffer.id])
    const paths = made.map(({ pkg }) => pkg.path)
    await world.stores.of(cologneArchive).release?.(paths, { signal })
    expect((await robot.calls()).at(-1)).toBe('release 3')
    const id = await request(em, topology, { of: made })

    expect(await attempt(world, 'staging', made[0]?.pkg.id ?? '')).toBe('PAUSED')

    const operation = await getOperation(world, 'staging', made[0]?.pkg.id ?? '')
    expect(operation).toMatchObject({ state: 'WAITING', attempt: 0, leaseOwner: null, errorCode: null })
    expect(operation.reason).toBe(`it is being recalled from tape: ${paths[0]}, with 2 more`)
    expect(operation.nextRunAt.getTime()).toBeGreaterThan(operation.startedAt?.getTime() ?? Infinity)
    expect((await robot.calls()).at(-1)).toBe('recall 3')
    expect(await seenAt(topology)).toEqual([])

    await using _workers = startWorkers({ world, queue, connection: redis, site: topology.sites.cologne.name, prefix, sweepS: 0.2 })
    await expect.poll(async () => (await em.fork().findOneOrFail(StagingRequest, id)).status).toBe('COMPLETED')
    await expectRequest(em, id, 'COMPLETED', ['COMPLETED', 'COMPLETED', 'COMPLETED'])
    expect(await seenAt(topology)).toEqual(made.flatMap(whole).sort())
    expect(await readFile(pathAt(processing, whole(made[0]!)[0] ?? ''))).toEqual(Buffer.from('one'))
    expect((await robot.calls()).filter(call => call.startsWith('recall'))).toEqual(['recall 3'])
    const work = await em.fork().find(Operation, { kind: 'staging', locationId: processing.id })
    expect(work.map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(['DONE 1', 'DONE 1', 'DONE 1'])
  })

  test('UC-5.1 is not asked where a disk of the site has the package too', async ({ em, world: bare, topology, root }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    await using robot = await startRobot(join(root, 'robot'), cologneArchive.root ?? '')
    const made = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer, cologneArchive] })
    const world = await putOnTape(bare, em, { location: cologneArchive, robot })
    await world.stores.of(cologneArchive).release?.([made.pkg.path], { signal })
    await request(em, topology, { of: [made] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    expect((await robot.calls()).filter(call => call.startsWith('recall'))).toEqual([])
  })

  test('is verified after a recall, and lets go of the file then', async ({ em, world: bare, topology, root }) => {
    const { cologneArchive } = topology.locations
    await using robot = await startRobot(join(root, 'robot'), cologneArchive.root ?? '')
    const made = await makeHeldPackage(bare, em, { topology, at: [cologneArchive] })
    const world = await putOnTape(bare, em, { location: cologneArchive, robot })
    await world.stores.of(cologneArchive).release?.([made.pkg.path], { signal })
    const copy = await copyAt(em, made.pkg.id, cologneArchive)
    await em.nativeUpdate(PhysicalCopy, { id: copy?.id ?? '' }, { verificationLevel: 0, verifiedAt: null })

    expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('PAUSED')
    await expect.poll(() => attempt(world, 'checksum', copy?.id ?? ''), { interval: 100 }).toBe('DONE')

    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await robot.calls()).toEqual(['release 1', 'recall 1', 'release 1'])
  })

  test('UC-4.3 is scanned without a recall: what is only on tape is there, and what is gone is MISSING after two scans', async ({
    em,
    world: bare,
    topology,
    root,
  }) => {
    const { cologneArchive, cologneBuffer, gentArchive } = topology.locations
    await using robot = await startRobot(join(root, 'robot'), cologneArchive.root ?? '')
    const world = await putOnTape(bare, em, { location: cologneArchive, robot })
    const made = []
    for (let n = 0; n < 2; n++)
      made.push(await makeHeldPackage(bare, em, { topology, at: [cologneBuffer, gentArchive], state: 'TRANSFERRING' }))
    for (const { pkg } of made) expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    const [gone, taped] = made.map(({ pkg }) => pkg)
    await world.stores.of(cologneArchive).release?.([taped?.path ?? ''], { signal })
    await rm(join(robot.library.root, gone?.path ?? ''))
    const before = await robot.calls()

    for (let n = 0; n < 2; n++) {
      await sql(em, `/* test: due */ update storage.data_location set scanned_at = now() - interval '2 d' where id = $1`, [
        cologneArchive.id,
      ])
      expect(await attempt(world, 'scan', cologneArchive.id)).toBe('DONE')
    }

    expect(await copyAt(em, gone?.id ?? '', cologneArchive)).toMatchObject({ status: 'MISSING' })
    expect(await copyAt(em, taped?.id ?? '', cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await robot.calls()).toEqual(before)
  })

  test('that this worker was given no library for has no identity yet, and keeps nothing else waiting', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const name = `tape-${newId()}`
    await sql(
      em,
      `/* test: new */ insert into storage.data_location (id, site_id, name, type, storage, volume_group, failure_domain) values ($1, $2, $3, 'LONG_TERM_ARCHIVE', 'TAPE', 'raw', $3)`,
      [newId(), cologneArchive.siteId, name],
    )
    await identifyLocations(world, topology.sites.cologne.name)
    const [row] = await sql<{ identified_at: string | null }>(em, 'select identified_at from storage.data_location where name = $1', [name])
    expect(row).toEqual({ identified_at: null })
  })
})
