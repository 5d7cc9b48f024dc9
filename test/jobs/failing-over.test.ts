import { cp, readFile, rename, rm } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import {
  CircuitBreaker,
  DataTransfer,
  DataTransferPackage,
  DataTransferRoute,
  newId,
  Operation,
  Outage,
  PhysicalCopy,
  sql,
  type DataLocation,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { openTransports, sweep, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { attempt, copyAt, getOperation, pathAt, toldOf, withStore } from './attempt.ts'
import { makeHeldPackage } from './made.ts'
import { makeSecond, park, test } from './operated.ts'
import { planSending, transferNow } from './sending.ts'
import { request } from './staged.ts'
import { serveData } from './transports/served.ts'

/** Two packages in the first buffer of Chile and the transfer that is planned for them; then the first of them in a second buffer of Chile too. */
async function planTwice(world: World, em: EntityManager, topology: Topology) {
  const { made, transferId } = await planSending(world, em, { topology, count: 2 })
  const second = await makeSecond(world, topology, topology.locations.chileBuffer)
  const [pkg, other] = made.map(({ pkg }) => pkg)
  if (!pkg || !other) throw new Error('there are two packages')
  await copyTo(em, { packageId: pkg.id, from: topology.locations.chileBuffer, to: second })
  return { pkg, other, second, transferId }
}

/** A verified copy of a package at one more location. */
async function copyTo(em: EntityManager, { packageId, from, to }: { packageId: string; from: DataLocation; to: DataLocation }) {
  const copy = await copyAt(em, packageId, from)
  if (!copy) throw new Error(`there is no copy of ${packageId} at ${from.name}`)
  await cp(pathAt(from, copy.path), pathAt(to, copy.path), { recursive: true })
  const fork = em.fork()
  fork.create(PhysicalCopy, {
    id: newId(),
    locationId: to.id,
    packageId,
    path: copy.path,
    bytes: copy.bytes,
    digest: copy.digest ?? null,
    verificationLevel: 2,
    verifiedAt: new Date(),
  })
  await fork.flush()
}

/** What reading is like at a location whose device has bad sectors everywhere. */
const unreadable =
  ({ id }: DataLocation): (() => never) =>
  () => {
    const cause = Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'read' })
    throw new Outage('the device reports an input/output error', { cause, locationId: id })
  }

/** The transfers of a package, oldest first: from where, and how they stand. */
async function transfersOf(em: EntityManager, packageId: string) {
  return sql<{ id: string; from_location_id: string; status: string }>(
    em,
    `/* test: transfers */ select x.id, x.from_location_id, x.status from data_package.data_transfer_package_item i
     join storage.data_transfer x on x.transfer_package_id = i.transfer_package_id where i.package_id = $1 order by x.id`,
    [packageId],
  )
}

