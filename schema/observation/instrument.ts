import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, id, text } from '../columns.ts'
import { Telescope } from './telescope.ts'

const InstrumentSchema = defineEntity({
  name: 'Instrument',
  schema: 'observation',
  properties: {
    id: id(),
    telescopeId: p.manyToOne(Telescope).mapToPk().joinColumn('telescope_id'),
    name: text().unique(),
    title: text(),
    active: p.boolean().default(true),
    createdAt: createdAt(),
  },
  indexes: [{ properties: ['telescopeId', 'id'] }],
})

/** What a telescope observes with. Its name is unique in the whole data centre, for clients file by it. */
export class Instrument extends InstrumentSchema.class {}

InstrumentSchema.setClass(Instrument)
