import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect } from 'vitest'
import { CircuitBreaker, DataLocation, newId, Operation, PhysicalCopy, RawDataFile, RawDataPackage, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { digestOf, identifyLocations, manifestDigest, parseManifest, sweep, type Store, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { attempt, copyAt, filesAt, getOperation, killedAfter, packageNow, pathAt, performAgain, toldOf, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'

/** A package that arrived verified in the buffer of Cologne. */
function arrive(world: World, em: EntityManager, topology: Topology): Promise<MadePackage> {
  return makeHeldPackage(world, em, { topology, at: [topology.locations.cologneBuffer], state: 'TRANSFERRING' })
}

const besides = (path: string): string => path.replace(/\.tar$/, '.json')

/** That the archive has no row, and the package and its copy in the buffer are what they were. */
async function expectUnchanged(em: EntityManager, { locations }: Topology, { pkg }: MadePackage): Promise<void> {
  expect(await copyAt(em, pkg.id, locations.cologneArchive)).toBeNull()
  expect(await packageNow(em, pkg.id)).toEqual(pkg)
  expect(await copyAt(em, pkg.id, locations.cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
}

/** A store that reads one byte of a file otherwise than it was written. */
const misreading = (path: string) => (store: Store) => ({
  async read(...given: Parameters<Store['read']>) {
    const reading = await store.read(...given)
    if (!reading || given[0] !== path) return reading
    return {
      stat: reading.stat,
      direct: reading.direct,
      change: () => reading.change(),
      async *[Symbol.asyncIterator]() {
        let first = true
        for await (const chunk of reading) {
          const bytes = Buffer.from(chunk)
          if (first) bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
          first = false
          yield bytes
        }
      },
      [Symbol.asyncDispose]: () => reading[Symbol.asyncDispose](),
    }
  },
})

describe('archiving', () => {
  test('copies a package from the buffer to the archive of the site, and has read every byte of it there again', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive, gentArchive } = topology.locations
    const { pkg } = await arrive(world, em, topology)
    const source = await copyAt(em, pkg.id, cologneBuffer)
    const paths: string[] = []
    const watched = withStore(world, cologneArchive, store => ({
      read(path, options) {
        paths.push(`${path} ${options?.direct ? 'past the cache' : ''}`)
        return store.read(path, options)
      },
    }))

    expect(await attempt(watched, 'archive', pkg.id)).toBe('DONE')

    const copy = await copyAt(em, pkg.id, cologneArchive)
    expect(copy).toMatchObject({
      status: 'PRESENT',
      path: pkg.path,
      bytes: pkg.bytes,
      digest: source?.digest,
      verificationLevel: 2,
      verifiedAt: expect.any(Date) as Date,
    })
    expect(paths).toContain(`${pkg.path} past the cache`)
    expect(await digestOf([await readFile(pathAt(cologneArchive, pkg.path))])).toEqual({ bytes: copy?.bytes, digest: copy?.digest })
    expect(await packageNow(em, pkg.id)).toMatchObject({ state: 'ARCHIVED', archivedAt: copy?.verifiedAt, flatDigest: copy?.digest })
    expect(await toldOf(em, pkg.id)).toContainEqual(
      expect.objectContaining({ field: 'state', from_state: 'TRANSFERRING', to_state: 'ARCHIVED' }),
    )
    expect(await getOperation(world, 'archive', pkg.id)).toMatchObject({
      state: 'DONE',
      bytesDone: 2 * (pkg.bytes ?? 0),
      bytesTotal: 2 * (pkg.bytes ?? 0),
    })
    expect(await em.fork().count(PhysicalCopy, { packageId: pkg.id, locationId: gentArchive.id })).toBe(0)
  })

  test('writes a sidecar beside the tar that names all that the catalogue knows, and whose manifest is the package', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive } = topology.locations
    const { pkg, files } = await arrive(world, em, topology)
    await attempt(world, 'archive', pkg.id)

    expect(await filesAt(cologneArchive)).toEqual([besides(pkg.path), pkg.path].sort())
    const sidecar = JSON.parse(await readFile(pathAt(cologneArchive, besides(pkg.path)), 'utf8')) as Record<string, { id: string }> & {
      manifest: string
    }
    expect(sidecar).toMatchObject({
      format: 'almagest-sidecar/2',
      package: { id: pkg.id, name: pkg.name, path: pkg.path, sequence: 1, bytes: pkg.bytes, digest: pkg.digest, fileCount: files.length },
      execution: { id: pkg.executionId, obs_unit_id: topology.obsUnit.id },
      obsUnit: { id: topology.obsUnit.id },
      program: { id: topology.program.id, code: topology.program.code },
      source: { ra_deg: 83.8, dec_deg: -5.4 },
      module: { id: topology.module.id },
      instrument: { id: topology.instrument.id, name: topology.instrument.name },
      files: files.map(({ id, path }) => ({ id, path })),
    })
    expect(sidecar.telescope?.id).toBe(topology.instrument.telescopeId)
    expect(sidecar.observatory?.id).toBe(topology.program.observatoryId)
    const manifest = parseManifest(sidecar.manifest)
    expect(manifestDigest(manifest)).toBe(pkg.digest)
    const rows = await em.fork().find(RawDataFile, { packageId: pkg.id })
    expect(manifest.members.map(({ path, digest }) => [path, digest])).toEqual(rows.map(({ path, digest }) => [path, digest]).sort())
    expect((await stat(pathAt(cologneArchive, besides(pkg.path)))).mode & 0o777).toBe(0o444)
  })

  test('names every file of a package of more than a few thousand in the sidecar, in the order of its bytes', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const many = Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`${index}.dat`, String(index)]))
    const { pkg, files } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING', files: many })
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')

    const sidecar = JSON.parse(await readFile(pathAt(cologneArchive, besides(pkg.path)), 'utf8')) as {
      files: { path: string }[]
      manifest: string
    }
    const paths = files.map(({ path }) => path).sort()
    expect(paths).toHaveLength(2_001)
    expect(sidecar.files.map(({ path }) => path)).toEqual(paths)
    expect(parseManifest(sidecar.manifest).members.map(({ path }) => path)).toEqual(paths)
    expect(manifestDigest(parseManifest(sidecar.manifest))).toBe(pkg.digest)
  })

  test('changes nothing when it is done again', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const { pkg } = await arrive(world, em, topology)
    await attempt(world, 'archive', pkg.id)
    const look = async () => [
      await packageNow(em, pkg.id),
      await em.fork().find(PhysicalCopy, { packageId: pkg.id }),
      ...(await Promise.all([pkg.path, besides(pkg.path)].map(async path => (await stat(pathAt(cologneArchive, path))).ino))),
    ]
    const before = await look()

    expect(await performAgain(world, await getOperation(world, 'archive', pkg.id))).toBe('DONE')
    expect(await attempt(world, 'archive', pkg.id)).toBeNull()

    expect(await look()).toEqual(before)
    expect(await filesAt(cologneArchive)).toHaveLength(2)
  })

  test('UC-4.2 takes a second archive as well, and leaves the package as the first left it', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const { pkg } = await arrive(world, em, topology)
    await attempt(world, 'archive', pkg.id)
    const { archivedAt } = await packageNow(em, pkg.id)
    const root = `${cologneArchive.root}-two`
    await mkdir(root)
    const name = `second-${newId()}`
    const second = em.create(DataLocation, {
      id: newId(),
      siteId: cologneArchive.siteId,
      name,
      type: 'LONG_TERM_ARCHIVE',
      storage: 'DISK',
      root,
      failureDomain: name,
    })
    await em.flush()
    await identifyLocations(world, topology.sites.cologne.name)

    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')

    expect(await copyAt(em, pkg.id, second)).toMatchObject({ status: 'PRESENT', verificationLevel: 2, path: pkg.path })
    expect(await filesAt(second)).toEqual(await filesAt(cologneArchive))
    expect(await packageNow(em, pkg.id)).toMatchObject({ state: 'ARCHIVED', archivedAt })
    expect((await toldOf(em, pkg.id)).filter(({ to_state }) => to_state === 'ARCHIVED')).toHaveLength(1)
  })

  test('is asked for only where a verified copy is in a buffer of the site', async ({ em, world, topology }) => {
    const { pkg } = await arrive(world, em, topology)
    await sql(em, '/* test: unverified */ update storage.physical_copy set verification_level = 1 where package_id = $1', [pkg.id])
    await sweep(world, null)
    expect(await em.fork().count(Operation, { kind: 'archive', subjectId: pkg.id })).toBe(0)
    await sql(em, '/* test: verified */ update storage.physical_copy set verification_level = 2 where package_id = $1', [pkg.id])
    await sweep(world, null)
    expect(await em.fork().find(Operation, { kind: 'archive', subjectId: pkg.id })).toMatchObject([
      { locationId: topology.locations.cologneArchive.id },
    ])
  })
})

