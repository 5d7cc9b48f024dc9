import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { DataLocation, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { digestOf, type World } from '@almagest/jobs'
import { attempt, copyAt, packageNow, pathAt } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage } from './made.ts'

/** What `sha256sum` prints for the tar of a package at a location. */
async function sumOf(location: DataLocation, path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(pathAt(location, path)))
    .digest('hex')
}

/** Lets a location ask for the SHA-256 of what is re-read there. */
async function ask(em: EntityManager, { id }: DataLocation): Promise<void> {
  await em.nativeUpdate(DataLocation, { id }, { sha256: true })
}

/** Re-reads the copy of a package at a location, which is doubted first. */
async function reread(world: World, em: EntityManager, packageId: string, location: DataLocation): Promise<void> {
  const copy = await copyAt(em, packageId, location)
  await sql(em, '/* test: doubted */ update storage.physical_copy set verification_level = 0, verified_at = null where id = $1', [copy?.id])
  expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('DONE')
}

describe('the SHA-256 of a package', () => {
  test('UC-4.1 is what sha256sum prints for the archived tar, beside its BLAKE3 and in its sidecar, where the archive asks for it', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    await ask(em, cologneArchive)

    expect(await attempt(world, 'archive', pkg.id)).toBe('DONE')

    const sha256 = `sha256:${await sumOf(cologneArchive, pkg.path)}`
    const { digest } = await digestOf([await readFile(pathAt(cologneArchive, pkg.path))])
    expect(await packageNow(em, pkg.id)).toMatchObject({ sha256, flatDigest: digest })
    const sidecar = JSON.parse(await readFile(pathAt(cologneArchive, pkg.path.replace(/tar$/, 'json')), 'utf8')) as { package: object }
    expect(sidecar.package).toMatchObject({ digest: pkg.digest, sha256 })
    expect(await copyAt(em, pkg.id, cologneArchive)).toMatchObject({ status: 'PRESENT', digest })
  })

  test('is found only where a location asks for it, whether the other digests are known already or not', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneBuffer], state: 'TRANSFERRING' })
    await ask(em, cologneBuffer)

    await reread(world, em, pkg.id, chileBuffer)
    const before = await packageNow(em, pkg.id)
    expect(before).toMatchObject({ sha256: null, flatDigest: expect.stringMatching(/^blake3:/) as string })
    await reread(world, em, pkg.id, cologneBuffer)

    const sha256 = `sha256:${await sumOf(cologneBuffer, pkg.path)}`
    expect(await packageNow(em, pkg.id)).toMatchObject({ sha256, flatDigest: before.flatDigest })
    await reread(world, em, pkg.id, chileBuffer)
    expect(await packageNow(em, pkg.id)).toMatchObject({ sha256 })
  })

  test('UC-4.3 sets a copy aside that has another than was found once', async ({ em, world, topology }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneBuffer], state: 'TRANSFERRING' })
    await ask(em, cologneBuffer)
    const other = `sha256:${'0'.repeat(64)}`
    await sql(em, '/* test: other */ update data_package.raw_data_package set sha256 = $2, version = version + 1 where id = $1', [
      pkg.id,
      other,
    ])
    const sum = await sumOf(cologneBuffer, pkg.path)

    await reread(world, em, pkg.id, cologneBuffer)
    await reread(world, em, pkg.id, chileBuffer)

    expect(await copyAt(em, pkg.id, cologneBuffer)).toMatchObject({
      status: 'QUARANTINED',
      statusReason: expect.stringContaining(`the tar has the digest sha256:${sum} and not ${other}; kept at`) as string,
    })
    expect(await copyAt(em, pkg.id, chileBuffer)).toMatchObject({ status: 'PRESENT', verificationLevel: 2 })
    expect(await packageNow(em, pkg.id)).toMatchObject({ sha256: other })
  })
})
