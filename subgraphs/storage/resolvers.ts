import {
  DataLocation,
  DataTransfer,
  DataTransferPackage,
  DataTransferRoute,
  DeletionProof,
  ExecutedObsUnit,
  Instrument,
  ObservingProgram,
  Operation,
  queueName,
  RawDataFile,
  RawDataPackage,
  RetentionPolicy,
  ScanFinding,
  Site,
  StagingRequest,
  type LocationType,
} from '@almagest/schema'
import { asOfKey, operationAsOf, readPackageAsOf, routeAsOf, siteAsOf, stagingAsOf, transferAsOf } from './as-of.ts'
import { copyResolvers } from './copies.ts'
import { countNights, filesOfSites, holdingsOfSites, totalsOfInstruments, totalsOfPrograms } from './counts.ts'
import { flowKey, flowsOfInstruments, flowsOfPrograms, flowsOfSites } from './flows.ts'
import * as lists from './lists.ts'
import { locateFiles } from './locate.ts'
import { locationResolvers } from './locations.ts'
import {
  createDataTransferRoute,
  createDiskLocation,
  createSite,
  defineRetentionPolicy,
  setLocationActive,
  setLocationDeletion,
  setRouteActive,
} from './mutations.ts'
import { requestArchive, requestTransfer, requestVerification, retryOperation, retryTransfer } from './requests.ts'
import type { Resolvers } from './resolvers.generated.ts'
import { whyOperationBlocked, whyPackageBlocked, whyStagingBlocked, whyTransferBlocked } from './why-blocked.ts'

