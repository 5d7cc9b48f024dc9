import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, id, text } from '../columns.ts'

const SiteSchema = defineEntity({
  name: 'Site',
  schema: 'storage',
  properties: {
    id: id(),
    name: text().unique(),
    title: text(),
    active: p.boolean().default(true),
    createdAt: createdAt(),
  },
})

/** A place with infrastructure: a mountain, a computing centre. */
export class Site extends SiteSchema.class {}

SiteSchema.setClass(Site)
