import { readFile, rm, writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { DataLocation, Operation, requestOperations, sql, type RawDataPackage } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep } from '@almagest/jobs'
import { settle } from '../make.ts'
import { attempt, copyAt, pathAt, toldOf } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage } from './made.ts'

/** Dates the verification of a copy back; gives the id of the copy. */
async function age(em: EntityManager, pkg: RawDataPackage, { location, days }: { location: DataLocation; days: number }): Promise<string> {
  const copy = await copyAt(em, pkg.id, location)
  const text = `/* test: old */ update storage.physical_copy set verified_at = now() - make_interval(days => $2) where id = $1`
  await sql(em, text, [copy?.id, days])
  return copy?.id ?? ''
}

/** Lets a byte of a package rot. */
async function rot(pkg: RawDataPackage, location: DataLocation): Promise<void> {
  const path = pathAt(location, pkg.path)
  const bytes = await readFile(path)
  bytes[1_500] = (bytes[1_500] ?? 0) ^ 1
  await rm(path)
  await writeFile(path, bytes)
}

const openScrubs = async (em: EntityManager, { id }: DataLocation) =>
  (await em.fork().find(Operation, { kind: 'checksum', locationId: id, state: 'READY' }, { orderBy: { id: 'asc' } })).map(
    ({ subjectId, priority }) => [subjectId, priority],
  )

describe('what lies in an archive', () => {
  test('UC-4.3 is read again before its interval is over: the oldest first, two at a time, after all other work until it is over', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, gentArchive, cologneBuffer } = topology.locations
    const at = [cologneArchive, gentArchive]
    const made: string[] = []
    const packages: RawDataPackage[] = []
    for (const days of [71, 73, 89, 80]) {
      const { pkg } = await makeHeldPackage(world, em, { topology, at })
      made.push(await age(em, pkg, { location: cologneArchive, days }))
      packages.push(pkg)
    }
    const { pkg: other } = await makeHeldPackage(world, em, { topology, at: [...at, cologneBuffer] })
    const [wanted] = await requestOperations(em.fork(), [
      { kind: 'archive', locationId: cologneArchive.id, subjectId: other.id, packageId: other.id },
    ])

    await sweep(world, null)
    expect(await openScrubs(em, cologneArchive)).toEqual([])
    await age(em, packages[2]!, { location: cologneArchive, days: 91 })
    await sweep(world, null)
    expect(await openScrubs(em, cologneArchive)).toEqual([[made[2], 1_000]])
    expect(await attempt(world, 'archive', other.id)).toBe('DONE')
    expect(wanted).toBeDefined()
    await sweep(world, null)
    await sweep(world, null)

    expect(await openScrubs(em, cologneArchive)).toEqual([
      [made[2], 1_000],
      [made[3], 1_000],
    ])
    expect(await openScrubs(em, gentArchive)).toEqual([])
    expect(await attempt(world, 'checksum', made[2] ?? '')).toBe('DONE')
    await sweep(world, null)
    expect(await openScrubs(em, cologneArchive)).toEqual([
      [made[3], 1_000],
      [made[1], 1_000],
    ])
    await em.nativeUpdate(DataLocation, { id: cologneArchive.id }, { scrubIntervalS: null })
    expect(await attempt(world, 'checksum', made[3] ?? '')).toBe('DONE')
    expect(await attempt(world, 'checksum', made[1] ?? '')).toBe('DONE')
    for (const pkg of packages) await age(em, pkg, { location: cologneArchive, days: 900 })
    await sweep(world, null)
    expect(await openScrubs(em, cologneArchive)).toEqual([])
  })

  test('UC-4.3 UC-6.2 and rotted is found, and nothing of its package is deleted until it is made again', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, gentArchive, cologneBuffer } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive, cologneBuffer] })
    const id = await age(em, pkg, { location: cologneArchive, days: 80 })
    await rot(pkg, cologneArchive)

    expect(await attempt(world, 'checksum', id)).toBe('DONE')

    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ id, status: 'QUARANTINED' })
    expect(await attempt(world, 'cleanup', pkg.id)).toBeNull()
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT' })
    await settle(world)
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
  })

  test('UC-4.3 and is damaged in more than a tenth stops the location before the fifth is set aside, until an operator sets it in use', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, gentArchive } = topology.locations
    const made: { id: string; pkg: RawDataPackage }[] = []
    for (let n = 0; n < 6; n++) {
      const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
      made.push({ pkg, id: await age(em, pkg, { location: cologneArchive, days: 80 }) })
      await rot(pkg, cologneArchive)
    }
    await requestOperations(
      em.fork(),
      made.map(({ id, pkg }) => ({ kind: 'checksum', locationId: cologneArchive.id, subjectId: id, packageId: pkg.id })),
    )
    for (const { id } of made.slice(0, 4)) expect(await attempt(world, 'checksum', id)).toBe('DONE')

    expect(await attempt(world, 'checksum', made[4]?.id ?? '')).toBe('RETRY')

    const reason = '5 of 5 copies that were looked at there within a day are damaged or missing'
    expect(await em.fork().findOneOrFail(DataLocation, cologneArchive.id)).toMatchObject({ active: false, stopReason: reason })
    expect(await toldOf(em, cologneArchive.id)).toContainEqual(
      expect.objectContaining({ field: 'state', to_state: 'PAUSED', reason: `${cologneArchive.name} was stopped: ${reason}` }),
    )
    expect(await attempt(world, 'checksum', made[5]?.id ?? '')).toBe('NOTHING')
    const statuses = await Promise.all(made.map(async ({ pkg }) => (await copyAt(em, pkg.id, cologneArchive))?.status))
    expect(statuses).toEqual(['QUARANTINED', 'QUARANTINED', 'QUARANTINED', 'QUARANTINED', 'PRESENT', 'PRESENT'])
    expect(await copyAt(em, made[4]?.pkg.id ?? '', cologneArchive)).toMatchObject({ verificationLevel: 0, verifiedAt: null })

    await em.nativeUpdate(DataLocation, { id: cologneArchive.id }, { active: true, stopReason: null })
    expect(await attempt(world, 'checksum', made[4]?.id ?? '')).toBe('DONE')
    expect(await copyAt(em, made[4]?.pkg.id ?? '', cologneArchive)).toMatchObject({ status: 'QUARANTINED' })
  })
})
