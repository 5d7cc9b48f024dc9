import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { cancelOperation, DataLocation, Operation, Outage, PhysicalCopy, ScanFinding, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep, type World } from '@almagest/jobs'
import { makeObservation, type Topology } from '../make.ts'
import { attempt, getOperation, loseClaims, pathAt, performAgain, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makePackage } from './made.ts'

/** Scans SOURCE now, whenever it was scanned before. */
async function scanNow(world: World, { locations: { source } }: Topology): Promise<unknown> {
  await sql(world.orm.em.fork(), '/* test: due */ update storage.data_location set scanned_at = null where id = $1', [source.id])
  return attempt(world, 'scan', source.id)
}

/** What is not as filed at SOURCE, in order of the paths. */
async function findings(em: EntityManager, { locations: { source } }: Topology, open = true): Promise<string[]> {
  const rows = await em.fork().find(ScanFinding, { locationId: source.id, ...(open ? { resolvedAt: null } : {}) })
  return rows.map(({ kind, path }) => `${kind} ${path}`).sort()
}

describe('a scan of SOURCE', () => {
  test('UC-1.4 finds what was not filed, is not there, or is not what was filed, and names nothing else', async ({
    em,
    world,
    topology,
  }) => {
    const at = (path: string) => pathAt(topology.locations.source, path)
    await makeObservation(em, topology, {
      'night/good.dat': 'good',
      'night/gone.dat': 'gone',
      'night/grown.dat': 'grown',
      'night/größe.dat': 'ß',
    })
    await rm(at('night/gone.dat'))
    await appendFile(at('night/grown.dat'), '!')
    await writeFile(at('night/unfiled.dat'), 'unfiled')
    await symlink('good.dat', at('night/link.dat'))
    await writeFile(at('night/.hidden'), '')
    await writeFile(at('a\u0007bell'), '')

    expect(await scanNow(world, topology)).toBe('DONE')

    expect(await findings(em, topology)).toEqual([
      'CHANGED night/grown.dat',
      'MISSING night/gone.dat',
      'REFUSED a\u0007bell',
      'REFUSED night/.hidden',
      'REFUSED night/link.dat',
      'UNFILED night/unfiled.dat',
    ])
    const rows = await em.fork().find(ScanFinding, { locationId: topology.locations.source.id }, { orderBy: { path: 'asc' } })
    expect(Object.fromEntries(rows.map(({ path, detail }) => [path, detail]))).toEqual({
      'a\u0007bell': 'its path contains a NUL or another control character',
      'night/.hidden': 'its path has the component ".hidden": no component may begin with a dot',
      'night/gone.dat': 'it was filed and is not there',
      'night/grown.dat': 'it was filed with 5 bytes and has 6',
      'night/link.dat': 'it is a symbolic link',
      'night/unfiled.dat': null,
    })
    expect(await em.fork().find(PhysicalCopy, { locationId: topology.locations.source.id, status: 'PRESENT' })).toHaveLength(4)
  })

  test('sees a finding again and counts it; a finding that is no longer so is resolved, and what comes back is another', async ({
    em,
    world,
    topology,
  }) => {
    const stray = pathAt(topology.locations.source, 'stray.dat')
    await makeObservation(em, topology, { 'a.dat': 'a' })
    await writeFile(stray, 'stray')
    await scanNow(world, topology)
    await scanNow(world, topology)
    expect(await em.fork().find(ScanFinding, { locationId: topology.locations.source.id })).toMatchObject([
      { kind: 'UNFILED', sightings: 2, resolvedAt: null },
    ])

    await rm(stray)
    await scanNow(world, topology)
    expect(await findings(em, topology)).toEqual([])
    await writeFile(stray, 'stray')
    await scanNow(world, topology)
    expect(await findings(em, topology)).toEqual(['UNFILED stray.dat'])
    expect(await findings(em, topology, false)).toHaveLength(2)
  })

  test('UC-1.4 leaves files alone that are too young to say anything of', async ({ em, world, topology }) => {
    const { source } = topology.locations
    await em.nativeUpdate(DataLocation, { id: source.id }, { settleS: 60 })
    await writeFile(pathAt(source, 'young.dat'), 'being written')
    await writeFile(pathAt(source, 'old.dat'), 'written')
    await utimes(pathAt(source, 'old.dat'), Date.now() / 1_000 - 61, Date.now() / 1_000 - 61)

    await scanNow(world, topology)

    expect(await findings(em, topology)).toEqual(['UNFILED old.dat'])
  })

  test('UC-1.4 compares any number of files, in the order of their bytes', async ({ em, world, topology }) => {
    const { source } = topology.locations
    const names = ['a', 'A', 'a!', 'a-', 'ä', 'z', '\uffee', '😀', 'é', 'e\u0301'].flatMap(name =>
      Array.from({ length: 310 }, (_, index) => `${name}${index}`),
    )
    await mkdir(pathAt(source, 'a'))
    const unfiled = names.filter((_, index) => index % 3 === 0)
    await Promise.all(unfiled.map(name => writeFile(pathAt(source, `a/${name}`), '')))
    await makeObservation(
      em,
      topology,
      Object.fromEntries(names.filter((_, index) => index % 3 === 1).map((name, index) => [`${name}.${index}/x`, ''])),
    )
    const missing = await makeObservation(
      em,
      topology,
      Object.fromEntries(names.filter((_, index) => index % 3 === 2).map((name, index) => [`a/${name}.${index}`, ''])),
    )
    await Promise.all(missing.files.map(({ path }) => rm(pathAt(source, path))))

    expect(await scanNow(world, topology)).toBe('DONE')

    const expected = [...unfiled.map(name => `UNFILED a/${name}`), ...missing.files.map(({ path }) => `MISSING ${path}`)]
    expect(expected.length).toBeGreaterThan(2_000)
    expect(await findings(em, topology)).toEqual(expected.sort())
  })

  test('is not stopped by names that are no text, however many look the same or how long they are', async ({ em, world, topology }) => {
    const { source } = topology.locations
    await writeFile(Buffer.concat([Buffer.from(pathAt(source, 'a')), Buffer.from([0xff])]), '')
    await writeFile(pathAt(source, 'a\\xff'), '')
    const deep = Buffer.concat([
      Buffer.from(`${source.root}/`),
      ...Array.from({ length: 4 }, () => Buffer.concat([noise(), Buffer.from('/')])),
    ])
    await mkdir(deep, { recursive: true })
    await writeFile(Buffer.concat([deep, noise()]), '')

    expect(await scanNow(world, topology)).toBe('DONE')

    const found = await findings(em, topology)
    expect(found).toHaveLength(3)
    expect(found).toContain('UNFILED a\\xff')
    expect(found).toContain('REFUSED a\\x5cxff')
    expect(found.find(finding => finding.startsWith('REFUSED \\x'))?.length).toBeGreaterThan(2_000)
  })

  test('does not call unfiled what was filed and could not be deleted, or is being deleted', async ({ em, world, topology }) => {
    const { files } = await makePackage(world, em, { topology })
    const [one, two] = files
    await sql(em, `/* test */ update storage.physical_copy set status = 'DELETION_FAILED' where file_id = $1`, [one?.id])
    await sql(em, '/* test */ alter table storage.physical_copy disable trigger check_deletion')
    await sql(em, `/* test */ update storage.physical_copy set status = 'DELETION_IN_PROGRESS' where file_id = $1`, [two?.id])
    await sql(em, '/* test */ alter table storage.physical_copy enable trigger check_deletion')

    await scanNow(world, topology)
    expect(await findings(em, topology)).toEqual([])
    await rm(pathAt(topology.locations.source, two?.path ?? ''))
    await scanNow(world, topology)
    expect(await findings(em, topology)).toEqual([])
  })

  test('is asked for when its interval is over, and is not done twice', async ({ em, world, topology }) => {
    const { source } = topology.locations
    expect(await scanNow(world, topology)).toBe('DONE')
    const operation = await getOperation(world, 'scan', source.id)
    expect(await attempt(world, 'scan', source.id)).toBeNull()
    await writeFile(pathAt(source, 'late.dat'), '')
    const before = await em.fork().findOneOrFail(DataLocation, source.id)

    expect(await performAgain(world, operation)).toBe('DONE')

    expect(await em.fork().findOneOrFail(DataLocation, source.id)).toEqual(before)
    expect(await findings(em, topology)).toEqual([])
    await sql(em, `/* test: later */ update storage.data_location set scanned_at = now() - interval '1 h' where id = $1`, [source.id])
    expect(await attempt(world, 'scan', source.id)).toBe('DONE')
    expect(await findings(em, topology)).toEqual(['UNFILED late.dat'])
  })

  test('UC-1.4 UC-8.1 that was cancelled stays so for its interval, and is the next one then', async ({ em, world, topology }) => {
    const { source } = topology.locations
    await sweep(world, null)
    const { id } = await getOperation(world, 'scan', source.id)
    await em.fork().transactional(async em => cancelOperation(em, await em.findOneOrFail(Operation, id)))

    expect(await attempt(world, 'scan', source.id)).toBeNull()
    expect((await getOperation(world, 'scan', source.id)).state).toBe('CANCELLED')
    await sql(em, `/* test: later */ update storage.operation set finished_at = now() - make_interval(secs => $2) where id = $1`, [
      id,
      source.scanIntervalS,
    ])
    expect(await attempt(world, 'scan', source.id)).toBe('DONE')

    expect(await getOperation(world, 'scan', source.id)).toMatchObject({ id, state: 'DONE' })
    expect((await em.fork().findOneOrFail(DataLocation, source.id)).scannedAt).not.toBeNull()
  })

  test('finds nothing missing at a location that is not there, and waits', async ({ em, world, topology }) => {
    const { source } = topology.locations
    await makeObservation(em, topology, { 'a.dat': 'a' })
    await rename(pathAt(source, '.location-id'), pathAt(source, '.elsewhere'))

    expect(await scanNow(world, topology)).toBe('RETRY')

    expect(await getOperation(world, 'scan', source.id)).toMatchObject({
      state: 'WAITING',
      errorCode: 'UNAVAILABLE',
      reason: expect.stringContaining('identity file is not there') as string,
    })
    expect(await em.fork().findOneOrFail(DataLocation, source.id)).toMatchObject({ scannedAt: null })
    expect(await findings(em, topology)).toEqual([])
    await rename(pathAt(source, '.elsewhere'), pathAt(source, '.location-id'))
    expect(await attempt(world, 'scan', source.id)).toBe('DONE')
    expect(await findings(em, topology)).toEqual([])
  })

  test('that ends half way calls nothing missing or resolved', async ({ em, world, topology }) => {
    const { source } = topology.locations
    await makeObservation(em, topology, { 'a.dat': 'a', 'b.dat': 'b' })
    await writeFile(pathAt(source, 'c.dat'), 'unfiled')
    await scanNow(world, topology)
    const half = withStore(world, source, store => ({
      async *list(...given) {
        for await (const listed of store.list(...given)) {
          yield listed
          throw new Outage(`location ${source.id} went away`, { locationId: source.id })
        }
      },
    }))

    expect(await scanNow(half, topology)).toBe('RETRY')

    expect(await findings(em, topology)).toEqual(['UNFILED c.dat'])
  })

  test('UC-8.3 of a worker that was killed before its rows is made by the next', async ({ em, world, topology }) => {
    const { source } = topology.locations
    await writeFile(pathAt(source, 'c.dat'), 'unfiled')
    const killed = withStore(world, source, store => ({
      async *list(...given) {
        yield* store.list(...given)
        await loseClaims(world)
      },
    }))

    expect(await scanNow(killed, topology)).toBe('NOTHING')

    expect(await findings(em, topology)).toEqual([])
    expect(await attempt(world, 'scan', source.id)).toBe('DONE')
    expect(await findings(em, topology)).toEqual(['UNFILED c.dat'])
  })
})

/** A name of 250 bytes that are no text and do not repeat. */
function noise(): Buffer {
  return Buffer.from(randomBytes(250).map(byte => byte | 0x80))
}
