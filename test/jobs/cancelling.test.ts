import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { DataTransferRoute, Operation, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { openTransports, perform, type World } from '@almagest/jobs'
import { attempt, copyAt, filesAt, getOperation } from './attempt.ts'
import { test } from './bench.ts'
import { assembling, planSending, transferNow } from './sending.ts'
import { serveData } from './transports/served.ts'

const never = new AbortController().signal

/** What the mutation writes. */
async function cancel(em: EntityManager, { id, subjectId }: Operation): Promise<void> {
  await em.fork().transactional(async em => {
    await sql(em, `/* test: cancel */ select from storage.operation where id = $1 for update`, [id])
    await sql(em, `/* test: cancel */ update storage.data_transfer set status = 'FAILED', version = version + 1 where id = $1`, [subjectId])
    await sql(
      em,
      `/* test: cancel */ update storage.operation
       set state = 'CANCELLED', finished_at = now(), lease_owner = null, lease_until = null, reason = 'it was cancelled' where id = $1`,
      [id],
    )
  })
}

/** Waits until the operation says something of itself. */
async function until(em: EntityManager, id: string, holds: (operation: Operation) => boolean): Promise<Operation> {
  for (;;) {
    const operation = await em.fork().findOneOrFail(Operation, id)
    if (holds(operation)) return operation
    await delay(50)
  }
}

/** A world whose transfers go over HTTP, so slowly that there is time to look. */
async function slowly(em: EntityManager, world: World, topology: Parameters<typeof serveData>[1] & { routes: readonly { id: string }[] }) {
  const { server, keys } = await serveData(world, topology)
  const route = topology.routes[0]?.id ?? ''
  const rate = (rateBytesS: number | null) => em.nativeUpdate(DataTransferRoute, { id: route }, { method: 'HTTP', rateBytesS })
  await rate(20_000)
  return { world: { ...world, transports: openTransports({ keys }) }, server, rate }
}

describe('an operation that is cancelled', () => {
  test('UC-8.1 while it runs is given up by its worker, leaves nothing partial, and can be asked for again', async ({
    em,
    world,
    topology,
  }) => {
    const slow = await slowly(em, world, topology)
    await using _server = slow.server
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology })
    const operation = await getOperation(world, 'transfer', transferId)
    const running = perform(slow.world, operation.id, never)
    const seen = await until(em, operation.id, ({ bytesDone }) => bytesDone > 0)
    expect(seen).toMatchObject({ state: 'RUNNING', bytesTotal: made[0]?.pkg.bytes })
    expect(await filesAt(cologneBuffer)).toHaveLength(2)

    await cancel(em, operation)

    expect(await running).toBe('CANCELLED')
    expect(await filesAt(cologneBuffer)).toEqual([])
    expect(await transferNow(em, transferId)).toMatchObject({ status: 'FAILED' })
    expect(await copyAt(em, made[0]?.pkg.id ?? '', cologneBuffer)).toBeNull()
    expect(await em.fork().findOneOrFail(Operation, operation.id)).toMatchObject({ state: 'CANCELLED', reason: 'it was cancelled' })
    expect(await attempt(slow.world, 'transfer', transferId)).toBeNull()

    await slow.rate(null)
    await sql(em, `/* test: asked again */ update storage.data_transfer set status = 'PENDING', version = version + 1 where id = $1`, [
      transferId,
    ])
    expect(await attempt(slow.world, 'transfer', transferId)).toBe('DONE')
    expect(await filesAt(cologneBuffer)).toEqual([made[0]?.pkg.path])
  })

  test('between two packages of a bundle keeps those that arrived', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology, count: 2 })
    const operation = await getOperation(world, 'transfer', transferId)
    let arrived = 0
    const meddling = assembling(world, cologneBuffer, () => ({
      async published() {
        if (++arrived === 2) await cancel(em, operation)
      },
    }))

    expect(['CANCELLED', 'NOTHING']).toContain(await perform(meddling, operation.id, never))

    const copies = await Promise.all(made.map(({ pkg }) => copyAt(em, pkg.id, cologneBuffer)))
    expect(copies.filter(Boolean)).toHaveLength(1)
    expect((await filesAt(cologneBuffer)).filter(path => path.startsWith('.'))).toEqual([])
  })

  test('tells how fast it goes and when it ends, twice a second', async ({ em, world, topology }) => {
    const slow = await slowly(em, world, topology)
    await using _server = slow.server
    const { transferId } = await planSending(world, em, { topology })
    const operation = await getOperation(world, 'transfer', transferId)
    const stop = new AbortController()
    const running = perform(slow.world, operation.id, stop.signal)

    const seen = await until(em, operation.id, ({ bytesDone, endsAt }) => bytesDone > 0 && endsAt !== null)

    expect(seen.rateBytesS).toBeGreaterThan(0)
    expect(seen.endsAt?.getTime()).toBeGreaterThan(seen.startedAt?.getTime() ?? Infinity)
    stop.abort()
    expect(await running).toBe('RELEASED')
  })
})
