import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, text } from '../columns.ts'

/** What each kind of subject tells of itself: the field, as its column is named. `files` of an execution: how many were filed at once. */
export const EVENT_FIELDS = {
  CircuitBreaker: ['state'],
  DataLocation: ['deletion_enabled', 'read_enabled', 'state', 'write_enabled'],
  DataTransfer: ['status', 'unpack_status'],
  DataTransferRoute: ['active'],
  ExecutedObsUnit: ['files', 'quality'],
  Hold: ['active'],
  Instrument: ['active'],
  InstrumentModule: ['active'],
  Operation: ['state'],
  PhysicalCopy: ['status', 'verification_level'],
  RawDataPackage: ['state', 'status'],
  Reclaim: ['allowed_share_hour', 'epoch', 'state'],
  RetentionPolicy: ['policy_version'],
  Site: ['state'],
  StagedPackage: ['status'],
  StagingRequest: ['status'],
} as const satisfies Record<string, readonly string[]>

const EventSchema = defineEntity({
  name: 'Event',
  schema: 'storage',
  properties: {
    seq: p.bigint('number').primary().autoincrement(),
    at: createdAt(),
    subjectType: text(),
    subjectId: p.uuid(),
    field: text(),
    fromState: text().nullable(),
    toState: text(),
    reason: text().nullable(),
    operationId: p.uuid().nullable(),
    epoch: p.integer().default(1),
    txid: p.string().columnType('xid8').defaultRaw('pg_current_xact_id()'),
  },
  indexes: [{ properties: ['subjectId', 'seq'] }, { properties: ['epoch', 'txid', 'seq'] }, { properties: ['at'] }],
})

/**
 * One transition of one thing, written by a trigger in the same transaction, with its reason. Never changed, never deleted. Numbers of `seq`
 * become visible out of order; who follows events reads them by epoch, transaction and `seq`, up to the oldest transaction that is still open.
 */
export class Event extends EventSchema.class {}

EventSchema.setClass(Event)
