import type { Context } from '@almagest/kit'
import { DataLocation, DataTransferRoute, Site, type BreakerState, type JobName, type StorageType } from '@almagest/schema'
import { asOfKey, locationAsOf } from './as-of.ts'
import { filesOfLocations, holdingsOfLocations } from './counts.ts'
import { oldestVerifications } from './verifications.ts'
import { flowKey, flowsOfLocations } from './flows.ts'
import { leftAtLocations } from './left.ts'
import * as lists from './lists.ts'
import type { DiskLocationResolvers, Resolvers } from './resolvers.generated.ts'

const LOCATION_TYPES = { DISK: 'DiskLocation', S3: 'S3Location', TAPE: 'TapeLocation' } as const satisfies Record<StorageType, string>

/** The GraphQL type of a location. */
export function typeOfLocation({ storage }: DataLocation) {
  return LOCATION_TYPES[storage]
}

/** The breaker of what never failed; no row has its id. */
export function closedBreaker(of: { readonly locationId: string } | { readonly routeId: string }) {
  const id = 'locationId' in of ? of.locationId : of.routeId
  return {
    id,
    locationId: null,
    routeId: null,
    ...of,
    kind: null,
    state: 'CLOSED' as const,
    failures: 0,
    openedAt: null,
    probeAt: null,
    reason: null,
    override: null,
    overrideUntil: null,
    overrideReason: null,
  }
}
const shared = {
  site: ({ siteId }, _, { loaders }) => loaders.get(Site, siteId),
  instrument: ({ instrumentId }) => (instrumentId ? { id: instrumentId } : null),
  retentionPolicy: async ({ id }, _, { loaders }) => (await loaders.allOf(lists.policyOfLocation, id))[0] ?? null,
  breaker: async ({ id }, _, { loaders }) => (await loaders.allOf(lists.breakerOfLocation, id))[0] ?? closedBreaker({ locationId: id }),
  kindBreakers: ({ id }, _, { loaders }) => loaders.allOf(lists.kindBreakersOfLocation, id),
  reclaim: async ({ id }, _, { loaders }) => (await loaders.allOf(lists.reclaimOfLocation, id))[0] ?? null,
  findings: ({ id }, args, { loaders }) => loaders.pageOf(lists.findingsOfLocation, id, args),
  history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOfLocation, id, args),
  asOf: ({ id }, { at }, { loaders }) => loaders.through(locationAsOf, asOfKey(id, at)),
  oldestVerification: ({ id }, _, { loaders }) => loaders.through(oldestVerifications, id),
  left: ({ id }, _, { loaders }) => loaders.through(leftAtLocations, id),
  holdings: ({ id }, _, { loaders }) => loaders.through(holdingsOfLocations, id),
  looseFiles: ({ id }, _, { loaders }) => loaders.through(filesOfLocations, id),
  flow: ({ id }, { hours }, { loaders }) => loaders.through(flowsOfLocations, flowKey(id, hours)),
  copies: ({ id }, { status, ...args }, { loaders }) => loaders.pageOf(lists.copiesAt[status], id, args),
  operations: ({ id }, { state, ...args }, { loaders }) =>
    loaders.pageOf(state ? lists.operationsAtIn[state] : lists.operationsAt, id, args),
  transfersIn: ({ id }, args, { loaders }) => loaders.pageOf(lists.transfersTo, id, args),
  transfersOut: ({ id }, args, { loaders }) => loaders.pageOf(lists.transfersFrom, id, args),
  stagingRequests: ({ id }, args, { loaders }) => loaders.pageOf(lists.stagingsAt, id, args),
  retentionPolicies: ({ id }, _, { loaders }) => loaders.allOf(lists.policiesOfLocation, id),
} satisfies DiskLocationResolvers

/** What answers for locations and their breakers: one table, a GraphQL type for each kind of storage. */
export const locationResolvers: Pick<Resolvers, 'CircuitBreaker' | 'DataLocation' | 'DiskLocation' | 'S3Location' | 'TapeLocation'> = {
  CircuitBreaker: {
    location: ({ locationId }, _, { loaders }) => loaders.find(DataLocation, locationId),
    route: ({ routeId }, _, { loaders }) => loaders.find(DataTransferRoute, routeId),
    kind: ({ kind }) => (kind ?? null) as JobName | null,
    override: ({ override }) => (override ?? null) as BreakerState | null,
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOfBreaker, id, args),
  },
  DataLocation: { __resolveType: typeOfLocation },
  DiskLocation: {
    __resolveReference: (reference, context) => refer('DISK', reference, context),
    ...shared,
    root: ({ root }) => root ?? '',
  },
  S3Location: {
    __resolveReference: (reference, context) => refer('S3', reference, context),
    ...shared,
    endpoint: ({ endpoint }) => endpoint ?? '',
    bucket: ({ bucket }) => bucket ?? '',
  },
  TapeLocation: {
    __resolveReference: (reference, context) => refer('TAPE', reference, context),
    ...shared,
    volumeGroup: ({ volumeGroup }) => volumeGroup ?? '',
  },
}

async function refer(storage: StorageType, reference: { readonly id: string }, { loaders }: Context): Promise<DataLocation | null> {
  const location = await loaders.refer(DataLocation, reference)
  return location?.storage === storage ? location : null
}
