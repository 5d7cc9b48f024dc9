import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** The header that holds `v1.key.time.nonce.subgraph.digest.mac`: who signed when, for whom and which body, and what proves it. */
export const SIGNATURE_HEADER = 'x-almagest-signature'

/** The header that holds the claims, as JSON in base64url. */
export const CLAIMS_HEADER = 'x-almagest-claims'

/** How far the time of a signature may lie from the clock of who verifies it, in milliseconds. */
const WINDOW_MS = 30_000

/** How many nonces are remembered at most before what was signed earlier is refused as stale. */
const NONCES = 500_000

const LEAST_KEY = 32

/** What the gateway tells a subgraph of the request that it calls for. */
export interface Claims {
  readonly requestId: string
  /** W3C trace context: what the work that follows belongs to. */
  readonly traceparent: string
  readonly tracestate: string | null
}

const Claims = z.object({ requestId: z.string(), traceparent: z.string(), tracestate: z.string().nullable() })

/** Makes the headers of one call: it is valid once, for this body and these claims, at that subgraph. `at`: the time, in ms since 1970. */
export type Sign = (claims: Claims, body: Uint8Array, at: number) => Record<string, string>

/** Opens what signs calls to a subgraph: HMAC-SHA-256 over the time, a nonce, the name of the subgraph, the digest of the body, and the claims. */
export function openSigner(subgraph: string, key: string): Sign {
  const id = keyId(key)
  return (claims, body, at) => {
    const encoded = Buffer.from(JSON.stringify(claims)).toString('base64url')
    const signed = `v1.${id}.${at}.${randomBytes(16).toString('base64url')}.${subgraph}.${digestOf(body)}`
    return { [SIGNATURE_HEADER]: `${signed}.${macOf(key, signed, encoded).toString('base64url')}`, [CLAIMS_HEADER]: encoded }
  }
}

/** Why a call is not answered. */
export interface Fault {
  readonly reason: 'UNSIGNED' | 'MALFORMED' | 'OTHER_SUBGRAPH' | 'UNKNOWN_KEY' | 'TAMPERED' | 'STALE' | 'REPLAYED'
  readonly message: string
}

/** What a signature vouches for. */
export interface Vouched {
  readonly claims: Claims
  /** The fault of a body that is not the one that was signed; null if it is. */
  faultOf(body: Uint8Array): Fault | null
}

/** Reads the two headers of a call, before its body: what they vouch for, or the fault. */
export type Verify = (signature: string | undefined, claims: string | undefined) => Vouched | Fault

/**
 * Opens what verifies the calls to a subgraph, signed with any of `keys`. It remembers the nonces of a minute, bounded in number; what was signed
 * before it was opened is refused as stale, for it cannot know whether that was answered already. `now`: ms since 1970.
 */
export function openVerifier(subgraph: string, { keys, now, most = NONCES }: VerifierOptions): Verify {
  const known = new Map(keys.map(key => [keyId(key), key]))
  const remember = openMemory(now, most)
  return (signature, encoded) => {
    if (!signature) return { reason: 'UNSIGNED', message: 'the call is not signed: only the gateway may ask a subgraph' }
    const [version, id = '', time = '', nonce = '', to = '', digest = '', mac = '', ...rest] = signature.split('.')
    const at = Number(time)
    if (version !== 'v1' || !/^\d{1,15}$/.test(time) || !mac || rest.length > 0 || encoded === undefined)
      return { reason: 'MALFORMED', message: 'the signature of the call is malformed' }
    if (to !== subgraph) return { reason: 'OTHER_SUBGRAPH', message: `the call was signed for another subgraph than ${subgraph}` }
    const key = known.get(id)
    if (key === undefined) return { reason: 'UNKNOWN_KEY', message: 'the call was signed with a key that is not known here' }
    if (!equal(Buffer.from(mac, 'base64url'), macOf(key, signature.slice(0, signature.lastIndexOf('.')), encoded)))
      return { reason: 'TAMPERED', message: 'the claims or the signature of the call were changed' }
    const stale = { reason: 'STALE', message: `the call was not signed just now (±${WINDOW_MS / 1000} s): compare the clocks` } as const
    if (Math.abs(now() - at) > WINDOW_MS) return stale
    const seen = remember(nonce, at)
    if (seen === 'FORGOTTEN') return stale
    if (seen === 'SEEN') return { reason: 'REPLAYED', message: 'the call was made before' }
    return {
      claims: Claims.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString())),
      faultOf: body => (digestOf(body) === digest ? null : { reason: 'TAMPERED', message: 'the body is not the one that was signed' }),
    }
  }
}

interface VerifierOptions {
  readonly keys: readonly string[]
  readonly now: () => number
  readonly most?: number | undefined
}

/** Remembers nonces in two generations, each of two windows: none is forgotten while its signature could still be valid. */
function openMemory(now: () => number, most: number): (nonce: string, at: number) => 'NEW' | 'SEEN' | 'FORGOTTEN' {
  let young = { nonces: new Set<string>(), newest: 0 }
  let old = young
  let turnedAt = now()
  let floor = turnedAt
  return (nonce, at) => {
    const full = young.nonces.size >= most
    if (full || now() - turnedAt > 2 * WINDOW_MS) {
      // Generations that turn too early forget what could be sent again.
      if (full) floor = Math.max(floor, old.newest + 1)
      old = young
      young = { nonces: new Set(), newest: 0 }
      turnedAt = now()
    }
    if (at < floor) return 'FORGOTTEN'
    if (young.nonces.has(nonce) || old.nonces.has(nonce)) return 'SEEN'
    young.nonces.add(nonce)
    young.newest = Math.max(young.newest, at)
    return 'NEW'
  }
}

/** A setting with at most `most` keys, separated by commas; `file:/path` stands for what is in that file. */
export function keysSetting(most: number) {
  const rule = `must be ${most === 1 ? 'a key' : `1 to ${most} keys, separated by commas`}, of at least ${LEAST_KEY} characters each, or file: and the path of a file with that`
  return z
    .string(rule)
    .transform(value => (value.startsWith('file:') ? readFile(value.slice(5)) : value).trim().split(/\s*,\s*/))
    .refine(keys => keys.length <= most && keys.every(key => key.length >= LEAST_KEY), rule)
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** A name of a key that does not give it away. */
function keyId(key: string): string {
  return hash('sha256', `almagest key ${key}`, 'hex').slice(0, 8)
}

function macOf(key: string, signed: string, claims: string): Buffer {
  return createHmac('sha256', key).update(`${signed}.${claims}`).digest()
}

function digestOf(body: Uint8Array): string {
  return hash('sha256', body, 'base64url')
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
