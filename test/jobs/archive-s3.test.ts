import { readFile } from 'node:fs/promises'
import { afterAll, describe, expect } from 'vitest'
import {
  DataLocation,
  DataTransfer,
  DataTransferRoute,
  DeletionProof,
  newId,
  Operation,
  PhysicalCopy,
  RawDataPackage,
  ScanFinding,
  StagedPackage,
  StagingRequest,
} from '@almagest/schema'
import { digestOf, identifyLocations, openTransports, parseManifest, startWorkers, sweep } from '@almagest/jobs'
import { makeObservation } from '../make.ts'
import { startFaulty } from '../s3/faulty.ts'
import { startRgw } from '../s3/rgw.ts'
import { tryStart } from '../s3/server.ts'
import { keyOf, putInBucket, withService } from './archived-s3.ts'
import { attempt, copyAt, filesAt, getOperation, killedAfter, packageNow, pathAt, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage } from './made.ts'
import { planSending } from './sending.ts'
import { fileOf, rangeOf, request, singleOf, whole } from './staged.ts'
import { KEY, serveData } from './transports/served.ts'

const { server, why } = await tryStart(() => startRgw({ path: process.env.PATH ?? '' }))
afterAll(() => server?.[Symbol.asyncDispose]())

const FILES = { 'a/one.dat': 'one', 'a/two.dat': Buffer.alloc(3_000_000, 7), 'empty.dat': '' }
const IDENTITY = '.almagest-location.json'
const besides = (path: string): string => path.replace(/tar$/, 'json')

