import { readFile, rename, stat } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { DataTransfer, DataTransferRoute, newId, Operation, Outage, PhysicalCopy, sql, type RawDataPackage } from '@almagest/schema'
import { digestOf, openTransports, sweep } from '@almagest/jobs'
import { attempt, copyAt, filesAt, getOperation, loseClaims, packageNow, pathAt, performAgain, toldOf } from './attempt.ts'
import { test } from './bench.ts'
import type { MadePackage } from './made.ts'
import { assembling, overwrite, planSending, transferNow, watching } from './sending.ts'

describe('a transfer', () => {
  test('UC-3.1 brings the packages of a bundle to the buffer of the other site, byte for byte, and is then verified', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology, count: 2 })
    expect(await Promise.all(made.map(async ({ pkg }) => (await packageNow(em, pkg.id)).state))).toEqual(['TRANSFERRING', 'TRANSFERRING'])

    expect(await attempt(world, 'transfer', transferId)).toBe('DONE')

    expect(await transferNow(em, transferId)).toMatchObject({
      status: 'COMPLETED',
      unpackStatus: 'PENDING',
      completedAt: expect.any(Date) as Date,
    })
    for (const { pkg } of made) {
      const sent = await copyAt(em, pkg.id, cologneBuffer)
      expect(sent).toMatchObject({
        status: 'PRESENT',
        verificationLevel: 0,
        bytes: pkg.bytes,
        digest: (await copyAt(em, pkg.id, chileBuffer))?.digest,
      })
      expect(await digestOf([await readFile(pathAt(cologneBuffer, pkg.path))])).toEqual({ bytes: sent?.bytes, digest: sent?.digest })
    }
    expect(await attempt(world, 'unpack', transferId)).toBe('DONE')
    expect(await transferNow(em, transferId)).toMatchObject({
      status: 'COMPLETED',
      unpackStatus: 'COMPLETED',
      unpackedAt: expect.any(Date) as Date,
      rounds: 0,
    })
    for (const { pkg } of made) expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ verificationLevel: 2 })
    expect((await toldOf(em, transferId)).map(({ field, to_state }) => `${field} ${to_state}`)).toEqual([
      'status SCHEDULED',
      'status IN_PROGRESS',
      'status COMPLETED',
      'unpack_status SCHEDULED',
      'unpack_status IN_PROGRESS',
      'unpack_status COMPLETED',
    ])
  })

  test('changes nothing when it, or its verification, is done again', async ({ em, world, topology }) => {
    const { made, transferId } = await planSending(world, em, { topology })
    await attempt(world, 'transfer', transferId)
    await attempt(world, 'unpack', transferId)
    const before = [await transferNow(em, transferId), await em.fork().find(PhysicalCopy, { packageId: made[0]?.pkg.id ?? '' })]
    const { ino } = await stat(pathAt(topology.locations.cologneBuffer, made[0]?.pkg.path ?? ''))

    expect(await performAgain(world, await getOperation(world, 'transfer', transferId))).toBe('DONE')
    expect(await performAgain(world, await getOperation(world, 'unpack', transferId))).toBe('DONE')

    expect([await transferNow(em, transferId), await em.fork().find(PhysicalCopy, { packageId: made[0]?.pkg.id ?? '' })]).toEqual(before)
    expect((await stat(pathAt(topology.locations.cologneBuffer, made[0]?.pkg.path ?? ''))).ino).toBe(ino)
  })

  test('UC-3.2 that was cut goes on where it was, and sends nothing twice', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology, count: 3 })
    const paths = made.map(({ pkg }) => pkg.path).sort()
    const sent: string[] = []
    const cut = assembling(watching(world, cologneBuffer, sent), cologneBuffer, () => ({
      begun() {
        if (sent.length === 2) throw new Outage('the line was cut', { locationId: null })
      },
    }))

    expect(await attempt(cut, 'transfer', transferId)).toBe('PAUSED')
    expect(await getOperation(world, 'transfer', transferId)).toMatchObject({ state: 'WAITING', attempt: 0, reason: 'the line was cut' })
    expect(await attempt(cut, 'transfer', transferId)).toBe('RETRY')
    expect(await getOperation(world, 'transfer', transferId)).toMatchObject({ state: 'WAITING', attempt: 1, reason: 'the line was cut' })
    expect((await transferNow(em, transferId)).status).toBe('IN_PROGRESS')
    expect(await attempt(watching(world, cologneBuffer, sent), 'transfer', transferId)).toBe('DONE')

    expect(sent.toSorted()).toEqual(paths)
    expect(await filesAt(cologneBuffer)).toEqual(paths)
  })

  test('sends no bytes that are not those of the copy’s digest, and leaves none of them', async ({ em, world, topology }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology })
    const { pkg } = made[0] as MadePackage
    await overwrite(chileBuffer, pkg.path, Buffer.alloc(pkg.bytes ?? 0, 3))

    expect(await attempt(world, 'transfer', transferId)).toBe('RETRY')

    expect((await getOperation(world, 'transfer', transferId)).reason).toContain('what came for')
    expect(await filesAt(cologneBuffer)).toEqual([])
    expect(await copyAt(em, pkg.id, cologneBuffer)).toBeNull()
  })

  test('UC-4.3 doubts a copy whose bytes came otherwise: it is read again and set aside, and the others of its bundle arrive', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology, count: 2 })
    const [bad, good] = made.map(({ pkg }) => pkg) as [RawDataPackage, RawDataPackage]
    await overwrite(chileBuffer, bad.path, Buffer.alloc(bad.bytes ?? 0, 3))

    expect(await attempt(world, 'transfer', transferId)).toBe('RETRY')

    expect(await filesAt(cologneBuffer)).toEqual([good.path])
    const copy = await copyAt(em, bad.id, chileBuffer)
    expect(copy).toMatchObject({ status: 'PRESENT', verificationLevel: 0, verifiedAt: null })
    expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('DONE')
    expect(await copyAt(em, bad.id, chileBuffer)).toMatchObject({ status: 'QUARANTINED' })
  })

  test('waits for a copy that may not be sent', async ({ em, world, topology }) => {
    const { made, transferId } = await planSending(world, em, { topology })
    const copy = await copyAt(em, made[0]?.pkg.id ?? '', topology.locations.chileBuffer)
    await sql(em, `/* test */ update storage.physical_copy set status = 'DELETION_SCHEDULED' where id = $1`, [copy?.id])
    expect(await attempt(world, 'transfer', transferId)).toBe('RETRY')
    expect((await getOperation(world, 'transfer', transferId)).reason).toContain('to be sent is DELETION_SCHEDULED')
    await sql(em, `/* test */ update storage.physical_copy set status = 'MISSING' where id = $1`, [copy?.id])
    expect(await attempt(world, 'transfer', transferId)).toBe('RETRY')
    expect((await getOperation(world, 'transfer', transferId)).reason).toContain('to be sent is not there')
  })

  test('sends the most urgent first, and one that cannot be sent keeps none of the others', async ({ em, world, topology }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology, count: 3 })
    const [last, missing, first] = made.map(({ pkg }) => pkg) as [RawDataPackage, RawDataPackage, RawDataPackage]
    for (const [{ id }, priority] of [
      [last, 9],
      [missing, 2],
      [first, 1],
    ] as const) {
      await sql(em, `/* test */ update data_package.raw_data_package set priority = $2 where id = $1`, [id, priority])
    }
    const copy = await copyAt(em, missing.id, chileBuffer)
    await sql(em, `/* test */ update storage.physical_copy set status = 'MISSING' where id = $1`, [copy?.id])
    const sent: string[] = []

    expect(await attempt(watching(world, cologneBuffer, sent), 'transfer', transferId)).toBe('RETRY')

    expect(sent).toEqual([first.path, last.path])
    expect((await getOperation(world, 'transfer', transferId)).reason).toBe(`the copy of package ${missing.id} to be sent is not there`)
    await sql(em, `/* test */ update storage.physical_copy set status = 'PRESENT' where id = $1`, [copy?.id])
    expect(await attempt(watching(world, cologneBuffer, sent), 'transfer', transferId)).toBe('DONE')
    expect(sent).toEqual([first.path, last.path, missing.path])
  })

  test('waits while either end is away, and nothing is missing for it', async ({ em, world, topology }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology })
    for (const end of [chileBuffer, cologneBuffer]) {
      await rename(pathAt(end, '.location-id'), pathAt(end, '.other'))
      expect(await attempt(world, 'transfer', transferId)).toBe('RETRY')
      expect(await getOperation(world, 'transfer', transferId)).toMatchObject({
        state: 'WAITING',
        errorCode: 'UNAVAILABLE',
        reason: expect.stringContaining(end.id) as string,
      })
      await rename(pathAt(end, '.other'), pathAt(end, '.location-id'))
    }
    expect(await copyAt(em, made[0]?.pkg.id ?? '', chileBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await attempt(world, 'transfer', transferId)).toBe('DONE')
    await rename(pathAt(cologneBuffer, '.location-id'), pathAt(cologneBuffer, '.other'))
    expect(await attempt(world, 'unpack', transferId)).toBe('RETRY')
    expect(await copyAt(em, made[0]?.pkg.id ?? '', cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    expect((await transferNow(em, transferId)).unpackStatus).toBe('IN_PROGRESS')
  })

  test.for([
    [
      'HTTP',
      'UNAVAILABLE',
      /^site chile-\w+, where route .* begins, has no data server: start one there, or give the route another method$/,
    ],
    ['RSYNC', 'NOT_FOUND', /^route .* sends with no-rsync, which is not installed where this worker runs: install it at both ends/],
    ['BBCP', 'NOT_FOUND', /^route .* sends with no-bbcp, which is not installed where this worker runs: .*https:/],
  ] as const)('UC-7.3 says what is missing when it cannot go by %s', async ([method, code, reason], { em, world, topology }) => {
    await em.nativeUpdate(DataTransferRoute, { id: topology.routes[0]?.id ?? '' }, { method })
    const { transferId } = await planSending(world, em, { topology })
    const bare = { ...world, transports: openTransports({ rsync: 'no-rsync', bbcp: 'no-bbcp' }) }

    expect(await attempt(bare, 'transfer', transferId)).toBe(code === 'NOT_FOUND' ? 'FAILED' : 'RETRY')

    expect(await getOperation(world, 'transfer', transferId)).toMatchObject({
      errorCode: code,
      reason: expect.stringMatching(reason) as string,
    })
  })

  test('UC-8.3 of a worker that was killed between the bytes and their row is finished by the next', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology })
    const { pkg } = made[0] as MadePackage

    await attempt(
      assembling(world, cologneBuffer, () => ({ published: () => loseClaims(world) })),
      'transfer',
      transferId,
    )

    expect(await filesAt(cologneBuffer)).toEqual([pkg.path])
    expect(await copyAt(em, pkg.id, cologneBuffer)).toBeNull()
    expect(await attempt(world, 'transfer', transferId)).toBe('DONE')
    expect(await filesAt(cologneBuffer)).toEqual([pkg.path])
    expect(await em.fork().count(PhysicalCopy, { packageId: pkg.id, locationId: cologneBuffer.id })).toBe(1)
  })

  test('moves bytes aside that lie in its way and that no row knows', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology })
    await overwrite(cologneBuffer, made[0]?.pkg.path ?? '', Buffer.from('stray'))

    expect(await attempt(world, 'transfer', transferId)).toBe('RETRY')
    expect(await attempt(world, 'transfer', transferId)).toBe('DONE')

    const files = await filesAt(cologneBuffer)
    expect(files).toHaveLength(2)
    expect(await readFile(pathAt(cologneBuffer, files[0] ?? ''), 'utf8')).toBe('stray')
  })

  test('that FAILED stands as FAILED, and goes on when it is tried again', async ({ em, world, topology }) => {
    const { transferId } = await planSending(world, em, { topology })
    const { id } = await getOperation(world, 'transfer', transferId)
    await sql(em, '/* test: nine before */ update storage.operation set attempt = max_attempts - 1 where id = $1', [id])
    const cut = assembling(world, topology.locations.cologneBuffer, () => ({
      begun() {
        throw new Error('oops')
      },
    }))

    expect(await attempt(cut, 'transfer', transferId)).toBe('FAILED')
    expect((await transferNow(em, transferId)).status).toBe('FAILED')
    expect(await attempt(world, 'transfer', transferId)).toBeNull()
    expect(await performAgain(world, await getOperation(world, 'transfer', transferId))).toBe('DONE')
    expect((await transferNow(em, transferId)).status).toBe('COMPLETED')
  })
})

