import { describe, expect } from 'vitest'
import { DataLocation, Operation, PhysicalCopy, Reclaim, sql, type DataLocation as Location } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { refusal, type Answer, type Served } from '../subgraphs/serve.ts'
import { attempt, copyAt, getOperation, toldOf } from './attempt.ts'
import { definePolicy, safe } from './deletions.ts'
import type { MadePackage } from './made.ts'
import { test } from './served.ts'

/** Packages in the buffer of Cologne, the oldest first, and their size. */
async function fill(world: World, em: EntityManager, topology: Topology, count: number): Promise<{ made: MadePackage[]; bytes: number }> {
  const made: MadePackage[] = []
  for (let index = 0; index < count; index++) made.push(await safe(world, em, topology))
  return { made, bytes: made[0]?.pkg.bytes ?? 0 }
}

const setCapacity = (em: EntityManager, { id }: Location, capacityBytes: number) =>
  em.fork().nativeUpdate(DataLocation, { id }, { capacityBytes: Math.ceil(capacityBytes) })

/** Lets the next sweep sum up again what a location holds. */
async function measure(world: World, { id }: Location): Promise<Reclaim> {
  await sql(world.orm.em.fork(), `/* test: long ago */ update storage.reclaim set measured_at = null where location_id = $1`, [id])
  await sweep(world, null)
  return world.orm.em.fork().findOneOrFail(Reclaim, { locationId: id })
}

const asked = async (em: EntityManager, made: readonly MadePackage[]): Promise<boolean[]> => {
  const open = await em.fork().find(Operation, { kind: 'cleanup', subjectId: made.map(({ pkg }) => pkg.id) })
  return made.map(({ pkg }) => open.some(({ subjectId }) => subjectId === pkg.id))
}

const gone = async (em: EntityManager, place: Location, made: readonly MadePackage[]): Promise<boolean[]> => {
  const copies = await em.fork().find(PhysicalCopy, { locationId: place.id, packageId: made.map(({ pkg }) => pkg.id) })
  return made.map(({ pkg }) => copies.find(({ packageId }) => packageId === pkg.id)?.status === 'DELETED')
}

const define = (api: Served, input: object): Promise<Answer> =>
  api.ask('mutation ($input: DefineRetentionPolicyInput!) { defineRetentionPolicy(input: $input) { highWater lowWater maxShareHour } }', {
    input,
  })

const allow = (api: Served, input: object): Promise<Answer> =>
  api.ask(
    'mutation ($input: AllowDeletionInput!) { allowDeletion(input: $input) { state reason allowedShareHour allowedUntil allowedReason } }',
    {
      input,
    },
  )

const FAR = '2099-01-01T00:00:00.000Z'
const inAnHour = async (em: EntityManager): Promise<string> => {
  const [row] = await sql<{ at: string }>(em, `/* test: soon */ select now() + interval '1 hour' as at`)
  return new Date(row?.at ?? '').toISOString()
}

describe('between high and low water', () => {
  test('UC-6.1 nothing goes below the high one; from there on the oldest go, until the low one is reached', async ({
    em,
    world,
    topology,
    api,
  }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { highWater: 0.75, lowWater: 0.5 })
    const { made, bytes } = await fill(world, em, topology, 2)
    await setCapacity(em, cologneBuffer, bytes * 4)
    expect(await measure(world, cologneBuffer)).toMatchObject({ state: 'RESTING', usedBytes: 2 * bytes })
    expect(await asked(em, made)).toEqual([false, false])

    const more = await fill(world, em, topology, 1)
    const all = [...made, ...more.made]
    expect(await measure(world, cologneBuffer)).toMatchObject({ state: 'FREEING', usedBytes: 3 * bytes })

    expect(await asked(em, all)).toEqual([true, false, false])
    expect(await attempt(world, 'cleanup', all[0]?.pkg.id ?? '')).toBe('DONE')
    expect(await measure(world, cologneBuffer)).toMatchObject({ state: 'RESTING', usedBytes: 2 * bytes })
    expect(await asked(em, all)).toEqual([true, false, false])
    const [place] = await api.entities(
      'DiskLocation',
      [cologneBuffer.id],
      'reclaim { state reason usedBytes pausedUntil } history { nodes { field toState } }',
    )
    expect(place.reclaim).toEqual({
      state: 'RESTING',
      reason: `it holds ${2 * bytes} of ${4 * bytes} bytes, and is freed from ${3 * bytes} on down to ${2 * bytes}`,
      usedBytes: 2 * bytes,
      pausedUntil: null,
    })
    expect(
      place.history.nodes.filter(({ field }: { field: string }) => field === 'state').map(({ toState }: { toState: string }) => toState),
    ).toEqual(['RESTING', 'FREEING', 'RESTING'])
  })

  test('UC-6.1 what is marked stays, if the low water was reached in its time of grace', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { highWater: 0.5, lowWater: 0.25, graceS: 600 })
    const { made, bytes } = await fill(world, em, topology, 1)
    const id = made[0]?.pkg.id ?? ''
    await setCapacity(em, cologneBuffer, bytes * 2)
    await measure(world, cologneBuffer)
    expect(await attempt(world, 'cleanup', id)).toBe('PAUSED')
    expect(await copyAt(em, id, cologneBuffer)).toMatchObject({ status: 'DELETION_SCHEDULED' })

    await setCapacity(em, cologneBuffer, bytes * 20)
    await measure(world, cologneBuffer)

    expect(await attempt(world, 'cleanup', id)).toBe('PAUSED')
    expect((await getOperation(world, 'cleanup', id)).reason).toContain('is not freed now: it holds')
    expect(await copyAt(em, id, cologneBuffer)).toMatchObject({ status: 'PRESENT' })
  })

  test('UC-6.1 nothing goes where the capacity is not known', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { highWater: 0.5, lowWater: 0.25 })
    const { made } = await fill(world, em, topology, 1)
    expect(await measure(world, cologneBuffer)).toMatchObject({ state: 'RESTING', reason: 'its capacity is not known' })
    expect(await asked(em, made)).toEqual([false])
  })
})

