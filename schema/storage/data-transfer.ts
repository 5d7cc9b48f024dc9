import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, id, moment } from '../columns.ts'
import { DataTransferPackage } from '../data-package/data-transfer-package.ts'
import { STATUSES, STATUS_AFTER, type Status } from '../data-package/status.ts'
import { next } from '../states.ts'
import { DataLocation } from './data-location.ts'
import { DataTransferRoute } from './data-transfer-route.ts'

const DataTransferSchema = defineEntity({
  name: 'DataTransfer',
  schema: 'storage',
  properties: {
    id: id(),
    transferPackageId: p.manyToOne(DataTransferPackage).mapToPk().joinColumn('transfer_package_id'),
    routeId: p.manyToOne(DataTransferRoute).mapToPk().joinColumn('route_id'),
    leg: p.integer().default(1),
    fromLocationId: p.manyToOne(DataLocation).mapToPk().joinColumn('from_location_id'),
    toLocationId: p.manyToOne(DataLocation).mapToPk().joinColumn('to_location_id'),
    status: p.enum(STATUSES).default('PENDING'),
    unpackStatus: p.enum(STATUSES).default('PENDING'),
    rounds: p.integer().default(0),
    createdAt: createdAt(),
    completedAt: moment().nullable(),
    unpackedAt: moment().nullable(),
    version: p.integer().version(),
  },
  uniques: [{ properties: ['transferPackageId', 'leg'] }],
  indexes: [
    { properties: ['status', 'id'] },
    { properties: ['fromLocationId', 'id'] },
    { properties: ['toLocationId', 'id'] },
    { properties: ['routeId', 'id'] },
  ],
})

/** One transfer package crossing one leg of a route. Sending (`status`) and verifying what arrived (`unpackStatus`) stand apart. */
export class DataTransfer extends DataTransferSchema.class {
  /** Moves the sending of the bytes to `status`. */
  become(status: Status): void {
    this.status = next(STATUS_AFTER, this.status, status)
  }

  /** Moves the verification of what arrived to `status`. */
  unpackBecomes(status: Status): void {
    this.unpackStatus = next(STATUS_AFTER, this.unpackStatus, status)
  }
}

DataTransferSchema.setClass(DataTransfer)
