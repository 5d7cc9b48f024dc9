import { describe, expect } from 'vitest'
import { DataLocation, Operation } from '@almagest/schema'
import { perform } from '@almagest/jobs'
import { settle, work } from '../make.ts'
import { attempt, copyAt, getOperation, toldOf } from './attempt.ts'
import { makeHeldPackage, planPackage } from './made.ts'
import { leftAt, makeSecond, test } from './operated.ts'

const never = new AbortController().signal

describe('a location that is paused, drained and retired', () => {
  test('UC-8.1 pausing lets nothing begin and loses nothing; resuming goes on', async ({ em, world, topology, operate }) => {
    const { source } = topology.locations
    const id = await planPackage(em, { topology })
    const operation = await getOperation(world, 'packaging', id)
    expect(await operate('pauseLocation', { locationId: source.id, reason: 'a storm' }, 'state active')).toEqual({
      state: 'PAUSED',
      active: false,
    })
    expect(await perform(world, operation.id, never)).toBe('NOTHING')
    expect(await operate('resumeLocation', { locationId: source.id, reason: 'it is over' }, 'state active')).toEqual({
      state: 'IN_USE',
      active: true,
    })
    expect(await perform(world, operation.id, never)).toBe('DONE')
    expect(await toldOf(em, source.id)).toEqual([
      { field: 'state', from_state: 'IN_USE', to_state: 'PAUSED', reason: 'pauseLocation: a storm' },
      { field: 'state', from_state: 'PAUSED', to_state: 'IN_USE', reason: 'resumeLocation: it is over' },
    ])
    await operate('pauseSite', { siteId: topology.sites.chile.id, reason: 'a storm' })
    await planPackage(em, { topology, files: { 'b.dat': 'b' } })
    expect(await work(world, 'packaging')).toEqual(['NOTHING'])
  })

  test('UC-8.1 an archive is drained by the ordinary planners and retired when every package has come to another', async ({
    em,
    world,
    topology,
    api,
    operate,
  }) => {
    const { cologneArchive: old } = topology.locations
    const made = [
      await makeHeldPackage(world, em, { topology, at: [old] }),
      await makeHeldPackage(world, em, { topology, at: [old], files: { 'b.dat': 'b' } }),
    ]
    const held = made.reduce((sum, { pkg }) => sum + (pkg.bytes ?? 0), 0)
    const other = await makeSecond(world, topology, old)
    const drained = await operate(
      'drainLocation',
      { locationId: old.id, reason: 'it is old' },
      'state active left { copies bytes reasons { reason copies bytes } }',
    )
    expect(drained).toEqual({
      state: 'DRAINING',
      active: true,
      left: { copies: 2, bytes: held, reasons: [{ reason: 'UNARCHIVED', copies: 2, bytes: held }] },
    })
    expect(await operate('retireLocation', { locationId: old.id, reason: 'sold' })).toBe(
      `CONFLICT locationId: ${old.name} cannot be retired: it holds 2 copies of ${held} bytes that are not safe elsewhere (2 UNARCHIVED)`,
    )

    await settle(world)
    for (const { pkg } of made) expect(await copyAt(em, pkg.id, other)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await leftAt(api, 'DiskLocation', old.id)).toEqual({ copies: 0, bytes: 0, reasons: [] })
    expect(await operate('retireLocation', { locationId: old.id, reason: 'sold' }, 'state active')).toEqual({
      state: 'RETIRED',
      active: false,
    })

    expect(await operate('resumeLocation', { locationId: old.id, reason: 'no' })).toBe('INVALID_TRANSITION RETIRED cannot become IN_USE')
    expect(await operate('setLocationActive', { locationId: old.id, active: true })).toBe('INVALID_TRANSITION RETIRED cannot become IN_USE')
    await expect(em.nativeUpdate(DataLocation, { id: old.id }, { active: true })).rejects.toThrow('is retired for ever')
    expect((await copyAt(em, made[0]?.pkg.id ?? '', old))?.status).toBe('PRESENT')
    expect((await toldOf(em, old.id)).map(({ to_state }) => to_state)).toEqual(['DRAINING', 'RETIRED'])
  })

  test('UC-6.2 UC-8.1 an archive is not retired while fewer would be left than the strictest policy wants by which a BUFFER was freed', async ({
    em,
    world,
    topology,
    operate,
  }) => {
    const { cologneArchive, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    await operate('drainLocation', { locationId: gentArchive.id, reason: 'it is old' })

    expect(await operate('retireLocation', { locationId: gentArchive.id, reason: 'sold' })).toContain('(1 TOO_FEW_COPIES)')

    await operate('resumeLocation', { locationId: gentArchive.id, reason: 'it is needed' })
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT' })
  })

  test('UC-8.1 a SOURCE and a BUFFER are packaged and archived first; a retired site cancels what waits there', async ({
    em,
    world,
    topology,
    api,
    operate,
  }) => {
    const { sites, locations } = topology
    const id = await planPackage(em, { topology })
    await operate('drainSite', { siteId: sites.chile.id, reason: 'the telescope closes' })
    expect(await leftAt(api, 'Site', sites.chile.id)).toMatchObject({ copies: 1, reasons: [{ reason: 'UNPACKAGED' }] })
    expect(await perform(world, (await getOperation(world, 'packaging', id)).id, never)).toBe('PAUSED')
    expect((await getOperation(world, 'packaging', id)).reason).toMatch(/^no BUFFER of the site can take the package/)
    await operate('resumeSite', { siteId: sites.chile.id, reason: 'not yet' })
    await operate('drainLocation', { locationId: locations.source.id, reason: 'the telescope closes' })
    expect(await attempt(world, 'packaging', id)).toBe('DONE')
    await settle(world)
    expect(await leftAt(api, 'DiskLocation', locations.source.id)).toEqual({ copies: 0, bytes: 0, reasons: [] })
    await operate('drainSite', { siteId: sites.chile.id, reason: 'the telescope closes' })
    const [scan] = await em.fork().find(Operation, { kind: 'scan', locationId: locations.source.id })
    expect(scan?.state).toBe('DONE')
    await settle(world)

    expect(await operate('retireSite', { siteId: sites.chile.id, reason: 'closed' }, 'state active')).toEqual({
      state: 'RETIRED',
      active: false,
    })
    expect(await em.fork().count(Operation, { locationId: locations.source.id, state: { $in: ['READY', 'WAITING', 'RUNNING'] } })).toBe(0)
  })
})
