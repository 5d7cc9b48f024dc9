import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect } from 'vitest'
import { DataLocation, newId, Operation, Outage, Refusal, requestOperations, retryOperation, Site, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { claim, complete, fenced, perform, renew, type World } from '@almagest/jobs'
import { makeWorld, type Topology } from '../make.ts'
import { attempt, copyAt, filesAt, getOperation, loseClaims, makeDue, packageNow, toldOf, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { planPackage } from './made.ts'

const never = new AbortController().signal

/** A scan of SOURCE that is asked for: the piece of work of these tests, for what it does is decided by `list`. */
async function requestScan(em: EntityManager, { locations: { source } }: Topology): Promise<string> {
  const [nudge] = await requestOperations(em.fork(), [{ kind: 'scan', locationId: source.id, subjectId: source.id }])
  return nudge?.operationId ?? ''
}

/** The world whose scans do something before they list. */
function scanning(world: World, { locations: { source } }: Topology, act: () => Promise<void>): World {
  return withStore(world, source, store => ({
    async *list(...given) {
      await act()
      yield* store.list(...given)
    },
  }))
}

const failing = (world: World, topology: Topology, error: Error): World => scanning(world, topology, () => Promise.reject(error))

const now = (em: EntityManager, id: string): Promise<Operation> => em.fork().findOneOrFail(Operation, id)

describe('a claim', () => {
  test('UC-8.3 is given to one of many workers that race for it, and raises the fence', async ({ em, orm, topology }) => {
    const id = await requestScan(em, topology)
    const claims = await Promise.all(Array.from({ length: 12 }, () => claim(makeWorld(orm), id)))

    expect(claims.filter(Boolean)).toMatchObject([{ id, fence: 1, attempt: 1, kind: 'scan', subjectId: topology.locations.source.id }])
    expect(await now(em, id)).toMatchObject({ state: 'RUNNING', fence: 1, attempt: 1 })

    await makeDue(makeWorld(orm), id)
    const again = await Promise.all(Array.from({ length: 12 }, () => claim(makeWorld(orm), id)))
    expect(again.filter(Boolean)).toMatchObject([{ fence: 2, attempt: 2 }])
  })

  test('lasts by the clock of the database, and names who holds it', async ({ em, world, topology }) => {
    const id = await requestScan(em, topology)
    await claim({ ...world, leaseS: 100 }, id)

    const [row] = await sql<{ seconds: number; owner: string }>(
      em,
      `/* test: lease */ select extract(epoch from lease_until - started_at)::int as seconds, lease_owner as owner from storage.operation where id = $1`,
      [id],
    )
    expect(row).toEqual({ seconds: 100, owner: world.worker })
  })

  test('is not given before the time, when it is done, or of nothing', async ({ em, world, topology }) => {
    const id = await requestScan(em, topology)
    await sql(em, `/* test: later */ update storage.operation set next_run_at = now() + interval '1 h' where id = $1`, [id])
    expect(await claim(world, id)).toBeNull()
    await makeDue(world, id)
    expect(await perform(world, id, never)).toBe('DONE')
    expect(await claim(world, id)).toBeNull()
    expect(await claim(world, newId())).toBeNull()
    expect(await perform(world, id, never)).toBe('NOTHING')
  })

  test('UC-8.1 is not given at a location or site that is not active; that is no failure', async ({ em, world, topology }) => {
    const id = await requestScan(em, topology)
    const place = { id: topology.locations.source.id }
    await em.nativeUpdate(DataLocation, place, { active: false })
    expect(await perform(world, id, never)).toBe('NOTHING')
    await em.nativeUpdate(DataLocation, place, { active: true })
    const site = { id: topology.sites.chile.id }
    await em.nativeUpdate(Site, site, { active: false })
    expect(await perform(world, id, never)).toBe('NOTHING')
    await em.nativeUpdate(Site, site, { active: true })
    expect(await now(em, id)).toMatchObject({ state: 'READY', attempt: 0, fence: 0 })
    expect(await perform(world, id, never)).toBe('DONE')
  })

  test('that was lost writes nothing', async ({ em, world, topology }) => {
    const { source } = topology.locations
    const id = await requestScan(em, topology)
    const lost = await claim(world, id)
    await makeDue(world, id)
    await claim(world, id)
    if (!lost) throw new Error('it was not claimed')

    const write = fenced(world, lost, {
      write: em => sql(em, '/* test: zombie */ update storage.data_location set scanned_at = now() where id = $1', [source.id]),
    })
    await expect(write).rejects.toThrow('was taken over by another worker')

    expect(await em.fork().findOneOrFail(DataLocation, source.id)).toMatchObject({ scannedAt: null })
    expect(await renew(world, lost, { done: 7, total: null, bytesS: null, leftS: null, needs: null })).toBe(false)
    expect(await complete(world, lost, { done: 7, total: null })).toBe(false)
    expect(await now(em, id)).toMatchObject({ state: 'RUNNING', fence: 2, bytesDone: 0 })
  })

  test('writes all or nothing', async ({ em, world, topology }) => {
    const { source } = topology.locations
    const held = await claim(world, await requestScan(em, topology))
    if (!held) throw new Error('it was not claimed')
    const write = fenced(world, held, {
      async write(em) {
        await sql(em, '/* test: half */ update storage.data_location set scanned_at = now() where id = $1', [source.id])
        throw new Error('half way')
      },
    })
    await expect(write).rejects.toThrow('half way')
    expect(await em.fork().findOneOrFail(DataLocation, source.id)).toMatchObject({ scannedAt: null })
  })

  test('UC-8.3 is given up by a worker that cannot renew it for as long as it lasts: another may have it', async ({
    em,
    world,
    topology,
  }) => {
    const id = await requestScan(em, topology)
    const end = Promise.withResolvers<void>()
    let stopped = false
    const cut = withStore({ ...world, leaseS: 0.8 }, topology.locations.source, store => ({
      async *list(folder, options) {
        const locked = Promise.withResolvers<void>()
        const locking = em.fork().transactional(async em => {
          await sql(em, '/* test: lock */ select from storage.operation where id = $1 for update', [id])
          locked.resolve()
          await end.promise
        })
        try {
          await locked.promise
          await delay(5_000, null, { signal: options?.signal }).catch(() => null)
          stopped = options?.signal?.aborted ?? false
        } finally {
          end.resolve()
          await locking
        }
        options?.signal?.throwIfAborted()
        yield* store.list(folder, options)
      },
    }))

    expect(await perform(cut, id, never)).toBe('NOTHING')

    expect(stopped).toBe(true)
    expect(await now(em, id)).toMatchObject({ state: 'RUNNING', fence: 1, finishedAt: null })
  })

  test('is renewed while the work goes on, with its progress', async ({ em, world, topology }) => {
    const id = await requestScan(em, topology)
    const brief = { ...world, leaseS: 0.4 }
    const slow = scanning(brief, topology, () => delay(1_200))
    const running = perform(slow, id, never)
    await delay(900)

    expect(await perform(world, id, never)).toBe('NOTHING')
    expect(await running).toBe('DONE')
    expect(await now(em, id)).toMatchObject({ state: 'DONE', fence: 1, attempt: 1 })
  })
})

describe('a worker that was believed dead', () => {
  test('UC-8.3 learns that it was taken over, stops, and changes no row', async ({ em, world, topology }) => {
    const id = await requestScan(em, topology)
    const brief = { ...world, leaseS: 0.4 }
    const zombie = perform(
      withStore(brief, topology.locations.source, () => ({
        async *list(_folder, options) {
          await makeDue(world, id)
          expect(await perform(world, id, never)).toBe('DONE')
          while (!options?.signal?.aborted) await delay(20)
          options.signal.throwIfAborted()
          yield* []
        },
      })),
      id,
      never,
    )

    expect(await zombie).toBe('NOTHING')
    expect(await now(em, id)).toMatchObject({ state: 'DONE', fence: 2, reason: null })
  })

  test('UC-8.3 does not say that it did what another did, whatever became of its own work', async ({ em, world, topology }) => {
    for (const error of [new Error('a fault'), new Outage('an outage'), new Refusal('NOT_SAFE', 'a refusal')]) {
      const id = await requestScan(em, topology)
      const late = scanning(world, topology, async () => {
        await loseClaims(world)
        throw error
      })

      expect(await perform(late, id, never)).toBe('NOTHING')

      expect(await now(em, id)).toMatchObject({ state: 'RUNNING', fence: 2, reason: null })
      await sql(em, `/* test: over */ update storage.operation set state = 'DONE' where id = $1`, [id])
    }
  })

  test('UC-8.3 leaves no file that disturbs the worker that took over', async ({ em, world, topology }) => {
    const { chileBuffer } = topology.locations
    const id = await planPackage(em, { topology, files: { 'a.dat': Buffer.alloc(3_000_000, 1) } })
    const slow = withStore(world, chileBuffer, store => ({
      write: (path, chunks, options) => store.write(path, interrupted(chunks), options),
    }))
    async function* interrupted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
      let first = true
      for await (const chunk of chunks) {
        yield chunk
        if (first) expect(await attempt(world, 'packaging', id)).toBe('DONE')
        first = false
      }
    }
    const before = await getOperation(world, 'packaging', id)

    expect(await perform(slow, before.id, never)).toBe('NOTHING')

    const { path, status } = await packageNow(em, id)
    expect(status).toBe('COMPLETED')
    expect(await filesAt(chileBuffer)).toEqual([path])
    expect(await copyAt(em, id, chileBuffer)).toMatchObject({ status: 'PRESENT', path })
    expect(await getOperation(world, 'packaging', id)).toMatchObject({ state: 'DONE', fence: 2 })
  })
})

describe('an attempt', () => {
  test('that the rules forbid is the last, and what it was about FAILED with it', async ({ em, world, topology }) => {
    const id = await requestScan(em, topology)

    expect(await perform(failing(world, topology, new Refusal('NOT_SAFE', 'the rules forbid it')), id, never)).toBe('FAILED')

    expect(await now(em, id)).toMatchObject({
      state: 'FAILED',
      attempt: 1,
      errorCode: 'NOT_SAFE',
      reason: 'the rules forbid it',
      leaseOwner: null,
    })
    expect(await attempt(world, 'scan', topology.locations.source.id)).toBeNull()
  })

  test('that ends in an outage is made again later, and later each time', async ({ em, world, topology }) => {
    const id = await requestScan(em, topology)
    const away = failing(world, topology, new Outage('a network is away', { locationId: null }))
    for (let time = 1; time <= 6; time++) {
      expect(await perform(away, id, never)).toBe('RETRY')
      const [row] = await sql<{ seconds: number }>(
        em,
        '/* test: wait */ select extract(epoch from next_run_at - now())::float8 as seconds from storage.operation where id = $1',
        [id],
      )
      expect(row?.seconds).toBeGreaterThan(2 ** time / 2 - 1)
      expect(row?.seconds).toBeLessThanOrEqual(2 ** time)
      expect(await now(em, id)).toMatchObject({
        state: 'WAITING',
        attempt: time,
        errorCode: 'UNAVAILABLE',
        reason: 'a network is away',
        leaseUntil: null,
      })
      expect(await perform(world, id, never)).toBe('NOTHING')
      await makeDue(world, id)
    }
  })

  test('that ends in a fault of ours is made again, and logged as an error with its stack', async ({ em, world, topology }) => {
    const lines: string[] = []
    const log = pino({ level: 'error' }, { write: line => void lines.push(line) })
    const id = await requestScan(em, topology)

    expect(await perform({ ...failing(world, topology, new TypeError('x is not a function')), log }, id, never)).toBe('RETRY')

    expect(await now(em, id)).toMatchObject({
      state: 'WAITING',
      attempt: 1,
      errorCode: 'INTERNAL',
      reason: 'an internal error, which the log of the worker describes',
    })
    expect(lines.map(line => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'operation.retried', operation: id, kind: 'scan', code: 'INTERNAL', stack: expect.stringContaining('TypeError') as string },
    ])
  })

  test.for([
    ['an outage', new Outage('a network is away', { locationId: null }), 'UNAVAILABLE', 'a network is away'],
    ['a fault of ours', new Error('oops'), 'INTERNAL', 'an internal error, which the log of the worker describes'],
  ] as const)(
    'UC-7.3 that is the last and ends in %s leaves a row that says so',
    async ([, error, code, reason], { em, world, topology }) => {
      const id = await requestScan(em, topology)
      await sql(em, '/* test: nine before */ update storage.operation set attempt = max_attempts - 1 where id = $1', [id])

      expect(await perform(failing(world, topology, error), id, never)).toBe('FAILED')

      expect(await now(em, id)).toMatchObject({
        state: 'FAILED',
        attempt: 10,
        errorCode: code,
        reason,
        finishedAt: expect.any(Date) as Date,
      })
      expect((await toldOf(em, id)).at(-1)).toEqual({ field: 'state', from_state: 'RUNNING', to_state: 'FAILED', reason })
    },
  )

  test('that was the last of a packaging makes the package FAILED; a retry revives it', async ({ em, world, topology }) => {
    const id = await planPackage(em, { topology })
    const gone = withStore(world, topology.locations.source, () => ({ stat: () => Promise.resolve(null) }))
    const { id: operationId } = await getOperation(world, 'packaging', id)
    await sql(em, '/* test: nine before */ update storage.operation set attempt = max_attempts - 1 where id = $1', [operationId])
    expect(await perform(gone, operationId, never)).toBe('FAILED')
    expect((await packageNow(em, id)).status).toBe('FAILED')

    const nudge = await retryOperation(em.fork(), operationId)

    expect(nudge).toMatchObject({ operationId, dispatch: 2, queue: `packaging.${topology.locations.source.name}` })
    expect(await now(em, operationId)).toMatchObject({ state: 'READY', attempt: 0, finishedAt: null })
    expect(await perform(world, operationId, never)).toBe('DONE')
    expect((await packageNow(em, id)).status).toBe('COMPLETED')
    await expect(retryOperation(em.fork(), operationId)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' })
    await expect(retryOperation(em.fork(), newId())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('UC-8.3 that is stopped gives its claim back at once, and does not count', async ({ em, world, topology }) => {
    const id = await requestScan(em, topology)
    const stop = new AbortController()
    const stopping = scanning(world, topology, () => Promise.resolve(stop.abort()))

    expect(await perform(stopping, id, stop.signal)).toBe('RELEASED')

    expect(await now(em, id)).toMatchObject({
      state: 'WAITING',
      attempt: 0,
      reason: 'the worker is stopping',
      leaseOwner: null,
      leaseUntil: null,
    })
    expect(await perform(world, id, stop.signal)).toBe('NOTHING')
    expect(await perform(world, id, never)).toBe('DONE')
  })
})
