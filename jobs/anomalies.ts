import { giveReason, sql, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** How many copies have to be damaged or missing before their share counts. */
const LEAST = 5

/** The share of what was looked at that may be damaged or missing. */
const SHARE = 0.1

/** Whether so many copies that are not as they should be, of those that were looked at, are more than single ones: the storage itself may be at fault. */
export function isAnomalous({ bad, checked }: { bad: number; checked: number }): boolean {
  return bad >= LEAST && bad > checked * SHARE
}

/**
 * Takes a location out of use if with one more copy that is damaged or missing more than a tenth is of what was read there in the last day, or since
 * an operator set it in use, or of the `listed` copies that a scan looked for; returns why, and `null` where work may go on. In the caller's
 * transaction.
 */
export async function stopIfAnomalous(em: EntityManager, location: DataLocation, { listed = 0 } = {}): Promise<string | null> {
  const [held] = await sql<{ active: boolean; stop_reason: string | null }>(
    em,
    `/* lockLocation */ select active, stop_reason from storage.data_location where id = $1 for no key update`,
    [location.id],
  )
  if (!held?.active) return held?.stop_reason ? `${location.name} was stopped: ${held.stop_reason}` : `${location.name} is not in use`
  const [count] = await sql<{ bad: number; good: number }>(
    em,
    `/* anomalies */
     with since as (
       select greatest(now() - interval '1 day', (select max(e.at) from storage.event e where e.subject_id = $1 and (e.field, e.to_state) in (('state', 'IN_USE'), ('active', 'true')))) as at
     )
     select (select count(*)::int from storage.physical_copy c, since
             where c.location_id = $1 and c.package_id is not null and c.status in ('QUARANTINED', 'MISSING')
               and exists (select from storage.event e where e.subject_id = c.id and e.field = 'status' and e.to_state = c.status and e.at > since.at)) as bad,
       (select count(*)::int from storage.physical_copy c, since
        where c.location_id = $1 and c.package_id is not null and c.status = 'PRESENT' and c.verified_at > since.at) as good`,
    [location.id],
  )
  const bad = 1 + (count?.bad ?? 0)
  const checked = Math.max(bad + (count?.good ?? 0), listed)
  if (!isAnomalous({ bad, checked })) return null
  return stop(em, location, `${bad} of ${checked} copies that were looked at there within a day are damaged or missing`)
}

/** Takes a location out of use until an operator sets it in use again; returns why. In the caller's transaction. */
export async function stop(em: EntityManager, { id, name }: DataLocation, found: string): Promise<string> {
  const reason = `${name} was stopped: ${found}`
  await giveReason(em, reason)
  await sql(em, `/* stopLocation */ update storage.data_location set active = false, stop_reason = $2 where id = $1 and active`, [
    id,
    found,
  ])
  return reason
}
