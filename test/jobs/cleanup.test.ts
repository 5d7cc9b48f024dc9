import { mkdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import {
  CircuitBreaker,
  DataLocation,
  DeletionProof,
  newId,
  PhysicalCopy,
  requestOperations,
  RetentionPolicy,
  sql,
  StagedPackage,
  StagingRequest,
  type Evidence,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep } from '@almagest/jobs'
import { identify, type Topology } from '../make.ts'
import { attempt, copyAt, filesAt, getOperation, performAgain, toldOf } from './attempt.ts'
import { test } from './bench.ts'
import { cleanUp, definePolicy, expectKept, safe } from './deletions.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'

describe('cleaning up', () => {
  test('UC-6.1 frees a buffer of what is safe elsewhere, and keeps the proof', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive, gentArchive } = topology.locations
    const made = await safe(world, em, topology)
    const victim = await copyAt(em, made.pkg.id, cologneBuffer)

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')

    expect(await filesAt(cologneBuffer)).toEqual([])
    const proof = await em.fork().findOneOrFail(DeletionProof, { packageId: made.pkg.id })
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({
      status: 'DELETED',
      deletedAt: expect.any(Date) as Date,
      deletionProofId: proof.id,
    })
    const policy = await em.fork().findOneOrFail(RetentionPolicy, { locationId: cologneBuffer.id })
    const operation = await getOperation(world, 'cleanup', made.pkg.id)
    expect(proof).toMatchObject({ locationId: cologneBuffer.id, policyId: policy.id, operationId: operation.id })
    expect((proof.expiresAt.getTime() - proof.createdAt.getTime()) / 1_000).toBeCloseTo(600, 0)
    const relied = await Promise.all([cologneArchive, gentArchive].map(place => copyAt(em, made.pkg.id, place)))
    expect(proof.evidence.toSorted((a, b) => a.location.localeCompare(b.location))).toEqual(
      [cologneArchive, gentArchive].map(({ name, failureDomain }, index): Evidence => ({
        copyId: relied[index]?.id ?? '',
        location: name,
        type: 'LONG_TERM_ARCHIVE',
        failureDomain,
        verificationLevel: 2,
        verifiedAt: relied[index]?.verifiedAt?.toISOString() ?? '',
      })),
    )
    expect((await toldOf(em, victim?.id ?? '')).filter(({ field }) => field === 'status').map(({ to_state }) => to_state)).toEqual([
      'PRESENT',
      'DELETION_SCHEDULED',
      'DELETION_IN_PROGRESS',
      'DELETED',
    ])
  })

  test('UC-6.1 frees SOURCE of files after their package left the buffer of the site', async ({ em, world, topology }) => {
    const { source, chileBuffer, cologneArchive, gentArchive } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneArchive, gentArchive] })
    const statuses = async () =>
      (await em.fork().find(PhysicalCopy, { fileId: made.files.map(({ id }) => id) })).map(({ status }) => status)

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await statuses()).toEqual(['DELETION_POSSIBLE', 'DELETION_POSSIBLE', 'DELETION_POSSIBLE'])
    expect((await filesAt(source)).length).toBe(3)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')

    expect(await statuses()).toEqual(['DELETED', 'DELETED', 'DELETED'])
    expect(await filesAt(source)).toEqual([])
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBeNull()
  })

  test('changes nothing when it is done again', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const made = await safe(world, em, topology)
    await attempt(world, 'cleanup', made.pkg.id)
    const before = await em.fork().find(PhysicalCopy, { packageId: made.pkg.id }, { orderBy: { id: 'asc' } })

    expect(await performAgain(world, await getOperation(world, 'cleanup', made.pkg.id))).toBe('DONE')

    expect(await em.fork().find(PhysicalCopy, { packageId: made.pkg.id }, { orderBy: { id: 'asc' } })).toEqual(before)
    expect(await em.fork().count(DeletionProof, { packageId: made.pkg.id })).toBe(1)
    expect(await filesAt(cologneBuffer)).toEqual([])
  })

  test('UC-6.1 waits for the grace time between the mark and the deletion, in which it can be stopped', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { graceS: 2 })
    const [made, kept] = [await safe(world, em, topology), await safe(world, em, topology)]
    for (const { pkg } of [made, kept]) {
      expect(await attempt(world, 'cleanup', pkg.id)).toBe('PAUSED')
      expect(await getOperation(world, 'cleanup', pkg.id)).toMatchObject({ attempt: 0, reason: 'it is deleted after a grace time of 2 s' })
      expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({
        status: 'DELETION_SCHEDULED',
        statusReason: 'safe elsewhere and past retention',
      })
    }
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect((await filesAt(cologneBuffer)).length).toBe(2)

    await delay(2_100)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
    await em.nativeUpdate(DataLocation, { id: cologneBuffer.id }, { deletionEnabled: false })
    expect(await attempt(world, 'cleanup', kept.pkg.id)).toBe('PAUSED')
    await expectKept(em, cologneBuffer, kept)
    expect(await copyAt(em, kept.pkg.id, cologneBuffer)).toMatchObject({ statusReason: null })
  })
})

