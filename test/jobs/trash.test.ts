import { link, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect } from 'vitest'
import { DeletionProof, PhysicalCopy, RetentionPolicy, sql, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweepLeftovers, type Store, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { refusal, type Answer, type Served } from '../subgraphs/serve.ts'
import { attempt, copyAt, filesAt, getOperation, pathAt, withStore } from './attempt.ts'
import { definePolicy, safe } from './deletions.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'
import { test } from './served.ts'

type Trash = NonNullable<Store['trash']>

const keepCopies = (api: Served, copyIds: readonly string[]): Promise<Answer> =>
  api.ask('mutation ($input: KeepCopiesInput!) { keepCopies(input: $input) { id } }', {
    input: { copyIds, heldBy: 'an operator', reason: 'a mistake' },
  })

/** Lets it be longer ago that something was moved into the trash. */
const pass = (em: EntityManager, seconds: number) =>
  sql(em, `/* test: later */ update storage.physical_copy set trashed_at = trashed_at - make_interval(secs => $1::int)`, [seconds])

/** A package whose copy in the buffer of Cologne was deleted, and lies in its trash. */
async function trashed(world: World, em: EntityManager, topology: Topology): Promise<{ made: MadePackage; copy: PhysicalCopy }> {
  const { cologneBuffer } = topology.locations
  await definePolicy(em, cologneBuffer, { trashS: 600 })
  const made = await safe(world, em, topology)
  expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
  const copy = await copyAt(em, made.pkg.id, cologneBuffer)
  if (!copy) throw new Error('there is no copy')
  return { made, copy }
}

const lying = (copy: PhysicalCopy): string => `.trash/waiting/${copy.id}`

/** The world of a worker that is killed after one step of the trash. */
const killedAfter = (world: World, place: DataLocation, step: keyof Trash): World =>
  withStore(world, place, ({ trash }) => ({
    trash: trash && {
      ...trash,
      [step]: async (...given: [string, string, never]) => {
        await trash[step](...given)
        throw new Error('killed')
      },
    },
  }))

describe('what is deleted', () => {
  test('UC-6.1 lies in the trash of its location for a while, and goes with a proof of that day', async ({ em, world, topology, api }) => {
    const { cologneBuffer } = topology.locations
    const { made, copy } = await trashed(world, em, topology)

    expect(copy).toMatchObject({ status: 'DELETION_IN_PROGRESS', trashedAt: expect.any(Date) as Date })
    expect(copy.statusReason).toMatch(/^it is in the trash until 20\d\d-/)
    expect(await filesAt(cologneBuffer)).toEqual([lying(copy)])
    const operation = await getOperation(world, 'cleanup', made.pkg.id)
    expect(operation.reason).toBe('its bytes are in the trash of the location; keepCopies brings them back')
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    for (const site of Object.values(topology.sites)) expect(await sweepLeftovers(world, site.name)).toBe(0)
    expect(await filesAt(cologneBuffer)).toEqual([lying(copy)])

    await pass(em, 601)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')

    expect(await filesAt(cologneBuffer)).toEqual([])
    const proofs = await em.fork().find(DeletionProof, { packageId: made.pkg.id }, { orderBy: { id: 'asc' } })
    expect(proofs.map(({ bytes }) => bytes)).toEqual([made.pkg.bytes, 0])
    const fields =
      'status trashedAt deletedAt digest bytes path deletionProof { id createdAt operation { id } policy { trashS } evidence { copyId } }'
    const [tombstone] = await api.entities('RawDataPackageCopy', [copy.id], fields)
    expect(tombstone).toMatchObject({
      status: 'DELETED',
      trashedAt: null,
      deletedAt: expect.any(String) as string,
      digest: copy.digest,
      bytes: made.pkg.bytes,
      path: made.pkg.path,
      deletionProof: { id: proofs[1]?.id, operation: { id: operation.id }, policy: { trashS: 600 } },
    })
    expect(tombstone.deletionProof.evidence).toHaveLength(2)
    expect(refusal(await keepCopies(api, [copy.id]))).toContain('is DELETED: only what is')
  })

  test('UC-6.1 goes at once when an operator wants the space: a policy without trash', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made } = await trashed(world, em, topology)
    await definePolicy(em, cologneBuffer, { trashS: 0 })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await filesAt(cologneBuffer)).toEqual([])
  })

  test('UC-6.1 is a day there by default', async ({ em, topology }) => {
    const { id } = topology.locations.gentBuffer
    const policy = em.create(RetentionPolicy, { locationId: id, policyVersion: 9 })
    await em.flush()
    expect(await em.fork().findOneOrFail(RetentionPolicy, policy.id)).toMatchObject({ trashS: 86_400, maxShareHour: 0.05, highWater: null })
  })
})

