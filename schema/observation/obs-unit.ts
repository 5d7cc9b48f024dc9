import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, double, id, text } from '../columns.ts'
import { Instrument } from './instrument.ts'
import { ObservingProgram } from './observing-program.ts'
import { Source } from './source.ts'

const ObsUnitSchema = defineEntity({
  name: 'ObsUnit',
  schema: 'observation',
  properties: {
    id: id(),
    programId: p.manyToOne(ObservingProgram).mapToPk().joinColumn('program_id'),
    sourceId: p.manyToOne(Source).mapToPk().joinColumn('source_id'),
    instrumentId: p.manyToOne(Instrument).mapToPk().joinColumn('instrument_id'),
    name: text(),
    configuration: p.json<Record<string, unknown>>().defaultRaw(`'{}'`),
    durationS: double(),
    priority: p.integer().default(100),
    createdAt: createdAt(),
  },
  uniques: [{ properties: ['programId', 'name'] }],
  indexes: [{ properties: ['sourceId', 'id'] }, { properties: ['instrumentId', 'id'] }],
})

/** A planned observation: what to do for a program, with which instrument configuration, for how long (s), how urgently. */
export class ObsUnit extends ObsUnitSchema.class {}

ObsUnitSchema.setClass(ObsUnit)
