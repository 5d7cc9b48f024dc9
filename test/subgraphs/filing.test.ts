import { describe, expect } from 'vitest'
import { DataLocation, ExecutedObsUnit, Instrument, InstrumentModule, newId, PhysicalCopy, RawDataFile, sql } from '@almagest/schema'
import { makeTopology, type Topology } from '../make.ts'
import { refusal, statementsOf, test as base, type Answer } from './serve.ts'

interface FileFields {
  readonly module?: string
  readonly path?: string
  readonly bytes?: number
  readonly digest?: string | null
}

interface Fixtures {
  readonly topology: Topology
  /** Files an observation of the topology; `fields` replace what they name. */
  readonly file: (files: readonly FileFields[], fields?: Record<string, unknown>) => Promise<Answer>
}

const MUTATION = `mutation ($input: FileObservationInput!) {
  fileObservation(input: $input) { filesAdded execution { id startedAt endedAt quality conditions filedAt obsUnit { id } } }
}`

const test = base.extend<Fixtures>({
  topology: async ({ em, root }, use) => use(await makeTopology(em, root)),
  file: async ({ observationApi, topology }, use) => {
    await use((files, fields = {}) => {
      const input = {
        key: newId(),
        obsUnitId: topology.obsUnit.id,
        instrument: topology.instrument.name,
        startedAt: '2026-11-21T03:00:00Z',
        endedAt: '2026-11-21T03:30:00Z',
        files: files.map((file, index) => ({ module: 'm1', path: `night/${index}.fits`, bytes: 2880, ...file })),
        ...fields,
      }
      return observationApi.ask(MUTATION, { input })
    })
  },
})

const DIGEST = `sha256:${'0a'.repeat(32)}`

describe('filing an observation', () => {
  test('registers the execution, its files and their copies at the source (UC-1.1)', async ({ file, em, topology }) => {
    const id = newId()
    const { data, errors } = await file([{ path: 'a/1.fits', digest: DIGEST }, { path: 'a/empty.fits', bytes: 0 }], {
      id,
      quality: 'GOOD',
      conditions: { pwvMm: 0.6 },
    })

    expect(errors).toBeUndefined()
    expect(data.fileObservation).toMatchObject({
      filesAdded: 2,
      execution: { id, startedAt: '2026-11-21T03:00:00.000Z', quality: 'GOOD', conditions: { pwvMm: 0.6 }, obsUnit: { id: topology.obsUnit.id } },
    })
    const files = await em.find(RawDataFile, { executionId: id }, { orderBy: { path: 'asc' } })
    expect(files).toMatchObject([
      { path: 'a/1.fits', bytes: 2880, filedDigest: DIGEST, moduleId: topology.module.id },
      { path: 'a/empty.fits', bytes: 0, filedDigest: null },
    ])
    const copies = await em.find(PhysicalCopy, { fileId: files.map(({ id }) => id) }, { orderBy: { path: 'asc' } })
    expect(copies).toMatchObject([
      { path: 'a/1.fits', bytes: 2880, digest: DIGEST, status: 'PRESENT', locationId: topology.locations.source.id },
      { path: 'a/empty.fits', bytes: 0, digest: null, status: 'PRESENT' },
    ])
  })

  test('gives the same execution the second time, and adds only what is new (UC-1.2)', async ({ file, em }) => {
    const key = newId()
    const first = await file([{ path: 'x/1' }, { path: 'x/2' }], { key })
    await sql(em, `update observation.executed_obs_unit set filed_at = filed_at - interval '1 hour' where filing_key = $1`, [key])
    const again = await file([{ path: 'x/1' }, { path: 'x/2' }], { key })
    const more = await file([{ path: 'x/2' }, { path: 'x/3' }], { key })

    const execution = first.data.fileObservation.execution
    expect(again.data.fileObservation).toMatchObject({ filesAdded: 0, execution: { id: execution.id } })
    expect(more.data.fileObservation).toMatchObject({ filesAdded: 1, execution: { id: execution.id } })
    expect(Date.parse(again.data.fileObservation.execution.filedAt)).toBeLessThan(Date.parse(execution.filedAt))
    expect(Date.parse(more.data.fileObservation.execution.filedAt)).toBeGreaterThanOrEqual(Date.parse(execution.filedAt))
    expect(await em.count(RawDataFile, { executionId: execution.id })).toBe(3)
  })

  test('gives one execution to a retry that races with itself (UC-1.2)', async ({ file, em }) => {
    const [key, id] = [newId(), newId()]
    const answers = await Promise.all(Array.from({ length: 8 }, () => file([{ path: 'race/1' }, { path: 'race/2' }], { key, id })))

    expect(answers.map(({ errors }) => errors)).toEqual(Array(8).fill(undefined))
    expect(new Set(answers.map(({ data }) => data.fileObservation.execution.id))).toEqual(new Set([id]))
    expect(answers.map(({ data }) => data.fileObservation.filesAdded).toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 2])
    expect(await em.count(PhysicalCopy, { path: { $like: 'race/%' } })).toBe(2)
  })

  test('lets two chunks of one key, in opposite order, both in (UC-1.2)', async ({ file }) => {
    const key = newId()
    const paths = Array.from({ length: 500 }, (_, index) => ({ path: `both/${index}` }))
    const answers = await Promise.all([file(paths, { key }), file(paths.toReversed(), { key })])
    expect(answers.map(({ data }) => data.fileObservation.filesAdded).toSorted()).toEqual([0, 500])
  })

  test('files 100,000 files in one call and in a fixed number of statements (UC-1.3)', async ({ file, em }) => {
    const files = Array.from({ length: 100_000 }, (_, index) => ({ path: `2026-11-21/array-${index % 7}/frame-${String(index).padStart(7, '0')}.fits`, digest: DIGEST }))
    const key = newId()
    const begun = performance.now()
    let answer: Answer | undefined
    const statements = await statementsOf(async () => (answer = await file(files, { key })))
    const seconds = (performance.now() - begun) / 1_000

    expect(answer?.errors).toBeUndefined()
    expect(answer?.data.fileObservation.filesAdded).toBe(100_000)
    expect(statements.length).toBeLessThan(16)
    console.log(`100,000 files filed in ${seconds.toFixed(1)} s with ${statements.length} statements`)
    const again = performance.now()
    expect((await file(files, { key })).data.fileObservation.filesAdded).toBe(0)
    console.log(`and again in ${((performance.now() - again) / 1_000).toFixed(1)} s`)
    expect(await em.count(RawDataFile, { path: { $like: '2026-11-21/array-%' } })).toBe(100_000)
  })
})

