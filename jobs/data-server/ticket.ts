import { createHmac, timingSafeEqual } from 'node:crypto'
import { Outage, type DataKeys } from '@almagest/schema'

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
