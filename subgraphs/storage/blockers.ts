import { catalog, DELETION_PAUSES, GONE_FROM_SOURCE, HELD_BY } from '@almagest/schema'
import type {
  BreakerState,
  CopyStatus,
  JobName,
  LocationType,
  OperationState,
  PackageState,
  PlaceState,
  RouteType,
  Status,
} from '@almagest/schema'
import { parkedWork, type Parked } from './parked.ts'
import type { Blocker } from './resolvers.generated.ts'
import { notYet, operator, system } from './saying.ts'

/** What work does with the bytes of a location. */
export type Access = (typeof catalog)[JobName]['does']

/** What is known of a package that may be blocked. */
export interface PackageFacts {
  readonly id: string
  /** Its copies in long-term archives, if none of them is PRESENT: what became of them, by location. */
  readonly lost: readonly LostCopy[]
  readonly status: Status
  readonly state: PackageState
  /** The locations that hold a PRESENT copy of it. */
  readonly heldAt: readonly string[]
  /** The location where its files lie; null if no copy of them is known. */
  readonly sourceId: string | null
  /** Its open, failed and cancelled work, and that of the transfers that bring it somewhere, oldest first. */
  readonly operations: readonly OperationFacts[]
  /** The transfers that bring it somewhere and are not through, oldest first. */
  readonly transfers: readonly TransferFacts[]
}

/** A copy in an archive that is no longer intact. */
export interface LostCopy {
  readonly copyId: string
  readonly locationId: string
  readonly status: CopyStatus
  readonly reason: string | null
}

/** One piece of work that is open, FAILED or CANCELLED. */
export interface OperationFacts {
  readonly id: string
  readonly kind: JobName
  readonly state: OperationState
  readonly locationId: string
  readonly subjectId: string
  readonly attempt: number
  readonly maxAttempts: number
  readonly nextRunAt: Date
  readonly leaseUntil: Date | null
  /** Whether its lease ran out, by the clock of the database. */
  readonly lapsed: boolean
  readonly reason: string | null
  /** The route of a transfer; null for other work. */
  readonly routeId: string | null
}

/** One transfer that is not through. */
export interface TransferFacts {
  readonly id: string
  readonly status: Status
  readonly unpackStatus: Status
  readonly fromLocationId: string
  readonly toLocationId: string
  /** The leg before it, where that is not through: it has to arrive first. */
  readonly after: TransferFacts | null
  readonly leg: number
}

/** One location, with its breaker; CLOSED if it never had one. */
export interface LocationFacts {
  readonly id: string
  readonly name: string
  readonly type: LocationType
  readonly siteId: string
  readonly site: string
  /** Why the data centre took it out of use; null if it did not. */
  readonly stopReason?: string | null
  readonly state: PlaceState
  readonly siteState: PlaceState
  /** Whether bytes may be read there, and new ones written. */
  readonly readable: boolean
  readonly writable: boolean
  /** Whether a worker has given it its identity. */
  readonly identified: boolean
  readonly breaker: BreakerState
  readonly probeAt: Date | null
  readonly breakerReason: string | null
}

/** One route, in use or not. */
export interface RouteFacts {
  readonly id: string
  readonly name: string
  readonly type: RouteType
  readonly active: boolean
  readonly fromSiteId: string
  readonly viaSiteId: string | null
  readonly toSiteId: string
}

/** The places of the data centre and the ways between them. */
export interface Network {
  /** The breakers that park one kind of work at a location (`kind id`), or the transfers over a route (its id). */
  readonly parked: Parked
  readonly locations: ReadonlyMap<string, LocationFacts>
  readonly routes: readonly RouteFacts[]
}

/** Why a package is not archived, or is so no longer: what it waits for, each reason followed by its own causes; empty when it is safe. */
export function decideBlockers(facts: PackageFacts, network: Network): Blocker[] {
  const way = () => {
    const found = [
      ...facts.operations.flatMap(operation => blockedWork(operation, network)),
      ...facts.transfers.flatMap(transfer => blockedTransfer(transfer, facts.operations, network)),
    ]
    return found.length > 0 ? found : blockedBetweenWork(facts, network)
  }
  if (facts.state !== 'ARCHIVED') return once(way())
  return facts.lost.length === 0 ? [] : once([...lostArchive(facts, network), ...causing(way())])
}

/** Why a transfer is not through: sending and verifying; empty when both are COMPLETED. */
export function decideTransferBlockers(transfer: TransferFacts, operations: readonly OperationFacts[], network: Network): Blocker[] {
  if (transfer.status === 'COMPLETED' && transfer.unpackStatus === 'COMPLETED') return []
  const own = operations.filter(({ subjectId }) => subjectId === transfer.id)
  return once([...own.flatMap(operation => blockedWork(operation, network)), ...blockedTransfer(transfer, operations, network)])
}

