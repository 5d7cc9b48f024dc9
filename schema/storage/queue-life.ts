import { defineEntity, p } from '@mikro-orm/core'
import { id, moment, text } from '../columns.ts'
import { JOB_NAMES } from '../jobs.ts'
import { DataLocation } from './data-location.ts'

const QueueLifeSchema = defineEntity({
  name: 'QueueLife',
  schema: 'storage',
  properties: {
    id: id(),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id'),
    kind: p.enum(JOB_NAMES),
    lastConsumedAt: moment(),
    worker: text(),
  },
  uniques: [{ name: 'queue_life_of_queue', properties: ['locationId', 'kind'] }],
})

/** When a worker last took anything out of a queue, a canary too: a worker that consumes nothing is dead however its ping looks. */
export class QueueLife extends QueueLifeSchema.class {}

QueueLifeSchema.setClass(QueueLife)
