import { defineList } from '@almagest/kit'
import { DataTransferPackage, RawDataFile, RawDataPackage } from '@almagest/schema'

export const packages = defineList(RawDataPackage, { name: 'rawDataPackages' })
export const transferPackages = defineList(DataTransferPackage, { name: 'dataTransferPackages' })

export const filesOfExecution = defineList(RawDataFile, { name: 'filesOfExecution', where: 't.execution_id = parent.id' })
export const filesOfPackage = defineList(RawDataFile, { name: 'filesOfPackage', where: 't.package_id = parent.id', key: 'path' })
export const packagesOfExecution = defineList(RawDataPackage, { name: 'packagesOfExecution', where: 't.execution_id = parent.id' })
export const packagesOfModule = defineList(RawDataPackage, { name: 'packagesOfModule', where: 't.module_id = parent.id' })
export const packagesOfTransfer = defineList(RawDataPackage, {
  name: 'packagesOfTransferPackage',
  where: 't.id in (select i.package_id from data_package.data_transfer_package_item i where i.transfer_package_id = parent.id)',
})
export const transfersOfPackage = defineList(DataTransferPackage, {
  name: 'transferPackagesOfPackage',
  where: 't.id in (select i.transfer_package_id from data_package.data_transfer_package_item i where i.package_id = parent.id)',
})
