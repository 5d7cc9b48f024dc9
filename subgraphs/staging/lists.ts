import { defineList } from '@almagest/kit'
import { StagedPackage, StagingRequest } from '@almagest/schema'

export const requests = defineList(StagingRequest, { name: 'stagingRequests' })

export const packagesOfRequest = defineList(StagedPackage, { name: 'packagesOfRequest', by: 'requestId', key: 'packageId' })
export const requestsOfPackage = defineList(StagingRequest, {
  name: 'requestsOfPackage',
  where: 't.id = any(array(select s.request_id from staging.staged_package s where s.package_id = parent.id))',
})
export const requestsOfExecution = defineList(StagingRequest, {
  name: 'requestsOfExecution',
  where: `t.id = any(array(select s.request_id from staging.staged_package s
    join data_package.raw_data_package p on p.id = s.package_id where p.execution_id = parent.id))`,
})
