import { MOVING_ASIDE, PhysicalCopy, SEEN_AGAIN, sql, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { isAnomalous, stop, stopIfAnomalous } from './anomalies.ts'
import { packageNameOf } from './copy-path.ts'
import { concludeScan, recordFindings, type Finding } from './findings.ts'
import type { Context } from './handler.ts'
import { merged } from './merged.ts'
import { keepSidecar } from './kept-sidecar.ts'
import { sidecarPath } from './sidecar.ts'
import type { Listed } from './stores/store.ts'

interface Held {
  readonly id: string
  readonly package_id: string
  readonly path: string
  readonly bytes: string
}

const BATCH = 1_000

/** Of how many things of each sort one scan tells; it counts them all, and the next tells of others. */
const MOST = 10_000

/** How many scans have to miss a copy, or see what no row knows, before it counts. */
const SIGHTINGS = 2

/**
 * Compares the packages at a BUFFER or an archive with their rows: rows, listing, rows. What only one of the two knows is a finding; a copy that two
 * scans missed and that is not there when it is looked for is MISSING, one of another size is suspected. What no row knows is left alone. Where
 * too much is not as it should be, nothing is written: the location is stopped.
 */
export async function comparePresence(context: Context, startedAt: Date): Promise<void> {
  const { em, location, stores, signal, progress, fenced, log } = context
  const oldNs = BigInt(startedAt.getTime() - location.darkAfterS * 1_000) * 1_000_000n
  // Where a whole archive is away no more than this is in memory: what else there is, is counted.
  const missing: Held[] = []
  const other: { row: Held; listed: Listed }[] = []
  const dark: Listed[] = []
  const bare: Held[] = []
  const sidecars = openSidecars(location)
  let [absent, unknown, back]: [Held[], Listed[], Listed[]] = [[], [], []]
  let [rows, seen, missed, changed, lacking] = [0, 0, 0, 0, 0]
  async function judgeAbsent(): Promise<void> {
    const still = await stillHeld(em, absent)
    missed += still.length
    missing.push(...still.slice(0, MOST - missing.length))
    absent = []
  }
  for await (const { listed, row } of merged(stores.of(location).list(undefined, { signal }), heldAt(em, location.id, startedAt))) {
    progress((seen += listed?.bytes ?? 0))
    if (row) rows += 1
    if (row && !listed && absent.push(row) >= BATCH) await judgeAbsent()
    if (row && listed && (listed.kind !== 'FILE' || listed.bytes !== Number(row.bytes)) && (changed += 1) <= MOST)
      other.push({ row, listed })
    if (listed && !sidecars.has(listed.path) && row && (lacking += 1) <= MOST) bare.push(row)
    if (!row && listed?.kind === 'FILE' && listed.path.endsWith('.tar') && back.push(listed) >= BATCH) {
      await noteSeenAgain(context, back)
      back = []
    }
    if (row || !listed || listed.mtimeNs > oldNs || dark.length >= MOST) continue
    if (unknown.push(listed) < BATCH) continue
    dark.push(...(await unknownOf(em, location.id, unknown)))
    unknown = []
  }
  await judgeAbsent()
  dark.push(...(await unknownOf(em, location.id, unknown)))

  await noteSeenAgain(context, back)
  log.info({ event: 'presence.compared', location: location.name, rows, missed, changed, dark: dark.length, lackingSidecars: lacking })
  if (isAnomalous({ bad: missed + changed, checked: rows })) {
    await fenced(em => stop(em, location, `a scan missed ${missed} of ${rows} copies there, and saw ${changed} with other sizes`))
    return
  }
  const written = await writeSidecars(context, bare)
  const gone = await fenced(async em => {
    // The rows once more, after all that was listed: what became known meanwhile is not dark.
    const unknown = await unknownOf(em, location.id, dark)
    await recordFindings(em, location.id, [
      ...written,
      ...missing.map(({ path, bytes }): Finding => ({
        kind: 'MISSING',
        path,
        bytes: Number(bytes),
        detail: 'a row names it, and it is not there',
      })),
      ...other.map(({ row, listed }): Finding => describeChange(row, listed)),
      ...unknown.map(({ path, kind, bytes }): Finding => ({
        kind: 'DARK',
        path,
        bytes: kind === 'FILE' ? bytes : null,
        detail: 'no row knows it',
      })),
    ])
    await suspectAll(
      em,
      other.map(({ row }) => row.id),
    )
    await concludeScan(em, location.id, startedAt)
    return twiceMissed(em, location.id, missing)
  }, 'a scan saw another size than its row says')
  for (const row of gone) await miss(context, row, rows)
}

/** Writes the sidecars that an archive lacks again; returns the findings that tell of it. */
async function writeSidecars(context: Context, bare: readonly Held[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { package_id, path } of bare) {
    context.signal.throwIfAborted()
    const found = await keepSidecar(context, context.location, { packageId: package_id, path })
    if (found !== null) findings.push({ kind: 'MISSING', path: sidecarPath(path), bytes: null, detail: found })
  }
  return findings
}

/** Tells, of what an archive lists in byte order, whether a sidecar came before a tar; of anything else, and elsewhere, that none is lacking. */
function openSidecars({ type }: DataLocation): { has(path: string): boolean } {
  let stems: string[] = []
  return {
    has(path) {
      if (type !== 'LONG_TERM_ARCHIVE') return true
      // Between a sidecar and its tar there is only what begins as they do.
      stems = stems.filter(stem => path.startsWith(stem))
      if (path.endsWith('.json')) stems.push(path.slice(0, -'json'.length))
      return !path.endsWith('.tar') || stems.includes(path.slice(0, -'tar'.length))
    },
  }
}

/** Moves aside what operators asked for, of what no row knows; what a row knows by now stays. */
export async function setAsideAsked({ em, location, stores, fenced, token, log }: Context): Promise<void> {
  const asked = await sql<{ id: string; path: string }>(
    em,
    `/* findingsToSetAside */
     select id, path from storage.scan_finding
     where location_id = $1 and kind = 'DARK' and resolved_at is null and set_aside_asked_at is not null order by id limit ${MOST}`,
    [location.id],
  )
  for (const { id, path } of asked) {
    await fenced(async em => {
      const [unknown] = await unknownOf(em, location.id, [{ path }])
      const kept = unknown ? await stores.of(location).quarantine(path, token) : null
      const detail = kept ? `kept at ${kept}` : unknown ? 'it was not there any more' : 'a row knows it by now'
      await sql(em, `/* setAside */ update storage.scan_finding set resolved_at = now(), detail = $2 where id = $1`, [id, detail])
      log.info({ event: 'dark.setAside', location: location.name, path, detail })
    })
  }
}

function describeChange({ path, bytes }: Held, listed: Listed): Finding {
  const detail = listed.kind === 'FILE' ? `its row says ${bytes} bytes and it has ${listed.bytes}` : 'it is no regular file'
  return { kind: 'CHANGED', path, bytes: listed.kind === 'FILE' ? listed.bytes : null, detail }
}

/** The copies of packages that were there before the scan began, in byte order of their paths. */
async function* heldAt(em: EntityManager, locationId: string, before: Date): AsyncGenerator<Held, void, void> {
  let after = ''
  for (;;) {
    const rows = await sql<Held>(
      em,
      `/* heldAt */
       select id, package_id, path, bytes from storage.physical_copy
       where location_id = $1 and package_id is not null and status in ('PRESENT', 'DELETION_POSSIBLE') and created_at < $3 and path collate "C" > $2
         and status not in ('DELETED', 'QUARANTINED', 'MISSING')
       order by path collate "C" limit ${BATCH}`,
      [locationId, after, before],
    )
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < BATCH) return
    after = last.path
  }
}

