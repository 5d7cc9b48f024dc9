import { defineEntity } from '@mikro-orm/core'
import { createdAt, id, text } from '../columns.ts'

const ObservatorySchema = defineEntity({
  name: 'Observatory',
  schema: 'observation',
  properties: {
    id: id(),
    name: text().unique(),
    title: text(),
    createdAt: createdAt(),
  },
})

/** Who observes: the owner of telescopes. */
export class Observatory extends ObservatorySchema.class {}

ObservatorySchema.setClass(Observatory)
