import { describe, expect } from 'vitest'
import { newId } from '@almagest/schema'
import { makeTopology } from '../make.ts'
import { makeExecutions, makePackages } from './rows.ts'
import { refusal, statementsOf, test, type Json, type Served } from './serve.ts'

const LISTS = {
  executedObsUnits: 'ExecutedObsUnit',
  rawDataFiles: 'RawDataFile',
  rawDataPackages: 'RawDataPackage',
  sources: 'Source',
  obsUnits: 'ObsUnit',
}

async function find(api: Served, list: keyof typeof LISTS, filter: object, { orderBy, after }: { orderBy?: object; after?: string } = {}) {
  const type = LISTS[list]
  const ordered = ['Source', 'ObsUnit'].includes(type) ? ['', ''] : [`, $orderBy: ${type}Order`, ', orderBy: $orderBy']
  return api.ask(
    `query ($filter: ${type}Filter, $after: String${ordered[0]}) { page: ${list}(filter: $filter, after: $after${ordered[1]}, first: 1) {
      nodes { id } pageInfo { endCursor hasNextPage } totalCount { value exact } } }`,
    { filter, after, ...(ordered[0] && { orderBy }) },
  )
}

describe('finding refuses', () => {
  test('bad conditions, naming each field and its rule', async ({ observationApi, dataPackageApi }) => {
    const refused = async (filter: object) => refusal(await find(observationApi, 'executedObsUnits', filter))
    const cone = { raDeg: 0, decDeg: 0, radiusDeg: 1 }
    for (const raDeg of [-1e-9, 360, 361, 1e300]) {
      expect(await refused({ cone: { ...cone, raDeg } })).toBe('BAD_INPUT filter.cone.raDeg: must be at least 0 and less than 360')
    }
    expect(
      refusal(await observationApi.ask('{ sources(filter: { cone: { raDeg: 1e999, decDeg: -1e999, radiusDeg: 1 } }) { nodes { id } } }')),
    ).toBe('BAD_INPUT filter.cone.raDeg: must be at least 0 and less than 360; filter.cone.decDeg: must be between -90 and 90')
    expect(await refused({ cone: { ...cone, decDeg: -90.1 } })).toBe('BAD_INPUT filter.cone.decDeg: must be between -90 and 90')
    expect(await refused({ cone: { ...cone, radiusDeg: 0 } })).toBe('BAD_INPUT filter.cone.radiusDeg: must be more than 0 and at most 180')
    expect(await refused({ cone: { ...cone, radiusDeg: 180.5 } })).toBe(
      'BAD_INPUT filter.cone.radiusDeg: must be more than 0 and at most 180',
    )
    expect(await refused({ startedFrom: '2026-11-22T00:00:00Z', startedBefore: '2026-11-21T23:00:00Z' })).toBe(
      'BAD_INPUT filter.startedBefore: must be after startedFrom',
    )
    expect(await refused({ startedFrom: '2026-11-22T00:00:00Z', startedBefore: '2026-11-22T00:00:00Z' })).toBe(
      'BAD_INPUT filter.startedBefore: must be after startedFrom',
    )
    expect(await refused({ quality: ['GOOD', 'BAD', 'GOOD'] })).toBe('BAD_INPUT filter.quality: must not have a value twice')
    expect(await refused({ quality: [] })).toBe('BAD_INPUT filter.quality: must have at least one value')
    expect(await refused({ text: 'a '.repeat(10) + 'b' })).toBe('BAD_INPUT filter.text: must have at most 10 words')
    for (const text of ['', ' ', ' a', 'x'.repeat(201), 'a\u0000', '\ud800']) {
      expect(await refused({ text })).toBe(
        'BAD_INPUT filter.text: must be 1 to 200 characters, without control and invisible characters and without space around it',
      )
    }
    expect(await refused({ program: '', source: 'a\u0000b' })).toBe(
      'BAD_INPUT filter.program: must be 1 to 200 characters, without control and invisible characters and without space around it; filter.source: must be 1 to 200 characters, without control and invisible characters and without space around it',
    )
    for (const list of ['sources', 'obsUnits'] as const) {
      expect(refusal(await find(observationApi, list, { cone: { ...cone, decDeg: 91 } }))).toBe(
        'BAD_INPUT filter.cone.decDeg: must be between -90 and 90',
      )
    }
    for (const list of ['observingPrograms', 'instruments']) {
      expect(refusal(await observationApi.ask(`{ ${list}(text: " ") { nodes { id } } }`))).toMatch(/^BAD_INPUT text: must be 1 to 200/)
    }
    const files = async (filter: object) => refusal(await find(dataPackageApi, 'rawDataFiles', filter))
    expect(await files({ execution: 'x', package: '1 or 1=1' })).toBe(
      'BAD_INPUT filter.execution: must be a UUID; filter.package: must be a UUID',
    )
    expect(await files({ path: '/etc/passwd' })).toBe('BAD_INPUT filter.path: must be a path of a file, and it is not relative')
    expect(await files({ path: '' })).toBe('BAD_INPUT filter.path: must be a path of a file, and it is empty')
    expect(await files({ pathPrefix: '../' })).toMatch(
      /^BAD_INPUT filter.pathPrefix: must be how a path of a file begins, and it has the component "\.\."/,
    )
    expect(await files({ pathPrefix: '/' })).toBe(
      'BAD_INPUT filter.pathPrefix: must be how a path of a file begins, and it is not relative',
    )
    expect(await files({ pathPrefix: 'a\u0000' })).toMatch(/contains a NUL/)
    expect(await files({ pathPrefix: 'a/'.repeat(600) })).toMatch(/longer than 1024 bytes/)
    expect(refusal(await find(dataPackageApi, 'rawDataPackages', { state: ['WAITING', 'WAITING'] }))).toBe(
      'BAD_INPUT filter.state: must not have a value twice',
    )
  })

  test('values of no type, before anything is read', async ({ observationApi }) => {
    const statements = await statementsOf(async () => {
      for (const filter of [
        '{ quality: [EXCELLENT] }',
        '{ cone: { raDeg: 1, decDeg: 0 } }',
        '{ night: 1 }',
        '{ startedFrom: "tomorrow" }',
        '{ startedFrom: "2026-02-30T00:00:00Z" }',
      ]) {
        expect(refusal(await observationApi.ask(`{ executedObsUnits(filter: ${filter}) { nodes { id } } }`))).toMatch(
          /^GRAPHQL_VALIDATION_FAILED/,
        )
      }
      expect(refusal(await observationApi.ask('{ executedObsUnits(orderBy: { field: PATH }) { nodes { id } } }'))).toMatch(/PATH/)
    })
    expect(statements).toEqual([])
  })

  test('an order for which too much would have to be read', async ({ dataPackageApi }) => {
    const asked = (filter: object, field: string) => find(dataPackageApi, 'rawDataFiles', filter, { orderBy: { field } })
    expect(refusal(await asked({ pathPrefix: '2026/' }, 'STARTED_AT'))).toBe(
      'BAD_INPUT orderBy.field: must be PATH for path or pathPrefix without execution or package, not STARTED_AT',
    )
    expect(refusal(await asked({ program: 'P' }, 'PATH'))).toBe(
      'BAD_INPUT orderBy.field: PATH has to have path, pathPrefix, execution or package beside other conditions',
    )
    expect((await asked({}, 'PATH')).errors).toBeUndefined()
    expect((await asked({ program: 'P', execution: newId() }, 'PATH')).errors).toBeUndefined()
    expect((await asked({ pathPrefix: '2026/', package: newId() }, 'EXECUTION')).errors).toBeUndefined()
  })

  test('a cursor of another list, order or direction, and one that was made up', async ({ observationApi, dataPackageApi, em, root }) => {
    await makePackages(em, await makeTopology(em, root), { count: 3 })
    const message = 'BAD_INPUT after: must be the endCursor of a page of this list, in this order'
    const cursor = async (api: Served, list: keyof typeof LISTS, orderBy?: object) =>
      (await find(api, list, {}, orderBy ? { orderBy } : {})).data.page.pageInfo.endCursor
    const started = await cursor(observationApi, 'executedObsUnits', { field: 'STARTED_AT' })
    const after = { after: started, orderBy: { field: 'STARTED_AT', direction: 'ASC' } }

    expect((await find(observationApi, 'executedObsUnits', {}, after)).errors).toBeUndefined()
    expect((await find(observationApi, 'executedObsUnits', { quality: ['UNKNOWN'] }, after)).errors).toBeUndefined()
    for (const orderBy of [{ field: 'STARTED_AT', direction: 'DESC' }, { field: 'FILED_AT' }, { field: 'ID' }, undefined]) {
      expect(refusal(await find(observationApi, 'executedObsUnits', {}, { after: started, ...(orderBy && { orderBy }) }))).toBe(message)
    }
    const packages = await cursor(dataPackageApi, 'rawDataPackages')
    expect(refusal(await find(dataPackageApi, 'rawDataFiles', {}, { after: packages }))).toBe(message)

    const [order, moment, id] = JSON.parse(Buffer.from(started, 'base64url').toString()) as [string, string, string]
    const forged: unknown[] = [
      [order, '2026-13-45', id],
      [order, '9'.repeat(17), id],
      [order, moment, id.toUpperCase()],
      [order, moment, `${id}'`],
      [order, moment],
      [order, moment, id, id],
      [order, [moment], { id }],
      [order, null, null],
      [order, moment, ['\ud800']],
      Object.fromEntries([[0, order]]),
      'x'.repeat(100_000),
    ]
    for (const value of forged) {
      const made = Buffer.from(JSON.stringify(value)).toString('base64url')
      expect(refusal(await find(observationApi, 'executedObsUnits', {}, { ...after, after: made }))).toBe(message)
    }
    for (const text of ['\0', 'a\0b', 'x'.repeat(20_000), 5, null]) {
      const made = Buffer.from(JSON.stringify(['rawDataPackages.NAME.ASC', text])).toString('base64url')
      expect(refusal(await find(dataPackageApi, 'rawDataPackages', {}, { after: made, orderBy: { field: 'NAME' } }))).toBe(message)
    }
  })
})

