import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect } from 'vitest'
import { DataTransfer, PhysicalCopy, sql, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { settle } from '../make.ts'
import { attempt, copyAt, packageNow, pathAt } from './attempt.ts'
import { makeHeldPackage, makePackage } from './made.ts'
import { makeSecond, test } from './operated.ts'

/** What became of the copies of a package at a location, oldest first. */
async function livesAt(em: EntityManager, packageId: string, { id: locationId }: DataLocation): Promise<string[]> {
  const copies = await em.fork().find(PhysicalCopy, { packageId, locationId }, { orderBy: { id: 'asc' } })
  return copies.map(({ status, verificationLevel }) => `${status} ${verificationLevel}`)
}

/** Lets the ends of proofs, and the times at which all that archives hold is compared, be over. */
const later = (em: EntityManager) =>
  sql(
    em,
    `/* test: later */ with a as (update storage.data_location set compared_at = null, scanned_at = now() - interval '2 d')
    update storage.data_transfer_route set compared_at = null`,
  )

describe('a storage that is dead for good', () => {
  test('UC-8.1 UC-4.2 an archive is declared lost: another at its site is filled from the other sites, also when the old one is retired', async ({
    em,
    world,
    topology,
    operate,
  }) => {
    const { cologneArchive, gentArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    const { pkg: unmoved } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    await rename(gentArchive.root ?? '', `${gentArchive.root}.dead`)
    const of = { locationId: gentArchive.id, reason: 'its disks are dead' }
    expect(await operate('declareLost', of)).toBe(`CONFLICT locationId: ${gentArchive.name} is IN_USE: pauseLocation has to come first`)
    expect(await operate('declareLost', { ...of, locationId: topology.locations.source.id })).toMatch(
      /^BAD_INPUT locationId: source-.* is a SOURCE: only the packages at a BUFFER or LONG_TERM_ARCHIVE can be declared lost$/,
    )
    await operate('pauseLocation', of)
    expect(await operate('declareLost', of, 'state')).toEqual({ state: 'PAUSED' })
    expect(await copyAt(em, pkg.id, gentArchive)).toMatchObject({
      status: 'MISSING',
      statusReason: 'its location was declared lost: its disks are dead',
      verificationLevel: 0,
    })
    const second = await makeSecond(world, topology, gentArchive)
    await settle(world)
    expect(await livesAt(em, pkg.id, second)).toEqual(['PRESENT 2'])

    // What a retired location still says to hold is nowhere.
    await sql(
      em,
      `/* test: believed */ update storage.physical_copy set status = 'PRESENT', verification_level = 2 where package_id = $1 and location_id = $2`,
      [unmoved.id, gentArchive.id],
    )
    await sql(em, `/* test: lost */ update storage.physical_copy set status = 'MISSING' where package_id = $1 and location_id = $2`, [
      unmoved.id,
      second.id,
    ])
    await rm(pathAt(second, unmoved.path))
    await sql(em, `/* test: retired */ update storage.data_location set state = 'RETIRED' where id = $1`, [gentArchive.id])
    await later(em)
    await settle(world)
    expect(await livesAt(em, unmoved.id, second)).toEqual(['MISSING 2', 'PRESENT 2'])
  })

  test('UC-2.3 UC-3.3 a buffer is declared lost: what it was to send is made again from SOURCE and sent from another', async ({
    em,
    world,
    topology,
    operate,
  }) => {
    const { chileBuffer, cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makePackage(world, em, { topology })
    const copy = await copyAt(em, pkg.id, chileBuffer)
    expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('DONE')
    const { id: transferId } = (await em.fork().findOne(DataTransfer, { fromLocationId: chileBuffer.id })) ?? { id: await planned() }
    const of = { locationId: chileBuffer.id, reason: 'it burnt' }
    await rename(chileBuffer.root ?? '', `${chileBuffer.root}.dead`)
    await makeSecond(world, topology, chileBuffer)
    await operate('pauseLocation', of)
    await operate('declareLost', of)
    expect(await em.fork().findOneOrFail(DataTransfer, transferId)).toMatchObject({ status: 'FAILED' })
    await settle(world)
    expect(await packageNow(em, pkg.id)).toMatchObject({ state: 'ARCHIVED', digest: pkg.digest })
    expect(await livesAt(em, pkg.id, cologneArchive)).toEqual(['PRESENT 2'])
    // Nor does the transfer that can never be tried again keep anything from being cleaned up.
    expect(await livesAt(em, pkg.id, cologneBuffer)).toEqual(['DELETED 2'])

    async function planned(): Promise<string> {
      await attempt(world, 'transfer', pkg.id)
      return (await em.fork().findOneOrFail(DataTransfer, { fromLocationId: chileBuffer.id })).id
    }
  })
})

describe('a buffer that is retired', () => {
  test('UC-6.1 UC-8.1 leaves the files at SOURCE of what is archived to retention', async ({ em, world, topology, operate }) => {
    const { chileBuffer, cologneArchive, gentArchive } = topology.locations
    const { fileCopies } = await makeHeldPackage(world, em, { topology, at: [chileBuffer, cologneArchive, gentArchive] })
    const of = { locationId: chileBuffer.id, reason: 'sold' }
    await operate('drainLocation', of)
    expect(await em.fork().findOneOrFail(PhysicalCopy, fileCopies[0]?.id ?? '')).toMatchObject({ status: 'PRESENT' })
    expect(await operate('retireLocation', of, 'state')).toEqual({ state: 'RETIRED' })
    expect(await em.fork().findOneOrFail(PhysicalCopy, fileCopies[0]?.id ?? '')).toMatchObject({
      status: 'DELETION_POSSIBLE',
      statusReason: 'its package is archived, and in no buffer of the site',
    })
  })
})

describe('what was missing and is there again', () => {
  test('UC-4.3 is found by a scan, read again and counts again; other bytes in its place are set aside', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer, cologneArchive } = topology.locations
    const [right, wrong] = [
      (await makeHeldPackage(world, em, { topology, at: [cologneArchive] })).pkg,
      (await makeHeldPackage(world, em, { topology, at: [cologneArchive] })).pkg,
    ]
    for (const { id, path } of [right, wrong]) {
      await rm(pathAt(chileBuffer, path))
      const copy = await copyAt(em, id, cologneArchive)
      await sql(
        em,
        `/* test: missing */ update storage.physical_copy set status = 'MISSING', verification_level = 0, verified_at = null where id = $1`,
        [copy?.id],
      )
      await sql(
        em,
        `/* test: no files */ update storage.physical_copy c set status = 'MISSING' from data_package.raw_data_file f where f.id = c.file_id and f.package_id = $1`,
        [id],
      )
    }
    const path = pathAt(cologneArchive, wrong.path)
    const bytes = await readFile(path)
    bytes[1_500] = (bytes[1_500] ?? 0) ^ 1
    await rm(path)
    await writeFile(path, bytes)
    await later(em)
    await settle(world)
    expect(await livesAt(em, right.id, cologneArchive)).toEqual(['PRESENT 2'])
    expect(await livesAt(em, wrong.id, cologneArchive)).toEqual(['QUARANTINED 0'])
  })

  test('UC-4.3 UC-8.1 is taken back when an operator has put it back, though it was set aside and nothing else is left', async ({
    em,
    world,
    topology,
    operate,
  }) => {
    const { cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive] })
    const path = pathAt(cologneArchive, pkg.path)
    const bytes = await readFile(path)
    const copy = await copyAt(em, pkg.id, cologneArchive)
    const copyId = copy?.id ?? ''
    await sql(
      em,
      `/* test: set aside */ update storage.physical_copy set status = 'QUARANTINED', verification_level = 0, verified_at = null where id = $1`,
      [copyId],
    )
    await rm(path)
    expect(await operate('requestVerification', { copyId }, 'kind')).toEqual({ kind: 'checksum' })
    expect(await attempt(world, 'checksum', copyId)).toBe('DONE')
    expect(await livesAt(em, pkg.id, cologneArchive)).toEqual(['QUARANTINED 0'])

    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    await operate('requestVerification', { copyId })
    expect(await attempt(world, 'checksum', copyId)).toBe('DONE')
    expect(await livesAt(em, pkg.id, cologneArchive)).toEqual(['PRESENT 2'])
  })
})
