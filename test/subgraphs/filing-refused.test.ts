import { describe, expect } from 'vitest'
import {
  DataLocation,
  ExecutedObsUnit,
  Instrument,
  InstrumentModule,
  newId,
  PhysicalCopy,
  planPackages,
  RawDataFile,
} from '@almagest/schema'
import { DIGEST, test } from './filing.ts'
import { refusal } from './serve.ts'

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
    expect(refusal(await file(Array.from({ length: 12 }, () => ({ path: '..' }))))).toMatch(/; and 2 more$/)
    expect(await em.count(ExecutedObsUnit)).toBe(before)
  })

  test('nothing that is merely unusual', async ({ file }) => {
    const { data } = await file([
      { path: 'ä'.repeat(127) },
      { path: 'n'.repeat(255) },
      { path: '観測/δ Cep.fits' },
      { path: `a b/'"$(x);&.fits` },
      { path: 'zero', bytes: 0 },
    ])
    expect(data.fileObservation.filesAdded).toBe(5)
  })

  test('the same file twice, also in other letters', async ({ file, em, topology }) => {
    em.create(InstrumentModule, { id: newId(), instrumentId: topology.instrument.id, name: 'm2', title: 'M2' })
    await em.flush()
    expect(refusal(await file([{ path: 'a/1' }, { path: 'b' }, { path: 'a/1' }]))).toBe(
      'BAD_INPUT input.files[2].path: "a/1" is the same file as input.files[0].path, "a/1"',
    )
    expect(refusal(await file([{ path: 'a/X' }, { path: 'A/x' }]))).toBe(
      'BAD_INPUT input.files[1].path: "A/x" is the same file as input.files[0].path, "a/X"',
    )
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
    expect(refusal(await file(Array.from({ length: 100_001 }, () => ({ path: 'a' }))))).toMatch(
      /^BAD_INPUT input\.files: must have at most 100000 files/,
    )
  })

  test('values that the scalars do not allow, naming the field', async ({ file }) => {
    for (const digest of ['md5:00', `sha256:${'0A'.repeat(32)}`, `blake3:${'0'.repeat(63)}`, 'x']) {
      expect(refusal(await file([{ digest }]))).toMatch(/^BAD_USER_INPUT .*input\.files\[0\]\.digest.*blake3: or sha256:/)
    }
    for (const bytes of [-1, 1.5, 2 ** 53, '5'])
      expect(refusal(await file([{ bytes: bytes as number }]))).toMatch(/^BAD_USER_INPUT .*input\.files\[0\]\.bytes/)
    for (const startedAt of [
      'yesterday',
      '2026-11-21',
      '2026-11-21T03:00:00',
      '2026-02-30T03:00:00Z',
      '2026-11-21T24:00:00Z',
      '1899-12-31T23:59:59Z',
      5,
    ]) {
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
    expect(refusal(await file([{}, { module: 'm9' }]))).toBe(
      `NOT_FOUND input.files[1].module: instrument ${instrument.name} has no module "m9"`,
    )
    expect(refusal(await file([{}], { location: 'nowhere' }))).toBe('NOT_FOUND input.location: there is no location "nowhere"')
    expect(refusal(await file([{}], { location: locations.chileBuffer.name }))).toBe(
      `BAD_INPUT input.location: ${locations.chileBuffer.name} is a BUFFER, not a SOURCE`,
    )

    const other = em.create(Instrument, {
      id: newId(),
      telescopeId: instrument.telescopeId,
      name: `other-${newId().slice(-8)}`,
      title: 'O',
    })
    const place = { siteId: topology.sites.chile.id, type: 'SOURCE', storage: 'DISK', root: '/x', failureDomain: 'x' } as const
    const elsewhere = em.create(DataLocation, { ...place, id: newId(), name: `elsewhere-${newId().slice(-8)}`, instrumentId: other.id })
    await em.flush()
    expect(refusal(await file([{}], { instrument: other.name }))).toBe(
      `BAD_INPUT input.instrument: ${other.name} is not that of the planned observation ${obsUnit.id}`,
    )
    expect(refusal(await file([{}], { location: elsewhere.name }))).toBe(
      `BAD_INPUT input.location: ${elsewhere.name} is not a location of ${instrument.name}`,
    )

    const second = em.create(DataLocation, { ...place, id: newId(), name: `second-${newId().slice(-8)}`, instrumentId: instrument.id })
    await em.flush()
    expect(refusal(await file([{}]))).toMatch(/^BAD_INPUT input\.location: has to be given, because .* writes to /)
    expect((await file([{ path: 'at/second' }], { location: second.name })).errors).toBeUndefined()
  })

  test('new files of what is not active, and takes those that were filed before for what they are', async ({ file, em, topology }) => {
    const { instrument, module, locations } = topology
    const key = newId()
    const before = { path: 'before' }
    const again = async (what: string) => {
      expect((await file([before], { key })).data.fileObservation.filesAdded).toBe(0)
      expect(refusal(await file([before, { path: 'after' }], { key }))).toBe(`BAD_INPUT ${what} is not active, and takes no new files`)
    }
    expect((await file([before], { key })).data.fileObservation.filesAdded).toBe(1)

    await em.nativeUpdate(InstrumentModule, module.id, { active: false })
    await again('input.files[1].path: module m1')
    await em.nativeUpdate(DataLocation, locations.source.id, { active: false })
    await again(`input.location: ${locations.source.name}`)
    await em.nativeUpdate(Instrument, instrument.id, { active: false })
    await again(`input.instrument: ${instrument.name}`)
  })

  test('another id, another place or a digest that comes too late under the same key; one that comes in time is taken over', async ({
    file,
    em,
    topology,
  }) => {
    const { instrument, locations, sites } = topology
    const [key, id, other] = [newId(), newId(), newId()]
    const filed = { path: 'late/1' }
    await file([filed], { key, id })
    expect(refusal(await file([filed], { key, id: other }))).toBe(`CONFLICT input.id: "${key}" was filed with ${id}, not ${other}`)

    const place = { siteId: sites.chile.id, type: 'SOURCE', storage: 'DISK', root: '/x', failureDomain: 'x' } as const
    const second = em.create(DataLocation, { ...place, id: newId(), name: `second-${newId().slice(-8)}`, instrumentId: instrument.id })
    await em.flush()
    expect(refusal(await file([filed], { key, location: second.name }))).toBe(
      `CONFLICT input.files[0].path: "late/1" was filed at ${locations.source.name}, not ${second.name}`,
    )
    await em.nativeUpdate(DataLocation, second.id, { active: false })

    expect((await file([{ ...filed, digest: DIGEST }], { key })).data.fileObservation.filesAdded).toBe(0)
    const row = await em.fork().findOneOrFail(RawDataFile, { path: filed.path, executionId: id })
    expect(row.filedDigest).toBe(DIGEST)
    expect(await em.fork().findOneOrFail(PhysicalCopy, { fileId: row.id })).toMatchObject({ digest: DIGEST })

    await file([{ path: 'late/2' }], { key })
    await em.fork().transactional(em => planPackages(em, { executionId: id }))
    expect(refusal(await file([{ path: 'late/2', digest: DIGEST }], { key }))).toBe(
      `CONFLICT input.files[0].path: "late/2" was filed without a digest, and is in a package by now: ${DIGEST} cannot be compared any more`,
    )
  })

  test('names that hold what nobody sees', async ({ file }) => {
    for (const [character, code] of [
      ['\u202e', '202E'],
      ['\u200b', '200B'],
      ['\ufeff', 'FEFF'],
      ['\u2028', '2028'],
    ] as const)
      expect(refusal(await file([{ path: `a${character}b` }]))).toMatch(
        new RegExp(`^BAD_PATH input\\.files\\[0\\]\\.path: [^]* has the invisible character U\\+${code}$`),
      )
  })

  test('what contradicts an earlier filing, and leaves nothing half filed', async ({ file, em, topology }) => {
    em.create(InstrumentModule, { id: newId(), instrumentId: topology.instrument.id, name: 'm2', title: 'M2' })
    await em.flush()
    const [key, id] = [newId(), newId()]
    await file([{ path: 'c/1', digest: DIGEST }], { key, id })
    const other = `blake3:${'1b'.repeat(32)}`
    const before = [await em.count(RawDataFile), await em.count(PhysicalCopy), await em.count(ExecutedObsUnit)]

    const added = { path: 'c/new' }
    expect(refusal(await file([added, { path: 'c/1', bytes: 5 }], { key }))).toBe(
      'CONFLICT input.files[1].path: "c/1" was filed with 2880 bytes, not 5',
    )
    expect(refusal(await file([added, { path: 'c/1', digest: other }], { key }))).toBe(
      `CONFLICT input.files[1].path: "c/1" was filed with the digest ${DIGEST}, not ${other}`,
    )
    expect(refusal(await file([added, { path: 'C/1' }], { key }))).toBe(
      'CONFLICT input.files[1].path: "C/1" was filed as "c/1": they differ only in case or Unicode form',
    )
    expect(refusal(await file([added, { path: 'c/1' }]))).toBe(`CONFLICT input.files[1].path: "c/1" was filed with the key "${key}"`)
    expect(refusal(await file([added, { path: 'c/1', module: 'm2' }]))).toMatch(
      /^CONFLICT input\.files\[1\]\.path: "c\/1" at source-.* is a file of module m1$/,
    )
    expect(refusal(await file([{ path: 'c/1' }], { key, startedAt: '2026-11-21T02:00:00Z' }))).toBe(
      `CONFLICT input.startedAt: "${key}" was filed with 2026-11-21T03:00:00.000Z, not 2026-11-21T02:00:00.000Z`,
    )
    expect(refusal(await file([added], { id }))).toBe(`CONFLICT input.id: ${id} was filed with another key`)
    expect((await file([{ path: 'c/1' }], { key })).data.fileObservation.filesAdded).toBe(0)
    expect([await em.count(RawDataFile), await em.count(PhysicalCopy), await em.count(ExecutedObsUnit)]).toEqual(before)
  })
})
