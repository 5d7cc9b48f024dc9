import { ExecutedObsUnit, newId, PhysicalCopy, RawDataFile, RawDataPackage, type PackageState, type Status } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Topology } from '../make.ts'

/** Rows of `count` executions, each with one file at SOURCE. */
export async function makeExecutions(
  em: EntityManager,
  { obsUnit, module, locations }: Topology,
  count: number,
): Promise<ExecutedObsUnit[]> {
  const executions = Array.from({ length: count }, (_, index) => {
    const startedAt = new Date(Date.UTC(2026, 10, 21) + index * 60_000)
    const execution = em.create(ExecutedObsUnit, { id: newId(), obsUnitId: obsUnit.id, filingKey: newId(), startedAt, endedAt: startedAt })
    const path = `${execution.id}/1.fits`
    const file = em.create(RawDataFile, { id: newId(), executionId: execution.id, moduleId: module.id, path, pathFold: path, bytes: 10 })
    em.create(PhysicalCopy, { id: newId(), locationId: locations.source.id, fileId: file.id, path, bytes: 10 })
    return execution
  })
  await em.flush()
  return executions
}

/** Rows of `count` packages, each of an execution of its own, with a verified copy in the buffer of Chile where it is COMPLETED. */
export async function makePackages(
  em: EntityManager,
  topology: Topology,
  { count = 1, status = 'COMPLETED', state = 'WAITING' }: { count?: number; status?: Status; state?: PackageState } = {},
): Promise<RawDataPackage[]> {
  const executions = await makeExecutions(em, topology, count)
  const packages = executions.map(({ id: executionId }) => {
    const id = newId()
    const path = `${id}.tar`
    const tar = em.create(RawDataPackage, {
      id,
      executionId,
      moduleId: topology.module.id,
      sequence: 1,
      name: id,
      path,
      status,
      state,
      fileCount: 1,
      fileBytes: 10,
    })
    if (status === 'COMPLETED') {
      tar.bytes = 1024
      em.create(PhysicalCopy, {
        id: newId(),
        locationId: topology.locations.chileBuffer.id,
        packageId: id,
        path,
        bytes: 1024,
        verificationLevel: 2,
        verifiedAt: new Date(),
      })
    }
    return tar
  })
  await em.flush()
  for (const { id, executionId } of packages) await em.nativeUpdate(RawDataFile, { executionId }, { packageId: id })
  return packages
}
