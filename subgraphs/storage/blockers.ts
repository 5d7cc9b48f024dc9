import type { BreakerState, JobName, LocationType, OperationState, PackageState, RouteType, Status } from '@almagest/schema'
import type { Blocker } from './resolvers.generated.ts'

/** What is known of a package that may be blocked. */
export interface PackageFacts {
  readonly id: string
  readonly status: Status
  readonly state: PackageState
  /** The locations that hold a PRESENT copy of it. */
  readonly heldAt: readonly string[]
  /** The location where its files lie; null if no copy of them is known. */
  readonly sourceId: string | null
  /** Its open and failed work, and that of the transfers that bring it somewhere, oldest first. */
  readonly operations: readonly OperationFacts[]
  /** The transfers that bring it somewhere and are not through, oldest first. */
  readonly transfers: readonly TransferFacts[]
}

/** One piece of work that is open or FAILED. */
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
}

/** One transfer that is not through. */
export interface TransferFacts {
  readonly id: string
  readonly status: Status
  readonly unpackStatus: Status
  readonly fromLocationId: string
  readonly toLocationId: string
}

/** One location, with its breaker; CLOSED if it never had one. */
export interface LocationFacts {
  readonly id: string
  readonly name: string
  readonly type: LocationType
  readonly siteId: string
  readonly site: string
  /** Whether it is active and its site is. */
  readonly active: boolean
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
  readonly locations: ReadonlyMap<string, LocationFacts>
  readonly routes: readonly RouteFacts[]
}

/** Why a package is not archived yet: what it waits for, each reason followed by its own causes; empty when it is archived. */
export function decideBlockers(facts: PackageFacts, network: Network): Blocker[] {
  if (facts.state === 'ARCHIVED') return []
  const found = [
    ...facts.operations.flatMap(operation => blockedWork(operation, network)),
    ...facts.transfers.flatMap(transfer => blockedTransfer(transfer, facts, network)),
  ]
  const blockers = found.length > 0 ? found : blockedBetweenWork(facts, network)
  return [...new Map(blockers.map(blocker => [`${blocker.code} ${blocker.message}`, blocker])).values()]
}

