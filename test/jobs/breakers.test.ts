import { describe, expect } from 'vitest'
import { CircuitBreaker, Outage, sql } from '@almagest/schema'
import { perform, probeBreakers, sweep, type World } from '@almagest/jobs'
import { makeDue, getOperation, withStore } from './attempt.ts'
import { makeHeldPackage, planPackage } from './made.ts'
import { test } from './operated.ts'
import { planSending } from './sending.ts'

const never = new AbortController().signal

/** The world whose line between sites is cut. */
function cut(world: World): World {
  const send = () => Promise.reject(new Outage('the line is cut', { locationId: null, line: true }))
  return { ...world, transports: { ...world.transports, COPY: { ...world.transports.COPY, send } } }
}

async function tryOften(world: World, id: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await makeDue(world, id)
    await sql(
      world.orm.em.fork(),
      `/* test: probe */ update storage.circuit_breaker set probe_at = now() - interval '1 s' where state <> 'CLOSED'`,
    )
    expect(await perform(world, id, never)).toBe('RETRY')
  }
}

describe('a breaker', () => {
  test('UC-8.1 of a route parks what crosses a line that is cut, however long, and nothing else; a success closes it', async ({
    em,
    world,
    topology,
    api,
  }) => {
    const { transferId } = await planSending(world, em, { topology })
    const { id } = await getOperation(world, 'transfer', transferId)
    const [route] = topology.routes
    await tryOften(cut(world), id, 14)

    expect(await getOperation(world, 'transfer', transferId)).toMatchObject({ state: 'WAITING' })
    const [{ breaker }] = await api.entities(
      'DataTransferRoute',
      [route?.id],
      'breaker { state failures reason route { id } location { id } }',
    )
    expect(breaker).toEqual({ state: 'OPEN', failures: 14, reason: 'the line is cut', route: { id: route?.id }, location: null })
    await makeDue(world, id)
    expect(await perform(world, id, never)).toBe('NOTHING')
    const [{ whyBlocked }] = await api.entities('Operation', [id], 'whyBlocked { code message }')
    expect(whyBlocked[1]).toEqual({ code: 'ROUTE_PARKED', message: `the route ${route?.name} is parked: the line is cut` })
    const packaging = await getOperation(world, 'packaging', await planPackage(em, { topology }))
    expect(await perform(world, packaging.id, never)).toBe('DONE')

    await sql(em, `/* test: probe */ update storage.circuit_breaker set probe_at = now() where route_id = $1`, [route?.id])
    expect(await perform(world, id, never)).toBe('DONE')
    expect(await em.fork().findOneOrFail(CircuitBreaker, { routeId: route?.id ?? '' })).toMatchObject({ state: 'CLOSED', failures: 0 })
  })

  test('UC-8.1 of one kind of work parks no other at a location that is there', async ({ em, world, topology, api }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'WAITING' })
    await sweep(world, null)
    const { id } = await getOperation(world, 'archive', pkg.id)
    const away = () => Promise.reject(new Outage('it refuses to write', { locationId: cologneArchive.id }))
    await tryOften(
      withStore(world, cologneArchive, () => ({ write: away })),
      id,
      5,
    )

    const fields = 'breaker { state } kindBreakers { kind state reason }'
    expect(await api.entities('DiskLocation', [cologneArchive.id], fields)).toEqual([
      { breaker: { state: 'CLOSED' }, kindBreakers: [{ kind: 'archive', state: 'OPEN', reason: 'it refuses to write' }] },
    ])
    await makeDue(world, id)
    expect(await perform(world, id, never)).toBe('NOTHING')
    const [{ whyBlocked }] = await api.entities('Operation', [id], 'whyBlocked { code }')
    expect(whyBlocked.map(({ code }: { code: string }) => code)).toContain('KIND_PARKED')
  })

  test('UC-8.1 of one kind of work, or of a route, closes when nothing waits for it any more', async ({ em, world, topology, operate }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const { pkg } = await makeHeldPackage(world, em, { topology, at: [cologneBuffer], state: 'WAITING' })
    await sweep(world, null)
    const { id } = await getOperation(world, 'archive', pkg.id)
    await sql(
      em,
      `/* test: open */ insert into storage.circuit_breaker (id, location_id, kind, route_id, state, failures, probe_at)
       values (gen_random_uuid(), $1, 'archive', null, 'OPEN', 5, now()), (gen_random_uuid(), null, null, $2, 'OPEN', 5, now())`,
      [cologneArchive.id, topology.routes[0]?.id],
    )
    const states = async () => {
      await probeBreakers(world, topology.sites.cologne.name)
      return (await em.fork().find(CircuitBreaker, { $or: [{ locationId: cologneArchive.id }, { routeId: topology.routes[0]?.id ?? '' }] }))
        .map(({ kind, state }) => `${kind} ${state}`)
        .toSorted()
    }
    expect(await states()).toEqual(['archive OPEN', 'null CLOSED'])
    await operate('cancelOperation', { operationId: id })
    expect(await states()).toEqual(['archive CLOSED', 'null CLOSED'])
  })

  test('UC-8.1 stands as an operator says, until then', async ({ em, world, topology, api, operate }) => {
    const { source } = topology.locations
    const { id } = await getOperation(world, 'packaging', await planPackage(em, { topology }))
    const until = '2100-01-01T00:00:00Z'
    const told = await operate(
      'overrideBreaker',
      { locationId: source.id, state: 'OPEN', until, reason: 'look first' },
      'state override overrideReason',
    )
    expect(told).toEqual({ state: 'CLOSED', override: 'OPEN', overrideReason: 'look first' })
    expect(await perform(world, id, never)).toBe('NOTHING')
    const [{ whyBlocked }] = await api.entities('Operation', [id], 'whyBlocked { code message }')
    expect(whyBlocked[1]).toEqual({
      code: 'LOCATION_PARKED',
      message: `the work of ${source.name} is parked: an operator said so: look first`,
    })
    await sql(
      em,
      `/* test: open */ update storage.circuit_breaker set state = 'OPEN', probe_at = now() + interval '1 h' where location_id = $1`,
      [source.id],
    )
    await operate('overrideBreaker', { locationId: source.id, state: 'CLOSED', until, reason: 'it is well' }, 'state')
    expect(await perform(world, id, never)).toBe('DONE')

    const refused = (args: Record<string, unknown>) => operate('overrideBreaker', { reason: 'x', ...args }, 'state')
    expect(await refused({})).toBe('BAD_INPUT locationId, routeId: give one of the two')
    expect(await refused({ locationId: source.id, state: 'HALF_OPEN', until })).toBe('BAD_INPUT state: must be OPEN or CLOSED')
    expect(await refused({ locationId: source.id, state: 'OPEN' })).toBe('BAD_INPUT until: must be given with state, and only there')
    expect(await refused({ locationId: source.id, state: 'OPEN', until: '2020-01-01T00:00:00Z' })).toBe(
      'BAD_INPUT until: must be later than now',
    )
  })
})

describe('work that ends its workers', () => {
  test('UC-8.3 FAILED when as many were lost as it has attempts', async ({ em, world, topology }) => {
    const { id } = await getOperation(world, 'packaging', await planPackage(em, { topology }))
    await sql(
      em,
      `/* test: lost */ update storage.operation set state = 'RUNNING', attempt = max_attempts, lease_until = now() - interval '1 s' where id = $1`,
      [id],
    )
    expect(await perform(world, id, never)).toBe('FAILED')
    const [row] = await sql<{ error_code: string; reason: string }>(em, `select error_code, reason from storage.operation where id = $1`, [
      id,
    ])
    expect(row).toEqual({ error_code: 'WORKER_LOST', reason: 'its worker was lost before it ended, at attempt 10 of 10' })
  })
})
