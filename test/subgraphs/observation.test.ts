import { describe, expect } from 'vitest'
import { newId } from '@almagest/schema'
import { refusal, test, type Json, type Served } from './serve.ts'

async function create(api: Served, what: string, input: object, fields = 'id'): Promise<Json> {
  const { data, errors } = await api.ask(`mutation ($input: Create${what}Input!) { create${what}(input: $input) { ${fields} } }`, { input })
  if (errors) throw new Error(JSON.stringify(errors))
  return data[`create${what}`]
}

async function refused(api: Served, what: string, input: object): Promise<string> {
  return refusal(await api.ask(`mutation ($input: Create${what}Input!) { create${what}(input: $input) { id } }`, { input }))
}

/** Creates one of everything, as an observatory would in its first hour. */
async function createAll(api: Served) {
  const tag = newId().slice(-8)
  const observatory = await create(api, 'Observatory', { name: `observatory-${tag}`, title: 'An observatory' })
  const telescope = await create(api, 'Telescope', {
    observatoryId: observatory.id,
    name: `telescope-${tag}`,
    title: 'T',
    latitudeDeg: -22.98,
    longitudeDeg: -67.74,
    elevationM: 5612,
  })
  const instrument = await create(api, 'Instrument', { telescopeId: telescope.id, name: `camera-${tag}`, title: 'I' })
  const module = await create(api, 'InstrumentModule', { instrumentId: instrument.id, name: 'm1', title: 'M' })
  const program = await create(api, 'ObservingProgram', {
    observatoryId: observatory.id,
    code: `2026A-${tag}`,
    title: 'P',
    principalInvestigator: 'N. N.',
    dataReleaseAt: '2027-11-21T00:00:00+01:00',
  })
  const source = await create(api, 'Source', { name: `M 31 ${tag}`, fixed: { raDeg: 10.68, decDeg: 41.27 } })
  const obsUnit = await create(api, 'ObsUnit', {
    programId: program.id,
    sourceId: source.id,
    instrumentId: instrument.id,
    name: 'map 1',
    durationS: 1800.5,
    configuration: { filters: ['r', 'i'], binning: { x: 2 } },
  })
  return { tag, observatory, telescope, instrument, module, program, source, obsUnit }
}

