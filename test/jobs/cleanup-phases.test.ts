import { readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import {
  DeletionProof,
  newId,
  Operation,
  PhysicalCopy,
  RawDataFile,
  retryOperation,
  sql,
  StagedPackage,
  StagingRequest,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { perform, sweep, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { attempt, copyAt, filesAt, getOperation, loseClaims, makeDue, pathAt, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { cleanUp, definePolicy, expectKept, safe } from './deletions.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'

const never = new AbortController().signal

/** A package that is gone from the buffer of Chile, so that its files at SOURCE may go. */
async function gone(world: World, em: EntityManager, topology: Topology): Promise<MadePackage> {
  const { chileBuffer, cologneArchive, gentArchive } = topology.locations
  const made = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneArchive, gentArchive] })
  expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
  return made
}

async function filesNow(em: EntityManager, { files }: MadePackage): Promise<string[]> {
  const copies = await em.fork().find(PhysicalCopy, { fileId: files.map(({ id }) => id) }, { orderBy: { path: 'asc' } })
  return copies.map(({ status }) => status)
}

describe('cleaning up PROCESSING', () => {
  /** A package unpacked at PROCESSING whose lease has ended. */
  async function ended(world: World, em: EntityManager, topology: Topology): Promise<MadePackage> {
    const { processing, cologneArchive, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    const request = em.create(StagingRequest, {
      id: newId(),
      locationId: processing.id,
      requestKey: newId(),
      requestedBy: 'a scientist',
      leaseS: 3_600,
    })
    em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: made.pkg.id })
    await em.flush()
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    await sweep(world, null)
    expect(await em.fork().count(Operation, { kind: 'cleanup', subjectId: made.pkg.id })).toBe(0)
    await sql(em, `/* test: over */ update staging.staging_request set lease_until = now() - interval '1 s' where id = $1`, [request.id])
    return made
  }

  test('UC-5.3 UC-6.1 frees it of what was staged when the last lease has ended', async ({ em, world, topology }) => {
    const { processing, cologneArchive } = topology.locations
    const made = await ended(world, em, topology)
    expect((await filesAt(processing)).length).toBe(3)

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')

    expect(await filesAt(processing)).toEqual([])
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'DELETED', deletionProofId: expect.any(String) as string })
    await expectKept(em, cologneArchive, made)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBeNull()
  })

  test('UC-8.3 is finished after a kill between the folder and its row', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const made = await ended(world, em, topology)
    const killed = withStore(world, processing, store => ({
      async removeFolder(...given) {
        await store.removeFolder(...given)
        throw new Error('killed')
      },
    }))
    expect(await attempt(killed, 'cleanup', made.pkg.id)).toBe('RETRY')
    expect(await filesAt(processing)).toEqual([])
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'DELETION_IN_PROGRESS' })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'DELETED' })
  })
})