function blockedWork(operation: OperationFacts, network: Network): Blocker[] {
  const location = network.locations.get(operation.locationId)
  if (!location) return []
  const what = `${operation.kind} at ${location.name}`
  const why = operation.reason ? `: ${operation.reason}` : ''
  if (operation.state === 'RUNNING' && !operation.lapsed) {
    return [
      system('RUNNING', `${what} is running`, {
        nextAction: 'the worker ends it, or another takes over when its lease ends',
        nextAt: operation.leaseUntil,
      }),
    ]
  }
  return [describe(), ...closedPlace(location), ...(operation.kind === 'packaging' ? lackingBuffer([location.siteId], network) : [])]

  function describe(): Blocker {
    switch (operation.state) {
      case 'FAILED':
        return operator(
          'FAILED',
          `${what} failed after ${operation.attempt} of ${operation.maxAttempts} attempts${why}`,
          `${RETRY_BY[operation.kind]} tries it again`,
        )
      case 'WAITING':
        return system('RETRYING', `${what} waits after attempt ${operation.attempt} of ${operation.maxAttempts}${why}`, {
          nextAction: 'a worker tries it again',
          nextAt: operation.nextRunAt,
        })
      case 'RUNNING':
        return system('QUEUED', `${what} lost its worker`, { nextAction: 'another worker takes it over' })
      default:
        return system('QUEUED', `${what} waits for a worker`, { nextAction: 'a worker of the site takes it' })
    }
  }
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

/** A transfer that no open work moves on: it FAILED, or the sweep has not come round to it. */
function blockedTransfer(
  { id, status, unpackStatus, fromLocationId, toLocationId }: TransferFacts,
  { operations }: PackageFacts,
  network: Network,
): Blocker[] {
  if (operations.some(({ subjectId }) => subjectId === id)) return []
  const [from, to] = [network.locations.get(fromLocationId), network.locations.get(toLocationId)]
  const what = `the transfer ${id} from ${from?.name ?? '?'} to ${to?.name ?? '?'}`
  if (status === 'FAILED' || unpackStatus === 'FAILED') {
    return [operator('FAILED', `${status === 'FAILED' ? 'sending' : 'verifying'} ${what} failed`, 'retryTransfer tries it again')]
  }
  const places = [from, to].flatMap(place => (place ? closedPlace(place) : []))
  return [notYet(`${what} has no work yet`, 'the sweep derives its next step'), ...places]
}

/** Nothing is open or failed: what keeps the next work from being derived. */
function blockedBetweenWork({ id, status, state, heldAt, sourceId }: PackageFacts, network: Network): Blocker[] {
  if (status === 'FAILED') return [operator('FAILED', `making package ${id} failed`, 'retryPackaging tries it again')]
  if (state === 'FAILED') return [operator('FAILED', `package ${id} failed on its way to the archive`, 'an operator looks at its history')]
  const source = sourceId === null ? undefined : network.locations.get(sourceId)
  if (status !== 'COMPLETED') {
    return [
      notYet('no work was derived yet that makes the package', 'the sweep derives it'),
      ...(source ? [...closedPlace(source), ...lackingBuffer([source.siteId], network)] : []),
    ]
  }
  const sites = [...new Set(heldAt.flatMap(locationId => network.locations.get(locationId)?.siteId ?? []))]
  if (sites.length === 0) return [notYet('no copy of the package is left', 'the sweep has it made again from its files')]
  const archives = [...network.locations.values()].filter(({ type }) => type === 'LONG_TERM_ARCHIVE')
  const near = archives.filter(({ siteId }) => sites.includes(siteId))
  const way = blockedWay(sites, archives, network)
  if (near.some(({ active }) => active) || way.length === 0)
    return [notYet('no work was derived yet that takes the package on', 'the sweep derives it')]
  return [...near.flatMap(closedPlace), ...way]
}

/** What is missing between the sites that hold a package and a site that archives; empty if a way is open. */
function blockedWay(sites: readonly string[], archives: readonly LocationFacts[], network: Network): Blocker[] {
  const archiving = archives.filter(({ active }) => active).map(({ siteId }) => siteId)
  const ways = network.routes.filter(({ fromSiteId, toSiteId }) => sites.includes(fromSiteId) && archiving.includes(toSiteId))
  const open = ways.filter(({ active }) => active)
  const here = sites.map(siteId => siteName(siteId, network)).join(', ')
  if (open.length === 0) {
    return [
      ways.length === 0
        ? operator(
            'NO_ROUTE',
            `no route leads from ${here} to a site with an active long-term archive`,
            'createDataTransferRoute makes one',
          )
        : operator(
            'NO_ROUTE',
            `every route from ${here} to a long-term archive is inactive: ${ways.map(({ name }) => name).join(', ')}`,
            'setRouteActive switches one on',
          ),
    ]
  }
  const lacking = open.map(({ viaSiteId, toSiteId }) => lackingBuffer([...(viaSiteId ? [viaSiteId] : []), toSiteId], network))
  return lacking.some(blockers => blockers.length === 0) ? [] : lacking.flat()
}

function lackingBuffer(siteIds: readonly string[], { locations }: Network): Blocker[] {
  const places = [...locations.values()]
  return siteIds
    .filter(siteId => !places.some(place => place.siteId === siteId && place.type === 'BUFFER' && place.active))
    .map(siteId =>
      operator(
        'NO_BUFFER',
        `site ${siteName(siteId, { locations })} has no active BUFFER`,
        'setLocationActive switches one on, createDiskLocation makes one',
      ),
    )
}

function closedPlace({ name, active, breaker, breakerReason, probeAt }: LocationFacts): Blocker[] {
  if (!active) return [operator('LOCATION_INACTIVE', `${name} or its site is inactive`, 'setLocationActive switches the location on')]
  if (breaker === 'CLOSED') return []
  const message = `the work of ${name} is parked${breakerReason ? `: ${breakerReason}` : ''}`
  return [system('LOCATION_PARKED', message, { nextAction: 'one piece of work is tried; a success ends the parking', nextAt: probeAt })]
}

function siteName(siteId: string, { locations }: Pick<Network, 'locations'>): string {
  return [...locations.values()].find(place => place.siteId === siteId)?.site ?? siteId
}

function notYet(message: string, nextAction: string): Blocker {
  return system('NOT_YET_DERIVED', message, { nextAction })
}

function system(
  code: Blocker['code'],
  message: string,
  { nextAction, nextAt = null }: { nextAction: string; nextAt?: Date | null },
): Blocker {
  return { code, message, nextAction, nextAt, who: 'SYSTEM' }
}

function operator(code: Blocker['code'], message: string, nextAction: string): Blocker {
  return { code, message, nextAction, nextAt: null, who: 'OPERATOR' }
}
