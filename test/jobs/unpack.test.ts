import { stat } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { DataTransfer, PhysicalCopy, sql } from '@almagest/schema'
import { sweep } from '@almagest/jobs'
import { attempt, copyAt, filesAt, getOperation, killedAfter, pathAt, performAgain, toldOf, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'
import { damaging, planSending, transferNow, watching } from './sending.ts'

describe('what arrives damaged', () => {
  test('UC-4.3 UC-3.1 is set aside and sent again, and nothing else is', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology, count: 3 })
    const [first, bad] = made as [MadePackage, MadePackage]
    await attempt(damaging(world, cologneBuffer, [bad.pkg.path]), 'transfer', transferId)
    const { ino } = await stat(pathAt(cologneBuffer, first.pkg.path))

    expect(await attempt(world, 'unpack', transferId)).toBe('DONE')

    expect(await transferNow(em, transferId)).toMatchObject({ status: 'PENDING', unpackStatus: 'PENDING', rounds: 1 })
    expect(await copyAt(em, bad.pkg.id, cologneBuffer)).toMatchObject({
      status: 'QUARANTINED',
      verificationLevel: 0,
      statusReason: expect.stringContaining('; kept at .quarantine/') as string,
    })
    const sent: string[] = []
    expect(await attempt(watching(world, cologneBuffer, sent), 'transfer', transferId)).toBe('DONE')
    expect(sent).toEqual([bad.pkg.path])
    expect(await attempt(world, 'unpack', transferId)).toBe('DONE')
    expect(await transferNow(em, transferId)).toMatchObject({ status: 'COMPLETED', unpackStatus: 'COMPLETED', rounds: 1 })
    expect((await stat(pathAt(cologneBuffer, first.pkg.path))).ino).toBe(ino)
    expect(
      await em.fork().find(PhysicalCopy, { packageId: bad.pkg.id, locationId: cologneBuffer.id }, { orderBy: { id: 'asc' } }),
    ).toMatchObject([{ status: 'QUARANTINED' }, { status: 'PRESENT', verificationLevel: 2 }])
    expect((await filesAt(cologneBuffer)).filter(path => path.startsWith('.quarantine/'))).toHaveLength(1)
  })

  test('UC-7.3 for the third time is left to a person, with the reason', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology })
    const { pkg } = made[0] as MadePackage
    const bad = damaging(world, cologneBuffer, [pkg.path])
    for (let round = 1; round <= 3; round++) {
      expect(await attempt(bad, 'transfer', transferId)).toBe('DONE')
      expect(await attempt(bad, 'unpack', transferId)).toBe('DONE')
      expect((await transferNow(em, transferId)).rounds).toBe(round)
    }

    expect(await transferNow(em, transferId)).toMatchObject({ status: 'FAILED', unpackStatus: 'FAILED' })
    expect((await toldOf(em, transferId)).at(-1)).toMatchObject({ to_state: 'FAILED', reason: `arrived damaged or not at all: ${pkg.id}` })
    const sending = (await toldOf(em, transferId)).filter(({ field }) => field === 'status').map(({ to_state }) => to_state)
    expect(sending.slice(-3)).toEqual(['COMPLETED', 'PENDING', 'FAILED'])
    expect(await attempt(world, 'transfer', transferId)).toBeNull()
    expect(await copyAt(em, pkg.id, topology.locations.chileBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await em.fork().count(DataTransfer, { fromLocationId: topology.locations.chileBuffer.id })).toBe(1)
  })

  test('UC-8.3 UC-4.3 is moved aside by the next run when a worker is killed before or after it moved', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    for (const when of ['before', 'after'] as const) {
      const { pkg } = await makeHeldPackage(world, em, { topology, at: [topology.locations.chileBuffer], state: 'WAITING' })
      await sweep(world, null)
      const transfer = await em
        .fork()
        .findOneOrFail(DataTransfer, { fromLocationId: topology.locations.chileBuffer.id, status: 'SCHEDULED' })
      await attempt(damaging(world, cologneBuffer, [pkg.path]), 'transfer', transfer.id)
      const early = withStore(world, cologneBuffer, () => ({ quarantine: () => Promise.reject(new Error('killed')) }))
      await attempt(when === 'before' ? early : killedAfter(world, cologneBuffer, 'quarantine'), 'unpack', transfer.id)
      expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({
        status: 'QUARANTINED',
        statusReason: expect.stringMatching(/^moving aside: /) as string,
      })

      expect(await attempt(world, 'unpack', transfer.id)).toBe('DONE')

      expect((await copyAt(em, pkg.id, cologneBuffer))?.statusReason).not.toMatch(/^moving aside/)
      expect(await filesAt(cologneBuffer)).not.toContain(pkg.path)
      expect(await attempt(world, 'transfer', transfer.id)).toBe('DONE')
      expect(await attempt(world, 'unpack', transfer.id)).toBe('DONE')
      expect(await transferNow(em, transfer.id)).toMatchObject({ unpackStatus: 'COMPLETED', rounds: 1 })
    }
  })
})

describe('verifying what arrived', () => {
  test('that FAILED stands as FAILED beside what was sent, and goes on when it is tried again', async ({ em, world, topology }) => {
    const { transferId } = await planSending(world, em, { topology })
    await attempt(world, 'transfer', transferId)
    await sweep(world, null)
    const { id } = await getOperation(world, 'unpack', transferId)
    await sql(em, '/* test: nine before */ update storage.operation set attempt = max_attempts - 1 where id = $1', [id])
    const broken = withStore(world, topology.locations.cologneBuffer, () => ({ read: () => Promise.reject(new Error('oops')) }))

    expect(await attempt(broken, 'unpack', transferId)).toBe('FAILED')

    expect(await transferNow(em, transferId)).toMatchObject({ status: 'COMPLETED', unpackStatus: 'FAILED' })
    expect(await performAgain(world, await getOperation(world, 'unpack', transferId))).toBe('DONE')
    expect(await transferNow(em, transferId)).toMatchObject({ status: 'COMPLETED', unpackStatus: 'COMPLETED' })
  })

  test('UC-3.1 finds a package whose bytes went away, and it is sent again', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology })
    const { pkg } = made[0] as MadePackage
    await attempt(world, 'transfer', transferId)
    await world.stores.of(cologneBuffer).quarantine(pkg.path, 'someone')

    expect(await attempt(world, 'unpack', transferId)).toBe('DONE')

    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'MISSING' })
    expect(await transferNow(em, transferId)).toMatchObject({ status: 'PENDING', unpackStatus: 'PENDING', rounds: 1 })
    expect(await attempt(world, 'transfer', transferId)).toBe('DONE')
    expect(await attempt(world, 'unpack', transferId)).toBe('DONE')
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
  })
})