describe('cleaning up refuses', () => {
  /** What stands against it, what the answer is, and whether a sweep asks nevertheless. */
  const cases: [string, (em: EntityManager, topology: Topology, made: MadePackage) => Promise<unknown>, RegExp, boolean?][] = [
    [
      'where deletion is off',
      (em, { locations }) => em.nativeUpdate(DataLocation, { id: locations.cologneBuffer.id }, { deletionEnabled: false }),
      /^deletion is off at cologne-buffer/,
    ],
    [
      'what is too young',
      (em, { locations }) => definePolicy(em, locations.cologneBuffer, { minimumAgeS: 3_600 }),
      /^it has been here for \d of 3600 s$/,
    ],
    [
      'while work on the package is open',
      (em, { locations }, { pkg }) =>
        requestOperations(em.fork(), [{ kind: 'archive', locationId: locations.gentArchive.id, subjectId: pkg.id, packageId: pkg.id }]),
      /^work on the package is not done: archive$/,
    ],
    [
      'while work on the package FAILED',
      async (em, { locations }, { pkg }) => {
        const [nudge] = await requestOperations(em.fork(), [
          { kind: 'archive', locationId: locations.gentArchive.id, subjectId: pkg.id, packageId: pkg.id },
        ])
        await sql(em, `/* test */ update storage.operation set state = 'FAILED' where id = $1`, [nudge?.operationId])
      },
      /^work on the package is not done: archive$/,
    ],
    [
      'with all other copies in one failure domain',
      (em, { locations }) =>
        em.nativeUpdate(DataLocation, { id: [locations.cologneArchive.id, locations.gentArchive.id] }, { failureDomain: 'one' }),
      /^1 of 2 verified copies in distinct failure domains/,
    ],
    [
      'when the archive of the site lacks a verified copy',
      (em, { locations }, { pkg }) => change(em, pkg.id, locations.cologneArchive, 'verification_level = 1'),
      /^work on the package is not done: checksum, archive$/,
    ],
    [
      'when an archive elsewhere is not verified',
      (em, { locations }, { pkg }) => change(em, pkg.id, locations.gentArchive, 'verification_level = 1'),
      /^work on the package is not done: checksum$/,
    ],
    [
      'when a verification is stale',
      (em, { locations }, { pkg }) => change(em, pkg.id, locations.gentArchive, `verified_at = now() - interval '7 d 1 s'`),
      /^(1 of 2 verified|work on the package is not done: checksum)/,
    ],
    [
      'when an archive is not in use',
      (em, { locations }) => em.nativeUpdate(DataLocation, { id: locations.gentArchive.id }, { active: false }),
      /^1 of 2 verified/,
    ],
    [
      'when an archive is behind an open breaker',
      async (em, { locations }) => {
        const inner = em.fork()
        inner.create(CircuitBreaker, { id: newId(), locationId: locations.gentArchive.id, state: 'OPEN', failures: 5 })
        await inner.flush()
      },
      /^1 of 2 verified/,
      true,
    ],
    [
      'when another copy was set aside',
      (em, { locations }, { pkg }) => change(em, pkg.id, locations.gentArchive, `status = 'QUARANTINED'`),
      /^(work on the package is not done: transfer|1 of 2 verified)/,
    ],
    [
      'when the policy asks for more copies',
      (em, { locations }) => definePolicy(em, locations.cologneBuffer, { minVerifiedCopies: 3 }),
      /^2 of 3 verified/,
    ],
    [
      'when the policy asks for more archives',
      (em, { locations }) => definePolicy(em, locations.cologneBuffer, { minArchiveCopies: 3 }),
      /^2 of 3 archived/,
      true,
    ],
  ]

  test.for(cases)('UC-6.2 %s, and says so', async ([, arrange, reason, sweepAsks = false], { em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const made = await safe(world, em, topology)
    await arrange(em, topology, made)

    await sweep(world, null)
    const asked = await sql(em, `/* test */ select 1 from storage.operation where kind = 'cleanup' and subject_id = $1`, [made.pkg.id])
    expect(asked).toHaveLength(sweepAsks ? 1 : 0)
    expect(await cleanUp(world, cologneBuffer, made.pkg.id)).toMatchObject({
      outcome: 'PAUSED',
      reason: expect.stringMatching(reason) as string,
    })

    expect(await getOperation(world, 'cleanup', made.pkg.id)).toMatchObject({ state: 'WAITING', attempt: 0 })
    await expectKept(em, cologneBuffer, made)
  })

  test('UC-6.2 at a place without a policy', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive, gentArchive } = topology.locations
    const bare = em.create(DataLocation, {
      id: newId(),
      siteId: cologneBuffer.siteId,
      name: `bare-${newId()}`,
      type: 'BUFFER',
      storage: 'DISK',
      root: `${cologneBuffer.root}-bare`,
      failureDomain: 'bare',
      deletionEnabled: true,
    })
    await em.flush()
    await mkdir(bare.root ?? '')
    await identify(world, topology)
    const made = await makeHeldPackage(world, em, { topology, at: [bare, cologneArchive, gentArchive] })

    expect(await cleanUp(world, bare, made.pkg.id)).toEqual({ outcome: 'PAUSED', reason: `${bare.name} has no retention policy` })
    await expectKept(em, bare, made)
  })

  test('UC-6.2 UC-5.3 what a staging request holds', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const made = await safe(world, em, topology)
    const request = em.create(StagingRequest, {
      id: newId(),
      locationId: processing.id,
      requestKey: newId(),
      requestedBy: 'a scientist',
      leaseS: 3_600,
    })
    em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: made.pkg.id })
    await em.flush()
    await attempt(world, 'staging', made.pkg.id)

    expect(await cleanUp(world, processing, made.pkg.id)).toEqual({ outcome: 'PAUSED', reason: '1 staging request holds it here' })
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'STAGED' })
    expect((await filesAt(processing)).length).toBe(3)
  })

  test('UC-6.2 a long-term archive, always', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const made = await safe(world, em, topology)
    await em.nativeUpdate(DataLocation, { id: cologneArchive.id }, { deletionEnabled: true })
    await definePolicy(em, cologneArchive, {})

    await sweep(world, null)
    expect(await em.fork().count(DeletionProof, { locationId: cologneArchive.id })).toBe(0)
    expect(
      await sql(em, `/* test */ select 1 from storage.operation where kind = 'cleanup' and location_id = $1`, [cologneArchive.id]),
    ).toEqual([])
    await sql(em, `/* test */ update storage.operation set state = 'CANCELLED' where kind = 'cleanup' and subject_id = $1`, [made.pkg.id])
    expect(await cleanUp(world, cologneArchive, made.pkg.id)).toEqual({
      outcome: 'PAUSED',
      reason: 'a long-term archive is never cleaned up',
    })
    await expectKept(em, cologneArchive, made)
  })
})

async function change(em: EntityManager, packageId: string, location: DataLocation, values: string): Promise<void> {
  await sql(em, `/* test */ update storage.physical_copy set ${values} where package_id = $1 and location_id = $2`, [
    packageId,
    location.id,
  ])
}
