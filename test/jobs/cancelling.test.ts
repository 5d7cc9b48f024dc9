import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import {
  cancelOperation,
  DataTransferRoute,
  Operation,
  requestOperations,
  retryOperation,
  sql,
  DataLocation,
  type JobName,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { openTransports, perform, sweep, type World } from '@almagest/jobs'
import { attempt, copyAt, filesAt, getOperation, makeDue, packageNow, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { cleanUp, definePolicy, expectKept, safe } from './deletions.ts'
import { makeHeldPackage, planPackage } from './made.ts'
import { assembling, planSending, transferNow } from './sending.ts'
import { archived, expectRequest, request, seenAt, whole } from './staged.ts'
import { serveData } from './transports/served.ts'

const never = new AbortController().signal

/** Cancels a piece of work, as the mutation does. */
async function cancel(em: EntityManager, id: string): Promise<void> {
  await em.fork().transactional(async em => {
    await sql(em, `/* test: hold */ select from storage.operation where id = $1 for update`, [id])
    await cancelOperation(em, await em.findOneOrFail(Operation, id))
  })
}

/** Waits until the operation says something of itself. */
async function until(em: EntityManager, id: string, holds: (operation: Operation) => boolean): Promise<Operation> {
  await expect.poll(async () => holds(await em.fork().findOneOrFail(Operation, id)), { interval: 30 }).toBe(true)
  return em.fork().findOneOrFail(Operation, id)
}

/** A world where all that is read at a location comes in small pieces, slowly, until told otherwise. */
function reading(world: World, location: DataLocation) {
  const pace = { ms: 20 }
  const slow = withStore(world, location, store => ({
    async read(path, options) {
      const found = await store.read(path, options)
      if (!found) return null
      return {
        stat: found.stat,
        get direct() {
          return found.direct
        },
        change: () => found.change(),
        async *[Symbol.asyncIterator]() {
          for await (const chunk of found) {
            for (let at = 0; at < chunk.length; at += 1_000) {
              await delay(pace.ms, undefined, { signal: options?.signal }).catch(() => options?.signal?.throwIfAborted())
              yield chunk.subarray(at, at + 1_000)
            }
          }
        },
        [Symbol.asyncDispose]: () => found[Symbol.asyncDispose](),
      }
    },
  }))
  return { slow, pace }
}

/** What people see at a location. */
const seen = async (location: DataLocation) => (await filesAt(location)).filter(path => !path.startsWith('.'))

/** Cancels an operation while it runs, looks what is at a location then, asks for it again, and lets it go through. */
async function cancelled(
  world: World,
  em: EntityManager,
  { kind, subjectId, from, at }: { kind: JobName; subjectId: string; from: DataLocation; at: DataLocation },
): Promise<void> {
  const before = await filesAt(at)
  const { id } = await getOperation(world, kind, subjectId)
  const { slow, pace } = reading(world, from)
  const running = perform(slow, id, never)
  const underway = await until(em, id, ({ bytesDone }) => bytesDone > 0)
  expect(underway.state).toBe('RUNNING')
  expect(underway.bytesTotal).toBeGreaterThanOrEqual(underway.bytesDone)

  await cancel(em, id)

  expect(await running).toBe('CANCELLED')
  expect(await filesAt(at)).toEqual(before)
  expect(await getOperation(world, kind, subjectId)).toMatchObject({ id, state: 'CANCELLED', reason: 'it was cancelled', leaseUntil: null })
  await sweep(world, null)
  expect(await getOperation(world, kind, subjectId)).toMatchObject({ id, state: 'CANCELLED' })
  expect(await perform(world, id, never)).toBe('NOTHING')

  pace.ms = 0
  await em.fork().transactional(em => retryOperation(em, id))
  expect(await perform(world, id, never)).toBe('DONE')
  expect(await getOperation(world, kind, subjectId)).toMatchObject({ id, state: 'DONE' })
}

/** A world whose transfers go over HTTP, so slowly that there is time to look. */
async function slowly(em: EntityManager, world: World, topology: Parameters<typeof serveData>[1] & { routes: readonly { id: string }[] }) {
  const { server, keys } = await serveData(world, topology)
  const route = topology.routes[0]?.id ?? ''
  const rate = (rateBytesS: number | null) => em.nativeUpdate(DataTransferRoute, { id: route }, { method: 'HTTP', rateBytesS })
  await rate(5_000)
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

    await cancel(em, operation.id)

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
    await em.fork().transactional(em => retryOperation(em, operation.id))
    await sweep(world, null)
    expect(await attempt(slow.world, 'transfer', transferId)).toBe('DONE')
    expect(await filesAt(cologneBuffer)).toEqual([made[0]?.pkg.path])
  })

  test('UC-8.1 is packaging: nothing of the tar is seen, and it can be made after all', async ({ em, world, topology }) => {
    const { source, chileBuffer } = topology.locations
    const id = await planPackage(em, { topology, files: { 'a.dat': Buffer.alloc(300_000, 1) } })
    await cancelled(world, em, { kind: 'packaging', subjectId: id, from: source, at: chileBuffer })
    expect(await seen(chileBuffer)).toEqual([(await packageNow(em, id)).path])
  })

  test('UC-8.1 is the verification of what arrived: nothing is sent again for that', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology })
    expect(await attempt(world, 'transfer', transferId)).toBe('DONE')
    const copy = await copyAt(em, made[0]?.pkg.id ?? '', cologneBuffer)
    await sweep(world, null)
    const { id } = await getOperation(world, 'unpack', transferId)
    const { slow } = reading(world, cologneBuffer)
    const running = perform(slow, id, never)
    await until(em, id, ({ bytesDone }) => bytesDone > 0)
    await cancel(em, id)

    expect(await running).toBe('CANCELLED')
    expect(await transferNow(em, transferId)).toMatchObject({ status: 'COMPLETED', unpackStatus: 'FAILED' })
    expect(await copyAt(em, made[0]?.pkg.id ?? '', cologneBuffer)).toMatchObject({ id: copy?.id, status: 'PRESENT', verificationLevel: 0 })

    await sql(em, `/* test: asked again */ update storage.data_transfer set unpack_status = 'PENDING' where id = $1`, [transferId])
    await em.fork().transactional(em => retryOperation(em, id))
    await sweep(world, null)
    expect(await perform(world, id, never)).toBe('DONE')
    expect(await copyAt(em, made[0]?.pkg.id ?? '', cologneBuffer)).toMatchObject({ id: copy?.id, verificationLevel: 2 })
  })

  test('UC-8.1 is archiving: the archive shows neither tar nor sidecar, and gets them later', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    await sweep(world, null)
    await cancelled(world, em, { kind: 'archive', subjectId: pkg.id, from: cologneBuffer, at: cologneArchive })
    expect(await seen(cologneArchive)).toContain(pkg.path)
  })

  test('is a full re-read: the copy is what it was, and is verified later', async ({ em, world, topology }) => {
    const { cologneArchive, gentArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
    const copy = await copyAt(em, pkg.id, cologneArchive)
    const subjectId = copy?.id ?? ''
    await requestOperations(em.fork(), [{ kind: 'checksum', locationId: cologneArchive.id, subjectId, packageId: pkg.id }])
    await cancelled(world, em, { kind: 'checksum', subjectId, from: cologneArchive, at: cologneArchive })
    expect((await copyAt(em, pkg.id, cologneArchive))?.verifiedAt?.getTime()).toBeGreaterThan(copy?.verifiedAt?.getTime() ?? Infinity)
  })

  test('UC-5.1 is staging: no folder is seen, and the request is served later', async ({ em, world, topology }) => {
    const made = await archived(world, em, topology)
    const id = await request(em, topology, { of: [made] })
    await sweep(world, null)
    const { cologneArchive, processing } = topology.locations
    await cancelled(world, em, { kind: 'staging', subjectId: made.pkg.id, from: cologneArchive, at: processing })
    expect(await seenAt(topology)).toEqual(whole(made))
    await expectRequest(em, id, 'COMPLETED', ['COMPLETED'])
  })

  test('UC-6.1 is a cleanup that waits: what it marked is no longer marked, and stays until it is asked for again', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer } = topology.locations
    const made = await safe(world, em, topology)
    await em.nativeUpdate(DataLocation, { id: cologneBuffer.id }, { deletionEnabled: true })
    await definePolicy(em, cologneBuffer, { graceS: 600 })
    expect((await cleanUp(world, cologneBuffer, made.pkg.id)).outcome).toBe('PAUSED')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETION_SCHEDULED' })

    const { id } = await getOperation(world, 'cleanup', made.pkg.id)
    await cancel(em, id)
    await sweep(world, null)

    await expectKept(em, cologneBuffer, made)
    expect(await getOperation(world, 'cleanup', made.pkg.id)).toMatchObject({ id, state: 'CANCELLED' })
    await definePolicy(em, cologneBuffer, {})
    await em.fork().transactional(em => retryOperation(em, id))
    await makeDue(world, id)
    expect(await perform(world, id, never)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
    expect(await getOperation(world, 'cleanup', made.pkg.id)).toMatchObject({ bytesDone: made.pkg.bytes, bytesTotal: made.pkg.bytes })
  })

  test('UC-8.1 is given up even where it waits for a location that does not answer, nor hears that it is to stop', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'TRANSFERRING' })
    await sweep(world, null)
    const { id } = await getOperation(world, 'archive', pkg.id)
    const asked = Promise.withResolvers<void>()
    const silent = withStore(world, cologneArchive, () => ({
      space() {
        asked.resolve()
        return new Promise(() => {})
      },
    }))
    const running = perform(silent, id, never)
    await asked.promise

    await cancel(em, id)

    expect(await running).toBe('CANCELLED')
    await em.fork().transactional(em => retryOperation(em, id))
    expect(await perform(world, id, never)).toBe('DONE')
  })

  test('between two packages of a bundle keeps those that arrived', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, transferId } = await planSending(world, em, { topology, count: 2 })
    const operation = await getOperation(world, 'transfer', transferId)
    let arrived = 0
    const meddling = assembling(world, cologneBuffer, () => ({
      async published() {
        if (++arrived === 2) await cancel(em, operation.id)
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
