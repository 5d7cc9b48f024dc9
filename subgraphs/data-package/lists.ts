import { defineList } from '@almagest/kit'
import { DataTransferPackage, RawDataFile, RawDataPackage } from '@almagest/schema'

export const transferPackages = defineList(DataTransferPackage, { name: 'dataTransferPackages' })

export const transferPackagesToSite = defineList(DataTransferPackage, { name: 'transferPackagesToSite', by: 'toSiteId' })
export const transferPackagesFromSite = defineList(DataTransferPackage, { name: 'transferPackagesFromSite', by: 'fromSiteId' })

export const filesOfExecution = defineList(RawDataFile, { name: 'filesOfExecution', by: 'executionId' })
export const filesOfPackage = defineList(RawDataFile, { name: 'filesOfPackage', by: 'packageId', key: 'path' })
export const packagesOfExecution = defineList(RawDataPackage, { name: 'packagesOfExecution', by: 'executionId' })
export const packagesOfModule = defineList(RawDataPackage, { name: 'packagesOfModule', by: 'moduleId' })
export const packagesOfTransfer = defineList(RawDataPackage, {
  name: 'packagesOfTransferPackage',
  where: 't.id = any(array(select i.package_id from data_package.data_transfer_package_item i where i.transfer_package_id = parent.id))',
})
export const transfersOfPackage = defineList(DataTransferPackage, {
  name: 'transferPackagesOfPackage',
  where: 't.id = any(array(select i.transfer_package_id from data_package.data_transfer_package_item i where i.package_id = parent.id))',
})
