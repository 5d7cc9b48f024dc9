import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect } from 'vitest'
import { newId, PhysicalCopy, type DataLocation } from '@almagest/schema'
import { sweep } from '@almagest/jobs'
import {
  attempt,
  copyAt,
  filesAt,
  getOperation,
  killedAfter,
  loseClaims,
  packageNow,
  pathAt,
  performAgain,
  toldOf,
  withStore,
} from './attempt.ts'
import { test } from './bench.ts'
import { FILES, makeHeldPackage } from './made.ts'
import { archived, end, expectRequest, folderOf, request, requestNow, seenAt, whole } from './staged.ts'

/** One bit of a copy that is another, in the middle of a file. */
async function rot(location: DataLocation, path: string): Promise<void> {
  const bytes = await readFile(pathAt(location, path))
  bytes[bytes.indexOf(Buffer.alloc(1_000, 7)) + 50_000] = 6
  await rm(pathAt(location, path))
  await writeFile(pathAt(location, path), bytes)
}

describe('staging', () => {
  test('UC-5.1 unpacks the packages of a request, every file with the bytes and the time that it was filed with', async ({
    em,
    world,
    topology,
  }) => {
    const { processing } = topology.locations
    const made = [await archived(world, em, topology), await archived(world, em, topology)]
    const id = await request(em, topology, { of: made })

    expect(await attempt(world, 'staging', made[0]?.pkg.id ?? '')).toBe('DONE')
    await expectRequest(em, id, 'IN_PROGRESS', ['COMPLETED', 'PENDING'])
    expect(await requestNow(em, id)).toMatchObject({ completedAt: null, leaseUntil: null })
    expect(await attempt(world, 'staging', made[1]?.pkg.id ?? '')).toBe('DONE')

    await expectRequest(em, id, 'COMPLETED', ['COMPLETED', 'COMPLETED'])
    expect(await seenAt(topology)).toEqual(made.flatMap(whole).sort())
    for (const { pkg, files } of made) {
      const folder = pkg.path.replace(/\.tar$/, '')
      expect(await copyAt(em, pkg.id, processing)).toMatchObject({
        status: 'STAGED',
        path: folder,
        bytes: pkg.fileBytes,
        digest: pkg.digest,
      })
      for (const { path, mtimeNs } of files) {
        const content = FILES[path.slice(path.indexOf('/') + 1) as keyof typeof FILES]
        expect(await readFile(pathAt(processing, `${folder}/${path}`))).toEqual(Buffer.from(content))
        const at = await stat(pathAt(processing, `${folder}/${path}`), { bigint: true })
        expect(Math.abs(Number(at.mtimeNs - (mtimeNs ?? 0n)))).toBeLessThan(2_000)
        expect(Number(at.mode) & 0o222).toBe(0)
      }
    }
    expect((await toldOf(em, id)).map(({ to_state }) => to_state)).toEqual(['PENDING', 'IN_PROGRESS', 'COMPLETED'])
  })

  test('changes nothing when it is done again, nor when nobody wants it any more', async ({ em, world, topology }) => {
    const made = await archived(world, em, topology)
    const id = await request(em, topology, { of: [made] })
    await attempt(world, 'staging', made.pkg.id)
    const folder = pathAt(topology.locations.processing, folderOf(made))
    const look = async () => [
      await requestNow(em, id),
      await copyAt(em, made.pkg.id, topology.locations.processing),
      (await stat(folder)).ino,
    ]
    const before = await look()
    expect(await performAgain(world, await getOperation(world, 'staging', made.pkg.id))).toBe('DONE')
    expect(await look()).toEqual(before)

    const other = await archived(world, em, topology)
    const unwanted = await request(em, topology, { of: [other] })
    await sweep(world, null)
    await end(em, unwanted)
    expect(await attempt(world, 'staging', other.pkg.id)).toBe('DONE')
    expect(await copyAt(em, other.pkg.id, topology.locations.processing)).toBeNull()
    expect(await seenAt(topology)).toEqual(whole(made))
  })

  test('shows the folder when it is whole, and nothing of it before', async ({ em, world, topology }) => {
    const made = await archived(world, em, topology)
    await request(em, topology, { of: [made] })
    const seen: string[][] = []
    const watched = withStore(world, topology.locations.processing, store => ({
      async openFolder(...given) {
        const draft = await store.openFolder(...given)
        return {
          ...draft,
          folder: undefined,
          async write(...rest) {
            const written = await draft.write(...rest)
            seen.push(await seenAt(topology))
            return written
          },
          async publish() {
            seen.push(await seenAt(topology))
            await draft.publish()
            seen.push(await seenAt(topology))
          },
        }
      },
    }))

    expect(await attempt(watched, 'staging', made.pkg.id)).toBe('DONE')

    expect(seen).toEqual([...made.files.map(() => []), [], whole(made)])
    expect(await filesAt(topology.locations.processing)).toEqual(whole(made))
  })

  test('leaves nothing to be seen of a folder that was not finished', async ({ em, world, topology }) => {
    const made = await archived(world, em, topology)
    const id = await request(em, topology, { of: [made] })
    let written = 0
    const failing = withStore(world, topology.locations.processing, store => ({
      async openFolder(...given) {
        const draft = await store.openFolder(...given)
        return {
          ...draft,
          folder: undefined,
          write: (...rest) => (++written === 2 ? Promise.reject(new Error('oops')) : draft.write(...rest)),
        }
      },
    }))
    expect(await attempt(failing, 'staging', made.pkg.id)).toBe('RETRY')
    expect(await filesAt(topology.locations.processing)).toEqual([])
    await sweep(world, null)
    await expectRequest(em, id, 'IN_PROGRESS', ['IN_PROGRESS'])
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
  })
})

