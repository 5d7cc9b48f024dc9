import { id, parse } from '@almagest/kit'
import { ExecutedObsUnit, RawDataPackage, Refusal, StagedFile, StagedPackage, StagingRequest } from '@almagest/schema'
import * as lists from './lists.ts'
import { renewStaging, setStagingPriority } from './leases.ts'
import { releaseStaging, requestStaging, retryStaging } from './mutations.ts'
import type { Resolvers } from './resolvers.generated.ts'

/** What answers the contract of the staging subgraph. */
export const resolvers: Resolvers = {
  Query: {
    stagingRequest: (_, { id: wanted, key }, { loaders }) => {
      if (((wanted ?? null) === null) === ((key ?? null) === null)) throw new Refusal('BAD_INPUT', 'id, key: give one of the two')
      return typeof key === 'string' ? loaders.findBy(StagingRequest, 'requestKey', key) : loaders.find(StagingRequest, wanted)
    },
    stagingRequests: (_, { status, locationId, ...args }, { loaders }) =>
      loaders.page(lists.requests, args, { status, locationId: parse(id().nullish(), locationId, 'locationId') }),
  },
  Mutation: {
    requestStaging: (_, { input }, context) => requestStaging(input, context),
    retryStaging: (_, { requestId }, context) => retryStaging(requestId, context),
    renewStaging: (_, { input }, context) => renewStaging(input, context),
    setStagingPriority: (_, args, context) => setStagingPriority(args, context),
    releaseStaging: (_, { requestId }, context) => releaseStaging(requestId, context),
  },
  StagingRequest: {
    __resolveReference: (reference, { loaders }) => loaders.refer(StagingRequest, reference),
    key: ({ requestKey }) => requestKey,
    packages: ({ id }, { status, ...args }, { loaders }) =>
      loaders.pageOf(status ? lists.packagesOfRequestIn[status] : lists.packagesOfRequest, id, args),
  },
  StagedPackage: {
    __resolveReference: (reference, { loaders }) => loaders.refer(StagedPackage, reference),
    request: ({ requestId }, _, { loaders }) => loaders.get(StagingRequest, requestId),
    package: ({ packageId }) => ({ id: packageId }),
    files: ({ id }, args, { loaders }) => loaders.pageOf(lists.filesOfStagedPackage, id, args),
  },

  StagedFile: {
    __resolveReference: (reference, { loaders }) => loaders.refer(StagedFile, reference),
    file: ({ fileId }) => ({ id: fileId }),
    start: ({ rangeStart }) => rangeStart ?? null,
    bytes: ({ rangeBytes }) => rangeBytes ?? null,
    stagedPackage: ({ stagedPackageId }, _, { loaders }) => loaders.get(StagedPackage, stagedPackageId),
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
