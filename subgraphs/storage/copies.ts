import type { Context } from '@almagest/kit'
import { DataLocation, DeletionProof, PhysicalCopy } from '@almagest/schema'
import { asOfKey, readCopyAsOf } from './as-of.ts'
import { historyOf, operationsOf } from './lists.ts'
import type { RawDataFileCopyResolvers, Resolvers } from './resolvers.generated.ts'
import { whyCopyBlocked } from './why-blocked.ts'

const COPY_TYPES = { fileId: 'RawDataFileCopy', packageId: 'RawDataPackageCopy', transferPackageId: 'DataTransferPackageCopy' } as const
type Subject = keyof typeof COPY_TYPES

const shared = {
  location: ({ locationId }, _, { loaders }) => loaders.get(DataLocation, locationId),
  deletionProof: ({ deletionProofId }, _, { loaders }) => loaders.find(DeletionProof, deletionProofId),
  whyBlocked: ({ id }, _, { loaders }) => loaders.through(whyCopyBlocked, id),
  history: ({ id }, args, { loaders }) => loaders.pageOf(historyOf, id, args),
  asOf: ({ id }, { at }, { loaders }) => readCopyAsOf(asOfKey(id, at), loaders),
  operations: ({ id }, _, { loaders }) => loaders.allOf(operationsOf, id),
} satisfies RawDataFileCopyResolvers

/** The GraphQL type of a copy. */
export function typeOfCopy({ fileId, packageId }: PhysicalCopy) {
  return COPY_TYPES[fileId ? 'fileId' : packageId ? 'packageId' : 'transferPackageId']
}

/** What answers for copies: one table, a GraphQL type for each kind of thing that there are copies of. */
export const copyResolvers: Pick<Resolvers, 'PhysicalCopy' | 'RawDataFileCopy' | 'RawDataPackageCopy' | 'DataTransferPackageCopy'> = {
  PhysicalCopy: { __resolveType: typeOfCopy },
  RawDataFileCopy: {
    __resolveReference: (reference, context) => refer('fileId', reference, context),
    ...shared,
    file: ({ fileId }) => ({ id: fileId ?? '' }),
    start: ({ rangeStart }) => rangeStart ?? null,
  },
  RawDataPackageCopy: {
    __resolveReference: (reference, context) => refer('packageId', reference, context),
    ...shared,
    package: ({ packageId }) => ({ id: packageId ?? '' }),
  },
  DataTransferPackageCopy: {
    __resolveReference: (reference, context) => refer('transferPackageId', reference, context),
    ...shared,
    transferPackage: ({ transferPackageId }) => ({ id: transferPackageId ?? '' }),
  },
}

async function refer(subject: Subject, reference: { readonly id: string }, { loaders }: Context): Promise<PhysicalCopy | null> {
  const copy = await loaders.refer(PhysicalCopy, reference)
  return copy?.[subject] ? copy : null
}
