import { describe, expect } from 'vitest'
import {
  CircuitBreaker,
  DataTransfer,
  DeletionProof,
  newId,
  Operation,
  PhysicalCopy,
  requestOperations,
  RetentionPolicy,
  ScanFinding,
  sql,
  StagedPackage,
  StagingRequest,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { makeTopologyInUse, type Topology } from '../make.ts'
import { makePackages } from './rows.ts'
import { refusal, statementsOf, test, type Json } from './serve.ts'

const ids = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id)

/** A package with a transfer, a staging request, a verification and a deletion proof that covers its copy in the buffer. */
async function makeLife(em: EntityManager, topology: Topology) {
  const { chileBuffer, cologneBuffer, processing } = topology.locations
  const [tar] = await makePackages(em, topology)
  const packageId = tar?.id ?? ''
  const bundle = newId()
  await sql(
    em,
    `insert into data_package.data_transfer_package (id, from_site_id, to_site_id, package_count, bytes) values ($1, $2, $3, 1, 1024)`,
    [bundle, topology.sites.chile.id, topology.sites.cologne.id],
  )
  const transfer = em.create(DataTransfer, {
    id: newId(),
    transferPackageId: bundle,
    routeId: topology.routes[0]?.id ?? '',
    fromLocationId: chileBuffer.id,
    toLocationId: cologneBuffer.id,
  })
  const manifest = em.create(PhysicalCopy, {
    id: newId(),
    locationId: cologneBuffer.id,
    transferPackageId: bundle,
    path: `${bundle}.json`,
    bytes: 9,
  })
  const request = em.create(StagingRequest, {
    id: newId(),
    locationId: processing.id,
    requestKey: newId(),
    requestedBy: 'N. N.',
    leaseS: 60,
  })
  const staged = em.create(StagedPackage, { id: newId(), requestId: request.id, packageId, status: 'COMPLETED' })
  const unpacked = em.create(PhysicalCopy, {
    id: newId(),
    locationId: processing.id,
    packageId,
    path: packageId,
    bytes: 10,
    status: 'STAGED',
  })
  await em.flush()
  const copy = await em.findOneOrFail(PhysicalCopy, { packageId, locationId: chileBuffer.id })
  await requestOperations(em, [
    { kind: 'checksum', locationId: chileBuffer.id, subjectId: copy.id, packageId },
    { kind: 'transfer', locationId: cologneBuffer.id, subjectId: transfer.id },
    { kind: 'cleanup', locationId: chileBuffer.id, subjectId: packageId, packageId },
    { kind: 'scan', locationId: topology.locations.source.id, subjectId: topology.locations.source.id },
  ])
  const cleanup = await em.findOneOrFail(Operation, { kind: 'cleanup', subjectId: packageId })
  const policy = await em.findOneOrFail(RetentionPolicy, { locationId: chileBuffer.id })
  const proof = em.create(DeletionProof, {
    id: newId(),
    packageId,
    locationId: chileBuffer.id,
    policyId: policy.id,
    operationId: cleanup.id,
    evidence: [],
    expiresAt: new Date('2030-01-01'),
  })
  copy.deletionProofId = proof.id
  await em.flush()
  return { packageId, bundle, transfer, manifest, request, staged, unpacked, copy, cleanup, policy, proof }
}

