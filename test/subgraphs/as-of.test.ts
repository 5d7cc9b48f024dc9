import { describe, expect } from 'vitest'
import { CircuitBreaker, newId, Operation, PhysicalCopy, requestOperations, RetentionPolicy, sql, StagingRequest } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { makeTopologyInUse } from '../make.ts'
import { makePackages } from './rows.ts'
import { statementsOf, test, type Json } from './serve.ts'

/** The moment that it is now by the clock of the database, to the millisecond, and nothing else happens in it. */
async function moment(em: EntityManager): Promise<string> {
  const [row] = await sql<{ at: string }>(
    em,
    `select date_trunc('milliseconds', clock_timestamp() + interval '1 ms') as at, pg_sleep(0.003)`,
  )
  return new Date(row?.at ?? '').toISOString()
}

describe('what was believed at a time', () => {
  test('UC-7.3 of a package and of its copies follows its events', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const before = await moment(em)
    const [tar] = await makePackages(em, topology, { status: 'SCHEDULED' })
    const id = tar?.id ?? ''
    const planned = await moment(em)
    await sql(em, `update data_package.raw_data_package set status = 'COMPLETED' where id = $1`, [id])
    const copy = newId()
    em.create(PhysicalCopy, { id: copy, locationId: topology.locations.chileBuffer.id, packageId: id, path: 'x.tar', bytes: 9 })
    await em.flush()
    const made = await moment(em)
    await sql(em, `update data_package.raw_data_package set state = 'TRANSFERRING' where id = $1`, [id])
    await sql(em, `update storage.physical_copy set status = 'QUARANTINED', status_reason = 'bit rot' where id = $1`, [copy])
    const last = await moment(em)

    const asOf = (name: string, at: string) =>
      `${name}: asOf(at: "${at}") { status state copies { id status verificationLevel location { name } } }`
    const [found] = await storageApi.entities(
      'RawDataPackage',
      [id],
      [asOf('before', before), asOf('planned', planned), asOf('made', made), asOf('last', last)].join(' '),
    )
    const at = { id: copy, verificationLevel: 0, location: { name: topology.locations.chileBuffer.name } }
    expect(found).toEqual({
      before: null,
      planned: { status: 'SCHEDULED', state: 'WAITING', copies: [] },
      made: { status: 'COMPLETED', state: 'WAITING', copies: [{ ...at, status: 'PRESENT' }] },
      last: { status: 'COMPLETED', state: 'TRANSFERRING', copies: [{ ...at, status: 'QUARANTINED' }] },
    })
    const [ofCopy] = await storageApi.entities(
      'RawDataPackageCopy',
      [copy],
      `planned: asOf(at: "${planned}") { status } made: asOf(at: "${made}") { status location { name } } history { nodes { field fromState toState reason } }`,
    )
    expect(ofCopy).toMatchObject({
      planned: null,
      made: { status: 'PRESENT', location: { name: topology.locations.chileBuffer.name } },
      history: { nodes: expect.arrayContaining([{ field: 'status', fromState: 'PRESENT', toState: 'QUARANTINED', reason: 'bit rot' }]) },
    })
  })

  test('UC-7.3 of places, routes, transfers, work and requests follows their events too', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { chileBuffer, processing } = topology.locations
    const [tar] = await makePackages(em, topology)
    const [route] = topology.routes
    const input = { r: route?.id, p: [tar?.id] }
    const { data } = await storageApi.ask('mutation ($r: ID!, $p: [ID!]!) { requestTransfer(routeId: $r, packageIds: $p) { id } }', input)
    const transfer = data.requestTransfer.id
    const request = em.create(StagingRequest, {
      id: newId(),
      locationId: processing.id,
      requestKey: newId(),
      requestedBy: 'N. N.',
      leaseS: 60,
    })
    em.create(CircuitBreaker, { id: newId(), locationId: chileBuffer.id, state: 'CLOSED', failures: 4 })
    await em.flush()
    const operation = await em.findOneOrFail(Operation, { subjectId: transfer })
    const then = await moment(em)
    await sql(em, `update storage.data_location set active = false, deletion_enabled = false where id = $1`, [chileBuffer.id])
    await sql(em, `update storage.circuit_breaker set state = 'OPEN', reason = 'no disk' where location_id = $1`, [chileBuffer.id])
    em.create(RetentionPolicy, { id: newId(), locationId: chileBuffer.id, policyVersion: 2 })
    await em.flush()
    await sql(em, `update storage.data_transfer_route set active = false where id = $1`, [route?.id])
    await sql(em, `update storage.site set active = false where id = $1`, [topology.sites.chile.id])
    await sql(em, `update storage.data_transfer set status = 'FAILED' where id = $1`, [transfer])
    await sql(em, `update storage.operation set state = 'FAILED' where id = $1`, [operation.id])
    await sql(em, `update staging.staging_request set status = 'FAILED' where id = $1`, [request.id])
    const now = await moment(em)

    const believed = async (type: string, id: string | undefined, fields: string) => {
      const asOf = `old: asOf(at: "2020-01-01T00:00:00Z") { ${fields} } then: asOf(at: "${then}") { ${fields} } now: asOf(at: "${now}") { ${fields} } history { nodes { toState } }`
      const [found] = await storageApi.entities(type, [id], asOf)
      expect(found.old).toBeNull()
      expect(found.history.nodes.length).toBeGreaterThan(0)
      return [found.then, found.now]
    }
    expect(await believed('DiskLocation', chileBuffer.id, 'active deletionEnabled breaker policyVersion')).toEqual([
      { active: true, deletionEnabled: true, breaker: 'CLOSED', policyVersion: 1 },
      { active: false, deletionEnabled: false, breaker: 'OPEN', policyVersion: 2 },
    ])
    expect(await believed('DataTransferRoute', route?.id, 'active')).toEqual([{ active: true }, { active: false }])
    expect(await believed('Site', topology.sites.chile.id, 'active')).toEqual([{ active: true }, { active: false }])
    expect(await believed('DataTransfer', transfer, 'status unpackStatus')).toEqual([
      { status: 'SCHEDULED', unpackStatus: 'PENDING' },
      { status: 'FAILED', unpackStatus: 'PENDING' },
    ])
    expect(await believed('Operation', operation.id, 'state')).toEqual([{ state: 'READY' }, { state: 'FAILED' }])
    expect(await believed('StagingRequest', request.id, 'status')).toEqual([{ status: 'PENDING' }, { status: 'FAILED' }])
  })

  test('UC-7.3 history tells of a breaker with its location, of the packages with their execution', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { gentBuffer, gentArchive } = topology.locations
    em.create(CircuitBreaker, { id: newId(), locationId: gentBuffer.id, state: 'CLOSED', failures: 4 })
    await em.flush()
    await sql(em, `update storage.circuit_breaker set state = 'OPEN', reason = 'no disk' where location_id = $1`, [gentBuffer.id])
    await sql(em, `update storage.data_location set active = false where id = any($1)`, [[gentBuffer.id, gentArchive.id]])
    const fields = 'history { nodes { subjectType toState } } breaker { history { nodes { toState reason } } }'
    const [parked, other] = await storageApi.entities('DiskLocation', [gentBuffer.id, gentArchive.id], fields)
    expect(parked.breaker.history.nodes.at(-1)).toEqual({ toState: 'OPEN', reason: 'no disk' })
    expect(parked.history.nodes.map(({ subjectType }: Json) => subjectType)).toEqual(
      expect.arrayContaining(['RetentionPolicy', 'CircuitBreaker', 'DataLocation']),
    )
    expect(other.breaker.history.nodes).toEqual([])
    const [tar] = await makePackages(em, topology)
    const [execution] = await storageApi.entities('ExecutedObsUnit', [tar?.executionId], 'history { nodes { subjectId toState } }')
    expect(execution.history.nodes).toContainEqual({ subjectId: tar?.id, toState: 'COMPLETED' })
  })

  test('UC-7.3 at the very moment that a row tells, what happened then is believed', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const [tar] = await makePackages(em, topology, { status: 'IN_PROGRESS' })
    const rows = await sql<{ at: string; made: string }>(
      em,
      `update data_package.raw_data_package set status = 'COMPLETED', completed_at = now() where id = $1 returning completed_at as at, created_at as made`,
      [tar?.id],
    )
    const at = (moment = '') => `asOf(at: "${new Date(moment).toISOString()}") { status }`
    const [found] = await storageApi.entities('RawDataPackage', [tar?.id], `${at(rows[0]?.at)} made: ${at(rows[0]?.made)}`)
    expect(found).toEqual({ asOf: { status: 'COMPLETED' }, made: { status: 'IN_PROGRESS' } })
  })

  test('costs a fixed number of statements for fifty', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const packages = await makePackages(em, topology, { count: 50 })
    await requestOperations(
      em,
      packages.map(({ id }) => ({
        kind: 'archive' as const,
        locationId: topology.locations.cologneArchive.id,
        subjectId: id,
        packageId: id,
      })),
    )
    const at = await moment(em)
    const statements = await statementsOf(async () => {
      const found = await storageApi.entities(
        'RawDataPackage',
        packages.map(({ id }) => id),
        `asOf(at: "${at}") { state copies { status location { name } } } operations { asOf(at: "${at}") { state } history { nodes { toState } } }`,
      )
      expect(found.every(({ asOf }) => asOf.copies.length === 1)).toBe(true)
    })
    expect(statements.toSorted()).toEqual(
      ['RawDataPackage.id', 'packageAsOf', 'copiesAsOf', 'DataLocation.id', 'operationsOfPackage', 'operationAsOf', 'historyOf'].toSorted(),
    )
  })
})
