import { id, parse } from '@almagest/kit'
import {
  DataLocation,
  DataTransfer,
  DataTransferRoute,
  DeletionProof,
  Event,
  Hold,
  Operation,
  PhysicalCopy,
  Refusal,
  RetentionPolicy,
  ScanFinding,
  Site,
} from '@almagest/schema'
import { oldestVerification } from './verifications.ts'
import * as lists from './lists.ts'
import type { QueryResolvers } from './resolvers.generated.ts'

const FINDINGS = { OPEN: lists.openFindings, DISMISSED: lists.dismissedFindings, RESOLVED: lists.resolvedFindings } as const

/** What answers the queries for rows and lists of rows. */
export const queries = {
  sites: (_, __, { loaders }) => loaders.all(lists.sites),
  site: (_, given, { loaders }) => {
    const { name, id } = oneOf(given)
    return name === null ? loaders.find(Site, id) : loaders.findBy(Site, 'name', name)
  },
  dataLocations: async (_, { siteId, type, active }, { loaders }) => {
    const at = idsOf({ siteId }).siteId
    const all = await loaders.all(lists.locations)
    return all.filter(row => fits(row.siteId, at) && fits(row.type, type) && fits(row.active, active))
  },
  dataLocation: (_, given, { loaders }) => {
    const { name, id } = oneOf(given)
    return name === null ? loaders.find(DataLocation, id) : loaders.findBy(DataLocation, 'name', name)
  },
  dataTransferRoutes: async (_, { active, ...given }, { loaders }) => {
    const { fromSiteId, toSiteId } = idsOf(given)
    const all = await loaders.all(lists.routes)
    return all.filter(row => fits(row.fromSiteId, fromSiteId) && fits(row.toSiteId, toSiteId) && fits(row.active, active))
  },
  oldestVerification: (_, __, { em }) => oldestVerification(em),
  dataTransferRoute: (_, given, { loaders }) => {
    const { name, id } = oneOf(given)
    return name === null ? loaders.find(DataTransferRoute, id) : loaders.findBy(DataTransferRoute, 'name', name)
  },
  dataTransfer: (_, { id }, { loaders }) => loaders.find(DataTransfer, id),
  dataTransfers: (_, { status, unpackStatus, routeId, fromLocationId, toLocationId, ...args }, { loaders }) =>
    loaders.page(lists.transfers, args, { status, unpackStatus, ...idsOf({ routeId, fromLocationId, toLocationId }) }),
  operation: (_, { id }, { loaders }) => loaders.find(Operation, id),
  operations: (_, { state, kind, locationId, packageId, subjectId, ...args }, { loaders }) =>
    loaders.page(lists.operations, args, { state, kind, ...idsOf({ locationId, packageId, subjectId }) }),
  physicalCopy: (_, { id }, { loaders }) => loaders.find(PhysicalCopy, id),
  retentionPolicy: (_, { id }, { loaders }) => loaders.find(RetentionPolicy, id),
  deletionProof: (_, { id }, { loaders }) => loaders.find(DeletionProof, id),
  hold: (_, { id }, { loaders }) => loaders.find(Hold, id),
  holds: (_, { active, packageId, locationId, ...args }, { loaders }) =>
    loaders.page(lists.holds, args, { active, ...idsOf({ packageId, locationId }) }),
  scanFinding: (_, { id }, { loaders }) => loaders.find(ScanFinding, id),
  scanFindings: (_, { state, kind, locationId, ...args }, { loaders }) =>
    loaders.page(FINDINGS[state], args, { kind, ...idsOf({ locationId }) }),
  event: (_, { seq }, { em }) => em.fork().findOne(Event, { seq }),
  events: (_, { subjectId, ...args }, { loaders }) => loaders.page(lists.events, args, idsOf({ subjectId })),
} satisfies QueryResolvers

/** The one of a name and an id that is given; refuses with BAD_INPUT none and both. */
function oneOf({ name, id }: { name?: string | null | undefined; id?: string | null | undefined }): {
  name: string | null
  id: string | null
} {
  if ((name ?? null) === null ? (id ?? null) === null : (id ?? null) !== null)
    throw new Refusal('BAD_INPUT', 'name, id: give one of the two')
  return { name: name ?? null, id: id ?? null }
}

/** The ids to filter by; refuses with BAD_INPUT, naming the argument, what is no UUID. */
function idsOf<name extends string>(given: { readonly [field in name]?: string | null | undefined }): { [field in name]?: string } {
  const named = Object.entries<string | null | undefined>(given).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(named.map(([field, value]) => [field, parse(id(), value, field)])) as { [field in name]?: string }
}

function fits<value>(value: value, wanted: value | null | undefined): boolean {
  return wanted === null || wanted === undefined || value === wanted
}
