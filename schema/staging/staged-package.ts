import { defineEntity, p } from '@mikro-orm/core'
import { id } from '../columns.ts'
import { RawDataPackage } from '../data-package/raw-data-package.ts'
import { STATUSES, type Status } from '../data-package/status.ts'
import type { Transitions } from '../states.ts'
import { StagingRequest } from './staging-request.ts'

/** What may follow what for one package of a request: what another request had staged is COMPLETED at once, and a new request revives what FAILED. */
export const STAGED_PACKAGE_AFTER: Transitions<Exclude<Status, 'SCHEDULED'>> = {
  PENDING: ['IN_PROGRESS', 'COMPLETED', 'FAILED'],
  IN_PROGRESS: ['COMPLETED', 'FAILED'],
  COMPLETED: [],
  FAILED: ['PENDING', 'IN_PROGRESS', 'COMPLETED'],
}

const StagedPackageSchema = defineEntity({
  name: 'StagedPackage',
  schema: 'staging',
  properties: {
    id: id(),
    requestId: p.manyToOne(StagingRequest).mapToPk().joinColumn('request_id'),
    packageId: p.manyToOne(RawDataPackage).mapToPk().joinColumn('package_id'),
    status: p.enum(STATUSES).default('PENDING'),
  },
  uniques: [{ properties: ['requestId', 'packageId'] }],
  indexes: [{ properties: ['packageId', 'requestId'] }],
})

/** One package of a staging request; the copy it leads to is shared with every other request at the same location. */
export class StagedPackage extends StagedPackageSchema.class {}

StagedPackageSchema.setClass(StagedPackage)