/** Why a piece of work is not done; empty when it is DONE. */
export function decideOperationBlockers(operation: OperationFacts, network: Network): Blocker[] {
  return operation.state === 'DONE' ? [] : once(blockedWork(operation, network))
}

/** The same reasons without repetitions: what two of them share is told once. */
export function once(blockers: readonly Blocker[]): Blocker[] {
  const told = new Set<string>()
  return blockers.filter(({ code, message }) => {
    const fresh = !told.has(`${code} ${message}`)
    told.add(`${code} ${message}`)
    return fresh
  })
}

/** Reasons as the causes of the one before them. */
export function causing(blockers: readonly Blocker[]): Blocker[] {
  return blockers.map(blocker => ({ ...blocker, level: blocker.level + 1 }))
}

/** What an ARCHIVED package is told when no archive holds it intact any more. */
function lostArchive({ id, lost, heldAt }: PackageFacts, { locations }: Network): Blocker[] {
  const name = (locationId: string) => locations.get(locationId)?.name ?? locationId
  const copies = lost.map(({ locationId, status, reason }) => `${name(locationId)}: ${status}${reason ? ` (${reason})` : ''}`)
  const about = { subjectType: 'RawDataPackage', subjectId: id }
  const message = `package ${id} was archived, and no archive holds it intact any more: ${copies.join(', ')}`
  const from = heldAt.map(name).join(', ')
  return [
    from
      ? system('ARCHIVE_LOST', message, { ...about, nextAction: `it is archived again from ${from}` })
      : operator('ARCHIVE_LOST', message, { ...about, nextAction: 'an operator brings back a copy: the data centre knows of none' }),
  ]
}

/** Why one piece of work that is not DONE does not go on. */
export function blockedWork(operation: OperationFacts, network: Network): Blocker[] {
  const location = network.locations.get(operation.locationId)
  if (!location) return []
  const about = { subjectType: 'Operation', subjectId: operation.id }
  const what = `${operation.kind} at ${location.name}`
  const why = operation.reason ? `: ${operation.reason}` : ''
  if (operation.state === 'RUNNING' && !operation.lapsed) {
    const nextAction = 'the worker ends it, or another takes over when its lease ends'
    return [system('RUNNING', `${what} is running`, { ...about, nextAction, nextAt: operation.leaseUntil })]
  }
  const gone = operation.reason?.includes(GONE_FROM_SOURCE) ?? false
  const causes = [
    ...closedPlace(location, catalog[operation.kind].does),
    ...parkedWork(operation, location, network),
    ...(operation.kind === 'packaging' ? lackingBuffer([location.siteId], network) : []),
  ]
  return [describe(), ...causing(causes)]

  function describe(): Blocker {
    switch (operation.state) {
      case 'FAILED':
        return operator('FAILED', `${what} failed after ${operation.attempt} of ${operation.maxAttempts} attempts${why}`, {
          ...about,
          nextAction: `${gone ? 'the instrument or an operator puts back the file, and then ' : ''}${RETRY_BY[operation.kind]} tries it again${
            operation.kind === 'packaging' ? '; the sweep does when a scan of SOURCE has seen that the cause is gone' : ''
          }`,
        })
      case 'CANCELLED':
        return operator('CANCELLED', `${what} was cancelled`, {
          ...about,
          nextAction: `${operation.kind === 'packaging' ? 'retryOperation' : RETRY_BY[operation.kind]} asks for it again`,
        })
      case 'WAITING':
        if (gone) {
          const message = `${what} waits after attempt ${operation.attempt} of ${operation.maxAttempts}${why}`
          const nextAction = 'the instrument or an operator puts back the file; a worker then tries it again'
          return { ...operator('RETRYING', message, { ...about, nextAction }), nextAt: operation.nextRunAt }
        }
        if (operation.reason?.startsWith(HELD_BY)) {
          const nextAction = 'releaseHolds ends the hold; until then nothing of it is deleted'
          return { ...operator('HELD', `${what} waits${why}`, { ...about, nextAction }), nextAt: operation.nextRunAt }
        }
        if (operation.reason?.startsWith(DELETION_PAUSES)) {
          const nextAction = goesOn(operation.reason)
          return system('DELETION_PAUSED', `${what} waits${why}`, { ...about, nextAction, nextAt: operation.nextRunAt })
        }
        return system('RETRYING', `${what} waits after attempt ${operation.attempt} of ${operation.maxAttempts}${why}`, {
          ...about,
          nextAction: 'a worker tries it again',
          nextAt: operation.nextRunAt,
        })
      case 'RUNNING':
        return system('QUEUED', `${what} lost its worker`, { ...about, nextAction: 'another worker takes it over' })
      default:
        return system('QUEUED', `${what} waits for a worker`, { ...about, nextAction: 'a worker of the site takes it' })
    }
  }
}

