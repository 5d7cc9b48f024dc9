import { describe, expect } from 'vitest'
import { CircuitBreaker, foldPath, newId, PhysicalCopy, RawDataFile, ScanFinding, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { makeTopologyInUse, type Topology } from '../make.ts'
import { makePackages } from './rows.ts'
import { refusal, statementsOf, test, type Answer, type Json, type Served } from './serve.ts'

const FIELDS =
  'found id path bytes digest packageId file { id } sources { location site type storage usable path offset copyId status verificationLevel }'

const locate = (api: Served, input: object, fields = FIELDS): Promise<Answer> =>
  api.ask(`query ($input: LocateFilesInput!) { locateFiles(input: $input) { ${fields} } }`, { input })

const names = ({ data }: Answer): string[][] =>
  data.locateFiles.map(({ sources }: Json) => sources.map(({ location }: Json) => location.replace(/-[^-]*$/, '')))

/** A packaged file with a copy at SOURCE and copies of its package in a buffer, in both archives, and unpacked at PROCESSING. */
async function makeFile(em: EntityManager, topology: Topology): Promise<RawDataFile> {
  const [tar] = await makePackages(em, topology)
  const file = await em.fork().findOneOrFail(RawDataFile, { packageId: tar?.id ?? '' })
  await sql(em, `update data_package.raw_data_file set "offset" = 512, digest = 'blake3:${'ab'.repeat(32)}' where id = $1`, [file.id])
  const { cologneArchive, gentArchive, processing } = topology.locations
  for (const { id: locationId, type } of [cologneArchive, gentArchive, processing]) {
    const staged = type === 'PROCESSING'
    const path = staged ? `${tar?.id}` : `${tar?.id}.tar`
    em.create(PhysicalCopy, { id: newId(), locationId, packageId: tar?.id ?? '', path, bytes: 1024, status: staged ? 'STAGED' : 'PRESENT' })
  }
  await em.flush()
  return file
}

describe('locating files', () => {
  test('UC-7.2 gives every good copy of a file: itself, in the tar, and unpacked', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const file = await makeFile(em, topology)
    const answer = await locate(storageApi, { ids: [file.id, newId()] })
    expect(answer.errors).toBeUndefined()
    const [found, unknown] = answer.data.locateFiles
    expect(found).toMatchObject({
      found: true,
      id: file.id,
      path: file.path,
      bytes: 10,
      digest: `blake3:${'ab'.repeat(32)}`,
      packageId: file.packageId,
      file: { id: file.id },
    })
    expect(unknown).toMatchObject({ found: false, path: null, bytes: null, file: null, sources: [] })
    const byType = Object.fromEntries(found.sources.map((source: Json) => [source.location, source]))
    expect(byType[topology.locations.source.name]).toMatchObject({ path: file.path, offset: null, status: 'PRESENT', type: 'SOURCE' })
    expect(byType[topology.locations.chileBuffer.name]).toMatchObject({ path: `${file.packageId}.tar`, offset: 512, verificationLevel: 2 })
    expect(byType[topology.locations.processing.name]).toMatchObject({
      path: `${file.packageId}/${file.path}`,
      offset: null,
      status: 'STAGED',
      site: topology.sites.cologne.name,
      storage: 'DISK',
      usable: true,
    })
  })

  test('UC-5.2 UC-7.2 gives a file that is staged alone where it lies, not in the folder of its package', async ({
    storageApi,
    em,
    root,
  }) => {
    const topology = await makeTopologyInUse(em, root)
    const { processing } = topology.locations
    const file = await makeFile(em, topology)
    await sql(em, `update storage.physical_copy set status = 'MISSING' where location_id = $1`, [processing.id])
    const path = `${file.packageId}.files/${file.path}`
    em.create(PhysicalCopy, { id: newId(), locationId: processing.id, fileId: file.id, path, bytes: 10, status: 'STAGED' })
    const ranged = {
      locationId: processing.id,
      fileId: file.id,
      rangeStart: 0,
      path: `${file.packageId}.ranges/${file.path}/0+5`,
      bytes: 5,
    }
    em.create(PhysicalCopy, { ...ranged, id: newId(), status: 'STAGED' })
    await em.flush()
    const { data } = await locate(storageApi, { ids: [file.id] })
    expect(data.locateFiles[0].sources[0]).toMatchObject({ location: processing.name, path, offset: null, status: 'STAGED' })
    expect(data.locateFiles[0].sources.map((source: Json) => source.path)).not.toContain(ranged.path)
  })

  test('UC-7.2 puts the best source for a site first', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const file = await makeFile(em, topology)
    const at = (site: string | null, more = {}) => locate(storageApi, { ids: [file.id], site, ...more }, 'sources { location usable }')
    const { chile, cologne, gent } = topology.sites
    expect(names(await at(null))).toEqual([['processing', 'chile-buffer', 'cologne-archive', 'gent-archive', 'source']])
    expect(names(await at(gent.name))).toEqual([['gent-archive', 'processing', 'chile-buffer', 'cologne-archive', 'source']])
    expect(names(await at(chile.name))).toEqual([['chile-buffer', 'source', 'processing', 'cologne-archive', 'gent-archive']])
    expect(names(await at(cologne.name, { sourcesPerFile: 1 }))).toEqual([['processing']])

    await sql(em, `update storage.physical_copy set verification_level = 2 where location_id = $1`, [topology.locations.gentArchive.id])
    expect(names(await at(null))[0]?.slice(2, 4)).toEqual(['gent-archive', 'cologne-archive'])
    topology.locations.cologneArchive.priority = 1
    await em.flush()
    expect(names(await at(null))[0]?.slice(2, 4)).toEqual(['cologne-archive', 'gent-archive'])
  })

  test('UC-7.2 leaves out what cannot be read now unless it is asked for, and whatever is damaged or going', async ({
    storageApi,
    em,
    root,
  }) => {
    const topology = await makeTopologyInUse(em, root)
    const file = await makeFile(em, topology)
    const { processing, cologneArchive, source } = topology.locations
    em.create(CircuitBreaker, { id: newId(), locationId: cologneArchive.id, state: 'OPEN', failures: 5 })
    topology.sites.gent.active = false
    processing.active = false
    await em.flush()
    const at = (more = {}) =>
      locate(storageApi, { ids: [file.id], site: topology.sites.cologne.name, ...more }, 'sources { location usable }')
    expect(names(await at())).toEqual([['chile-buffer', 'source']])
    const all = await at({ unusable: true })
    expect(names(all)).toEqual([['chile-buffer', 'source', 'processing', 'cologne-archive', 'gent-archive']])
    expect(all.data.locateFiles[0].sources.map(({ usable }: Json) => usable)).toEqual([true, true, false, false, false])
    const finding = em.create(ScanFinding, {
      id: newId(),
      locationId: source.id,
      kind: 'MISSING',
      path: file.path,
      detail: 'it is not there',
    })
    await em.flush()
    expect(names(await at())).toEqual([['chile-buffer']])
    const gone = await at({ unusable: true })
    expect(names(gone)).toEqual([['chile-buffer', 'processing', 'cologne-archive', 'gent-archive', 'source']])
    expect(gone.data.locateFiles[0].sources.at(-1).usable).toBe(false)
    await sql(em, `update storage.scan_finding set resolved_at = now() where id = $1`, [finding.id])
    expect(names(await at())).toEqual([['chile-buffer', 'source']])
    await sql(em, `update storage.physical_copy set status = 'QUARANTINED' where location_id = $1`, [source.id])
    expect(names(await at())).toEqual([['chile-buffer']])
  })

  test('UC-7.2 finds files by path, and asks for the module where a path is not enough', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const other = await makeTopologyInUse(em, root)
    const [tar] = await makePackages(em, topology)
    const path = 'night/Übung 1.fits'
    for (const moduleId of [topology.module.id, other.module.id])
      em.create(RawDataFile, { id: newId(), executionId: tar?.executionId ?? '', moduleId, path, pathFold: foldPath(path), bytes: 7 })
    await em.flush()
    const file = await em.fork().findOneOrFail(RawDataFile, { packageId: tar?.id ?? '' })
    const instrument = topology.instrument.name

    const { data } = await locate(storageApi, {
      ids: [file.id],
      paths: ['nowhere.fits', path, 'night/übung 1.fits'],
      instrument,
      module: 'm1',
    })
    expect(data.locateFiles.map(({ found, path }: Json) => [found, path])).toEqual([
      [true, file.path],
      [false, 'nowhere.fits'],
      [true, path],
      [false, 'night/übung 1.fits'],
    ])
    expect(refusal(await locate(storageApi, { paths: ['nowhere.fits', path] }))).toBe(
      `BAD_INPUT input.paths[1]: several modules have a file "${path}": name the instrument and the module`,
    )
    expect(refusal(await locate(storageApi, { paths: [path], instrument, module: 'm9' }))).toMatch(
      /^NOT_FOUND input\.module: .* a module "m9"/,
    )
  })

  test('refuses what it cannot mean, naming the field', async ({ storageApi }) => {
    const id = newId()
    const asked = async (input: object) => refusal(await locate(storageApi, input))
    expect(await asked({})).toBe('BAD_INPUT input: must name files, by ids or paths')
    expect(await asked({ ids: [id, newId(), id.toUpperCase()] })).toBe(`BAD_INPUT input.ids[2]: "${id}" is named twice`)
    expect(await asked({ paths: ['a', 'b', 'a'] })).toBe('BAD_INPUT input.paths[2]: "a" is named twice')
    expect(await asked({ ids: [id, 'x'] })).toBe('BAD_INPUT input.ids[1]: must be a UUID')
    expect(await asked({ paths: ['a\u0000b', '', '\ud800'] })).toMatch(
      /^BAD_INPUT input\.paths\[0\]: is not the path of a file; input\.paths\[1\]: .*; input\.paths\[2\]/,
    )
    expect(await asked({ ids: Array.from({ length: 10_001 }, newId) })).toBe('BAD_INPUT input.ids: must have at most 10000 ids')
    expect(await asked({ ids: Array.from({ length: 9_999 }, newId), paths: ['a', 'b'] })).toBe(
      'BAD_INPUT input: must name at most 10000 files, ids and paths together',
    )
    expect(await asked({ ids: [id], sourcesPerFile: 0 })).toBe('BAD_INPUT input.sourcesPerFile: must be between 1 and 100')
    expect(await asked({ ids: [id], module: 'm1' })).toBe('BAD_INPUT input: instrument and module tell paths apart: they go with paths')
    expect(await asked({ ids: [id], site: 'nowhere' })).toBe('NOT_FOUND input.site: there is no site "nowhere"')
  })

  test('UC-7.2 locates many files in one statement', async ({ storageApi, em, root }) => {
    const packages = await makePackages(em, await makeTopologyInUse(em, root), { count: 50 })
    const files = await em.fork().find(RawDataFile, { packageId: packages.map(({ id }) => id) })
    const ids = [...files.map(({ id }) => id), ...Array.from({ length: 9_000 }, newId)]
    const statements = await statementsOf(async () => {
      const { data } = await locate(storageApi, { ids })
      expect(data.locateFiles.map(({ id }: Json) => id)).toEqual(ids)
      expect(data.locateFiles.filter(({ found }: Json) => found)).toHaveLength(50)
      expect(data.locateFiles[49].sources).toHaveLength(2)
    })
    expect(statements).toEqual(['locateFiles'])
  })
})
