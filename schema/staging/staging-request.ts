import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, id, moment, text } from '../columns.ts'
import { next, type Transitions } from '../states.ts'
import { DataLocation } from '../storage/data-location.ts'

/** How far a staging request can be. */
export const STAGING_STATUSES = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'EXPIRED'] as const
export type StagingStatus = (typeof STAGING_STATUSES)[number]

/** What may follow what in the life of a staging request; EXPIRED ends it. */
export const STAGING_AFTER: Transitions<StagingStatus> = {
  PENDING: ['IN_PROGRESS', 'COMPLETED', 'FAILED', 'EXPIRED'],
  IN_PROGRESS: ['COMPLETED', 'FAILED', 'EXPIRED'],
  COMPLETED: ['EXPIRED'],
  FAILED: ['PENDING', 'EXPIRED'],
  EXPIRED: [],
}

const StagingRequestSchema = defineEntity({
  name: 'StagingRequest',
  schema: 'staging',
  properties: {
    id: id(),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id'),
    requestKey: text().unique(),
    requestedBy: text(),
    status: p.enum(STAGING_STATUSES).default('PENDING'),
    priority: p.integer().default(100),
    leaseS: p.integer(),
    leaseUntil: moment().nullable(),
    createdAt: createdAt(),
    completedAt: moment().nullable(),
    releasedAt: moment().nullable(),
    version: p.integer().version(),
  },
  indexes: [{ properties: ['locationId', 'id'] }, { properties: ['status', 'id'] }],
})

/** A wish to have archived packages unpacked at a PROCESSING location for `leaseS` seconds after they are ready. */
export class StagingRequest extends StagingRequestSchema.class {
  /** Moves this request to `status`. */
  become(status: StagingStatus): void {
    this.status = next(STAGING_AFTER, this.status, status)
  }
}

StagingRequestSchema.setClass(StagingRequest)
