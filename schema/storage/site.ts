import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, id, text } from '../columns.ts'
import { PLACE_STATES } from './availability.ts'

const SiteSchema = defineEntity({
  name: 'Site',
  schema: 'storage',
  properties: {
    id: id(),
    name: text().unique(),
    title: text(),
    state: p.enum(PLACE_STATES).default('IN_USE'),
    active: p.boolean().default(true),
    dataUrl: text().nullable(),
    createdAt: createdAt(),
  },
})

/**
 * A place with infrastructure: a mountain, a computing centre. `dataUrl` is where its data server serves copies to other sites, if it has one. The
 * database keeps `active` as `state` says: IN_USE and DRAINING are active.
 */
export class Site extends SiteSchema.class {}

SiteSchema.setClass(Site)
