import { describe, expect } from 'vitest'
import {
  CircuitBreaker,
  GONE_FROM_SOURCE,
  newId,
  Operation,
  PhysicalCopy,
  requestOperations,
  ScanFinding,
  sql,
  type CopyStatus,
  type DataLocation,
  type RawDataPackage,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { makeTopologyInUse, type Topology } from '../make.ts'
import { makePackages } from './rows.ts'
import { statementsOf, test as base, type Json, type Served } from './serve.ts'

const test = base.extend<{ topology: Topology; tar: RawDataPackage }>({
  topology: async ({ em, root }, use) => use(await makeTopologyInUse(em, root)),
  tar: async ({ em, topology }, use) => {
    const [tar] = await makePackages(em, topology)
    if (tar) await use(tar)
  },
})

async function why(api: Served, type: string, id: string, more = ''): Promise<Json[]> {
  const [found] = await api.entities(type, [id], `whyBlocked { code level message nextAt nextAction who subjectType subjectId } ${more}`)
  return found.whyBlocked
}

const chain = (blockers: Json[]) => blockers.map(({ level, code }) => `${level} ${code}`)

/** Rows of a transfer over the first route, or of both legs of a relay through Gent. */
async function makeTransfers(em: EntityManager, { routes, locations, sites }: Topology, tar: RawDataPackage, legs = 1): Promise<string[]> {
  const bundle = newId()
  await sql(
    em,
    `insert into data_package.data_transfer_package (id, from_site_id, to_site_id, package_count, bytes) values ($1, $2, $3, 1, 1024)`,
    [bundle, sites.chile.id, sites.cologne.id],
  )
  await sql(em, `insert into data_package.data_transfer_package_item values ($1, $2)`, [bundle, tar.id])
  const stops =
    legs === 1 ? [locations.chileBuffer, locations.cologneBuffer] : [locations.chileBuffer, locations.gentBuffer, locations.cologneBuffer]
  const ids: string[] = []
  for (let leg = 1; leg <= legs; leg++) {
    const id = newId()
    await sql(
      em,
      `insert into storage.data_transfer (id, transfer_package_id, route_id, leg, from_location_id, to_location_id, status) values ($1, $2, $3, $4, $5, $6, $7)`,
      [id, bundle, routes[0]?.id, leg, stops[leg - 1]?.id, stops[leg]?.id, leg === 1 ? 'SCHEDULED' : 'PENDING'],
    )
    ids.push(id)
  }
  return ids
}

async function makeCopy(em: EntityManager, tar: RawDataPackage, place: DataLocation, status: CopyStatus): Promise<string> {
  const id = newId()
  em.create(PhysicalCopy, { id, locationId: place.id, packageId: tar.id, path: tar.path, bytes: 1024, status, statusReason: 'so it was' })
  await em.flush()
  return id
}

describe('whyBlocked', () => {
  test('UC-7.3 says of a file that is gone from SOURCE that the instrument or an operator has to put it back', async ({
    storageApi,
    em,
    topology,
    tar,
  }) => {
    const { id: locationId } = topology.locations.source
    await requestOperations(em, [{ kind: 'packaging', locationId, subjectId: tar.id, packageId: tar.id }])
    const { id } = await em.findOneOrFail(Operation, { kind: 'packaging', subjectId: tar.id })
    const stands = async (state: string) => {
      const reason = `a.dat ${GONE_FROM_SOURCE}: the instrument or an operator has to put it back`
      await sql(em, `update storage.operation set state = $2, reason = $3 where id = $1`, [id, state, reason])
      return (await why(storageApi, 'Operation', id))[0]
    }
    expect(await stands('WAITING')).toMatchObject({
      code: 'RETRYING',
      who: 'OPERATOR',
      nextAction: 'the instrument or an operator puts back the file; a worker then tries it again',
    })
    expect(await stands('FAILED')).toMatchObject({
      code: 'FAILED',
      who: 'OPERATOR',
      nextAction:
        'the instrument or an operator puts back the file, and then retryPackaging tries it again; the sweep does when a scan of SOURCE has seen that the cause is gone',
    })
  })

  test('UC-7.3 says for a transfer what its work waits for, and answers nothing when it is through', async ({
    storageApi,
    em,
    topology,
    tar,
  }) => {
    const [id = ''] = await makeTransfers(em, topology, tar)
    const place = topology.locations.cologneBuffer
    expect(chain(await why(storageApi, 'DataTransfer', id))).toEqual(['0 NOT_YET_DERIVED'])
    await requestOperations(em, [{ kind: 'transfer', locationId: place.id, subjectId: id }])
    em.create(CircuitBreaker, { id: newId(), locationId: place.id, state: 'OPEN', failures: 5, reason: 'no link' })
    await em.flush()
    const [operation] = await em.find(Operation, { subjectId: id })
    expect(await why(storageApi, 'DataTransfer', id)).toMatchObject([
      { level: 0, code: 'QUEUED', subjectType: 'Operation', subjectId: operation?.id, who: 'SYSTEM' },
      { level: 1, code: 'LOCATION_PARKED', subjectType: 'DataLocation', subjectId: place.id, message: expect.stringContaining('no link') },
    ])
    await sql(em, `update storage.operation set state = 'DONE' where subject_id = $1`, [id])
    await sql(em, `update storage.data_transfer set status = 'FAILED' where id = $1`, [id])
    expect(await why(storageApi, 'DataTransfer', id)).toMatchObject([
      { code: 'FAILED', nextAction: 'retryTransfer tries it again', who: 'OPERATOR' },
    ])
    await sql(em, `update storage.data_transfer set status = 'COMPLETED', unpack_status = 'COMPLETED' where id = $1`, [id])
    expect(await why(storageApi, 'DataTransfer', id)).toEqual([])
  })

  test('UC-7.3 leads from the second leg of a relay to what holds the first one up', async ({ storageApi, em, topology, tar }) => {
    const [first = '', second = ''] = await makeTransfers(em, topology, tar, 2)
    await requestOperations(em, [{ kind: 'transfer', locationId: topology.locations.gentBuffer.id, subjectId: first }])
    topology.locations.gentBuffer.active = false
    await em.flush()
    expect(chain(await why(storageApi, 'DataTransfer', second))).toEqual(['0 EARLIER_LEG', '1 QUEUED', '2 LOCATION_INACTIVE'])
    expect(chain(await why(storageApi, 'RawDataPackage', tar.id))).toEqual(['0 QUEUED', '1 LOCATION_INACTIVE', '0 EARLIER_LEG'])
    await sql(em, `update storage.data_transfer set status = 'COMPLETED', unpack_status = 'COMPLETED' where id = $1`, [first])
    expect(chain(await why(storageApi, 'DataTransfer', second))).toEqual(['0 NOT_YET_DERIVED', '1 LOCATION_INACTIVE'])
  })

  test('UC-7.3 says for a piece of work whether it waits, failed, or is over', async ({ storageApi, em, topology, tar }) => {
    const place = topology.locations.cologneArchive
    await requestOperations(em, [{ kind: 'archive', locationId: place.id, subjectId: tar.id, packageId: tar.id }])
    const [operation] = await em.find(Operation, { subjectId: tar.id })
    const id = operation?.id ?? ''
    expect(await why(storageApi, 'Operation', id)).toMatchObject([{ level: 0, code: 'QUEUED', subjectId: id }])
    await sql(em, `update storage.operation set state = 'FAILED', attempt = 10, reason = 'no' where id = $1`, [id])
    expect(await why(storageApi, 'Operation', id)).toMatchObject([{ code: 'FAILED', who: 'OPERATOR' }])
    await sql(em, `update storage.operation set state = 'CANCELLED' where id = $1`, [id])
    expect(await why(storageApi, 'Operation', id)).toMatchObject([
      {
        code: 'CANCELLED',
        who: 'OPERATOR',
        message: expect.stringContaining('was cancelled'),
        nextAction: 'retryOperation asks for it again',
      },
    ])
    await sql(em, `update storage.operation set state = 'DONE' where id = $1`, [id])
    expect(await why(storageApi, 'Operation', id)).toEqual([])
  })

  test('UC-7.3 says for a copy what keeps it from what it should be', async ({ storageApi, em, topology, tar }) => {
    const { cologneBuffer, cologneArchive, gentBuffer, gentArchive, processing } = topology.locations
    const of = (id: string) => why(storageApi, 'RawDataPackageCopy', id)
    const writing = await makeCopy(em, tar, cologneArchive, 'WRITING')
    expect(await of(writing)).toMatchObject([{ level: 0, code: 'NOT_YET_DERIVED', subjectType: 'PhysicalCopy', subjectId: writing }])
    await requestOperations(em, [{ kind: 'archive', locationId: cologneArchive.id, subjectId: tar.id, packageId: tar.id }])
    expect(chain(await of(writing))).toEqual(['0 WRITING', '1 QUEUED'])

    const leaving = await makeCopy(em, tar, cologneBuffer, 'DELETION_SCHEDULED')
    await requestOperations(em, [{ kind: 'cleanup', locationId: cologneBuffer.id, subjectId: tar.id, packageId: tar.id }])
    await sql(
      em,
      `update storage.operation set state = 'WAITING', reason = 'it is deleted after a grace time', next_run_at = '2030-01-01T00:00:00Z' where kind = 'cleanup' and subject_id = $1`,
      [tar.id],
    )
    expect(await of(leaving)).toMatchObject([
      { code: 'DELETING', nextAt: '2030-01-01T00:00:00.000Z', who: 'SYSTEM' },
      { level: 1, code: 'RETRYING', message: expect.stringContaining('grace time') },
    ])
    cologneBuffer.deletionEnabled = false
    await em.flush()
    expect((await of(leaving))[0]).toMatchObject({
      code: 'DELETING',
      who: 'OPERATOR',
      nextAction: expect.stringMatching(/^setLocationDeletion/),
    })

    const stuck = await makeCopy(em, tar, processing, 'DELETION_FAILED')
    expect(await of(stuck)).toMatchObject([{ code: 'FAILED', who: 'OPERATOR', message: expect.stringContaining('so it was') }])
    const damaged = await makeCopy(em, tar, gentArchive, 'QUARANTINED')
    expect(await of(damaged)).toMatchObject([{ code: 'DAMAGED', who: 'OPERATOR' }])
    const lost = await makeCopy(em, tar, gentBuffer, 'MISSING')
    gentBuffer.active = false
    await em.flush()
    expect(await of(lost)).toMatchObject([{ code: 'LOST' }, { level: 1, code: 'LOCATION_INACTIVE' }])
    await makeCopy(em, tar, gentArchive, 'PRESENT')
    expect(await of(damaged)).toEqual([])

    const [ofFile] = await em.fork().find(PhysicalCopy, { locationId: topology.locations.source.id })
    expect(await why(storageApi, 'RawDataFileCopy', ofFile?.id ?? '')).toEqual([])
    const { id: locationId, name } = topology.locations.source
    em.create(ScanFinding, { id: newId(), locationId, kind: 'CHANGED', path: ofFile?.path ?? '', detail: 'it has 9 bytes' })
    await em.flush()
    expect(await why(storageApi, 'RawDataFileCopy', ofFile?.id ?? '')).toMatchObject([
      { code: 'DAMAGED', who: 'OPERATOR', subjectId: ofFile?.id, message: `a scan of ${name} found the file CHANGED: it has 9 bytes` },
    ])
  })

  test('UC-7.3 says for a staging request which packages are lacking, and why', async ({ storageApi, stagingApi, em, topology }) => {
    const { processing, cologneArchive } = topology.locations
    const [near, far] = await makePackages(em, topology, { count: 2, state: 'ARCHIVED' })
    if (!near || !far) throw new Error('no packages')
    await makeCopy(em, near, cologneArchive, 'PRESENT')
    const input = { key: newId(), location: processing.name, requestedBy: 'N. N.', packageIds: [near.id, far.id] }
    const { data } = await stagingApi.ask('mutation ($input: RequestStagingInput!) { requestStaging(input: $input) { id } }', { input })
    const id = data.requestStaging.id
    const blockers = await why(storageApi, 'StagingRequest', id)
    expect(chain(blockers)).toEqual(['0 QUEUED', '1 NO_SOURCE'])
    expect(blockers[1]).toMatchObject({ subjectType: 'RawDataPackage', subjectId: far.id, who: 'OPERATOR' })
    await sql(em, `update storage.operation set state = 'DONE' where location_id = $1`, [processing.id])
    await sql(em, `update staging.staged_package set status = 'FAILED' where package_id = $1`, [far.id])
    expect(chain(await why(storageApi, 'StagingRequest', id))).toEqual(['0 FAILED', '1 NO_SOURCE', '0 NOT_YET_DERIVED'])
    await sql(em, `update staging.staged_package set status = 'COMPLETED' where request_id = $1`, [id])
    expect(chain(await why(storageApi, 'StagingRequest', id))).toEqual(['0 NOT_YET_DERIVED'])
    await sql(em, `update staging.staging_request set status = 'COMPLETED' where id = $1`, [id])
    expect(await why(storageApi, 'StagingRequest', id)).toEqual([])
  })

  test('UC-7.3 UC-4.3 says of an archived package that no archive holds it intact any more', async ({ storageApi, em, topology, tar }) => {
    const { cologneArchive, gentArchive, chileBuffer } = topology.locations
    await sql(em, `update data_package.raw_data_package set state = 'ARCHIVED' where id = $1`, [tar.id])
    const copies = [await makeCopy(em, tar, cologneArchive, 'PRESENT'), await makeCopy(em, tar, gentArchive, 'MISSING')]
    expect(await why(storageApi, 'RawDataPackage', tar.id)).toEqual([])
    await sql(em, `update storage.physical_copy set status = 'QUARANTINED', status_reason = 'bit rot' where id = $1`, [copies[0]])
    const [first, ...causes] = await why(storageApi, 'RawDataPackage', tar.id)
    expect(first).toMatchObject({
      level: 0,
      code: 'ARCHIVE_LOST',
      message: `package ${tar.id} was archived, and no archive holds it intact any more: ${cologneArchive.name}: QUARANTINED (bit rot), ${gentArchive.name}: MISSING (so it was)`,
      nextAction: `it is archived again from ${chileBuffer.name}`,
      who: 'SYSTEM',
    })
    expect(chain(causes)).toEqual(['1 NOT_YET_DERIVED'])
    await sql(em, `update storage.physical_copy set status = 'MISSING' where package_id = $1 and location_id = $2`, [
      tar.id,
      chileBuffer.id,
    ])
    expect(await why(storageApi, 'RawDataPackage', tar.id)).toMatchObject([{ code: 'ARCHIVE_LOST', who: 'OPERATOR' }, { level: 1 }])
  })

  test('costs a fixed number of statements for fifty of each', async ({ storageApi, em, topology }) => {
    const packages = await makePackages(em, topology, { count: 50 })
    const transfers: string[] = []
    for (const tar of packages) transfers.push(...(await makeTransfers(em, topology, tar)))
    await requestOperations(
      em,
      packages.map(({ id }) => ({
        kind: 'archive' as const,
        locationId: topology.locations.cologneArchive.id,
        subjectId: id,
        packageId: id,
      })),
    )
    await sql(em, `update storage.physical_copy set status = 'QUARANTINED' where package_id = any($1)`, [packages.map(({ id }) => id)])
    const copies = await em.fork().find(PhysicalCopy, { packageId: packages.map(({ id }) => id) })
    const operations = await em.fork().find(Operation, { subjectId: packages.map(({ id }) => id) })
    const ask = async (type: string, ids: string[]) => {
      const statements = await statementsOf(async () => {
        const found = await storageApi.entities(type, ids, 'whyBlocked { code }')
        expect(found.filter(({ whyBlocked }) => whyBlocked.length > 0)).toHaveLength(50)
      })
      return statements.toSorted()
    }
    const network = ['placesOfNetwork', 'routesOfNetwork']
    expect(await ask('DataTransfer', transfers)).toEqual(
      ['DataTransfer.id', 'operationsOnSubjects', 'transfersBlocked', ...network].toSorted(),
    )
    expect(
      await ask(
        'Operation',
        operations.map(({ id }) => id),
      ),
    ).toEqual(['Operation.id', 'operationsBlocked', ...network].toSorted())
    expect(
      await ask(
        'RawDataPackageCopy',
        copies.map(({ id }) => id),
      ),
    ).toEqual(['PhysicalCopy.id', 'copiesBlocked', 'operationsBlocking', ...network].toSorted())
  })
})
