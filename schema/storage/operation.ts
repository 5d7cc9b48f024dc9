import { defineEntity, p } from '@mikro-orm/core'
import { big, createdAt, id, moment, text } from '../columns.ts'
import { RawDataPackage } from '../data-package/raw-data-package.ts'
import { JOB_NAMES } from '../jobs.ts'
import type { Transitions } from '../states.ts'
import { DataLocation } from './data-location.ts'

/** How an operation can stand. */
export const OPERATION_STATES = ['READY', 'RUNNING', 'WAITING', 'DONE', 'FAILED', 'CANCELLED'] as const
export type OperationState = (typeof OPERATION_STATES)[number]

/** What the reason says of work that a file at SOURCE is wanting for. */
export const GONE_FROM_SOURCE = 'is gone from SOURCE'

/** What may follow what in the life of an operation. RUNNING follows itself when a lease ran out and another worker claims; what FAILED or was CANCELLED is READY when somebody asks for it again. */
export const OPERATION_AFTER: Transitions<OperationState> = {
  READY: ['RUNNING', 'CANCELLED'],
  RUNNING: ['RUNNING', 'WAITING', 'DONE', 'FAILED', 'CANCELLED'],
  WAITING: ['READY', 'RUNNING', 'CANCELLED'],
  DONE: [],
  FAILED: ['READY', 'CANCELLED'],
  CANCELLED: ['READY'],
}

const OperationSchema = defineEntity({
  name: 'Operation',
  schema: 'storage',
  properties: {
    id: id(),
    kind: p.enum(JOB_NAMES),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id'),
    subjectType: text(),
    subjectId: p.uuid(),
    packageId: p.manyToOne(RawDataPackage).mapToPk().joinColumn('package_id').nullable().deleteRule('no action'),
    state: p.enum(OPERATION_STATES).default('READY'),
    priority: p.integer().default(100),
    attempt: p.integer().default(0),
    maxAttempts: p.integer(),
    fence: p.integer().default(0),
    leaseOwner: text().nullable(),
    leaseUntil: moment().nullable(),
    nextRunAt: createdAt(),
    dispatch: p.integer().default(0),
    dispatchedAt: moment().nullable(),
    errorCode: text().nullable(),
    reason: text().nullable(),
    traceParent: text().nullable(),
    bytesDone: big().default(0),
    bytesTotal: big().nullable(),
    rateBytesS: big().nullable(),
    endsAt: moment().nullable(),
    reservedBytes: big().default(0),
    reservedLocationId: p.manyToOne(DataLocation).mapToPk().joinColumn('reserved_location_id').nullable().deleteRule('no action'),
    reservedDevice: text().nullable(),
    createdAt: createdAt(),
    startedAt: moment().nullable(),
    finishedAt: moment().nullable(),
  },
  uniques: [{ name: 'operation_one_open', properties: ['kind', 'subjectId', 'locationId'], where: `state <> 'DONE'` }],
  indexes: [
    { name: 'operation_due', properties: ['nextRunAt'], where: `state in ('READY', 'WAITING', 'RUNNING')` },
    { name: 'operation_done', properties: ['finishedAt'], where: `state = 'DONE'` },
    { name: 'operation_reserved', properties: ['reservedLocationId'], where: `state = 'RUNNING'` },
    { properties: ['state', 'id'] },
    { properties: ['packageId', 'id'] },
    { properties: ['subjectId', 'id'] },
    { properties: ['locationId', 'id'] },
  ],
})

/** One piece of work as a row. Who claims it raises `fence`; every later write is made only while the fence is still the same. */
export class Operation extends OperationSchema.class {}

OperationSchema.setClass(Operation)
