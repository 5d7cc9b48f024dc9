import { randomBytes } from 'node:crypto'

/** A place in a trace, as the headers of W3C Trace Context say it. */
export interface Trace {
  /** `00-<trace>-<span>-<flags>`. */
  readonly traceparent: string
  /** What other systems keep there; null for nothing. */
  readonly tracestate: string | null
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const MOST_STATE = 512
const MEMBER = /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/

/** Goes on with the trace of a request in a span of its own; begins another where the request has none or a malformed one. */
export function continueTrace(traceparent: string | undefined, tracestate: string | undefined): Trace {
  const [, version, trace, span, flags, more] = TRACEPARENT.exec(traceparent ?? '') ?? []
  const next = randomBytes(8).toString('hex')
  const known = version !== undefined && version !== 'ff' && (version !== '00' || more === undefined)
  if (!known || /^0+$/.test(trace ?? '') || /^0+$/.test(span ?? ''))
    return { traceparent: `00-${randomBytes(16).toString('hex')}-${next}-01`, tracestate: null }
  return { traceparent: `00-${trace}-${next}-${flags}`, tracestate: isState(tracestate) ? tracestate : null }
}

/** The trace that a `traceparent` belongs to, for the log; undefined for none. */
export function traceId(traceparent: string | null | undefined): string | undefined {
  return traceparent?.split('-')[1]
}

function isState(state: string | undefined): state is string {
  if (!state || state.length > MOST_STATE) return false
  const members = state.split(',').map(member => member.trim())
  const keys = members.map(member => member.split('=')[0])
  return members.length <= 32 && members.every(member => MEMBER.test(member)) && new Set(keys).size === keys.length
}
