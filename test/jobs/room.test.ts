import { describe, expect } from 'vitest'
import { Operation, Outage, PART_BYTES, RawDataPackage, sql, type DataLocation, type Digest } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { World } from '@almagest/jobs'
import { attempt, copyAt, filesAt, getOperation, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage, planPackage } from './made.ts'
import { planSending } from './sending.ts'
import { archived, request } from './staged.ts'
import { canMount, mountOver, run } from './stores/disk.ts'

/** The world with so many bytes free at one location. */
const withFree = (world: World, location: DataLocation, free: number): World =>
  withStore(world, location, () => ({ space: () => Promise.resolve({ free, total: 1_000_000_000 }) }))

/** Other work that runs and still needs room at a location, for so many seconds. */
async function othersNeed(
  em: EntityManager,
  operationId: string,
  { id }: DataLocation,
  { bytes, seconds }: { bytes: number; seconds: number },
) {
  await sql(
    em,
    `/* test: others */ update storage.operation
     set state = 'RUNNING', reserved_bytes = $3, reserved_location_id = $2, lease_until = now() + make_interval(secs => $4) where id = $1`,
    [operationId, id, bytes, seconds],
  )
}

describe('the room of a disk', () => {
  test('UC-8.4 is kept for what runs: other work waits, says how much there is and is needed, and goes on when there is room', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer } = topology.locations
    const first = await planPackage(em, { topology })
    const second = await planPackage(em, { topology, files: { 'b.dat': 'some bytes' } })
    const other = await getOperation(world, 'packaging', first)
    const tight = withFree(world, chileBuffer, 20_000)
    await othersNeed(em, other.id, chileBuffer, { bytes: 9_761, seconds: 60 })

    expect(await attempt(tight, 'packaging', second)).toBe('PAUSED')

    expect(await getOperation(world, 'packaging', second)).toMatchObject({
      state: 'WAITING',
      attempt: 0,
      reason: `no BUFFER of the site can take the package (${chileBuffer.name}: has 20000 bytes free, of which work that runs needs 9761, and 10240 are needed)`,
    })
    expect(await filesAt(chileBuffer)).toEqual([])
    await othersNeed(em, other.id, chileBuffer, { bytes: 9_761, seconds: -1 })
    expect(await attempt(tight, 'packaging', second)).toBe('DONE')
    expect(await getOperation(world, 'packaging', second)).toMatchObject({ reservedBytes: 0, reservedLocationId: chileBuffer.id })
  })

  test('UC-8.4 is kept for what runs at other locations on the same file system too, and not for what runs on others', async ({
    em,
    world,
    topology,
  }) => {
    const { chileBuffer, processing } = topology.locations
    const staged = await archived(world, em, topology)
    await request(em, topology, { of: [staged] })
    const other = await planPackage(em, { topology })
    expect(await attempt(world, 'packaging', other)).toBe('DONE')
    const { id, reservedDevice } = await getOperation(world, 'packaging', other)
    const { free, device } = await world.stores.of(processing).space()
    expect(reservedDevice).toBe(device)
    await othersNeed(em, id, chileBuffer, { bytes: 2 * free, seconds: 60 })

    expect(await attempt(world, 'staging', staged.pkg.id)).toBe('PAUSED')

    expect((await getOperation(world, 'staging', staged.pkg.id)).reason).toContain(`of which work that runs needs ${2 * free}, and`)
    await sql(em, `/* test: elsewhere */ update storage.operation set reserved_device = 'another' where id = $1`, [id])
    expect(await attempt(world, 'staging', staged.pkg.id)).toBe('DONE')
  })

  test('UC-8.4 is looked for before anything is sent, archived or staged', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive, processing } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology })
    const bytes = made[0]?.pkg.bytes ?? 0
    expect(await attempt(withFree(world, cologneBuffer, bytes - 1), 'transfer', transferId)).toBe('PAUSED')
    expect((await getOperation(world, 'transfer', transferId)).reason).toBe(
      `${cologneBuffer.name} has ${bytes - 1} bytes free and ${bytes} are needed`,
    )
    expect(await attempt(withFree(world, cologneBuffer, bytes), 'transfer', transferId)).toBe('DONE')

    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    expect(await attempt(withFree(world, cologneArchive, 5), 'archive', pkg.id)).toBe('PAUSED')
    expect((await getOperation(world, 'archive', pkg.id)).reason).toBe(
      `${cologneArchive.name} has 5 bytes free and ${pkg.bytes ?? 0} are needed`,
    )
    expect(await filesAt(cologneArchive)).toEqual([])

    const staged = await archived(world, em, topology)
    await request(em, topology, { of: [staged] })
    expect(await attempt(withFree(world, processing, 5), 'staging', staged.pkg.id)).toBe('PAUSED')
    expect((await getOperation(world, 'staging', staged.pkg.id)).reason).toBe(
      `${processing.name} has 5 bytes free and ${staged.pkg.fileBytes} are needed`,
    )
    expect(await attempt(withFree(world, processing, staged.pkg.fileBytes), 'staging', staged.pkg.id)).toBe('DONE')
  })

  test('UC-3.2 UC-8.4 is needed, by a package that was cut, only for what is missing', async ({ em, world, topology }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const id = await planPackage(em, { topology, files: { 'big.dat': Buffer.alloc(PART_BYTES + 100_000, 5) } })
    expect(await attempt(world, 'packaging', id)).toBe('DONE')
    const copy = await copyAt(em, id, chileBuffer)
    expect(await attempt(world, 'checksum', copy?.id ?? '')).toBe('DONE')
    await em.nativeUpdate(RawDataPackage, { id }, { state: 'WAITING' })
    await attempt(world, 'transfer', '00000000-0000-7000-8000-000000000000')
    const { subjectId } = await em.fork().findOneOrFail(Operation, { kind: 'transfer', locationId: cologneBuffer.id })
    const cut = withStore(world, cologneBuffer, store => ({
      async assemble(path, options) {
        const assembly = await store.assemble?.(path, options)
        if (!assembly) throw new Error('no parts')
        const { finish } = assembly
        const first = Promise.withResolvers<void>()
        return Object.assign(assembly, {
          async finish(part: number, digest: Digest) {
            if (part > 0) {
              await first.promise
              throw new Outage('the line was cut', { locationId: null })
            }
            const kept = await finish.call(assembly, part, digest)
            first.resolve()
            return kept
          },
        })
      },
    }))
    expect(await attempt(cut, 'transfer', subjectId)).toBe('RETRY')

    const missing = (copy?.bytes ?? 0) - PART_BYTES
    expect(await attempt(withFree(world, cologneBuffer, missing - 1), 'transfer', subjectId)).toBe('PAUSED')
    expect((await getOperation(world, 'transfer', subjectId)).reason).toContain(`and ${missing} are needed`)
    expect(await attempt(withFree(world, cologneBuffer, missing), 'transfer', subjectId)).toBe('DONE')
  })

  test.skipIf(!canMount)(
    'UC-8.4 of a real disk that is too small is not begun to be filled; larger, it takes the package',
    async ({ em, world, topology }) => {
      const { cologneBuffer } = topology.locations
      const { made, transferId } = await planSending(world, em, { topology })
      await using _mount = await mountOver(cologneBuffer.root ?? '', ['-t', 'tmpfs', '-o', 'size=64k', 'none'])
      await world.stores.of(cologneBuffer).prepare()

      expect(await attempt(world, 'transfer', transferId)).toBe('PAUSED')

      expect((await getOperation(world, 'transfer', transferId)).reason).toMatch(
        new RegExp(`^${cologneBuffer.name} has \\d+ bytes free and ${made[0]?.pkg.bytes ?? 0} are needed$`),
      )
      await run('mount', ['-o', 'remount,size=1m', cologneBuffer.root ?? ''])
      expect(await attempt(world, 'transfer', transferId)).toBe('DONE')
      expect(await filesAt(cologneBuffer)).toEqual([made[0]?.pkg.path])
    },
  )
})
