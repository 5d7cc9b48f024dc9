import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect } from 'vitest'
import {
  newId,
  PhysicalCopy,
  RetentionPolicy,
  sql,
  StagedPackage,
  StagingRequest,
  type DataLocation,
  type StagingStatus,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
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
import { FILES, makeHeldPackage, type MadePackage } from './made.ts'

/** A package in both archives. */
function archived(world: World, em: EntityManager, topology: Topology): Promise<MadePackage> {
  const { cologneArchive, gentArchive } = topology.locations
  return makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
}

/** A request for packages at PROCESSING, as `requestStaging` writes it; returns its id. */
async function request(
  em: EntityManager,
  { locations }: Topology,
  { of, leaseS = 600 }: { of: readonly MadePackage[]; leaseS?: number },
): Promise<string> {
  const fork = em.fork()
  const { id } = fork.create(StagingRequest, {
    id: newId(),
    locationId: locations.processing.id,
    requestKey: newId(),
    requestedBy: 'a scientist',
    leaseS,
  })
  for (const { pkg } of of) fork.create(StagedPackage, { id: newId(), requestId: id, packageId: pkg.id })
  await fork.flush()
  return id
}

const requestNow = (em: EntityManager, id: string): Promise<StagingRequest> => em.fork().findOneOrFail(StagingRequest, id)

async function end(em: EntityManager, id: string): Promise<void> {
  await sql(em, `/* test: release */ update staging.staging_request set status = 'EXPIRED', released_at = now() where id = $1`, [id])
}

const folderOf = ({ pkg }: MadePackage): string => pkg.path.replace(/\.tar$/, '')

/** What people see at a location: all but `.inflight`, `.trash` and `.quarantine`. */
async function seenAt(topology: Topology): Promise<string[]> {
  return (await filesAt(topology.locations.processing)).filter(path => !path.startsWith('.'))
}

const whole = (made: MadePackage): string[] => made.files.map(({ path }) => `${folderOf(made)}/${path}`).sort()

async function expectRequest(em: EntityManager, id: string, status: StagingStatus, packages: readonly string[]): Promise<void> {
  expect((await requestNow(em, id)).status).toBe(status)
  const rows = await em.fork().find(StagedPackage, { requestId: id }, { orderBy: { packageId: 'asc' } })
  expect(rows.map(({ status }) => status)).toEqual(packages)
}

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
        return { ...draft, write: (...rest) => (++written === 2 ? Promise.reject(new Error('oops')) : draft.write(...rest)) }
      },
    }))
    expect(await attempt(failing, 'staging', made.pkg.id)).toBe('RETRY')
    expect(await filesAt(topology.locations.processing)).toEqual([])
    await sweep(world, null)
    await expectRequest(em, id, 'IN_PROGRESS', ['IN_PROGRESS'])
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
  })
})

