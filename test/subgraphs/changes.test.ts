import { describe, expect } from 'vitest'
import { newId, Operation, requestOperations, sql } from '@almagest/schema'
import { makeTopology, type Topology } from '../make.ts'
import { makeExecutions, makePackages } from './rows.ts'
import { refusal, test as base, type Answer, type Json } from './serve.ts'

interface Fixtures {
  readonly topology: Topology
  /** Changes one row by the mutation of that name; the answer has these fields of it. */
  readonly change: (mutation: string, input: Json, fields?: string) => Promise<Answer>
}

const test = base.extend<Fixtures>({
  topology: async ({ em, root }, use) => use(await makeTopology(em, root)),
  change: async ({ observationApi }, use) => {
    await use((mutation, input, fields = 'id') =>
      observationApi.ask(
        `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { ${fields} } }`,
        { input },
      ),
    )
  },
})

describe('what can be changed of who observes, and of what is observed', () => {
  test('is changed, and what is left out stays as it was', async ({ change, em, topology }) => {
    const [execution] = await makeExecutions(em, topology, 1)
    const { instrument, module, program, obsUnit } = topology
    const telescopeId = instrument.telescopeId
    const position = 'title latitudeDeg longitudeDeg elevationM'

    const placed = await change('updateTelescope', { id: telescopeId, latitudeDeg: -22.98, elevationM: 5612 }, position)
    const moved = await change('updateTelescope', { id: telescopeId, title: 'Renamed', latitudeDeg: null }, position)
    expect(placed.data.updateTelescope).toEqual({ title: 'A telescope', latitudeDeg: -22.98, longitudeDeg: null, elevationM: 5612 })
    expect(moved.data.updateTelescope).toEqual({ title: 'Renamed', latitudeDeg: null, longitudeDeg: null, elevationM: 5612 })

    for (const [mutation, id] of [
      ['updateInstrument', instrument.id],
      ['updateInstrumentModule', module.id],
    ] as const) {
      const { data } = await change(mutation, { id, active: false }, 'title active')
      expect(data[mutation]).toMatchObject({ active: false, title: mutation === 'updateInstrument' ? 'A camera' : 'Its module' })
    }
    const released = { dataReleaseAt: '2027-01-01T00:00:00.000Z', metadataReleaseAt: '2026-12-01T00:00:00.000Z' }
    const fields = 'title principalInvestigator dataReleaseAt metadataReleaseAt'
    await change('updateObservingProgram', { id: program.id, ...released })
    const { data } = await change('updateObservingProgram', { id: program.id, title: 'T', metadataReleaseAt: null }, fields)
    expect(data.updateObservingProgram).toEqual({ ...released, title: 'T', principalInvestigator: 'P. I.', metadataReleaseAt: null })

    const unit = { id: obsUnit.id, configuration: { a: { b: 1 } }, priority: 5 }
    await change('updateObsUnit', unit)
    const replaced = await change('updateObsUnit', { id: obsUnit.id, configuration: { a: { c: 2 } } }, 'configuration priority durationS')
    expect(replaced.data.updateObsUnit).toEqual({ configuration: { a: { c: 2 } }, priority: 5, durationS: 60 })

    const judged = await change('updateExecutedObsUnit', { id: execution?.id, quality: 'BAD' }, 'quality conditions filingKey')
    expect(judged.data.updateExecutedObsUnit).toEqual({ quality: 'BAD', conditions: {}, filingKey: execution?.filingKey })
  })

  test('is for a source its name and its place, never its kind', async ({ change, observationApi, topology }) => {
    const id = topology.obsUnit.sourceId
    const fields = 'name createdAt ... on FixedSource { raDeg decDeg obsUnits { nodes { id } } }'

    const { data } = await change('updateSource', { id, fixed: { raDeg: 10, decDeg: 89 } }, fields)
    expect(data.updateSource).toMatchObject({ raDeg: 10, decDeg: 89, obsUnits: { nodes: [{ id: topology.obsUnit.id }] } })
    expect(refusal(await change('updateSource', { id, solarSystem: { body: 'MARS' } }))).toBe(
      `BAD_INPUT input: source ${id} is FIXED, and stays so: it cannot become SOLAR_SYSTEM`,
    )
    expect(refusal(await change('updateSource', { id, fixed: { raDeg: 360, decDeg: 0 } }))).toBe(
      'BAD_INPUT input.fixed.raDeg: must be less than 360',
    )
    const both = { id, solarSystem: { body: 'MARS' }, fixed: { raDeg: 0, decDeg: 0 } }
    expect(refusal(await change('updateSource', both))).toBe(
      'BAD_INPUT input: must have at most one of fixed, solarSystem and constantElevation',
    )

    const other = `other ${newId()}`
    const source = { name: other, fixed: { raDeg: 0, decDeg: 0 } }
    await observationApi.ask('mutation ($input: CreateSourceInput!) { createSource(input: $input) { id } }', { input: source })
    expect(refusal(await change('updateSource', { id, name: other }))).toBe(`CONFLICT input.name: ${JSON.stringify(other)} is taken`)
    const found = await observationApi.ask('query ($name: String!) { source(name: $name) { ... on FixedSource { decDeg } } }', {
      name: data.updateSource.name,
    })
    expect(found.data.source).toEqual({ decDeg: 89 })
  })

  test('is refused by field and rule, and then nothing has changed', async ({ change, topology }) => {
    const { id } = topology.obsUnit
    const absent = newId()

    expect(refusal(await change('updateObsUnit', { id, durationS: 0, name: null, priority: -1 }))).toBe(
      'BAD_INPUT input.name: must not be null: leave it out to keep it as it is; input.durationS: must be more than 0; input.priority: must be 0 or more',
    )
    expect(refusal(await change('updateObsUnit', { id: 'x' }))).toBe('BAD_INPUT input.id: must be a UUID')
    expect(refusal(await change('updateObsUnit', { id: absent, priority: 1 }))).toBe(`NOT_FOUND input.id: there is no ObsUnit ${absent}`)
    expect(refusal(await change('updateTelescope', { id: topology.instrument.telescopeId, latitudeDeg: 91 }))).toBe(
      'BAD_INPUT input.latitudeDeg: must be between -90 and 90',
    )
    expect(refusal(await change('updateInstrument', { id: topology.instrument.id, active: null }))).toBe(
      'BAD_INPUT input.active: must not be null: leave it out to keep it as it is',
    )
    expect((await change('updateObsUnit', { id }, 'name durationS priority')).data.updateObsUnit).toEqual({
      name: 'unit',
      durationS: 60,
      priority: 100,
    })
  })
})

