import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { Outage } from '@almagest/schema'

/** What a data server is asked for: some bytes of one copy, over one route, until a moment (seconds since 1970 by the clock of the database). */
export interface Ticket {
  readonly copyId: string
  readonly routeId: string
  readonly start: number
  /** The last byte, inclusive, as in an HTTP Range. */
  readonly end: number
  readonly expires: number
}

/** How long a ticket is valid: the range has to be asked for within that time, and may take longer. In seconds. */
export const TICKET_S = 60

/** The keys of each site's data server, by the name of the site: the first signs, all verify. */
export type DataKeys = Readonly<Record<string, readonly [string, ...string[]]>>

const dataKeys = z.record(
  z.string(),
  z.tuple([z.string().min(32)], z.string().min(32)).or(
    z
      .string()
      .min(32)
      .transform((key): [string] => [key]),
  ),
)

/** A setting that names a file with the keys of data servers, as JSON: `{"chile": "key"}`, or `["new key", "old key"]` in its place; 32 characters each, or more. */
export function dataKeysSetting() {
  const rule = 'must be the path of a JSON file with a key, or a list of keys, of at least 32 characters for each site'
  return z.string().transform((path, context): DataKeys => {
    const read = dataKeys.safeParse(readJson(path))
    if (read.success) return read.data
    context.addIssue({ code: 'custom', message: rule })
    return z.NEVER
  })
}

/** The value of the Authorization header for a ticket. */
export function signTicket(ticket: Ticket, site: string, keys: DataKeys): string {
  const key = keys[site]?.[0]
  if (!key) throw new Outage(`this worker has no key for the data server of site ${site}`, { locationId: null })
  return `Almagest ${ticket.expires}.${macOf(key, ticket).toString('base64url')}`
}

/** The ticket for what is asked for, if the Authorization header was signed for exactly that with a key of the site; else `null`. */
export function readTicket(asked: Omit<Ticket, 'expires'>, authorization: string | undefined, keys: readonly string[]): Ticket | null {
  const [, expires = '', mac = ''] = /^Almagest (\d{1,12})\.([\w-]{43})$/.exec(authorization ?? '') ?? []
  const ticket = { ...asked, expires: Number(expires) }
  const given = Buffer.from(mac, 'base64url')
  const valid = keys.filter(key => given.length === 32 && timingSafeEqual(given, macOf(key, ticket)))
  return valid.length > 0 ? ticket : null
}

function macOf(key: string, { copyId, routeId, start, end, expires }: Ticket): Buffer {
  return createHmac('sha256', key).update(`almagest data v1\nGET\n${copyId}\n${routeId}\n${start}-${end}\n${expires}`).digest()
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
