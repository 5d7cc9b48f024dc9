import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COPY_STATUSES, LOCATION_TYPES, mayDelete, RECLAIM_STATES, type CopyFacts, type DeletionCase } from '@almagest/schema'

const now = new Date('2026-11-21T12:00:00Z')
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1_000)

const HOUR = 3_600
const POLICY = { minimumAgeS: 2 * HOUR, minVerifiedCopies: 2, minArchiveCopies: 1, minVerificationLevel: 2, maxVerificationAgeS: 24 * HOUR }

const copyAt = (location: string, fields: Partial<CopyFacts> = {}): CopyFacts => ({
  id: `copy-${location}`,
  locationId: location,
  location,
  type: 'LONG_TERM_ARCHIVE',
  active: true,
  parked: false,
  failureDomain: `domain-${location}`,
  status: 'PRESENT',
  verificationLevel: 2,
  verifiedAt: ago(HOUR),
  createdAt: ago(10 * HOUR),
  ...fields,
})

/** A package in a buffer that may go: it is old enough, nothing wants it, and two archives have it. */
const may: DeletionCase = {
  now,
  location: { id: 'buffer', name: 'buffer', type: 'BUFFER', deletionEnabled: true },
  policy: POLICY,
  since: ago(2 * HOUR),
  copies: [copyAt('buffer', { type: 'BUFFER' }), copyAt('cologne'), copyAt('gent')],
  openWork: [],
  leases: 0,
  holds: [],
  reliedOnBy: [],
  sweptS: 0,
  restored: false,
  reclaim: { state: 'FREEING', reason: 'no water marks', seconds: 1 },
}

/** That case with one of the archives' copies otherwise. */
const gent = (fields: Partial<CopyFacts>): Partial<DeletionCase> => ({ copies: [...may.copies.slice(0, 2), copyAt('gent', fields)] })

