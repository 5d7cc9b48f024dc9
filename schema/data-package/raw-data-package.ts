import { defineEntity, p } from '@mikro-orm/core'
import { big, createdAt, id, moment, text } from '../columns.ts'
import { PART_BYTES } from '../digest.ts'
import { ExecutedObsUnit } from '../observation/executed-obs-unit.ts'
import { InstrumentModule } from '../observation/instrument-module.ts'
import { next, type Transitions } from '../states.ts'
import { STATUSES, STATUS_AFTER, type Status } from './status.ts'

/** Where a package can be on its way to the archive. */
export const PACKAGE_STATES = ['WAITING', 'TRANSFERRING', 'ARCHIVED', 'FAILED'] as const
export type PackageState = (typeof PACKAGE_STATES)[number]

/**
 * Where a package is on its way to the archive; beside `Status`, which tells how the work of making it stands. FAILED as long as nothing brings it on before
 * somebody asks for that, as the sweep finds; then it is what it was. What is taken out of its bundle, to be sent from
 * another copy, is WAITING again. What was ARCHIVED stays so: that a copy was lost is told of the copy.
 */
export const PACKAGE_STATE_AFTER: Transitions<PackageState> = {
  WAITING: ['TRANSFERRING', 'ARCHIVED', 'FAILED'],
  TRANSFERRING: ['WAITING', 'ARCHIVED', 'FAILED'],
  ARCHIVED: [],
  FAILED: ['WAITING', 'TRANSFERRING', 'ARCHIVED'],
}

/** The most bytes that the tar of one package may have, unless that of one file alone is larger. */
export const PACKAGE_BYTES = 50_000_000_000

/** The most bytes that the end of a tar has: two blocks of zeros, and what fills the last record. */
export const TAR_END_BYTES = 10_752

/** SQL: the most bytes that a file `f` takes in a tar: a block for each header, what is in the extended one, and its data, all in whole blocks. */
export function bytesInTar(f: string): string {
  return `(1024 + (octet_length(${f}.path) + 90 + 511) / 512 * 512 + (${f}.bytes + 511) / 512 * 512)`
}

const PARTS = `octet_length(part_digests) = 32 * ((bytes + ${PART_BYTES - 1}) / ${PART_BYTES})`

const RawDataPackageSchema = defineEntity({
  name: 'RawDataPackage',
  schema: 'data_package',
  properties: {
    id: id(),
    executionId: p.manyToOne(ExecutedObsUnit).mapToPk().joinColumn('execution_id'),
    moduleId: p.manyToOne(InstrumentModule).mapToPk().joinColumn('module_id'),
    sequence: p.integer(),
    name: text().unique(),
    path: text(),
    status: p.enum(STATUSES).default('PENDING'),
    state: p.enum(PACKAGE_STATES).default('WAITING'),
    priority: p.integer().default(100),
    fileCount: p.integer(),
    fileBytes: big(),
    bytes: big().nullable(),
    digest: text().nullable(),
    flatDigest: text().nullable(),
    sha256: text().nullable(),
    partDigests: p.blob().nullable().lazy(),
    createdAt: createdAt(),
    completedAt: moment().nullable(),
    archivedAt: moment().nullable(),
    version: p.integer().version(),
  },
  checks: [
    { name: 'raw_data_package_parts', expression: PARTS },
    { name: 'raw_data_package_sha256', expression: `sha256 ~ '^sha256:[0-9a-f]{64}$'` },
  ],
  uniques: [{ properties: ['executionId', 'moduleId', 'sequence'] }],
  indexes: [
    { properties: ['moduleId', 'id'] },
    { properties: ['state', 'id'] },
    { properties: ['status', 'id'] },
    { properties: ['priority', 'id'] },
    { properties: ['fileBytes', 'id'] },
  ],
})

/**
 * A tar of the files of one execution and one module; its digest is that of its manifest, which fixes every byte of the tar. `path` is where
 * the tar lies in folders and on tape, and where its key in a bucket begins, less `.tar`; each copy has its own. `flatDigest` is that of the tar itself and `partDigests` the BLAKE3 of each PART_BYTES of it, 32 bytes each,
 * one after another: the first full re-read knows them. `sha256` is the SHA-256 of the tar, from the first full re-read at a location that asks for it.
 */
export class RawDataPackage extends RawDataPackageSchema.class {
  /** Moves the work of making this package to `status`. */
  become(status: Status): void {
    this.status = next(STATUS_AFTER, this.status, status)
  }

  /** Moves this package on its way to the archive to `state`. */
  reach(state: PackageState): void {
    this.state = next(PACKAGE_STATE_AFTER, this.state, state)
  }
}

RawDataPackageSchema.setClass(RawDataPackage)
