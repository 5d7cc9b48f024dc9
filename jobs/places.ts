import { DataLocation, sql, writable, type LocationType } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** The locations of some types at a site that may be written, the preferred first; one whose breaker is open comes last. */
export async function findPlaces(em: EntityManager, siteId: string, types: readonly LocationType[]): Promise<DataLocation[]> {
  const rows = await sql<{ id: string }>(
    em,
    `/* placesOfSite */
     select l.id from storage.data_location l left join storage.circuit_breaker b on b.location_id = l.id and b.kind is null
     where l.site_id = $1 and l.type = any($2::text[]) and ${writable('l')} and l.identified_at is not null
     order by coalesce(b.state, 'CLOSED') <> 'CLOSED', array_position($2::text[], l.type), l.priority, l.id`,
    [siteId, types],
  )
  const locations = new Map((await em.find(DataLocation, { id: rows.map(({ id }) => id) })).map(location => [location.id, location]))
  return rows.flatMap(({ id }) => locations.get(id) ?? [])
}
