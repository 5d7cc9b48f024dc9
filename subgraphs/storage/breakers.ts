import { lockRow, parse, text, transact, type Context } from '@almagest/kit'
import {
  catalog,
  CircuitBreaker,
  DataLocation,
  DataTransferRoute,
  newId,
  Refusal,
  sql,
  type BreakerState,
  type JobName,
} from '@almagest/schema'

/** What an operator says of one breaker. */
export interface Override {
  readonly locationId?: string | null | undefined
  readonly kind?: JobName | null | undefined
  readonly routeId?: string | null | undefined
  readonly state?: BreakerState | null | undefined
  readonly until?: Date | null | undefined
  readonly reason: string
}

/** Decides for a breaker until a moment, by the database's clock; without a state it stands by itself again. */
export function overrideBreaker(given: Override, context: Context): Promise<CircuitBreaker> {
  const reason = parse(text(), given.reason, 'reason')
  const { locationId = null, kind = null, routeId = null, state = null, until = null } = given
  if ((locationId === null) === (routeId === null)) throw new Refusal('BAD_INPUT', 'locationId, routeId: give one of the two')
  if (routeId !== null && kind !== null) throw new Refusal('BAD_INPUT', 'kind: must be given only with locationId')
  if (state === 'HALF_OPEN') throw new Refusal('BAD_INPUT', 'state: must be OPEN or CLOSED')
  if ((state === null) !== (until === null)) throw new Refusal('BAD_INPUT', 'until: must be given with state, and only there')
  return transact(context, `overrideBreaker: ${reason}`, async em => {
    if (routeId !== null) await lockRow(em, DataTransferRoute, { field: 'routeId', id: routeId })
    if (locationId !== null) {
      const { name, type } = await lockRow(em, DataLocation, { field: 'locationId', id: locationId })
      if (kind !== null && !(catalog[kind].at as readonly string[]).includes(type))
        throw new Refusal('BAD_INPUT', `kind: there is no ${kind} at ${name}, which is a ${type}`)
    }
    const [clock] = await sql<{ past: boolean }>(em, `/* pastUntil */ select $1::timestamptz <= now() as past`, [until])
    if (clock?.past) throw new Refusal('BAD_INPUT', 'until: must be later than now')
    const [found] = await em.find(CircuitBreaker, { locationId, kind, routeId })
    const breaker = found ?? em.create(CircuitBreaker, { id: newId(), locationId, kind, routeId })
    breaker.override = state
    breaker.overrideUntil = until
    breaker.overrideReason = state === null ? null : reason
    await em.flush()
    return breaker
  })
}