describe('filing refuses', () => {
  test('bad paths, naming each by its index', async ({ file, em }) => {
    const before = await em.count(ExecutedObsUnit)
    const bad: [string, RegExp][] = [
      ['../etc/passwd', /^BAD_PATH input\.files\[1\]\.path: "\.\.\/etc\/passwd" has the component "\.\."/],
      ['a/../b', /has the component "\.\."/],
      ['/a', /is not relative/],
      ['a//b', /has an empty component/],
      ['a/./b', /has the component "\."/],
      ['a/.hidden', /no component may begin with a dot/],
      ['a\u0000b', /contains a NUL or another control character/],
      ['a\nb', /contains a NUL or another control character/],
      ['a\u0085b', /contains a NUL or another control character/],
      ['a\\b', /contains a backslash/],
      ['', /is empty/],
      [`${'n'.repeat(300)}.fits`, /has a component longer than 255 bytes/],
      ['ä'.repeat(128), /has a component longer than 255 bytes/],
      [Array(9).fill('d'.repeat(120)).join('/'), /is longer than 1024 bytes/],
      ['\ud800', /is not valid Unicode/],
    ]
    for (const [path, message] of bad) expect(refusal(await file([{ path: 'fine' }, { path }]))).toMatch(message)
    expect(refusal(await file(Array(12).fill({ path: '..' })))).toMatch(/; and 2 more$/)
    expect(await em.count(ExecutedObsUnit)).toBe(before)
  })

  test('nothing that is merely unusual', async ({ file }) => {
    const { data } = await file([{ path: 'ä'.repeat(127) }, { path: 'n'.repeat(255) }, { path: '観測/δ Cep.fits' }, { path: `a b/'"$(x);&.fits` }, { path: 'zero', bytes: 0 }])
    expect(data.fileObservation.filesAdded).toBe(5)
  })

  test('the same file twice, also in other letters', async ({ file, em, topology }) => {
    em.create(InstrumentModule, { id: newId(), instrumentId: topology.instrument.id, name: 'm2', title: 'M2' })
    await em.flush()
    expect(refusal(await file([{ path: 'a/1' }, { path: 'b' }, { path: 'a/1' }]))).toBe(
      'BAD_INPUT input.files[2].path: "a/1" is the same file as input.files[0].path, "a/1"',
    )
    expect(refusal(await file([{ path: 'a/X' }, { path: 'A/x' }]))).toBe('BAD_INPUT input.files[1].path: "A/x" is the same file as input.files[0].path, "a/X"')
    expect(refusal(await file([{ path: 'caf\u00e9' }, { path: 'cafe\u0301' }]))).toMatch(/^BAD_INPUT input\.files\[1\]/)
    expect(refusal(await file([{ path: 'same' }, { path: 'same', module: 'm2' }]))).toMatch(/^BAD_INPUT input\.files\[1\]/)
    expect((await file([{ path: 'only/A' }, { path: 'only/a', module: 'm2' }])).data.fileObservation.filesAdded).toBe(2)
  })

  test('what contradicts itself or says nothing', async ({ file }) => {
    expect(refusal(await file([]))).toBe('BAD_INPUT input.files: must have at least one file')
    expect(refusal(await file([{}], { endedAt: '2026-11-21T02:59:59.999Z' }))).toBe('BAD_INPUT input.endedAt: must not be before startedAt')
    expect(refusal(await file([{}], { key: '' }))).toMatch(/^BAD_INPUT input\.key: must be 1 to 200 characters/)
    expect(refusal(await file([{}], { id: '7d444840-9dc0-11d1-b245-5ffdce74fad2' }))).toBe('BAD_INPUT input.id: must be a UUIDv7')
    expect(refusal(await file([{}], { obsUnitId: 'nope' }))).toBe('BAD_INPUT input.obsUnitId: must be a UUID')
    expect(refusal(await file(Array(100_001).fill({ path: 'a' })))).toMatch(/^BAD_INPUT input\.files: must have at most 100000 files/)
  })

  test('values that the scalars do not allow, naming the field', async ({ file }) => {
    for (const digest of ['md5:00', `sha256:${'0A'.repeat(32)}`, `blake3:${'0'.repeat(63)}`, 'x']) {
      expect(refusal(await file([{ digest }]))).toMatch(/^BAD_USER_INPUT .*input\.files\[0\]\.digest.*blake3: or sha256:/)
    }
    for (const bytes of [-1, 1.5, 2 ** 53, '5']) expect(refusal(await file([{ bytes: bytes as number }]))).toMatch(/^BAD_USER_INPUT .*input\.files\[0\]\.bytes/)
    for (const startedAt of ['yesterday', '2026-11-21', '2026-11-21T03:00:00', '2026-02-30T03:00:00Z', '2026-11-21T24:00:00Z', '1899-12-31T23:59:59Z', 5]) {
      expect(refusal(await file([{}], { startedAt }))).toMatch(/^BAD_USER_INPUT .*input\.startedAt/)
    }
    for (const conditions of [5, [1], { a: 'x\u0000' }, { 'a\u0000': 1 }, { a: '\ud800' }]) {
      expect(refusal(await file([{}], { conditions }))).toMatch(/^BAD_USER_INPUT .*input\.conditions/)
    }
  })

  test('instruments, modules, planned observations and locations that are not there or not fit', async ({ file, em, topology }) => {
    const { instrument, locations, obsUnit } = topology
    const absent = newId()
    expect(refusal(await file([{}], { instrument: 'nobody' }))).toBe('NOT_FOUND input.instrument: there is no instrument "nobody"')
    expect(refusal(await file([{}], { obsUnitId: absent }))).toBe(`NOT_FOUND input.obsUnitId: there is no planned observation ${absent}`)
    expect(refusal(await file([{}, { module: 'm9' }]))).toBe(`NOT_FOUND input.files[1].module: instrument ${instrument.name} has no module "m9"`)
    expect(refusal(await file([{}], { location: 'nowhere' }))).toBe('NOT_FOUND input.location: there is no location "nowhere"')
    expect(refusal(await file([{}], { location: locations.chileBuffer.name }))).toBe(`BAD_INPUT input.location: ${locations.chileBuffer.name} is a BUFFER, not a SOURCE`)

    const other = em.create(Instrument, { id: newId(), telescopeId: instrument.telescopeId, name: `other-${newId().slice(-8)}`, title: 'O' })
    const place = { siteId: topology.sites.chile.id, type: 'SOURCE', storage: 'DISK', root: '/x', failureDomain: 'x' } as const
    const elsewhere = em.create(DataLocation, { ...place, id: newId(), name: `elsewhere-${newId().slice(-8)}`, instrumentId: other.id })
    await em.flush()
    expect(refusal(await file([{}], { instrument: other.name }))).toBe(`BAD_INPUT input.instrument: ${other.name} is not that of the planned observation ${obsUnit.id}`)
    expect(refusal(await file([{}], { location: elsewhere.name }))).toBe(`BAD_INPUT input.location: ${elsewhere.name} is not a location of ${instrument.name}`)

    const second = em.create(DataLocation, { ...place, id: newId(), name: `second-${newId().slice(-8)}`, instrumentId: instrument.id })
    await em.flush()
    expect(refusal(await file([{}]))).toMatch(/^BAD_INPUT input\.location: has to be given, because .* writes to /)
    expect((await file([{ path: 'at/second' }], { location: second.name })).errors).toBeUndefined()

    await em.nativeUpdate(DataLocation, { instrumentId: instrument.id }, { active: false })
    expect(refusal(await file([{}]))).toBe(`BAD_INPUT input.location: instrument ${instrument.name} has no active SOURCE location`)
    expect(refusal(await file([{}], { location: second.name }))).toBe(`BAD_INPUT input.location: ${second.name} is not active`)
    await em.nativeUpdate(Instrument, instrument.id, { active: false })
    expect(refusal(await file([{}]))).toBe(`BAD_INPUT input.instrument: ${instrument.name} is not active`)
  })

  test('what contradicts an earlier filing, and leaves nothing half filed', async ({ file, em, topology }) => {
    em.create(InstrumentModule, { id: newId(), instrumentId: topology.instrument.id, name: 'm2', title: 'M2' })
    await em.flush()
    const [key, id] = [newId(), newId()]
    await file([{ path: 'c/1', digest: DIGEST }], { key, id })
    const other = `blake3:${'1b'.repeat(32)}`
    const before = [await em.count(RawDataFile), await em.count(PhysicalCopy), await em.count(ExecutedObsUnit)]

    const added = { path: 'c/new' }
    expect(refusal(await file([added, { path: 'c/1', bytes: 5 }], { key }))).toBe('CONFLICT input.files[1].path: "c/1" was filed with 2880 bytes, not 5')
    expect(refusal(await file([added, { path: 'c/1', digest: other }], { key }))).toBe(
      `CONFLICT input.files[1].path: "c/1" was filed with the digest ${DIGEST}, not ${other}`,
    )
    expect(refusal(await file([added, { path: 'C/1' }], { key }))).toBe('CONFLICT input.files[1].path: "C/1" was filed as "c/1": they differ only in case or Unicode form')
    expect(refusal(await file([added, { path: 'c/1' }]))).toBe(`CONFLICT input.files[1].path: "c/1" was filed with the key "${key}"`)
    expect(refusal(await file([added, { path: 'c/1', module: 'm2' }]))).toMatch(/^CONFLICT input\.files\[1\]\.path: "c\/1" at source-.* is a file of module m1$/)
    expect(refusal(await file([{ path: 'c/1' }], { key, startedAt: '2026-11-21T02:00:00Z' }))).toBe(
      `CONFLICT input.startedAt: "${key}" was filed with 2026-11-21T03:00:00.000Z, not 2026-11-21T02:00:00.000Z`,
    )
    expect(refusal(await file([added], { id }))).toBe(`CONFLICT input.id: ${id} was filed with another key`)
    expect((await file([{ path: 'c/1' }], { key })).data.fileObservation.filesAdded).toBe(0)
    expect([await em.count(RawDataFile), await em.count(PhysicalCopy), await em.count(ExecutedObsUnit)]).toEqual(before)
  })
})
