import type { Context } from '@almagest/kit'
import { DataLocation, DataTransfer, PhysicalCopy, type Operation } from '@almagest/schema'
import { typeOfCopy } from './copies.ts'
import { typeOfLocation } from './locations.ts'

/** What a piece of work can be about. */
type Subject = (DataLocation | DataTransfer | PhysicalCopy | { id: string }) & { __typename: TypeOfSubject }

type TypeOfSubject = ReturnType<typeof typeOfLocation> | ReturnType<typeof typeOfCopy> | 'DataTransfer' | 'RawDataPackage'

/** Finds what a piece of work is about, with its GraphQL type; a package only by its id, for another subgraph has it. */
export async function findSubject({ subjectType, subjectId }: Operation, { loaders }: Context): Promise<Subject> {
  switch (subjectType) {
    case 'DataLocation': {
      const location = await loaders.get(DataLocation, subjectId)
      return { ...location, __typename: typeOfLocation(location) }
    }
    case 'DataTransfer':
      return { ...(await loaders.get(DataTransfer, subjectId)), __typename: 'DataTransfer' }
    case 'PhysicalCopy': {
      const copy = await loaders.get(PhysicalCopy, subjectId)
      return { ...copy, __typename: typeOfCopy(copy) }
    }
    default:
      return { id: subjectId, __typename: 'RawDataPackage' }
  }
}