describe('a transfer', () => {
  test('UC-3.3 UC-4.3 of a copy that was set aside goes from another buffer, and the others of its bundle as they were to', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const { pkg, other, second, transferId } = await planTwice(world, em, topology)
    const bad = await copyAt(em, pkg.id, chileBuffer)
    await sql(em, `/* test: bad */ update storage.physical_copy set status = 'QUARANTINED', verification_level = 0 where id = $1`, [
      bad?.id,
    ])

    await sweep(world, null)

    const [again, ...more] = await transfersOf(em, pkg.id)
    expect([again, more]).toMatchObject([{ from_location_id: second.id, status: 'SCHEDULED' }, []])
    expect(await transfersOf(em, other.id)).toMatchObject([{ id: transferId, from_location_id: chileBuffer.id }])
    const bundle = await em.fork().findOneOrFail(DataTransferPackage, (await transferNow(em, transferId)).transferPackageId)
    expect(bundle).toMatchObject({ packageCount: 1, bytes: other.bytes })
    expect((await toldOf(em, pkg.id)).slice(-2)).toMatchObject([
      { to_state: 'WAITING', reason: 'its copy that was to be sent is no longer good, or cannot be reached: another is sent' },
      { to_state: 'TRANSFERRING' },
    ])
    for (const id of [transferId, again?.id ?? '']) expect(await attempt(world, 'transfer', id)).toBe('DONE')
    for (const { id } of [pkg, other]) expect(await copyAt(em, id, cologneBuffer)).toMatchObject({ status: 'PRESENT' })
  })

  test('UC-3.3 from a location that was closed or parked goes from another site over its route, and what was planned ends', async ({
    em,
    world,
    topology,
    operate,
  }) => {
    const { chileBuffer, cologneArchive, gentBuffer } = topology.locations
    const { chile, gent } = topology.sites
    const fork = em.fork()
    const name = `far-${newId()}`
    const far = fork.create(DataTransferRoute, {
      id: newId(),
      name,
      type: 'DIRECT',
      fromSiteId: chile.id,
      toSiteId: gent.id,
      priority: 900,
      bundleAgeS: 0,
    })
    await fork.flush()
    for (const close of [
      () => park(em, cologneArchive),
      () => operate('pauseLocation', { locationId: cologneArchive.id, reason: 'its cable is out' }),
    ]) {
      await em.nativeDelete(CircuitBreaker, { locationId: cologneArchive.id })
      const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, chileBuffer] })
      await sweep(world, null)
      const [first] = await transfersOf(em, pkg.id)
      expect(first).toMatchObject({ from_location_id: cologneArchive.id })

      await close()
      await sweep(world, null)

      const [again, ...more] = await transfersOf(em, pkg.id)
      expect([again, more]).toMatchObject([{ from_location_id: chileBuffer.id }, []])
      expect((await em.fork().findOneOrFail(DataTransfer, again?.id ?? '')).routeId).toBe(far.id)
      expect(await attempt(world, 'transfer', again?.id ?? '')).toBe('DONE')
      expect(await copyAt(em, pkg.id, gentBuffer)).toMatchObject({ status: 'PRESENT' })
      expect(await attempt(world, 'transfer', first?.id ?? '')).toBe('DONE')
      expect(await attempt(world, 'unpack', first?.id ?? '')).toBe('DONE')
      expect((await toldOf(em, first?.id ?? '')).filter(({ to_state }) => to_state === 'COMPLETED')).toMatchObject([
        { field: 'status', reason: 'nothing is left of it: all of its packages are sent from other copies' },
        { field: 'unpack_status' },
      ])
    }
  })

  test('UC-3.3 not yet begun goes over another route while its own is parked, and what comes when a probe is due goes over its own again', async ({
    em,
    world,
    topology,
  }) => {
    const { chile, cologne } = topology.sites
    const { made, transferId } = await planSending(world, em, { topology })
    const fork = em.fork()
    const name = `other-${newId()}`
    const ends = { fromSiteId: chile.id, toSiteId: cologne.id }
    const other = fork.create(DataTransferRoute, { id: newId(), name, type: 'DIRECT', ...ends, priority: 900, bundleAgeS: 0 })
    await fork.flush()
    await sql(
      em,
      `/* test: cut */ insert into storage.circuit_breaker (id, route_id, state, failures, opened_at, probe_at, reason)
       values (gen_random_uuid(), $1, 'OPEN', 5, now(), now() + interval '1 h', 'the line is cut')`,
      [topology.routes[0]?.id],
    )
    const routeOf = async (packageId: string) => {
      const [leg] = await transfersOf(em, packageId)
      return (await em.fork().findOneOrFail(DataTransfer, leg?.id ?? '')).routeId
    }

    await sweep(world, null)

    expect(await routeOf(made[0]?.pkg.id ?? '')).toBe(other.id)
    expect((await transferNow(em, transferId)).routeId).toBe(topology.routes[0]?.id)
    await em.nativeUpdate(CircuitBreaker, { routeId: topology.routes[0]?.id ?? '' }, { probeAt: new Date(0) })
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [topology.locations.chileBuffer], state: 'WAITING' })
    await sweep(world, null)
    expect(await routeOf(pkg.id)).toBe(topology.routes[0]?.id)
  })

  test('that FAILED for a copy that is gone keeps its package from nothing, and one without another copy waits as it did', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer } = topology.locations
    const { pkg, other, second, transferId } = await planTwice(world, em, topology)
    for (const { path } of [pkg, other]) await rm(pathAt(chileBuffer, path))
    await sql(em, '/* test: nine before */ update storage.operation set attempt = max_attempts - 1 where kind = $1 and subject_id = $2', [
      'transfer',
      transferId,
    ])

    expect(await attempt(world, 'transfer', transferId)).toBe('FAILED')

    for (const { id } of [pkg, other]) {
      const copy = await copyAt(em, id, chileBuffer)
      expect(copy).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
      expect((await toldOf(em, copy?.id ?? '')).at(-1)?.reason).toBe('its bytes were not there, or could not be read, when it was sent')
    }
    await sweep(world, null)
    const [again] = await transfersOf(em, pkg.id)
    expect(again).toMatchObject({ from_location_id: second.id })
    expect(await attempt(world, 'transfer', again?.id ?? '')).toBe('DONE')
    expect(await transfersOf(em, other.id)).toMatchObject([{ id: transferId, status: 'FAILED' }])
  })

  test('leaves alone what a worker has', async ({ em, world, topology }) => {
    const { chileBuffer } = topology.locations
    const { pkg, transferId } = await planTwice(world, em, topology)
    const { id } = await getOperation(world, 'transfer', transferId)
    await sql(em, `/* test: taken */ update storage.operation set state = 'RUNNING', lease_until = now() + interval '1 h' where id = $1`, [
      id,
    ])
    await park(em, chileBuffer)

    await sweep(world, null)

    expect(await transfersOf(em, pkg.id)).toMatchObject([{ id: transferId }])
  })

  test('UC-3.3 by HTTP waits without an attempt while its origin is away, whose breaker opens; a file that is not there is doubted', async ({
    em,
    world: bare,
    topology,
  }) => {
    const { chileBuffer } = topology.locations
    await em.nativeUpdate(DataTransferRoute, { id: topology.routes[0]?.id ?? '' }, { method: 'HTTP' })
    const { server, keys } = await serveData(bare, topology)
    await using _server = server
    const world = { ...bare, transports: openTransports({ keys }) }
    const { made, transferId } = await planSending(world, em, { topology })
    await rename(pathAt(chileBuffer, '.location-id'), pathAt(chileBuffer, '.other'))
    for (let times = 0; times < 5; times += 1) expect(await attempt(world, 'transfer', transferId)).toBe('PAUSED')
    await rename(pathAt(chileBuffer, '.other'), pathAt(chileBuffer, '.location-id'))

    expect(await getOperation(world, 'transfer', transferId)).toMatchObject({
      attempt: 0,
      reason: expect.stringContaining('offline') as string,
    })
    expect(await em.fork().findOneOrFail(CircuitBreaker, { locationId: chileBuffer.id })).toMatchObject({ state: 'OPEN' })
    await rm(pathAt(chileBuffer, made[0]?.pkg.path ?? ''))
    expect(await attempt(world, 'transfer', transferId)).toBe('RETRY')
    expect(await copyAt(em, made[0]?.pkg.id ?? '', chileBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
  })
})