describe('the model', () => {
  test('leads from a location to all that lies, travels and is done there, and back', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { chileBuffer, cologneBuffer, processing } = topology.locations
    const { transfer, request, copy, unpacked, cleanup, policy, proof } = await makeLife(em, topology)
    em.create(RetentionPolicy, { id: newId(), locationId: chileBuffer.id, policyVersion: 2 })
    em.create(CircuitBreaker, { id: newId(), locationId: chileBuffer.id })
    await em.flush()
    const fields = `storage scanIntervalS createdAt copies { nodes { id } totalCount { value } } staged: copies(status: STAGED) { nodes { id } }
      operations { nodes { id kind } } ready: operations(state: READY) { nodes { kind } } done: operations(state: DONE) { nodes { id } }
      transfersIn { nodes { id } } transfersOut { nodes { id } } stagingRequests { nodes { id location { id } } }
      retentionPolicies { version location { id } } breaker { location { id } }`
    const [buffer, other, processed] = await storageApi.entities('DiskLocation', [chileBuffer.id, cologneBuffer.id, processing.id], fields)
    expect(buffer).toMatchObject({
      storage: 'DISK',
      scanIntervalS: 3600,
      copies: { nodes: [{ id: copy.id }], totalCount: { value: 1 } },
      operations: { nodes: [{ kind: 'checksum' }, { kind: 'cleanup' }] },
      ready: { nodes: [{ kind: 'checksum' }, { kind: 'cleanup' }] },
      done: { nodes: [] },
      retentionPolicies: [
        { version: 2, location: { id: chileBuffer.id } },
        { version: 1, location: { id: chileBuffer.id } },
      ],
      breaker: { location: { id: chileBuffer.id } },
    })
    expect([ids(buffer.transfersOut), ids(buffer.transfersIn), ids(other.transfersIn)]).toEqual([[transfer.id], [], [transfer.id]])
    expect(processed.stagingRequests.nodes).toEqual([{ id: request.id, location: { id: processing.id } }])
    expect(ids(processed.staged)).toEqual([unpacked.id])
    const [site] = await storageApi.entities('Site', [topology.sites.cologne.id], 'createdAt routesIn { name } routes { name }')
    expect([site.routesIn, site.routes]).toEqual([[{ name: topology.routes[0]?.name }], [{ name: topology.routes[1]?.name }]])
    const [route] = await storageApi.entities('DataTransferRoute', [topology.routes[0]?.id], 'createdAt transfers { nodes { id } }')
    expect(ids(route.transfers)).toEqual([transfer.id])
    const [found] = await storageApi.entities(
      'DeletionProof',
      [proof.id],
      'package { id } operation { id } policy { id } copies { nodes { id } }',
    )
    expect(found).toEqual({
      package: { id: copy.packageId },
      operation: { id: cleanup.id },
      policy: { id: policy.id },
      copies: { nodes: [{ id: copy.id }] },
    })
  })

  test('leads from a piece of work to what it is about, and back', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { packageId, bundle, transfer, manifest, staged, unpacked, copy, proof } = await makeLife(em, topology)
    const { data } = await storageApi.ask(
      '{ operations(first: 200, state: READY) { nodes { kind subjectId subject { __typename ... on RawDataPackage { id } ... on RawDataPackageCopy { id } ... on DataTransfer { id } ... on DiskLocation { id } } } } }',
    )
    const about = data.operations.nodes.filter(({ subjectId }: Json) =>
      [packageId, copy.id, transfer.id, topology.locations.source.id].includes(subjectId),
    )
    expect(about.map(({ kind, subject }: Json) => [kind, subject.__typename, subject.id])).toEqual([
      ['checksum', 'RawDataPackageCopy', copy.id],
      ['transfer', 'DataTransfer', transfer.id],
      ['cleanup', 'RawDataPackage', packageId],
      ['scan', 'DiskLocation', topology.locations.source.id],
    ])
    const [ofCopy] = await storageApi.entities('RawDataPackageCopy', [copy.id], 'operations { kind } deletionProof { id }')
    expect(ofCopy).toEqual({ operations: [{ kind: 'checksum' }], deletionProof: { id: proof.id } })
    const [ofTransfer] = await storageApi.entities('DataTransfer', [transfer.id], 'operations { kind }')
    expect(ofTransfer).toEqual({ operations: [{ kind: 'transfer' }] })
    const [ofPackage] = await storageApi.entities('RawDataPackage', [packageId], 'deletionProofs { nodes { id } totalCount { value } }')
    expect(ofPackage.deletionProofs).toEqual({ nodes: [{ id: proof.id }], totalCount: { value: 1 } })
    const [ofBundle] = await storageApi.entities('DataTransferPackage', [bundle], 'copies { id }')
    expect(ofBundle.copies).toEqual([{ id: manifest.id }])
    const [ofStaged] = await storageApi.entities('StagedPackage', [staged.id], 'copy { id path }')
    expect(ofStaged.copy).toEqual({ id: unpacked.id, path: packageId })
  })

  test('is found by id and in lists with filters', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { chileBuffer, cologneBuffer, gentArchive } = topology.locations
    const { chile, cologne } = topology.sites
    const { transfer, copy, policy, proof, packageId } = await makeLife(em, topology)
    gentArchive.active = false
    await em.flush()
    const [route] = topology.routes
    const { data, errors } = await storageApi.ask(
      `{ site(id: "${chile.id}") { name } dataLocation(id: "${chileBuffer.id}") { name } dataTransferRoute(name: "${route?.name}") { id }
        dataTransfer(id: "${transfer.id}") { id } physicalCopy(id: "${copy.id}") { __typename id } retentionPolicy(id: "${policy.id}") { version }
        deletionProof(id: "${proof.id}") { id } scanFinding(id: "${newId()}") { id }
        buffers: dataLocations(type: BUFFER, siteId: "${cologne.id}") { id } idle: dataLocations(active: false) { id }
        routes: dataTransferRoutes(fromSiteId: "${chile.id}", active: true) { id }
        over: dataTransfers(routeId: "${route?.id}", toLocationId: "${cologneBuffer.id}", unpackStatus: PENDING) { nodes { id } }
        none: dataTransfers(fromLocationId: "${cologneBuffer.id}") { nodes { id } }
        about: operations(packageId: "${packageId}", locationId: "${chileBuffer.id}", kind: cleanup) { nodes { kind } totalCount { value } }
        events(subjectId: "${packageId}") { nodes { seq toState } } }`,
    )
    expect(errors).toBeUndefined()
    expect(data).toMatchObject({
      site: { name: chile.name },
      dataLocation: { name: chileBuffer.name },
      dataTransferRoute: { id: route?.id },
      dataTransfer: { id: transfer.id },
      physicalCopy: { __typename: 'RawDataPackageCopy', id: copy.id },
      retentionPolicy: { version: 1 },
      deletionProof: { id: proof.id },
      scanFinding: null,
      buffers: [{ id: cologneBuffer.id }],
      routes: [{ id: route?.id }],
      over: { nodes: [{ id: transfer.id }] },
      none: { nodes: [] },
      about: { nodes: [{ kind: 'cleanup' }], totalCount: { value: 1 } },
      events: { nodes: [{ toState: 'COMPLETED' }] },
    })
    expect(data.idle).toContainEqual({ id: gentArchive.id })
    const { seq } = data.events.nodes[0]
    expect((await storageApi.ask(`{ event(seq: ${seq}) { subjectId } }`)).data.event).toEqual({ subjectId: packageId })

    const refused = async (query: string) => refusal(await storageApi.ask(query))
    expect(await refused('{ site { name } }')).toBe('BAD_INPUT name, id: give one of the two')
    expect(await refused(`{ dataLocation(name: "x", id: "${newId()}") { name } }`)).toBe('BAD_INPUT name, id: give one of the two')
    expect(await refused('{ operations(locationId: "x") { nodes { id } } }')).toBe('BAD_INPUT locationId: must be a UUID')
    expect(await refused('{ dataLocations(siteId: "x") { id } }')).toBe('BAD_INPUT siteId: must be a UUID')
    expect(await refused('{ events(subjectId: "x") { nodes { seq } } }')).toBe('BAD_INPUT subjectId: must be a UUID')
  })

  test('UC-1.4 lets operators dismiss what scans found, for good', async ({ storageApi, em, root }) => {
    const { locations } = await makeTopologyInUse(em, root)
    const [a, b, c] = ['a.tmp', 'b.tmp', 'c.tmp'].map(path =>
      em.create(ScanFinding, {
        id: newId(),
        locationId: locations.source.id,
        kind: 'UNFILED',
        path,
        resolvedAt: path === 'c.tmp' ? new Date() : null,
      }),
    )
    await em.flush()
    const dismiss = (findingIds: unknown[]) =>
      storageApi.ask('mutation ($f: [ID!]!) { dismissFindings(findingIds: $f) { id path dismissedAt } }', { f: findingIds })
    const list = async (state: string) => {
      const query = `{ scanFindings(locationId: "${locations.source.id}", kind: UNFILED, state: ${state}) { nodes { path resolvedAt } } }`
      return (await storageApi.ask(query)).data.scanFindings.nodes.map(({ path }: Json) => path)
    }
    expect((await dismiss([a?.id])).data.dismissFindings).toEqual([{ id: a?.id, path: 'a.tmp', dismissedAt: expect.any(String) }])
    expect([await list('OPEN'), await list('DISMISSED'), await list('RESOLVED')]).toEqual([['b.tmp'], ['a.tmp'], ['c.tmp']])
    const [place] = await storageApi.entities('DiskLocation', [locations.source.id], 'findings { nodes { path } totalCount { value } }')
    expect(place.findings).toEqual({ nodes: [{ path: 'b.tmp' }], totalCount: { value: 1 } })

    expect(refusal(await dismiss([c?.id]))).toBe(`INVALID_TRANSITION findingIds: resolved already: ${c?.id}`)
    expect(refusal(await dismiss([b?.id, b?.id]))).toBe(`BAD_INPUT findingIds[1]: ${b?.id} is named twice`)
    expect(refusal(await dismiss([locations.source.id]))).toBe(`NOT_FOUND findingIds: there is no finding ${locations.source.id}`)
    expect(refusal(await dismiss([]))).toBe('BAD_INPUT findingIds: must name at least one finding')
    expect(refusal(await dismiss(['x']))).toBe('BAD_INPUT findingIds[0]: must be a UUID')
  })

  test('costs a fixed number of statements however many locations, copies and pieces of work are read', async ({
    storageApi,
    em,
    root,
  }) => {
    const topology = await makeTopologyInUse(em, root)
    const packages = await makePackages(em, topology, { count: 50 })
    const copies = await em.find(PhysicalCopy, { packageId: packages.map(({ id }) => id) })
    const { chileBuffer, cologneArchive } = topology.locations
    await requestOperations(
      em,
      copies.map(({ id, packageId }) => ({
        kind: 'checksum' as const,
        locationId: chileBuffer.id,
        subjectId: id,
        packageId: packageId ?? null,
      })),
    )
    const statements = await statementsOf(async () => {
      const found = await storageApi.entities(
        'DiskLocation',
        [chileBuffer.id, cologneArchive.id],
        `copies(first: 50) { nodes { id operations { kind subject { ... on RawDataPackageCopy { id } } } } }
         operations(first: 50) { nodes { id } } transfersIn { nodes { id } } transfersOut { nodes { id } } stagingRequests { nodes { id } }
         retentionPolicies { version }`,
      )
      expect(found[0].copies.nodes).toHaveLength(50)
      expect(found[0].copies.nodes[49].operations).toMatchObject([{ kind: 'checksum', subject: { id: found[0].copies.nodes[49].id } }])
    })
    expect(statements.toSorted()).toEqual(
      [
        'DataLocation.id',
        'copiesAtLocation.PRESENT',
        'operationsOfSubject',
        'PhysicalCopy.id',
        'operationsAtLocation',
        'transfersToLocation',
        'transfersFromLocation',
        'stagingsAtLocation',
        'policiesOfLocation',
      ].toSorted(),
    )
  })
})
