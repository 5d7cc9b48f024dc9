import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { DataLocation, DataTransfer, DataTransferRoute, newId, Operation, PhysicalCopy, sql, type RawDataPackage } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { identifyLocations, mountedStores, openTransports, sweep, type World } from '@almagest/jobs'
import { settle, type Topology } from '../make.ts'
import { attempt, packageNow, pathAt } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage } from './made.ts'
import { startRobot } from './stores/robot.ts'
import { KEY, serveData } from './transports/served.ts'

/** One more route between two sites. */
async function addRoute(em: EntityManager, from: string, to: string): Promise<string> {
  const fork = em.fork()
  const name = `route-${newId()}`
  const { id } = fork.create(DataTransferRoute, { id: newId(), name, type: 'DIRECT', fromSiteId: from, toSiteId: to, bundleAgeS: 0 })
  await fork.flush()
  return id
}

/** Lets one byte of a package rot, and its verification be due again. */
async function rot(em: EntityManager, pkg: RawDataPackage, location: DataLocation): Promise<void> {
  const path = pathAt(location, pkg.path)
  const bytes = await readFile(path)
  bytes[1_500] = (bytes[1_500] ?? 0) ^ 1
  await rm(path)
  await writeFile(path, bytes)
  await sql(
    em,
    '/* test: doubted */ update storage.physical_copy set verification_level = 0, verified_at = null where package_id = $1 and location_id = $2',
    [pkg.id, location.id],
  )
}

/** What became of the copies of a package at a location, oldest first. */
async function livesAt(em: EntityManager, pkg: RawDataPackage, { id }: DataLocation) {
  const copies = await em.fork().find(PhysicalCopy, { packageId: pkg.id, locationId: id }, { orderBy: { id: 'asc' } })
  return copies.map(({ status, verificationLevel }) => `${status} ${verificationLevel}`)
}

/** One more archive at a site. */
async function addArchive(
  world: World,
  em: EntityManager,
  { topology, root }: { topology: Topology; root: string },
): Promise<DataLocation> {
  const fork = em.fork()
  const name = `second-${newId()}`
  await mkdir(join(root, name))
  const made = fork.create(DataLocation, {
    id: newId(),
    siteId: topology.sites.cologne.id,
    name,
    type: 'LONG_TERM_ARCHIVE',
    storage: 'DISK',
    root: join(root, name),
    failureDomain: name,
  })
  await fork.flush()
  await identifyLocations(world, topology.sites.cologne.name)
  return made
}

