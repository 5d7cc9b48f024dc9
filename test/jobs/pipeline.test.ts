import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import {
  DataTransfer,
  DeletionProof,
  newId,
  Operation,
  PhysicalCopy,
  RawDataFile,
  RawDataPackage,
  sql,
  StagedPackage,
  StagingRequest,
} from '@almagest/schema'
import { digestOf } from '@almagest/jobs'
import { makeObservation, settle } from '../make.ts'
import { filesAt, pathAt, toldOf, type Told } from './attempt.ts'
import { test } from './bench.ts'

const FILES = { 'a/one.dat': 'one', 'a/two.dat': Buffer.alloc(3_000_000, 7), 'empty.dat': '' }

/** The steps of one field, as `from to`. */
const steps = (told: readonly Told[], field: string): string[] =>
  told.filter(one => one.field === field).map(({ from_state, to_state }) => `${from_state ?? '-'} ${to_state}`)

describe('the pipeline', () => {
  test('UC-2.1 UC-3.1 UC-4.2 UC-5.1 UC-6.1 brings files to two archives, frees SOURCE and buffers with proof, and stages them again', async ({
    em,
    world,
    topology,
  }) => {
    const { locations } = topology
    const { files, copies } = await makeObservation(em, topology, FILES)

    await settle(world)

    const pkg = await em.fork().findOneOrFail(RawDataPackage, { moduleId: topology.module.id })
    expect(pkg).toMatchObject({
      status: 'COMPLETED',
      state: 'ARCHIVED',
      fileCount: 3,
      fileBytes: 3_000_003,
      archivedAt: expect.any(Date) as Date,
    })
    const held = await em.fork().find(PhysicalCopy, { packageId: pkg.id })
    expect(
      Object.fromEntries(held.map(({ locationId, status, verificationLevel }) => [locationId, `${status} ${verificationLevel}`])),
    ).toEqual({
      [locations.chileBuffer.id]: 'DELETED 2',
      [locations.cologneBuffer.id]: 'DELETED 2',
      [locations.gentBuffer.id]: 'DELETED 2',
      [locations.cologneArchive.id]: 'PRESENT 2',
      [locations.gentArchive.id]: 'PRESENT 2',
    })
    for (const empty of [locations.source, locations.chileBuffer, locations.cologneBuffer, locations.gentBuffer])
      expect(await filesAt(empty)).toEqual([])
    for (const archive of [locations.cologneArchive, locations.gentArchive]) {
      expect(await filesAt(archive)).toEqual([pkg.path.replace(/tar$/, 'json'), pkg.path])
      expect((await digestOf([await readFile(pathAt(archive, pkg.path))])).digest).toBe(pkg.flatDigest)
    }
    const gone = await em.fork().find(PhysicalCopy, { id: [...copies.map(({ id }) => id), ...held.map(({ id }) => id)], status: 'DELETED' })
    expect(gone).toHaveLength(6)
    const proofs = await em.fork().find(DeletionProof, { packageId: pkg.id })
    expect(proofs).toHaveLength(4)
    expect(
      gone.every(({ deletionProofId, locationId }) =>
        proofs.some(({ id, ...proof }) => id === deletionProofId && proof.locationId === locationId),
      ),
    ).toBe(true)
    const operations = await em.fork().find(Operation, { locationId: Object.values(locations).map(({ id }) => id) })
    expect(operations.filter(({ state, attempt }) => state !== 'DONE' || attempt !== 1)).toEqual([])

    const request = em.create(StagingRequest, {
      id: newId(),
      locationId: locations.processing.id,
      requestKey: newId(),
      requestedBy: 'a scientist',
      leaseS: 3_600,
    })
    em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: pkg.id })
    await em.flush()
    await settle(world)
    expect(await em.fork().findOneOrFail(StagingRequest, request.id)).toMatchObject({ status: 'COMPLETED' })
    for (const [path, content] of Object.entries(FILES)) {
      expect(await readFile(pathAt(locations.processing, `${pkg.path.replace(/\.tar$/, '')}/${path}`))).toEqual(Buffer.from(content))
    }
    expect(await em.fork().count(RawDataFile, { id: files.map(({ id }) => id), packageId: pkg.id })).toBe(3)
  })

  test('UC-7.3 UC-7.4 tells of every step of a package, its copies, transfers, requests and work: from what, to what, and why', async ({
    em,
    world,
    topology,
  }) => {
    const { source, chileBuffer, cologneBuffer, processing } = topology.locations
    const { copies } = await makeObservation(em, topology, FILES)
    await settle(world)
    const pkg = await em.fork().findOneOrFail(RawDataPackage, { moduleId: topology.module.id })
    const request = em.create(StagingRequest, {
      id: newId(),
      locationId: processing.id,
      requestKey: newId(),
      requestedBy: 'a scientist',
      leaseS: 0,
    })
    em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: pkg.id })
    await em.flush()
    await settle(world)
    await settle(world)

    const ofPackage = await toldOf(em, pkg.id)
    expect(steps(ofPackage, 'status')).toEqual(['- SCHEDULED', 'SCHEDULED IN_PROGRESS', 'IN_PROGRESS COMPLETED'])
    expect(steps(ofPackage, 'state')).toEqual(['WAITING TRANSFERRING', 'TRANSFERRING ARCHIVED'])
    const buffered = await em.fork().findOneOrFail(PhysicalCopy, { packageId: pkg.id, locationId: chileBuffer.id })
    const ofCopy = await toldOf(em, buffered.id)
    expect(steps(ofCopy, 'status')).toEqual([
      '- PRESENT',
      'PRESENT DELETION_SCHEDULED',
      'DELETION_SCHEDULED DELETION_IN_PROGRESS',
      'DELETION_IN_PROGRESS DELETED',
    ])
    expect(steps(ofCopy, 'verification_level')).toEqual(['0 2'])
    expect(ofCopy.find(({ to_state }) => to_state === 'DELETION_SCHEDULED')?.reason).toBe('safe elsewhere and past retention')
    expect((await toldOf(em, copies[0]?.id ?? '')).find(({ to_state }) => to_state === 'DELETION_POSSIBLE')).toMatchObject({
      from_state: 'PRESENT',
      reason: 'its package left the buffer of the site',
    })
    const transfer = await em.fork().findOneOrFail(DataTransfer, { toLocationId: cologneBuffer.id })
    expect(steps(await toldOf(em, transfer.id), 'status')).toEqual(['- SCHEDULED', 'SCHEDULED IN_PROGRESS', 'IN_PROGRESS COMPLETED'])
    expect(steps(await toldOf(em, transfer.id), 'unpack_status')).toEqual([
      'PENDING SCHEDULED',
      'SCHEDULED IN_PROGRESS',
      'IN_PROGRESS COMPLETED',
    ])
    expect(steps(await toldOf(em, request.id), 'status')).toEqual(['- PENDING', 'PENDING COMPLETED', 'COMPLETED EXPIRED'])
    const operation = await em.fork().findOneOrFail(Operation, { kind: 'packaging', subjectId: pkg.id, locationId: source.id })
    expect(steps(await toldOf(em, operation.id), 'state')).toEqual(['- READY', 'READY RUNNING', 'RUNNING DONE'])
    const byWork = await sql<{ operation_id: string | null }>(
      em,
      `/* test */ select operation_id from storage.event where subject_id = $1 and to_state in ('IN_PROGRESS', 'COMPLETED', 'ARCHIVED')`,
      [pkg.id],
    )
    expect(byWork.every(({ operation_id }) => operation_id !== null)).toBe(true)
    expect(byWork[0]?.operation_id).toBe(operation.id)

    const unreasoned = await sql(
      em,
      `/* test */ select subject_type, field, to_state from storage.event where reason is null and subject_id in (
         select $1::uuid union select id from storage.physical_copy where package_id = $1 union select id from storage.operation where package_id = $1
         union select $2::uuid)`,
      [pkg.id, transfer.id],
    )
    expect(unreasoned).toEqual([])
    const why = (told: readonly Told[], state: string) => told.find(({ to_state }) => to_state === state)?.reason
    expect(why(ofPackage, 'COMPLETED')).toBe(`packaged by worker ${world.worker}`)
    expect(why(ofPackage, 'ARCHIVED')).toMatch(/^archived at .*: every byte was read again there and is right$/)
    expect(why(ofPackage, 'TRANSFERRING')).toBe('the sweep found that it is due: transfer')
    expect(why(ofCopy, 'DELETED')).toBe(`deleted by worker ${world.worker}: safe elsewhere, as its deletion proof says`)
    expect(why(await toldOf(em, operation.id), 'RUNNING')).toBe(`taken by worker ${world.worker}`)
    expect(why(await toldOf(em, request.id), 'EXPIRED')).toBe('its lease ended')
    const dated = await sql<{ same: boolean }>(
      em,
      `/* test */ select date_trunc('milliseconds', e.at) = date_trunc('milliseconds', p.completed_at) as same from storage.event e join data_package.raw_data_package p on p.id = e.subject_id
       where p.id = $1 and e.field = 'status' and e.to_state = 'COMPLETED'`,
      [pkg.id],
    )
    expect(dated).toEqual([{ same: true }])
  })
})
