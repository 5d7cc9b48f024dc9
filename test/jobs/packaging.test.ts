import { execFile } from 'node:child_process'
import { appendFile, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { CircuitBreaker, DataLocation, PhysicalCopy, RawDataFile, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { digestOf, sweep, type Store } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { attempt, copyAt, filesAt, getOperation, killedAfter, packageNow, pathAt, performAgain, toldOf, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makePackage, planPackage } from './made.ts'
import { canMount, mountOver } from './stores/disk.ts'

const run = promisify(execFile)

/** That nothing was packaged: no tar, no row of one, no digest; and every file still at SOURCE. */
async function expectUntouched(em: EntityManager, { locations }: Topology, packageId: string): Promise<void> {
  expect(await filesAt(locations.chileBuffer)).toEqual([])
  expect(await em.fork().count(PhysicalCopy, { packageId })).toBe(0)
  expect(await packageNow(em, packageId)).toMatchObject({ digest: null, bytes: null, completedAt: null })
  const files = await em.fork().find(RawDataFile, { packageId })
  expect(files.length).toBeGreaterThan(0)
  expect(files.every(({ digest, offset }) => digest === null && offset === null)).toBe(true)
  const copies = await em.fork().find(PhysicalCopy, { fileId: files.map(({ id }) => id) })
  expect(copies.map(({ status }) => status)).toEqual(files.map(() => 'PRESENT'))
}

/** A store that does something the first time that a file is read, before its first byte or after. */
const whileReading = (when: 'before' | 'after', act: () => Promise<void>) => (store: Store) => ({
  async read(...given: Parameters<Store['read']>) {
    if (when === 'before') await act()
    const reading = await store.read(...given)
    if (!reading || when === 'before') return reading
    return {
      get stat() {
        return reading.stat
      },
      direct: reading.direct,
      change: () => reading.change(),
      async *[Symbol.asyncIterator]() {
        let acted = false
        for await (const chunk of reading) {
          if (!acted) await act()
          acted = true
          yield chunk
        }
      },
      [Symbol.asyncDispose]: () => reading[Symbol.asyncDispose](),
    }
  },
})

describe('packaging', () => {
  test('UC-2.1 writes the files of an execution as one tar that GNU tar unpacks, and keeps what each was', async ({
    em,
    world,
    topology,
  }) => {
    const long = `${'l'.repeat(251)}.dat`
    const files = {
      'night/zero.dat': '',
      'night/größe-星.dat': 'beyond ASCII',
      [`night/${long}`]: 'long',
      'night/big.dat': Buffer.alloc(2_500_000, 9),
    }
    const id = await planPackage(em, { topology, files })

    expect(await attempt(world, 'packaging', id)).toBe('DONE')

    const pkg = await packageNow(em, id)
    expect(pkg).toMatchObject({ status: 'COMPLETED', state: 'WAITING', fileCount: 4, digest: expect.stringMatching(/^blake3:/) as string })
    const tar = pathAt(topology.locations.chileBuffer, pkg.path)
    const bytes = await readFile(tar)
    expect(await copyAt(em, id, topology.locations.chileBuffer)).toMatchObject({
      status: 'PRESENT',
      verificationLevel: 0,
      bytes: bytes.length,
      digest: null,
    })
    const { stdout } = await run('tar', ['--list', '--quoting-style=literal', '--file', tar])
    expect(stdout.trim().split('\n').sort()).toEqual(Object.keys(files).sort())
    for (const row of await em.fork().find(RawDataFile, { packageId: id })) {
      const content = Buffer.from(files[row.path as keyof typeof files] ?? '')
      expect(bytes.subarray(row.offset ?? 0, (row.offset ?? 0) + row.bytes)).toEqual(content)
      expect(row).toMatchObject({ ...(await digestOf([content])), mode: 0o644, mtimeNs: expect.any(BigInt) as bigint })
      expect(
        (await run('tar', ['--extract', '--to-stdout', '--file', tar, row.path], { encoding: 'buffer', maxBuffer: 2 ** 23 })).stdout,
      ).toEqual(content)
    }
    expect((await filesAt(topology.locations.chileBuffer)).length).toBe(1)
  })

  test('UC-2.1 verifies the tar before anything relies on it, and then knows the digest of the whole', async ({ em, world, topology }) => {
    const { pkg } = await makePackage(world, em, { topology })
    expect(await attempt(world, 'checksum', (await copyAt(em, pkg.id, topology.locations.chileBuffer))?.id ?? '')).toBe('DONE')

    const copy = await copyAt(em, pkg.id, topology.locations.chileBuffer)
    expect(copy).toMatchObject({ verificationLevel: 2, verifiedAt: expect.any(Date) as Date })
    const tar = await readFile(pathAt(topology.locations.chileBuffer, pkg.path))
    const { digest } = await digestOf([tar])
    const [known] = await sql(em, `/* test: known */ select flat_digest, part_digests from data_package.raw_data_package where id = $1`, [
      pkg.id,
    ])
    expect(known).toEqual({ flat_digest: digest, part_digests: Buffer.from(digest.slice('blake3:'.length), 'hex') })
  })

  test('changes nothing when it is done again', async ({ em, world, topology }) => {
    const { pkg } = await makePackage(world, em, { topology })
    const tar = pathAt(topology.locations.chileBuffer, pkg.path)
    const before = await stat(tar, { bigint: true })

    expect(await performAgain(world, await getOperation(world, 'packaging', pkg.id))).toBe('DONE')

    expect(await packageNow(em, pkg.id)).toEqual(pkg)
    expect(await em.fork().count(PhysicalCopy, { packageId: pkg.id })).toBe(1)
    expect(await stat(tar, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs })
  })

  test.for(['blake3', 'sha256'] as const)(
    'UC-2.2 refuses a file that has not the %s digest that it was filed with',
    async (algorithm, { em, world, topology }) => {
      const { digest } = await digestOf([Buffer.from('other bytes')], algorithm)
      const id = await planPackage(em, {
        topology,
        files: { 'good.dat': 'good', 'torn.dat': 'some bytes!' },
        filed: { 'torn.dat': digest },
      })

      expect(await attempt(world, 'packaging', id)).toBe('FAILED')

      expect(await getOperation(world, 'packaging', id)).toMatchObject({
        state: 'FAILED',
        errorCode: 'CONFLICT',
        attempt: 1,
        reason: expect.stringContaining('torn.dat') as string,
      })
      expect((await packageNow(em, id)).status).toBe('FAILED')
      await expectUntouched(em, topology, id)
      expect(await toldOf(em, id)).toContainEqual({
        field: 'status',
        from_state: 'IN_PROGRESS',
        to_state: 'FAILED',
        reason: expect.stringContaining('torn.dat') as string,
      })
    },
  )

  test('UC-2.1 takes a file whose filed digest is right, by either algorithm', async ({ em, world, topology }) => {
    const [a, b] = await Promise.all([digestOf([Buffer.from('a')], 'sha256'), digestOf([Buffer.from('b')])])
    const id = await planPackage(em, { topology, files: { 'a.dat': 'a', 'b.dat': 'b' }, filed: { 'a.dat': a.digest, 'b.dat': b.digest } })

    expect(await attempt(world, 'packaging', id)).toBe('DONE')
  })

  test.for([
    ['is gone', (path: string) => rm(path), /a\.dat is gone from SOURCE/],
    ['is longer than it was filed', (path: string) => appendFile(path, '!'), /has 11 bytes at SOURCE and was filed with 10/],
    ['is shorter than it was filed', (path: string) => writeFile(path, 'some'), /has 4 bytes at SOURCE and was filed with 10/],
  ] as const)('UC-2.2 waits for a file that %s', async ([, spoil, reason], { em, world, topology }) => {
    const id = await planPackage(em, { topology, files: { 'a.dat': 'some bytes', 'b.dat': 'more' } })
    await spoil(pathAt(topology.locations.source, 'a.dat'))

    expect(await attempt(world, 'packaging', id)).toBe('RETRY')

    expect(await getOperation(world, 'packaging', id)).toMatchObject({
      state: 'WAITING',
      errorCode: 'UNAVAILABLE',
      reason: expect.stringMatching(reason) as string,
    })
    await expectUntouched(em, topology, id)
    await writeFile(pathAt(topology.locations.source, 'a.dat'), 'some bytes')
    expect(await attempt(world, 'packaging', id)).toBe('DONE')
  })

  test.for([
    ['goes away', 'before', (path: string) => rm(path), /went away/],
    ['grows', 'after', (path: string) => appendFile(path, 'more'), /changed while it was packaged: its bytes/],
    ['is written over in place', 'after', (path: string) => writeFile(path, 'other byte'), /changed while it was packaged/],
    [
      'is replaced by another of its size',
      'after',
      (path: string) => writeFile(`${path}.new`, 'other byte').then(() => rename(`${path}.new`, path)),
      /changed while/,
    ],
    ['gets another time', 'after', (path: string) => utimes(path, 1, 1), /changed while it was packaged: its mtimeNs/],
  ] as const)('UC-2.2 packs nothing of a file that %s while it is read', async ([, when, spoil, reason], { em, world, topology }) => {
    const { source } = topology.locations
    const id = await planPackage(em, { topology })
    const racing = withStore(
      world,
      source,
      whileReading(when, () => spoil(pathAt(source, 'a.dat'))),
    )

    expect(await attempt(racing, 'packaging', id)).toBe('RETRY')

    expect((await getOperation(world, 'packaging', id)).reason).toMatch(reason)
    await expectUntouched(em, topology, id)
    await writeFile(pathAt(source, 'a.dat'), 'some bytes')
    expect(await attempt(world, 'packaging', id)).toBe('DONE')
  })

  test('UC-2.2 refuses a symbolic link in the place of a file', async ({ em, world, topology }) => {
    const path = pathAt(topology.locations.source, 'a.dat')
    const id = await planPackage(em, { topology })
    await rename(path, `${path}.real`)
    await symlink(`${path}.real`, path)

    expect(await attempt(world, 'packaging', id)).toBe('FAILED')

    expect(await getOperation(world, 'packaging', id)).toMatchObject({ errorCode: 'NOT_A_REGULAR_FILE' })
    await expectUntouched(em, topology, id)
  })
})

describe('packaging without a place to write to', () => {
  test('UC-7.3 waits, and says so, while no buffer is in use', async ({ em, world, topology }) => {
    const id = await planPackage(em, { topology })
    await em.nativeUpdate(DataLocation, { id: topology.locations.chileBuffer.id }, { active: false })

    expect(await attempt(world, 'packaging', id)).toBe('PAUSED')

    expect((await getOperation(world, 'packaging', id)).attempt).toBe(0)
    expect((await getOperation(world, 'packaging', id)).reason).toBe('no BUFFER of the site can take the package: none is in use')
    await expectUntouched(em, topology, id)
  })

  test('UC-8.4 waits while the buffer has too little room, and says how much it needs', async ({ em, world, topology }) => {
    const { chileBuffer } = topology.locations
    const id = await planPackage(em, { topology })
    const full = withStore(world, chileBuffer, () => ({ space: () => Promise.resolve({ free: 10_239, total: 20_000 }) }))

    expect(await attempt(full, 'packaging', id)).toBe('PAUSED')

    expect((await getOperation(world, 'packaging', id)).reason).toContain(`${chileBuffer.name}: has 10239 bytes free and 10240 are needed`)
    await expectUntouched(em, topology, id)
    const room = withStore(world, chileBuffer, () => ({ space: () => Promise.resolve({ free: 10_240, total: 20_000 }) }))
    expect(await attempt(room, 'packaging', id)).toBe('DONE')
  })

  test.skipIf(!canMount)(
    'UC-8.4 leaves nothing of a tar for which the disk was too small, and parks no work for it',
    async ({ em, world, topology }) => {
      const { chileBuffer } = topology.locations
      await using _mount = await mountOver(chileBuffer.root ?? '', ['-t', 'tmpfs', '-o', 'size=1m', 'none'])
      await world.stores.of(chileBuffer).prepare()
      const id = await planPackage(em, { topology, files: { 'big.dat': Buffer.alloc(2_000_000) } })
      const hopeful = withStore(world, chileBuffer, () => ({ space: () => Promise.resolve({ free: 10_000_000, total: 10_000_000 }) }))

      for (let time = 0; time < 6; time++) expect(await attempt(hopeful, 'packaging', id)).toBe('PAUSED')

      expect(await getOperation(world, 'packaging', id)).toMatchObject({
        attempt: 0,
        reason: expect.stringContaining('the disk is full') as string,
      })
      expect(await em.fork().count(CircuitBreaker, { locationId: [chileBuffer.id, topology.locations.source.id] })).toBe(0)
      await expectUntouched(em, topology, id)
    },
  )

  test('waits while the folder of the buffer, or SOURCE, is not there, and finishes when it is back', async ({ em, world, topology }) => {
    for (const location of [topology.locations.chileBuffer, topology.locations.source]) {
      const id = await planPackage(em, { topology, files: { [`${location.id}.dat`]: 'bytes' } })
      await rename(location.root ?? '', `${location.root}.away`)

      expect(await attempt(world, 'packaging', id)).toBe(location === topology.locations.source ? 'RETRY' : 'PAUSED')

      expect(await getOperation(world, 'packaging', id)).toMatchObject({
        state: 'WAITING',
        reason: expect.stringContaining('is offline') as string,
      })
      expect(await packageNow(em, id)).toMatchObject({ status: 'IN_PROGRESS', digest: null })
      await rename(`${location.root}.away`, location.root ?? '')
      expect(await attempt(world, 'packaging', id)).toBe('DONE')
    }
  })
})

describe('packaging after a kill', () => {
  test('UC-8.3 between the tar and its row is finished by the next run, with one tar', async ({ em, world, topology }) => {
    const { chileBuffer } = topology.locations
    const id = await planPackage(em, { topology })

    await attempt(killedAfter(world, chileBuffer, 'write'), 'packaging', id)

    const { path, status } = await packageNow(em, id)
    expect(status).toBe('IN_PROGRESS')
    expect(await copyAt(em, id, chileBuffer)).toBeNull()
    expect(await filesAt(chileBuffer)).toEqual([path])
    expect(await attempt(world, 'packaging', id)).toBe('DONE')
    expect(await filesAt(chileBuffer)).toEqual([path])
    expect(await em.fork().find(PhysicalCopy, { packageId: id })).toMatchObject([{ status: 'PRESENT', locationId: chileBuffer.id }])
  })

  test('UC-8.3 UC-2.2 is not hindered by the tar that nobody knows, when a file changed since', async ({ em, world, topology }) => {
    const { chileBuffer, source } = topology.locations
    const id = await planPackage(em, { topology })
    await attempt(killedAfter(world, chileBuffer, 'write'), 'packaging', id)
    await writeFile(pathAt(source, 'a.dat'), 'other byte')

    expect(await attempt(world, 'packaging', id)).toBe('RETRY')
    expect((await getOperation(world, 'packaging', id)).reason).toContain('in the way of')
    expect(await attempt(world, 'packaging', id)).toBe('DONE')

    const { path } = await packageNow(em, id)
    expect((await readFile(pathAt(chileBuffer, path))).includes('other byte')).toBe(true)
    const [kept = ''] = (await filesAt(chileBuffer)).filter(file => file.startsWith('.quarantine/'))
    expect((await readFile(pathAt(chileBuffer, kept))).includes('some bytes')).toBe(true)
  })
})

describe('a package whose every copy was set aside', () => {
  test('UC-2.3 UC-4.3 is made again from the files, which are still at SOURCE', async ({ em, world, topology }) => {
    const { chileBuffer } = topology.locations
    const { pkg } = await makePackage(world, em, { topology })
    const bad = await copyAt(em, pkg.id, chileBuffer)
    const tar = await readFile(pathAt(chileBuffer, pkg.path))
    await rm(pathAt(chileBuffer, pkg.path))
    await writeFile(pathAt(chileBuffer, pkg.path), Buffer.alloc(pkg.bytes ?? 0, 1))
    expect(await attempt(world, 'checksum', bad?.id ?? '')).toBe('DONE')

    await sweep(world, null)
    expect((await packageNow(em, pkg.id)).status).toBe('SCHEDULED')
    expect(await attempt(world, 'packaging', pkg.id)).toBe('DONE')

    expect(await em.fork().find(PhysicalCopy, { packageId: pkg.id }, { orderBy: { id: 'asc' } })).toMatchObject([
      { status: 'QUARANTINED' },
      { status: 'PRESENT' },
    ])
    expect(await packageNow(em, pkg.id)).toMatchObject({ status: 'COMPLETED', digest: pkg.digest })
    expect(await readFile(pathAt(chileBuffer, pkg.path))).toEqual(tar)
  })

  test('UC-4.3 is not made again while the bytes of the bad copy still have to be moved aside', async ({ em, world, topology }) => {
    const { chileBuffer } = topology.locations
    const { pkg } = await makePackage(world, em, { topology })
    const bad = await copyAt(em, pkg.id, chileBuffer)
    await rm(pathAt(chileBuffer, pkg.path))
    await writeFile(pathAt(chileBuffer, pkg.path), 'bad')
    await attempt(killedAfter(world, chileBuffer, 'quarantine'), 'checksum', bad?.id ?? '')

    await sweep(world, null)
    expect((await packageNow(em, pkg.id)).status).toBe('COMPLETED')
    expect(await attempt(world, 'checksum', bad?.id ?? '')).toBe('DONE')
    expect(await attempt(world, 'packaging', pkg.id)).toBe('DONE')
  })

  test('UC-2.2 UC-2.3 is not made again from a file that is no longer what was packaged', async ({ em, world, topology }) => {
    const { chileBuffer, source } = topology.locations
    const { pkg, files } = await makePackage(world, em, { topology, files: { 'a.dat': 'some bytes' } })
    await sql(em, `/* test: lost */ update storage.physical_copy set status = 'MISSING' where package_id = $1`, [pkg.id])
    await rm(pathAt(chileBuffer, pkg.path))
    await writeFile(pathAt(source, files[0]?.path ?? ''), 'other byte')

    expect(await attempt(world, 'packaging', pkg.id)).toBe('FAILED')

    expect(await getOperation(world, 'packaging', pkg.id)).toMatchObject({
      errorCode: 'CONFLICT',
      reason: expect.stringContaining('when it was packaged before') as string,
    })
    expect(await em.fork().find(RawDataFile, { packageId: pkg.id })).toMatchObject([{ digest: files[0]?.digest }])
  })
})
