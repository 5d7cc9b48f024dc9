import { defineEntity, p } from '@mikro-orm/core'
import { id } from '../columns.ts'
import { RawDataPackage } from '../data-package/raw-data-package.ts'
import { STATUSES } from '../data-package/status.ts'
import { StagingRequest } from './staging-request.ts'

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
