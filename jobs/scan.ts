import { readable, requestOperations, retryOperation, sql, type Nudge } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { concludeScan, recordFindings, type Finding } from './findings.ts'
import type { Handler } from './handler.ts'
import { merged } from './merged.ts'
import { comparePresence, setAsideAsked } from './presence.ts'
import type { Listed } from './stores/store.ts'

interface Filed {
  readonly path: string
  readonly bytes: string
  /** Whether the file is on its way out: then it may be there or not. */
  readonly leaving: boolean
}

const BATCH = 1_000

/**
 * Compares the files at SOURCE with what was filed and writes what differs as findings; there it changes no other row and no file. At a BUFFER or an
 * archive it compares what lies there with the copies of packages.
 */
export const scan: Handler = {
  concurrency: 1,

  async due(em) {
    const rows = await sql<{ id: string }>(
      em,
      `/* locationsToScan */
       select id from storage.data_location l
       where type in ('SOURCE', 'BUFFER', 'LONG_TERM_ARCHIVE') and ${readable('l')} and identified_at is not null
         and (type = 'SOURCE' and scanned_at is null or coalesce(scanned_at, created_at) <= now() - make_interval(secs => scan_interval_s)) order by id`,
    )
    const nudges = await requestOperations(
      em,
      rows.map(({ id }) => ({ kind: 'scan', locationId: id, subjectId: id })),
    )
    return [...nudges, ...(await goOn(em))]
  },

  async run(context) {
    const { em, claim, fenced, location, stores, signal, progress } = context
    if (location.type !== 'SOURCE') await setAsideAsked(context)
    if (location.scannedAt && location.scannedAt >= claim.createdAt) return
    const [clock] = await sql<{ now: string }>(em, '/* clock */ select clock_timestamp() as now')
    const startedAt = new Date(clock?.now ?? 0)
    if (location.type !== 'SOURCE') return comparePresence(context, startedAt)
    const settledNs = BigInt(startedAt.getTime() - location.settleS * 1_000) * 1_000_000n

    let batch: Finding[] = []
    let seen = 0
    for await (const { listed, row: filed } of merged(stores.of(location).list(undefined, { signal }), filedAt(em, location.id))) {
      progress((seen += listed?.bytes ?? 0))
      const finding = judge(listed, filed, settledNs)
      if (finding && batch.push(finding) >= BATCH) {
        const some = batch
        await fenced(em => recordFindings(em, location.id, some))
        batch = []
      }
    }
    await fenced(async em => {
      await recordFindings(em, location.id, batch)
      await concludeScan(em, location.id, startedAt)
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