describe('how much may go in an hour', () => {
  /** The buffer of Cologne with some packages, of which one may go in an hour. */
  async function limited(world: World, em: EntityManager, topology: Topology, count: number) {
    const { cologneBuffer } = topology.locations
    await definePolicy(em, cologneBuffer, { maxShareHour: 0.25 })
    const found = await fill(world, em, topology, count)
    await setCapacity(em, cologneBuffer, found.bytes * 4)
    await sweep(world, null)
    return found
  }

  test('UC-6.2 UC-7.3 stops a storm: it pauses with its reason, is asked no more, and an operator may let more go', async ({
    em,
    world,
    topology,
    api,
  }) => {
    const { cologneBuffer } = topology.locations
    const { made, bytes } = await limited(world, em, topology, 3)
    for (const { pkg } of made) await attempt(world, 'cleanup', pkg.id)

    expect(await gone(em, cologneBuffer, made)).toEqual([true, false, false])
    const reclaim = await em.fork().findOneOrFail(Reclaim, { locationId: cologneBuffer.id })
    const reason = `${bytes} of ${bytes} bytes that may go in an hour (25 % of ${4 * bytes}) went from ${cologneBuffer.name}, and ${bytes} more would`
    expect(reclaim).toMatchObject({ state: 'PAUSED', reason })
    expect((await toldOf(em, reclaim.id)).at(-1)).toEqual({ field: 'state', from_state: 'FREEING', to_state: 'PAUSED', reason })
    const waiting = await getOperation(world, 'cleanup', made[1]?.pkg.id ?? '')
    const [operation] = await api.entities('Operation', [waiting.id], 'whyBlocked { code message nextAction }')
    expect(operation.whyBlocked).toEqual([
      {
        code: 'DELETION_PAUSED',
        message: `cleanup at ${cologneBuffer.name} waits: deletion pauses: ${reason}`,
        nextAction: 'it goes on when the hour is over; allowDeletion lets more go',
      },
    ])
    const later = await fill(world, em, topology, 1)
    await sweep(world, null)
    expect(await asked(em, later.made)).toEqual([false])
    expect(await attempt(world, 'cleanup', made[1]?.pkg.id ?? '')).toBe('PAUSED')

    const until = await inAnHour(em)
    const answer = await allow(api, { locationId: cologneBuffer.id, shareHour: 0.5, until, reason: 'room for tonight' })

    expect(answer.data.allowDeletion).toEqual({
      state: 'FREEING',
      reason: 'room for tonight',
      allowedShareHour: 0.5,
      allowedUntil: until,
      allowedReason: 'room for tonight',
    })
    for (const { pkg } of made.slice(1)) await attempt(world, 'cleanup', pkg.id)
    expect(await gone(em, cologneBuffer, made)).toEqual([true, true, false])
    expect((await em.fork().findOneOrFail(Reclaim, { locationId: cologneBuffer.id })).state).toBe('PAUSED')
  })

  test('UC-6.1 is no limit for the first package, and goes on by itself when the hour is over', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made, bytes } = await limited(world, em, topology, 2)
    await setCapacity(em, cologneBuffer, bytes)
    for (const { pkg } of made) await attempt(world, 'cleanup', pkg.id)
    expect(await gone(em, cologneBuffer, made)).toEqual([true, false])

    await em.fork().transactional(async em => {
      await sql(em, '/* test: no trigger */ set local session_replication_role = replica')
      await sql(
        em,
        `/* test: an hour ago */ update storage.deletion_proof set created_at = created_at - interval '1 hour' where location_id = $1`,
        [cologneBuffer.id],
      )
      await sql(
        em,
        `/* test: an hour ago */ update storage.reclaim set paused_until = paused_until - interval '1 hour' where location_id = $1`,
        [cologneBuffer.id],
      )
    })
    await sweep(world, null)

    expect((await em.fork().findOneOrFail(Reclaim, { locationId: cologneBuffer.id })).state).toBe('FREEING')
    expect(await attempt(world, 'cleanup', made[1]?.pkg.id ?? '')).toBe('DONE')
  })

  test('UC-6.1 leaves what waits its mark and the grace time that it had', async ({ em, world, topology }) => {
    const { cologneBuffer } = topology.locations
    const { made } = await limited(world, em, topology, 2)
    await definePolicy(em, cologneBuffer, { maxShareHour: 0.25, graceS: 600 })
    for (const { pkg } of made) expect(await attempt(world, 'cleanup', pkg.id)).toBe('PAUSED')
    await definePolicy(em, cologneBuffer, { maxShareHour: 0.25 })
    for (const { pkg } of made) await attempt(world, 'cleanup', pkg.id)
    expect(await gone(em, cologneBuffer, made)).toEqual([true, false])
    expect(await copyAt(em, made[1]?.pkg.id ?? '', cologneBuffer)).toMatchObject({ status: 'DELETION_SCHEDULED' })
  })

  test('UC-6.1 is refused by field and rule', async ({ em, topology, api }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const until = await inAnHour(em)
    const refused = async (input: object) =>
      refusal(await allow(api, { locationId: cologneBuffer.id, shareHour: 0.1, until, reason: 'room', ...input }))
    expect(await refused({ shareHour: 0 })).toBe('BAD_INPUT input.shareHour: must be more than 0 and at most 1')
    expect(await refused({ shareHour: 1.01, reason: ' ' })).toMatch(
      /^BAD_INPUT input\.shareHour: must be more than 0 and at most 1; input\.reason: must be/,
    )
    expect(await refused({ until: FAR })).toBe('BAD_INPUT input.until: must be in the future, at most 30 days from now')
    expect(await refused({ until: '2020-01-01T00:00:00Z' })).toBe('BAD_INPUT input.until: must be in the future, at most 30 days from now')
    expect(await refused({ locationId: cologneArchive.id })).toBe(
      `NOT_SAFE input.locationId: deletion is off at ${cologneArchive.name}: setLocationDeletion allows it`,
    )
  })
})

