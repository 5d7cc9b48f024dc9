/** Every way the data centre may say no to a caller. Clients may rely on these spellings. */
export const REFUSAL_CODES = [
  'BAD_INPUT',
  'BAD_PATH',
  'CONFLICT',
  'INVALID_TRANSITION',
  'NOT_A_REGULAR_FILE',
  'NOT_FOUND',
  'NOT_SAFE',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** The rules forbid what was asked. Shown to the caller as it is; never retried. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Something outside is not available now: a store, a network, a full disk. Retried. */
export class Outage extends Error {
  override readonly name = 'Outage'
  /** The location that is to blame, `null` if none is; undefined: the one where the work was done. */
  readonly locationId: string | null | undefined
  /** When it is worth trying again, in seconds; then the attempt does not count, for nobody is to blame. */
  readonly retryS: number | undefined
  /** Whether the line between two sites is to blame: the route, not a location. */
  readonly line: boolean

  constructor(
    message: string,
    { cause, locationId, retryS, line = false }: { cause?: unknown; locationId?: string | null; retryS?: number; line?: boolean } = {},
  ) {
    super(message, { cause })
    this.locationId = locationId
    this.retryS = retryS
    this.line = line
  }
}
