import { describe, expect } from 'vitest'
import { mayDelete, sql } from '@almagest/schema'
import { loadCase, perform, sweep } from '@almagest/jobs'
import { attempt, copyAt, getOperation, packageNow, toldOf, withStore } from './attempt.ts'
import { makeHeldPackage, planPackage } from './made.ts'
import { makeSecond, park, test } from './operated.ts'
import { planSending, transferNow } from './sending.ts'

const never = new AbortController().signal

describe('the next BUFFER by priority', () => {
  test('UC-3.3 takes packages while the first is not to be written, is parked, or is full', async ({ em, world, topology, operate }) => {
    const { chileBuffer: first } = topology.locations
    const second = await makeSecond(world, topology, first)
    const made = async (using = world) => {
      const id = await planPackage(em, { topology, files: { [`${Math.random()}.dat`]: 'some bytes' } })
      expect(await attempt(using, 'packaging', id)).toBe('DONE')
      const [at] = await sql<{ location_id: string }>(em, 'select location_id from storage.physical_copy where package_id = $1', [id])
      return at?.location_id
    }
    expect(await made()).toBe(first.id)
    await operate('setLocationAccess', { locationId: first.id, write: false, reason: 'a new disk' })
    expect(await made()).toBe(second.id)
    await operate('setLocationAccess', { locationId: first.id, write: true, reason: 'it is in' })
    expect(await made(withStore(world, first, () => ({ space: () => Promise.resolve({ free: 0, total: 1 }) })))).toBe(second.id)
    await park(em, first)
    expect(await made()).toBe(second.id)
  })

  test('UC-3.3 gets a transfer that was to go to one that is closed or parked, and what has to be sent on from there', async ({
    em,
    world,
    topology,
    operate,
  }) => {
    const { cologneBuffer: first } = topology.locations
    const second = await makeSecond(world, topology, first)
    const { made, transferId } = await planSending(world, em, { topology })
    expect((await transferNow(em, transferId)).toLocationId).toBe(first.id)

    await operate('drainLocation', { locationId: first.id, reason: 'it is old' })
    expect(await perform(world, (await getOperation(world, 'transfer', transferId)).id, never)).toBe('NOTHING')
    await sweep(world, null)

    expect((await transferNow(em, transferId)).toLocationId).toBe(second.id)
    expect(await getOperation(world, 'transfer', transferId)).toMatchObject({
      locationId: second.id,
      reason: `it goes to ${second.name} instead of ${first.name}`,
    })
    expect(await attempt(world, 'transfer', transferId)).toBe('DONE')
    expect(await copyAt(em, made[0]?.pkg.id ?? '', second)).toMatchObject({ status: 'PRESENT' })
  })

  test('UC-3.3 gets a transfer for which the first has no room, as long as nothing arrived', async ({ em, world, topology }) => {
    const { cologneBuffer: first } = topology.locations
    const second = await makeSecond(world, topology, first)
    const { transferId } = await planSending(world, em, { topology })
    const full = withStore(world, first, () => ({ space: () => Promise.resolve({ free: 1_000, total: 1_000_000 }) }))

    expect(await attempt(full, 'transfer', transferId)).toBe('PAUSED')
    expect(await getOperation(world, 'transfer', transferId)).toMatchObject({
      locationId: second.id,
      attempt: 0,
      reason: expect.stringMatching(`^it goes to ${second.name}: ${first.name} has 1000 bytes free and `) as string,
    })
    expect(await attempt(full, 'transfer', transferId)).toBe('DONE')
    expect((await transferNow(em, transferId)).toLocationId).toBe(second.id)
  })
})

