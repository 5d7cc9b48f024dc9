import { defineEntity, p } from '@mikro-orm/core'
import { big, createdAt, id } from '../columns.ts'
import { Site } from '../storage/site.ts'

const DataTransferPackageSchema = defineEntity({
  name: 'DataTransferPackage',
  schema: 'data_package',
  properties: {
    id: id(),
    fromSiteId: p.manyToOne(Site).mapToPk().joinColumn('from_site_id'),
    toSiteId: p.manyToOne(Site).mapToPk().joinColumn('to_site_id'),
    priority: p.integer().default(100),
    packageCount: p.integer(),
    bytes: big(),
    createdAt: createdAt(),
  },
  indexes: [{ properties: ['toSiteId', 'id'] }, { properties: ['fromSiteId', 'id'] }],
})

/** Packages grouped for one efficient transfer between two sites: a manifest (its items), never a tar on disk. */
export class DataTransferPackage extends DataTransferPackageSchema.class {}

DataTransferPackageSchema.setClass(DataTransferPackage)
