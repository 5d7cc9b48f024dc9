import { defineEntity, p } from '@mikro-orm/core'
import { big, createdAt, id, moment, text } from '../columns.ts'
import { DataLocation } from './data-location.ts'

/** What a scan can find: a file that nobody filed, a filed one that is gone or differs, something that could never be filed; and at a BUFFER or an archive bytes that no row knows. */
export const FINDING_KINDS = ['UNFILED', 'MISSING', 'CHANGED', 'REFUSED', 'DARK'] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

const ScanFindingSchema = defineEntity({
  name: 'ScanFinding',
  schema: 'storage',
  properties: {
    id: id(),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id'),
    kind: p.enum(FINDING_KINDS),
    path: text(),
    bytes: big().nullable(),
    detail: text().nullable(),
    sightings: p.integer().default(1),
    firstSeenAt: createdAt(),
    lastSeenAt: createdAt(),
    resolvedAt: moment().nullable(),
    dismissedAt: moment().nullable(),
    setAsideAskedAt: moment().nullable(),
  },
  uniques: [{ name: 'scan_finding_one_open', properties: ['locationId', 'path', 'kind'], where: 'resolved_at is null' }],
  indexes: [{ properties: ['locationId', 'id'], where: 'resolved_at is null', name: 'scan_finding_open' }],
})

/** Something that a scan saw at a location and that the rows do not say, or the other way round. Resolved when a later scan agrees; one that an operator dismissed stays so until then. */
export class ScanFinding extends ScanFindingSchema.class {}

ScanFindingSchema.setClass(ScanFinding)