describe('a staging that is shared', () => {
  test('UC-5.3 is done once for two requests, and each lease begins when its request is ready', async ({ em, world, topology }) => {
    const [one, two] = [await archived(world, em, topology), await archived(world, em, topology)]
    const [first, second] = [
      await request(em, topology, { of: [one], leaseS: 100 }),
      await request(em, topology, { of: [one, two], leaseS: 900 }),
    ]

    expect(await attempt(world, 'staging', one.pkg.id)).toBe('DONE')
    await expectRequest(em, first, 'COMPLETED', ['COMPLETED'])
    await expectRequest(em, second, 'IN_PROGRESS', ['COMPLETED', 'PENDING'])
    expect(await attempt(world, 'staging', two.pkg.id)).toBe('DONE')
    await expectRequest(em, second, 'COMPLETED', ['COMPLETED', 'COMPLETED'])

    const third = await request(em, topology, { of: [one] })
    const { ino } = await stat(pathAt(topology.locations.processing, folderOf(one)))
    expect(await attempt(world, 'staging', one.pkg.id)).toBe('DONE')
    await expectRequest(em, third, 'COMPLETED', ['COMPLETED'])
    expect((await stat(pathAt(topology.locations.processing, folderOf(one)))).ino).toBe(ino)
    for (const [id, leaseS] of [
      [first, 100],
      [second, 900],
      [third, 600],
    ] as const) {
      const { completedAt, leaseUntil } = await requestNow(em, id)
      expect((leaseUntil?.getTime() ?? 0) - (completedAt?.getTime() ?? 0)).toBe(leaseS * 1_000)
    }
    expect(await em.fork().count(PhysicalCopy, { packageId: one.pkg.id, locationId: topology.locations.processing.id })).toBe(1)
  })

  test('UC-5.3 is kept while any lease lasts, and freed when the last has expired or was released', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const made = await archived(world, em, topology)
    const [first, second, third] = [
      await request(em, topology, { of: [made], leaseS: 60 }),
      await request(em, topology, { of: [made] }),
      await request(em, topology, { of: [made] }),
    ]
    await attempt(world, 'staging', made.pkg.id)
    await sql(em, `/* test: later */ update staging.staging_request set lease_until = now() where id = $1`, [first])
    await end(em, third)

    expect(await attempt(world, 'cleanup', made.pkg.id)).toBeNull()
    expect((await requestNow(em, first)).status).toBe('EXPIRED')
    expect((await requestNow(em, second)).status).toBe('COMPLETED')
    expect(await seenAt(topology)).toEqual(whole(made))

    await end(em, second)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'DELETED' })
    expect(await filesAt(processing)).toEqual([])
    expect(await copyAt(em, made.pkg.id, topology.locations.cologneArchive)).toMatchObject({ status: 'PRESENT' })

    const again = await request(em, topology, { of: [made] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    await expectRequest(em, again, 'COMPLETED', ['COMPLETED'])
    expect(await seenAt(topology)).toEqual(whole(made))
  })

  test('UC-5.3 is taken back at once when it is wanted again before its grace time is over', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    em.create(RetentionPolicy, { id: newId(), locationId: processing.id, policyVersion: 2, minimumAgeS: 0, graceS: 86_400 })
    await em.flush()
    const made = await archived(world, em, topology)
    const first = await request(em, topology, { of: [made] })
    await attempt(world, 'staging', made.pkg.id)
    await end(em, first)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'DELETION_SCHEDULED' })

    const again = await request(em, topology, { of: [made] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')

    await expectRequest(em, again, 'COMPLETED', ['COMPLETED'])
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'STAGED', statusReason: null })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('PAUSED')
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'STAGED' })
    expect(await seenAt(topology)).toEqual(whole(made))
  })

  test('UC-5.3 waits while the folder of an earlier one is being deleted, and is then served', async ({ em, world, topology }) => {
    const { processing } = topology.locations
    const made = await archived(world, em, topology)
    const first = await request(em, topology, { of: [made] })
    await attempt(world, 'staging', made.pkg.id)
    await end(em, first)
    await attempt(killedAfter(world, processing, 'removeFolder'), 'cleanup', made.pkg.id)
    expect(await copyAt(em, made.pkg.id, processing)).toMatchObject({ status: 'DELETION_IN_PROGRESS' })

    const again = await request(em, topology, { of: [made] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('PAUSED')
    expect(await getOperation(world, 'staging', made.pkg.id)).toMatchObject({
      state: 'WAITING',
      attempt: 0,
      reason: expect.stringContaining('is being deleted') as string,
    })
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')

    await expectRequest(em, again, 'COMPLETED', ['COMPLETED'])
    expect(await seenAt(topology)).toEqual(whole(made))
    expect(
      await em.fork().find(PhysicalCopy, { packageId: made.pkg.id, locationId: processing.id }, { orderBy: { id: 'asc' } }),
    ).toMatchObject([{ status: 'DELETED' }, { status: 'STAGED' }])
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
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('RETRY')
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
