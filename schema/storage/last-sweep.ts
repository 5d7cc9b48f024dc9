import { defineEntity, p } from '@mikro-orm/core'
import { double, moment } from '../columns.ts'

const LastSweepSchema = defineEntity({
  name: 'LastSweep',
  schema: 'storage',
  properties: {
    number: p.integer().primary().autoincrement(false).default(1),
    completedAt: moment(),
    seconds: double(),
  },
  checks: [{ name: 'last_sweep_one', expression: `number = 1` }],
})

/** When the last sweep that looked at every kind of work without an error was over, and how long it took: one row, none before the first. */
export class LastSweep extends LastSweepSchema.class {}

LastSweepSchema.setClass(LastSweep)

/** From this age on of the last complete sweep, in seconds, the rows may call for work that nobody was asked for: then nothing is deleted. */
export const SWEEP_BEHIND_S = 300

/** SQL: the age of the last complete sweep in seconds; null before the first. */
export const SWEEP_AGE = `(select extract(epoch from clock_timestamp() - completed_at)::float8 from storage.last_sweep)`
