import type { CopyStatus, JobName, StagingStatus, Status } from '@almagest/schema'
import { blockedWork, causing, closedPlace, once, type Network, type OperationFacts } from './blockers.ts'
import type { Blocker } from './resolvers.generated.ts'
import { notYet, operator, system } from './saying.ts'

/** What is known of a copy that is not what it should be. */
export interface CopyFacts {
  readonly id: string
  readonly status: CopyStatus
  readonly reason: string | null
  readonly locationId: string
  /** The package that it is of, or that its file is in; null if there is none. */
  readonly packageId: string | null
  /** Whether the location has another live copy of the same thing. */
  readonly replaced: boolean
  /** Whether retention may delete there. */
  readonly deletionEnabled: boolean
  /** What a scan found in the place of a file that should be there; null if nothing is wrong. */
  readonly finding: 'MISSING' | 'CHANGED' | null
  readonly detail: string | null
}

/** What is known of a staging request, and of its packages that are not there yet. */
export interface StagingFacts {
  readonly id: string
  readonly status: StagingStatus
  readonly locationId: string
  readonly packages: readonly WantedPackage[]
}

/** A package that a staging request waits for. */
export interface WantedPackage {
  readonly id: string
  readonly name: string
  readonly status: Status
  /** Whether a buffer or an archive of the site has it, from which it could be unpacked. */
  readonly near: boolean
}

/** The work that writes, deletes or makes again a copy in one of these statuses. */
const WORK: { readonly [status in CopyStatus]?: readonly JobName[] } = {
  WRITING: ['packaging', 'transfer', 'unpack', 'archive', 'staging'],
  DELETION_SCHEDULED: ['cleanup'],
  DELETION_IN_PROGRESS: ['cleanup'],
  DELETION_FAILED: ['cleanup'],
  QUARANTINED: ['checksum', 'packaging', 'transfer', 'unpack', 'archive', 'staging'],
  MISSING: ['packaging', 'transfer', 'unpack', 'archive', 'staging'],
}

/** Why a copy is not what it should be; empty where it is PRESENT, STAGED or gone as it should, or where another took its place. */
export function decideCopyBlockers(facts: CopyFacts, operations: readonly OperationFacts[], network: Network): Blocker[] {
  if (facts.finding !== null) return [describeFinding(facts, network)]
  const kinds = WORK[facts.status]
  if (!kinds || facts.replaced) return []
  const work = operations.filter(
    ({ kind, locationId }) => kinds.includes(kind) && (locationId === facts.locationId || kind === 'packaging'),
  )
  const place = network.locations.get(facts.locationId)
  const causes = work.length > 0 ? work.flatMap(operation => blockedWork(operation, network)) : place ? closedPlace(place, 'DELETE') : []
  const [next] = work.filter(({ state }) => state === 'WAITING' || state === 'READY').map(({ nextRunAt }) => nextRunAt)
  return once([describeCopy(facts, { at: place?.name ?? '?', working: work.length > 0, nextAt: next ?? null }), ...causing(causes)])
}

function describeFinding({ id, finding, detail, locationId }: CopyFacts, { locations }: Network): Blocker {
  const message = `a scan of ${locations.get(locationId)?.name ?? '?'} found the file ${finding}${detail ? `: ${detail}` : ''}`
  const nextAction =
    'the instrument or an operator puts back the file as it was filed; the next scan that sees it takes it as PRESENT again'
  return operator(finding === 'MISSING' ? 'LOST' : 'DAMAGED', message, { subjectType: 'PhysicalCopy', subjectId: id, nextAction })
}

function describeCopy(
  { id, status, reason, deletionEnabled }: CopyFacts,
  { at, working, nextAt }: { at: string; working: boolean; nextAt: Date | null },
): Blocker {
  const about = { subjectType: 'PhysicalCopy', subjectId: id }
  const why = reason ? `: ${reason}` : ''
  switch (status) {
    case 'WRITING':
      return working
        ? system('WRITING', `the copy is being written at ${at}`, {
            ...about,
            nextAction: 'it becomes PRESENT when all of it is there',
            nextAt,
          })
        : notYet(`the copy at ${at} was begun, and no work is open that ends it`, { ...about, nextAction: 'the sweep derives it' })
    case 'DELETION_SCHEDULED':
    case 'DELETION_IN_PROGRESS':
      return deletionEnabled
        ? system('DELETING', `the copy at ${at} is to be deleted${why}`, {
            ...about,
            nextAction: 'cleanup deletes it, if it is still proven to be safe elsewhere',
            nextAt,
          })
        : operator('DELETING', `the copy at ${at} is to be deleted, and deletion is off there`, {
            ...about,
            nextAction: 'setLocationDeletion allows it; until then the copy stays',
          })
    case 'DELETION_FAILED':
      return operator('FAILED', `the copy at ${at} could not be deleted${why}`, {
        ...about,
        nextAction: 'an operator looks at the location',
      })
    case 'QUARANTINED':
      return working
        ? system('DAMAGED', `the copy at ${at} is damaged${why}`, { ...about, nextAction: 'another is made in its place', nextAt })
        : operator('DAMAGED', `the copy at ${at} is damaged${why}`, {
            ...about,
            nextAction: 'an operator looks at the bytes, which are kept; another copy is made where a source is left',
          })
    default:
      return working
        ? system('LOST', `the copy at ${at} is missing${why}`, { ...about, nextAction: 'another is made in its place', nextAt })
        : operator('LOST', `the copy at ${at} is missing${why}`, {
            ...about,
            nextAction:
              'an operator looks for it, and requestVerification takes it back when it is there again; another copy is made where a source is left',
          })
  }
}

/** Why the packages of a request are not all at its location; empty when they are, or when it has ended. */
export function decideStagingBlockers(facts: StagingFacts, operations: readonly OperationFacts[], network: Network): Blocker[] {
  if (facts.status === 'COMPLETED' || facts.status === 'EXPIRED') return []
  const place = network.locations.get(facts.locationId)
  const blockers = facts.packages.flatMap(({ id, name, status, near }) => {
    const about = { subjectType: 'RawDataPackage', subjectId: id }
    const work = operations.filter(
      ({ kind, locationId, subjectId }) => kind === 'staging' && locationId === facts.locationId && subjectId === id,
    )
    const lacking = near
      ? []
      : [
          operator('NO_SOURCE', `no buffer or archive of the site of ${place?.name ?? '?'} has package ${name}`, {
            ...about,
            nextAction: 'requestTransfer brings it there; whyBlocked of the package says what keeps it away',
          }),
        ]
    if (work.length > 0) return [...work.flatMap(operation => blockedWork(operation, network)), ...causing(lacking)]
    if (status === 'FAILED') {
      const nextAction = 'retryStaging tries it again'
      return [operator('FAILED', `staging package ${name} failed`, { ...about, nextAction }), ...causing(lacking)]
    }
    const message = `no work was derived yet that stages package ${name}`
    return [
      notYet(message, { ...about, nextAction: 'the sweep derives it' }),
      ...causing([...(place ? closedPlace(place, 'WRITE') : []), ...lacking]),
    ]
  })
  if (blockers.length === 0) {
    const about = { subjectType: 'StagingRequest', subjectId: facts.id }
    return [notYet('all its packages are there', { ...about, nextAction: 'the sweep completes the request' })]
  }
  return once(blockers)
}