describe('finding', () => {
  test('UC-7.1 finds nothing by a name that nothing has, even if it looks like one', async ({
    observationApi,
    dataPackageApi,
    em,
    root,
  }) => {
    const topology = await makeTopology(em, root)
    await makeExecutions(em, topology, 1)
    const nothing = { nodes: [], pageInfo: { endCursor: null, hasNextPage: false }, totalCount: { value: 0, exact: true } }
    const cyrillic = topology.instrument.name.replace('c', '\u0441')
    for (const filter of [
      { instrument: cyrillic },
      { instrument: topology.instrument.name.toUpperCase() },
      { program: '%' },
      { source: 'x' },
      { module: 'M1' },
    ]) {
      expect((await find(observationApi, 'executedObsUnits', filter)).data.page).toEqual(nothing)
      expect((await find(dataPackageApi, 'rawDataFiles', filter)).data.page).toEqual(nothing)
      expect((await find(dataPackageApi, 'rawDataPackages', filter)).data.page).toEqual(nothing)
    }
    for (const filter of [{ execution: newId() }, { package: newId() }, { path: 'absent' }, { pathPrefix: 'absent/' }]) {
      expect((await find(dataPackageApi, 'rawDataFiles', filter)).data.page).toEqual(nothing)
    }
  })

  test('costs as many statements for many rows as for few', async ({ observationApi, dataPackageApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const filter = { program: topology.program.code, text: topology.instrument.name.slice(-8) }
    const asked = () =>
      statementsOf(async () => {
        for (const list of ['rawDataFiles', 'rawDataPackages'] as const)
          expect((await find(dataPackageApi, list, filter)).errors).toBeUndefined()
        expect((await find(observationApi, 'executedObsUnits', filter)).errors).toBeUndefined()
      })
    await makePackages(em, topology, { count: 1 })
    const few = await asked()
    await makePackages(em, topology, { count: 60 })
    expect(await asked()).toEqual(few)
    expect(few).toEqual([
      'obsUnitsFound',
      'rawDataFiles',
      'rawDataFiles.count',
      'obsUnitsFound',
      'rawDataPackages',
      'rawDataPackages.count',
      'obsUnitsFound',
      'executedObsUnits',
      'executedObsUnits.count',
    ])
  })

  test('UC-7.1 finds a file by its exact path in every module, and by how its path begins', async ({ dataPackageApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const [execution] = await makeExecutions(em, topology, 1)
    const paths = async (filter: object) => {
      const { data, errors } = await dataPackageApi.ask(
        'query ($filter: RawDataFileFilter) { rawDataFiles(filter: $filter) { nodes { path } } }',
        { filter },
      )
      expect(errors).toBeUndefined()
      return data.rawDataFiles.nodes.map(({ path }: Json) => path)
    }
    const path = `${execution?.id}/1.fits`
    expect(await paths({ path })).toEqual([path])
    expect(await paths({ path: path.toUpperCase() })).toEqual([])
    expect(await paths({ pathPrefix: path.slice(0, -6) })).toEqual([path])
    expect(await paths({ pathPrefix: `${execution?.id}/` })).toEqual([path])
    expect(await paths({ pathPrefix: `${execution?.id}/%` })).toEqual([])
    expect(await paths({ path, packaged: true })).toEqual([])
    expect(await paths({ text: execution?.id.toUpperCase() })).toEqual([path])
  })

  test('UC-7.1 finds sources, planned observations, programs and instruments by words in their names', async ({
    observationApi,
    em,
    root,
  }) => {
    const topology = await makeTopology(em, root)
    const tag = topology.instrument.name.slice(-8).toUpperCase()
    const { data, errors } = await observationApi.ask(
      `query ($text: String!) {
        sources(filter: { text: $text, cone: { raDeg: 84, decDeg: -5, radiusDeg: 1 } }) { nodes { id } }
        elsewhere: sources(filter: { text: $text, cone: { raDeg: 264, decDeg: 5, radiusDeg: 1 } }) { nodes { id } }
        obsUnits(filter: { text: $text }) { nodes { id } totalCount { value } }
        observingPrograms(text: $text) { nodes { id } }
        instruments(text: $text) { nodes { id } }
      }`,
      { text: tag },
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      sources: { nodes: [{ id: topology.obsUnit.sourceId }] },
      elsewhere: { nodes: [] },
      obsUnits: { nodes: [{ id: topology.obsUnit.id }], totalCount: { value: 1 } },
      observingPrograms: { nodes: [{ id: topology.program.id }] },
      instruments: { nodes: [{ id: topology.instrument.id }] },
    })
  })
})