describe('what was marked', () => {
  test('UC-6.1 is not deleted when the policy changed meanwhile', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { graceS: 600 })
    const made = await safe(world, em, topology)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    await definePolicy(em, cologneBuffer, { minVerifiedCopies: 3 })

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')

    await expectKept(em, cologneBuffer, made)
  })

  test('UC-6.1 is deleted under the policy in force at the end', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { graceS: 600 })
    const made = await safe(world, em, topology)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    const policyId = await definePolicy(em, cologneBuffer, { graceS: 0 })

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')

    expect(await em.fork().findOneOrFail(DeletionProof, { packageId: made.pkg.id })).toMatchObject({ policyId })
  })

  test('UC-6.1 UC-8.3 has all of its grace time though its worker is killed or it is tried again by hand', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { graceS: 600 })
    const made = await safe(world, em, topology)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    const { id } = await getOperation(world, 'cleanup', made.pkg.id)
    await sql(em, `/* test: killed before it could pause */ update storage.operation set state = 'RUNNING' where id = $1`, [id])
    await makeDue(world, id)
    expect(await perform(world, id, never)).toBe('PAUSED')
    await retryOperation(em.fork(), id)
    expect(await perform(world, id, never)).toBe('PAUSED')

    const [wait] = await sql<{ seconds: number }>(
      em,
      '/* test: wait */ select extract(epoch from next_run_at - now())::int as seconds from storage.operation where id = $1',
      [id],
    )
    expect(wait?.seconds).toBeGreaterThan(590)
    expect(wait?.seconds).toBeLessThanOrEqual(600)
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETION_SCHEDULED', deletionProofId: null })
  })

  test('UC-6.2 is not deleted if it is set aside before the proof: evidence stays', async ({ em, world, topology }) => {
    const { source } = topology.locations
    const made = await gone(world, em, topology)
    const [evidence, ...others] = made.files
    await sweep(world, null)
    const { id } = await getOperation(world, 'cleanup', made.pkg.id)
    let cleaning: Promise<string> | undefined
    await em.fork().transactional(async em => {
      await sql(em, '/* test: hold */ select from data_package.raw_data_package where id = $1 for update', [made.pkg.id])
      cleaning = perform(world, id, never)
      await blocked(world.orm.em.fork())
      await sql(
        em,
        `/* test: aside */ update storage.physical_copy set status = 'QUARANTINED', status_reason = 'not its bytes' where file_id = $1`,
        [evidence?.id],
      )
    })

    expect(await cleaning).toBe('DONE')

    expect((await filesNow(em, made)).toSorted()).toEqual([...others.map(() => 'DELETED'), 'QUARANTINED'])
    expect(await filesAt(source)).toEqual([evidence?.path])
  })

  test('UC-6.2 goes nowhere while an archive that a route leads to lacks it', async ({ em, world, topology }) => {
    const { chileBuffer, gentBuffer, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [chileBuffer, gentBuffer, gentArchive] })
    expect(await cleanUp(world, chileBuffer, made.pkg.id)).toEqual({
      outcome: 'PAUSED',
      reason: 'work on the package is not done: transfer',
    })
    await expectKept(em, chileBuffer, made)
  })

  test('UC-6.2 UC-7.3 waits, with its bytes, if what it relies on goes in the moment between the proof and the last look', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = await safe(world, em, topology)
    let looks = 0
    const going = withStore(world, cologneArchive, store => ({ stat: async path => (++looks > 1 ? null : store.stat(path)) }))

    expect(await attempt(going, 'cleanup', made.pkg.id)).toBe('RETRY')

    expect(looks).toBe(2)
    expect((await readFile(pathAt(cologneBuffer, made.pkg.path))).length).toBe(made.pkg.bytes)
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETION_IN_PROGRESS' })
    const suspect = await copyAt(em, made.pkg.id, cologneArchive)
    expect(await attempt(world, 'checksum', suspect?.id ?? '')).toBe('DONE')
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
  })

  test('UC-6.1 and not deleted, since it had changed, goes when a person has seen to it and tries again', async ({
    em,
    world,
    topology,
  }) => {
    const { source } = topology.locations
    const made = await gone(world, em, topology)
    const [changed] = made.files
    await utimes(pathAt(source, changed?.path ?? ''), 1, 1)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('FAILED')
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBeNull()
    await rm(pathAt(source, changed?.path ?? ''))

    const { id } = await getOperation(world, 'cleanup', made.pkg.id)
    await retryOperation(em.fork(), id)
    expect(await perform(world, id, never)).toBe('DONE')

    expect(await filesNow(em, made)).toEqual(['DELETED', 'DELETED', 'DELETED'])
    expect(await em.fork().findOneOrFail(Operation, id)).toMatchObject({ state: 'DONE', reason: null, errorCode: null })
  })
})

/** Waits until somebody waits for a lock in this database, for 10 s at most. */
async function blocked(em: EntityManager): Promise<void> {
  const waiting = `/* test: blocked */ select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await expect.poll(() => sql(em, waiting), { interval: 10 }).not.toEqual([])
}

describe('a claim on a deletion', () => {
  /** A worker whose claim is taken away as it deletes its first file: what wants to take it, waits for the transaction. */
  const losing = (world: World, { locations }: Topology): World => {
    let taken: Promise<void> | undefined
    return withStore(world, locations.source, store => ({
      async remove(...given) {
        taken ??= loseClaims(world)
        await blocked(world.orm.em.fork())
        return store.remove(...given)
      },
    }))
  }

  test('UC-8.3 cannot be taken between an unlink and its row', async ({ em, world, topology }) => {
    const made = await gone(world, em, topology)

    expect(['DONE', 'NOTHING']).toContain(await attempt(losing(world, topology), 'cleanup', made.pkg.id))

    expect(await filesAt(topology.locations.source)).toEqual([])
    expect(await filesNow(em, made)).toEqual(['DELETED', 'DELETED', 'DELETED'])
  })

  test('UC-8.3 that was lost leaves no file without its row and no row without its file', async ({ em, world, topology }) => {
    const { source } = topology.locations
    const made = await gone(world, em, topology)
    const { executionId, moduleId } = made.files[0] ?? made.pkg
    for (let count = 0; count < 60; count++) {
      const path = `many-${count}.dat`
      await writeFile(pathAt(source, path), 'x')
      const file = em.create(RawDataFile, { id: newId(), executionId, moduleId, packageId: made.pkg.id, path, pathFold: path, bytes: 1 })
      em.create(PhysicalCopy, { id: newId(), locationId: source.id, fileId: file.id, path, bytes: 1, status: 'DELETION_POSSIBLE' })
    }
    await em.flush()
    const statuses = async () => {
      const files = await em.fork().find(RawDataFile, { packageId: made.pkg.id })
      return Map.groupBy(await filesNow(em, { ...made, files }), status => status)
    }

    expect(['DONE', 'NOTHING']).toContain(await attempt(losing(world, topology), 'cleanup', made.pkg.id))

    const left = (await statuses()).get('DELETION_IN_PROGRESS') ?? []
    expect((await statuses()).get('DELETED')).toHaveLength(63 - left.length)
    expect(await filesAt(source)).toHaveLength(left.length)
    await attempt(world, 'cleanup', made.pkg.id)
    expect((await statuses()).get('DELETED')).toHaveLength(63)
    expect(await filesAt(source)).toEqual([])
  })
})
