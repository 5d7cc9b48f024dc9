import { open, readFile, stat } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { DeletionProof, PART_BYTES, PhysicalCopy, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { openDigest, openParts, sweep, type Store, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { attempt, copyAt, filesAt, getOperation, killedAfter, pathAt, performAgain, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'
import { end, expectRequest, fileOf, rangeOf, request, seenAt, singleOf, watching, type Ranged } from './staged.ts'

const MIB = 2 ** 20
const noise = (bytes: number, seed: number): Buffer => Buffer.from(Array.from({ length: bytes }, (_, at) => (at * seed + (at >> 8)) & 255))
const FILES = { 'a/first.dat': noise(300_000, 7), 'b/second.dat': noise(50_000, 11) }

const small = (world: World, em: EntityManager, topology: Topology): Promise<MadePackage> =>
  makeHeldPackage(world, em, { topology, at: [topology.locations.cologneArchive, topology.locations.gentArchive], files: FILES })

/** Changes a bit of a file, or changes it back. */
async function flip(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
    await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at)
  } finally {
    await file.close()
  }
}

describe('staging ranges of files', () => {
  test('UC-5.2 reads a file of which ranges are wanted once, compares it, and keeps the ranges, whole and apart from whole files', async ({
    em,
    world,
    topology,
  }) => {
    const { processing, cologneArchive } = topology.locations
    const made = await small(world, em, topology)
    const first = fileOf(made, 'first.dat')
    const ranges: Ranged[] = [
      { name: 'first.dat', start: 0, bytes: 300_000 },
      { name: 'first.dat', start: 1_000, bytes: 5_000 },
      { name: 'first.dat', start: 4_000, bytes: 1 },
      { name: 'first.dat', start: 299_999, bytes: 1 },
    ]
    const id = await request(em, topology, { of: [made], ranges, files: ['second.dat'] })
    const { asked, watched } = watching(world, cologneArchive)

    expect(await attempt(watched, 'staging', made.pkg.id)).toBe('DONE')

    await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
    expect(asked).toEqual([
      { start: fileOf(made, 'second.dat').offset, length: 50_000 },
      { start: first.offset, length: 300_000 },
    ])
    expect(await seenAt(topology)).toEqual([singleOf(made, 'second.dat'), ...ranges.map(range => rangeOf(made, range))].sort())
    for (const { start, bytes } of ranges) {
      const path = rangeOf(made, { name: 'first.dat', start, bytes })
      const content = FILES['a/first.dat'].subarray(start, start + bytes)
      expect((await readFile(pathAt(processing, path))).equals(content)).toBe(true)
      const digest = openDigest()
      digest.update(content)
      expect(await em.fork().findOneOrFail(PhysicalCopy, { locationId: processing.id, path })).toMatchObject({
        fileId: first.id,
        rangeStart: start,
        bytes,
        digest: digest.done(),
        status: 'STAGED',
      })
    }
    expect(await getOperation(world, 'staging', made.pkg.id)).toMatchObject({ bytesDone: 355_002, bytesTotal: 355_002 })
    expect(await performAgain(world, await getOperation(world, 'staging', made.pkg.id))).toBe('DONE')

    const more = await request(em, topology, { of: [made], ranges: [...ranges.slice(1, 2), { name: 'second.dat', start: 9, bytes: 9 }] })
    const all = await request(em, topology, { of: [made], files: ['first.dat'] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    for (const id of [more, all]) await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
    expect(await seenAt(topology)).toHaveLength(7)
    expect((await readFile(pathAt(processing, singleOf(made, 'first.dat')))).equals(FILES['a/first.dat'])).toBe(true)
  })

  test('UC-4.3 UC-5.2 reads of a large file only the parts of 64 MiB that a range lies in, and shows none whose part is not right', async ({
    em,
    world,
    topology,
  }) => {
    const { processing, cologneArchive } = topology.locations
    const content = Buffer.alloc(2 * PART_BYTES + 2 * MIB)
    for (let at = 0; at < content.length; at += 4_096) content.writeUInt32LE(at, at)
    const made = await makeHeldPackage(world, em, { topology, at: [cologneArchive], files: { 'a/large.dat': content } })
    const tar = pathAt(cologneArchive, made.pkg.path)
    const parts = openParts()
    parts.update(await readFile(tar))
    await sql(em, `/* test: parts */ update data_package.raw_data_package set part_digests = $2 where id = $1`, [made.pkg.id, parts.done()])
    const { asked, watched } = watching(world, cologneArchive)
    const { offset } = fileOf(made, 'large.dat')
    const staged = async (...ranges: Ranged[]) => {
      asked.length = 0
      await request(em, topology, { of: [made], ranges })
      return attempt(watched, 'staging', made.pkg.id)
    }
    const isRight = async (range: Ranged) =>
      (await readFile(pathAt(processing, rangeOf(made, range)))).equals(content.subarray(range.start, range.start + range.bytes))

    const inside = { name: 'large.dat', start: PART_BYTES + MIB, bytes: 10_000 }
    const beside = { name: 'large.dat', start: PART_BYTES + 3 * MIB, bytes: 10_000 }
    expect(await staged(inside, beside)).toBe('DONE')
    expect(asked).toEqual([{ start: PART_BYTES, length: PART_BYTES }])
    expect([await isRight(inside), await isRight(beside)]).toEqual([true, true])

    const across = { name: 'large.dat', start: PART_BYTES - 5_000, bytes: PART_BYTES + 50_000 }
    expect(await staged(across)).toBe('DONE')
    expect(asked).toEqual(
      [0, 1, 2].map(part => ({ start: part * PART_BYTES, length: part < 2 ? PART_BYTES : made.pkg.bytes! - 2 * PART_BYTES })),
    )
    expect(await isRight(across)).toBe(true)

    await flip(tar, (offset ?? 0) + 100)
    const other = { name: 'large.dat', start: 2 * PART_BYTES + 1, bytes: 10_000 }
    expect(await staged(other)).toBe('DONE')
    expect(await isRight(other)).toBe(true)

    await flip(tar, (offset ?? 0) + 2 * PART_BYTES + MIB)
    const spoiled = { name: 'large.dat', start: 2 * PART_BYTES - 20_000, bytes: 30_000 }
    expect(await staged(spoiled)).toBe('RETRY')
    expect((await getOperation(world, 'staging', made.pkg.id)).reason).toMatch(
      /is not what its manifest says.*part 3 of the tar has the digest/,
    )
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    expect((await filesAt(processing)).sort()).toEqual([inside, beside, across, other].map(range => rangeOf(made, range)).sort())
  })

  test('UC-5.2 of two packages at once keeps in memory, for ranges that lie together, what it read of one at a time', async ({
    em,
    world,
    topology,
  }) => {
    const { processing, cologneArchive } = topology.locations
    const made = [await small(world, em, topology), await small(world, em, topology)]
    const ranges: Ranged[] = [
      { name: 'first.dat', start: 10, bytes: 7_000 },
      { name: 'first.dat', start: 20, bytes: 290_000 },
      { name: 'second.dat', start: 0, bytes: 50_000 },
      { name: 'second.dat', start: 49_999, bytes: 1 },
    ]
    for (const each of made) await request(em, topology, { of: [each], ranges })
    const events: string[] = []
    const watched = withStore(world, cologneArchive, (store: Store) => ({
      read(path, options) {
        events.push(`read ${path}`)
        return store.read(path, options)
      },
    }))
    const writing = withStore(watched, processing, (store: Store) => ({
      async write(path, chunks, options) {
        const written = await store.write(path, chunks, options)
        events.push(`wrote ${path}`)
        return written
      },
    }))

    await sweep(world, null)
    expect(await Promise.all(made.map(({ pkg }) => attempt(writing, 'staging', pkg.id)))).toEqual(['DONE', 'DONE'])

    const isOf = (event: string, { pkg }: MadePackage) => event.includes(pkg.path.replace(/\.tar$/, ''))
    const reads = events.flatMap((event, at) => (event.startsWith('read') ? [at] : []))
    expect(reads).toHaveLength(4)
    for (const at of reads) {
      const whose = made.find(each => isOf(events[at] ?? '', each))
      expect(events.slice(at + 1, at + 3).map(event => whose && isOf(event, whose) && event.split(' ')[0])).toEqual(['wrote', 'wrote'])
    }
    for (const each of made)
      for (const { name, start, bytes } of ranges) {
        const content = name === 'first.dat' ? FILES['a/first.dat'] : FILES['b/second.dat']
        const found = await readFile(pathAt(processing, rangeOf(each, { name, start, bytes })))
        expect(found.equals(content.subarray(start, start + bytes))).toBe(true)
      }
  })

  test('UC-4.3 shows no range of a file that rotted in the archive, within it or beside it: the copy is suspected', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, processing } = topology.locations
    for (const at of [5_000, 200_000]) {
      const made = await small(world, em, topology)
      await flip(pathAt(cologneArchive, made.pkg.path), Number(fileOf(made, 'first.dat').offset) + at)
      const id = await request(em, topology, { of: [made], ranges: [{ name: 'first.dat', start: 4_000, bytes: 2_000 }] })

      expect(await attempt(world, 'staging', made.pkg.id)).toBe('RETRY')

      expect((await getOperation(world, 'staging', made.pkg.id)).reason).toMatch(/is not what its manifest says.*first\.dat has the digest/)
      expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
      expect(await filesAt(processing)).toEqual([])
      await expectRequest(em, id, 'PENDING', ['IN_PROGRESS'])
    }
  })

  test('UC-8.3 of a worker that was killed between a range and its row is finished by the next, with the same file', async ({
    em,
    world,
    topology,
  }) => {
    const { processing } = topology.locations
    const made = await small(world, em, topology)
    const range = { name: 'first.dat', start: 4_000, bytes: 2_000 }
    const id = await request(em, topology, { of: [made], ranges: [range] })

    expect(await attempt(killedAfter(world, processing, 'write'), 'staging', made.pkg.id)).toBe('NOTHING')

    expect(await em.fork().count(PhysicalCopy, { locationId: processing.id })).toBe(0)
    const { ino } = await stat(pathAt(processing, rangeOf(made, range)))
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    expect((await stat(pathAt(processing, rangeOf(made, range)))).ino).toBe(ino)
    await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
  })

  test('UC-6.1 frees them, with proof and with their folders, when no request holds the package any more', async ({
    em,
    world,
    topology,
  }) => {
    const { processing } = topology.locations
    const made = await small(world, em, topology)
    const id = await request(em, topology, {
      of: [made],
      ranges: [
        { name: 'first.dat', start: 0, bytes: 10 },
        { name: 'first.dat', start: 5, bytes: 10 },
      ],
    })
    await attempt(world, 'staging', made.pkg.id)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBeNull()
    await end(em, id)

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')

    const copies = await em.fork().find(PhysicalCopy, { locationId: processing.id })
    expect(copies.map(({ status }) => status)).toEqual(['DELETED', 'DELETED'])
    expect(await em.fork().count(DeletionProof, { locationId: processing.id, packageId: made.pkg.id })).toBe(1)
    expect(await filesAt(processing)).toEqual([])
    await expect(stat(pathAt(processing, made.pkg.path.replace(/tar$/, 'ranges')))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
