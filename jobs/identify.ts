import { DataLocation, Outage, Refusal, sql } from '@almagest/schema'
import type { World } from './handler.ts'

/**
 * Gives each new location of a site its identity: the file that tells it from an empty mount point ever after; and
 * keeps what the service beneath it was found to do. A SOURCE may hold files already,
 * any other location has to be empty. What cannot be done now is tried at the next call, and logged unless `told` has
 * the same reason by the id of the location.
 */
export async function identifyLocations(world: World, site: string, told = new Map<string, string>()): Promise<void> {
  const em = world.orm.em.fork()
  const rows = await sql<{ id: string }>(
    em,
    `/* locationsToIdentify */
     select l.id from storage.data_location l join storage.site s on s.id = l.site_id
     where s.name = $1 and l.identified_at is null and l.active and s.active order by l.id`,
    [site],
  )
  for (const location of await em.find(DataLocation, { id: rows.map(({ id }) => id) })) {
    try {
      const store = world.stores.of(location)
      await store.prepare({ adopt: location.type === 'SOURCE' })
      const capabilities = (await store.probe?.()) ?? null
      await sql(em, '/* identified */ update storage.data_location set identified_at = now(), capabilities = $2::jsonb where id = $1', [
        location.id,
        capabilities && JSON.stringify(capabilities),
      ])
      world.log.info({ event: 'location.identified', location: location.name })
    } catch (error) {
      if (!(error instanceof Outage || error instanceof Refusal)) throw error
      if (told.get(location.id) === error.message) continue
      told.set(location.id, error.message)
      world.log.warn({ event: 'location.notIdentified', location: location.name, reason: error.message })
    }
  }
}