describe('a copy that its device cannot read', () => {
  test('UC-4.3 is set aside by the last attempt at its verification, while its location is there', async ({ em, world, topology }) => {
    const { cologneArchive, gentArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    const copy = await copyAt(em, pkg.id, cologneArchive)
    await sql(em, `/* test: doubted */ update storage.physical_copy set verification_level = 0, verified_at = null where id = $1`, [
      copy?.id,
    ])
    const broken = withStore(world, cologneArchive, () => ({ read: unreadable(cologneArchive) }))

    expect(await attempt(broken, 'checksum', copy?.id ?? '')).toBe('RETRY')
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    const { id } = await getOperation(world, 'checksum', copy?.id ?? '')
    await sql(em, `/* test: nine before */ update storage.operation set attempt = max_attempts - 1 where id = $1`, [id])
    expect(await attempt(broken, 'checksum', copy?.id ?? '')).toBe('DONE')

    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({
      status: 'QUARANTINED',
      statusReason: expect.stringMatching(/^its device could not read it at attempt 10 of 10; kept at \.quarantine/) as string,
    })
  })
})

describe('archiving and staging', () => {
  test('UC-4.3 UC-5.1 take another copy when the one they read is not there, or cannot be read by its device', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive] })
    const { pkg } = made
    const second = await makeSecond(world, topology, cologneArchive)
    const tar = await readFile(pathAt(cologneArchive, pkg.path))
    await rm(pathAt(cologneBuffer, pkg.path))

    expect(await attempt(world, 'archive', pkg.id)).toBe('RETRY')
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    expect(await readFile(pathAt(second, pkg.path))).toEqual(tar)

    await request(em, topology, { of: [made] })
    const broken = withStore(world, cologneArchive, () => ({ read: unreadable(cologneArchive) }))
    expect(await attempt(broken, 'staging', pkg.id)).toBe('RETRY')
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    expect(await attempt(broken, 'staging', pkg.id)).toBe('DONE')
    expect(await em.fork().count(Operation, { kind: 'staging', subjectId: pkg.id, state: 'FAILED' })).toBe(0)
  })
})
