import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, id, moment, text } from '../columns.ts'
import { RawDataPackage } from '../data-package/raw-data-package.ts'
import { DataLocation } from './data-location.ts'

const HoldSchema = defineEntity({
  name: 'Hold',
  schema: 'storage',
  properties: {
    id: id(),
    packageId: p.manyToOne(RawDataPackage).mapToPk().joinColumn('package_id'),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id').nullable().deleteRule('no action'),
    heldBy: text(),
    reason: text(),
    active: p.boolean().default(true),
    until: moment().nullable(),
    createdAt: createdAt(),
    releasedAt: moment().nullable(),
    releaseReason: text().nullable(),
  },
  checks: [{ name: 'hold_released', expression: '(released_at is null) = active' }],
  indexes: [{ properties: ['packageId', 'id'] }, { name: 'hold_ending', properties: ['until'], where: 'active and until is not null' }],
})

/** That nothing of a package may be deleted, at one location or (`locationId` null) anywhere, until it is released or its time is over. */
export class Hold extends HoldSchema.class {}

HoldSchema.setClass(Hold)

/** How the reason of what a hold stops begins. */
export const HELD_BY = 'it is held by '

/** SQL: what is in force of the holds that keep a package at a location. */
export function holdsOn(packageId: string, locationId: string): string {
  return `storage.hold h where h.package_id = ${packageId} and (h.location_id is null or h.location_id = ${locationId})
    and h.active and (h.until is null or h.until > clock_timestamp())`
}
