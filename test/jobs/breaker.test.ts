import { rename } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { CircuitBreaker, Operation, Outage, requestOperations, ScanFinding, sql, takeDueNudges, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { claim, perform, probeBreakers, watchLocations, type World } from '@almagest/jobs'
import { getOperation, makeDue, toldOf, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { planPackage } from './made.ts'

const never = new AbortController().signal

function breakerOf(em: EntityManager, { id }: DataLocation): Promise<CircuitBreaker | null> {
  return em.fork().findOne(CircuitBreaker, { locationId: id })
}

/** SOURCE with its cable pulled. */
function unplugged(world: World, source: DataLocation): World {
  const away = () => Promise.reject(new Outage(`location ${source.id} is offline`, { locationId: source.id }))
  return withStore(world, source, () => ({ stat: away, read: away, check: away }))
}

async function probeNow(em: EntityManager, { id }: DataLocation): Promise<void> {
  await sql(em, `/* test: probe */ update storage.circuit_breaker set probe_at = now() - interval '1 s' where location_id = $1`, [id])
}

/** Performs a piece of work until the breaker of its location is open. */
async function breakAt(world: World, operationId: string): Promise<void> {
  for (let time = 0; time < 5; time++) {
    await makeDue(world, operationId)
    expect(await perform(world, operationId, never)).toBe('RETRY')
  }
}

describe('the circuit breaker of a location', () => {
  test('UC-8.1 opens after five outages in a row, parks the work there, and no other', async ({ em, world, topology }) => {
    const { source, chileBuffer } = topology.locations
    const [first, second] = [await planPackage(em, { topology }), await planPackage(em, { topology, files: { 'b.dat': 'b' } })]
    const { id } = await getOperation(world, 'packaging', first)
    const other = await getOperation(world, 'packaging', second)

    await breakAt(unplugged(world, source), id)

    expect(await breakerOf(em, source)).toMatchObject({
      state: 'OPEN',
      failures: 5,
      reason: expect.stringContaining('is offline') as string,
    })
    await makeDue(world, id)
    await makeDue(world, other.id)
    expect(await claim(world, id)).toBeNull()
    expect(await claim(world, other.id)).toBeNull()
    expect(await takeDueNudges(em.fork(), { afterS: 0 })).toEqual([])
    expect(await getOperation(world, 'packaging', second)).toMatchObject({ state: 'READY', attempt: 0 })
    const [elsewhere] = await requestOperations(em.fork(), [
      { kind: 'cleanup', locationId: chileBuffer.id, subjectId: first, packageId: first },
    ])
    expect(await perform(world, elsewhere?.operationId ?? '', never)).toBe('DONE')
  })

  test('is not opened by outages between which something succeeds', async ({ em, world, topology }) => {
    const { source } = topology.locations
    const id = await planPackage(em, { topology })
    const operation = await getOperation(world, 'packaging', id)
    for (let time = 0; time < 6; time++) {
      await makeDue(world, operation.id)
      expect(await perform(unplugged(world, source), operation.id, never)).toBe('RETRY')
      const [scan] = await requestOperations(em.fork(), [{ kind: 'scan', locationId: source.id, subjectId: source.id }])
      expect(await perform(world, scan?.operationId ?? '', never)).toBe('DONE')
    }
    expect(await breakerOf(em, source)).toMatchObject({ state: 'CLOSED', failures: 0 })
  })

  test('lets one probe through when its time has come, and its success closes it', async ({ em, world, topology }) => {
    const { source } = topology.locations
    const ids: string[] = []
    for (const name of ['a.dat', 'b.dat', 'c.dat']) {
      ids.push((await getOperation(world, 'packaging', await planPackage(em, { topology, files: { [name]: name } }))).id)
    }
    await breakAt(unplugged(world, source), ids[0] ?? '')
    await probeNow(em, source)
    for (const id of ids) await makeDue(world, id)

    expect((await takeDueNudges(em.fork(), { afterS: 0 })).map(({ operationId }) => operationId).sort()).toEqual(ids)
    const claims = (await Promise.all(ids.map(id => claim(world, id)))).filter(found => found !== null)
    expect(claims).toHaveLength(1)
    expect((await breakerOf(em, source))?.state).toBe('HALF_OPEN')
    expect(await Promise.all(ids.map(id => claim(world, id)))).toEqual([null, null, null])

    await makeDue(world, claims[0]?.id ?? '')
    await probeNow(em, source)
    expect(await perform(world, claims[0]?.id ?? '', never)).toBe('DONE')
    expect(await breakerOf(em, source)).toMatchObject({ state: 'CLOSED', failures: 0, probeAt: null, reason: null })
    const breaker = await breakerOf(em, source)
    expect((await toldOf(em, breaker?.id ?? '')).map(({ to_state }) => to_state)).toEqual(['CLOSED', 'OPEN', 'HALF_OPEN', 'CLOSED'])
    const others = ids.filter(id => id !== claims[0]?.id)
    expect(await Promise.all(others.map(id => perform(world, id, never)))).toEqual(['DONE', 'DONE'])
  })

  test('UC-8.1 however long a location is away, no work there FAILED, and the probes come ten minutes apart at most', async ({
    em,
    world,
    topology,
  }) => {
    const { source } = topology.locations
    const { id } = await getOperation(world, 'packaging', await planPackage(em, { topology }))
    await breakAt(unplugged(world, source), id)

    for (let probe = 0; probe < 12; probe++) {
      await probeNow(em, source)
      await makeDue(world, id)
      expect(await perform(unplugged(world, source), id, never)).toBe('RETRY')
    }
    await sql(em, `/* test: weeks */ update storage.circuit_breaker set failures = 5000 where location_id = $1`, [source.id])
    await probeNow(em, source)
    await makeDue(world, id)
    expect(await perform(unplugged(world, source), id, never)).toBe('RETRY')

    const [row] = await sql<{ seconds: number }>(
      em,
      '/* test: probe */ select extract(epoch from probe_at - now())::float8 as seconds from storage.circuit_breaker where location_id = $1',
      [source.id],
    )
    expect(row?.seconds).toBeGreaterThan(590)
    expect(row?.seconds).toBeLessThanOrEqual(600)
    expect(await breakerOf(em, source)).toMatchObject({ state: 'OPEN' })
    await probeNow(em, source)
    await makeDue(world, id)
    expect(await perform(world, id, never)).toBe('DONE')
    expect(await em.fork().count(ScanFinding, { locationId: source.id })).toBe(0)
  })

  test('is that of the location to blame, not of the one where the work is done, which waits until it is tried again', async ({
    em,
    world,
    topology,
  }) => {
    const { source, chileBuffer } = topology.locations
    const { id } = await getOperation(world, 'packaging', await planPackage(em, { topology }))
    const away = withStore(world, chileBuffer, () => ({
      write: () => Promise.reject(new Outage(`location ${chileBuffer.id} is offline`, { locationId: chileBuffer.id })),
      check: () => Promise.reject(new Outage(`location ${chileBuffer.id} is offline`, { locationId: chileBuffer.id })),
    }))

    await breakAt(away, id)

    expect(await breakerOf(em, source)).toBeNull()
    const breaker = await breakerOf(em, chileBuffer)
    expect(breaker).toMatchObject({ state: 'OPEN' })
    const { nextRunAt } = await em.fork().findOneOrFail(Operation, id)
    expect(nextRunAt >= (breaker?.probeAt ?? Infinity)).toBe(true)
  })

  test('UC-8.1 UC-6.2 opens where nothing is to be done too, so that nothing relies on what is away, and closes when it is there again', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneArchive } = topology.locations
    const root = cologneArchive.root ?? ''
    const { name } = topology.sites.cologne
    await watchLocations(world, name)
    expect(await breakerOf(em, cologneArchive)).toBeNull()
    await rename(root, `${root}.away`)
    for (let time = 0; time < 6; time++) await watchLocations(world, name)
    expect(await breakerOf(em, cologneArchive)).toMatchObject({ state: 'OPEN', failures: 5 })
    await rename(`${root}.away`, root)
    await probeNow(em, cologneArchive)
    expect(await probeBreakers(world, name)).toBe(1)
    expect(await breakerOf(em, cologneArchive)).toMatchObject({ state: 'CLOSED', failures: 0 })
  })
})
