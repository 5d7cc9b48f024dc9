import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, id, moment, text } from '../columns.ts'
import { ObsUnit } from './obs-unit.ts'

/** How good data can be, as far as anybody has judged. */
export const QUALITIES = ['UNKNOWN', 'GOOD', 'QUESTIONABLE', 'BAD'] as const
export type Quality = (typeof QUALITIES)[number]

const ExecutedObsUnitSchema = defineEntity({
  name: 'ExecutedObsUnit',
  schema: 'observation',
  properties: {
    id: id(),
    obsUnitId: p.manyToOne(ObsUnit).mapToPk().joinColumn('obs_unit_id'),
    filingKey: text().unique(),
    startedAt: moment(),
    endedAt: moment(),
    quality: p.enum(QUALITIES).default('UNKNOWN'),
    conditions: p.json<Record<string, unknown>>().defaultRaw(`'{}'`),
    filedAt: createdAt(),
  },
  checks: [{ name: 'executed_obs_unit_times', expression: 'ended_at >= started_at' }],
  indexes: [
    { properties: ['startedAt', 'id'] },
    { properties: ['filedAt', 'id'] },
    { properties: ['obsUnitId', 'id'] },
    { properties: ['obsUnitId', 'startedAt', 'id'] },
    { properties: ['quality', 'id'] },
    { properties: ['quality', 'startedAt', 'id'] },
  ],
})

/** One execution of a planned observation. Filing it again with the same key gives the same row. */
export class ExecutedObsUnit extends ExecutedObsUnitSchema.class {}

ExecutedObsUnitSchema.setClass(ExecutedObsUnit)
