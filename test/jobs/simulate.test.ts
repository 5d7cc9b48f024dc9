import fc from 'fast-check'
import { describe, expect, test as plain } from 'vitest'
import { CircuitBreaker, DataLocation, Event, Hold, newId, Operation } from '@almagest/schema'
import { simulate, whenMayGo, type Draft, type Group, type Present } from '@almagest/storage'
import { refusal, type Answer, type Served } from '../subgraphs/serve.ts'
import { safe } from './deletions.ts'
import { makeHeldPackage } from './made.ts'
import { test } from './served.ts'

const DAY_S = 86_400

const ask = (api: Served, input: object, more: { horizonDays?: number; riskBelow?: number } = {}): Promise<Answer> =>
  api.ask(
    `query ($input: DefineRetentionPolicyInput!, $horizonDays: Int! = 10, $riskBelow: Int! = 2) {
      simulateRetention(input: $input, horizonDays: $horizonDays, riskBelow: $riskBelow) {
        location { id } capacityBytes usedBytes inflowBytesPerDay complete packages bytes packagesAtRisk fullAt
        days { from packages bytes freedBytes usedBytes } staying { why packages bytes } } }`,
    { input, ...more },
  )

describe('a policy that is tried', () => {
  test('UC-6.3 says what would go when, why all else stays and when it is full, and changes nothing', async ({
    em,
    world,
    topology,
    api,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = [await safe(world, em, topology), await safe(world, em, topology), await safe(world, em, topology)]
    const alone = await makeHeldPackage(world, em, { topology, at: [cologneBuffer, cologneArchive] })
    em.create(Hold, { id: newId(), packageId: made[0]?.pkg.id ?? '', heldBy: 'me', reason: 'a dispute' })
    await em.flush()
    const bytes = made[0]?.pkg.bytes ?? 0
    await em.nativeUpdate(DataLocation, { id: cologneBuffer.id }, { capacityBytes: bytes * 5 })
    const before = [await em.fork().count(Event), await em.fork().count(Operation)]

    const draft = { locationId: cologneBuffer.id, minimumAgeS: DAY_S, graceS: 2 * DAY_S, trashS: DAY_S, maxShareHour: 1 }
    const { data } = await ask(api, draft)

    const found = data.simulateRetention
    expect(found).toMatchObject({
      location: { id: cologneBuffer.id },
      capacityBytes: 5 * bytes,
      usedBytes: 4 * bytes,
      complete: true,
      packages: 2,
      bytes: 2 * bytes,
      packagesAtRisk: 0,
    })
    expect(found.days).toHaveLength(10)
    expect(found.days.map(({ packages }: { packages: number }) => packages)).toEqual([0, 0, 0, 2, 0, 0, 0, 0, 0, 0])
    expect(found.days.map(({ freedBytes }: { freedBytes: number }) => freedBytes)).toEqual([0, 0, 0, 0, 2 * bytes, 0, 0, 0, 0, 0])
    expect(found.staying.toSorted((a: { why: string }, b: { why: string }) => a.why.localeCompare(b.why))).toEqual([
      { why: 'HELD', packages: 1, bytes },
      { why: 'WORK', packages: 1, bytes: alone.pkg.bytes },
    ])
    expect(found.inflowBytesPerDay).toBe(Math.round((4 * bytes) / 7))
    expect(Date.parse(found.fullAt)).toBeGreaterThan(Date.parse(found.days[0].from))
    expect([await em.fork().count(Event), await em.fork().count(Operation)]).toEqual(before)
    for (const kind of ['scan', 'archive'] as const) em.create(CircuitBreaker, { id: newId(), locationId: cologneArchive.id, kind })
    await em.flush()
    expect((await ask(api, { ...draft, minArchiveCopies: 3 })).data.simulateRetention.packages).toBe(0)
    const risky = await ask(api, draft, { riskBelow: 3 })
    expect(risky.data.simulateRetention.packagesAtRisk).toBe(2)
  })

  test('UC-6.3 is refused by field and rule', async ({ topology, api }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const refused = async (input: object, more?: object) => refusal(await ask(api, { locationId: cologneBuffer.id, ...input }, more))
    expect(await refused({}, { horizonDays: 0 })).toBe('BAD_INPUT horizonDays: must be between 1 and 366')
    expect(await refused({}, { riskBelow: 0 })).toBe('BAD_INPUT riskBelow: must be between 1 and 100')
    expect(await refused({ lowWater: 0.1 })).toBe('BAD_INPUT input.lowWater: must be given with highWater, and only then')
    expect(await refused({ highWater: 0.2, lowWater: 0.1 })).toContain('has no capacityBytes')
    expect(await refused({ locationId: cologneArchive.id })).toContain('is a LONG_TERM_ARCHIVE, where nothing is ever deleted')
    const absent = newId()
    expect(await refused({ locationId: absent })).toBe(`NOT_FOUND input.locationId: there is no location ${absent}`)
  })
})

const POLICY: Draft = {
  minimumAgeS: DAY_S,
  graceS: 0,
  trashS: 0,
  minVerifiedCopies: 2,
  minArchiveCopies: 1,
  minVerificationLevel: 2,
  maxVerificationAgeS: 7 * DAY_S,
  highWater: null,
  lowWater: null,
  maxShareHour: 1,
}

const copy = (location: string): Group['elsewhere'][number] => ({
  locationId: location,
  location,
  type: 'LONG_TERM_ARCHIVE',
  active: true,
  parked: false,
  failureDomain: location,
  status: 'PRESENT',
  verificationLevel: 2,
})

const group = (since: Date, fields: Partial<Group> = {}): Group => ({
  packages: 1,
  bytes: 100,
  since,
  elsewhere: [copy('cologne'), copy('gent')],
  openWork: [],
  leases: 0,
  holds: [],
  ...fields,
})

const present = (now: Date, groups: readonly Group[], fields: Partial<Present> = {}): Present => ({
  now,
  location: { id: 'buffer', name: 'buffer', type: 'BUFFER' },
  capacityBytes: 1_000,
  usedBytes: groups.reduce((sum, { bytes }) => sum + bytes, 0),
  inflowBytesPerDay: 0,
  groups,
  ...fields,
})

describe('the days of a simulation', () => {
  const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })

  plain('UC-6.3 are those on which age and grace end, whatever the date of today, and never earlier', () => {
    fc.assert(
      fc.property(
        moments,
        fc.array(fc.record({ agoS: fc.nat(40 * DAY_S), heldS: fc.option(fc.nat(40 * DAY_S)) }), { minLength: 1, maxLength: 20 }),
        fc.nat(20 * DAY_S),
        fc.nat(10 * DAY_S),
        (now, wanted, minimumAgeS, graceS) => {
          const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
          const groups = wanted.map(({ agoS, heldS }) =>
            group(later(-agoS), { holds: heldS === null ? [] : [{ by: 'me', reason: 'a dispute', until: later(heldS) }] }),
          )
          const draft = { ...POLICY, minimumAgeS, graceS }
          const found = simulate(present(now, groups), draft, { days: 30, riskBelow: 2 })
          const expected = Array.from({ length: 30 }, () => 0)
          for (const { agoS, heldS } of wanted) {
            const day = Math.floor((Math.max(minimumAgeS - agoS, heldS ?? 0, 0) + graceS) / DAY_S)
            if (day < 30) expected[day] = (expected[day] ?? 0) + 1
          }
          expect(found.days.map(({ packages }) => packages)).toEqual(expected)
          for (const [day, { from }] of found.days.entries()) expect(from).toEqual(later(day * DAY_S))
          expect(found.packages + found.staying.reduce((sum, { packages }) => sum + packages, 0)).toBe(groups.length)
        },
      ),
      { numRuns: 500 },
    )
  })

  plain('UC-6.3 have no group go before the gate says yes', () => {
    const now = new Date('2028-02-28T23:30:00Z')
    const end = new Date('2028-04-01T00:00:00Z')
    const at = (fields: Partial<Group>) => whenMayGo(group(now, fields), { present: present(now, []), draft: POLICY, end })
    expect(at({})).toEqual({ at: new Date('2028-02-29T23:30:00Z'), domains: 2 })
    expect(at({ elsewhere: [copy('cologne')] })).toEqual({ keeping: 'COPIES' })
    expect(at({ elsewhere: [copy('cologne'), { ...copy('gent'), status: 'QUARANTINED' }] })).toEqual({ keeping: 'COPIES' })
    expect(at({ openWork: ['transfer'] })).toEqual({ keeping: 'WORK' })
    expect(at({ leases: 1 })).toEqual({ keeping: 'LEASED' })
    expect(at({ holds: [{ by: 'me', reason: 'a dispute', until: null }] })).toEqual({ keeping: 'HELD' })
    expect(at({ since: new Date('2028-03-31T12:00:00Z') })).toEqual({ keeping: 'YOUNG' })
  })

  plain('UC-6.3 go oldest first from the high water to the low one, and no more than the share of an hour, 24 times a day', () => {
    const now = new Date('2026-11-21T12:00:00Z')
    const old = (days: number) => new Date(now.getTime() - days * DAY_S * 1_000)
    const groups = [group(old(5), { packages: 4, bytes: 400 }), group(old(9), { packages: 5, bytes: 500 })]
    const draft = { ...POLICY, highWater: 0.9, lowWater: 0.5 }
    const freed = simulate(present(now, groups), draft, { days: 3, riskBelow: 2 })
    expect(freed.days.map(({ packages, usedBytes }) => [packages, usedBytes])).toEqual([
      [4, 500],
      [0, 500],
      [0, 500],
    ])
    expect(freed.staying).toEqual([{ keeping: 'BEYOND', packages: 5, bytes: 500 }])
    const slow = simulate(
      present(now, [group(old(9), { packages: 90, bytes: 900 })]),
      { ...POLICY, maxShareHour: 0.0125 },
      { days: 3, riskBelow: 2 },
    )
    expect(slow.days.map(({ packages }) => packages)).toEqual([30, 30, 30])
    const filling = simulate(present(now, [], { usedBytes: 700, inflowBytesPerDay: 200 }), POLICY, { days: 5, riskBelow: 2 })
    expect(filling.fullAt).toEqual(new Date('2026-11-23T00:00:00Z'))
    const trashed = simulate(present(now, [group(old(9))]), { ...POLICY, trashS: 2 * DAY_S }, { days: 4, riskBelow: 2 })
    expect(trashed.days.map(({ bytes, freedBytes, usedBytes }) => [bytes, freedBytes, usedBytes])).toEqual([
      [100, 0, 100],
      [0, 0, 100],
      [0, 100, 0],
      [0, 0, 0],
    ])
  })
})
