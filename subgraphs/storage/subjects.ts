import type { Context } from '@almagest/kit'
import { DataLocation, DataTransfer, PhysicalCopy, type Operation } from '@almagest/schema'
import { typeOfCopy } from './copies.ts'
import { typeOfLocation } from './locations.ts'

/** What a piece of work can be about. */
type Subject = DataLocation | DataTransfer | PhysicalCopy | { id: string }

/** Finds what a piece of work is about; a package only by its id, for another subgraph has it. */
export async function findSubject({ subjectType, subjectId }: Operation, { loaders }: Context): Promise<Subject> {
  switch (subjectType) {
    case 'DataLocation':
      return loaders.get(DataLocation, subjectId)
    case 'DataTransfer':
      return loaders.get(DataTransfer, subjectId)
    case 'PhysicalCopy':
      return loaders.get(PhysicalCopy, subjectId)
    default:
      return { id: subjectId }
  }
}

/** The GraphQL type of what a piece of work is about. */
export function typeOfSubject(subject: Subject) {
  if (subject instanceof DataLocation) return typeOfLocation(subject)
  if (subject instanceof PhysicalCopy) return typeOfCopy(subject)
  return subject instanceof DataTransfer ? 'DataTransfer' : 'RawDataPackage'
}
