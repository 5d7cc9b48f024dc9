import { defineEntity, p } from '@mikro-orm/core'
import { big, double, id, moment, text } from '../columns.ts'
import { DataLocation } from './data-location.ts'

/** RESTING frees nothing, FREEING what may go, PAUSED nothing more for a while. */
export const RECLAIM_STATES = ['RESTING', 'FREEING', 'PAUSED'] as const
export type ReclaimState = (typeof RECLAIM_STATES)[number]

const ReclaimSchema = defineEntity({
  name: 'Reclaim',
  schema: 'storage',
  properties: {
    id: id(),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id').unique(),
    state: p.enum(RECLAIM_STATES),
    reason: text().nullable(),
    usedBytes: big().nullable(),
    measuredAt: moment().nullable(),
    pausedUntil: moment().nullable(),
    allowedShareHour: double().nullable(),
    allowedUntil: moment().nullable(),
    allowedReason: text().nullable(),
    epoch: p.integer().default(1),
  },
  checks: [{ name: 'reclaim_paused', expression: `(paused_until is null) = (state <> 'PAUSED')` }],
})

/** Whether a location is freed now: between its high and its low water, and not faster than its policy or an operator allows. */
export class Reclaim extends ReclaimSchema.class {}

ReclaimSchema.setClass(Reclaim)

/** How the reason of what a PAUSED location does not delete begins. */
export const DELETION_PAUSES = 'deletion pauses: '

/** SQL: the statuses of copies whose bytes take space. */
export const OCCUPYING = `'WRITING', 'PRESENT', 'STAGED', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED', 'DELETION_IN_PROGRESS', 'DELETION_FAILED', 'QUARANTINED'`
