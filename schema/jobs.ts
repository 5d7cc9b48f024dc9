import type { LocationType } from './storage/data-location.ts'

interface Contract {
  /** What an operation of this kind is about: the type whose id is its subject. */
  readonly subject: 'DataLocation' | 'RawDataPackage' | 'PhysicalCopy' | 'DataTransfer'
  /** The types of location that have a queue for it. */
  readonly at: readonly LocationType[]
  /** What it does with the bytes of the location: what operators may have switched off there. */
  readonly does: 'READ' | 'WRITE' | 'DELETE'
  /** How often it is tried before its operation is FAILED. */
  readonly attempts: number
}

/** Every kind of work there is. What a job carries is the id of its operation: the row is the truth. */
export const catalog = {
  scan: { subject: 'DataLocation', at: ['SOURCE', 'BUFFER', 'LONG_TERM_ARCHIVE'], does: 'READ', attempts: 10 },
  packaging: { subject: 'RawDataPackage', at: ['SOURCE'], does: 'READ', attempts: 10 },
  checksum: { subject: 'PhysicalCopy', at: ['BUFFER', 'LONG_TERM_ARCHIVE'], does: 'READ', attempts: 10 },
  transfer: { subject: 'DataTransfer', at: ['BUFFER'], does: 'WRITE', attempts: 10 },
  unpack: { subject: 'DataTransfer', at: ['BUFFER'], does: 'READ', attempts: 10 },
  archive: { subject: 'RawDataPackage', at: ['LONG_TERM_ARCHIVE'], does: 'WRITE', attempts: 10 },
  staging: { subject: 'RawDataPackage', at: ['PROCESSING'], does: 'WRITE', attempts: 10 },
  cleanup: { subject: 'RawDataPackage', at: ['SOURCE', 'BUFFER', 'PROCESSING'], does: 'DELETE', attempts: 10 },
} as const satisfies Record<string, Contract>

/** The name of a kind of work; `JOB_NAMES` has all of them, in the order in which a sweep looks at them. */
export type JobName = keyof typeof catalog
export const JOB_NAMES = Object.keys(catalog) as [JobName, ...JobName[]]

/** The queue of one kind of work at one location, as BullMQ and operators know it: `<kind>.<location>`. */
export function queueName(kind: JobName, location: string): string {
  return `${kind}.${location}`
}
