import { chmod, mkdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect } from 'vitest'
import { DataLocation, DataTransferRoute, DeletionProof, newId, Operation, PhysicalCopy, requestOperations, sql } from '@almagest/schema'
import { perform } from '@almagest/jobs'
import { makePackages } from '../subgraphs/rows.ts'
import { attempt, copyAt, filesAt, getOperation, killedAfter, loseClaims, pathAt, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { expectKept, safe } from './deletions.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'

const never = new AbortController().signal

describe('at the last look', () => {
  test('UC-6.2 a copy that is relied on and is not there stops the deletion, and is verified', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = await safe(world, em, topology)
    await rm(pathAt(cologneArchive, made.pkg.path))

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('RETRY')

    expect((await getOperation(world, 'cleanup', made.pkg.id)).reason).toContain('is not there with its size')
    expect((await readFile(pathAt(cologneBuffer, made.pkg.path))).length).toBe(made.pkg.bytes)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    await expectKept(em, cologneBuffer, made)
    const suspect = await copyAt(em, made.pkg.id, cologneArchive)
    expect(await attempt(world, 'checksum', suspect?.id ?? '')).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'MISSING' })
    expect(await attempt(world, 'archive', made.pkg.id)).toBe('DONE')
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
  })

  test('UC-6.2 a location that is away counts for nothing, and nothing of it is called missing', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = await safe(world, em, topology)
    await rename(pathAt(cologneArchive, '.location-id'), pathAt(cologneArchive, '.other'))

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('RETRY')

    expect((await getOperation(world, 'cleanup', made.pkg.id)).reason).toContain('is offline')
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect((await readFile(pathAt(cologneBuffer, made.pkg.path))).length).toBe(made.pkg.bytes)
  })

  test('UC-6.2 the location itself is there, or nothing of it is deleted or missing', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const made = await safe(world, em, topology)
    await rename(pathAt(cologneBuffer, '.location-id'), pathAt(cologneBuffer, '.other'))

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('RETRY')

    expect(await getOperation(world, 'cleanup', made.pkg.id)).toMatchObject({
      errorCode: 'UNAVAILABLE',
      reason: expect.stringContaining('is offline') as string,
    })
    expect((await readFile(pathAt(cologneBuffer, made.pkg.path))).length).toBe(made.pkg.bytes)
    expect((await copyAt(em, made.pkg.id, cologneBuffer))?.status).toMatch(/^DELETION_(SCHEDULED|IN_PROGRESS)$/)
    await rename(pathAt(cologneBuffer, '.other'), pathAt(cologneBuffer, '.location-id'))
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
  })

  test('UC-6.2 UC-2.2 a file that changed since it was packaged is kept, the others go, and a person is told', async ({
    em,
    world,
    topology,
  }) => {
    const { source, chileBuffer, cologneArchive, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneArchive, gentArchive] })
    await attempt(world, 'cleanup', made.pkg.id)
    const [touched, rewritten, plain] = made.files
    await utimes(pathAt(source, touched?.path ?? ''), 1, 1)
    await writeFile(pathAt(source, rewritten?.path ?? ''), Buffer.alloc(rewritten?.bytes ?? 0, 8))

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('FAILED')

    expect(await getOperation(world, 'cleanup', made.pkg.id)).toMatchObject({
      errorCode: 'NOT_SAFE',
      reason: expect.stringContaining('2 of 3 copies were not deleted') as string,
    })
    for (const file of [touched, rewritten]) {
      expect(await em.fork().findOneOrFail(PhysicalCopy, { fileId: file?.id ?? '' })).toMatchObject({
        status: 'DELETION_FAILED',
        statusReason: expect.stringContaining('mtimeNs') as string,
      })
    }
    expect(await em.fork().findOneOrFail(PhysicalCopy, { fileId: plain?.id ?? '' })).toMatchObject({ status: 'DELETED' })
    expect(await filesAt(source)).toEqual([touched?.path, rewritten?.path].sort())
  })
})

