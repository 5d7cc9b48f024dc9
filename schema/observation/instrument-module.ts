import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, id, text } from '../columns.ts'
import { Instrument } from './instrument.ts'

const InstrumentModuleSchema = defineEntity({
  name: 'InstrumentModule',
  schema: 'observation',
  properties: {
    id: id(),
    instrumentId: p.manyToOne(Instrument).mapToPk().joinColumn('instrument_id'),
    name: text(),
    title: text(),
    active: p.boolean().default(true),
    createdAt: createdAt(),
  },
  uniques: [{ properties: ['instrumentId', 'name'] }],
  indexes: [{ properties: ['instrumentId', 'id'] }],
})

/** The smallest part of an instrument that writes files: one detector array, one receiver band. */
export class InstrumentModule extends InstrumentModuleSchema.class {}

InstrumentModuleSchema.setClass(InstrumentModule)
