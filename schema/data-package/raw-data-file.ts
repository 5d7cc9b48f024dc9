import { defineEntity, p } from '@mikro-orm/core'
import { big, createdAt, id, text } from '../columns.ts'
import { ExecutedObsUnit } from '../observation/executed-obs-unit.ts'
import { InstrumentModule } from '../observation/instrument-module.ts'
import { RawDataPackage } from './raw-data-package.ts'

const RawDataFileSchema = defineEntity({
  name: 'RawDataFile',
  schema: 'data_package',
  properties: {
    id: id(),
    executionId: p.manyToOne(ExecutedObsUnit).mapToPk().joinColumn('execution_id'),
    moduleId: p.manyToOne(InstrumentModule).mapToPk().joinColumn('module_id'),
    path: text(),
    pathFold: text().collation('C'),
    bytes: big(),
    filedDigest: text().nullable(),
    filedAt: createdAt(),
    packageId: p.manyToOne(RawDataPackage).mapToPk().joinColumn('package_id').nullable().deleteRule('no action'),
    digest: text().nullable(),
    offset: big().nullable(),
    mtimeNs: p.bigint('bigint').nullable(),
    mode: p.integer().nullable(),
  },
  uniques: [{ properties: ['pathFold', 'moduleId'] }],
  indexes: [
    { properties: ['executionId', 'id'] },
    { properties: ['packageId', 'path'] },
    {
      name: 'raw_data_file_in_tar',
      properties: ['packageId', 'path'],
      columns: [{ name: 'path', collation: 'C' }],
      where: 'package_id is not null',
    },
    { name: 'raw_data_file_unpackaged', properties: ['executionId', 'moduleId'], where: 'package_id is null' },
  ],
  checks: [{ name: 'raw_data_file_bytes', expression: 'bytes >= 0' }],
})

/** One file as an instrument module wrote it. `filedDigest` is what the instrument claimed, `digest` what packaging found. */
export class RawDataFile extends RawDataFileSchema.class {}

RawDataFileSchema.setClass(RawDataFile)