describe('the priority of a package', () => {
  const SET = 'mutation ($id: ID!, $priority: Int!) { setPackagePriority(packageId: $id, priority: $priority) { priority } }'

  test('is also that of its work, but for what is over', async ({ dataPackageApi, em, topology }) => {
    const [tar] = await makePackages(em, topology)
    const id = tar?.id ?? ''
    const at = (kind: 'packaging' | 'archive', locationId: string) => ({ kind, locationId, subjectId: id, packageId: id })
    await requestOperations(em, [at('packaging', topology.locations.source.id), at('archive', topology.locations.cologneArchive.id)])
    await sql(em, `/* test: end */ update storage.operation set state = 'DONE' where subject_id = $1 and kind = 'packaging'`, [id])

    const { data } = await dataPackageApi.ask(SET, { id, priority: 3 })
    expect(data.setPackagePriority).toEqual({ priority: 3 })
    const operations = await em.fork().find(Operation, { packageId: id }, { orderBy: { kind: 'asc' } })
    expect(operations.map(({ kind, priority }) => [kind, priority])).toEqual([
      ['archive', 3],
      ['packaging', 100],
    ])
    expect(refusal(await dataPackageApi.ask(SET, { id, priority: -1 }))).toBe('BAD_INPUT priority: must be between 0 and 1000000')
  })
})
