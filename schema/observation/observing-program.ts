import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, id, moment, text } from '../columns.ts'
import { Observatory } from './observatory.ts'

const ObservingProgramSchema = defineEntity({
  name: 'ObservingProgram',
  schema: 'observation',
  properties: {
    id: id(),
    observatoryId: p.manyToOne(Observatory).mapToPk().joinColumn('observatory_id'),
    code: text().unique(),
    title: text(),
    principalInvestigator: text(),
    metadataReleaseAt: moment().nullable(),
    dataReleaseAt: moment().nullable(),
    createdAt: createdAt(),
  },
  indexes: [{ properties: ['observatoryId', 'id'] }],
})

/** A science proposal that was granted time; it owns the proprietary period of the data taken for it. */
export class ObservingProgram extends ObservingProgramSchema.class {}

ObservingProgramSchema.setClass(ObservingProgram)
