import { expect } from 'vitest'
import {
  DataTransfer,
  DataTransferPackage,
  Hold,
  newId,
  PhysicalCopy,
  RawDataFile,
  requestOperations,
  sql,
  StagedPackage,
  StagingRequest,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { makeTopologyInUse, type Topology } from '../make.ts'
import { makeExecutions, makePackages } from '../subgraphs/rows.ts'
import { statementsOf } from '../subgraphs/serve.ts'
import { post } from './fixtures.ts'
import { test } from './graph.ts'

/** How many packages the catalogue has: as many as a page. */
const PAGE = 50

/**
 * What each trusted operation costs in SQL statements, `begin` and `commit` of a mutation counted: through the gateway and the four subgraphs, over a
 * catalogue in which its pages are full. A number changes only with what its operation asks for.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  RecentObservations: 12,
  FindObservations: 8,
  Rates: 2,
  Observation: 17,
  FilesOfObservation: 7,
  Packages: 6,
  Package: 14,
  LocateFiles: 1,
  FindFiles: 7,
  Instruments: 4,
  Program: 6,
  Locations: 3,
  Location: 5,
  Routes: 2,
  Transfers: 4,
  Operations: 3,
  Staging: 5,
  Stagings: 3,
  Holds: 2,
  DownloadFiles: 1,
  Events: 1,
  WhyBlocked: 14,
  PlannedObservations: 4,
  Work: 9,
  Topology: 6,
  FileObservation: 14,
  RetryOperation: 6,
  RequestStaging: 11,
  ReleaseStaging: 7,
  RequestPackaging: 11,
  RequestArchive: 10,
  RequestVerification: 8,
  SetLocationActive: 5,
  SetLocationDeletion: 6,
  SetPackagePriority: 6,
  HoldPackages: 9,
  ReleaseHolds: 7,
  CancelOperation: 6,
  CreateSite: 4,
  CreateDiskLocation: 5,
  CreateDataTransferRoute: 4,
  DefineRetentionPolicy: 7,
  SetSiteActive: 5,
  SetRouteActive: 5,
  UpdateLocation: 6,
  UpdateDataTransferRoute: 5,
}

/** What operations are asked with, in the order in which they are asked: those that read first. */
function variablesOf({ topology, ids }: Catalogue): Readonly<Record<string, Record<string, unknown>>> {
  const { locations, program, obsUnit, instrument, module, sites } = topology
  return {
    RecentObservations: {},
    FindObservations: {},
    Rates: {},
    Observation: { id: ids.execution },
    FilesOfObservation: { id: ids.execution },
    Packages: {},
    Package: { id: ids.package },
    LocateFiles: { input: { ids: ids.files } },
    FindFiles: { filter: { instrument: instrument.name } },
    Instruments: {},
    Program: { code: program.code },
    Locations: {},
    Location: { name: locations.source.name },
    Routes: {},
    Transfers: {},
    Operations: {},
    Staging: { id: ids.request },
    Stagings: {},
    Holds: {},
    DownloadFiles: { input: { ids: ids.files } },
    Events: { subjectId: ids.package },
    WhyBlocked: { id: ids.execution },
    PlannedObservations: { filter: { instrument: instrument.name } },
    Work: {},
    Topology: {},
    FileObservation: {
      input: {
        key: newId(),
        obsUnitId: obsUnit.id,
        instrument: instrument.name,
        startedAt: '2026-11-21T00:00:00Z',
        endedAt: '2026-11-21T00:01:00Z',
        files: Array.from({ length: PAGE }, (_, n) => ({ module: module.name, path: `budget/${n}.fits`, bytes: 1 })),
      },
    },
    RetryOperation: { operationId: ids.operation },
    RequestStaging: { input: { key: newId(), location: locations.processing.name, requestedBy: 'me', packageIds: ids.archived } },
    ReleaseStaging: { requestId: ids.request },
    RequestPackaging: { executionId: ids.unpackaged },
    RequestArchive: { packageId: ids.package, locationId: locations.cologneArchive.id },
    RequestVerification: { copyId: ids.copy },
    SetLocationActive: { locationId: locations.gentBuffer.id, active: false },
    SetLocationDeletion: { locationId: locations.gentBuffer.id, enabled: false },
    SetPackagePriority: { packageId: ids.package, priority: 1 },
    HoldPackages: { input: { packageIds: ids.archived, heldBy: 'me', reason: 'a budget' } },
    ReleaseHolds: { holdIds: [ids.hold], reason: 'a budget' },
    CancelOperation: { operationId: ids.operation },
    CreateSite: { input: { name: 'budget', title: 'Budget' } },
    CreateDiskLocation: { input: { siteId: sites.gent.id, name: 'budget', type: 'BUFFER', root: '/budget' } },
    CreateDataTransferRoute: { input: { name: 'budget', fromSiteId: sites.gent.id, toSiteId: sites.chile.id } },
    DefineRetentionPolicy: { input: { locationId: locations.gentBuffer.id } },
    SetSiteActive: { siteId: sites.gent.id, active: false },
    SetRouteActive: { routeId: ids.route, active: false },
    UpdateLocation: { input: { id: locations.gentBuffer.id, priority: 7 } },
    UpdateDataTransferRoute: { input: { id: ids.route, priority: 7 } },
  }
}

test('every trusted operation costs its fixed number of statements', async ({ em, root, startGraph, operations }) => {
  const catalogue = await makeCatalogue(em, root)
  const { ids, topology } = catalogue
  // one that is verified is not archived again
  await em.nativeUpdate(
    PhysicalCopy,
    { packageId: ids.package, locationId: topology.locations.cologneArchive.id },
    { verificationLevel: 1 },
  )
  const variables = variablesOf(catalogue)
  const { url } = await startGraph()
  const others: Record<string, string[]> = {}

  for (const name of Object.keys(variables)) {
    const id = operations.find(operation => operation.name === name)?.id
    const statements = await statementsOf(async () => {
      const { body } = await post(`${url}/graphql`, { documentId: id, variables: variables[name] })
      expect.soft(body?.errors, name).toBeUndefined()
    })
    if (statements.length !== BUDGETS[name]) others[name] = statements
  }

  expect(others).toEqual({})
  const names = operations.map(({ name }) => name).toSorted()
  expect(Object.keys(BUDGETS).toSorted()).toEqual(names)
  expect(Object.keys(variables).toSorted()).toEqual(names)
})

interface Catalogue {
  readonly topology: Topology
  readonly ids: {
    readonly [name in 'execution' | 'unpackaged' | 'package' | 'copy' | 'request' | 'operation' | 'route' | 'hold']: string
  } & { readonly files: string[]; readonly archived: string[] }
}

async function makeCatalogue(em: EntityManager, root: string): Promise<Catalogue> {
  const topology = await makeTopologyInUse(em, root)
  const { locations, routes, sites } = topology
  const [route] = routes
  const packages = await makePackages(em, topology, { count: PAGE })
  const [unpackaged] = await makeExecutions(em, topology, 1)
  const [first] = packages
  if (!first || !route || !unpackaged) throw new Error('there is no catalogue')
  const request = em.create(StagingRequest, {
    id: newId(),
    locationId: locations.processing.id,
    requestKey: newId(),
    requestedBy: 'me',
    leaseS: 60,
  })
  const hold = em.create(Hold, { id: newId(), packageId: first.id, heldBy: 'me', reason: 'a budget' })
  const bytes = 1024
  for (const { id, path } of packages) {
    const at = { id: newId(), packageId: id, path, bytes, verificationLevel: 2, verifiedAt: new Date() }
    em.create(PhysicalCopy, { ...at, locationId: locations.cologneArchive.id })
    em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: id })
    const bundle = em.create(DataTransferPackage, {
      id: newId(),
      fromSiteId: sites.chile.id,
      toSiteId: sites.cologne.id,
      packageCount: 1,
      bytes,
    })
    em.create(DataTransfer, {
      id: newId(),
      transferPackageId: bundle.id,
      routeId: route.id,
      fromLocationId: locations.chileBuffer.id,
      toLocationId: locations.cologneBuffer.id,
    })
  }
  await em.flush()
  await sql(em, `/* archived */ update data_package.raw_data_package set state = 'ARCHIVED', archived_at = now()`)
  const copies = await em.find(PhysicalCopy, { packageId: { $ne: null }, locationId: locations.chileBuffer.id })
  const works = copies.map(({ id: subjectId, packageId = null }) => {
    return { kind: 'checksum', locationId: locations.chileBuffer.id, subjectId, packageId } as const
  })
  const nudges = await requestOperations(em, works)
  await sql(em, `/* failed */ update storage.operation set state = 'FAILED', finished_at = now() where id = $1`, [nudges[0]?.operationId])
  const files = await em.find(RawDataFile, { packageId: { $ne: null } })
  const archived = await em.findOneOrFail(PhysicalCopy, { packageId: first.id, locationId: locations.cologneArchive.id })
  return {
    topology,
    ids: {
      execution: first.executionId,
      unpackaged: unpackaged.id,
      package: first.id,
      copy: archived.id,
      request: request.id,
      route: route.id,
      hold: hold.id,
      operation: nudges[0]?.operationId ?? '',
      files: files.map(({ id }) => id),
      archived: packages.map(({ id }) => id),
    },
  }
}
