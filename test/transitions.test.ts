import { describe, expect } from 'vitest'
import {
  COPY_AFTER,
  newId,
  OPERATION_AFTER,
  PACKAGE_STATE_AFTER,
  RawDataPackage,
  sql,
  StagedPackage,
  STAGED_PACKAGE_AFTER,
  StagingRequest,
  STAGING_AFTER,
  STATUS_AFTER,
  type Transitions,
} from '@almagest/schema'
import { test } from './fixtures.ts'
import { identify, makeObservation, makeTopology, makeWorld, settle } from './make.ts'

const TABLES: Readonly<Record<string, Transitions<string>>> = {
  'RawDataPackage.status': STATUS_AFTER,
  'RawDataPackage.state': PACKAGE_STATE_AFTER,
  'DataTransfer.status': STATUS_AFTER,
  'DataTransfer.unpack_status': STATUS_AFTER,
  'StagingRequest.status': STAGING_AFTER,
  'StagedPackage.status': STAGED_PACKAGE_AFTER,
  'PhysicalCopy.status': COPY_AFTER,
  'Operation.state': OPERATION_AFTER,
}

interface Transition {
  readonly what: string
  readonly from_state: string
  readonly to_state: string
}

describe('the events of a whole life', () => {
  test('tell of no step that its transition table does not have, whether an entity or SQL took it', async ({ orm, em, root }) => {
    const world = makeWorld(orm)
    const topology = await makeTopology(em, root)
    await identify(world, topology)
    await makeObservation(em, topology, { 'a/one.dat': 'one', 'a/two.dat': Buffer.alloc(100_000, 7) })
    await settle(world)
    const [made] = await em.fork().find(RawDataPackage, {})
    const request = em.create(StagingRequest, {
      id: newId(),
      locationId: topology.locations.processing.id,
      requestKey: newId(),
      requestedBy: 'a scientist',
      leaseS: 0,
    })
    em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: made?.id ?? '' })
    await em.flush()
    await settle(world)

    const seen = await sql<Transition>(
      em,
      `/* transitions */ select distinct subject_type || '.' || field as what, from_state, to_state from storage.event where from_state is not null`,
    )

    const steps = seen.filter(({ what }) => what in TABLES)
    expect(new Set(steps.map(({ what }) => what))).toEqual(new Set(Object.keys(TABLES)))
    expect(steps.filter(({ what, from_state, to_state }) => !TABLES[what]?.[from_state]?.includes(to_state))).toEqual([])
    expect(steps).toContainEqual({ what: 'PhysicalCopy.status', from_state: 'DELETION_IN_PROGRESS', to_state: 'DELETED' })
  })
})
