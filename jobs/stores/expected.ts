import { Outage, Refusal } from '@almagest/schema'

const UNEXPECTED = Symbol('the bytes that came are not the expected ones')

/** The Outage of bytes that came and are not those that were expected: on the way, or where they come from, something is damaged. */
export function unexpected(message: string): Outage {
  return new Outage(message, { cause: UNEXPECTED, locationId: null })
}

/** Whether an error is that other bytes came than those that were expected. */
export function isUnexpected(error: unknown): boolean {
  return error instanceof Outage && error.cause === UNEXPECTED
}

const GONE = Symbol('the bytes of a copy are not there, or cannot be read')

/** The Outage of a copy whose bytes are not at its location, or cannot be read, though the location is there. */
export function gone(message: string): Outage {
  return new Outage(message, { cause: GONE, locationId: null })
}

/** Whether an error is that the bytes of a copy are not there, or cannot be read. */
export function isGone(error: unknown): boolean {
  return error instanceof Outage && error.cause === GONE
}

/** Refuses with BAD_INPUT a token that cannot name a temporary file. */
export function checkToken(token: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/.test(token)) return
  throw new Refusal('BAD_INPUT', `${JSON.stringify(token.slice(0, 200))} is not a token`)
}
