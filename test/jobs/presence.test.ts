import { readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { DataLocation, Operation, PhysicalCopy, ScanFinding, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep, type World } from '@almagest/jobs'
import { attempt, copyAt, filesAt, pathAt, toldOf, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage } from './made.ts'

/** Scans a location now, whenever it was scanned before. */
async function scanNow(world: World, { id }: DataLocation): Promise<unknown> {
  await sql(world.orm.em.fork(), `/* test: due */ update storage.data_location set scanned_at = now() - interval '2 d' where id = $1`, [id])
  return attempt(world, 'scan', id)
}

/** What the scans of a location found and is not resolved, in order of the paths; of sidecars, which packages made for tests lack, only those that no row knows. */
async function findings(em: EntityManager, { id }: DataLocation): Promise<string[]> {
  const rows = await em.fork().find(ScanFinding, { locationId: id, resolvedAt: null }, { orderBy: { path: 'asc' } })
  const told = rows.filter(({ kind, path }) => kind === 'DARK' || !path.endsWith('.json'))
  return told.map(({ kind, path, sightings }) => `${kind} ${path} ${sightings}`)
}

/** Puts a file somewhere, as old as can be. */
async function strew(location: DataLocation, path: string): Promise<void> {
  await writeFile(pathAt(location, path), 'whose?')
  await utimes(pathAt(location, path), 1, 1)
}

describe('a sidecar', () => {
  test('UC-4.4 that was lost is written again by the next scan, which says so; one that is damaged or foreign by the next re-reading', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    const made = []
    for (let n = 0; n < 3; n++) {
      const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
      expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
      const beside = pathAt(cologneArchive, pkg.path.replace(/tar$/, 'json'))
      made.push({ pkg, beside, name: pkg.path.replace(/tar$/, 'json'), text: await readFile(beside, 'utf8') })
    }
    const [lost, torn, foreign] = made
    if (!lost || !torn || !foreign) throw new Error('there are three')
    const facts = async (file: string) => ({ ...(JSON.parse(await readFile(file, 'utf8')) as object), writtenAt: null, package: null })
    await rm(lost.beside)
    await rm(torn.beside)
    await writeFile(torn.beside, torn.text.slice(0, 700))
    await rm(foreign.beside)
    await writeFile(foreign.beside, lost.text)

    expect(await scanNow(world, cologneArchive)).toBe('DONE')

    expect(await facts(lost.beside)).toEqual({ ...(JSON.parse(lost.text) as object), writtenAt: null, package: null })
    const [finding] = await em.fork().find(ScanFinding, { locationId: cologneArchive.id, path: lost.name })
    expect(finding).toMatchObject({ kind: 'MISSING', detail: `the sidecar of package ${lost.pkg.id} was not there; it was written again` })
    for (const { pkg, beside, text } of [torn, foreign]) {
      const copy = await copyAt(em, pkg.id, cologneArchive)
      await sql(em, `/* test: doubted */ update storage.physical_copy set verification_level = 0, verified_at = null where id = $1`, [
        copy?.id,
      ])
      expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('DONE')
      expect(await facts(beside)).toEqual({ ...(JSON.parse(text) as object), writtenAt: null, package: null })
    }
    expect((await filesAt(cologneArchive)).filter(path => path.startsWith('.quarantine/'))).toHaveLength(2)
    expect(await scanNow(world, cologneArchive)).toBe('DONE')
    expect(await em.fork().count(ScanFinding, { locationId: cologneArchive.id, resolvedAt: null })).toBe(0)
  })

  test('that was lost where nothing may be written is told of, and left', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive] })
    await sql(em, `/* test: read only */ update storage.data_location set write_enabled = false where id = $1`, [cologneArchive.id])

    expect(await scanNow(world, cologneArchive)).toBe('DONE')

    const [finding] = await em.fork().find(ScanFinding, { locationId: cologneArchive.id })
    expect(finding?.detail).toBe(`the sidecar of package ${pkg.id} was not there, and nothing may be written there`)
    expect(await filesAt(cologneArchive)).toEqual([pkg.path])
  })
})

