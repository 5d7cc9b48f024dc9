import { setTimeout as delay } from 'node:timers/promises'
import { DataLocation, Outage, sql } from '@almagest/schema'
import { closeBreaker, countOutage } from './claim.ts'
import type { World } from './handler.ts'

/** How long is waited for a location to answer. */
const ANSWER_MS = 10_000

/** The looks at locations that were not answered yet, by their ids: what hangs is not asked again meanwhile. */
type Unanswered = Map<string, Promise<void>>

/**
 * Looks whether the locations of a site whose breakers are due for a probe are there again: closes the breaker, or opens it for longer; and closes
 * those of kinds of work and of routes that nothing waits for any more. So a breaker also closes where no work of its own is waiting. Returns how
 * many locations are there again.
 */
export async function probeBreakers(world: World, site: string, unanswered: Unanswered = new Map()): Promise<number> {
  const em = world.orm.em.fork()
  await sql(
    em,
    `/* closeIdleBreakers */
     with idle as (
       select b.id, set_config('almagest.reason', 'no work waits for it any more', true) from storage.circuit_breaker b
       left join storage.data_location l on l.id = b.location_id
       left join storage.data_transfer_route r on r.id = b.route_id
       join storage.site s on s.id = coalesce(l.site_id, r.to_site_id)
       where s.name = $1 and b.state <> 'CLOSED' and b.probe_at <= now() and (b.kind is not null or b.route_id is not null)
         and not exists (select from storage.operation o
                         where o.location_id = b.location_id and o.kind = b.kind and o.state in ('READY', 'RUNNING', 'WAITING'))
         and not exists (select from storage.data_transfer x join storage.operation o on o.kind = 'transfer' and o.subject_id = x.id
                         where x.route_id = b.route_id and o.state in ('READY', 'RUNNING', 'WAITING'))
     )
     update storage.circuit_breaker b set state = 'CLOSED', failures = 0, reason = null, probe_at = null from idle where b.id = idle.id`,
    [site],
  )
  const rows = await sql<{ id: string }>(
    em,
    `/* breakersToProbe */
     select l.id from storage.circuit_breaker b join storage.data_location l on l.id = b.location_id join storage.site s on s.id = l.site_id
     where s.name = $1 and l.active and s.active and b.kind is null and b.state <> 'CLOSED' and b.probe_at <= now() order by l.id`,
    [site],
  )
  let closed = 0
  for (const location of await em.find(DataLocation, { id: rows.map(({ id }) => id) })) {
    try {
      await reach(world, location, unanswered)
      await closeBreaker(world, location.id)
      closed += 1
    } catch (error) {
      if (!(error instanceof Outage)) throw error
      await countOutage(world, { locationId: location.id, kind: null }, error.message)
    }
  }
  return closed
}

/**
 * Looks whether the locations of a site that nothing is known against are there, though no work may be due: an outage of one counts like that of its work, so
 * that no deletion elsewhere relies for long on what is away.
 */
export async function watchLocations(world: World, site: string, unanswered: Unanswered = new Map()): Promise<void> {
  const em = world.orm.em.fork()
  const rows = await sql<{ id: string }>(
    em,
    `/* locationsToWatch */
     select l.id from storage.data_location l join storage.site s on s.id = l.site_id
     where s.name = $1 and l.active and s.active and l.identified_at is not null
       and not exists (select from storage.circuit_breaker b where b.location_id = l.id and b.kind is null and b.state <> 'CLOSED') order by l.id`,
    [site],
  )
  for (const location of await em.find(DataLocation, { id: rows.map(({ id }) => id) })) {
    try {
      await reach(world, location, unanswered)
      await closeBreaker(world, location.id)
    } catch (error) {
      if (!(error instanceof Outage)) throw error
      world.log.warn({ event: 'location.away', location: location.name, reason: error.message })
      await countOutage(world, { locationId: location.id, kind: null }, error.message)
    }
  }
}

/** Throws Outage unless a location is there, or if it does not say so in time: one that hangs holds up nothing else. */
async function reach(world: World, location: DataLocation, unanswered: Unanswered): Promise<void> {
  const { id } = location
  const look =
    unanswered.get(id) ??
    Promise.resolve()
      .then(() => world.stores.of(location).check())
      .finally(() => unanswered.delete(id))
  unanswered.set(id, look)
  await Promise.race([look, late(id)])
}

async function late(locationId: string): Promise<never> {
  await delay(ANSWER_MS, undefined, { ref: false })
  throw new Outage(`location ${locationId} does not answer`, { locationId })
}
