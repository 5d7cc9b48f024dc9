import { DataLocation, Outage, PhysicalCopy, readable, sql, type LocationType } from '@almagest/schema'
import type { Context } from './handler.ts'
import type { Store } from './stores/store.ts'

/** When to look again for a copy, in seconds. */
const WAIT_S = 60

/** A copy to read from. */
export interface Source {
  readonly copy: PhysicalCopy
  readonly store: Store
}

/**
 * The verified copy of a package at a site to read from: by the order of `types`, then the location's priority; what lies on tape comes after the rest, one behind an open breaker last.
 * Throws Outage if there is none: the work waits until one comes.
 */
export async function findSource(
  { em, stores }: Context,
  { packageId, siteId, types }: { packageId: string; siteId: string; types: readonly LocationType[] },
): Promise<Source> {
  const [best] = await sql<{ id: string }>(
    em,
    `/* bestCopy */
     select c.id from storage.physical_copy c
     join storage.data_location l on l.id = c.location_id and ${readable('l')}
     left join storage.circuit_breaker b on b.location_id = l.id and b.kind is null
     where c.package_id = $1 and l.site_id = $2 and l.type = any($3::text[]) and c.status = 'PRESENT' and c.verification_level >= 2
     order by coalesce(b.state, 'CLOSED') <> 'CLOSED', l.storage = 'TAPE', array_position($3::text[], l.type), l.priority, c.id limit 1`,
    [packageId, siteId, types],
  )
  if (!best) throw new Outage(`there is no verified copy of package ${packageId} at the site`, { locationId: null, retryS: WAIT_S })
  const copy = await em.findOneOrFail(PhysicalCopy, best.id)
  return { copy, store: stores.of(await em.findOneOrFail(DataLocation, copy.locationId)) }
}