describe('a scan of an archive', () => {
  test('UC-4.3 says MISSING of a copy when two scans missed it and it is not there, and suspects one of another size', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, gentArchive, cologneBuffer } = topology.locations
    const at = [cologneArchive, gentArchive]
    const { pkg: lost } = await makeHeldPackage(world, em, { topology, at })
    const { pkg: moved } = await makeHeldPackage(world, em, { topology, at })
    const { pkg: short } = await makeHeldPackage(world, em, { topology, at })
    const { pkg: good } = await makeHeldPackage(world, em, { topology, at: [...at, cologneBuffer] })
    await rm(pathAt(cologneArchive, lost.path))
    await rename(pathAt(cologneArchive, moved.path), pathAt(cologneArchive, `${moved.path}.away`))
    await rm(pathAt(cologneArchive, short.path))
    await writeFile(pathAt(cologneArchive, short.path), 'short')

    expect(await scanNow(world, cologneArchive)).toBe('DONE')

    expect(await findings(em, cologneArchive)).toEqual(
      [`MISSING ${lost.path} 1`, `MISSING ${moved.path} 1`, `CHANGED ${short.path} 1`].sort((a, b) =>
        a.split(' ')[1]! < b.split(' ')[1]! ? -1 : 1,
      ),
    )
    expect(await copyAt(em, lost.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    const suspected = await copyAt(em, short.id, cologneArchive)
    expect(suspected).toMatchObject({ status: 'PRESENT', verificationLevel: 0, verifiedAt: null })
    expect(await attempt(world, 'checksum', suspected?.id ?? '')).toBe('DONE')
    expect(await copyAt(em, short.id, cologneArchive)).toMatchObject({ status: 'QUARANTINED' })
    await rename(pathAt(cologneArchive, `${moved.path}.away`), pathAt(cologneArchive, moved.path))

    expect(await scanNow(world, cologneArchive)).toBe('DONE')

    const missing = await copyAt(em, lost.id, cologneArchive)
    expect(missing).toMatchObject({ status: 'MISSING', verificationLevel: 0, statusReason: 'two scans missed it, and it is not there' })
    expect(await toldOf(em, missing?.id ?? '')).toContainEqual(expect.objectContaining({ from_state: 'PRESENT', to_state: 'MISSING' }))
    expect(await findings(em, cologneArchive)).toEqual([`MISSING ${lost.path} 2`])
    for (const pkg of [moved, good])
      expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await scanNow(world, cologneArchive)).toBe('DONE')
    expect(await findings(em, cologneArchive)).toEqual([])
  })

  test('finds what no row knows when it is old; sidecars are known; it moves aside what was asked for, and deletes nothing', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    await strew(cologneArchive, 'stray.tar')
    await strew(cologneArchive, 'stray.json')
    await writeFile(pathAt(cologneArchive, 'young.tar'), 'young')
    const sidecar = pkg.path.replace(/tar$/, 'json')
    await utimes(pathAt(cologneArchive, sidecar), 1, 1)

    expect(await scanNow(world, cologneArchive)).toBe('DONE')
    expect(await scanNow(world, cologneArchive)).toBe('DONE')

    expect(await findings(em, cologneArchive)).toEqual(['DARK stray.json 2', 'DARK stray.tar 2'])
    expect(await filesAt(cologneArchive)).toEqual([sidecar, pkg.path, 'stray.json', 'stray.tar', 'young.tar'].sort())
    await sql(
      em,
      `/* test: asked */ update storage.scan_finding set set_aside_asked_at = now() where location_id = $1 and path = 'stray.tar'`,
      [cologneArchive.id],
    )
    expect(await scanNow(world, cologneArchive)).toBe('DONE')
    expect(await findings(em, cologneArchive)).toEqual(['DARK stray.json 3'])
    const { detail } = await em.fork().findOneOrFail(ScanFinding, { locationId: cologneArchive.id, path: 'stray.tar' })
    expect(detail).toMatch(/^kept at \.quarantine\/.*stray\.tar$/)
    expect(await readFile(pathAt(cologneArchive, detail?.replace('kept at ', '') ?? ''), 'utf8')).toBe('whose?')
  })

  test('does not call dark what became known while it was listed', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive] })
    await utimes(pathAt(cologneArchive, pkg.path), 1, 1)
    const nameIt = (path: string) =>
      sql(em.fork(), `/* test: named */ update storage.physical_copy set path = $3 where package_id = $1 and location_id = $2`, [
        pkg.id,
        cologneArchive.id,
        path,
      ])
    await sql(em, `/* test: another */ update data_package.raw_data_package set path = 'z/elsewhere.tar' where id = $1`, [pkg.id])
    // The rows are asked for a thousand at a time: it is the last of the first of these.
    for (let n = 0; n < 999; n++) await strew(cologneArchive, `0-${n}.tar`)
    await nameIt('z/elsewhere.tar')
    const late = withStore(world, cologneArchive, store => ({
      async *list(...given) {
        yield* store.list(...given)
        await nameIt(pkg.path)
      },
    }))

    expect(await scanNow(late, cologneArchive)).toBe('DONE')

    const dark = (await findings(em, cologneArchive)).filter(finding => finding.startsWith('DARK'))
    expect(dark).toHaveLength(999)
    expect(dark.filter(finding => finding.includes(pkg.path))).toEqual([])
  })

  test('UC-4.3 writes nothing of a location that is away', async ({ em, world, topology }) => {
    const { cologneArchive, gentArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    await rm(pathAt(cologneArchive, pkg.path))
    await rename(pathAt(cologneArchive, '.location-id'), pathAt(cologneArchive, '.other'))
    for (let n = 0; n < 3; n++) expect(await scanNow(world, cologneArchive)).toBe('RETRY')
    expect(await findings(em, cologneArchive)).toEqual([])
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
  })

  test('UC-4.3 that misses more than a tenth stops the location, and says MISSING of not a single copy', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, gentArchive } = topology.locations
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
      await rm(pathAt(cologneArchive, pkg.path))
      ids.push(pkg.id)
    }

    expect(await scanNow(world, cologneArchive)).toBe('DONE')

    expect(await em.fork().findOneOrFail(DataLocation, cologneArchive.id)).toMatchObject({
      active: false,
      stopReason: 'a scan missed 5 of 5 copies there, and saw 0 with other sizes',
    })
    expect(await findings(em, cologneArchive)).toEqual([])
    expect(await em.fork().count(PhysicalCopy, { packageId: ids, locationId: cologneArchive.id, status: 'PRESENT' })).toBe(5)
  })

  test('counts all copies that are not there, however many pages of them', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive] })
    await sql(
      em,
      `/* test: many */
       with p as (
         insert into data_package.raw_data_package (id, execution_id, module_id, sequence, name, path, status, state, file_count, file_bytes, bytes)
         select gen_random_uuid(), execution_id, module_id, n, name || n, 'many/' || n || '.tar', 'COMPLETED', 'ARCHIVED', 0, 0, 1024
         from data_package.raw_data_package, generate_series(2, 1201) as n where id = $1 returning id, path, bytes
       )
       insert into storage.physical_copy (id, location_id, package_id, path, bytes, verification_level, verified_at)
       select gen_random_uuid(), $2, p.id, p.path, p.bytes, 2, now() from p`,
      [pkg.id, cologneArchive.id],
    )

    expect(await scanNow(world, cologneArchive)).toBe('DONE')

    expect((await em.fork().findOneOrFail(DataLocation, cologneArchive.id)).stopReason).toBe(
      'a scan missed 1200 of 1201 copies there, and saw 0 with other sizes',
    )
  })

  test('is made in its time, and for the first time when its location is as old', async ({ em, world, topology }) => {
    const { cologneArchive, cologneBuffer, processing } = topology.locations
    await sweep(world, null)
    const scans = () => em.fork().find(Operation, { kind: 'scan', locationId: [cologneArchive.id, cologneBuffer.id, processing.id] })
    expect(await scans()).toEqual([])
    await sql(
      em,
      `/* test: old */ update storage.data_location set created_at = now() - interval '2 d', scan_interval_s = 86400 where site_id = $1`,
      [cologneArchive.siteId],
    )
    await sweep(world, null)
    expect((await scans()).map(({ locationId }) => locationId).sort()).toEqual([cologneArchive.id, cologneBuffer.id].sort())
  })
})
