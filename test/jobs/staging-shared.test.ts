import { stat } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { newId, PhysicalCopy, RetentionPolicy, sql } from '@almagest/schema'
import { attempt, copyAt, filesAt, getOperation, killedAfter, pathAt } from './attempt.ts'
import { test } from './bench.ts'
import { archived, end, expectRequest, folderOf, request, requestNow, seenAt, whole } from './staged.ts'

describe('a staging that is shared', () => {
  test('UC-5.3 is done once for two requests, and each lease begins when its request is ready', async ({ em, world, topology }) => {
    const [one, two] = [await archived(world, em, topology), await archived(world, em, topology)]
    const [first, second] = [
      await request(em, topology, { of: [one], leaseS: 100 }),
      await request(em, topology, { of: [one, two], leaseS: 900 }),
    ]

    expect(await attempt(world, 'staging', one.pkg.id)).toBe('DONE')
    await expectRequest(em, first, 'COMPLETED', ['COMPLETED'])
    await expectRequest(em, second, 'IN_PROGRESS', ['COMPLETED', 'PENDING'])
    expect(await attempt(world, 'staging', two.pkg.id)).toBe('DONE')
    await expectRequest(em, second, 'COMPLETED', ['COMPLETED', 'COMPLETED'])

    const third = await request(em, topology, { of: [one] })
    const { ino } = await stat(pathAt(topology.locations.processing, folderOf(one)))
    expect(await attempt(world, 'staging', one.pkg.id)).toBe('DONE')
    await expectRequest(em, third, 'COMPLETED', ['COMPLETED'])
    expect((await stat(pathAt(topology.locations.processing, folderOf(one)))).ino).toBe(ino)
    for (const [id, leaseS] of [
      [first, 100],
      [second, 900],
      [third, 600],
    ] as const) {
      const { completedAt, leaseUntil } = await requestNow(em, id)
      expect((leaseUntil?.getTime() ?? 0) - (completedAt?.getTime() ?? 0)).toBe(leaseS * 1_000)
    }
    expect(await em.fork().count(PhysicalCopy, { packageId: one.pkg.id, locationId: topology.locations.processing.id })).toBe(1)
  })

  test('UC-5.3 is kept while any lease lasts, and freed when the last has expired or was released', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const made = await archived(world, em, topology)
    const [first, second, third] = [
      await request(em, topology, { of: [made], leaseS: 60 }),
      await request(em, topology, { of: [made] }),
      await request(em, topology, { of: [made] }),
    ]
    await attempt(world, 'staging', made.pkg.id)
    await sql(em, `/* test: later */ update staging.staging_request set lease_until = now() where id = $1`, [first])
    await end(em, third)

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBeNull()
    expect((await requestNow(em, first)).status).toBe('EXPIRED')
    expect((await requestNow(em, second)).status).toBe('COMPLETED')
    expect(await seenAt(topology)).toEqual(whole(made))

    await end(em, second)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'DELETED' })
    expect(await filesAt(processing)).toEqual([])
    expect(await copyAt(em, made.pkg.id, topology.locations.cologneArchive)).toMatchObject({ status: 'PRESENT' })

    const again = await request(em, topology, { of: [made] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    await expectRequest(em, again, 'COMPLETED', ['COMPLETED'])
    expect(await seenAt(topology)).toEqual(whole(made))
  })

  test('UC-5.3 is taken back at once when it is wanted again before its grace time is over', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    em.create(RetentionPolicy, { id: newId(), locationId: processing.id, policyVersion: 2, minimumAgeS: 0, graceS: 86_400 })
    await em.flush()
    const made = await archived(world, em, topology)
    const first = await request(em, topology, { of: [made] })
    await attempt(world, 'staging', made.pkg.id)
    await end(em, first)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'DELETION_SCHEDULED' })

    const again = await request(em, topology, { of: [made] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')

    await expectRequest(em, again, 'COMPLETED', ['COMPLETED'])
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'STAGED', statusReason: null })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'STAGED' })
    expect(await seenAt(topology)).toEqual(whole(made))
  })

  test('UC-5.3 waits while the folder of an earlier one is being deleted, and is then served', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const made = await archived(world, em, topology)
    const first = await request(em, topology, { of: [made] })
    await attempt(world, 'staging', made.pkg.id)
    await end(em, first)
    await attempt(killedAfter(world, processing, 'removeFolder'), 'cleanup', made.pkg.id)
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'DELETION_IN_PROGRESS' })

    const again = await request(em, topology, { of: [made] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('PAUSED')
    expect(await getOperation(world, 'staging', made.pkg.id)).toMatchObject({
      state: 'WAITING',
      attempt: 0,
      reason: expect.stringContaining('is being deleted') as string,
    })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')

    await expectRequest(em, again, 'COMPLETED', ['COMPLETED'])
    expect(await seenAt(topology)).toEqual(whole(made))
    expect(
      await em.fork().find(PhysicalCopy, { packageId: made.pkg.id, locationId: processing.id }, { orderBy: { id: 'asc' } }),
    ).toMatchObject([{ status: 'DELETED' }, { status: 'STAGED' }])
  })
})
