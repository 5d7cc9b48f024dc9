import { describe, expect } from 'vitest'
import {
  DataLocation,
  ExecutedObsUnit,
  foldPath,
  newId,
  PhysicalCopy,
  RawDataFile,
  requestOperations,
  sql,
  StagedFile,
  StagedPackage,
  StagingRequest,
  type JobName,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { makeTopologyInUse, type Topology } from '../make.ts'
import { makePackages } from './rows.ts'
import { refusal, statementsOf, test, type Json } from './serve.ts'

const STATE = '{ state packages files bytes }'
const TOTALS = `{ executions files bytes unpackagedFiles unpackagedBytes packages ${STATE} oldestUnarchivedAt }`
const HOLDINGS = `{ packages packagedFiles packageCopies packageBytes byState ${STATE} oldestUnarchivedAt }`
const FLOW =
  '{ hours filed { files bytes bytesPerHour } packaged { files } transferred { files } archived { files bytes } staged { bytes } }'

const nonEmpty = (states: Json[]) => states.filter(({ packages }) => packages > 0)

/** An execution that began then, with files of ten bytes at SOURCE in no package. */
async function makeLoose(
  em: EntityManager,
  { obsUnit, module, locations }: Topology,
  startedAt: string,
  files = 1,
): Promise<ExecutedObsUnit> {
  const from = new Date(startedAt)
  const execution = em.create(ExecutedObsUnit, { id: newId(), obsUnitId: obsUnit.id, filingKey: newId(), startedAt: from, endedAt: from })
  for (let n = 0; n < files; n++) {
    const path = `${execution.id}/loose-${n}.fits`
    const file = em.create(RawDataFile, {
      id: newId(),
      executionId: execution.id,
      moduleId: module.id,
      path,
      pathFold: foldPath(path),
      bytes: 10,
    })
    em.create(PhysicalCopy, { id: newId(), locationId: locations.source.id, fileId: file.id, path, bytes: 10 })
  }
  await em.flush()
  return execution
}

describe('counting', () => {
  test('tells of a program and an instrument what they filed, packaged or not', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const other = await makeTopologyInUse(em, root)
    await makePackages(em, topology, { count: 3, state: 'ARCHIVED' })
    await makePackages(em, topology, { count: 2 })
    await makePackages(em, other)
    await makeLoose(em, topology, '2026-11-21T00:00:00Z', 4)
    const [first] = await sql<{ at: string }>(
      em,
      `select min(p.created_at) as at from data_package.raw_data_package p where p.module_id = $1 and p.state = 'WAITING'`,
      [topology.module.id],
    )
    for (const [type, id] of [
      ['ObservingProgram', topology.program.id],
      ['Instrument', topology.instrument.id],
    ] as const) {
      const [{ totals }] = await storageApi.entities(type, [id], `totals ${TOTALS}`)
      expect(totals).toEqual({
        executions: 6,
        files: 9,
        bytes: 90,
        unpackagedFiles: 4,
        unpackagedBytes: 40,
        packages: [
          { state: 'WAITING', packages: 2, files: 2, bytes: 20 },
          { state: 'TRANSFERRING', packages: 0, files: 0, bytes: 0 },
          { state: 'ARCHIVED', packages: 3, files: 3, bytes: 30 },
          { state: 'FAILED', packages: 0, files: 0, bytes: 0 },
        ],
        oldestUnarchivedAt: new Date(first?.at ?? '').toISOString(),
      })
    }
    const quiet = await makeTopologyInUse(em, root)
    const [{ totals }] = await storageApi.entities('Instrument', [quiet.instrument.id], `totals ${TOTALS}`)
    expect(totals).toMatchObject({ executions: 0, files: 0, oldestUnarchivedAt: null })
    expect(nonEmpty(totals.packages)).toEqual([])
  })

  test('tells of a location and a site what lies there, a package once', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { chileBuffer, cologneBuffer, cologneArchive, source } = topology.locations
    const [a, b] = await makePackages(em, topology, { count: 2, state: 'ARCHIVED' })
    await makeLoose(em, topology, '2026-11-21T00:00:00Z', 3)
    for (const [place, tar, status] of [
      [cologneBuffer, a, 'PRESENT'],
      [cologneArchive, a, 'PRESENT'],
      [cologneArchive, b, 'QUARANTINED'],
    ] as const)
      em.create(PhysicalCopy, { id: newId(), locationId: place.id, packageId: tar?.id ?? '', path: `${tar?.id}.tar`, bytes: 1024, status })
    await em.flush()
    const [buffer, archive, emptied] = await storageApi.entities(
      'DiskLocation',
      [chileBuffer.id, cologneArchive.id, source.id],
      `holdings ${HOLDINGS} looseFiles { files bytes }`,
    )
    expect(buffer).toMatchObject({
      holdings: { packages: 2, packagedFiles: 2, packageCopies: 2, packageBytes: 2048, oldestUnarchivedAt: null },
      looseFiles: { files: 0, bytes: 0 },
    })
    expect(archive.holdings).toMatchObject({ packages: 1, packagedFiles: 1, packageBytes: 1024 })
    expect(nonEmpty(archive.holdings.byState)).toEqual([{ state: 'ARCHIVED', packages: 1, files: 1, bytes: 10 }])
    expect(emptied).toMatchObject({ holdings: { packages: 0 }, looseFiles: { files: 5, bytes: 50 } })
    const { sites } = topology
    const [chile, cologne] = await storageApi.entities(
      'Site',
      [sites.chile.id, sites.cologne.id],
      `holdings ${HOLDINGS} looseFiles { files }`,
    )
    expect(chile).toMatchObject({ holdings: { packages: 2 }, looseFiles: { files: 5 } })
    expect(cologne).toMatchObject({ holdings: { packages: 1, packageCopies: 2, packageBytes: 2048 }, looseFiles: { files: 0 } })
  })

  test('counts a night from noon to noon where the telescope stands', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const nights = async (fields: object) => {
      const input = { from: '2020-01-01', to: '2020-12-31', instrumentId: topology.instrument.id, ...fields }
      const { data, errors } = await storageApi.ask(
        'query ($input: NightsInput!) { nights(input: $input) { night totals { executions files bytes } } }',
        { input },
      )
      expect(errors).toBeUndefined()
      return data.nights.map(({ night, totals }: Json) => `${night} ${totals.executions} ${totals.files}`)
    }
    // San Pedro de Atacama: 68.2° W, where it is noon at 16:33 UTC
    await sql(
      em,
      `update observation.telescope set longitude_deg = -68.2 where id = (select telescope_id from observation.instrument where id = $1)`,
      [topology.instrument.id],
    )
    await makeLoose(em, topology, '2020-03-01T16:30:00Z', 1)
    await makeLoose(em, topology, '2020-03-01T16:35:00Z', 2)
    await makeLoose(em, topology, '2020-03-02T16:30:00Z', 3)
    await makeLoose(em, topology, '2020-03-02T16:35:00Z', 4)
    expect(await nights({})).toEqual(['2020-03-02 1 4', '2020-03-01 2 5', '2020-02-29 1 1'])
    expect(await nights({ from: '2020-03-01', to: '2020-03-01' })).toEqual(['2020-03-01 2 5'])
    expect(await nights({ programId: newId() })).toEqual([])
    await sql(em, `update observation.telescope set longitude_deg = null`)
    expect(await nights({})).toEqual(['2020-03-02 2 7', '2020-03-01 2 3'])

    const refused = async (input: object) =>
      refusal(await storageApi.ask('query ($input: NightsInput!) { nights(input: $input) { night } }', { input }))
    expect(await refused({ from: '2020-02-30', to: '2020-03-01' })).toBe('BAD_INPUT input.from: must be the date of a night: 2026-11-20')
    expect(await refused({ from: '2020-03-02', to: '2020-03-01' })).toBe('BAD_INPUT input.to: must not be before from')
    expect(await refused({ from: '2019-01-01', to: '2020-12-31' })).toMatch(/^BAD_INPUT input\.to: must be at most 400 nights, not 731/)
    expect(await refused({ from: '٢٠٢٠-01-01', to: '2020-01-01', instrumentId: 'x' })).toMatch(
      /^BAD_INPUT input\.from: .*; input\.instrumentId: must be a UUID/,
    )
  })

  test('measures what went through each stage in the last hours', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { source, cologneBuffer, cologneArchive, gentArchive, processing } = topology.locations
    const [a, b] = await makePackages(em, topology, { count: 2 })
    const did = async (kind: JobName, locationId: string, packageIds: string[], subjectId = packageIds[0] ?? '') => {
      const packageId = kind === 'transfer' ? null : subjectId
      await requestOperations(em, [{ kind, locationId, subjectId, packageId }])
      const { type } = await em.findOneOrFail(DataLocation, locationId)
      for (const id of type === 'SOURCE' ? [] : packageIds) {
        const status = type === 'PROCESSING' ? 'STAGED' : 'PRESENT'
        em.create(PhysicalCopy, { id: newId(), locationId, packageId: id, path: `${id}.${type}`, bytes: 1024, status })
      }
      await em.flush()
      await end(kind, locationId)
    }
    const end = (kind: JobName, locationId: string) =>
      sql(em, `update storage.operation set state = 'DONE', finished_at = now() where kind = $1 and location_id = $2 and state <> 'DONE'`, [
        kind,
        locationId,
      ])
    const [first = '', second = ''] = [a?.id, b?.id]
    for (const id of [first, second]) await did('packaging', source.id, [id])
    await sql(em, `update storage.operation set created_at = now() - interval '1 hour' where kind = 'packaging' and location_id = $1`, [
      source.id,
    ])
    const { data } = await storageApi.ask('mutation ($r: ID!, $p: [ID!]!) { requestTransfer(routeId: $r, packageIds: $p) { id } }', {
      r: topology.routes[0]?.id,
      p: [first, second],
    })
    await did('transfer', cologneBuffer.id, [first, second], data.requestTransfer.id)
    await did('archive', cologneArchive.id, [first])
    await did('archive', gentArchive.id, [first])
    await did('staging', processing.id, [first])
    // what is there already is not moved again
    for (const [kind, location] of [
      ['packaging', source],
      ['archive', cologneArchive],
      ['staging', processing],
    ] as const) {
      await requestOperations(em, [{ kind, locationId: location.id, subjectId: first, packageId: first }])
      await end(kind, location.id)
    }
    await sql(em, `update storage.operation set finished_at = now() - interval '3 hours' where location_id = $1`, [gentArchive.id])
    await sql(em, `update storage.physical_copy set created_at = now() - interval '200 minutes' where location_id = $1`, [gentArchive.id])
    await sql(em, `update storage.operation set created_at = now() - interval '4 hours' where location_id = $1`, [gentArchive.id])

    const { sites } = topology
    const [chile, cologne, gent] = await storageApi.entities(
      'Site',
      [sites.chile.id, sites.cologne.id, sites.gent.id],
      `flow(hours: 2) ${FLOW} day: flow { archived { files } }`,
    )
    expect(chile.flow).toMatchObject({
      hours: 2,
      filed: { files: 2, bytes: 20, bytesPerHour: 10 },
      packaged: { files: 2 },
      transferred: { files: 0 },
    })
    expect(cologne.flow).toMatchObject({
      filed: { files: 0 },
      transferred: { files: 2 },
      archived: { files: 1, bytes: 10 },
      staged: { bytes: 10 },
    })
    expect([gent.flow.archived.files, gent.day.archived.files]).toEqual([0, 1])
    const [program] = await storageApi.entities('ObservingProgram', [topology.program.id], `flow ${FLOW}`)
    expect(program.flow).toMatchObject({
      hours: 24,
      filed: { files: 2 },
      packaged: { files: 2 },
      transferred: { files: 2 },
      archived: { files: 2 },
    })
    const [place] = await storageApi.entities('DiskLocation', [processing.id], `flow ${FLOW}`)
    expect(place.flow).toMatchObject({ staged: { bytes: 10 }, archived: { files: 0 } })
    const bad = await storageApi.ask(`{ dataLocation(name: "${processing.name}") { flow(hours: 0) { hours } } }`)
    expect(refusal(bad)).toBe('BAD_INPUT hours: must be between 1 and 8784')
  })

  test('a late file counts once', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const [tar] = await makePackages(em, topology)
    const loose = await makeLoose(em, topology, '2026-11-21T00:00:00Z', 3)
    const executions = [tar?.executionId, loose.id]
    await sql(em, `update data_package.raw_data_file set filed_at = now() - interval '3 hours' where execution_id = any($1::uuid[])`, [
      executions,
    ])
    const path = `${tar?.executionId}/late.fits`
    const late = { id: newId(), executionId: tar?.executionId ?? '', moduleId: topology.module.id, path, pathFold: path, bytes: 7 }
    em.create(RawDataFile, late)
    em.create(PhysicalCopy, { id: newId(), locationId: topology.locations.source.id, fileId: late.id, path, bytes: 7 })
    await em.flush()
    const fields = 'flow(hours: 2) { filed { files bytes } } day: flow { filed { files bytes } }'
    for (const [type, id] of [
      ['ObservingProgram', topology.program.id],
      ['Site', topology.sites.chile.id],
    ] as const) {
      const [found] = await storageApi.entities(type, [id], fields)
      expect(found).toMatchObject({ flow: { filed: { files: 1, bytes: 7 } }, day: { filed: { files: 5, bytes: 47 } } })
    }
  })

  test('of a package of which some files were staged, these are counted', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { processing } = topology.locations
    const [tar] = await makePackages(em, topology)
    const packageId = tar?.id ?? ''
    await sql(em, `update data_package.raw_data_package set file_count = 9, file_bytes = 900 where id = $1`, [packageId])
    const file = await em.fork().findOneOrFail(RawDataFile, { packageId })
    const asked = { requestKey: newId(), requestedBy: 'N. N.', locationId: processing.id, leaseS: 60 }
    const request = em.create(StagingRequest, { id: newId(), ...asked })
    const staged = em.create(StagedPackage, { id: newId(), requestId: request.id, packageId })
    em.create(StagedFile, { id: newId(), stagedPackageId: staged.id, fileId: file.id })
    await em.flush()
    await requestOperations(em, [{ kind: 'staging', locationId: processing.id, subjectId: packageId, packageId }])
    em.create(PhysicalCopy, { id: newId(), locationId: processing.id, fileId: file.id, path: 'x', bytes: 10, status: 'STAGED' })
    await em.flush()
    await sql(em, `update storage.operation set state = 'DONE', finished_at = now() where subject_id = $1`, [packageId])
    const [place] = await storageApi.entities('DiskLocation', [processing.id], 'flow { staged { files bytes } }')
    expect(place.flow.staged).toEqual({ files: 1, bytes: 10 })
  })

  test('costs one statement each, for however many are asked about', async ({ storageApi, em, root }) => {
    const topologies = [await makeTopologyInUse(em, root), await makeTopologyInUse(em, root)]
    const ids = (of: (topology: Topology) => string) => topologies.map(of)
    const counting = async (type: string, wanted: string[], fields: string) =>
      (await statementsOf(() => storageApi.entities(type, wanted, fields))).toSorted()
    const place = 'holdings { packages } looseFiles { files } flow { hours }'
    expect(
      await counting(
        'Site',
        ids(({ sites }) => sites.chile.id),
        place,
      ),
    ).toEqual(['Site.id', 'filesOfSites', 'flowsOfSites', 'holdingsOfSites'])
    expect(
      await counting(
        'DiskLocation',
        ids(({ locations }) => locations.source.id),
        place,
      ),
    ).toEqual(['DataLocation.id', 'filesOfLocations', 'flowsOfLocations', 'holdingsOfLocations'])
    expect(
      await counting(
        'Instrument',
        ids(({ instrument }) => instrument.id),
        'totals { files } flow { hours }',
      ),
    ).toEqual(['Instrument.id', 'flowsOfInstruments', 'totalsOfInstruments'])
    expect(
      await counting(
        'ObservingProgram',
        ids(({ program }) => program.id),
        'totals { files } flow { hours }',
      ),
    ).toEqual(['ObservingProgram.id', 'flowsOfPrograms', 'totalsOfPrograms'])
  })
})
