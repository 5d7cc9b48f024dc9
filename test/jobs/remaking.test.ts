import { readFile, rm, writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import {
  DataTransfer,
  DataTransferPackageItem,
  Operation,
  PhysicalCopy,
  sql,
  type DataLocation,
  type RawDataPackage,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep, type World } from '@almagest/jobs'
import { attempt, copyAt, packageNow, pathAt, toldOf } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage } from './made.ts'

/** Puts other bytes in the place of a package, and has them found and set aside. */
async function spoil(world: World, em: EntityManager, pkg: RawDataPackage, location: DataLocation): Promise<void> {
  const copy = await copyAt(em, pkg.id, location)
  await sql(em, '/* test: doubted */ update storage.physical_copy set verification_level = 0, verified_at = null where id = $1', [copy?.id])
  await rm(pathAt(location, pkg.path))
  await writeFile(pathAt(location, pkg.path), 'bad')
  expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('DONE')
  expect(await copyAt(em, pkg.id, location)).toMatchObject({ status: 'QUARANTINED' })
}

function copiesOf(em: EntityManager, { id }: RawDataPackage): Promise<PhysicalCopy[]> {
  return em.fork().find(PhysicalCopy, { packageId: id }, { orderBy: { id: 'asc' } })
}

describe('one bad package', () => {
  test('UC-2.3 is made again from the files at SOURCE, alone, though an archive had it, and is sent and archived again', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer, cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive] })
    const { pkg: other } = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneBuffer, cologneArchive] })
    const before = await copiesOf(em, other)
    const tar = await readFile(pathAt(cologneArchive, pkg.path))
    await rm(pathAt(chileBuffer, pkg.path))
    await spoil(world, em, pkg, cologneBuffer)
    await spoil(world, em, pkg, cologneArchive)

    expect(await attempt(world, 'packaging', pkg.id)).toBe('DONE')

    expect(await packageNow(em, pkg.id)).toMatchObject({ status: 'COMPLETED', state: 'ARCHIVED', digest: pkg.digest })
    const making = (await toldOf(em, pkg.id)).filter(({ field }) => field === 'status').map(({ to_state }) => to_state)
    expect(making.slice(-5)).toEqual(['COMPLETED', 'PENDING', 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED'])
    expect(await readFile(pathAt(chileBuffer, pkg.path))).toEqual(tar)
    expect(await em.fork().count(Operation, { kind: 'packaging', subjectId: other.id })).toBe(1)
    expect(await attempt(world, 'checksum', (await copyAt(em, pkg.id, chileBuffer))?.id ?? '')).toBe('DONE')
    await sweep(world, null)
    const [leg] = await em.fork().find(DataTransfer, { toLocationId: cologneBuffer.id })
    expect(await attempt(world, 'transfer', leg?.id ?? '')).toBe('DONE')
    expect(await attempt(world, 'unpack', leg?.id ?? '')).toBe('DONE')
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await readFile(pathAt(cologneArchive, pkg.path))).toEqual(tar)
    expect(await packageNow(em, other.id)).toEqual(other)
    expect(await copiesOf(em, other)).toEqual(before)
  })

  test('UC-2.3 is brought again from the buffer of another site, alone, when the only copy of its site was set aside', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneBuffer], state: 'TRANSFERRING' })
    const { pkg: other } = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneBuffer], state: 'TRANSFERRING' })
    const before = await copiesOf(em, other)
    const tar = await readFile(pathAt(chileBuffer, pkg.path))
    await spoil(world, em, pkg, cologneBuffer)

    await sweep(world, null)

    const [leg, ...more] = await em.fork().find(DataTransfer, { toLocationId: cologneBuffer.id })
    expect(more).toEqual([])
    const items = await em.fork().find(DataTransferPackageItem, { transferPackageId: leg?.transferPackageId ?? '' })
    expect(items.map(({ packageId }) => packageId)).toEqual([pkg.id])
    expect(await attempt(world, 'transfer', leg?.id ?? '')).toBe('DONE')
    expect(await attempt(world, 'unpack', leg?.id ?? '')).toBe('DONE')
    expect(await readFile(pathAt(cologneBuffer, pkg.path))).toEqual(tar)
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect((await packageNow(em, pkg.id)).status).toBe('COMPLETED')
    expect(await em.fork().count(Operation, { kind: 'packaging', subjectId: pkg.id })).toBe(1)
    expect(await copiesOf(em, other)).toEqual(before)
  })
})