/** What ends a pause of deletions, by its reason. */
function goesOn(reason: string): string {
  if (reason.includes('ops-db was restored')) return 'it goes on after a scan of the location, or when an operator says resumeDeletion'
  if (reason.includes('no sweep was complete')) return 'it goes on after the next complete sweep of a worker'
  return 'it goes on when the hour is over; allowDeletion lets more go'
}

const RETRY_BY: { readonly [kind in JobName]: string } = {
  scan: 'retryOperation',
  packaging: 'retryPackaging',
  checksum: 'retryOperation',
  transfer: 'retryTransfer',
  unpack: 'retryTransfer',
  archive: 'retryOperation',
  staging: 'retryOperation',
  cleanup: 'retryOperation',
}

/** A transfer that no open work moves on: it FAILED, an earlier leg is not through, or the sweep has not come round to it. */
function blockedTransfer(transfer: TransferFacts, operations: readonly OperationFacts[], network: Network): Blocker[] {
  const { id, status, unpackStatus, fromLocationId, toLocationId, after, leg } = transfer
  if (operations.some(({ subjectId }) => subjectId === id)) return []
  const about = { subjectType: 'DataTransfer', subjectId: id }
  const [from, to] = [network.locations.get(fromLocationId), network.locations.get(toLocationId)]
  const what = `the transfer ${id} from ${from?.name ?? '?'} to ${to?.name ?? '?'}`
  if (status === 'FAILED' || unpackStatus === 'FAILED') {
    const message = `${status === 'FAILED' ? 'sending' : 'verifying'} ${what} failed`
    return [operator('FAILED', message, { ...about, nextAction: 'retryTransfer tries it again' })]
  }
  if (after) {
    const message = `${what} is leg ${leg}: leg ${after.leg} is not through`
    return [
      system('EARLIER_LEG', message, { ...about, nextAction: 'the sweep sends it on when the earlier leg has arrived' }),
      ...causing(decideTransferBlockers(after, operations, network)),
    ]
  }
  const places = [...(from ? closedPlace(from, 'READ') : []), ...(to ? closedPlace(to, 'WRITE') : [])]
  return [notYet(`${what} has no work yet`, { ...about, nextAction: 'the sweep derives its next step' }), ...causing(places)]
}

/** Nothing is open or failed: what keeps the next work from being derived. */
function blockedBetweenWork({ id, status, heldAt, sourceId }: PackageFacts, network: Network): Blocker[] {
  const about = { subjectType: 'RawDataPackage', subjectId: id }
  if (status === 'FAILED')
    return [operator('FAILED', `making package ${id} failed`, { ...about, nextAction: 'retryPackaging tries it again' })]
  const source = sourceId === null ? undefined : network.locations.get(sourceId)
  if (status !== 'COMPLETED') {
    return [
      notYet('no work was derived yet that makes the package', { ...about, nextAction: 'the sweep derives it' }),
      ...causing(source ? [...closedPlace(source, 'READ'), ...lackingBuffer([source.siteId], network)] : []),
    ]
  }
  const sites = [...new Set(heldAt.flatMap(locationId => network.locations.get(locationId)?.siteId ?? []))]
  if (sites.length === 0)
    return [notYet('no copy of the package is left', { ...about, nextAction: 'the sweep has it made again from its files' })]
  const archives = [...network.locations.values()].filter(({ type }) => type === 'LONG_TERM_ARCHIVE')
  const near = archives.filter(({ siteId }) => sites.includes(siteId))
  const way = blockedWay(sites, archives, network)
  if (near.some(({ writable }) => writable) || way.length === 0)
    return [notYet('no work was derived yet that takes the package on', { ...about, nextAction: 'the sweep derives it' })]
  return [...near.flatMap(place => closedPlace(place, 'WRITE')), ...way]
}