test('UC-6.1 a policy names both water marks or none, in order, and a share that can be', async ({ em, topology, api }) => {
  const { cologneBuffer, gentBuffer } = topology.locations
  await setCapacity(em, cologneBuffer, 1_000)
  const given = async (input: object, { id } = cologneBuffer) => define(api, { locationId: id, ...input })
  const refused = async (input: object, place = cologneBuffer) => refusal(await given(input, place))
  expect(await refused({ highWater: 0.5 })).toBe('BAD_INPUT input.lowWater: must be given with highWater, and only then')
  expect(await refused({ lowWater: 0.5 })).toBe('BAD_INPUT input.lowWater: must be given with highWater, and only then')
  expect(await refused({ highWater: 0.5, lowWater: 0.5 })).toBe('BAD_INPUT input.lowWater: must be less than highWater')
  expect(await refused({ highWater: 1.1, lowWater: -0.1 })).toBe(
    'BAD_INPUT input.highWater: must be more than 0 and at most 1; input.lowWater: must be between 0 and 1',
  )
  expect(await refused({ maxShareHour: 0 })).toBe('BAD_INPUT input.maxShareHour: must be more than 0 and at most 1')
  expect(await refused({ minimumAgeS: 600_000, graceS: 4_800 })).toBe(
    'BAD_INPUT input.maxVerificationAgeS: must be more than minimumAgeS + graceS (604800), or no verification is fresh enough by then',
  )
  expect(await refused({ highWater: 0.5, lowWater: 0.4 }, gentBuffer)).toBe(
    `BAD_INPUT input.highWater: ${gentBuffer.name} has no capacityBytes, of which it would be a share`,
  )
  expect((await given({ highWater: 1, lowWater: 0 })).data.defineRetentionPolicy).toEqual({ highWater: 1, lowWater: 0, maxShareHour: 0.05 })
})
