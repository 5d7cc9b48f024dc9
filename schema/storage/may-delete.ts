import type { LocationType } from './data-location.ts'
import type { Evidence } from './deletion-proof.ts'
import { HELD_BY } from './hold.ts'
import { SWEEP_BEHIND_S } from './last-sweep.ts'
import type { CopyStatus } from './physical-copy.ts'
import { DELETION_PAUSES, type ReclaimState } from './reclaim.ts'

/** What the deletion gate knows of one copy of a package. */
export interface CopyFacts {
  readonly id: string
  readonly locationId: string
  readonly location: string
  readonly type: LocationType
  /** Whether its location is in use and read, as is its site: not paused, draining or retired. */
  readonly active: boolean
  readonly parked: boolean
  readonly failureDomain: string
  readonly status: CopyStatus
  readonly verificationLevel: number
  readonly verifiedAt: Date | null
  readonly createdAt: Date
}

/** What the deletion gate looks at: everything that is known of one package, and the location that wants to be free of it. */
export interface DeletionCase {
  readonly now: Date
  readonly location: { readonly id: string; readonly name: string; readonly type: LocationType; readonly deletionEnabled: boolean }
  readonly policy: {
    readonly minimumAgeS: number
    readonly minVerifiedCopies: number
    readonly minArchiveCopies: number
    readonly minVerificationLevel: number
    readonly maxVerificationAgeS: number
  } | null
  /** When the newest of what would be deleted was made. */
  readonly since: Date
  /** Every copy of the package, at this location and elsewhere. */
  readonly copies: readonly CopyFacts[]
  /** Work that is not done and reads, or may still want to read, the package: by its kinds. */
  readonly openWork: readonly string[]
  /** Staging requests that hold the package here. */
  readonly leases: number
  /** The holds in force that keep the package here. */
  readonly holds: readonly { readonly by: string; readonly reason: string; readonly until: Date | null }[]
  /** The locations whose deletion is authorised by a proof that relies on the copy here, and is not over. */
  readonly reliedOnBy: readonly string[]
  /** The age of the last complete sweep, in seconds; null: there was none. */
  readonly sweptS: number | null
  /** Whether ops-db was restored, and nobody looked at the location since. */
  readonly restored: boolean
  /** Whether the location is freed now, why, and for how many seconds that stays so at least. */
  readonly reclaim: { readonly state: ReclaimState; readonly reason: string; readonly seconds: number }
}

/** What keeps a copy, in one word. */
export type Keeping =
  | 'ARCHIVE'
  | 'OFF'
  | 'NO_POLICY'
  | 'RESTORED'
  | 'BEHIND'
  | 'HELD'
  | 'YOUNG'
  | 'LEASED'
  | 'WORK'
  | 'RELIED_ON'
  | 'COPIES'
  | 'RESTING'
  | 'PAUSED'

/** Yes, with the copies that are relied on; or no, and why, and when it is worth asking again. */
export type Decision =
  | { readonly may: true; readonly evidence: readonly Evidence[] }
  | { readonly may: false; readonly keeping: Keeping; readonly reason: string; readonly retryS: number }

/** Decides whether a location may delete what it holds of a package. Looks at intent, not only at what runs now; has no effect. */
export function mayDelete(facts: DeletionCase): Decision {
  const { now, location, policy, since, copies, openWork, leases, holds, reliedOnBy, sweptS, restored, reclaim } = facts
  const no = (keeping: Keeping, reason: string, retryS = 60): Decision => ({ may: false, keeping, reason, retryS })
  if (location.type === 'LONG_TERM_ARCHIVE') return no('ARCHIVE', 'a long-term archive is never cleaned up', 3_600)
  if (!location.deletionEnabled) return no('OFF', `deletion is off at ${location.name}`)
  if (!policy) return no('NO_POLICY', `${location.name} has no retention policy`)
  const [hold] = holds
  if (hold)
    return no(
      'HELD',
      `${HELD_BY}${hold.by}${hold.until ? ` until ${hold.until.toISOString()}` : ''}: ${hold.reason}`,
      secondsTo(hold.until, now),
    )
  if (restored)
    return no(
      'RESTORED',
      `${DELETION_PAUSES}ops-db was restored: a scan of ${location.name} has to end first, or an operator says resumeDeletion`,
      300,
    )
  if (sweptS === null || sweptS >= SWEEP_BEHIND_S)
    return no(
      'BEHIND',
      `${DELETION_PAUSES}${sweptS === null ? 'no sweep was complete yet' : `no sweep was complete for ${Math.floor(sweptS)} s`}, so other work may want it`,
    )
  const ageS = (now.getTime() - since.getTime()) / 1_000
  if (ageS < policy.minimumAgeS)
    return no('YOUNG', `it has been here for ${Math.floor(ageS)} of ${policy.minimumAgeS} s`, Math.ceil(policy.minimumAgeS - ageS))
  if (leases > 0) return no('LEASED', `${leases} staging request${leases > 1 ? 's hold' : ' holds'} it here`)
  if (openWork.length > 0) return no('WORK', `work on the package is not done: ${[...new Set(openWork)].join(', ')}`, 2)
  if (reliedOnBy.length > 0) return no('RELIED_ON', `the deletion at ${reliedOnBy.join(', ')} relies on it`, 5)

  const counted = copies.filter(
    copy =>
      copy.locationId !== location.id &&
      copy.status === 'PRESENT' &&
      copy.active &&
      !copy.parked &&
      copy.verificationLevel >= policy.minVerificationLevel &&
      copy.verifiedAt !== null &&
      now.getTime() - copy.verifiedAt.getTime() < policy.maxVerificationAgeS * 1_000,
  )
  const domains = new Set(counted.map(({ failureDomain }) => failureDomain)).size
  const archives = counted.filter(({ type }) => type === 'LONG_TERM_ARCHIVE').length
  if (domains < policy.minVerifiedCopies) {
    return no('COPIES', `${domains} of ${policy.minVerifiedCopies} verified copies in distinct failure domains exist elsewhere`)
  }
  if (archives < policy.minArchiveCopies) return no('COPIES', `${archives} of ${policy.minArchiveCopies} archived copies exist`)
  if (reclaim.state === 'RESTING') return no('RESTING', `${location.name} is not freed now: ${reclaim.reason}`)
  if (reclaim.state === 'PAUSED') return no('PAUSED', `${DELETION_PAUSES}${reclaim.reason}`, reclaim.seconds)
  return {
    may: true,
    evidence: counted.map(({ id, location, type, failureDomain, verificationLevel, verifiedAt }) => ({
      copyId: id,
      location,
      type,
      failureDomain,
      verificationLevel,
      verifiedAt: verifiedAt?.toISOString() ?? '',
    })),
  }
}

/** How long what is held until then waits before it is looked at again: at most an hour, for a hold may be released. */
function secondsTo(until: Date | null, now: Date): number {
  return until === null ? 3_600 : Math.min(Math.max(Math.ceil((until.getTime() - now.getTime()) / 1_000), 1), 3_600)
}
