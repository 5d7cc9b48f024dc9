import { defineEntity, p } from '@mikro-orm/core'
import { big, createdAt, id, moment, text } from '../columns.ts'
import { DataLocation } from './data-location.ts'
import { Site } from './site.ts'

/** From site to site, through a third site, from location to location. */
export const ROUTE_TYPES = ['DIRECT', 'RELAY', 'CUSTOM'] as const
export type RouteType = (typeof ROUTE_TYPES)[number]

/** How the bytes of a route can be sent. */
export const TRANSFER_METHODS = ['COPY', 'HTTP', 'RSYNC', 'BBCP'] as const
export type TransferMethod = (typeof TRANSFER_METHODS)[number]

const TYPE_COLUMNS = `from_site_id <> to_site_id and case type
  when 'DIRECT' then via_site_id is null and from_location_id is null and to_location_id is null
  when 'RELAY' then via_site_id is not null and via_site_id not in (from_site_id, to_site_id)
  else from_location_id is not null and to_location_id is not null end`

const DataTransferRouteSchema = defineEntity({
  name: 'DataTransferRoute',
  schema: 'storage',
  properties: {
    id: id(),
    name: text().unique(),
    type: p.enum(ROUTE_TYPES),
    fromSiteId: p.manyToOne(Site).mapToPk().joinColumn('from_site_id'),
    toSiteId: p.manyToOne(Site).mapToPk().joinColumn('to_site_id'),
    viaSiteId: p.manyToOne(Site).mapToPk().joinColumn('via_site_id').nullable().deleteRule('no action'),
    fromLocationId: p.manyToOne(DataLocation).mapToPk().joinColumn('from_location_id').nullable().deleteRule('no action'),
    toLocationId: p.manyToOne(DataLocation).mapToPk().joinColumn('to_location_id').nullable().deleteRule('no action'),
    method: p.enum(TRANSFER_METHODS).default('COPY'),
    priority: p.integer().default(100),
    active: p.boolean().default(true),
    bundleBytes: big().default(10_000_000_000_000),
    bundleAgeS: p.integer().default(60),
    streams: p.integer().default(8),
    rateBytesS: big().nullable(),
    sshHost: text().nullable(),
    comparedAt: moment().nullable(),
    createdAt: createdAt(),
  },
  checks: [
    { name: 'data_transfer_route_type_columns', expression: TYPE_COLUMNS },
    { name: 'data_transfer_route_limits', expression: 'streams between 1 and 64 and rate_bytes_s > 0' },
  ],
  indexes: [{ properties: ['fromSiteId', 'toSiteId'] }, { properties: ['toSiteId', 'id'] }],
})

/** How bytes go between two sites, or for CUSTOM between two locations, and by which method. */
export class DataTransferRoute extends DataTransferRouteSchema.class {}

DataTransferRouteSchema.setClass(DataTransferRoute)
