import { defineEntity, p } from '@mikro-orm/core'
import { big, createdAt, id, moment, text } from '../columns.ts'
import { DataTransferPackage } from '../data-package/data-transfer-package.ts'
import { RawDataFile } from '../data-package/raw-data-file.ts'
import { RawDataPackage } from '../data-package/raw-data-package.ts'
import { next, type Transitions } from '../states.ts'
import { DataLocation } from './data-location.ts'
import { DeletionProof } from './deletion-proof.ts'

/** How a copy can stand. */
export const COPY_STATUSES = [
  'WRITING',
  'PRESENT',
  'STAGED',
  'DELETION_POSSIBLE',
  'DELETION_SCHEDULED',
  'DELETION_IN_PROGRESS',
  'DELETED',
  'DELETION_FAILED',
  'QUARANTINED',
  'MISSING',
] as const
export type CopyStatus = (typeof COPY_STATUSES)[number]

/** What may follow what in the life of a copy. DELETED is reached from DELETION_IN_PROGRESS alone, as a trigger repeats. */
export const COPY_AFTER: Transitions<CopyStatus> = {
  WRITING: ['PRESENT', 'STAGED', 'QUARANTINED', 'MISSING'],
  PRESENT: ['DELETION_POSSIBLE', 'DELETION_SCHEDULED', 'QUARANTINED', 'MISSING'],
  STAGED: ['DELETION_SCHEDULED', 'QUARANTINED', 'MISSING'],
  DELETION_POSSIBLE: ['PRESENT', 'DELETION_SCHEDULED', 'QUARANTINED', 'MISSING'],
  DELETION_SCHEDULED: ['PRESENT', 'STAGED', 'DELETION_POSSIBLE', 'DELETION_IN_PROGRESS', 'QUARANTINED', 'MISSING'],
  DELETION_IN_PROGRESS: ['DELETED', 'DELETION_FAILED', 'PRESENT', 'DELETION_POSSIBLE'],
  DELETED: [],
  DELETION_FAILED: ['DELETION_SCHEDULED', 'QUARANTINED', 'MISSING'],
  QUARANTINED: ['PRESENT', 'MISSING'],
  MISSING: ['PRESENT', 'QUARANTINED'],
}

/** A copy that is gone, or set aside as evidence, leaves room for another at the same place. */
const LIVE = `status not in ('DELETED', 'QUARANTINED', 'MISSING')`

/** How the reason of a QUARANTINED copy begins as long as its bytes still have to be moved away from its path. */
export const MOVING_ASIDE = 'moving aside: '

/** How the reason of a MISSING copy begins when a scan saw something of its size at its path again, until that was read. */
export const SEEN_AGAIN = 'seen again: '

/** SQL: that the bytes of a copy are, or may still be, at its path, so that nothing else can be written there. */
export function occupies(copy: string): string {
  return `(${copy}.${LIVE} or ${copy}.status = 'QUARANTINED' and ${copy}.status_reason like '${MOVING_ASIDE}%')`
}

/**
 * SQL: that a copy is one of a package, or of a file of it. They are looked up from the package on: to ask of all copies at a location whose they are takes
 * the longer the more there are.
 */
export function isOf(copy: string, packageId: string): string {
  return `${copy}.id = any(array(
    select whole.id from storage.physical_copy whole where whole.package_id = ${packageId}
    union all
    select part.id from data_package.raw_data_file packed join storage.physical_copy part on part.file_id = packed.id where packed.package_id = ${packageId}))`
}

/** SQL: that the copy of that alias took, at its location, the place of the copy with that id, which is gone. */
export function replacing(copy: string, goneId: string): string {
  return `(${copy}.package_id, ${copy}.location_id) = (select gone.package_id, gone.location_id from storage.physical_copy gone where gone.id = ${goneId})
    and ${copy}.id <> ${goneId} and ${occupies(copy)}`
}

const PhysicalCopySchema = defineEntity({
  name: 'PhysicalCopy',
  schema: 'storage',
  properties: {
    id: id(),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id'),
    fileId: p.manyToOne(RawDataFile).mapToPk().joinColumn('file_id').nullable().deleteRule('no action'),
    packageId: p.manyToOne(RawDataPackage).mapToPk().joinColumn('package_id').nullable().deleteRule('no action'),
    transferPackageId: p.manyToOne(DataTransferPackage).mapToPk().joinColumn('transfer_package_id').nullable().deleteRule('no action'),
    rangeStart: big().nullable(),
    path: text(),
    bytes: big(),
    digest: text().nullable(),
    status: p.enum(COPY_STATUSES).default('PRESENT'),
    statusReason: text().nullable(),
    verificationLevel: p.integer().default(0),
    verifiedAt: moment().nullable(),
    deletionProofId: p.manyToOne(DeletionProof).mapToPk().joinColumn('deletion_proof_id').nullable().deleteRule('no action'),
    createdAt: createdAt(),
    trashedAt: moment().nullable(),
    deletedAt: moment().nullable(),
    version: p.integer().version(),
  },
  checks: [
    { name: 'physical_copy_one_subject', expression: 'num_nonnulls(file_id, package_id, transfer_package_id) = 1' },
    { name: 'physical_copy_range', expression: 'range_start is null or file_id is not null and range_start >= 0 and bytes > 0' },
    { name: 'physical_copy_level', expression: 'verification_level between 0 and 3' },
  ],
  uniques: [
    { name: 'physical_copy_one_per_path', properties: ['locationId', 'path'], where: LIVE },
    {
      name: 'physical_copy_one_per_file',
      properties: ['fileId', 'locationId'],
      where: `file_id is not null and range_start is null and ${LIVE}`,
    },
    {
      name: 'physical_copy_one_per_range',
      properties: ['fileId', 'locationId', 'rangeStart', 'bytes'],
      where: `range_start is not null and ${LIVE}`,
    },
    { name: 'physical_copy_one_per_package', properties: ['packageId', 'locationId'], where: `package_id is not null and ${LIVE}` },
  ],
  indexes: [
    { properties: ['locationId', 'status', 'id'] },
    { name: 'physical_copy_to_verify', properties: ['id'], where: `file_id is null and status = 'PRESENT' and verification_level < 2` },
    {
      name: 'physical_copy_to_scrub',
      properties: ['locationId', 'verifiedAt', 'id'],
      where: `package_id is not null and status = 'PRESENT'`,
    },
    { name: 'physical_copy_set_aside', properties: ['id'], where: `status = 'QUARANTINED'` },
    { name: 'physical_copy_of_package', properties: ['packageId', 'id'], where: 'package_id is not null' },
    { name: 'physical_copy_of_transfer_package', properties: ['transferPackageId', 'id'], where: 'transfer_package_id is not null' },
    { name: 'physical_copy_of_file', properties: ['fileId', 'id'], where: 'file_id is not null' },
  ],
})

/**
 * The bytes of one file, package or transfer package at one location. A copy never moves: a transfer makes another. Of a file it may be only a range,
 * at PROCESSING: `bytes` from `rangeStart` on, which is null where the copy is of all of it.
 */
export class PhysicalCopy extends PhysicalCopySchema.class {
  /** Moves this copy to `status`, for the `reason` that operators will read. */
  become(status: CopyStatus, reason: string | null = null): void {
    this.status = next(COPY_AFTER, this.status, status)
    this.statusReason = reason
  }
}

PhysicalCopySchema.setClass(PhysicalCopy)