describe('what operators switch off', () => {
  test('UC-8.1 a location that may not be written still gives its copies; work that would write there waits and says why', async ({
    em,
    world,
    topology,
    api,
    operate,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'WAITING' })
    await sweep(world, null)
    await operate('setLocationAccess', { locationId: cologneArchive.id, write: false, reason: 'maintenance' })
    const { id } = await getOperation(world, 'archive', pkg.id)
    expect(await perform(world, id, never)).toBe('NOTHING')
    const [{ whyBlocked }] = await api.entities('Operation', [id], 'whyBlocked { code message nextAction who level }')
    expect(whyBlocked).toMatchObject([
      { code: 'QUEUED', level: 0 },
      {
        code: 'LOCATION_CLOSED',
        message: `writing is off at ${cologneArchive.name}`,
        nextAction: 'setLocationAccess allows it',
        who: 'OPERATOR',
        level: 1,
      },
    ])

    await operate('setLocationAccess', { locationId: cologneArchive.id, write: true, reason: 'done' })
    await operate('setLocationAccess', { locationId: cologneBuffer.id, write: false, reason: 'maintenance' })
    expect(await perform(world, id, never)).toBe('DONE')
    expect((await packageNow(em, pkg.id)).state).toBe('ARCHIVED')
    expect((await toldOf(em, cologneArchive.id)).map(({ field, to_state, reason }) => [field, to_state, reason])).toEqual([
      ['write_enabled', 'false', 'setLocationAccess: maintenance'],
      ['write_enabled', 'true', 'setLocationAccess: done'],
    ])
  })

  test('UC-6.2 UC-8.1 copies at a location that may not be read, or is to be emptied, are no source, and no deletion relies on them', async ({
    em,
    world,
    topology,
    operate,
  }) => {
    const { chileBuffer, cologneArchive, gentArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneArchive, gentArchive] })
    const decide = async () => {
      const { facts } = await loadCase(em.fork(), { packageId: pkg.id, locationId: chileBuffer.id })
      return mayDelete({ ...facts, openWork: [] })
    }
    expect(await decide()).toMatchObject({ may: true })
    const why = '1 of 2 verified copies in distinct failure domains exist elsewhere'
    await operate('setLocationAccess', { locationId: gentArchive.id, read: false, reason: 'its controller lies' })
    expect(await decide()).toMatchObject({ may: false, reason: why })
    await operate('setLocationAccess', { locationId: gentArchive.id, read: true, reason: 'a new one' })
    await operate('drainLocation', { locationId: gentArchive.id, reason: 'it is old' })
    expect(await decide()).toMatchObject({ may: false, reason: why })
    await operate('resumeLocation', { locationId: gentArchive.id, reason: 'not yet' })
    await operate('drainSite', { siteId: topology.sites.gent.id, reason: 'it moves' })
    expect(await decide()).toMatchObject({ may: false, reason: why })

    await expect(
      em.fork().transactional(async em => {
        const evidence = [cologneArchive, gentArchive].map(place => copyAt(em, pkg.id, place))
        const names = (await Promise.all(evidence)).map(copy => ({ copyId: copy?.id }))
        const victim = await copyAt(em, pkg.id, chileBuffer)
        await sql(
          em,
          `insert into storage.deletion_proof (id, package_id, location_id, policy_id, operation_id, evidence, expires_at)
           select gen_random_uuid(), $1, $2, y.id, o.id, $3::jsonb, now() + interval '1 min' from storage.retention_policy y, storage.operation o
           where y.location_id = $2 and o.subject_id = $1 and o.kind = 'packaging'`,
          [pkg.id, chileBuffer.id, JSON.stringify(names)],
        )
        await sql(
          em,
          `update storage.physical_copy set status = 'DELETION_IN_PROGRESS', deletion_proof_id = (select id from storage.deletion_proof where package_id = $2) where id = $1`,
          [victim?.id, pkg.id],
        )
      }),
    ).rejects.toThrow(`relies on a copy at ${gentArchive.name}, which is paused, draining, retired or not read`)
  })

  test('UC-8.1 refuses what makes no sense, and says why', async ({ topology, operate }) => {
    const { chileBuffer, processing } = topology.locations
    expect(await operate('setLocationAccess', { locationId: chileBuffer.id, reason: 'x' })).toBe(
      'BAD_INPUT read, write: give at least one of the two',
    )
    expect(await operate('pauseLocation', { locationId: chileBuffer.id, reason: ' ' })).toMatch(/^BAD_INPUT reason: must be 1 to 200/)
    expect(await operate('pauseLocation', { locationId: 'x', reason: 'x' })).toBe('BAD_INPUT locationId: must be a UUID')
    expect(await operate('retireLocation', { locationId: processing.id, reason: 'x' })).toBe(
      'INVALID_TRANSITION IN_USE cannot become RETIRED',
    )
  })
})