describe('archiving that cannot go on', () => {
  test('UC-4.3 records nothing that reads otherwise than it was written: it is set aside, and written again', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive } = topology.locations
    const made = await arrive(world, em, topology)
    const { path, id } = made.pkg

    expect(await attempt(withStore(world, cologneArchive, misreading(path)), 'archive', id)).toBe('RETRY')

    expect(await getOperation(world, 'archive', id)).toMatchObject({
      state: 'WAITING',
      errorCode: 'UNAVAILABLE',
      reason: expect.stringContaining('differs from what was written') as string,
    })
    await expectUnchanged(em, topology, made)
    const [kept, ...rest] = await filesAt(cologneArchive)
    expect(kept).toMatch(new RegExp(`^\\.quarantine/.*${path}$`))
    expect(rest).toEqual([])
    expect(await attempt(world, 'archive', id)).toBe('DONE')
    expect(await copyAt(em, id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await filesAt(cologneArchive)).toEqual([kept, besides(path), path].sort())
  })

  test('writes no bytes that are not those of the copy in the buffer, and doubts that copy', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = await arrive(world, em, topology)
    const tar = pathAt(cologneBuffer, made.pkg.path)
    await rm(tar)
    await writeFile(tar, Buffer.alloc(made.pkg.bytes ?? 0, 3))

    expect(await attempt(world, 'archive', made.pkg.id)).toBe('RETRY')

    expect((await getOperation(world, 'archive', made.pkg.id)).reason).toContain('what came for')
    expect(await filesAt(cologneArchive)).toEqual([])
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toBeNull()
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
  })

  test('refuses to write over a copy that a row knows', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const made = await arrive(world, em, topology)
    const other = await makeHeldPackage(world, em, { topology, at: [topology.locations.chileBuffer], state: 'WAITING' })
    const { path } = made.pkg
    await mkdir(dirname(pathAt(cologneArchive, path)), { recursive: true })
    await writeFile(pathAt(cologneArchive, path), 'another package')
    await sweep(world, null)
    em.create(PhysicalCopy, { id: newId(), locationId: cologneArchive.id, packageId: other.pkg.id, path, bytes: 15, verificationLevel: 2 })
    await em.flush()

    expect(await attempt(world, 'archive', made.pkg.id)).toBe('FAILED')

    expect(await getOperation(world, 'archive', made.pkg.id)).toMatchObject({ state: 'FAILED', errorCode: 'CONFLICT' })
    expect(await readFile(pathAt(cologneArchive, path), 'utf8')).toBe('another package')
    await expectUnchanged(em, topology, made)
    expect(await attempt(world, 'archive', made.pkg.id)).toBeNull()
  })

  test('moves bytes aside that lie in its way and that no row knows', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const { pkg } = await arrive(world, em, topology)
    await mkdir(dirname(pathAt(cologneArchive, pkg.path)), { recursive: true })
    await writeFile(pathAt(cologneArchive, pkg.path), 'stray')

    expect(await attempt(world, 'archive', pkg.id)).toBe('RETRY')
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')

    const files = await filesAt(cologneArchive)
    expect(files).toHaveLength(3)
    expect(await readFile(pathAt(cologneArchive, files[0] ?? ''), 'utf8')).toBe('stray')
  })

  test('waits while the archive or the buffer is away, blames that one, and finishes when it is back', async ({ em, world, topology }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    for (const away of [cologneArchive, cologneBuffer]) {
      const made = await arrive(world, em, topology)
      await rename(pathAt(away, '.location-id'), pathAt(away, '.other'))

      expect(await attempt(world, 'archive', made.pkg.id)).toBe('RETRY')

      expect(await getOperation(world, 'archive', made.pkg.id)).toMatchObject({
        state: 'WAITING',
        errorCode: 'UNAVAILABLE',
        reason: expect.stringContaining(away.id) as string,
      })
      expect(await em.fork().findOneOrFail(CircuitBreaker, { locationId: away.id })).toMatchObject({ failures: 1 })
      await expectUnchanged(em, topology, made)
      await rename(pathAt(away, '.other'), pathAt(away, '.location-id'))
      expect(await attempt(world, 'archive', made.pkg.id)).toBe('DONE')
    }
  })

  test('waits for a verified copy at its site when the one that it was to read is gone', async ({ em, world, topology }) => {
    const { pkg } = await arrive(world, em, topology)
    await sweep(world, null)
    await rm(pathAt(topology.locations.cologneBuffer, pkg.path))
    expect(await attempt(world, 'archive', pkg.id)).toBe('RETRY')
    expect((await getOperation(world, 'archive', pkg.id)).reason).toContain('is not at its location')
    await sql(em, `/* test: gone */ update storage.physical_copy set status = 'MISSING' where package_id = $1`, [pkg.id])
    expect(await attempt(world, 'archive', pkg.id)).toBe('PAUSED')
    expect((await getOperation(world, 'archive', pkg.id)).reason).toBe(`there is no verified copy of package ${pkg.id} at the site`)
    expect(await em.fork().findOneOrFail(RawDataPackage, pkg.id)).toMatchObject({ state: 'TRANSFERRING', archivedAt: null })
  })

  test('UC-8.3 of a worker that was killed between the bytes and their row is finished by the next', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    for (const method of ['the tar', 'the sidecar'] as const) {
      const made = await arrive(world, em, topology)
      const { pkg } = made
      const dying = withStore(killedAfter(world, cologneArchive, 'write'), cologneArchive, store => ({
        async write(path, ...rest) {
          if (method === 'the sidecar' && path === pkg.path) return world.stores.of(cologneArchive).write(path, ...rest)
          const written = await store.write(path, ...rest)
          if (method === 'the tar') throw new Error('killed')
          return written
        },
      }))

      await attempt(dying, 'archive', pkg.id)

      const before = (await filesAt(cologneArchive)).filter(path => path.startsWith(pkg.path.slice(0, -4)))
      expect(before).toEqual(method === 'the tar' ? [pkg.path] : [besides(pkg.path), pkg.path])
      await expectUnchanged(em, topology, made)
      const { ino } = await stat(pathAt(cologneArchive, pkg.path))
      expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
      expect((await stat(pathAt(cologneArchive, pkg.path))).ino).toBe(ino)
      expect(await em.fork().count(PhysicalCopy, { packageId: pkg.id, locationId: cologneArchive.id })).toBe(1)
      expect((await filesAt(cologneArchive)).filter(path => path.startsWith('.'))).toEqual([])
    }
  })
})
