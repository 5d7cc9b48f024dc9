import { defineEntity, p } from '@mikro-orm/core'
import { big, createdAt, id, moment, text } from '../columns.ts'
import { Instrument } from '../observation/instrument.ts'
import { PLACE_STATES } from './availability.ts'
import { Site } from './site.ts'

/** Where instruments write, where packages wait, where they stay, where scientists compute. */
export const LOCATION_TYPES = ['SOURCE', 'BUFFER', 'LONG_TERM_ARCHIVE', 'PROCESSING'] as const
export type LocationType = (typeof LOCATION_TYPES)[number]

/** What a location keeps its bytes on. */
export const STORAGE_TYPES = ['DISK', 'S3', 'TAPE'] as const
export type StorageType = (typeof STORAGE_TYPES)[number]

/** What the service of an S3 location was found to do when it was registered. */
export interface S3Capabilities {
  /** It refuses bytes that do not have the MD5 digest sent with them. */
  readonly contentMd5: boolean
  /** It writes an object only where none is, when asked to: at once, and as the end of an upload in parts. */
  readonly conditionalPut: boolean
  readonly conditionalComplete: boolean
  /** It tells which parts of an upload it has, and their digests: so that an upload can be gone on with. */
  readonly listParts: boolean
  /** It gives a part of an object. */
  readonly ranges: boolean
}

const STORAGE_COLUMNS = `case storage
  when 'DISK' then root is not null
  when 'S3' then endpoint is not null and bucket is not null
  else volume_group is not null end`

const DataLocationSchema = defineEntity({
  name: 'DataLocation',
  schema: 'storage',
  properties: {
    id: id(),
    siteId: p.manyToOne(Site).mapToPk().joinColumn('site_id'),
    name: text().unique(),
    type: p.enum(LOCATION_TYPES),
    storage: p.enum(STORAGE_TYPES),
    state: p.enum(PLACE_STATES).default('IN_USE'),
    active: p.boolean().default(true),
    readEnabled: p.boolean().default(true),
    writeEnabled: p.boolean().default(true),
    priority: p.integer().default(100),
    failureDomain: text(),
    deletionEnabled: p.boolean().default(false),
    capacityBytes: big().nullable(),
    root: text().nullable(),
    endpoint: text().nullable(),
    bucket: text().nullable(),
    prefix: text().nullable(),
    region: text().nullable(),
    credentials: text().nullable(),
    capabilities: p.json<S3Capabilities>().nullable(),
    volumeGroup: text().nullable(),
    instrumentId: p.manyToOne(Instrument).mapToPk().joinColumn('instrument_id').nullable().deleteRule('no action'),
    settleS: p.integer().default(60),
    sha256: p.boolean().default(false),
    scanIntervalS: p.integer().default(3600),
    identifiedAt: moment().nullable(),
    scannedAt: moment().nullable(),
    comparedAt: moment().nullable(),
    scrubIntervalS: p.integer().nullable().default(7_776_000),
    darkAfterS: p.integer().default(172_800),
    stopReason: text().nullable(),
    createdAt: createdAt(),
  },
  checks: [
    { name: 'data_location_storage_columns', expression: STORAGE_COLUMNS },
    { name: 'data_location_prefix', expression: `prefix ~ '^([^/]+/)+$'` },
  ],
  indexes: [{ properties: ['siteId', 'type', 'priority', 'id'] }, { properties: ['instrumentId', 'id'] }],
})

/**
 * A storage system at a site. Until a worker gave it its identity (`identifiedAt`) nothing is read or written there. The database keeps `active` as
 * `state` says: IN_USE and DRAINING are active.
 */
export class DataLocation extends DataLocationSchema.class {}

DataLocationSchema.setClass(DataLocation)
