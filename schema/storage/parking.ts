/** SQL: that the breaker of that alias parks work now. */
export function parks(breaker: string): string {
  return `(case when ${breaker}.override_until > now() then ${breaker}.override = 'OPEN' else ${breaker}.state <> 'CLOSED' end)`
}

/** SQL: that work at the location of that alias, or some kind of it, fails, or an operator parks it: nothing relies on what is there. */
export function doubted(location: string): string {
  return `exists (select from storage.circuit_breaker doubt where doubt.location_id = ${location}.id and (doubt.state <> 'CLOSED' or ${parks('doubt')}))`
}

/** SQL: that the breaker of that alias, which parks work, lets a probe through now. */
export function probeable(breaker: string): string {
  return `(not coalesce(${breaker}.override_until > now(), false) and ${breaker}.probe_at <= now())`
}

/** SQL: that the breaker of the first alias is one that work of the second is subject to: of its location, of its kind there, or of its route. */
export function governs(breaker: string, operation: string): string {
  return `(${breaker}.location_id = ${operation}.location_id and (${breaker}.kind is null or ${breaker}.kind = ${operation}.kind)
    or ${breaker}.route_id = (select leg.route_id from storage.data_transfer leg where ${operation}.kind = 'transfer' and leg.id = ${operation}.subject_id))`
}

/** SQL: that a breaker parks all the work of the location of that alias. */
export function parkedPlace(location: string): string {
  return `exists (select from storage.circuit_breaker away where away.location_id = ${location}.id and away.kind is null and ${parks('away')})`
}

/** SQL: that a breaker parks what is sent over the route of that alias, and lets no probe through now: only what is sent finds out that it is open again. */
export function parkedRoute(route: string): string {
  return `exists (select from storage.circuit_breaker cut where cut.route_id = ${route}.id and ${parks('cut')} and not ${probeable('cut')})`
}
