import { defineEntity, p } from '@mikro-orm/core'
import { id, moment, text } from '../columns.ts'
import { DataLocation } from './data-location.ts'
import { DataTransferRoute } from './data-transfer-route.ts'

/** CLOSED lets all work through, OPEN parks it, HALF_OPEN lets one probe through. */
export const BREAKER_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const
export type BreakerState = (typeof BREAKER_STATES)[number]

const CircuitBreakerSchema = defineEntity({
  name: 'CircuitBreaker',
  schema: 'storage',
  properties: {
    id: id(),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id').nullable().deleteRule('no action'),
    routeId: p.manyToOne(DataTransferRoute).mapToPk().joinColumn('route_id').nullable().deleteRule('no action'),
    kind: text().nullable(),
    state: p.enum(BREAKER_STATES).default('CLOSED'),
    failures: p.integer().default(0),
    openedAt: moment().nullable(),
    probeAt: moment().nullable(),
    reason: text().nullable(),
    override: text().nullable(),
    overrideUntil: moment().nullable(),
    overrideReason: text().nullable(),
  },
  checks: [
    {
      name: 'circuit_breaker_scope',
      expression: '(location_id is null) <> (route_id is null) and (kind is null or location_id is not null)',
    },
    {
      name: 'circuit_breaker_override',
      expression: `override is null or override in ('OPEN', 'CLOSED') and override_until is not null and override_reason is not null`,
    },
  ],
  uniques: [
    { name: 'circuit_breaker_of_location', properties: ['locationId'], where: 'kind is null' },
    { name: 'circuit_breaker_of_kind', properties: ['locationId', 'kind'], where: 'kind is not null' },
    { name: 'circuit_breaker_of_route', properties: ['routeId'], where: 'route_id is not null' },
  ],
})

/**
 * Parks work after repeated outages: all of one location, one kind (`kind`) of it, or all over one route. OPEN until `probeAt`, then one probe at a
 * time, CLOSED by a success. Until `overrideUntil` it stands as an operator said.
 */
export class CircuitBreaker extends CircuitBreakerSchema.class {}

CircuitBreakerSchema.setClass(CircuitBreaker)
