import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { PhysicalCopy, sql, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { claim } from '@almagest/jobs'
import { makeWorld } from '../make.ts'
import { attempt, copyAt, filesAt, getOperation, killedAfter, makeDue, packageNow, pathAt, performAgain, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage } from './made.ts'

/** Doubts the copy of a package at a location, and gives its id. */
async function doubt(em: EntityManager, packageId: string, location: DataLocation): Promise<string> {
  const copy = await copyAt(em, packageId, location)
  await sql(em, '/* test: doubted */ update storage.physical_copy set verification_level = 0, verified_at = null where id = $1', [copy?.id])
  return copy?.id ?? ''
}

describe('verification', () => {
  test('UC-4.3 sets a copy aside of which one byte is another, and the package is archived again from the buffer', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg, files } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive] })
    const id = await doubt(em, pkg.id, cologneArchive)
    const path = pathAt(cologneArchive, pkg.path)
    const bytes = await readFile(path)
    bytes.writeUInt8(0, files[0]?.offset ?? 0)
    await rm(path)
    await writeFile(path, bytes)

    expect(await attempt(world, 'checksum', id)).toBe('DONE')

    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({
      id,
      status: 'QUARANTINED',
      verificationLevel: 0,
      verifiedAt: null,
      statusReason: expect.stringMatching(/its data has the digest .*; kept at .quarantine\//) as string,
    })
    expect((await packageNow(em, pkg.id)).state).toBe('ARCHIVED')
    const [kept = ''] = (await filesAt(cologneArchive)).filter(file => file.startsWith('.quarantine/'))
    expect(await readFile(pathAt(cologneArchive, kept))).toEqual(bytes)
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    expect(
      await em.fork().find(PhysicalCopy, { packageId: pkg.id, locationId: cologneArchive.id }, { orderBy: { id: 'asc' } }),
    ).toMatchObject([{ status: 'QUARANTINED' }, { status: 'PRESENT', verificationLevel: 2 }])
  })

  test('UC-4.3 asks the disk, and not the memory of the machine that may have written the bytes', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive] })
    const id = await doubt(em, pkg.id, cologneArchive)
    const asked: unknown[] = []
    const watched = withStore(world, cologneArchive, store => ({
      read(path, options) {
        asked.push(options?.direct)
        return store.read(path, options)
      },
    }))

    expect(await attempt(watched, 'checksum', id)).toBe('DONE')

    expect(asked).toEqual([true])
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
  })

  test('UC-8.3 by a worker that was taken over after its last write does not call the work done that another does', async ({
    em,
    orm,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive] })
    const id = await doubt(em, pkg.id, cologneArchive)
    const late = withStore(world, cologneArchive, () => ({
      async release() {
        const { id: operationId } = await getOperation(world, 'checksum', id)
        await makeDue(world, operationId)
        expect(await claim(makeWorld(orm), operationId)).toMatchObject({ fence: 2 })
      },
    }))

    expect(await attempt(late, 'checksum', id)).toBe('NOTHING')

    expect(await getOperation(world, 'checksum', id)).toMatchObject({ state: 'RUNNING', fence: 2, finishedAt: null })
    expect(await attempt(world, 'checksum', id)).toBe('DONE')
  })

  test('says MISSING only of what is not there at a location that is', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer] })
    const id = await doubt(em, pkg.id, cologneBuffer)
    await rename(pathAt(cologneBuffer, '.location-id'), pathAt(cologneBuffer, '.other'))
    await rename(pathAt(cologneBuffer, pkg.path), pathAt(cologneBuffer, `${pkg.path}.away`))

    expect(await attempt(world, 'checksum', id)).toBe('RETRY')

    expect(await getOperation(world, 'checksum', id)).toMatchObject({
      state: 'WAITING',
      errorCode: 'UNAVAILABLE',
      reason: expect.stringContaining('is offline') as string,
    })
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    await rename(pathAt(cologneBuffer, '.other'), pathAt(cologneBuffer, '.location-id'))
    expect(await attempt(world, 'checksum', id)).toBe('DONE')
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'MISSING', statusReason: 'its bytes are not at the location' })
  })

  test('changes nothing when it is made again, and reads nothing that was verified since it was asked for', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [chileBuffer], state: 'WAITING' })
    const id = await doubt(em, pkg.id, chileBuffer)
    expect(await attempt(world, 'checksum', id)).toBe('DONE')
    const verified = await copyAt(em, pkg.id, chileBuffer)
    expect(verified).toMatchObject({ verificationLevel: 2, verifiedAt: expect.any(Date) as Date })
    const unread = withStore(world, chileBuffer, () => ({ read: () => Promise.reject(new Error('it was read')) }))

    expect(await performAgain(unread, await getOperation(world, 'checksum', id))).toBe('DONE')
    expect(await copyAt(em, pkg.id, chileBuffer)).toEqual(verified)
    expect(await attempt(world, 'checksum', id)).toBeNull()
  })

  test('UC-6.1 is made again of what a cleanup would rely on and was verified too long ago', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive, gentArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive, gentArchive] })
    const old = await copyAt(em, pkg.id, gentArchive)
    await sql(em, `/* test: old */ update storage.physical_copy set verified_at = now() - interval '8 d' where id = $1`, [old?.id])

    expect(await attempt(world, 'cleanup', pkg.id)).toBeNull()
    expect(await attempt(world, 'checksum', old?.id ?? '')).toBe('DONE')

    expect((await copyAt(em, pkg.id, gentArchive))?.verifiedAt?.getTime()).toBeGreaterThan(old?.verifiedAt?.getTime() ?? Infinity)
    expect(await attempt(world, 'cleanup', pkg.id)).toBe('DONE')
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
  })

  test('UC-8.3 of a worker that was killed while it moved bad bytes aside is finished by the next', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer] })
    const id = await doubt(em, pkg.id, cologneBuffer)
    await rm(pathAt(cologneBuffer, pkg.path))
    await writeFile(pathAt(cologneBuffer, pkg.path), 'bad')
    await attempt(killedAfter(world, cologneBuffer, 'quarantine'), 'checksum', id)
    expect((await copyAt(em, pkg.id, cologneBuffer))?.statusReason).toMatch(/^moving aside: /)

    expect(await attempt(world, 'checksum', id)).toBe('DONE')

    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({
      status: 'QUARANTINED',
      statusReason: expect.not.stringMatching(/^moving aside/) as string,
    })
    expect(await filesAt(cologneBuffer)).toEqual([expect.stringMatching(/^.quarantine\//)])
  })

  test('UC-4.3 of a copy that is being moved aside keeps its place from being written to meanwhile', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive] })
    const bad = await copyAt(em, pkg.id, cologneArchive)
    await sql(
      em,
      `/* test: bad */ update storage.physical_copy set status = 'QUARANTINED', status_reason = 'moving aside: bad' where id = $1`,
      [bad?.id],
    )

    expect(await attempt(world, 'archive', pkg.id)).toBeNull()
    expect(await attempt(world, 'checksum', bad?.id ?? '')).toBe('DONE')
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
  })
})
