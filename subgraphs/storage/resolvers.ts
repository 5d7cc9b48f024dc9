import {
  DataLocation,
  DataTransfer,
  DataTransferPackage,
  DataTransferRoute,
  DeletionProof,
  ExecutedObsUnit,
  Hold,
  Instrument,
  ObservingProgram,
  Operation,
  queueName,
  RawDataFile,
  RawDataPackage,
  RetentionPolicy,
  ScanFinding,
  Site,
  StagedFile,
  StagedPackage,
  StagingRequest,
  type LocationType,
} from '@almagest/schema'
import { asOfKey, operationAsOf, readPackageAsOf, routeAsOf, siteAsOf, stagingAsOf, transferAsOf } from './as-of.ts'
import { cancelOperation } from './cancellation.ts'
import { copyResolvers } from './copies.ts'
import { countNights, filesOfSites, holdingsOfSites, totalsOfInstruments, totalsOfPrograms } from './counts.ts'
import { downloadUrl } from './downloads.ts'
import { flowKey, flowsOfInstruments, flowsOfPrograms, flowsOfSites } from './flows.ts'
import * as lists from './lists.ts'
import { leftAtSites } from './left.ts'
import { locateFiles } from './locate.ts'
import { overrideBreaker } from './breakers.ts'
import { closedBreaker, locationResolvers } from './locations.ts'
import { updateDataTransferRoute, updateLocation, updateSite } from './changes.ts'
import { createS3Location, createTapeLocation } from './other-storage.ts'
import { createDataTransferRoute, createDiskLocation, createSite, setLocationActive, setRouteActive, setSiteActive } from './mutations.ts'
import * as places from './places.ts'
import { queries } from './queries.ts'
import { findQueuesNow, lastSweep } from './lag.ts'
import { allowDeletion, defineRetentionPolicy, resumeDeletion, setLocationDeletion } from './retention.ts'
import { requestArchive, requestTransfer, requestVerification, retryOperation, retryTransfer, setOperationPriority } from './requests.ts'
import { retryOperations } from './retrying.ts'
import { holdPackages, keepCopies, releaseHolds } from './holds.ts'
import { dismissFindings, setAsideFindings } from './findings.ts'
import { simulateRetention } from './simulating.ts'
import { findSubject } from './subjects.ts'
import type { Resolvers } from './resolvers.generated.ts'
import { whyOperationBlocked, whyPackageBlocked, whyStagingBlocked, whyTransferBlocked } from './why-blocked.ts'

