import { REFUSAL_CODES } from './operations.generated.ts'

/** Ways to say no that a client meets before the rules of the data centre do: its token, its request, its own disk. */
export const CLIENT_CODES = [
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'BODY_TOO_LARGE',
  'DIGEST_MISMATCH',
  'EXISTS',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'LOCKED',
  'NOT_REACHABLE',
  'SPOOL_FULL',
  'STAGING_ENDED',
  'UNAUTHENTICATED',
  'UNTRUSTED_DOCUMENT',
] as const

/** The code of a refusal: those of the data centre's rules, and those of `CLIENT_CODES`. */
export type RefusalCode = (typeof REFUSAL_CODES)[number] | (typeof CLIENT_CODES)[number]

/** The rules forbid what was asked: asking again the same way is of no use. The message names the field and the rule. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Something is not available now: the network, the data centre, a part of it, a disk. The same may work later. */
export class Outage extends Error {
  override readonly name = 'Outage'
  /** The id under which the data centre recorded it; null where it did not answer. */
  readonly requestId: string | null
  /** What the data centre called it: INTERNAL, UNAVAILABLE …; null where it did not answer as one. */
  readonly code: string | null

  constructor(
    message: string,
    { cause, requestId = null, code = null }: { cause?: unknown; requestId?: string | null; code?: string | null } = {},
  ) {
    super(message, { cause })
    this.requestId = requestId
    this.code = code
  }
}

const KNOWN: readonly string[] = [...REFUSAL_CODES, ...CLIENT_CODES]

/** Whether a code is one of a refusal. */
export function isRefusalCode(code: unknown): code is RefusalCode {
  return typeof code === 'string' && KNOWN.includes(code)
}
