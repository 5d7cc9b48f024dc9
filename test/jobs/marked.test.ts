import { readFile, rm, writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { PhysicalCopy, sql } from '@almagest/schema'
import { sweep } from '@almagest/jobs'
import { attempt, copyAt, getOperation, pathAt } from './attempt.ts'
import { definePolicy, safe } from './deletions.ts'
import { test } from './operated.ts'

const DAY_S = 86_400

describe('what is marked for deletion, or lies in the trash', () => {
  test('UC-6.1 is what it was before when deletion is switched off, and follows a policy that changed, at once', async ({
    em,
    world,
    topology,
    operate,
  }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { graceS: DAY_S })
    const { pkg } = await safe(world, em, topology)
    const due = async () => (await getOperation(world, 'cleanup', pkg.id)).nextRunAt <= new Date(Date.now() + 1_000)
    expect(await attempt(world, 'cleanup', pkg.id)).toBe('PAUSED')
    expect(await due()).toBe(false)

    await operate('setLocationDeletion', { locationId: cologneBuffer.id, enabled: false })
    expect(await due()).toBe(true)
    expect(await attempt(world, 'cleanup', pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT', statusReason: null })

    await operate('setLocationDeletion', { locationId: cologneBuffer.id, enabled: true })
    expect(await attempt(world, 'cleanup', pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETION_SCHEDULED' })
    expect(await due()).toBe(false)
    const input = { locationId: cologneBuffer.id, minimumAgeS: 0, graceS: 0, maxShareHour: 1, trashS: 0 }
    await operate('defineRetentionPolicy', { input })
    expect(await due()).toBe(true)
    expect(await attempt(world, 'cleanup', pkg.id)).toBe('DONE')
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
  })

  test('UC-4.3 UC-6.2 comes back when the archive of its site lost its copy, and is the source of another', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    await definePolicy(em, cologneBuffer, { graceS: DAY_S })
    const marked = await safe(world, em, topology)
    expect(await attempt(world, 'cleanup', marked.pkg.id)).toBe('PAUSED')
    await definePolicy(em, cologneBuffer, { graceS: 0, trashS: DAY_S })
    const trashed = await safe(world, em, topology)
    expect(await attempt(world, 'cleanup', trashed.pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, trashed.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETION_IN_PROGRESS' })
    for (const { pkg } of [marked, trashed]) {
      const path = pathAt(cologneArchive, pkg.path)
      const bytes = await readFile(path)
      bytes[1_500] = (bytes[1_500] ?? 0) ^ 1
      await rm(path)
      await writeFile(path, bytes)
      const copy = await copyAt(em, pkg.id, cologneArchive)
      await sql(em, '/* test: doubted */ update storage.physical_copy set verification_level = 0, verified_at = null where id = $1', [
        copy?.id,
      ])
      expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('DONE')
    }

    await sweep(world, null)
    for (const { pkg } of [marked, trashed]) {
      expect((await getOperation(world, 'cleanup', pkg.id)).nextRunAt <= new Date(Date.now() + 1_000)).toBe(true)
      expect(await attempt(world, 'cleanup', pkg.id)).toBe('PAUSED')
      expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT' })
    }
    expect(await attempt(world, 'archive', marked.pkg.id)).toBe('DONE')
    expect(await em.fork().count(PhysicalCopy, { packageId: marked.pkg.id, locationId: cologneArchive.id, status: 'PRESENT' })).toBe(1)
  })
})
