import { describe, expect } from 'vitest'
import { newId, requestOperations, StagedPackage, StagingRequest } from '@almagest/schema'
import { makeTopology } from '../make.ts'
import { makeExecutions, makePackages } from './rows.ts'
import { statementsOf, test, type Json } from './serve.ts'

const PAGE = 50

describe('a page of fifty costs a fixed number of statements', () => {
  test('executions with their planned observation, program, source and instrument', async ({ observationApi, em, root }) => {
    const topology = await makeTopology(em, root)
    await makeExecutions(em, topology, PAGE)
    const query = (first: number) =>
      `{ executedObsUnits(first: ${first}) { nodes { id obsUnit { name program { code observatory { name } } source { name } instrument { name } } } } }`

    const few = await statementsOf(() => observationApi.ask(query(2)))
    const many = await statementsOf(async () => {
      const { data } = await observationApi.ask(query(PAGE))
      expect(data.executedObsUnits.nodes).toHaveLength(PAGE)
      expect(data.executedObsUnits.nodes[49].obsUnit.instrument.name).toMatch(/^camera-/)
    })

    expect(many.toSorted()).toEqual(few.toSorted())
    expect(new Set(many)).toEqual(
      new Set(['executedObsUnits', 'ObsUnit.id', 'ObservingProgram.id', 'Source.id', 'Instrument.id', 'Observatory.id']),
    )
  })

  test('fifty executions referred to, with their files, packages and the copies of both', async ({
    dataPackageApi,
    storageApi,
    em,
    root,
  }) => {
    const packages = await makePackages(em, await makeTopology(em, root), { count: PAGE })
    const ids = packages.map(({ executionId }) => executionId)

    const statements = await statementsOf(async () => {
      const found = await dataPackageApi.entities(
        'ExecutedObsUnit',
        ids,
        'id files(first: 3) { nodes { path package { id } } } packages { nodes { id files { nodes { id } } } pageInfo { hasNextPage } }',
      )
      expect(found.map(({ id }) => id)).toEqual(ids)
      expect(found.map(({ packages }) => packages.nodes[0].id)).toEqual(packages.map(({ id }) => id))
      expect(found.every(({ files }) => files.nodes.length === 1)).toBe(true)
    })
    expect(statements.toSorted()).toEqual([
      'ExecutedObsUnit.id',
      'RawDataPackage.id',
      'filesOfExecution',
      'filesOfPackage',
      'packagesOfExecution',
    ])

    const places = await statementsOf(async () => {
      const copies =
        '{ id path status location { id name type ... on DiskLocation { root } site { name } breaker { state } retentionPolicy { version } } }'
      const found = await storageApi.entities(
        'RawDataPackage',
        packages.map(({ id }) => id),
        `id copies ${copies} operations { id queue } history(first: 5) { nodes { field toState } } whyBlocked { code }`,
      )
      expect(found.map(({ copies }) => copies.length)).toEqual(Array(PAGE).fill(1))
      expect(found[49].copies[0].location).toMatchObject({ type: 'BUFFER', breaker: { state: 'CLOSED' }, retentionPolicy: { version: 1 } })
      expect(found[49].history.nodes).toEqual([
        { field: 'status', toState: 'COMPLETED' },
        { field: 'status', toState: 'PRESENT' },
      ])
    })
    expect(places.toSorted()).toEqual(
      [
        'RawDataPackage.id',
        'copiesOfPackage',
        'operationsOfPackage',
        'historyOfPackage',
        'packagesBlocked',
        'operationsBlocking',
        'transfersBlocking',
        'placesOfNetwork',
        'routesOfNetwork',
        'DataLocation.id',
        'Site.id',
        'breakerOfLocation',
        'policyOfLocation',
      ].toSorted(),
    )
  })

  test('fifty files with their copies, and operations with their queues', async ({ storageApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const packages = await makePackages(em, topology, { count: PAGE })
    await requestOperations(
      em,
      packages.map(({ id }) => ({
        kind: 'archive' as const,
        locationId: topology.locations.cologneArchive.id,
        subjectId: id,
        packageId: id,
      })),
    )

    const statements = await statementsOf(async () => {
      const { data } = await storageApi.ask(
        '{ operations(kind: archive, state: READY) { nodes { kind queue package { id whyBlocked { code } copies { id } } location { id } } } }',
      )
      expect(data.operations.nodes).toHaveLength(PAGE)
      expect(data.operations.nodes[0].queue).toBe(`archive.${topology.locations.cologneArchive.name}`)
      expect(data.operations.nodes.map(({ package: { whyBlocked } }: Json) => whyBlocked[0].code)).toEqual(Array(PAGE).fill('QUEUED'))
    })
    expect(statements).toHaveLength(8)
  })

  test('fifty packages with the requests that stage them', async ({ stagingApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const packages = await makePackages(em, topology, { count: PAGE })
    for (let copy = 0; copy < 3; copy++) {
      const request = em.create(StagingRequest, {
        id: newId(),
        locationId: topology.locations.processing.id,
        requestKey: newId(),
        requestedBy: 'me',
        leaseS: 60,
      })
      for (const { id } of packages) em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: id })
    }
    await em.flush()

    const statements = await statementsOf(async () => {
      const fields = 'id stagingRequests { nodes { id packages(first: 200) { nodes { package { id } } pageInfo { hasNextPage } } } }'
      const found = await stagingApi.entities(
        'RawDataPackage',
        packages.map(({ id }) => id),
        fields,
      )
      expect(found.map(({ stagingRequests }) => stagingRequests.nodes.length)).toEqual(Array(PAGE).fill(3))
      expect(found[0].stagingRequests.nodes[0].packages.nodes).toHaveLength(PAGE)
    })
    expect(statements.toSorted()).toEqual(['RawDataPackage.id', 'packagesOfRequest', 'requestsOfPackage'])
  })
})