/** What answers the contract of the storage subgraph. */
export const resolvers: Resolvers = {
  Query: {
    sites: (_, __, { loaders }) => loaders.all(lists.sites),
    site: (_, { name }, { loaders }) => loaders.findBy(Site, 'name', name),
    dataLocations: (_, __, { loaders }) => loaders.all(lists.locations),
    dataLocation: (_, { name }, { loaders }) => loaders.findBy(DataLocation, 'name', name),
    dataTransferRoutes: (_, __, { loaders }) => loaders.all(lists.routes),
    dataTransfers: (_, { status, ...args }, { loaders }) => loaders.page(lists.transfers, args, { status }),
    operation: (_, { id }, { loaders }) => loaders.find(Operation, id),
    operations: (_, { state, kind, ...args }, { loaders }) => loaders.page(lists.operations, args, { state, kind }),
    nights: (_, { input }, { em }) => countNights(em, input),
    locateFiles: (_, { input }, { em }) => locateFiles(em, input),
  },
  Mutation: {
    createSite: (_, { input }, context) => createSite(input, context),
    createDiskLocation: (_, { input }, context) => createDiskLocation(input, context),
    createDataTransferRoute: (_, { input }, context) => createDataTransferRoute(input, context),
    setLocationActive: (_, args, context) => setLocationActive(args, context),
    setLocationDeletion: (_, args, context) => setLocationDeletion(args, context),
    setRouteActive: (_, args, context) => setRouteActive(args, context),
    defineRetentionPolicy: (_, { input }, context) => defineRetentionPolicy(input, context),
    requestTransfer: (_, args, context) => requestTransfer(args, context),
    retryTransfer: (_, { transferId }, context) => retryTransfer(transferId, context),
    requestArchive: (_, args, context) => requestArchive(args, context),
    requestVerification: (_, { copyId }, context) => requestVerification(copyId, context),
    retryOperation: (_, { operationId }, context) => retryOperation(operationId, context),
  },
  Site: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Site, reference),
    locations: ({ id }, _, { loaders }) => loaders.allOf(lists.locationsOfSite, id),
    routes: ({ id }, _, { loaders }) => loaders.allOf(lists.routesOfSite, id),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
    asOf: ({ id }, { at }, { loaders }) => loaders.through(siteAsOf, asOfKey(id, at)),
    holdings: ({ id }, _, { loaders }) => loaders.through(holdingsOfSites, id),
    looseFiles: ({ id }, _, { loaders }) => loaders.through(filesOfSites, id),
    flow: ({ id }, { hours }, { loaders }) => loaders.through(flowsOfSites, flowKey(id, hours)),
  },
  ...locationResolvers,
  ...copyResolvers,
  DataTransferRoute: {
    __resolveReference: (reference, { loaders }) => loaders.refer(DataTransferRoute, reference),
    fromSite: ({ fromSiteId }, _, { loaders }) => loaders.get(Site, fromSiteId),
    toSite: ({ toSiteId }, _, { loaders }) => loaders.get(Site, toSiteId),
    viaSite: ({ viaSiteId }, _, { loaders }) => loaders.find(Site, viaSiteId),
    fromLocation: ({ fromLocationId }, _, { loaders }) => loaders.find(DataLocation, fromLocationId),
    toLocation: ({ toLocationId }, _, { loaders }) => loaders.find(DataLocation, toLocationId),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
    asOf: ({ id }, { at }, { loaders }) => loaders.through(routeAsOf, asOfKey(id, at)),
  },
  DataTransfer: {
    __resolveReference: (reference, { loaders }) => loaders.refer(DataTransfer, reference),
    route: ({ routeId }, _, { loaders }) => loaders.get(DataTransferRoute, routeId),
    fromLocation: ({ fromLocationId }, _, { loaders }) => loaders.get(DataLocation, fromLocationId),
    toLocation: ({ toLocationId }, _, { loaders }) => loaders.get(DataLocation, toLocationId),
    transferPackage: ({ transferPackageId }) => ({ id: transferPackageId }),
    whyBlocked: ({ id }, _, { loaders }) => loaders.through(whyTransferBlocked, id),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
    asOf: ({ id }, { at }, { loaders }) => loaders.through(transferAsOf, asOfKey(id, at)),
  },
  RetentionPolicy: {
    __resolveReference: (reference, { loaders }) => loaders.refer(RetentionPolicy, reference),
    version: ({ policyVersion }) => policyVersion,
  },
  DeletionProof: {
    __resolveReference: (reference, { loaders }) => loaders.refer(DeletionProof, reference),
    policy: ({ policyId }, _, { loaders }) => loaders.get(RetentionPolicy, policyId),
    location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
    evidence: ({ evidence }) => evidence.map(copy => ({ ...copy, type: copy.type as LocationType, verifiedAt: new Date(copy.verifiedAt) })),
  },
  Operation: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Operation, reference),
    queue: async ({ kind, locationId }, _, { loaders }) => queueName(kind, (await loaders.get(DataLocation, locationId)).name),
    location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
    package: ({ packageId }) => (packageId ? { id: packageId } : null),
    whyBlocked: ({ id }, _, { loaders }) => loaders.through(whyOperationBlocked, id),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
    asOf: ({ id }, { at }, { loaders }) => loaders.through(operationAsOf, asOfKey(id, at)),
  },
  ScanFinding: {
    __resolveReference: (reference, { loaders }) => loaders.refer(ScanFinding, reference),
    location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
  },
  LocatedFile: {
    file: ({ found, id }) => (found && id ? { id } : null),
  },
  RawDataFile: {
    __resolveReference: (reference, { loaders }) => loaders.refer(RawDataFile, reference),
    copies: ({ id }, _, { loaders }) => loaders.allOf(lists.copiesOfFile, id),
  },
  RawDataPackage: {
    __resolveReference: (reference, { loaders }) => loaders.refer(RawDataPackage, reference),
    copies: ({ id }, _, { loaders }) => loaders.allOf(lists.copiesOfPackage, id),
    whyBlocked: ({ id }, _, { loaders }) => loaders.through(whyPackageBlocked, id),
    operations: ({ id }, _, { loaders }) => loaders.allOf(lists.operationsOfPackage, id),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOfPackage, id, args),
    asOf: ({ id }, { at }, { loaders }) => readPackageAsOf(asOfKey(id, at), loaders),
  },
  DataTransferPackage: {
    __resolveReference: (reference, { loaders }) => loaders.refer(DataTransferPackage, reference),
    transfers: ({ id }, _, { loaders }) => loaders.allOf(lists.transfersOfPackage, id),
  },
  StagingRequest: {
    __resolveReference: (reference, { loaders }) => loaders.refer(StagingRequest, reference),
    location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
    whyBlocked: ({ id }, _, { loaders }) => loaders.through(whyStagingBlocked, id),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
    asOf: ({ id }, { at }, { loaders }) => loaders.through(stagingAsOf, asOfKey(id, at)),
  },
  ObservingProgram: {
    __resolveReference: (reference, { loaders }) => loaders.refer(ObservingProgram, reference),
    totals: ({ id }, _, { loaders }) => loaders.through(totalsOfPrograms, id),
    flow: ({ id }, { hours }, { loaders }) => loaders.through(flowsOfPrograms, flowKey(id, hours)),
  },
  ExecutedObsUnit: {
    __resolveReference: (reference, { loaders }) => loaders.refer(ExecutedObsUnit, reference),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOfExecution, id, args),
  },
  Instrument: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Instrument, reference),
    locations: ({ id }, _, { loaders }) => loaders.allOf(lists.locationsOfInstrument, id),
    totals: ({ id }, _, { loaders }) => loaders.through(totalsOfInstruments, id),
    flow: ({ id }, { hours }, { loaders }) => loaders.through(flowsOfInstruments, flowKey(id, hours)),
  },
}
