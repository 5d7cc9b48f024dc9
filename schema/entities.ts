export { Observatory } from './observation/observatory.ts'
export { Telescope } from './observation/telescope.ts'
export { Instrument } from './observation/instrument.ts'
export { InstrumentModule } from './observation/instrument-module.ts'
export { ObservingProgram } from './observation/observing-program.ts'
export { Source, SOURCE_KINDS, type SourceKind } from './observation/source.ts'
export { ObsUnit } from './observation/obs-unit.ts'
export { ExecutedObsUnit, QUALITIES, type Quality } from './observation/executed-obs-unit.ts'

export { RawDataFile } from './data-package/raw-data-file.ts'
export {
  RawDataPackage,
  bytesInTar,
  PACKAGE_BYTES,
  PACKAGE_STATES,
  PACKAGE_STATE_AFTER,
  type PackageState,
} from './data-package/raw-data-package.ts'
export { DataTransferPackage } from './data-package/data-transfer-package.ts'
export { DataTransferPackageItem } from './data-package/data-transfer-package-item.ts'
export { STATUSES, STATUS_AFTER, type Status } from './data-package/status.ts'

export { Site } from './storage/site.ts'
export {
  DataLocation,
  LOCATION_TYPES,
  STORAGE_TYPES,
  type LocationType,
  type S3Capabilities,
  type StorageType,
} from './storage/data-location.ts'
export { DataTransferRoute, ROUTE_TYPES, TRANSFER_METHODS, type RouteType, type TransferMethod } from './storage/data-transfer-route.ts'
export { DataTransfer } from './storage/data-transfer.ts'
export { PhysicalCopy, COPY_STATUSES, COPY_AFTER, type CopyStatus } from './storage/physical-copy.ts'
export { RetentionPolicy } from './storage/retention-policy.ts'
export { Reclaim, RECLAIM_STATES, type ReclaimState } from './storage/reclaim.ts'
export { LastSweep } from './storage/last-sweep.ts'
export { QueueLife } from './storage/queue-life.ts'
export { Hold } from './storage/hold.ts'
export { DeletionProof, type Evidence } from './storage/deletion-proof.ts'
export { Operation, OPERATION_STATES, OPERATION_AFTER, type OperationState } from './storage/operation.ts'
export { Event, EVENT_FIELDS } from './storage/event.ts'
export { EventEpoch } from './storage/event-epoch.ts'
export { CircuitBreaker, BREAKER_STATES, type BreakerState } from './storage/circuit-breaker.ts'
export { ScanFinding, FINDING_KINDS, type FindingKind } from './storage/scan-finding.ts'

export { StagingRequest, STAGING_STATUSES, STAGING_AFTER, type StagingStatus } from './staging/staging-request.ts'
export { StagedPackage, STAGED_PACKAGE_AFTER } from './staging/staged-package.ts'
export { StagedFile } from './staging/staged-file.ts'
