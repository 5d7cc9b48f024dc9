import { p } from '@mikro-orm/core'
import { v7 } from 'uuid'

/** A new UUIDv7 (RFC 9562): sorts by the time it was made. */
export function newId(): string {
  return v7()
}

/** The primary key of every table: a UUIDv7, made here unless the client brought its own. */
export const id = () =>
  p
    .uuid()
    .primary()
    .onCreate(() => newId())

/** A size in bytes or another count that may pass 2^31. */
export const big = () => p.bigint('number')

/** A moment, UTC, with microseconds in the database. */
export const moment = () => p.datetime().columnType('timestamptz')

/** The moment the row was made, by the database's clock. */
export const createdAt = () => moment().defaultRaw('now()')

/** Short text without a length limit of its own; limits are checked where the text comes in. */
export const text = () => p.string().columnType('text')

/** A double-precision number: angles, durations, heights. */
export const double = () => p.float().columnType('double precision')
