import { newId, sql, type FindingKind } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** What a scan saw of one path. */
export interface Finding {
  readonly kind: FindingKind
  readonly path: string
  readonly bytes: number | null
  readonly detail: string | null
}

/** Writes findings of one scan, or counts up how often they were seen, in the caller's transaction. */
export async function recordFindings(em: EntityManager, locationId: string, seen: readonly Finding[]): Promise<void> {
  if (seen.length === 0) return
  // One statement cannot count a row up twice, and a file system on a network may list a name twice.
  const findings = [...new Map(seen.map(finding => [`${finding.kind} ${finding.path}`, finding])).values()]
  await sql(
    em,
    `/* recordFindings */
     insert into storage.scan_finding as f (id, location_id, kind, path, bytes, detail, first_seen_at, last_seen_at)
     select id, $2, kind, path, bytes, detail, clock_timestamp(), clock_timestamp()
     from unnest($1::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[]) as t(id, kind, path, bytes, detail)
     on conflict (location_id, path, kind) where resolved_at is null
     do update set sightings = f.sightings + 1, last_seen_at = clock_timestamp(), bytes = excluded.bytes, detail = excluded.detail`,
    [
      findings.map(() => newId()),
      locationId,
      findings.map(({ kind }) => kind),
      findings.map(({ path }) => path),
      findings.map(({ bytes }) => bytes),
      findings.map(({ detail }) => detail),
    ],
  )
}

/** Ends a scan: what it did not see is resolved, and the next comes after the location's interval; in the caller's transaction. */
export async function concludeScan(em: EntityManager, locationId: string, startedAt: Date): Promise<void> {
  await sql(
    em,
    `/* resolveFindings */ update storage.scan_finding set resolved_at = now() where location_id = $1 and resolved_at is null and last_seen_at < $2`,
    [locationId, startedAt],
  )
  await sql(em, `/* scanned */ update storage.data_location set scanned_at = now() where id = $1`, [locationId])
}
