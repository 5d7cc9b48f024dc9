import { rename, rm, symlink } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { sql, type DataLocation } from '@almagest/schema'
import { sweep, type World } from '@almagest/jobs'
import { attempt, getOperation, packageNow, pathAt, toldOf } from './attempt.ts'
import { test } from './bench.ts'
import { planPackage } from './made.ts'

/** Scans SOURCE now, whenever it was scanned before. */
async function scanNow(world: World, { id }: DataLocation): Promise<unknown> {
  await sql(world.orm.em.fork(), '/* test: due */ update storage.data_location set scanned_at = null where id = $1', [id])
  return attempt(world, 'scan', id)
}

describe('packaging', () => {
  test('UC-2.2 UC-7.3 that FAILED is tried again after a scan that finds its files as they were filed, and not before', async ({
    em,
    world,
    topology,
  }) => {
    const { source } = topology.locations
    const name = `${Math.random()}.dat`
    const id = await planPackage(em, { topology, files: { [name]: 'some bytes' } })
    const fail = async () => {
      const { id: operationId } = await getOperation(world, 'packaging', id)
      await sql(em, '/* test: nine before */ update storage.operation set attempt = max_attempts - 1 where id = $1', [operationId])
      return attempt(world, 'packaging', id)
    }
    await rename(pathAt(source, name), pathAt(source, 'away.dat'))

    expect(await fail()).toBe('FAILED')
    expect(await scanNow(world, source)).toBe('DONE')
    await sweep(world, null)
    expect(await packageNow(em, id)).toMatchObject({ status: 'FAILED' })
    await rename(pathAt(source, 'away.dat'), pathAt(source, name))
    await sweep(world, null)
    expect(await packageNow(em, id)).toMatchObject({ status: 'FAILED' })
    expect(await scanNow(world, source)).toBe('DONE')
    await sweep(world, null)

    expect(await packageNow(em, id)).toMatchObject({ status: 'SCHEDULED' })
    expect(await getOperation(world, 'packaging', id)).toMatchObject({ state: 'READY', attempt: 0 })
    expect((await toldOf(em, id)).findLast(({ field }) => field === 'status')?.reason).toBe(
      'it FAILED, and a scan of SOURCE since has found its files as they were filed: it is tried again',
    )
    expect(await attempt(world, 'packaging', id)).toBe('DONE')
  })

  test('UC-2.2 that the rules forbid stays FAILED until what a scan saw is otherwise', async ({ em, world, topology }) => {
    const { source } = topology.locations
    const name = `${Math.random()}.dat`
    const id = await planPackage(em, { topology, files: { [name]: 'some bytes' } })
    await rename(pathAt(source, name), pathAt(source, 'target.dat'))
    expect(await scanNow(world, source)).toBe('DONE')
    await symlink('target.dat', pathAt(source, name))
    expect(await attempt(world, 'packaging', id)).toBe('FAILED')
    expect(await scanNow(world, source)).toBe('DONE')
    await sweep(world, null)
    expect(await packageNow(em, id)).toMatchObject({ status: 'FAILED' })
    await rm(pathAt(source, name))
    await rename(pathAt(source, 'target.dat'), pathAt(source, name))
    expect(await scanNow(world, source)).toBe('DONE')
    await sweep(world, null)
    expect(await attempt(world, 'packaging', id)).toBe('DONE')
  })
})
