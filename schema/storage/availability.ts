import { catalog, JOB_NAMES } from '../jobs.ts'
import type { Transitions } from '../states.ts'
import { parks } from './parking.ts'

/** How a site or a location is used, as operators decide. */
export const PLACE_STATES = ['IN_USE', 'PAUSED', 'DRAINING', 'RETIRED'] as const
export type PlaceState = (typeof PLACE_STATES)[number]

/**
 * What may follow what in the life of a place. PAUSED: no work begins there. DRAINING: it is read and cleaned up, and nothing new is written there.
 * RETIRED: it is no part of the data centre any more, for ever; so it is paused or drained first, and by then nothing relies on it.
 */
export const PLACE_AFTER: Transitions<PlaceState> = {
  IN_USE: ['PAUSED', 'DRAINING'],
  PAUSED: ['IN_USE', 'DRAINING', 'RETIRED'],
  DRAINING: ['IN_USE', 'PAUSED', 'RETIRED'],
  RETIRED: [],
}

const siteOf = (location: string, holds: string) =>
  `exists (select from storage.site place where place.id = ${location}.site_id and ${holds.replaceAll('?', 'place')})`

/** SQL: that bytes may be read at the location of that alias. */
export function readable(location: string): string {
  return `(${location}.active and ${location}.read_enabled and ${siteOf(location, '?.active')})`
}

/** SQL: that new bytes may be written at the location of that alias. */
export function writable(location: string): string {
  return `(${location}.state = 'IN_USE' and ${location}.write_enabled and ${siteOf(location, `?.state = 'IN_USE'`)})`
}

/** SQL: that the location of that alias is to get copies of its own, though perhaps not now. */
export function keeping(location: string): string {
  return `(${location}.state = 'IN_USE' and ${siteOf(location, `?.state = 'IN_USE'`)})`
}

/** SQL: that a deletion may rely on the copies at the location of that alias: they can be read, and are meant to stay. */
export function reliable(location: string): string {
  return `(${location}.state = 'IN_USE' and ${location}.read_enabled and ${siteOf(location, `?.state = 'IN_USE'`)})`
}

/**
 * SQL: that work of the alias `operation` may begin at the location of the other alias: what it does there is switched on, it has its identity, and
 * where bytes are sent they may be read where they come from; a bundle of which nothing is left only has to end.
 */
export function mayBegin(operation: string, location: string): string {
  const does = (what: string) => JOB_NAMES.filter(kind => catalog[kind].does === what).map(kind => `'${kind}'`)
  return `(${location}.identified_at is not null
    and case when ${operation}.kind in (${does('WRITE')}) then ${writable(location)}
      when ${operation}.kind in (${does('READ')}) then ${readable(location)}
      else ${location}.active and ${siteOf(location, '?.active')} end
    and (${operation}.kind <> 'transfer' or not exists (
      select from storage.data_transfer leg join storage.data_location origin on origin.id = leg.from_location_id
      where leg.id = ${operation}.subject_id and not ${readable('origin')}
        and exists (select from data_package.data_transfer_package_item item where item.transfer_package_id = leg.transfer_package_id))))`
}

/** SQL: that no breaker parks all the work, or the transfers, that come to the location of that alias. */
export function notParked(location: string): string {
  return `not exists (select from storage.circuit_breaker breaker where breaker.location_id = ${location}.id
    and coalesce(breaker.kind, 'transfer') = 'transfer' and ${parks('breaker')})`
}
