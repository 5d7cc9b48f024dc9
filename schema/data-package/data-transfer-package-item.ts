import { defineEntity, p } from '@mikro-orm/core'
import { DataTransferPackage } from './data-transfer-package.ts'
import { RawDataPackage } from './raw-data-package.ts'

const DataTransferPackageItemSchema = defineEntity({
  name: 'DataTransferPackageItem',
  schema: 'data_package',
  properties: {
    transferPackageId: p.manyToOne(DataTransferPackage).mapToPk().joinColumn('transfer_package_id').deleteRule('no action').primary(),
    packageId: p.manyToOne(RawDataPackage).mapToPk().joinColumn('package_id').deleteRule('no action').primary(),
  },
  indexes: [{ properties: ['packageId'] }],
})

/** One line of the manifest of a transfer package. */
export class DataTransferPackageItem extends DataTransferPackageItemSchema.class {}

DataTransferPackageItemSchema.setClass(DataTransferPackageItem)
