import { describe, expect } from 'vitest'
import {
  DataLocation,
  Instrument,
  InstrumentModule,
  newId,
  PhysicalCopy,
  RawDataFile,
  ScanFinding,
  sql,
  type FindingKind,
} from '@almagest/schema'
import { test as base } from './filing.ts'
import { refusal, statementsOf, type Answer } from './serve.ts'

const MUTATION = `mutation ($input: AdoptFindingsInput!) {
  adoptFindings(input: $input) { filesAdded findingsResolved filedElsewhere execution { id quality } }
}`

interface Fixtures {
  /** Findings of a scan at SOURCE, by their paths; returns their ids. */
  readonly find: (paths: readonly string[], fields?: { kind?: FindingKind; bytes?: number; locationId?: string }) => Promise<string[]>
  /** Adopts findings; `fields` replace what they name. */
  readonly adopt: (fields: Record<string, unknown>) => Promise<Answer>
}

const test = base.extend<Fixtures>({
  find: async ({ em, topology }, use) =>
    use(async (paths, { kind = 'UNFILED', bytes = 7, locationId = topology.locations.source.id } = {}) => {
      const rows = paths.map(path => em.create(ScanFinding, { id: newId(), locationId, kind, path, bytes }))
      await em.flush()
      return rows.map(({ id }) => id)
    }),
  adopt: async ({ observationApi, topology }, use) =>
    use(fields => {
      const { obsUnit, instrument } = topology
      const times = { startedAt: '2026-11-21T03:00:00Z', endedAt: '2026-11-21T03:30:00Z' }
      const input = { key: newId(), obsUnitId: obsUnit.id, instrument: instrument.name, module: 'm1', ...times, ...fields }
      return observationApi.ask(MUTATION, { input })
    }),
})

