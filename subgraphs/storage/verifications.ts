import { sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** SQL: since when nothing is known of the copy at a location `l` of which nothing is known for the longest. */
const OLDEST = `least(
  (select min(c.verified_at) from storage.physical_copy c where c.location_id = l.id and c.package_id is not null and c.status = 'PRESENT'),
  (select min(c.created_at) from storage.physical_copy c
   where c.location_id = l.id and c.package_id is not null and c.status = 'PRESENT' and c.verified_at is null))`

/** When the copy at each location that was verified the longest ago was last read in full, in one statement for all of them; `null` where there is none. */
export async function oldestVerifications(em: EntityManager, ids: readonly string[]): Promise<(Date | null)[]> {
  const rows = await sql<{ id: string; oldest: string | null }>(
    em,
    `/* oldestVerifications */
     select l.id, ${OLDEST} as oldest from storage.data_location l where l.id = any($1::uuid[]) and l.type in ('BUFFER', 'LONG_TERM_ARCHIVE')`,
    [ids],
  )
  const found = new Map(rows.map(({ id, oldest }) => [id, oldest]))
  return ids.map(id => toDate(found.get(id)))
}

/** The same of all locations that are not retired. */
export async function oldestVerification(em: EntityManager): Promise<Date | null> {
  const [row] = await sql<{ oldest: string | null }>(
    em.fork(),
    `/* oldestVerification */
     select min(${OLDEST}) as oldest from storage.data_location l where l.type in ('BUFFER', 'LONG_TERM_ARCHIVE') and l.state <> 'RETIRED'`,
  )
  return toDate(row?.oldest)
}

function toDate(moment: string | null | undefined): Date | null {
  return moment ? new Date(moment) : null
}
