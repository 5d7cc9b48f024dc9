import { DataLocation, Outage, sql } from '@almagest/schema'
import { closeBreaker, countOutage } from './claim.ts'
import type { World } from './handler.ts'

/**
 * Looks whether the locations of a site whose breakers are due for a probe are there again: closes the breaker, or opens it for longer. So a
 * breaker also closes where no work of its own is waiting. Returns how many were closed.
 */
export async function probeBreakers(world: World, site: string): Promise<number> {
  const em = world.orm.em.fork()
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
      await world.stores.of(location).check()
      await closeBreaker(world, location.id)
      closed += 1
    } catch (error) {
      if (!(error instanceof Outage)) throw error
      await countOutage(world, { locationId: location.id, kind: null }, error.message)
    }
  }
  return closed
}
