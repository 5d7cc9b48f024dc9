import { defineEntity, p } from '@mikro-orm/core'
import { moment, text } from '../columns.ts'

const EventSchema = defineEntity({
  name: 'Event',
  schema: 'storage',
  properties: {
    seq: p.bigint('number').primary().autoincrement(),
    at: moment().defaultRaw('clock_timestamp()'),
    subjectType: text(),
    subjectId: p.uuid(),
    field: text(),
    fromState: text().nullable(),
    toState: text(),
    reason: text().nullable(),
    operationId: p.uuid().nullable(),
  },
  indexes: [{ properties: ['subjectId', 'seq'] }],
})

/** One transition of one thing, written by a trigger in the same transaction, with its reason. Never changed, never deleted. */
export class Event extends EventSchema.class {}

EventSchema.setClass(Event)
