import { defineList, type List } from '@almagest/kit'
import { StagedFile, StagedPackage, StagingRequest, STATUSES, type Status } from '@almagest/schema'

export const requests = defineList(StagingRequest, { name: 'stagingRequests' })

export const packagesOfRequest = defineList(StagedPackage, { name: 'packagesOfRequest', by: 'requestId', key: 'packageId' })
export const filesOfStagedPackage = defineList(StagedFile, { name: 'filesOfStagedPackage', by: 'stagedPackageId' })

/** The packages of a request in each status. */
export const packagesOfRequestIn = Object.fromEntries(
  STATUSES.map(status => [
    status,
    defineList(StagedPackage, { name: `packagesOfRequest.${status}`, by: 'requestId', where: `t.status = '${status}'`, key: 'packageId' }),
  ]),
) as Readonly<Record<Status, List<StagedPackage>>>
export const requestsOfPackage = defineList(StagingRequest, {
  name: 'requestsOfPackage',
  where: 't.id = any(array(select s.request_id from staging.staged_package s where s.package_id = parent.id))',
})
export const requestsOfExecution = defineList(StagingRequest, {
  name: 'requestsOfExecution',
  where: `t.id = any(array(select s.request_id from staging.staged_package s
    join data_package.raw_data_package p on p.id = s.package_id where p.execution_id = parent.id))`,
})
