import { DataLocation, Outage, sql } from '@almagest/schema'
import type { World } from './handler.ts'

/** What a killed run left in `.inflight` goes when nobody touched it for this long. */
const LEFT_FOR_MS = 3_600_000

/** Removes the temporary files of runs that are no more, at every location of a site that can be reached; returns how many. */
export async function sweepLeftovers(world: World, site: string): Promise<number> {
  const em = world.orm.em.fork()
  const rows = await sql<{ id: string; now: string }>(
    em,
    `/* locationsOfSite */
     select l.id, now() as now from storage.data_location l join storage.site s on s.id = l.site_id
     where s.name = $1 and l.active and s.active and l.identified_at is not null order by l.id`,
    [site],
  )
  const before = new Date(new Date(rows[0]?.now ?? 0).getTime() - LEFT_FOR_MS)
  let removed = 0
  for (const location of await em.find(DataLocation, { id: rows.map(({ id }) => id) })) {
    try {
      const tokens = await world.stores.of(location).sweepInflight({ before, isLive: token => isLive(world, token) })
      if (tokens.length > 0) world.log.info({ event: 'leftovers.removed', location: location.name, tokens })
      removed += tokens.length
    } catch (error) {
      if (!(error instanceof Outage)) throw error
      world.log.warn({ event: 'leftovers.notRemoved', location: location.name, reason: error.message })
    }
  }
  return removed
}

/** A token begins with `<operation id>.<fence>`: it is live while that claim is, and that of a transfer until it is over, for its next attempt goes on. */
async function isLive(world: World, token: string): Promise<boolean> {
  const [, id, fence] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,9})(?:\.|$)/.exec(token) ?? []
  if (!id) return false
  const rows = await sql(
    world.orm.em.fork(),
    `/* claimLives */ select 1 from storage.operation
     where id = $1 and (fence = $2 and state = 'RUNNING' or kind = 'transfer' and state in ('READY', 'WAITING', 'RUNNING'))`,
    [id, fence],
  )
  return rows.length > 0
}