/** Those of the copies that their rows still say to be there. */
async function stillHeld(em: EntityManager, held: readonly Held[]): Promise<Held[]> {
  const rows = await sql<{ id: string }>(
    em,
    `/* stillHeld */ select id from storage.physical_copy where id = any($1::uuid[]) and status in ('PRESENT', 'DELETION_POSSIBLE')`,
    [held.map(({ id }) => id)],
  )
  const ids = new Set(rows.map(({ id }) => id))
  return held.filter(({ id }) => ids.has(id))
}

/** Those of the things that are at no path of a copy, and are the sidecar of none. */
async function unknownOf<thing extends { readonly path: string }>(
  em: EntityManager,
  locationId: string,
  things: readonly thing[],
): Promise<thing[]> {
  if (things.length === 0) return []
  const rows = await sql<{ path: string }>(
    em,
    `/* unknownOf */
     select t.path from unnest($2::text[], $3::text[], $4::text[]) as t(path, tar, name)
     where not exists (select from storage.physical_copy c where c.location_id = $1 and c.path = t.path and c.status not in ('DELETED', 'QUARANTINED', 'MISSING'))
       and not exists (select from data_package.raw_data_package p join storage.physical_copy c on c.package_id = p.id and c.location_id = $1
         where p.name = t.name and c.path = t.tar
           and (t.tar <> t.path or c.status = 'MISSING' or c.status = 'QUARANTINED' and c.status_reason like '${MOVING_ASIDE}%'))`,
    [
      locationId,
      things.map(({ path }) => path),
      things.map(({ path }) => path.replace(/\.json$/, '.tar')),
      things.map(({ path }) => packageNameOf(path)),
    ],
  )
  const unknown = new Set(rows.map(({ path }) => path))
  return things.filter(({ path }) => unknown.has(path))
}

