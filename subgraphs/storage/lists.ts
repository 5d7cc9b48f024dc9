import { defineList } from '@almagest/kit'
import {
  CircuitBreaker,
  COPY_STATUSES,
  DataLocation,
  DataTransfer,
  DataTransferRoute,
  DeletionProof,
  Event,
  Hold,
  Operation,
  OPERATION_STATES,
  PhysicalCopy,
  Reclaim,
  RetentionPolicy,
  ScanFinding,
  Site,
  StagingRequest,
} from '@almagest/schema'

export const sites = defineList(Site, { name: 'sites', key: 'name' })
export const locations = defineList(DataLocation, { name: 'dataLocations', key: 'name' })
export const events = defineList(Event, { name: 'events', key: 'seq' })
export const openFindings = defineList(ScanFinding, {
  name: 'openFindings',
  where: 't.resolved_at is null and t.dismissed_at is null',
})
export const dismissedFindings = defineList(ScanFinding, {
  name: 'dismissedFindings',
  where: 't.resolved_at is null and t.dismissed_at is not null',
})
export const resolvedFindings = defineList(ScanFinding, { name: 'resolvedFindings', where: 't.resolved_at is not null' })
export const routes = defineList(DataTransferRoute, { name: 'dataTransferRoutes', key: 'name' })
export const transfers = defineList(DataTransfer, { name: 'dataTransfers' })
export const operations = defineList(Operation, { name: 'operations' })

export const locationsOfSite = defineList(DataLocation, { name: 'locationsOfSite', by: 'siteId', key: 'name' })
export const routesOfSite = defineList(DataTransferRoute, { name: 'routesOfSite', by: 'fromSiteId', key: 'name' })
export const routesToSite = defineList(DataTransferRoute, { name: 'routesToSite', by: 'toSiteId', key: 'name' })
export const transfersOfRoute = defineList(DataTransfer, { name: 'transfersOfRoute', by: 'routeId' })
export const transfersTo = defineList(DataTransfer, { name: 'transfersToLocation', by: 'toLocationId' })
export const transfersFrom = defineList(DataTransfer, { name: 'transfersFromLocation', by: 'fromLocationId' })
export const stagingsAt = defineList(StagingRequest, { name: 'stagingsAtLocation', by: 'locationId' })
export const operationsOf = defineList(Operation, { name: 'operationsOfSubject', by: 'subjectId', descending: true, limit: 50 })
export const operationsAt = defineList(Operation, { name: 'operationsAtLocation', by: 'locationId' })
/** The work at a location that stands so. */
export const operationsAtIn = byState(OPERATION_STATES, state =>
  defineList(Operation, { name: `operationsAtLocation.${state}`, by: 'locationId', where: `t.state = '${state}'` }),
)
/** The copies at a location in one status. */
export const copiesAt = byState(COPY_STATUSES, status =>
  defineList(PhysicalCopy, { name: `copiesAtLocation.${status}`, by: 'locationId', where: `t.status = '${status}'` }),
)
export const holds = defineList(Hold, { name: 'holds' })
export const holdsOfPackage = defineList(Hold, { name: 'holdsOfPackage', by: 'packageId' })
export const proofsOfPackage = defineList(DeletionProof, { name: 'proofsOfPackage', by: 'packageId' })
export const copiesOfProof = defineList(PhysicalCopy, {
  name: 'copiesOfProof',
  where: `t.id = any(array(
    select c.id from storage.deletion_proof d join storage.physical_copy c on c.package_id = d.package_id and c.deletion_proof_id = d.id
    where d.id = parent.id
    union all
    select c.id from storage.deletion_proof d join data_package.raw_data_file f on f.package_id = d.package_id
    join storage.physical_copy c on c.file_id = f.id and c.deletion_proof_id = d.id where d.id = parent.id))`,
})
export const copiesOfStagedPackage = defineList(PhysicalCopy, {
  name: 'copiesOfStagedPackage',
  where: `t.id = any(array(select c.id from staging.staged_package s join staging.staging_request r on r.id = s.request_id
    join storage.physical_copy c on c.package_id = s.package_id and c.location_id = r.location_id
      and c.status not in ('DELETED', 'QUARANTINED', 'MISSING') where s.id = parent.id))`,
  descending: true,
  limit: 1,
})
export const copiesOfStagedFile = defineList(PhysicalCopy, {
  name: 'copiesOfStagedFile',
  where: `t.id = any(array(select c.id from staging.staged_file x join staging.staged_package s on s.id = x.staged_package_id
    join staging.staging_request r on r.id = s.request_id
    join storage.physical_copy c on c.file_id = x.file_id and c.location_id = r.location_id
      and c.range_start is not distinct from x.range_start and (x.range_start is null or c.bytes = x.range_bytes)
      and c.status not in ('DELETED', 'QUARANTINED', 'MISSING') where x.id = parent.id))`,
  descending: true,
  limit: 1,
})
export const copiesOfTransferPackage = defineList(PhysicalCopy, { name: 'copiesOfTransferPackage', by: 'transferPackageId' })
export const policiesOfLocation = defineList(RetentionPolicy, {
  name: 'policiesOfLocation',
  by: 'locationId',
  key: 'policyVersion',
  descending: true,
})
export const locationsOfInstrument = defineList(DataLocation, { name: 'locationsOfInstrument', by: 'instrumentId', key: 'name' })

export const policyOfLocation = defineList(RetentionPolicy, {
  name: 'policyOfLocation',
  by: 'locationId',
  key: 'policyVersion',
  descending: true,
  limit: 1,
})
export const breakerOfLocation = defineList(CircuitBreaker, { name: 'breakerOfLocation', by: 'locationId', where: 't.kind is null' })
export const kindBreakersOfLocation = defineList(CircuitBreaker, {
  name: 'kindBreakersOfLocation',
  by: 'locationId',
  where: 't.kind is not null',
  key: 'kind',
})
export const breakerOfRoute = defineList(CircuitBreaker, { name: 'breakerOfRoute', by: 'routeId' })
export const reclaimOfLocation = defineList(Reclaim, { name: 'reclaimOfLocation', by: 'locationId', limit: 1 })
export const findingsOfLocation = defineList(ScanFinding, {
  name: 'findingsOfLocation',
  by: 'locationId',
  where: 't.resolved_at is null and t.dismissed_at is null',
})

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
  where: 't.subject_id = any(array(select b.id from storage.circuit_breaker b where b.id = parent.id))',
  key: 'seq',
})
export const historyOfLocation = defineList(Event, {
  name: 'historyOfLocation',
  where: `t.subject_id = any(array(select parent.id
    union all select b.id from storage.circuit_breaker b where b.location_id = parent.id
    union all select r.id from storage.reclaim r where r.location_id = parent.id
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
  where: `t.subject_id = any(array(select parent.id
    union all select c.id from storage.physical_copy c where c.package_id = parent.id
    union all select h.id from storage.hold h where h.package_id = parent.id))`,
  key: 'seq',
})

/** One list for each of some states. */
function byState<state extends string, list>(states: readonly state[], define: (state: state) => list): Readonly<Record<state, list>> {
  return Object.fromEntries(states.map(state => [state, define(state)])) as Record<state, list>
}
