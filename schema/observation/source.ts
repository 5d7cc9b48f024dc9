import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, double, id, text } from '../columns.ts'

/** What can be pointed at. */
export const SOURCE_KINDS = ['FIXED', 'SOLAR_SYSTEM', 'CONSTANT_ELEVATION'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

const KIND_COLUMNS = `case kind
  when 'FIXED' then ra_deg is not null and dec_deg is not null and ra_deg >= 0 and ra_deg < 360 and dec_deg between -90 and 90
  when 'SOLAR_SYSTEM' then body is not null
  else elevation_deg is not null and elevation_deg between 0 and 90 and azimuth_start_deg is not null and azimuth_end_deg is not null end`

const SourceSchema = defineEntity({
  name: 'Source',
  schema: 'observation',
  properties: {
    id: id(),
    name: text().unique(),
    kind: p.enum(SOURCE_KINDS),
    raDeg: double().nullable(),
    decDeg: double().nullable(),
    body: text().nullable(),
    elevationDeg: double().nullable(),
    azimuthStartDeg: double().nullable(),
    azimuthEndDeg: double().nullable(),
    createdAt: createdAt(),
  },
  checks: [{ name: 'source_kind_columns', expression: KIND_COLUMNS }],
  indexes: [
    {
      name: 'source_position',
      expression:
        'create index "source_position" on "observation"."source" using gist (point(ra_deg + 1, dec_deg + 91)) where kind = \'FIXED\'',
    },
  ],
})

/** What is pointed at; which of the nullable columns are set follows from `kind`, as a check constraint repeats. */
export class Source extends SourceSchema.class {}

SourceSchema.setClass(Source)
