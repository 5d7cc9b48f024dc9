import { defineEntity, p } from '@mikro-orm/core'
import { id, moment, text } from '../columns.ts'
import { DataLocation } from './data-location.ts'

/** CLOSED lets all work through, OPEN parks it, HALF_OPEN lets one probe through. */
export const BREAKER_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const
export type BreakerState = (typeof BREAKER_STATES)[number]

const CircuitBreakerSchema = defineEntity({
  name: 'CircuitBreaker',
  schema: 'storage',
  properties: {
    id: id(),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id').unique(),
    state: p.enum(BREAKER_STATES).default('CLOSED'),
    failures: p.integer().default(0),
    openedAt: moment().nullable(),
    probeAt: moment().nullable(),
    reason: text().nullable(),
  },
})

/** Parks the work of one location after repeated outages: OPEN until `probeAt`, then one probe at a time, CLOSED by a success. */
export class CircuitBreaker extends CircuitBreakerSchema.class {}

CircuitBreakerSchema.setClass(CircuitBreaker)
