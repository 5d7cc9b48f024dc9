import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { DeletionProof, PhysicalCopy } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { attempt, copyAt, filesAt, getOperation, killedAfter, pathAt, performAgain, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'
import { archived, end, expectRequest, request, seenAt, singleOf, watching, whole } from './staged.ts'

const MIB = 2 ** 20
const FILES = {
  'a/first.dat': Buffer.alloc(4 * MIB, 1),
  'b/wanted.dat': Buffer.alloc(50_000, 2),
  'b/wanted-too.dat': Buffer.alloc(20_000, 3),
  'c/last.dat': Buffer.alloc(4 * MIB, 4),
  'd/empty.dat': '',
}

const large = (world: World, em: EntityManager, topology: Topology): Promise<MadePackage> =>
  makeHeldPackage(world, em, { topology, at: [topology.locations.cologneArchive, topology.locations.gentArchive], files: FILES })

describe('staging single files', () => {
  test('UC-5.2 reads one file out of a package, and nothing of the rest, and shows it when its digest is right', async ({
    em,
    world,
    topology,
  }) => {
    const { processing, cologneArchive } = topology.locations
    const made = await large(world, em, topology)
    const id = await request(em, topology, { of: [made], files: ['wanted.dat'] })
    const { asked, watched } = watching(world, cologneArchive)

    expect(await attempt(watched, 'staging', made.pkg.id)).toBe('DONE')

    await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
    const file = made.files.find(({ path }) => path.endsWith('/wanted.dat'))
    expect(asked).toEqual([{ start: file?.offset, length: 50_000 }])
    expect(await getOperation(world, 'staging', made.pkg.id)).toMatchObject({ bytesDone: 50_000, bytesTotal: 50_000 })
    const path = singleOf(made, 'wanted.dat')
    expect(await seenAt(topology)).toEqual([path])
    expect(await readFile(pathAt(processing, path))).toEqual(FILES['b/wanted.dat'])
    const at = await stat(pathAt(processing, path), { bigint: true })
    expect(Math.abs(Number(at.mtimeNs - (file?.mtimeNs ?? 0n)))).toBeLessThan(2_000)
    expect(await em.fork().find(PhysicalCopy, { locationId: processing.id })).toMatchObject([
      { fileId: file?.id, packageId: null, path, bytes: 50_000, digest: file?.digest, status: 'STAGED' },
    ])
    expect(await performAgain(world, await getOperation(world, 'staging', made.pkg.id))).toBe('DONE')
    expect((await stat(pathAt(processing, path), { bigint: true })).ino).toBe(at.ino)
  })

  test('reads neighbours in one go, and files that lie apart each for itself', async ({ em, world, topology }) => {
    const made = await large(world, em, topology)
    const names = ['first.dat', 'wanted.dat', 'wanted-too.dat', 'empty.dat']
    await request(em, topology, { of: [made], files: names })
    const { asked, watched } = watching(world, topology.locations.cologneArchive)

    expect(await attempt(watched, 'staging', made.pkg.id)).toBe('DONE')

    expect(asked).toHaveLength(2)
    expect(asked.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(4 * MIB + 80_000)
    expect(await seenAt(topology)).toEqual(names.map(name => singleOf(made, name)).sort())
    for (const [path, content] of Object.entries(FILES).filter(([path]) => !path.startsWith('c')))
      expect(await readFile(pathAt(topology.locations.processing, singleOf(made, path.slice(2))))).toEqual(Buffer.from(content))
  })

  test('brings what a second request wants besides, and for one that wants all of it the package', async ({ em, world, topology }) => {
    const made = await large(world, em, topology)
    const first = await request(em, topology, { of: [made], files: ['wanted.dat'] })
    await attempt(world, 'staging', made.pkg.id)
    const second = await request(em, topology, { of: [made], files: ['wanted.dat', 'last.dat'] })
    const { asked, watched } = watching(world, topology.locations.cologneArchive)
    expect(await attempt(watched, 'staging', made.pkg.id)).toBe('DONE')
    expect(asked.map(({ length }) => length)).toEqual([4 * MIB])
    await expectRequest(em, second, 'COMPLETED', ['COMPLETED'])
    const singles = ['last.dat', 'wanted.dat'].map(name => singleOf(made, name))
    expect(await seenAt(topology)).toEqual(singles.toSorted())

    const all = await request(em, topology, { of: [made] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    await expectRequest(em, all, 'COMPLETED', ['COMPLETED'])
    expect(await seenAt(topology)).toEqual([...singles, ...whole(made)].sort())

    const third = await request(em, topology, { of: [made], files: ['first.dat'] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    for (const id of [first, second, all, third]) await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
    expect(await seenAt(topology)).toHaveLength(2 + made.files.length)
  })

  test('does not call a request done that came while it ran and wants more', async ({ em, world, topology }) => {
    const made = await large(world, em, topology)
    const first = await request(em, topology, { of: [made], files: ['wanted.dat'] })
    let second = ''
    const late = withStore(world, topology.locations.cologneArchive, store => ({
      async read(...given) {
        second ||= await request(em, topology, { of: [made], files: ['last.dat'] })
        return store.read(...given)
      },
    }))

    expect(await attempt(late, 'staging', made.pkg.id)).toBe('DONE')

    await expectRequest(em, first, 'COMPLETED', ['COMPLETED'])
    await expectRequest(em, second, 'PENDING', ['PENDING'])
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    await expectRequest(em, second, 'COMPLETED', ['COMPLETED'])
  })

  test('UC-4.3 shows no file whose bytes rotted in the archive: the copy is suspected', async ({ em, world, topology }) => {
    const { cologneArchive } = topology.locations
    const made = await large(world, em, topology)
    const id = await request(em, topology, { of: [made], files: ['wanted.dat'] })
    const tar = await readFile(pathAt(cologneArchive, made.pkg.path))
    const at = Number(made.files.find(({ path }) => path.endsWith('/wanted.dat'))?.offset) + 100
    tar[at] = (tar[at] ?? 0) ^ 1
    await rm(pathAt(cologneArchive, made.pkg.path))
    await writeFile(pathAt(cologneArchive, made.pkg.path), tar)

    expect(await attempt(world, 'staging', made.pkg.id)).toBe('RETRY')

    expect((await getOperation(world, 'staging', made.pkg.id)).reason).toMatch(/is not what its manifest says.*wanted\.dat has the digest/)
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    expect(await filesAt(topology.locations.processing)).toEqual([])
    await expectRequest(em, id, 'PENDING', ['IN_PROGRESS'])
  })

  test('UC-8.3 of a worker that was killed between a file and its row is finished by the next, with the same file', async ({
    em,
    world,
    topology,
  }) => {
    const { processing } = topology.locations
    const made = await large(world, em, topology)
    const id = await request(em, topology, { of: [made], files: ['wanted.dat'] })

    expect(await attempt(killedAfter(world, processing, 'write'), 'staging', made.pkg.id)).toBe('NOTHING')

    expect(await em.fork().count(PhysicalCopy, { locationId: processing.id })).toBe(0)
    const { ino } = await stat(pathAt(processing, singleOf(made, 'wanted.dat')))
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    expect((await stat(pathAt(processing, singleOf(made, 'wanted.dat')))).ino).toBe(ino)
    await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
  })

  test('UC-6.1 frees them, with proof and with their folders, when no request holds the package any more', async ({
    em,
    world,
    topology,
  }) => {
    const { processing } = topology.locations
    const made = await archived(world, em, topology)
    const ids = [
      await request(em, topology, { of: [made], files: ['one.dat'] }),
      await request(em, topology, { of: [made], files: ['two.dat'] }),
    ]
    await attempt(world, 'staging', made.pkg.id)
    await attempt(world, 'staging', made.pkg.id)
    expect(await seenAt(topology)).toHaveLength(2)
    await end(em, ids[0] ?? '')
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBeNull()
    await end(em, ids[1] ?? '')

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')

    const copies = await em.fork().find(PhysicalCopy, { locationId: processing.id })
    expect(copies.map(({ status }) => status)).toEqual(['DELETED', 'DELETED'])
    expect(await em.fork().count(DeletionProof, { locationId: processing.id, packageId: made.pkg.id })).toBe(1)
    expect(await filesAt(processing)).toEqual([])
    await expect(stat(pathAt(processing, `${made.pkg.path.replace(/tar$/, 'files')}`))).rejects.toMatchObject({ code: 'ENOENT' })

    const again = await request(em, topology, { of: [made], files: ['one.dat'] })
    await sweep(world, null)
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    await expectRequest(em, again, 'COMPLETED', ['COMPLETED'])
  })

  test('UC-6.1 frees no file beside them that no proof names', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const made = await archived(world, em, topology)
    const id = await request(em, topology, { of: [made], files: ['one.dat'] })
    await attempt(world, 'staging', made.pkg.id)
    const beside = pathAt(processing, singleOf(made, 'one.dat')).replace(/one\.dat$/, 'beside.dat')
    await writeFile(beside, 'of somebody else')
    await end(em, id)

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')

    await expect(stat(pathAt(processing, singleOf(made, 'one.dat')))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await readFile(beside, 'utf8')).toBe('of somebody else')
  })
})
