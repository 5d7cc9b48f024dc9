import { defineEntity, p } from '@mikro-orm/core'
import { moment, text } from '../columns.ts'

const EventEpochSchema = defineEntity({
  name: 'EventEpoch',
  schema: 'storage',
  properties: {
    number: p.integer().primary().autoincrement(false),
    systemIdentifier: text(),
    begunAt: moment().defaultRaw('clock_timestamp()'),
  },
})

/**
 * A time in which the numbers of transactions count up: as long as ops-db lives in one PostgreSQL cluster. A dump that is restored into another
 * begins a new one, whose events follow all that were restored.
 */
export class EventEpoch extends EventEpochSchema.class {}

EventEpochSchema.setClass(EventEpoch)
