import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { DeletionProof, newId, requestOperations, RetentionPolicy, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { perform, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { copyAt, getOperation, makeDue, pathAt } from './attempt.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'

const never = new AbortController().signal

/** A package in the buffer of Cologne that is safe in two archives. */
export function safe(world: World, em: EntityManager, topology: Topology): Promise<MadePackage> {
  const { cologneBuffer, cologneArchive, gentArchive } = topology.locations
  return makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive, gentArchive] })
}

/** Asks for a cleanup whether or not a sweep would, and performs it. */
export async function cleanUp(
  world: World,
  { id: locationId }: DataLocation,
  packageId: string,
): Promise<{ outcome: string; reason: string | null }> {
  await requestOperations(world.orm.em.fork(), [{ kind: 'cleanup', locationId, subjectId: packageId, packageId }])
  const operation = await getOperation(world, 'cleanup', packageId)
  await makeDue(world, operation.id)
  const outcome = await perform(world, operation.id, never)
  return { outcome, reason: (await getOperation(world, 'cleanup', packageId)).reason ?? null }
}

/** Puts the next version of a location's policy in force, which asks for no age, no grace time, no rate and no trash unless told to; returns its id. */
export async function definePolicy(em: EntityManager, { id: locationId }: DataLocation, fields: Partial<RetentionPolicy>): Promise<string> {
  const inner = em.fork()
  const policyVersion = 1 + (await inner.count(RetentionPolicy, { locationId }))
  const { id } = inner.create(RetentionPolicy, {
    id: newId(),
    locationId,
    policyVersion,
    minimumAgeS: 0,
    graceS: 0,
    maxShareHour: 1,
    trashS: 0,
    ...fields,
  })
  await inner.flush()
  return id
}

/** That a location still has its copy of a package, its bytes, and no proof against it. */
export async function expectKept(em: EntityManager, location: DataLocation, { pkg }: MadePackage): Promise<void> {
  expect(await copyAt(em, pkg.id, location)).toMatchObject({ status: 'PRESENT', deletionProofId: null })
  expect((await readFile(pathAt(location, pkg.path))).length).toBe(pkg.bytes)
  expect(await em.fork().count(DeletionProof, { packageId: pkg.id, locationId: location.id })).toBe(0)
}