describe('staging that cannot go on', () => {
  test('UC-4.3 shows nothing of a corrupt archive copy: it is suspected, verified, and set aside; another copy is staged', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    const made = await makeHeldPackage(world, em, { topology, at: [cologneArchive, cologneBuffer, topology.locations.gentArchive] })
    const id = await request(em, topology, { of: [made] })
    await rot(cologneArchive, made.pkg.path)

    expect(await attempt(world, 'staging', made.pkg.id)).toBe('RETRY')

    const suspect = await copyAt(em, made.pkg.id, cologneArchive)
    expect(suspect).toMatchObject({ status: 'PRESENT', verificationLevel: 0, verifiedAt: null })
    expect(await getOperation(world, 'staging', made.pkg.id)).toMatchObject({
      state: 'WAITING',
      reason: expect.stringContaining('will be verified') as string,
    })
    expect(await toldOf(em, suspect?.id ?? '')).toContainEqual({
      field: 'verification_level',
      from_state: '2',
      to_state: '0',
      reason: expect.stringContaining('otherwise than its manifest says') as string,
    })
    expect(await filesAt(topology.locations.processing)).toEqual([])
    expect(await attempt(world, 'checksum', suspect?.id ?? '')).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({
      status: 'QUARANTINED',
      statusReason: expect.stringContaining('kept at .quarantine/') as string,
    })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
    expect(await seenAt(topology)).toEqual(whole(made))
    expect(await attempt(world, 'archive', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
  })

  test('refuses a package whose folder has the name of something that a row knows; its request FAILED', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const [made, other] = [await archived(world, em, topology), await archived(world, em, topology)]
    const id = await request(em, topology, { of: [made, other] })
    await mkdir(pathAt(processing, folderOf(made)), { recursive: true })
    await writeFile(pathAt(processing, `${folderOf(made)}/mine.txt`), 'mine')
    const stranger = await makeHeldPackage(world, em, { topology, at: [topology.locations.chileBuffer], state: 'WAITING' })
    em.create(PhysicalCopy, {
      id: newId(),
      locationId: processing.id,
      packageId: stranger.pkg.id,
      path: folderOf(made),
      bytes: 4,
      status: 'STAGED',
    })
    await em.flush()

    expect(await attempt(world, 'staging', made.pkg.id)).toBe('FAILED')

    expect(await getOperation(world, 'staging', made.pkg.id)).toMatchObject({ errorCode: 'CONFLICT' })
    await expectRequest(em, id, 'FAILED', ['FAILED', 'PENDING'])
    expect(await seenAt(topology)).toEqual([`${folderOf(made)}/mine.txt`])
    expect(await attempt(world, 'staging', made.pkg.id)).toBeNull()
  })

  test('moves a folder aside that lies in its way and that no row knows', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const made = await archived(world, em, topology)
    await request(em, topology, { of: [made] })
    await mkdir(pathAt(processing, dirname(folderOf(made))), { recursive: true })
    await writeFile(pathAt(processing, folderOf(made)), 'a file')

    expect(await attempt(world, 'staging', made.pkg.id)).toBe('RETRY')
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    expect(await seenAt(topology)).toEqual(whole(made))
    expect((await filesAt(processing)).filter(path => path.startsWith('.quarantine/'))).toHaveLength(1)
  })

  test('waits while the archive or PROCESSING is away, and finishes when it is back', async ({ em, world, topology }) => {
    for (const away of [topology.locations.cologneArchive, topology.locations.processing]) {
      const made = await archived(world, em, topology)
      const id = await request(em, topology, { of: [made] })
      await rename(pathAt(away, '.location-id'), pathAt(away, '.other'))

      expect(await attempt(world, 'staging', made.pkg.id)).toBe('RETRY')

      expect(await getOperation(world, 'staging', made.pkg.id)).toMatchObject({
        state: 'WAITING',
        errorCode: 'UNAVAILABLE',
        reason: expect.stringContaining(away.id) as string,
      })
      await sweep(world, null)
      await expectRequest(em, id, 'IN_PROGRESS', ['IN_PROGRESS'])
      expect(await copyAt(em, made.pkg.id, topology.locations.processing)).toBeNull()
      expect(await copyAt(em, made.pkg.id, topology.locations.cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
      await rename(pathAt(away, '.other'), pathAt(away, '.location-id'))
      expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
      await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
    }
  })

  test('waits for a verified copy at its site', async ({ em, world, topology }) => {
    const made = await makeHeldPackage(world, em, { topology, at: [topology.locations.gentArchive] })
    await request(em, topology, { of: [made] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('PAUSED')
    expect((await getOperation(world, 'staging', made.pkg.id)).reason).toBe(
      `there is no verified copy of package ${made.pkg.id} at the site`,
    )
    expect(await packageNow(em, made.pkg.id)).toEqual(made.pkg)
  })

  test('UC-8.3 of a worker that was killed between the folder and its row is finished by the next, with the same folder', async ({
    em,
    world,
    topology,
  }) => {
    const { processing } = topology.locations
    const made = await archived(world, em, topology)
    const id = await request(em, topology, { of: [made] })

    await attempt(killedAfter(world, processing, 'publish'), 'staging', made.pkg.id)

    expect(await copyAt(em, made.pkg.id, processing)).toBeNull()
    const { ino } = await stat(pathAt(processing, folderOf(made)))
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    expect((await stat(pathAt(processing, folderOf(made)))).ino).toBe(ino)
    expect(await filesAt(processing)).toEqual(whole(made))
    await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
  })

  test('UC-8.3 of a worker that was killed before the folder had its name is done by the next', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const made = await archived(world, em, topology)
    const id = await request(em, topology, { of: [made] })
    const dying = withStore(world, processing, store => ({
      async openFolder(...given) {
        const draft = await store.openFolder(...given)
        return {
          ...draft,
          async publish() {
            await loseClaims(world)
            throw new Error('killed')
          },
          [Symbol.asyncDispose]: () => Promise.resolve(),
        }
      },
    }))

    expect(await attempt(dying, 'staging', made.pkg.id)).toBe('NOTHING')

    expect(await seenAt(topology)).toEqual([])
    expect((await filesAt(processing)).length).toBe(made.files.length)
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    expect(await seenAt(topology)).toEqual(whole(made))
    await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
  })
})
