import { describe, expect } from 'vitest'
import { cancelOperation, DataTransferRoute, Operation, RawDataPackage, retryOperation, sql } from '@almagest/schema'
import { perform, sweep } from '@almagest/jobs'
import { attempt, getOperation, makeDue, packageNow, performAgain, toldOf } from './attempt.ts'
import { test } from './bench.ts'
import { makeHeldPackage } from './made.ts'
import { planSending } from './sending.ts'

const never = new AbortController().signal

describe('a package', () => {
  test('UC-7.3 is FAILED while its transfer is and nothing else brings it on, and what it was when that is tried again', async ({
    em,
    world,
    topology,
  }) => {
    const { made, transferId } = await planSending(world, em, { topology })
    const id = made[0]?.pkg.id ?? ''
    await sweep(world, null)
    expect((await packageNow(em, id)).state).toBe('TRANSFERRING')
    const operation = await getOperation(world, 'transfer', transferId)
    await sql(em, `/* test: it failed */ update storage.operation set state = 'FAILED', finished_at = now() where id = $1`, [operation.id])
    await sql(em, `/* test: it failed */ update storage.data_transfer set status = 'FAILED' where id = $1`, [transferId])

    await sweep(world, null)

    expect((await packageNow(em, id)).state).toBe('FAILED')
    expect((await toldOf(em, id)).at(-1)).toMatchObject({ to_state: 'FAILED', reason: expect.stringContaining('whyBlocked') as string })
    expect(await performAgain(world, operation)).toBe('DONE')
    await sweep(world, null)
    expect((await packageNow(em, id)).state).toBe('TRANSFERRING')
    expect(await attempt(world, 'unpack', transferId)).toBe('DONE')
    expect(await attempt(world, 'archive', id)).toBe('DONE')
    expect((await packageNow(em, id)).state).toBe('ARCHIVED')
  })

  test('is FAILED when its archiving was cancelled, one that an archive has is not, and both are ARCHIVED in the end', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    await em.nativeUpdate(DataTransferRoute, { id: topology.routes.map(({ id }) => id) }, { active: false })
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'WAITING' })
    const { pkg: archived } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive] })
    await sweep(world, null)
    const { id } = await getOperation(world, 'archive', pkg.id)
    await em.fork().transactional(async em => cancelOperation(em, await em.findOneOrFail(Operation, id)))
    const { id: doubt } = await getOperation(world, 'packaging', archived.id)
    await sql(em, `/* test: it failed */ update storage.operation set state = 'FAILED' where id = $1`, [doubt])

    await sweep(world, null)

    expect((await packageNow(em, pkg.id)).state).toBe('FAILED')
    expect((await packageNow(em, archived.id)).state).toBe('ARCHIVED')
    await em.fork().transactional(em => retryOperation(em, id))
    await makeDue(world, id)
    expect(await perform(world, id, never)).toBe('DONE')
    expect(await em.fork().count(RawDataPackage, { id: [pkg.id, archived.id], state: 'ARCHIVED' })).toBe(2)
  })
})