describe('observation', () => {
  test('creates an observatory down to a planned observation, and reads it back', async ({ observationApi }) => {
    const made = await createAll(observationApi)

    const { data, errors } = await observationApi.ask(
      `query ($id: ID!, $name: String!, $code: String!) {
        obsUnit(id: $id) {
          name configuration durationS priority
          program { code dataReleaseAt metadataReleaseAt observatory { name telescopes { nodes { latitudeDeg instruments { nodes { id } } } } programs { nodes { id } } } obsUnits { nodes { id } } }
          source { __typename id name ... on FixedSource { raDeg decDeg } }
          instrument { active telescope { elevationM } modules { nodes { name instrument { id } } } }
          executions { nodes { id } pageInfo { hasNextPage endCursor } }
        }
        instrument(name: $name) { id }
        observingProgram(code: $code) { id }
      }`,
      { id: made.obsUnit.id, name: `camera-${made.tag}`, code: `2026A-${made.tag}` },
    )

    expect(errors).toBeUndefined()
    expect(data.obsUnit).toMatchObject({
      name: 'map 1',
      configuration: { filters: ['r', 'i'], binning: { x: 2 } },
      durationS: 1800.5,
      priority: 100,
      program: {
        dataReleaseAt: '2027-11-20T23:00:00.000Z',
        metadataReleaseAt: null,
        observatory: {
          telescopes: { nodes: [{ latitudeDeg: -22.98, instruments: { nodes: [{ id: made.instrument.id }] } }] },
          programs: { nodes: [{ id: made.program.id }] },
        },
        obsUnits: { nodes: [{ id: made.obsUnit.id }] },
      },
      source: { __typename: 'FixedSource', raDeg: 10.68, decDeg: 41.27 },
      instrument: {
        active: true,
        telescope: { elevationM: 5612 },
        modules: { nodes: [{ name: 'm1', instrument: { id: made.instrument.id } }] },
      },
      executions: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } },
    })
    expect(data.instrument.id).toBe(made.instrument.id)
    expect(data.observingProgram.id).toBe(made.program.id)
  })

  test('keeps the three kinds of source apart', async ({ observationApi }) => {
    const tag = newId()
    const jupiter = await create(observationApi, 'Source', { name: `Jupiter ${tag}`, solarSystem: { body: 'JUPITER' } })
    const scan = await create(observationApi, 'Source', {
      name: `scan ${tag}`,
      constantElevation: { elevationDeg: 45, azimuthStartDeg: -10, azimuthEndDeg: 350 },
    })

    expect(await observationApi.entities('SolarSystemObject', [jupiter.id, scan.id], '__typename body')).toEqual([
      { __typename: 'SolarSystemObject', body: 'JUPITER' },
      null,
    ])
    expect(await observationApi.entities('ConstantElevationSource', [scan.id], 'elevationDeg azimuthStartDeg azimuthEndDeg')).toEqual([
      { elevationDeg: 45, azimuthStartDeg: -10, azimuthEndDeg: 350 },
    ])
  })

  test('names every field and its rule when input is bad', async ({ observationApi: api }) => {
    const { observatory, program, source, instrument } = await createAll(api)
    expect(await refused(api, 'Telescope', { observatoryId: observatory.id, name: 'Big Telescope', title: ' ', latitudeDeg: 91 })).toMatch(
      /^BAD_INPUT input\.name: must be 1 to 63 lower-case.*; input\.title: must be 1 to 200 characters.*; input\.latitudeDeg: must be between -90 and 90$/,
    )
    expect(await refused(api, 'Telescope', { observatoryId: 'x', name: 't', title: 't' })).toBe(
      'BAD_INPUT input.observatoryId: must be a UUID',
    )
    expect(await refused(api, 'Source', { name: 's' })).toBe(
      'BAD_INPUT input: must have exactly one of fixed, solarSystem and constantElevation',
    )
    expect(await refused(api, 'Source', { name: 's', fixed: { raDeg: 360, decDeg: 0 } })).toBe(
      'BAD_INPUT input.fixed.raDeg: must be less than 360',
    )
    expect(await refused(api, 'Source', { name: 'a\u0000b', solarSystem: { body: 'X' } })).toMatch(
      /^BAD_INPUT input\.name: must be 1 to 200 characters/,
    )
    expect(
      await refused(api, 'ObsUnit', { programId: program.id, sourceId: source.id, instrumentId: instrument.id, name: 'n', durationS: 0 }),
    ).toBe('BAD_INPUT input.durationS: must be more than 0')
    expect(
      await refused(api, 'ObservingProgram', { observatoryId: observatory.id, code: 'a b', title: 't', principalInvestigator: 'p' }),
    ).toMatch(/^BAD_INPUT input\.code: /)
    const huge = {
      programId: program.id,
      sourceId: source.id,
      instrumentId: instrument.id,
      name: 'n',
      durationS: 1,
      configuration: { a: 'x'.repeat(300_000) },
    }
    expect(await refused(api, 'ObsUnit', huge)).toBe('BAD_INPUT input.configuration: must be at most 262144 bytes of JSON')
  })

  test('refuses a name that is taken and a reference to nothing, naming the field', async ({ observationApi: api }) => {
    const { tag, program, source, instrument } = await createAll(api)
    const absent = newId()
    expect(await refused(api, 'Observatory', { name: `observatory-${tag}`, title: 'again' })).toBe(
      `CONFLICT input.name: "observatory-${tag}" is taken`,
    )
    expect(await refused(api, 'InstrumentModule', { instrumentId: instrument.id, name: 'm1', title: 'again' })).toBe(
      'CONFLICT input.name: "m1" is taken',
    )
    expect(
      await refused(api, 'ObsUnit', {
        programId: program.id,
        sourceId: source.id,
        instrumentId: instrument.id,
        name: 'map 1',
        durationS: 1,
      }),
    ).toBe('CONFLICT input.name: "map 1" is taken')
    expect(await refused(api, 'Telescope', { observatoryId: absent, name: `t-${tag}`, title: 't' })).toBe(
      `NOT_FOUND input.observatoryId: there is none with the id "${absent}"`,
    )
    expect(
      await refused(api, 'ObsUnit', { programId: program.id, sourceId: absent, instrumentId: instrument.id, name: 'x', durationS: 1 }),
    ).toBe(`NOT_FOUND input.sourceId: there is none with the id "${absent}"`)
  })

  test('answers null for what is absent, refuses a malformed id, and ignores one in a reference', async ({ observationApi: api }) => {
    const { obsUnit } = await createAll(api)
    const { data } = await api.ask(`query ($id: ID!) { obsUnit(id: $id) { id } instrument(name: "a\\u0000b") { id } }`, { id: newId() })
    expect(data).toEqual({ obsUnit: null, instrument: null })
    expect(refusal(await api.ask('{ obsUnit(id: "1 or 1=1") { id } }'))).toBe('BAD_INPUT id: "1 or 1=1" is not a UUID')
    expect(await api.entities('ObsUnit', ['nonsense', obsUnit.id, newId(), null, 5], 'id')).toEqual([
      null,
      { id: obsUnit.id },
      null,
      null,
      null,
    ])
  })
})