describe('a relay', () => {
  test('UC-3.4 sends over two legs, the second when the first was verified', async ({ em, world, topology }) => {
    const { chile, cologne, gent } = topology.sites
    const { cologneBuffer, gentBuffer, gentArchive } = topology.locations
    await em.nativeUpdate(DataTransferRoute, { id: topology.routes.map(({ id }) => id) }, { active: false })
    em.create(DataTransferRoute, {
      id: newId(),
      name: `relay-${newId()}`,
      type: 'RELAY',
      fromSiteId: chile.id,
      viaSiteId: cologne.id,
      toSiteId: gent.id,
      bundleAgeS: 0,
    })
    await em.flush()
    const { made, transferId } = await planSending(world, em, { topology })
    const { pkg } = made[0] as MadePackage
    const [, second] = await em
      .fork()
      .find(DataTransfer, { transferPackageId: (await transferNow(em, transferId)).transferPackageId }, { orderBy: { leg: 'asc' } })
    expect(second).toMatchObject({ leg: 2, status: 'PENDING', fromLocationId: cologneBuffer.id, toLocationId: gentBuffer.id })

    expect(await attempt(world, 'transfer', transferId)).toBe('DONE')
    expect(await attempt(world, 'transfer', second?.id ?? '')).toBeNull()
    expect(await attempt(world, 'unpack', transferId)).toBe('DONE')
    expect(await attempt(world, 'transfer', second?.id ?? '')).toBe('DONE')
    expect(await attempt(world, 'unpack', second?.id ?? '')).toBe('DONE')

    expect(await copyAt(em, pkg.id, gentBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    await sweep(world, null)
    expect(await em.fork().count(Operation, { kind: 'archive', subjectId: pkg.id, locationId: gentArchive.id })).toBe(1)
    expect(await em.fork().count(DataTransfer, { transferPackageId: second?.transferPackageId ?? '' })).toBe(2)
  })
})
