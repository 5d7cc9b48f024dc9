import { newId, requestOperations, retryOperation, sql, type FindingKind, type Nudge } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Context, Handler } from './handler.ts'
import type { Listed } from './stores/store.ts'
import { comparePaths } from './tar/plan.ts'

interface Filed {
  readonly path: string
  readonly bytes: string
  /** Whether the file is on its way out: then it may be there or not. */
  readonly leaving: boolean
}

interface Finding {
  readonly kind: FindingKind
  readonly path: string
  readonly bytes: number | null
  readonly detail: string | null
}

const BATCH = 1_000

/** Compares the files at SOURCE with what was filed and writes what differs as findings. It changes no other row and no file. */
export const scan: Handler = {
  concurrency: 1,

  async due(em) {
    const rows = await sql<{ id: string }>(
      em,
      `/* locationsToScan */
       select id from storage.data_location
       where type = 'SOURCE' and active and identified_at is not null
         and (scanned_at is null or scanned_at <= now() - make_interval(secs => scan_interval_s)) order by id`,
    )
    const nudges = await requestOperations(
      em,
      rows.map(({ id }) => ({ kind: 'scan', locationId: id, subjectId: id })),
    )
    return [...nudges, ...(await goOn(em))]
  },

  async run(context) {
    const { em, claim, fenced, location, stores, signal, progress } = context
    if (location.scannedAt && location.scannedAt >= claim.createdAt) return
    const [clock] = await sql<{ now: string }>(em, '/* clock */ select clock_timestamp() as now')
    const startedAt = new Date(clock?.now ?? 0)
    const settledNs = BigInt(startedAt.getTime() - location.settleS * 1_000) * 1_000_000n

    let batch: Finding[] = []
    let seen = 0
    for await (const { listed, filed } of merged(stores.of(location).list(undefined, { signal }), filedAt(em, location.id))) {
      progress((seen += listed?.bytes ?? 0))
      const finding = judge(listed, filed, settledNs)
      if (finding && batch.push(finding) >= BATCH) {
        await record(context, batch)
        batch = []
      }
    }
    await record(context, batch)
    await fenced(async em => {
      await sql(
        em,
        `/* resolveFindings */ update storage.scan_finding set resolved_at = now() where location_id = $1 and resolved_at is null and last_seen_at < $2`,
        [location.id, startedAt],
      )
      await sql(em, `/* scanned */ update storage.data_location set scanned_at = now() where id = $1`, [location.id])
    })
  },
}

/** A scan that was cancelled is the next one when its time has come: else nobody would look at the location any more. */
async function goOn(em: EntityManager): Promise<Nudge[]> {
  const rows = await sql<{ id: string }>(
    em,
    `/* cancelledScans */
     select o.id from storage.operation o join storage.data_location l on l.id = o.location_id and l.active
     where o.kind = 'scan' and o.state = 'CANCELLED' and o.finished_at <= now() - make_interval(secs => l.scan_interval_s)
     order by o.id for update of o`,
  )
  const nudges: Nudge[] = []
  for (const { id } of rows) nudges.push(await retryOperation(em, id))
  return nudges
}

/** What one path at SOURCE means; `null` if all is as filed, or too young to say. */
function judge(listed: Listed | null, filed: Filed | null, settledNs: bigint): Finding | null {
  if (!listed && filed?.leaving) return null
  if (!listed) return filed && { kind: 'MISSING', path: filed.path, bytes: Number(filed.bytes), detail: 'it was filed and is not there' }
  const { path, bytes, kind, fault, mtimeNs } = listed
  if (kind !== 'FILE')
    return { kind: 'REFUSED', path, bytes: null, detail: kind === 'SYMLINK' ? 'it is a symbolic link' : 'it is not a regular file' }
  if (fault) return { kind: 'REFUSED', path, bytes, detail: `its path ${fault}` }
  if (mtimeNs > settledNs) return null
  if (!filed) return { kind: 'UNFILED', path, bytes, detail: null }
  if (Number(filed.bytes) !== bytes)
    return { kind: 'CHANGED', path, bytes, detail: `it was filed with ${filed.bytes} bytes and has ${bytes}` }
  return null
}

/** Walks two lists in byte order of their paths at once, pairing what has the same path. */
async function* merged(
  listing: AsyncIterable<Listed>,
  filing: AsyncIterable<Filed>,
): AsyncGenerator<{ listed: Listed | null; filed: Filed | null }, void, void> {
  const files = filing[Symbol.asyncIterator]()
  let filed = await files.next()
  for await (const listed of listing) {
    while (!filed.done && comparePaths(filed.value.path, listed.path) < 0) {
      yield { listed: null, filed: filed.value }
      filed = await files.next()
    }
    const same = !filed.done && filed.value.path === listed.path
    yield { listed, filed: same ? filed.value : null }
    if (same) filed = await files.next()
  }
  while (!filed.done) {
    yield { listed: null, filed: filed.value }
    filed = await files.next()
  }
}

async function* filedAt(em: EntityManager, locationId: string): AsyncGenerator<Filed, void, void> {
  let after = ''
  for (;;) {
    const rows = await sql<Filed>(
      em,
      `/* filedAt */
       select path, bytes, status = 'DELETION_IN_PROGRESS' as leaving from storage.physical_copy
       where location_id = $1 and file_id is not null and status not in ('DELETED', 'QUARANTINED', 'MISSING') and path collate "C" > $2
       order by path collate "C" limit ${BATCH}`,
      [locationId, after],
    )
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < BATCH) return
    after = last.path
  }
}

async function record({ fenced, location }: Context, batch: readonly Finding[]): Promise<void> {
  if (batch.length === 0) return
  // Names that are no text may look alike, and one statement cannot count a row up twice.
  const findings = [...new Map(batch.map(finding => [`${finding.kind} ${finding.path}`, finding])).values()]
  await fenced(em =>
    sql(
      em,
      `/* recordFindings */
       insert into storage.scan_finding as f (id, location_id, kind, path, bytes, detail, first_seen_at, last_seen_at)
       select id, $2, kind, path, bytes, detail, clock_timestamp(), clock_timestamp()
       from unnest($1::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[]) as t(id, kind, path, bytes, detail)
       on conflict (location_id, path, kind) where resolved_at is null
       do update set sightings = f.sightings + 1, last_seen_at = clock_timestamp(), bytes = excluded.bytes, detail = excluded.detail`,
      [
        findings.map(() => newId()),
        location.id,
        findings.map(({ kind }) => kind),
        findings.map(({ path }) => path),
        findings.map(({ bytes }) => bytes),
        findings.map(({ detail }) => detail),
      ],
    ),
  )
}
