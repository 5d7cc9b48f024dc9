import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { DataLocation, PhysicalCopy, RawDataFile } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { identifyLocations } from '@almagest/jobs'
import { startRgw } from '../s3/rgw.ts'
import { tryStart } from '../s3/server.ts'
import { keyOf, putInBucket, withService } from './archived-s3.ts'
import { attempt } from './attempt.ts'
import { makeHeldPackage } from './made.ts'
import { rebuild, test } from './rebuilding.ts'

const { server, why } = await tryStart(() => startRgw({ path: process.env.PATH ?? '' }))
afterAll(() => server?.[Symbol.asyncDispose]())

describe.skipIf(!server)(`the catalogue of a bucket${why ? ` (skipped: ${why})` : ''}`, () => {
  test('UC-4.4 UC-4.1 is rebuilt from the sidecars there, those from before keys contained a digest too', async ({
    em,
    world: bare,
    topology,
    emptyUrl,
    root,
  }) => {
    const { cologneArchive, cologneBuffer } = topology.locations
    const world = withService(bare, server!)
    const { pkg, files } = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    const { pkg: old } = await makeHeldPackage(bare, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    const kept = await putInBucket(em, cologneArchive, server!)
    await identifyLocations(world, topology.sites.cologne.name)
    for (const { id } of [pkg, old]) expect(await attempt(world, 'archive', id)).toBe('DONE')
    await kept.layAsBefore(old)
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = server!.credentials
    const keys = join(root, 'keys.json')
    await writeFile(keys, JSON.stringify({ archive: { accessKey, secretKey } }))
    const { endpoint, bucket, prefix } = cologneArchive

    const { status, out } = await rebuild(emptyUrl, ['--from', `s3+${endpoint}/${bucket}/${prefix}`, '--verify'], {
      S3_CREDENTIALS_FILE: keys,
    })

    expect(out).toContain('compared: 2 copies with their rows; 2 of them read again in full\nnot right: 0\n')
    expect(status).toBe(0)
    const orm = await openOrm(emptyUrl)
    const rebuilt = orm.em.fork()
    const [location] = await rebuilt.find(DataLocation, {})
    const rows = await rebuilt.find(RawDataFile, { packageId: pkg.id }, { orderBy: { path: 'asc' } })
    const copies = await rebuilt.find(PhysicalCopy, {}, { orderBy: { createdAt: 'asc' } })
    await orm.close(true)
    expect(copies.map(({ packageId, path }) => [packageId, path])).toEqual([
      [pkg.id, keyOf(pkg)],
      [old.id, old.path],
    ])
    expect(location).toMatchObject({
      id: cologneArchive.id,
      name: cologneArchive.name,
      storage: 'S3',
      endpoint,
      bucket,
      prefix,
      root: null,
    })
    expect(rows.map(({ id, path, digest, offset }) => [id, path, digest, offset])).toEqual(
      files.map(({ id, path, digest, offset }) => [id, path, digest, offset]),
    )
  })
})