describe('a package that rots between its proof and its unlink', () => {
  test('UC-4.3 UC-6.2 is set aside, and nobody has to look', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const made = await safe(world, em, topology)
    const path = pathAt(cologneBuffer, made.pkg.path)
    const rotting = withStore(world, cologneBuffer, store => ({
      remove: async (...given) => {
        await chmod(path, 0o644)
        await truncate(path, 1_000)
        return store.remove(...given)
      },
    }))

    expect(await attempt(rotting, 'cleanup', made.pkg.id)).toBe('DONE')

    const copy = await copyAt(em, made.pkg.id, cologneBuffer)
    expect(copy).toMatchObject({
      status: 'QUARANTINED',
      verificationLevel: 0,
      statusReason: expect.stringMatching(
        /^moving aside: .* is not the file that may be removed: its bytes was \d+ and is 1000$/,
      ) as string,
    })
    expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({
      status: 'QUARANTINED',
      statusReason: expect.stringMatching(/^.* is not the file .*; kept at \.quarantine\//) as string,
    })
    expect(await filesAt(cologneBuffer)).toEqual([expect.stringMatching(/^\.quarantine\//)])
  })
})

describe('a deletion that was cut', () => {
  test('UC-8.3 between the unlink and its row is finished by the next run, with another proof', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const made = await safe(world, em, topology)

    await attempt(killedAfter(world, cologneBuffer, 'remove'), 'cleanup', made.pkg.id)

    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETION_IN_PROGRESS' })
    expect(await filesAt(cologneBuffer)).toEqual([])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    const copy = await copyAt(em, made.pkg.id, cologneBuffer)
    expect(copy).toMatchObject({ status: 'DELETED' })
    const proofs = await em.fork().find(DeletionProof, { packageId: made.pkg.id }, { orderBy: { id: 'asc' } })
    expect(proofs.map(({ id }) => id).indexOf(copy?.deletionProofId ?? '')).toBe(1)
  })

  test('UC-8.3 in the middle of many files is finished by the next run', async ({ em, world, topology }) => {
    const { source, chileBuffer, cologneArchive, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneArchive, gentArchive] })
    await attempt(world, 'cleanup', made.pkg.id)
    let removed = 0
    const cut = withStore(world, source, store => ({
      remove: (...given) => (removed++ === 1 ? Promise.reject(new Error('cut')) : store.remove(...given)),
    }))

    expect(await attempt(cut, 'cleanup', made.pkg.id)).toBe('RETRY')

    const statuses = async () =>
      (await em.fork().find(PhysicalCopy, { fileId: made.files.map(({ id }) => id) }, { orderBy: { path: 'asc' } })).map(
        ({ status }) => status,
      )
    expect(await statuses()).toEqual(['DELETION_IN_PROGRESS', 'DELETION_IN_PROGRESS', 'DELETION_IN_PROGRESS'])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await statuses()).toEqual(['DELETED', 'DELETED', 'DELETED'])
  })

  test('UC-8.3 by a worker that was taken over deletes nothing after its claim was lost before the proof', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = await safe(world, em, topology)
    const zombie = withStore(world, cologneArchive, store => ({
      async stat(path) {
        await loseClaims(world)
        return store.stat(path)
      },
    }))

    expect(await attempt(zombie, 'cleanup', made.pkg.id)).toBe('NOTHING')

    await expectKeptBytes(cologneBuffer, made)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
  })
})

async function expectKeptBytes(location: DataLocation, { pkg }: MadePackage): Promise<void> {
  expect((await readFile(pathAt(location, pkg.path))).length).toBe(pkg.bytes)
}

describe('three locations that want to be free of the same packages at once', () => {
  test('UC-6.2 leave two verified copies of each, one of them archived, by the rows and on the disks', async ({ em, world, topology }) => {
    const { chileBuffer, cologneBuffer, gentBuffer, cologneArchive, gentArchive } = topology.locations
    await em.nativeUpdate(DataTransferRoute, { id: topology.routes.map(({ id }) => id) }, { active: false })
    await em.nativeUpdate(DataLocation, { id: gentArchive.id }, { active: false })
    const packages = await makePackages(em.fork(), topology, { count: 100, state: 'ARCHIVED' })
    const buffers = [chileBuffer, cologneBuffer, gentBuffer]
    const holders = [...buffers, cologneArchive]
    const inner = em.fork()
    for (const { id, path } of packages) {
      for (const { id: locationId } of [cologneBuffer, gentBuffer, cologneArchive]) {
        inner.create(PhysicalCopy, {
          id: newId(),
          locationId,
          packageId: id,
          path,
          bytes: 1024,
          verificationLevel: 2,
          verifiedAt: new Date(),
        })
      }
      for (const location of holders) {
        await mkdir(dirname(pathAt(location, path)), { recursive: true })
        await writeFile(pathAt(location, path), Buffer.alloc(1024))
      }
    }
    await inner.flush()

    await Promise.all(
      buffers.map(async ({ id: locationId }) => {
        const wishes = packages.map(({ id }) => ({ kind: 'cleanup' as const, locationId, subjectId: id, packageId: id }))
        const nudges = await requestOperations(em.fork(), wishes)
        const rest = nudges.map(({ operationId }) => operationId)
        const drain = async (): Promise<void> => {
          for (let id = rest.shift(); id; id = rest.shift()) await perform(world, id, never)
        }
        await Promise.all([drain(), drain()])
      }),
    )

    const rows = await sql<{ package_id: string; good: number; archived: number }>(
      em,
      `/* test: left */ select c.package_id, count(*)::int as good, count(*) filter (where l.type = 'LONG_TERM_ARCHIVE')::int as archived
       from storage.physical_copy c join storage.data_location l on l.id = c.location_id
       where c.package_id = any($1::uuid[]) and c.status = 'PRESENT' and c.verification_level = 2 group by c.package_id`,
      [packages.map(({ id }) => id)],
    )
    expect(rows).toHaveLength(100)
    expect(rows.filter(({ good, archived }) => good < 2 || archived < 1)).toEqual([])
    const onDisk = Map.groupBy((await Promise.all(holders.map(filesAt))).flat(), path => path)
    expect(onDisk.size).toBe(100)
    expect([...onDisk.values()].filter(found => found.length < 2)).toEqual([])
    expect(await em.fork().count(PhysicalCopy, { packageId: packages.map(({ id }) => id), status: 'DELETED' })).toBeGreaterThanOrEqual(100)
    expect(await em.fork().count(Operation, { subjectId: packages.map(({ id }) => id), state: 'FAILED' })).toBe(0)
  })
})