/** What is missing between the sites that hold a package and a site that archives; empty if a way is open. */
function blockedWay(sites: readonly string[], archives: readonly LocationFacts[], network: Network): Blocker[] {
  const archiving = archives.filter(({ writable }) => writable).map(({ siteId }) => siteId)
  const ways = network.routes.filter(({ fromSiteId, toSiteId }) => sites.includes(fromSiteId) && archiving.includes(toSiteId))
  const open = ways.filter(({ active }) => active)
  const here = sites.map(siteId => siteName(siteId, network)).join(', ')
  const [closed] = ways
  if (open.length === 0 && closed) {
    const message = `every route from ${here} to a long-term archive is inactive: ${ways.map(({ name }) => name).join(', ')}`
    const about = { subjectType: 'DataTransferRoute', subjectId: closed.id }
    return [operator('NO_ROUTE', message, { ...about, nextAction: 'setRouteActive switches one on' })]
  }
  if (open.length === 0) {
    const about = { subjectType: 'Site', subjectId: sites[0] ?? '' }
    const message = `no route leads from ${here} to a site with a long-term archive that may be written`
    return [operator('NO_ROUTE', message, { ...about, nextAction: 'createDataTransferRoute makes one' })]
  }
  const lacking = open.map(({ viaSiteId, toSiteId }) => lackingBuffer([...(viaSiteId ? [viaSiteId] : []), toSiteId], network))
  return lacking.some(blockers => blockers.length === 0) ? [] : lacking.flat()
}

function lackingBuffer(siteIds: readonly string[], { locations }: Network): Blocker[] {
  const places = [...locations.values()]
  return siteIds
    .filter(siteId => !places.some(place => place.siteId === siteId && place.type === 'BUFFER' && place.writable))
    .map(siteId =>
      operator('NO_BUFFER', `site ${siteName(siteId, { locations })} has no BUFFER that may be written`, {
        subjectType: 'Site',
        subjectId: siteId,
        nextAction: 'resumeLocation or setLocationAccess opens one, createDiskLocation makes one',
      }),
    )
}

/** What keeps work of a sort from a location: what it or its site is used for, that it has no identity, or that its breaker is not closed. */
export function closedPlace(place: LocationFacts, does: Access): Blocker[] {
  const { id, name, identified, breaker, breakerReason, probeAt } = place
  const about = { subjectType: 'DataLocation', subjectId: id }
  const [closed] = switchedOff(place, does)
  if (closed) return [closed]
  if (!identified) {
    const nextAction = 'a worker of its site that can use its storage gives it its identity'
    return [operator('LOCATION_UNIDENTIFIED', `no worker has given ${name} its identity`, { ...about, nextAction })]
  }
  if (breaker === 'CLOSED') return []
  const message = `the work of ${name} is parked${breakerReason ? `: ${breakerReason}` : ''}`
  const nextAction = 'one piece of work is tried; a success ends the parking'
  return [system('LOCATION_PARKED', message, { ...about, nextAction, nextAt: probeAt })]
}

function switchedOff(place: LocationFacts, does: Access): Blocker[] {
  const { id, name, site, siteId, state, siteState, stopReason, readable, writable } = place
  if (state === 'PAUSED' && stopReason) {
    const nextAction = 'an operator looks at the storage, and then resumeLocation brings it back into use'
    const message = `the data centre stopped ${name}: ${stopReason}`
    return [operator('LOCATION_INACTIVE', message, { subjectType: 'DataLocation', subjectId: id, nextAction })]
  }
  for (const { is, what, subjectType, subjectId } of [
    { is: state, what: name, subjectType: 'DataLocation', subjectId: id },
    { is: siteState, what: `the site ${site} of ${name}`, subjectType: 'Site', subjectId: siteId },
  ]) {
    const resume = subjectType === 'Site' ? 'resumeSite' : 'resumeLocation'
    if (is === 'RETIRED') {
      const nextAction = 'cancelOperation ends the work: what is retired stays so'
      return [operator('LOCATION_INACTIVE', `${what} is RETIRED`, { subjectType, subjectId, nextAction })]
    }
    const nextAction = `${resume} brings it back into use`
    if (is === 'PAUSED') return [operator('LOCATION_INACTIVE', `${what} is PAUSED`, { subjectType, subjectId, nextAction })]
    if (is === 'DRAINING' && does === 'WRITE')
      return [operator('LOCATION_CLOSED', `${what} is DRAINING: nothing new is written there`, { subjectType, subjectId, nextAction })]
  }
  const about = { subjectType: 'DataLocation', subjectId: id, nextAction: 'setLocationAccess allows it' }
  if (does === 'READ' && !readable) return [operator('LOCATION_CLOSED', `reading is off at ${name}`, about)]
  if (does === 'WRITE' && !writable) return [operator('LOCATION_CLOSED', `writing is off at ${name}`, about)]
  return []
}

function siteName(siteId: string, { locations }: Pick<Network, 'locations'>): string {
  return [...locations.values()].find(place => place.siteId === siteId)?.site ?? siteId
}