describe.skipIf(!server)(`archives in buckets of Ceph RGW${why ? ` (skipped: ${why})` : ''}`, () => {
  const rgw = server!

  test('UC-4.1 UC-5.1 UC-6.1 keep what the workers bring, verified, and are the proof by which every buffer is freed; what they keep is staged', async ({
    em,
    world: bare,
    topology,
    queue,
    redis,
    prefix,
  }) => {
    const { locations, sites } = topology
    const { source, chileBuffer, cologneBuffer, gentBuffer, cologneArchive, gentArchive, processing } = locations
    const world = withService(bare, rgw)
    const archives = [
      { location: cologneArchive, bucket: await putInBucket(em, cologneArchive, rgw) },
      { location: gentArchive, bucket: await putInBucket(em, gentArchive, rgw) },
    ]
    await using workers = new AsyncDisposableStack()
    for (const { name } of Object.values(sites))
      workers.use(startWorkers({ world, queue, connection: redis, site: name, prefix, sweepS: 0.2 }))
    await makeObservation(em, topology, FILES)

    const buffers = [chileBuffer, cologneBuffer, gentBuffer].map(({ id }) => id)
    const deleted = () => em.fork().find(PhysicalCopy, { locationId: [source.id, ...buffers], status: 'DELETED' })
    await expect.poll(async () => (await deleted()).length).toBe(6)

    const pkg = await em.fork().findOneOrFail(RawDataPackage, { moduleId: topology.module.id })
    expect(pkg).toMatchObject({ status: 'COMPLETED', state: 'ARCHIVED', fileCount: 3 })
    const path = keyOf(pkg)
    expect(path).toMatch(/\/[0-9a-f]{64}\.tar$/)
    for (const { location, bucket } of archives) {
      expect(await bucket.keys()).toEqual([IDENTITY, besides(path), path].sort())
      const copy = await copyAt(em, pkg.id, location)
      expect(copy).toMatchObject({ path, status: 'PRESENT', verificationLevel: 2, digest: pkg.flatDigest })
      expect(await digestOf([await bucket.get(path)])).toEqual({ bytes: copy?.bytes, digest: copy?.digest })
      const sidecar = JSON.parse(String(await bucket.get(besides(path)))) as { manifest: string; package: unknown }
      expect(sidecar.package).toMatchObject({ id: pkg.id, digest: pkg.digest })
      expect(parseManifest(sidecar.manifest).members.map(({ path }) => path)).toEqual(Object.keys(FILES))
      expect((await em.fork().findOneOrFail(DataLocation, location.id)).capabilities).toMatchObject({ ranges: true, listParts: true })
    }
    const kept = await em.fork().find(PhysicalCopy, { packageId: pkg.id, locationId: archives.map(({ location }) => location.id) })
    for (const { locationId, deletionProofId } of await deleted()) {
      const proof = await em.fork().findOneOrFail(DeletionProof, deletionProofId ?? '')
      expect(proof).toMatchObject({ locationId, packageId: pkg.id })
      if (locationId === gentBuffer.id || locationId === source.id)
        expect(proof.evidence.map(({ copyId }) => copyId)).toEqual(expect.arrayContaining(kept.map(({ id }) => id)))
    }
    for (const empty of [source, chileBuffer, cologneBuffer, gentBuffer]) expect(await filesAt(empty)).toEqual([])

    const request = em.create(StagingRequest, {
      id: newId(),
      locationId: processing.id,
      requestKey: newId(),
      requestedBy: 'a scientist',
      leaseS: 3_600,
    })
    em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: pkg.id })
    await em.flush()
    await expect.poll(async () => (await em.fork().findOneOrFail(StagingRequest, request.id)).status).toBe('COMPLETED')
    for (const [name, content] of Object.entries(FILES))
      expect(await readFile(pathAt(processing, `${pkg.path.replace(/\.tar$/, '')}/${name}`))).toEqual(Buffer.from(content))
    const failed = await em.fork().find(Operation, { locationId: Object.values(locations).map(({ id }) => id), state: 'FAILED' })
    expect(failed).toEqual([])
  })

  test('UC-4.3 set a tar aside in the bucket whose bytes became others, as evidence, and get it again', async ({
    em,
    world: bare,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    const world = withService(bare, rgw)
    const bucket = await putInBucket(em, cologneArchive, rgw)
    await identifyLocations(world, topology.sites.cologne.name)
    const { pkg } = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    const good = await bucket.get(keyOf(pkg))
    const bad = Buffer.from(good)
    bad[2_000] = (bad[2_000] ?? 0) ^ 1
    await bucket.put(keyOf(pkg), bad)
    const copy = await copyAt(em, pkg.id, cologneArchive)
    await em.nativeUpdate(PhysicalCopy, { id: copy?.id ?? '' }, { verificationLevel: 0, verifiedAt: null })

    expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('DONE')

    const set = await em.fork().findOneOrFail(PhysicalCopy, copy?.id ?? '')
    expect(set.status).toBe('QUARANTINED')
    const kept = /kept at (\S+)$/.exec(set.statusReason ?? '')?.[1] ?? ''
    expect(kept).toMatch(/^\.quarantine\//)
    expect(await bucket.keys()).toEqual([IDENTITY, besides(keyOf(pkg)), kept].sort())
    expect(await bucket.get(kept)).toEqual(bad)
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await bucket.get(keyOf(pkg))).toEqual(good)
  })

  test('UC-8.3 take over what a killed worker had written and had no row for, without another object', async ({
    em,
    world: bare,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    const world = withService(bare, rgw)
    const bucket = await putInBucket(em, cologneArchive, rgw)
    await identifyLocations(world, topology.sites.cologne.name)
    const { pkg } = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })

    expect(await attempt(killedAfter(world, cologneArchive, 'write'), 'archive', pkg.id)).toBe('NOTHING')

    expect(await copyAt(em, pkg.id, cologneArchive)).toBeNull()
    expect(await bucket.keys()).toContain(keyOf(pkg))
    const before = await world.stores.of(cologneArchive).stat(keyOf(pkg))
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    expect(await world.stores.of(cologneArchive).stat(keyOf(pkg))).toEqual(before)
    expect(await bucket.keys()).toEqual([IDENTITY, besides(keyOf(pkg)), keyOf(pkg)].sort())
    expect(await packageNow(em, pkg.id)).toMatchObject({ state: 'ARCHIVED' })
  })

  test('UC-5.2 give one file out of a package, by a range of its object', async ({ em, world: bare, topology }) => {
    const { cologneArchive, cologneBuffer, processing } = topology.locations
    const world = withService(bare, rgw)
    await putInBucket(em, cologneArchive, rgw)
    await identifyLocations(world, topology.sites.cologne.name)
    const files = { 'a.dat': Buffer.alloc(5_000_000, 1), 'b.dat': Buffer.alloc(3_000, 2), 'c.dat': Buffer.alloc(5_000_000, 3) }
    const made = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING', files })
    expect(await attempt(world, 'archive', made.pkg.id)).toBe('DONE')
    await request(em, topology, { of: [made], files: ['b.dat'] })
    let bytes = 0
    const counting = withStore(world, cologneArchive, store => ({
      async read(...given) {
        const reading = await store.read(...given)
        if (!reading) return null
        return {
          stat: reading.stat,
          direct: reading.direct,
          change: () => reading.change(),
          async *[Symbol.asyncIterator]() {
            for await (const chunk of reading) {
              bytes += chunk.length
              yield chunk
            }
          },
          [Symbol.asyncDispose]: () => reading[Symbol.asyncDispose](),
        }
      },
    }))

    expect(await attempt(counting, 'staging', made.pkg.id)).toBe('DONE')

    expect(bytes).toBe(3_000)
    expect(await readFile(pathAt(processing, singleOf(made, 'b.dat')))).toEqual(files['b.dat'])
    expect(await filesAt(processing)).toEqual([singleOf(made, 'b.dat')])
  })

  test('UC-4.3 UC-5.2 give a range of a file out of a package, and none once a byte of what it is compared with is another', async ({
    em,
    world: bare,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer, processing } = topology.locations
    const world = withService(bare, rgw)
    const bucket = await putInBucket(em, cologneArchive, rgw)
    await identifyLocations(world, topology.sites.cologne.name)
    const files = { 'a.dat': Buffer.alloc(5_000_000, 1), 'b.dat': Buffer.alloc(3_000_000, 2) }
    const made = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING', files })
    expect(await attempt(world, 'archive', made.pkg.id)).toBe('DONE')
    const range = { name: 'b.dat', start: 1_000_000, bytes: 70_000 }
    await request(em, topology, { of: [made], ranges: [range] })

    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')

    expect((await readFile(pathAt(processing, rangeOf(made, range)))).equals(Buffer.alloc(70_000, 2))).toBe(true)
    const tar = await bucket.get(keyOf(made.pkg))
    const at = Number(fileOf(made, 'b.dat').offset) + 10
    tar[at] = (tar[at] ?? 0) ^ 1
    await bucket.put(keyOf(made.pkg), tar)
    await request(em, topology, { of: [made], ranges: [{ ...range, start: 1_000_001 }] })
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('RETRY')
    expect((await getOperation(world, 'staging', made.pkg.id)).reason).toMatch(/is not what its manifest says.*b\.dat has the digest/)
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    expect(await filesAt(processing)).toEqual([rangeOf(made, range)])
  })

  test('UC-4.3 that answer with other bytes than they keep, and with success, give nothing that is shown, and give it when they answer right again', async ({
    em,
    world: bare,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer, gentArchive, processing } = topology.locations
    await using proxy = await startFaulty(rgw.endpoint)
    const world = withService(bare, { ...rgw, endpoint: proxy.endpoint })
    await putInBucket(em, cologneArchive, { ...rgw, endpoint: proxy.endpoint })
    await identifyLocations(world, topology.sites.cologne.name)
    const files = { 'a.dat': Buffer.alloc(9_000_000, 1), 'b.dat': Buffer.alloc(9_000_000, 2) }
    const made = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer, gentArchive], state: 'TRANSFERRING', files })
    expect(await attempt(world, 'archive', made.pkg.id)).toBe('DONE')
    await request(em, topology, { of: [made] })
    let gets = 0
    proxy.breakBy(({ method, url }) => (method === 'GET' && url.includes('.tar') && (gets += 1) === 2 ? 'SPOIL' : null))

    expect(await attempt(world, 'staging', made.pkg.id)).toBe('RETRY')

    expect((await getOperation(world, 'staging', made.pkg.id)).reason).toMatch(
      /is not what its manifest says, and will be verified: .*has the digest/,
    )
    expect(await copyAt(em, made.pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', verificationLevel: 0 })
    expect(await filesAt(processing)).toEqual([])
    await sweep(world, null)
    expect(await attempt(world, 'checksum', (await copyAt(em, made.pkg.id, cologneArchive))?.id ?? '')).toBe('DONE')
    expect(await attempt(world, 'staging', made.pkg.id)).toBe('DONE')
    expect((await readFile(pathAt(processing, whole(made)[1] ?? ''))).equals(files['b.dat'])).toBe(true)
  })

  test('UC-4.3 UC-4.4 are scanned: what is gone is MISSING after two scans, a lost sidecar is written again, what no row knows is told of', async ({
    em,
    world: bare,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    const world = withService(bare, rgw)
    const bucket = await putInBucket(em, cologneArchive, rgw)
    await identifyLocations(world, topology.sites.cologne.name)
    const made = []
    for (let n = 0; n < 4; n++) {
      const { pkg } = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
      expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
      made.push(pkg)
    }
    const [gone, bald, good] = made.map(keyOf) as [string, string, string]
    const store = world.stores.of(cologneArchive)
    const old = made[3] as RawDataPackage
    await bucket.layAsBefore(old)
    await bucket.put('stray.bin', Buffer.from('whose?'))
    await store.quarantine(gone, 'test.1')
    await store.quarantine(besides(bald), 'test.2')
    const scanNow = async () => {
      const then = { scannedAt: new Date(Date.now() - 86_400_000), createdAt: new Date(0), scanIntervalS: 60, darkAfterS: 0 }
      await em.nativeUpdate(DataLocation, { id: cologneArchive.id }, then)
      return attempt(world, 'scan', cologneArchive.id)
    }

    expect([await scanNow(), await scanNow()]).toEqual(['DONE', 'DONE'])

    const found = await em.fork().find(ScanFinding, { locationId: cologneArchive.id }, { orderBy: { path: 'asc' } })
    expect(found.map(({ kind, path, sightings }) => `${kind} ${path} ${sightings}`).sort()).toEqual(
      [`MISSING ${gone} 2`, `MISSING ${besides(bald)} 1`, 'DARK stray.bin 2'].sort(),
    )
    expect(JSON.parse(String(await bucket.get(besides(bald))))).toMatchObject({ package: { path: made[1]?.path } })
    for (const [index, status] of ['MISSING', 'PRESENT', 'PRESENT', 'PRESENT'].entries())
      expect(await copyAt(em, made[index]?.id ?? '', cologneArchive)).toMatchObject({ status })
    expect(await bucket.keys()).toEqual(expect.arrayContaining(['stray.bin', good, besides(good), old.path, besides(old.path)]))
  })

  test('UC-4.2 give what they keep to other sites, over a route that reads the bucket there and over one to a data server here', async ({
    em,
    world: bare,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer, gentBuffer } = topology.locations
    const [, onward] = topology.routes
    const stored = withService(bare, rgw)
    await putInBucket(em, cologneArchive, rgw)
    await identifyLocations(stored, topology.sites.cologne.name)
    const { server: data, keys } = await serveData(stored, topology, { site: topology.sites.cologne.name })
    await using _data = data
    const transports = openTransports({ keys: { ...keys, [topology.sites.cologne.name]: [KEY] } })
    for (const method of ['COPY', 'HTTP'] as const) {
      await em.nativeUpdate(DataTransferRoute, { id: onward?.id ?? '' }, { method, comparedAt: null })
      // With HTTP the destination knows nothing of the bucket.
      const world = { ...(method === 'COPY' ? stored : bare), transports }
      const { pkg } = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING', files: FILES })
      expect(await attempt(stored, 'archive', pkg.id)).toBe('DONE')
      await em.nativeUpdate(PhysicalCopy, { packageId: pkg.id, locationId: cologneBuffer.id }, { status: 'MISSING' })
      await em.nativeUpdate(DataTransfer, { fromLocationId: cologneBuffer.id }, { status: 'FAILED' })
      await sweep(stored, null)
      const [leg] = await em.fork().find(DataTransfer, { fromLocationId: cologneArchive.id, status: 'SCHEDULED' })

      expect(await attempt(world, 'transfer', leg?.id ?? '')).toBe('DONE')

      expect(await copyAt(em, pkg.id, gentBuffer)).toMatchObject({ status: 'PRESENT', bytes: pkg.bytes })
      expect(await attempt(world, 'unpack', leg?.id ?? '')).toBe('DONE')
      expect(await copyAt(em, pkg.id, gentBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    }
  })

  test('UC-3.1 take what a transfer brings to a buffer at a key that contains its digest, and give it on', async ({
    em,
    world: bare,
    topology,
  }) => {
    const { chileBuffer, cologneBuffer, cologneArchive } = topology.locations
    const world = withService(bare, rgw)
    const bucket = await putInBucket(em, cologneBuffer, rgw)
    await identifyLocations(world, topology.sites.cologne.name)
    const { made, transferId } = await planSending(world, em, { topology })
    const { pkg } = made[0]!

    expect(await attempt(world, 'transfer', transferId)).toBe('DONE')
    expect(await attempt(world, 'unpack', transferId)).toBe('DONE')

    expect(await bucket.keys()).toEqual([IDENTITY, keyOf(pkg)].sort())
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ path: keyOf(pkg), status: 'PRESENT', verificationLevel: 2 })
    expect((await bucket.get(keyOf(pkg))).equals(await readFile(pathAt(chileBuffer, pkg.path)))).toBe(true)
    await sweep(world, null)
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ path: pkg.path, status: 'PRESENT' })
    const [leg] = await em.fork().find(DataTransfer, { fromLocationId: cologneBuffer.id, status: 'SCHEDULED' })
    expect(await attempt(world, 'transfer', leg?.id ?? '')).toBe('DONE')
    expect(await copyAt(em, pkg.id, topology.locations.gentBuffer)).toMatchObject({ path: pkg.path, status: 'PRESENT' })
  })

  test('that cannot be reached make their work wait, and say why without a secret; the package stays in the buffer', async ({
    em,
    world: bare,
    topology,
  }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    const world = withService(bare, rgw)
    await putInBucket(em, cologneArchive, rgw)
    await identifyLocations(world, topology.sites.cologne.name)
    const { pkg } = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    const secretAccessKey = 'canarySecret000000000000000000000000000'
    const keyless = withService(bare, { ...rgw, credentials: { ...rgw.credentials, secretAccessKey } })

    expect(await attempt(keyless, 'archive', pkg.id)).toBe('RETRY')

    const operation = await getOperation(world, 'archive', pkg.id)
    expect(operation).toMatchObject({ state: 'WAITING', errorCode: 'UNAVAILABLE' })
    expect(operation.reason).toContain('the secret key is not the one it knows (SignatureDoesNotMatch, HTTP 403)')
    expect(JSON.stringify(operation)).not.toContain(secretAccessKey)
    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({ status: 'PRESENT' })
    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')
  })
})