describe('what lies in the trash', () => {
  test('UC-6.1 UC-6.2 is brought back by one mutation, and read again before it counts', async ({ em, world, topology, api }) => {
    const { cologneBuffer } = topology.locations
    const { made, copy } = await trashed(world, em, topology)
    const answer = await keepCopies(api, [copy.id])
    expect(answer.data.keepCopies).toHaveLength(1)

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')

    expect(await filesAt(cologneBuffer)).toEqual([made.pkg.path])
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({
      status: 'PRESENT',
      verificationLevel: 0,
      verifiedAt: null,
      trashedAt: null,
      deletionProofId: null,
    })
    expect(await attempt(world, 'checksum', copy.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
  })

  test('UC-6.2 comes back by itself when what its deletion relied on is no longer good', async ({ em, world, topology }) => {
    const { cologneBuffer, gentArchive } = topology.locations
    const { made } = await trashed(world, em, topology)
    await em.nativeUpdate(
      PhysicalCopy,
      { packageId: made.pkg.id, locationId: gentArchive.id },
      { status: 'QUARANTINED', statusReason: 'torn' },
    )
    await pass(em, 601)

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')

    expect(await filesAt(cologneBuffer)).toEqual([made.pkg.path])
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
  })

  test('UC-6.1 files of SOURCE come back to where they were', async ({ em, world, topology, api }) => {
    const { source, chileBuffer, cologneArchive, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneArchive, gentArchive] })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    await definePolicy(em, source, { trashS: 600 })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    const ids = made.fileCopies.map(({ id }) => id)
    expect(await filesAt(source)).toEqual(ids.map(id => `.trash/waiting/${id}`).sort())

    await keepCopies(api, ids.slice(0, 1))
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')

    expect(await filesAt(source)).toEqual(made.files.map(({ path }) => path).sort())
    const copies = await em.fork().find(PhysicalCopy, { id: ids })
    expect(copies.map(({ status }) => status)).toEqual(['DELETION_POSSIBLE', 'DELETION_POSSIBLE', 'DELETION_POSSIBLE'])
  })

  test('UC-6.2 is not brought back over another file', async ({ em, world, topology, api }) => {
    const { cologneBuffer } = topology.locations
    const { made, copy } = await trashed(world, em, topology)
    await mkdir(dirname(pathAt(cologneBuffer, made.pkg.path)), { recursive: true })
    await writeFile(pathAt(cologneBuffer, made.pkg.path), 'another')
    await keepCopies(api, [copy.id])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('FAILED')
    expect(await filesAt(cologneBuffer)).toEqual([lying(copy), made.pkg.path].sort())
    expect((await readFile(pathAt(cologneBuffer, made.pkg.path))).toString()).toBe('another')
  })
})

describe('a worker that is killed', () => {
  test('UC-8.3 after the move into the trash is followed by one that writes its row', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { trashS: 600 })
    const made = await safe(world, em, topology)
    expect(await attempt(killedAfter(world, cologneBuffer, 'put'), 'cleanup', made.pkg.id)).toBe('RETRY')
    const copy = await copyAt(em, made.pkg.id, cologneBuffer)
    expect(copy).toMatchObject({ status: 'DELETION_IN_PROGRESS', trashedAt: null })

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')

    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ trashedAt: expect.any(Date) as Date })
    await pass(em, 601)
    expect(await attempt(killedAfter(world, cologneBuffer, 'empty'), 'cleanup', made.pkg.id)).toBe('RETRY')
    expect(await filesAt(cologneBuffer)).toEqual([])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
  })

  test('UC-8.3 after the way back is followed by one that writes its row', async ({ em, world, topology, api }) => {
    const { cologneBuffer } = topology.locations
    const { made, copy } = await trashed(world, em, topology)
    await keepCopies(api, [copy.id])
    expect(await attempt(killedAfter(world, cologneBuffer, 'restore'), 'cleanup', made.pkg.id)).toBe('RETRY')
    expect(await filesAt(cologneBuffer)).toEqual([made.pkg.path])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
  })

  test('UC-8.3 after the last unlink, before a hold, leaves what is gone DELETED by its proof', async ({ em, world, topology, api }) => {
    const { cologneBuffer } = topology.locations
    const { made, copy } = await trashed(world, em, topology)
    await pass(em, 601)
    expect(await attempt(killedAfter(world, cologneBuffer, 'empty'), 'cleanup', made.pkg.id)).toBe('RETRY')
    await keepCopies(api, [copy.id])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED', deletionProofId: expect.any(String) as string })
  })

  test('UC-8.3 between the two names of a file on its way is followed by one that goes on, either way', async ({
    em,
    world,
    topology,
    api,
  }) => {
    const { cologneBuffer } = topology.locations
    const { made, copy } = await trashed(world, em, topology)
    const [path, kept] = [pathAt(cologneBuffer, made.pkg.path), pathAt(cologneBuffer, lying(copy))]
    await mkdir(dirname(path), { recursive: true })
    await link(kept, path)
    await keepCopies(api, [copy.id])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await filesAt(cologneBuffer)).toEqual([made.pkg.path])

    const trash = world.stores.of(cologneBuffer).trash
    await link(path, kept)
    expect(await trash?.put(made.pkg.path, copy.id, { bytes: made.pkg.bytes ?? 0 })).toBe('MOVED')
    expect(await filesAt(cologneBuffer)).toEqual([lying(copy)])
    await writeFile(path, 'another')
    await expect(trash?.put(made.pkg.path, copy.id, {})).rejects.toThrow('another is there again')
    await expect(trash?.put(made.pkg.path, copy.id, { bytes: 1 })).rejects.toThrow('is not the file that may be removed')
    await rename(path, `${path}.aside`)
    expect(await trash?.empty(copy.id)).toBe('REMOVED')
    expect(await trash?.empty(copy.id)).toBe('ABSENT')
    expect(await trash?.restore(copy.id, made.pkg.path)).toBe('ABSENT')
    expect(await trash?.put(made.pkg.path, copy.id, {})).toBe('ABSENT')
  })
})
