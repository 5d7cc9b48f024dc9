import { randomBytes } from 'node:crypto'
import { p } from '@mikro-orm/core'
import { v7 } from 'uuid'

/** A new UUIDv7 (RFC 9562): sorts by the time it was made. */
export function newId(): string {
  return v7()
}

/** Many new UUIDv7 at the price of few: of one millisecond, in order by a counter of 26 bits, with 48 random bits each (RFC 9562, 6.2, method 1). */
export function newIds(count: number): string[] {
  const first = newId()
  const random = randomBytes(count * 6).toString('hex')
  const begin = Number.parseInt(first.slice(15, 18), 16) * 0x4000 + (Number.parseInt(first.slice(19, 23), 16) & 0x3fff)
  return Array.from({ length: count }, (_, index) => {
    const counter = (begin + index) % 0x4000000
    const high = (0x7000 | (counter >>> 14)).toString(16)
    const low = (0x8000 | (counter & 0x3fff)).toString(16)
    return `${first.slice(0, 14)}${high}-${low}-${random.slice(index * 12, index * 12 + 12)}`
  })
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
