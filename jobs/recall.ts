import { sql, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Context, Pause } from './handler.ts'
import type { Store } from './stores/store.ts'

/** How many packages are recalled with one, at most. */
const RECALLED_AT_ONCE = 1_000

/**
 * `null` where a file can be read now; else it has been asked for, together with the `others` in one go, and the work waits without a worker. What
 * is not there is not waited for.
 */
export async function recalled(
  { signal }: Pick<Context, 'signal'>,
  store: Store,
  { path, others = [] }: { path: string; others?: readonly string[] },
): Promise<Pause | null> {
  if (!store.recall) return null
  const { waiting, seconds } = await store.recall([...new Set([path, ...others])], { signal, unless: path })
  if (!waiting.includes(path)) return null
  const besides = waiting.length > 1 ? `, with ${waiting.length - 1} more` : ''
  return { reason: `it is being recalled from tape: ${path}${besides}`, seconds }
}

/**
 * Where, at a location, the packages lie that the staging requests for a package at a place still want: the most urgent requests first. What other
 * work is reading at this moment has been recalled, and may be released before it is done.
 */
export async function wantedTogether(
  em: EntityManager,
  { packageId, at, from }: { packageId: string; at: DataLocation; from: string },
): Promise<string[]> {
  const rows = await sql<{ path: string }>(
    em,
    `/* wantedTogether */
     select c.path, min(r.priority) as priority from staging.staged_package mine
     join staging.staging_request r on r.id = mine.request_id and r.location_id = $2 and r.status in ('PENDING', 'IN_PROGRESS')
     join staging.staged_package s on s.request_id = r.id and s.status in ('PENDING', 'IN_PROGRESS')
     join storage.physical_copy c on c.package_id = s.package_id and c.location_id = $3 and c.status = 'PRESENT' and c.verification_level >= 2
     where mine.package_id = $1 and (s.package_id = $1 or not exists (
       select from storage.operation o where o.kind = 'staging' and o.package_id = s.package_id and o.location_id = $2 and o.state = 'RUNNING'
     )) group by c.path order by 2, 1 limit ${RECALLED_AT_ONCE}`,
    [packageId, at.id, from],
  )
  return rows.map(({ path }) => path)
}
