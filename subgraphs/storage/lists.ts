import { defineList } from '@almagest/kit'
import {
  CircuitBreaker,
  DataLocation,
  DataTransfer,
  DataTransferRoute,
  Event,
  Operation,
  PhysicalCopy,
  RetentionPolicy,
  ScanFinding,
  Site,
} from '@almagest/schema'

export const sites = defineList(Site, { name: 'sites', key: 'name' })
export const locations = defineList(DataLocation, { name: 'dataLocations', key: 'name' })
export const routes = defineList(DataTransferRoute, { name: 'dataTransferRoutes', key: 'name' })
export const transfers = defineList(DataTransfer, { name: 'dataTransfers' })
export const operations = defineList(Operation, { name: 'operations' })

export const locationsOfSite = defineList(DataLocation, { name: 'locationsOfSite', by: 'siteId', key: 'name' })
export const routesOfSite = defineList(DataTransferRoute, { name: 'routesOfSite', by: 'fromSiteId', key: 'name' })
export const locationsOfInstrument = defineList(DataLocation, { name: 'locationsOfInstrument', by: 'instrumentId', key: 'name' })

export const policyOfLocation = defineList(RetentionPolicy, {
  name: 'policyOfLocation',
  by: 'locationId',
  key: 'policyVersion',
  descending: true,
  limit: 1,
})
export const breakerOfLocation = defineList(CircuitBreaker, { name: 'breakerOfLocation', by: 'locationId' })
export const findingsOfLocation = defineList(ScanFinding, { name: 'findingsOfLocation', by: 'locationId', where: 't.resolved_at is null' })

export const copiesOfFile = defineList(PhysicalCopy, { name: 'copiesOfFile', by: 'fileId' })
export const copiesOfPackage = defineList(PhysicalCopy, { name: 'copiesOfPackage', by: 'packageId' })
export const transfersOfPackage = defineList(DataTransfer, { name: 'transfersOfTransferPackage', by: 'transferPackageId' })
export const operationsOfPackage = defineList(Operation, {
  name: 'operationsOfPackage',
  where: `t.id = any(array(
    select o.id from storage.operation o where o.package_id = parent.id
    union all
    select o.id from data_package.data_transfer_package_item i
    join storage.data_transfer x on x.transfer_package_id = i.transfer_package_id
    join storage.operation o on o.subject_id = x.id where i.package_id = parent.id))`,
  descending: true,
  limit: 50,
})
export const historyOf = defineList(Event, { name: 'historyOf', by: 'subjectId', key: 'seq' })
export const historyOfBreaker = defineList(Event, {
  name: 'historyOfBreaker',
  where: 't.subject_id = any(array(select b.id from storage.circuit_breaker b where b.location_id = parent.id))',
  key: 'seq',
})
export const historyOfLocation = defineList(Event, {
  name: 'historyOfLocation',
  where: `t.subject_id = any(array(select parent.id
    union all select b.id from storage.circuit_breaker b where b.location_id = parent.id
    union all select y.id from storage.retention_policy y where y.location_id = parent.id))`,
  key: 'seq',
})
export const historyOfExecution = defineList(Event, {
  name: 'historyOfExecution',
  where: `t.subject_id = any(array(select parent.id
    union all select p.id from data_package.raw_data_package p where p.execution_id = parent.id))`,
  key: 'seq',
})
export const historyOfPackage = defineList(Event, {
  name: 'historyOfPackage',
  where: 't.subject_id = any(array(select parent.id union all select c.id from storage.physical_copy c where c.package_id = parent.id))',
  key: 'seq',
})
