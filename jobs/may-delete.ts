import type { CopyStatus, Evidence, LocationType } from '@almagest/schema'

/** What the deletion gate knows of one copy of a package. */
export interface CopyFacts {
  readonly id: string
  readonly locationId: string
  readonly location: string
  readonly type: LocationType
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
}

/** Yes, with the copies that are relied on; or no, and why, and when it is worth asking again. */
export type Decision =
  | { readonly may: true; readonly evidence: readonly Evidence[] }
  | { readonly may: false; readonly reason: string; readonly retryS: number }

/** Decides whether a location may delete what it holds of a package. Looks at intent, not only at what runs now; has no effect. */
export function mayDelete({ now, location, policy, since, copies, openWork, leases }: DeletionCase): Decision {
  const no = (reason: string, retryS = 60): Decision => ({ may: false, reason, retryS })
  if (location.type === 'LONG_TERM_ARCHIVE') return no('a long-term archive is never cleaned up', 3_600)
  if (!location.deletionEnabled) return no(`deletion is off at ${location.name}`)
  if (!policy) return no(`${location.name} has no retention policy`)
  const ageS = (now.getTime() - since.getTime()) / 1_000
  if (ageS < policy.minimumAgeS)
    return no(`it has been here for ${Math.floor(ageS)} of ${policy.minimumAgeS} s`, Math.ceil(policy.minimumAgeS - ageS))
  if (leases > 0) return no(`${leases} staging request${leases > 1 ? 's hold' : ' holds'} it here`)
  if (openWork.length > 0) return no(`work on the package is not done: ${[...new Set(openWork)].join(', ')}`, 2)

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
    return no(`${domains} of ${policy.minVerifiedCopies} verified copies in distinct failure domains exist elsewhere`)
  }
  if (archives < policy.minArchiveCopies) return no(`${archives} of ${policy.minArchiveCopies} archived copies exist`)
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
