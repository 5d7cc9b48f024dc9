import { mayDelete, type CopyFacts, type DeletionCase, type Keeping, type LocationType } from '@almagest/schema'

const DAY_MS = 86_400_000

/** The policy that is tried. */
export interface Draft extends NonNullable<DeletionCase['policy']> {
  readonly graceS: number
  readonly trashS: number
  readonly highWater: number | null
  readonly lowWater: number | null
  readonly maxShareHour: number
}

/** Packages at a location that differ in nothing that retention looks at. */
export interface Group {
  readonly packages: number
  readonly bytes: number
  /** When the newest of what would be deleted was made. */
  readonly since: Date
  /** Their copies elsewhere: where, and whether they count now, but for the age of their verification. */
  readonly elsewhere: readonly Elsewhere[]
  readonly openWork: readonly string[]
  readonly leases: number
  readonly holds: DeletionCase['holds']
}

/** One copy elsewhere. */
export type Elsewhere = Pick<
  CopyFacts,
  'locationId' | 'location' | 'type' | 'active' | 'parked' | 'failureDomain' | 'status' | 'verificationLevel'
>

/** What is simulated: a location as it is now, and what the last days brought there. */
export interface Present {
  readonly now: Date
  readonly location: { readonly id: string; readonly name: string; readonly type: LocationType }
  readonly capacityBytes: number | null
  readonly usedBytes: number
  readonly inflowBytesPerDay: number
  readonly groups: readonly Group[]
}

/** What would go on one day, from `from` on for 24 hours. */
export interface SimulatedDay {
  readonly from: Date
  readonly packages: number
  readonly bytes: number
  readonly freedBytes: number
  readonly usedBytes: number
}

/** What a policy would do. */
export interface Simulated {
  readonly days: readonly SimulatedDay[]
  readonly packages: number
  readonly bytes: number
  readonly packagesAtRisk: number
  readonly staying: readonly { readonly keeping: Keeping | 'GRACE' | 'BEYOND'; readonly packages: number; readonly bytes: number }[]
  readonly fullAt: Date | null
}

interface Leaving {
  readonly group: Group
  /** From when on it may be marked. */
  readonly at: Date
  readonly domains: number
}

/** Says, without effect, what a policy would delete in so many days from now on, a day at a time, oldest first. */
export function simulate(present: Present, draft: Draft, { days, riskBelow }: { days: number; riskBelow: number }): Simulated {
  const end = new Date(present.now.getTime() + days * DAY_MS)
  const staying = new Map<Keeping | 'GRACE' | 'BEYOND', { packages: number; bytes: number }>()
  const stay = (keeping: Keeping | 'GRACE' | 'BEYOND', { packages, bytes }: Pick<Group, 'packages' | 'bytes'>) => {
    const sum = staying.get(keeping) ?? { packages: 0, bytes: 0 }
    staying.set(keeping, { packages: sum.packages + packages, bytes: sum.bytes + bytes })
  }
  const leaving: Leaving[] = []
  for (const group of present.groups) {
    const found = whenMayGo(group, { present, draft, end })
    if ('at' in found) leaving.push({ group, ...found })
    else stay(found.keeping, group)
  }
  return run(present, { draft, days, riskBelow, leaving, staying, stay })
}

/** The first moment before `end` at which the gate says yes to a group, or what it says last. Verifications that get too old are taken to be renewed: a checksum is asked for. */
export function whenMayGo(
  group: Group,
  { present: { now, location }, draft, end }: { present: Pick<Present, 'now' | 'location'>; draft: Draft; end: Date },
): { at: Date; domains: number } | { keeping: Keeping } {
  const moments = [now, new Date(group.since.getTime() + draft.minimumAgeS * 1_000), ...group.holds.flatMap(({ until }) => until ?? [])]
  let keeping: Keeping = 'COPIES'
  for (const at of moments.filter(at => at >= now && at < end).toSorted((a, b) => a.getTime() - b.getTime())) {
    const decision = mayDelete({
      now: at,
      location: { ...location, deletionEnabled: true },
      policy: draft,
      since: group.since,
      copies: group.elsewhere.map((copy, index) => ({ ...copy, id: String(index), verifiedAt: at, createdAt: group.since })),
      openWork: group.openWork,
      leases: group.leases,
      holds: group.holds.filter(({ until }) => until === null || until > at),
      reliedOnBy: [],
      sweptS: 0,
      restored: false,
      reclaim: { state: 'FREEING', reason: '', seconds: 1 },
    })
    if (decision.may) return { at, domains: new Set(decision.evidence.map(({ failureDomain }) => failureDomain)).size }
    keeping = decision.keeping
  }
  return { keeping }
}

