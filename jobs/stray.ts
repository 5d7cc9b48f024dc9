import { occupies, Outage, Refusal, sql, type DataLocation } from '@almagest/schema'
import type { Context } from './handler.ts'

/**
 * Throws what a write failed with. But if it was refused because of other bytes in its way, and no row knows them, as a killed run leaves them,
 * then they are moved aside, where they are kept, and it throws an Outage, so that another attempt is made.
 */
export async function clearTheWay(
  { fenced, stores, token, log }: Context,
  { error, location, path }: { error: unknown; location: DataLocation; path: string },
): Promise<never> {
  if (!(error instanceof Refusal) || error.code !== 'CONFLICT') throw error
  // With the claim held: another worker that took over may have published these very bytes, and not yet written their row.
  const kept = await fenced(async em => {
    const known = await sql(
      em,
      `/* copyInTheWay */ select from storage.physical_copy c where c.location_id = $1 and c.path = $2 and ${occupies('c')}`,
      [location.id, path],
    )
    if (known.length > 0) throw error
    return stores.of(location).quarantine(path, token)
  })
  if (!kept) throw error
  log.warn({ event: 'stray.movedAside', location: location.name, path, kept })
  throw new Outage(`bytes that no row knows were in the way of ${path} at ${location.name}; they are kept at ${kept}`, { locationId: null })
}
