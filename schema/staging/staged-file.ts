import { defineEntity, p } from '@mikro-orm/core'
import { big, id } from '../columns.ts'
import { RawDataFile } from '../data-package/raw-data-file.ts'
import { StagedPackage } from './staged-package.ts'

const StagedFileSchema = defineEntity({
  name: 'StagedFile',
  schema: 'staging',
  properties: {
    id: id(),
    stagedPackageId: p.manyToOne(StagedPackage).mapToPk().joinColumn('staged_package_id'),
    fileId: p.manyToOne(RawDataFile).mapToPk().joinColumn('file_id'),
    rangeStart: big().nullable(),
    rangeBytes: big().nullable(),
  },
  checks: [
    {
      name: 'staged_file_range',
      expression: 'num_nonnulls(range_start, range_bytes) <> 1 and coalesce(range_start >= 0 and range_bytes > 0, true)',
    },
  ],
  uniques: [
    { name: 'staged_file_whole', properties: ['stagedPackageId', 'fileId'], where: 'range_start is null' },
    {
      name: 'staged_file_ranges',
      properties: ['stagedPackageId', 'fileId', 'rangeStart', 'rangeBytes'],
      where: 'range_start is not null',
    },
  ],
  indexes: [{ properties: ['stagedPackageId', 'id'] }],
})

/**
 * One file that a staging request wants of a package, and of which it wants no more than such files; or `rangeBytes` of a file from `rangeStart` on,
 * which are both null where all of it is wanted.
 */
export class StagedFile extends StagedFileSchema.class {}

StagedFileSchema.setClass(StagedFile)