describe('the gate of deletion', () => {
  test('UC-6.1 says yes, and names the copies that it relies on and no other', () => {
    expect(mayDelete({ ...may, copies: [...may.copies, copyAt('lyon', { status: 'QUARANTINED' })] })).toEqual({
      may: true,
      evidence: ['cologne', 'gent'].map(location => ({
        copyId: `copy-${location}`,
        location,
        type: 'LONG_TERM_ARCHIVE',
        failureDomain: `domain-${location}`,
        verificationLevel: 2,
        verifiedAt: '2026-11-21T11:00:00.000Z',
      })),
    })
  })

  test('UC-6.1 says yes at the very second of the minimum age, wherever the copies are but in a long-term archive', () => {
    for (const type of ['SOURCE', 'BUFFER', 'PROCESSING'] as const) {
      expect(mayDelete({ ...may, location: { ...may.location, type } }).may).toBe(true)
      expect(mayDelete({ ...may, location: { ...may.location, type }, since: ago(2 * HOUR - 0.001) }).may).toBe(false)
    }
  })

  test('counts a copy in a buffer elsewhere, but not for an archive', () => {
    expect(mayDelete({ ...may, ...gent({ type: 'BUFFER' }) }).may).toBe(true)
    expect(mayDelete({ ...may, ...gent({ type: 'BUFFER' }), policy: { ...POLICY, minArchiveCopies: 2 } })).toMatchObject({
      may: false,
      reason: '1 of 2 archived copies exist',
    })
  })

  const one = '1 of 2 verified copies in distinct failure domains exist elsewhere'
  test.each<[string, Partial<DeletionCase>, string, number]>([
    [
      'in a long-term archive',
      { location: { ...may.location, type: 'LONG_TERM_ARCHIVE' } },
      'a long-term archive is never cleaned up',
      HOUR,
    ],
    ['where deletion is off', { location: { ...may.location, deletionEnabled: false } }, 'deletion is off at buffer', 60],
    ['where there is no policy', { policy: null }, 'buffer has no retention policy', 60],
    ['too early, and says when it is time', { since: ago(HOUR + 0.5) }, 'it has been here for 3600 of 7200 s', HOUR],
    ['what somebody holds', { holds: [{ by: 'me', reason: 'a dispute', until: null }] }, 'it is held by me: a dispute', HOUR],
    [
      'what somebody holds for a while',
      { holds: [{ by: 'me', reason: 'a dispute', until: ago(-60) }] },
      'it is held by me until 2026-11-21T12:01:00.000Z: a dispute',
      60,
    ],
    [
      'where it is not freed now',
      { reclaim: { state: 'RESTING', reason: 'it is half empty', seconds: 1 } },
      'buffer is not freed now: it is half empty',
      60,
    ],
    ['while it pauses', { reclaim: { state: 'PAUSED', reason: 'much went', seconds: 77 } }, 'deletion pauses: much went', 77],
    ['before the first sweep', { sweptS: null }, 'deletion pauses: no sweep was complete yet, so other work may want it', 60],
    [
      'when no sweep was complete for long',
      { sweptS: 300.9 },
      'deletion pauses: no sweep was complete for 300 s, so other work may want it',
      60,
    ],
    [
      'after ops-db was restored',
      { restored: true },
      'deletion pauses: ops-db was restored: a scan of buffer has to end first, or an operator says resumeDeletion',
      300,
    ],
    ['what another deletion relies on', { reliedOnBy: ['gent', 'lyon'] }, 'the deletion at gent, lyon relies on it', 5],
    ['what a staging request holds', { leases: 1 }, '1 staging request holds it here', 60],
    ['what staging requests hold', { leases: 2 }, '2 staging requests hold it here', 60],
    [
      'while there is work, and names each kind once',
      { openWork: ['transfer', 'archive', 'transfer'] },
      'work on the package is not done: transfer, archive',
      2,
    ],
    ['the last copy but one', { copies: may.copies.slice(0, 2) }, one, 60],
    ['the last copy', { copies: may.copies.slice(0, 1) }, '0 of 2 verified copies in distinct failure domains exist elsewhere', 60],
    ['for two copies in one failure domain', gent({ failureDomain: 'domain-cologne' }), one, 60],
    ['for copies in no archive', { copies: may.copies.map(copy => ({ ...copy, type: 'BUFFER' })) }, '0 of 1 archived copies exist', 60],
    ['for another copy at the same location', gent({ locationId: 'buffer' }), one, 60],
    ['for a copy at a location that is not active', gent({ active: false }), one, 60],
    ['for a copy behind a breaker', gent({ parked: true }), one, 60],
    ['for a copy that was not read again', gent({ verificationLevel: 1 }), one, 60],
    ['for a copy that was never verified', gent({ verifiedAt: null }), one, 60],
    ['for a copy that was verified too long ago', gent({ verifiedAt: ago(24 * HOUR) }), one, 60],
    ...COPY_STATUSES.filter(status => status !== 'PRESENT').map((status): [string, Partial<DeletionCase>, string, number] => [
      `for a copy that is ${status}`,
      gent({ status }),
      one,
      60,
    ]),
  ])('UC-6.2 deletes nothing %s', (_, fields, reason, retryS) => {
    expect(mayDelete({ ...may, ...fields })).toMatchObject({ may: false, reason, retryS })
  })

  const places = fc.constantFrom('buffer', 'cologne', 'gent', 'lyon', 'kiel')
  const mostly = <value>(usual: value, other: fc.Arbitrary<value>): fc.Arbitrary<value> =>
    fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })
  const cases: fc.Arbitrary<DeletionCase> = fc.record({
    now: fc.constant(now),
    location: fc.record({
      id: fc.constant('buffer'),
      name: fc.constant('buffer'),
      type: fc.constantFrom(...LOCATION_TYPES),
      deletionEnabled: mostly(true, fc.boolean()),
    }),
    policy: mostly<DeletionCase['policy']>(
      POLICY,
      fc.option(
        fc.record({
          minimumAgeS: fc.nat(10 * HOUR),
          minVerifiedCopies: fc.integer({ min: 1, max: 4 }),
          minArchiveCopies: fc.integer({ min: 1, max: 3 }),
          minVerificationLevel: fc.integer({ min: 2, max: 3 }),
          maxVerificationAgeS: fc.integer({ min: 1, max: 100 * HOUR }),
        }),
      ),
    ),
    since: mostly(ago(20 * HOUR), fc.nat(20 * HOUR).map(ago)),
    copies: fc.array(
      fc
        .record({
          locationId: places,
          type: mostly<CopyFacts['type']>('LONG_TERM_ARCHIVE', fc.constantFrom(...LOCATION_TYPES)),
          active: mostly(true, fc.boolean()),
          parked: mostly(false, fc.boolean()),
          failureDomain: places,
          status: mostly<CopyFacts['status']>('PRESENT', fc.constantFrom(...COPY_STATUSES)),
          verificationLevel: mostly(2, fc.integer({ min: 0, max: 3 })),
          verifiedAt: mostly<Date | null>(ago(HOUR), fc.option(fc.nat(200 * HOUR).map(ago))),
        })
        .map(fields => copyAt(fields.locationId, fields)),
      { maxLength: 8 },
    ),
    openWork: mostly<readonly string[]>([], fc.array(fc.constantFrom('transfer', 'archive', 'checksum'))),
    leases: mostly(0, fc.nat(2)),
    holds: mostly<DeletionCase['holds']>([], fc.array(fc.record({ by: fc.string(), reason: fc.string(), until: fc.constant(null) }))),
    reliedOnBy: mostly<readonly string[]>([], fc.array(places)),
    sweptS: mostly<number | null>(1, fc.option(fc.nat(600))),
    restored: mostly(false, fc.boolean()),
    reclaim: fc.record({
      state: mostly<DeletionCase['reclaim']['state']>('FREEING', fc.constantFrom(...RECLAIM_STATES)),
      reason: fc.string(),
      seconds: fc.nat(),
    }),
  })

  test('UC-6.2 never says yes, whatever the facts, unless enough good copies stay elsewhere', () => {
    let yes = 0
    fc.assert(
      fc.property(cases, facts => {
        const decision = mayDelete(facts)
        if (!decision.may) return
        yes += 1
        const { location, policy, since, copies, openWork, leases, holds, reliedOnBy, sweptS, restored, reclaim } = facts
        expect([restored, sweptS !== null && sweptS < 300]).toEqual([false, true])
        expect([location.type === 'LONG_TERM_ARCHIVE', location.deletionEnabled, openWork.length, leases]).toEqual([false, true, 0, 0])
        expect([holds.length, reliedOnBy.length, reclaim.state]).toEqual([0, 0, 'FREEING'])
        if (!policy) throw new Error('it said yes without a policy')
        expect(now.getTime() - since.getTime()).toBeGreaterThanOrEqual(policy.minimumAgeS * 1_000)

        const domains = new Set<string>()
        let archives = 0
        let good = 0
        for (const copy of copies) {
          if (copy.locationId === location.id || copy.status !== 'PRESENT' || !copy.active || copy.parked) continue
          if (copy.verificationLevel < policy.minVerificationLevel || !copy.verifiedAt) continue
          if ((now.getTime() - copy.verifiedAt.getTime()) / 1_000 >= policy.maxVerificationAgeS) continue
          good += 1
          domains.add(copy.failureDomain)
          if (copy.type === 'LONG_TERM_ARCHIVE') archives += 1
        }
        expect(domains.size).toBeGreaterThanOrEqual(policy.minVerifiedCopies)
        expect(archives).toBeGreaterThanOrEqual(policy.minArchiveCopies)
        expect(decision.evidence).toHaveLength(good)
        expect(new Set(decision.evidence.map(({ failureDomain }) => failureDomain))).toEqual(domains)
      }),
      { numRuns: 5_000 },
    )
    expect(yes).toBeGreaterThan(100)
  })

  test('UC-6.2 never says yes after a copy got worse if it said no before', () => {
    const worse: readonly Partial<CopyFacts>[] = [
      { status: 'MISSING' },
      { active: false },
      { parked: true },
      { verificationLevel: 1 },
      { verifiedAt: null },
    ]
    fc.assert(
      fc.property(cases, fc.nat(7), fc.constantFrom(...worse), (facts, index, change) => {
        const copies = facts.copies.map((copy, at) => (at === index ? { ...copy, ...change } : copy))
        if (mayDelete({ ...facts, copies }).may) expect(mayDelete(facts).may).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