/** What answers the contract of the storage subgraph. */
export const resolvers: Resolvers = {
  Query: {
    ...queries,
    lastSweep: (_, __, { em }) => lastSweep(em),
    queues: async (_, args, { em, loaders }) => {
      const queues = await findQueuesNow(em, args)
      return Promise.all(queues.map(async queue => ({ ...queue, location: await loaders.get(DataLocation, queue.locationId) })))
    },
    nights: (_, { input }, { em }) => countNights(em, input),
    locateFiles: (_, { input }, { em }) => locateFiles(em, input),
    simulateRetention: (_, args, context) => simulateRetention(args, context),
  },
  Mutation: {
    createSite: (_, { input }, context) => createSite(input, context),
    createS3Location: (_, { input }, context) => createS3Location(input, context),
    createTapeLocation: (_, { input }, context) => createTapeLocation(input, context),
    updateSite: (_, { input }, context) => updateSite(input, context),
    updateLocation: (_, { input }, context) => updateLocation(input, context),
    updateDataTransferRoute: (_, { input }, context) => updateDataTransferRoute(input, context),
    setSiteActive: (_, args, context) => setSiteActive(args, context),
    pauseLocation: (_, args, context) => places.pauseLocation(args, context),
    drainLocation: (_, args, context) => places.drainLocation(args, context),
    declareLost: (_, args, context) => places.declareLost(args, context),
    resumeLocation: (_, args, context) => places.resumeLocation(args, context),
    retireLocation: (_, args, context) => places.retireLocation(args, context),
    pauseSite: (_, args, context) => places.pauseSite(args, context),
    drainSite: (_, args, context) => places.drainSite(args, context),
    resumeSite: (_, args, context) => places.resumeSite(args, context),
    retireSite: (_, args, context) => places.retireSite(args, context),
    setLocationAccess: (_, args, context) => places.setLocationAccess(args, context),
    createDiskLocation: (_, { input }, context) => createDiskLocation(input, context),
    createDataTransferRoute: (_, { input }, context) => createDataTransferRoute(input, context),
    setLocationActive: (_, args, context) => setLocationActive(args, context),
    setLocationDeletion: (_, args, context) => setLocationDeletion(args, context),
    overrideBreaker: (_, args, context) => overrideBreaker(args, context),
    setRouteActive: (_, args, context) => setRouteActive(args, context),
    defineRetentionPolicy: (_, { input }, context) => defineRetentionPolicy(input, context),
    allowDeletion: (_, { input }, context) => allowDeletion(input, context),
    resumeDeletion: (_, args, context) => resumeDeletion(args, context),
    holdPackages: (_, { input }, context) => holdPackages(input, context),
    releaseHolds: (_, args, context) => releaseHolds(args, context),
    keepCopies: (_, { input }, context) => keepCopies(input, context),
    requestTransfer: (_, args, context) => requestTransfer(args, context),
    retryTransfer: (_, { transferId }, context) => retryTransfer(transferId, context),
    requestArchive: (_, args, context) => requestArchive(args, context),
    requestVerification: (_, { copyId }, context) => requestVerification(copyId, context),
    setOperationPriority: (_, args, context) => setOperationPriority(args, context),
    setAsideFindings: (_, { findingIds }, context) => setAsideFindings(findingIds, context),
    dismissFindings: (_, { findingIds }, context) => dismissFindings(findingIds, context),
    cancelOperation: (_, { operationId }, context) => cancelOperation(operationId, context),
    retryOperations: (_, args, context) => retryOperations(args, context),
    retryOperation: (_, { operationId }, context) => retryOperation(operationId, context),
  },
  Site: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Site, reference),
    locations: ({ id }, _, { loaders }) => loaders.allOf(lists.locationsOfSite, id),
    routes: ({ id }, _, { loaders }) => loaders.allOf(lists.routesOfSite, id),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
    asOf: ({ id }, { at }, { loaders }) => loaders.through(siteAsOf, asOfKey(id, at)),
    left: ({ id }, _, { loaders }) => loaders.through(leftAtSites, id),
    holdings: ({ id }, _, { loaders }) => loaders.through(holdingsOfSites, id),
    looseFiles: ({ id }, _, { loaders }) => loaders.through(filesOfSites, id),
    flow: ({ id }, { hours }, { loaders }) => loaders.through(flowsOfSites, flowKey(id, hours)),
    routesIn: ({ id }, _, { loaders }) => loaders.allOf(lists.routesToSite, id),
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
    breaker: async ({ id }, _, { loaders }) => (await loaders.allOf(lists.breakerOfRoute, id))[0] ?? closedBreaker({ routeId: id }),
    transfers: ({ id }, args, { loaders }) => loaders.pageOf(lists.transfersOfRoute, id, args),
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
    operations: ({ id }, _, { loaders }) => loaders.allOf(lists.operationsOf, id),
  },
  RetentionPolicy: {
    __resolveReference: (reference, { loaders }) => loaders.refer(RetentionPolicy, reference),
    version: ({ policyVersion }) => policyVersion,
    location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
  },
  Hold: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Hold, reference),
    package: ({ packageId }) => ({ id: packageId }),
    location: ({ locationId }, _, { loaders }) => loaders.find(DataLocation, locationId),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
  },
  DeletionProof: {
    __resolveReference: (reference, { loaders }) => loaders.refer(DeletionProof, reference),
    policy: ({ policyId }, _, { loaders }) => loaders.get(RetentionPolicy, policyId),
    location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
    evidence: ({ evidence }) => evidence.map(copy => ({ ...copy, type: copy.type as LocationType, verifiedAt: new Date(copy.verifiedAt) })),
    package: ({ packageId }) => ({ id: packageId }),
    operation: ({ operationId }, _, { loaders }) => loaders.get(Operation, operationId),
    copies: ({ id }, args, { loaders }) => loaders.pageOf(lists.copiesOfProof, id, args),
  },
  Operation: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Operation, reference),
    queue: async ({ kind, locationId }, _, { loaders }) => queueName(kind, (await loaders.get(DataLocation, locationId)).name),
    location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
    package: ({ packageId }) => (packageId ? { id: packageId } : null),
    rateBytesS: ({ state, rateBytesS }) => (state === 'RUNNING' ? (rateBytesS ?? null) : null),
    endsAt: ({ state, endsAt }) => (state === 'RUNNING' ? (endsAt ?? null) : null),
    whyBlocked: ({ id }, _, { loaders }) => loaders.through(whyOperationBlocked, id),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
    asOf: ({ id }, { at }, { loaders }) => loaders.through(operationAsOf, asOfKey(id, at)),
    subject: (operation, _, context) => findSubject(operation, context),
  },
  ScanFinding: {
    __resolveReference: (reference, { loaders }) => loaders.refer(ScanFinding, reference),
    location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
  },
  FileSource: {
    downloadUrl: (source, _, context) => downloadUrl(source, context),
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
    holds: ({ id }, args, { loaders }) => loaders.pageOf(lists.holdsOfPackage, id, args),
    deletionProofs: ({ id }, args, { loaders }) => loaders.pageOf(lists.proofsOfPackage, id, args),
  },
  DataTransferPackage: {
    __resolveReference: (reference, { loaders }) => loaders.refer(DataTransferPackage, reference),
    transfers: ({ id }, _, { loaders }) => loaders.allOf(lists.transfersOfPackage, id),
    copies: ({ id }, _, { loaders }) => loaders.allOf(lists.copiesOfTransferPackage, id),
  },
  StagingRequest: {
    __resolveReference: (reference, { loaders }) => loaders.refer(StagingRequest, reference),
    location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
    whyBlocked: ({ id }, _, { loaders }) => loaders.through(whyStagingBlocked, id),
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
    asOf: ({ id }, { at }, { loaders }) => loaders.through(stagingAsOf, asOfKey(id, at)),
  },
  StagedPackage: {
    __resolveReference: (reference, { loaders }) => loaders.refer(StagedPackage, reference),
    copy: async ({ id }, _, { loaders }) => (await loaders.allOf(lists.copiesOfStagedPackage, id))[0] ?? null,
    history: ({ id }, args, { loaders }) => loaders.pageOf(lists.historyOf, id, args),
  },
  StagedFile: {
    __resolveReference: (reference, { loaders }) => loaders.refer(StagedFile, reference),
    copy: async ({ id }, _, { loaders }) => (await loaders.allOf(lists.copiesOfStagedFile, id))[0] ?? null,
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
