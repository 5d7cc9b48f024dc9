import { ExecutedObsUnit, RawDataPackage, StagingRequest } from '@almagest/schema'
import * as lists from './lists.ts'
import { releaseStaging, requestStaging, retryStaging } from './mutations.ts'
import type { Resolvers } from './resolvers.generated.ts'

/** What answers the contract of the staging subgraph. */
export const resolvers: Resolvers = {
  Query: {
    stagingRequest: (_, { id }, { loaders }) => loaders.find(StagingRequest, id),
    stagingRequests: (_, { status, ...args }, { loaders }) => loaders.page(lists.requests, args, { status }),
  },
  Mutation: {
    requestStaging: (_, { input }, context) => requestStaging(input, context),
    retryStaging: (_, { requestId }, context) => retryStaging(requestId, context),
    releaseStaging: (_, { requestId }, context) => releaseStaging(requestId, context),
  },
  StagingRequest: {
    __resolveReference: (reference, { loaders }) => loaders.refer(StagingRequest, reference),
    packages: ({ id }, args, { loaders }) => loaders.pageOf(lists.packagesOfRequest, id, args),
  },
  StagedPackage: {
    package: ({ packageId }) => ({ id: packageId }),
  },
  RawDataPackage: {
    __resolveReference: (reference, { loaders }) => loaders.refer(RawDataPackage, reference),
    stagingRequests: ({ id }, args, { loaders }) => loaders.pageOf(lists.requestsOfPackage, id, args),
  },
  ExecutedObsUnit: {
    __resolveReference: (reference, { loaders }) => loaders.refer(ExecutedObsUnit, reference),
    stagings: ({ id }, args, { loaders }) => loaders.pageOf(lists.requestsOfExecution, id, args),
  },
}
