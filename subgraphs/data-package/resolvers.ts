import { DataTransferPackage, ExecutedObsUnit, InstrumentModule, RawDataFile, RawDataPackage, Site } from '@almagest/schema'
import { filesBy, packagesBy } from './finding.ts'
import * as lists from './lists.ts'
import { requestPackaging, retryPackaging, setPackagePriority } from './mutations.ts'
import type { Resolvers } from './resolvers.generated.ts'

/** What answers the contract of the data-package subgraph. */
export const resolvers: Resolvers = {
  Query: {
    rawDataFile: (_, { id }, { loaders }) => loaders.find(RawDataFile, id),
    rawDataFiles: async (_, args, { em, loaders }) => loaders.search(await filesBy(em, args), args),
    rawDataPackage: (_, { id }, { loaders }) => loaders.find(RawDataPackage, id),
    rawDataPackages: async (_, args, { em, loaders }) => loaders.search(await packagesBy(em, args), args),
    dataTransferPackage: (_, { id }, { loaders }) => loaders.find(DataTransferPackage, id),
    dataTransferPackages: (_, args, { loaders }) => loaders.page(lists.transferPackages, args),
  },
  Mutation: {
    requestPackaging: (_, { executionId }, context) => requestPackaging(executionId, context),
    retryPackaging: (_, { packageId }, context) => retryPackaging(packageId, context),
    setPackagePriority: (_, args, context) => setPackagePriority(args, context),
  },
  RawDataFile: {
    __resolveReference: (reference, { loaders }) => loaders.refer(RawDataFile, reference),
    execution: ({ executionId }) => ({ id: executionId }),
    module: ({ moduleId }) => ({ id: moduleId }),
    package: ({ packageId }, _, { loaders }) => loaders.find(RawDataPackage, packageId),
  },
  RawDataPackage: {
    __resolveReference: (reference, { loaders }) => loaders.refer(RawDataPackage, reference),
    execution: ({ executionId }) => ({ id: executionId }),
    module: ({ moduleId }) => ({ id: moduleId }),
    files: ({ id }, args, { loaders }) => loaders.pageOf(lists.filesOfPackage, id, args),
    transferPackages: ({ id }, args, { loaders }) => loaders.pageOf(lists.transfersOfPackage, id, args),
  },
  DataTransferPackage: {
    __resolveReference: (reference, { loaders }) => loaders.refer(DataTransferPackage, reference),
    fromSite: ({ fromSiteId }) => ({ id: fromSiteId }),
    toSite: ({ toSiteId }) => ({ id: toSiteId }),
    packages: ({ id }, args, { loaders }) => loaders.pageOf(lists.packagesOfTransfer, id, args),
  },
  Site: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Site, reference),
    incomingTransferPackages: ({ id }, args, { loaders }) => loaders.pageOf(lists.transferPackagesToSite, id, args),
    outgoingTransferPackages: ({ id }, args, { loaders }) => loaders.pageOf(lists.transferPackagesFromSite, id, args),
  },
  ExecutedObsUnit: {
    __resolveReference: (reference, { loaders }) => loaders.refer(ExecutedObsUnit, reference),
    files: ({ id }, args, { loaders }) => loaders.pageOf(lists.filesOfExecution, id, args),
    packages: ({ id }, args, { loaders }) => loaders.pageOf(lists.packagesOfExecution, id, args),
  },
  InstrumentModule: {
    __resolveReference: (reference, { loaders }) => loaders.refer(InstrumentModule, reference),
    packages: ({ id }, args, { loaders }) => loaders.pageOf(lists.packagesOfModule, id, args),
  },
}