interface Running {
  readonly draft: Draft
  readonly days: number
  readonly riskBelow: number
  readonly leaving: readonly Leaving[]
  readonly staying: ReadonlyMap<Keeping | 'GRACE' | 'BEYOND', { packages: number; bytes: number }>
  stay(keeping: 'GRACE' | 'BEYOND', sum: { packages: number; bytes: number }): void
}

function run(present: Present, { draft, days, riskBelow, leaving, staying, stay }: Running): Simulated {
  const { now, capacityBytes, inflowBytesPerDay } = present
  const { highWater, lowWater } = draft
  const trashS = present.location.type === 'PROCESSING' ? 0 : draft.trashS
  const freed = Array.from({ length: days }, () => 0)
  const queue = leaving
    .toSorted((a, b) => a.group.since.getTime() - b.group.since.getTime())
    .map(one => ({ ...one, left: one.group.packages }))
  const told: SimulatedDay[] = []
  let used = present.usedBytes
  let promised = 0
  let atRisk = 0
  let freeing = false
  let fullAt: Date | null = null
  for (let day = 0; day < days; day++) {
    const from = new Date(now.getTime() + day * DAY_MS)
    const until = from.getTime() + DAY_MS
    const free = freed[day] ?? 0
    if (capacityBytes !== null && fullAt === null && used + inflowBytesPerDay - free >= capacityBytes) {
      const need = Math.max(inflowBytesPerDay - free, 1)
      fullAt = new Date(from.getTime() + Math.min(Math.max((capacityBytes - used) / need, 0), 1) * DAY_MS)
    }
    used = Math.max(used + inflowBytesPerDay - free, 0)
    promised = Math.max(promised - free, 0)
    if (highWater !== null && lowWater !== null && capacityBytes !== null) {
      freeing = used >= highWater * capacityBytes || (freeing && used > lowWater * capacityBytes)
    } else freeing = highWater === null
    let wanted = highWater === null || lowWater === null || capacityBytes === null ? Infinity : used - promised - lowWater * capacityBytes
    let rate = draft.maxShareHour >= 1 ? Infinity : 24 * draft.maxShareHour * (capacityBytes ?? used)
    let packages = 0
    let bytes = 0
    for (const one of freeing ? queue : []) {
      const goesAt = one.at.getTime() + draft.graceS * 1_000
      if (one.left === 0 || goesAt >= until) continue
      const each = one.group.bytes / one.group.packages
      // One package goes in an hour, however large it is.
      const most = Math.max(Math.floor(rate / Math.max(each, 1)), bytes === 0 ? 24 : 0)
      const going = Math.min(one.left, most, Math.ceil(wanted / Math.max(each, 1)))
      if (!(going > 0)) continue
      one.left -= going
      packages += going
      bytes += going * each
      rate -= going * each
      wanted -= going * each
      if (one.domains < riskBelow) atRisk += going
      const freedOn = Math.floor((Math.max(goesAt, from.getTime()) + trashS * 1_000 - now.getTime()) / DAY_MS)
      if (freedOn <= day) used -= going * each
      else {
        promised += going * each
        if (freedOn < days) freed[freedOn] = (freed[freedOn] ?? 0) + going * each
      }
    }
    told.push({
      from,
      packages,
      bytes: Math.round(bytes),
      freedBytes: Math.round(free + (trashS === 0 ? bytes : 0)),
      usedBytes: Math.round(Math.max(used, 0)),
    })
  }
  for (const { left, group, at } of queue) {
    if (left === 0) continue
    const late = at.getTime() + draft.graceS * 1_000 >= now.getTime() + days * DAY_MS
    stay(late ? 'GRACE' : 'BEYOND', { packages: left, bytes: Math.round((group.bytes / group.packages) * left) })
  }
  return {
    days: told,
    packages: told.reduce((sum, { packages }) => sum + packages, 0),
    bytes: told.reduce((sum, { bytes }) => sum + bytes, 0),
    packagesAtRisk: atRisk,
    staying: [...staying].map(([keeping, sum]) => ({ keeping, ...sum })),
    fullAt,
  }
}
