import { defineEntity, p } from '@mikro-orm/core'
import { id } from '../columns.ts'
import { RawDataFile } from '../data-package/raw-data-file.ts'
import { StagedPackage } from './staged-package.ts'

const StagedFileSchema = defineEntity({
  name: 'StagedFile',
  schema: 'staging',
  properties: {
    id: id(),
    stagedPackageId: p.manyToOne(StagedPackage).mapToPk().joinColumn('staged_package_id'),
    fileId: p.manyToOne(RawDataFile).mapToPk().joinColumn('file_id'),
  },
  uniques: [{ properties: ['stagedPackageId', 'fileId'] }],
})

/** One file that a staging request wants of a package, and of which it wants no more than such files. */
export class StagedFile extends StagedFileSchema.class {}

StagedFileSchema.setClass(StagedFile)