/** Trusts copies no longer until a checksum has read them again. */
async function suspectAll(em: EntityManager, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await sql(
    em,
    `/* suspectAll */
     update storage.physical_copy set verification_level = 0, verified_at = null, version = version + 1
     where id = any($1::uuid[]) and status = 'PRESENT' and verification_level > 0`,
    [ids],
  )
}

async function twiceMissed(em: EntityManager, locationId: string, missed: readonly Held[]): Promise<Held[]> {
  const rows = await sql<{ path: string }>(
    em,
    `/* twiceMissed */
     select path from storage.scan_finding
     where location_id = $1 and kind = 'MISSING' and path = any($2::text[]) and resolved_at is null and sightings >= ${SIGHTINGS}`,
    [locationId, missed.map(({ path }) => path)],
  )
  const twice = new Set(rows.map(({ path }) => path))
  return missed.filter(({ path }) => twice.has(path))
}

/** Marks the copies that are MISSING and of which something of their size lies at their path, so that it is read; where nothing is known to be missing, nothing. */
async function noteSeenAgain({ fenced, location }: Context, listed: readonly Listed[]): Promise<void> {
  if (listed.length === 0) return
  await fenced(em =>
    sql(
      em,
      `/* seenAgain */
       update storage.physical_copy c set status_reason = '${SEEN_AGAIN}' || coalesce(c.status_reason, ''), version = c.version + 1
       from unnest($2::text[], $3::bigint[]) as t(path, bytes)
       where c.location_id = $1 and c.status = 'MISSING' and c.path = t.path and c.bytes = t.bytes and coalesce(c.status_reason, '') not like '${SEEN_AGAIN}%'`,
      [location.id, listed.map(({ path }) => path), listed.map(({ bytes }) => bytes)],
    ),
  )
}

/** Looks for a copy that two scans missed, and says that it is MISSING if it is not there. */
async function miss({ location, stores, fenced, log }: Context, { id, path }: Held, listed: number): Promise<void> {
  if (await stores.of(location).stat(path)) return
  await fenced(async em => {
    const copy = await em.findOneOrFail(PhysicalCopy, id)
    if ((copy.status !== 'PRESENT' && copy.status !== 'DELETION_POSSIBLE') || (await stopIfAnomalous(em, location, { listed })) !== null)
      return
    copy.become('MISSING', 'two scans missed it, and it is not there')
    copy.verificationLevel = 0
    copy.verifiedAt = null
    await em.flush()
    log.warn({ event: 'copy.missing', copy: id, location: location.name })
  })
}