describe('adopting what a scan found', () => {
  test('UC-1.4 files the findings by their ids, with the sizes that the scan saw, and resolves them', async ({
    find,
    adopt,
    em,
    topology,
  }) => {
    const ids = await find(['night/b', 'night/a', 'night/ä'])
    const [other] = await find(['night/other'])
    const { data, errors } = await adopt({ findingIds: ids, quality: 'GOOD' })

    expect(errors).toBeUndefined()
    expect(data.adoptFindings).toMatchObject({ filesAdded: 3, findingsResolved: 3, filedElsewhere: 0, execution: { quality: 'GOOD' } })
    const files = await em.find(RawDataFile, { executionId: data.adoptFindings.execution.id }, { orderBy: { path: 'asc' } })
    expect(files).toMatchObject(
      ['night/a', 'night/b', 'night/ä'].map(path => ({ path, bytes: 7, filedDigest: null, moduleId: topology.module.id })),
    )
    const copies = await em.find(PhysicalCopy, { fileId: files.map(({ id }) => id) })
    expect(copies.every(({ status, locationId }) => status === 'PRESENT' && locationId === topology.locations.source.id)).toBe(true)
    expect(copies).toHaveLength(3)
    expect(await em.fork().find(ScanFinding, { resolvedAt: null })).toMatchObject([{ id: other }])
  })

  test('UC-1.4 UC-1.2 files everything under a prefix, once, and with the same key what was found since', async ({ find, adopt }) => {
    const key = newId()
    await find(['run-1/a', 'run-1/b', 'run-10/c'])
    await find(['run-1/link'], { kind: 'REFUSED' })
    const answers = await Promise.all([adopt({ key, pathPrefix: 'run-1/' }), adopt({ key, pathPrefix: 'run-1/' })])
    expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined])
    expect(answers.map(({ data }) => data.adoptFindings.filesAdded).toSorted()).toEqual([0, 2])

    await find(['run-1/late'])
    const { data } = await adopt({ key, pathPrefix: 'run-1/' })
    expect(data.adoptFindings).toMatchObject({ filesAdded: 1, findingsResolved: 1, execution: answers[0]?.data.adoptFindings.execution })
    expect((await adopt({ key, pathPrefix: 'run-1/' })).data.adoptFindings).toMatchObject({ filesAdded: 0, findingsResolved: 0 })
  })

  test('UC-1.2 gives the same result for the same ids and the same key, also after it was filed with that key', async ({
    find,
    adopt,
    file,
  }) => {
    const key = newId()
    const findingIds = await find(['same/1', 'same/2'])
    await file([{ path: 'same/1', bytes: 7 }], { key })
    const first = (await adopt({ key, findingIds })).data.adoptFindings
    expect(first).toMatchObject({ filesAdded: 1, findingsResolved: 2 })
    expect((await adopt({ key, findingIds })).data.adoptFindings).toEqual({ ...first, filesAdded: 0, findingsResolved: 0 })
  })

  test('UC-1.4 leaves out under a prefix what was filed since the scan, and refuses it by its id', async ({ find, adopt, file, em }) => {
    const [stale] = await find(['since/1', 'since/2'])
    await file([{ path: 'since/1' }], { key: 'the client came back' })

    expect(refusal(await adopt({ findingIds: [stale] }))).toBe(
      'CONFLICT input.findingIds[0]: "since/1" was filed with the key "the client came back" since the scan',
    )
    expect((await adopt({ pathPrefix: 'since/' })).data.adoptFindings).toMatchObject({
      filesAdded: 1,
      findingsResolved: 1,
      filedElsewhere: 1,
    })
    expect(await em.fork().find(ScanFinding, { path: { $like: 'since/%' }, resolvedAt: null })).toMatchObject([{ id: stale }])
    expect(refusal(await adopt({ pathPrefix: 'since/' }))).toMatch(/^NOT_FOUND input\.pathPrefix: .* what was found there is filed by now$/)
  })

  test('UC-1.4 refuses what is no open finding of an unfiled file there, naming it', async ({ find, adopt, em, topology }) => {
    const absent = newId()
    const [good] = await find(['bad/good'])
    const [changed] = await find(['bad/changed'], { kind: 'CHANGED' })
    const [gone] = await find(['bad/gone'])
    await em.nativeUpdate(ScanFinding, { id: gone ?? '' }, { resolvedAt: new Date() })
    const other = em.create(Instrument, { telescopeId: topology.instrument.telescopeId, name: `o-${newId().slice(-8)}`, title: 'O' })
    const elsewhere = em.create(DataLocation, {
      siteId: topology.sites.chile.id,
      name: `elsewhere-${newId().slice(-8)}`,
      type: 'SOURCE',
      storage: 'DISK',
      root: '/elsewhere',
      failureDomain: 'elsewhere',
      instrumentId: other.id,
    })
    await em.flush()
    const [foreign] = await find(['bad/foreign'], { locationId: elsewhere.id })
    const source = topology.locations.source.name

    expect(refusal(await adopt({ findingIds: [good, absent] }))).toBe(`NOT_FOUND input.findingIds[1]: there is no finding ${absent}`)
    expect(refusal(await adopt({ findingIds: [good, changed, gone, foreign] }))).toBe(
      `BAD_INPUT input.findingIds[1]: ${changed}, "bad/changed", is CHANGED, not UNFILED; ` +
        `input.findingIds[2]: ${gone}, "bad/gone", is resolved; input.findingIds[3]: ${foreign}, "bad/foreign", is not at ${source}`,
    )
    expect(refusal(await adopt({ findingIds: [foreign], location: elsewhere.name }))).toMatch(/is not a location of/)
    expect(refusal(await adopt({ findingIds: [good, good] }))).toBe(`BAD_INPUT input.findingIds[1]: ${good} is input.findingIds[0] again`)
    expect(refusal(await adopt({ findingIds: [] }))).toBe('BAD_INPUT input.findingIds: must have at least one id')
    expect(refusal(await adopt({ findingIds: ['x'] }))).toBe('BAD_INPUT input.findingIds[0]: must be a UUID')
    expect(refusal(await adopt({}))).toBe('BAD_INPUT input: must have exactly one of findingIds and pathPrefix')
    expect(refusal(await adopt({ findingIds: [good], pathPrefix: 'bad/' }))).toMatch(/must have exactly one of/)
    expect(refusal(await adopt({ pathPrefix: '' }))).toBe('BAD_INPUT input.pathPrefix: must be 1 to 1024 bytes of text')
    expect(refusal(await adopt({ pathPrefix: 'nothing/' }))).toBe(
      `NOT_FOUND input.pathPrefix: nothing unfiled under "nothing/" was found at ${source}`,
    )
    expect(refusal(await adopt({ findingIds: [good], module: 'm9' }))).toMatch(
      /^NOT_FOUND input\.module: instrument .* has no module "m9"$/,
    )
    expect(refusal(await adopt({ findingIds: [good], endedAt: '2026-11-20T00:00:00Z' }))).toBe(
      'BAD_INPUT input.endedAt: must not be before startedAt',
    )
    expect(await em.fork().count(RawDataFile, { path: { $like: 'bad/%' } })).toBe(0)
    expect((await adopt({ findingIds: [good] })).data.adoptFindings.filesAdded).toBe(1)
  })

  test('UC-1.4 refuses names that look like those of other files, and leaves nothing half adopted', async ({
    find,
    adopt,
    file,
    em,
    topology,
  }) => {
    em.create(InstrumentModule, { instrumentId: topology.instrument.id, name: 'm2', title: 'M2' })
    await em.flush()
    await file([{ path: 'like/A' }])
    const [, look] = await find(['like/b', 'like/a'])
    expect(refusal(await adopt({ pathPrefix: 'like/' }))).toMatch(
      /^CONFLICT input\.pathPrefix: the finding .*: "like\/a" was filed with|differ only in case/,
    )
    await find(['twin/x', 'twin/X'])
    expect(refusal(await adopt({ pathPrefix: 'twin/' }))).toMatch(/^BAD_INPUT input\.pathPrefix: the finding .* is the same file as/)
    expect(await em.fork().count(ScanFinding, { path: { $re: '^(like|twin)' }, resolvedAt: null })).toBe(4)
    expect(await em.fork().count(RawDataFile, { path: { $re: '^(like|twin)' } })).toBe(1)
    expect((await adopt({ findingIds: [look], module: 'm2' })).data.adoptFindings.filesAdded).toBe(1)
  })

  test('UC-1.4 takes 20,000 findings in a fixed number of statements', async ({ adopt, em, topology }) => {
    await sql(
      em,
      `/* test */ insert into storage.scan_finding (id, location_id, kind, path, bytes)
       select gen_random_uuid(), $1, 'UNFILED', 'many/' || n, n from generate_series(1, 20000) n`,
      [topology.locations.source.id],
    )
    let answer: Answer | undefined
    const statements = await statementsOf(async () => (answer = await adopt({ pathPrefix: 'many/' })))
    expect(answer?.data.adoptFindings).toMatchObject({ filesAdded: 20_000, findingsResolved: 20_000 })
    expect(statements.length).toBeLessThan(18)
  })
})
