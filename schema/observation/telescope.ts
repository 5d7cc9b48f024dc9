import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, double, id, text } from '../columns.ts'
import { Observatory } from './observatory.ts'

const TelescopeSchema = defineEntity({
  name: 'Telescope',
  schema: 'observation',
  properties: {
    id: id(),
    observatoryId: p.manyToOne(Observatory).mapToPk().joinColumn('observatory_id'),
    name: text().unique(),
    title: text(),
    latitudeDeg: double().nullable(),
    longitudeDeg: double().nullable(),
    elevationM: double().nullable(),
    createdAt: createdAt(),
  },
  indexes: [{ properties: ['observatoryId', 'id'] }],
})

/** One telescope of an observatory, with its geodetic position (WGS 84: double north, double east, metres). */
export class Telescope extends TelescopeSchema.class {}

TelescopeSchema.setClass(Telescope)