describe('an archive', () => {
  test('UC-4.3 UC-4.2 whose copy rotted after the buffers were freed gets it again from the archive of another site, over its buffer', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive, gentArchive, gentBuffer } = topology.locations
    const back = await addRoute(em, topology.sites.gent.id, topology.sites.cologne.id)
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    const { pkg: other } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    const tar = await readFile(pathAt(gentArchive, pkg.path))
    await rot(em, pkg, cologneArchive)

    await settle(world)

    expect(await livesAt(em, pkg, cologneArchive)).toEqual(['QUARANTINED 0', 'PRESENT 2'])
    expect(await readFile(pathAt(cologneArchive, pkg.path))).toEqual(tar)
    expect(await livesAt(em, pkg, cologneBuffer)).toEqual(['DELETED 2'])
    expect(await livesAt(em, pkg, gentArchive)).toEqual(['PRESENT 2'])
    expect(await livesAt(em, pkg, gentBuffer)).toEqual([])
    expect(await em.fork().find(DataTransfer, { routeId: back })).toMatchObject([
      { fromLocationId: gentArchive.id, toLocationId: cologneBuffer.id, unpackStatus: 'COMPLETED' },
    ])
    expect(await livesAt(em, other, cologneArchive)).toEqual(['PRESENT 2'])
    expect(await packageNow(em, pkg.id)).toMatchObject({ state: 'ARCHIVED', digest: pkg.digest })
  })

  test('UC-4.2 of another site gets what an archive has and no buffer any more, of what was never sent there too', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, gentBuffer, gentArchive, chileBuffer } = topology.locations
    const [, onward] = topology.routes
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive] })

    await settle(world)

    expect(await livesAt(em, pkg, gentArchive)).toEqual(['PRESENT 2'])
    expect(await em.fork().find(DataTransfer, { toLocationId: gentBuffer.id })).toMatchObject([
      { fromLocationId: cologneArchive.id, routeId: onward?.id },
    ])
    expect(await em.fork().count(DataTransfer, { fromLocationId: chileBuffer.id })).toBe(0)
    await sql(em, `/* test: gone */ update storage.physical_copy set status = 'MISSING' where package_id = $1 and location_id = $2`, [
      pkg.id,
      gentArchive.id,
    ])
    await rm(pathAt(gentArchive, pkg.path))
    await settle(world)
    expect(await livesAt(em, pkg, gentArchive)).toEqual(['MISSING 2', 'PRESENT 2'])
  })

  test('UC-4.3 UC-4.2 is filled, and repaired, from another archive of its own site, without a buffer', async ({
    em,
    world,
    topology,
    root,
  }) => {
    const { cologneArchive, cologneBuffer, gentArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    const second = await addArchive(world, em, { topology, root })

    await settle(world)
    expect(await livesAt(em, pkg, second)).toEqual(['PRESENT 2'])
    await rot(em, pkg, cologneArchive)
    await settle(world)

    expect(await livesAt(em, pkg, cologneArchive)).toEqual(['QUARANTINED 0', 'PRESENT 2'])
    expect(await readFile(pathAt(cologneArchive, pkg.path))).toEqual(await readFile(pathAt(second, pkg.path)))
    expect(await livesAt(em, pkg, cologneBuffer)).toEqual([])
  })

  test('UC-4.2 on tape recalls what it sends, where it can be read by the destination and where the data server of its site reads it', async ({
    em,
    world: bare,
    topology,
    root,
  }) => {
    const { cologneArchive, gentArchive } = topology.locations
    const [, onward] = topology.routes
    await using robot = await startRobot(join(root, 'robot'), cologneArchive.root ?? '')
    await sql(
      em,
      `/* test: on tape */ update storage.data_location set storage = 'TAPE', root = null, volume_group = 'raw' where id = $1`,
      [cologneArchive.id],
    )
    await em.refresh(cologneArchive)
    const library = { ...cologneArchive, root: robot.library.root }
    const stores = mountedStores({ tape: { [cologneArchive.name]: robot.library } })
    const { server, keys } = await serveData({ ...bare, stores }, topology, { site: topology.sites.cologne.name })
    await using _server = server
    const onTape = { ...bare, stores, transports: openTransports({ keys: { ...keys, [topology.sites.cologne.name]: [KEY] } }) }
    for (const method of ['COPY', 'HTTP'] as const) {
      await em.nativeUpdate(DataTransferRoute, { id: onward?.id ?? '' }, { method, comparedAt: null })
      // With HTTP the destination has nothing of the library itself.
      const world = method === 'HTTP' ? { ...onTape, stores: bare.stores } : onTape
      const { pkg } = await makeHeldPackage(bare, em, { topology, at: [library] })
      await stores.of(cologneArchive).release?.([pkg.path], { signal: new AbortController().signal })
      await sweep(world, null)
      const [leg] = await em.fork().find(DataTransfer, { routeId: onward?.id ?? '', status: 'SCHEDULED' })

      expect(await attempt(world, 'transfer', leg?.id ?? '')).toBe('PAUSED')

      const operation = await em.fork().findOneOrFail(Operation, { kind: 'transfer', subjectId: leg?.id ?? '' })
      expect(operation).toMatchObject({ state: 'WAITING', attempt: 0, reason: expect.stringContaining('from tape') as string })
      expect((await robot.calls()).at(-1)).toBe('recall 1')
      await expect.poll(() => attempt(world, 'transfer', leg?.id ?? ''), { interval: 100 }).toBe('DONE')
      expect(await attempt(world, 'unpack', leg?.id ?? '')).toBe('DONE')
      expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
      expect(await livesAt(em, pkg, gentArchive)).toEqual(['PRESENT 2'])
    }
  })
})
