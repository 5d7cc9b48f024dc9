import {
  bytesInTar,
  giveReason,
  newId,
  occupies,
  Outage,
  PhysicalCopy,
  planPackages,
  RawDataPackage,
  requestOperations,
  retryFailed,
  sql,
  type DataLocation,
  type Digest,
  type Nudge,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { crashPoint } from './crash-point.ts'
import type { Context, Handler } from './handler.ts'
import { pack, type FileToPack, type PackedFile } from './packing.ts'
import { findPlaces } from './places.ts'
import { keepRoom, noRoom } from './room.ts'
import type { Store } from './stores/store.ts'
import { clearTheWay } from './stray.ts'

const PAGE = 1_000

/** When to look again for a BUFFER that can be written, in seconds: operators or time bring one back, and nobody has to ask for the work again. */
const WAIT_S = 60

/** What was found of the files of a larger package is written in pages as it is packed, the last with the package itself. */
const INDEX_AT_ONCE = 4_000

interface FiledFile {
  readonly path: string
  readonly bytes: string
  readonly filed_digest: Digest | null
  /** What an earlier packaging found. */
  readonly digest: Digest | null
}

/** Reads the files of a package at SOURCE once and writes them as one tar to a BUFFER of the site, in a bucket too at the path of the package, with a digest for each file. */
export const packaging: Handler = {
  concurrency: 2,

  async due(em) {
    const nudges = [...(await planPackages(em)), ...(await remake(em))]
    await giveReason(em, 'it FAILED, and a scan of SOURCE since has found its files as they were filed: it is tried again')
    return [...nudges, ...(await revive(em))]
  },

  async run(context) {
    const { em, claim, fenced, location, stores, threads, token, signal, progress } = context
    const made = await em.findOneOrFail(RawDataPackage, claim.subjectId)
    if (made.status === 'COMPLETED') return
    await fenced(async em => {
      const pkg = await em.findOneOrFail(RawDataPackage, made.id)
      pkg.become('IN_PROGRESS')
    }, `packaging begun by worker ${context.worker}`)
    crashPoint('after-packaging-begun')

    const need = await findNeed(em, made.id)
    progress(0, need)
    const { buffer, place } = await findBuffer(context, need)
    let unwritten: PackedFile[] = []
    const packed = await pack(
      { store: buffer, path: made.path, token },
      {
        source: stores.of(location),
        files: filesOf(em, made),
        signal,
        onBytes: bytes => progress(bytes),
        async onFiles(files) {
          unwritten.push(...files)
          if (unwritten.length < INDEX_AT_ONCE) return
          const some = unwritten
          unwritten = []
          await fenced(em => index(em, made.id, some))
        },
      },
      threads,
    ).catch((error: unknown) => clearTheWay(context, { error, location: place, path: made.path }))

    crashPoint('after-tar-before-row')
    await fenced(async (em, now) => {
      const pkg = await em.findOneOrFail(RawDataPackage, made.id)
      pkg.become('COMPLETED')
      pkg.bytes = packed.bytes
      pkg.digest = packed.manifest
      pkg.flatDigest = null
      pkg.sha256 = null
      pkg.partDigests = null
      pkg.completedAt = now
      em.create(PhysicalCopy, {
        id: newId(),
        locationId: place.id,
        packageId: pkg.id,
        path: pkg.path,
        bytes: packed.bytes,
        digest: packed.digest,
      })
      await em.flush()
      await index(em, pkg.id, unwritten)
    }, `packaged by worker ${context.worker}`)
    crashPoint('after-package-row')
    progress(packed.bytes, packed.bytes)
  },

  async failed(em, { subjectId }) {
    const pkg = await em.findOneOrFail(RawDataPackage, subjectId)
    pkg.become('FAILED')
    await em.flush()
  },
}

/** A package whose every copy was lost or set aside, even in an archive, is made again from its files as long as all of them are at SOURCE. */
async function remake(em: EntityManager) {
  const rows = await sql<{ id: string; location_id: string }>(
    em,
    `/* packagesToRemake */
     with doubtful as (
       select id from data_package.raw_data_package where state in ('WAITING', 'TRANSFERRING', 'FAILED')
       union
       select bad.package_id from storage.data_location l join storage.physical_copy bad on bad.location_id = l.id and bad.status in ('QUARANTINED', 'MISSING')
       where l.type in ('BUFFER', 'LONG_TERM_ARCHIVE')
     ), lost as materialized (
       select p.id from doubtful join data_package.raw_data_package p on p.id = doubtful.id
       where p.status in ('COMPLETED', 'PENDING')
         and not exists (select from storage.physical_copy t join storage.data_location l on l.id = t.location_id and l.state <> 'RETIRED'
                         where t.package_id = p.id and ${occupies('t')})
     )
     select lost.id, min(c.location_id::text)::uuid as location_id
     from lost join data_package.raw_data_file f on f.package_id = lost.id
     left join storage.physical_copy c on c.file_id = f.id and c.status in ('PRESENT', 'DELETION_POSSIBLE')
     group by lost.id having count(*) = count(c.id) order by lost.id limit 500`,
  )
  const packages = await em.find(RawDataPackage, { id: rows.map(({ id }) => id) })
  for (const pkg of packages) if (pkg.status === 'COMPLETED') pkg.become('PENDING')
  await em.flush()
  for (const pkg of packages) pkg.become('SCHEDULED')
  await em.flush()
  return requestOperations(
    em,
    rows.map(({ id, location_id }) => ({ kind: 'packaging', locationId: location_id, subjectId: id, packageId: id })),
  )
}

/**
 * Lets what FAILED be tried again when its cause may be gone: once after each scan of SOURCE that finds nothing wrong with its files, if something was not
 * available when it failed, or if what a scan had found of one of them is so no longer.
 */
async function revive(em: EntityManager): Promise<Nudge[]> {
  const rows = await sql<{ package_id: string; operation_id: string }>(
    em,
    `/* packagingsToRevive */
     select p.id as package_id, o.id as operation_id from storage.operation o
     join data_package.raw_data_package p on p.id = o.subject_id and p.status = 'FAILED'
     join storage.data_location l on l.id = o.location_id and l.scanned_at > o.finished_at
     where o.kind = 'packaging' and o.state = 'FAILED'
       and not exists (select from storage.scan_finding f join data_package.raw_data_file x on x.package_id = p.id and x.path = f.path
         where f.location_id = l.id and f.resolved_at is null and f.kind <> 'UNFILED')
       and (o.error_code = 'UNAVAILABLE' or exists (
         select from storage.scan_finding f join data_package.raw_data_file x on x.package_id = p.id and x.path = f.path
         where f.location_id = l.id and f.resolved_at > o.finished_at and f.kind <> 'UNFILED'))
     order by o.id limit 500 for update of o skip locked`,
  )
  const packages = await em.find(RawDataPackage, { id: rows.map(({ package_id }) => package_id) })
  for (const status of ['PENDING', 'SCHEDULED'] as const) {
    for (const pkg of packages) pkg.become(status)
    await em.flush()
  }
  return retryFailed(
    em,
    rows.map(({ operation_id }) => operation_id),
  )
}

/** The files of a package in byte order of their paths, page by page, so that they are never in memory all at once. */
async function* filesOf(em: EntityManager, { id, completedAt }: RawDataPackage): AsyncGenerator<FileToPack[], void, void> {
  for (let after = ''; ;) {
    const rows = await sql<FiledFile>(
      em,
      `/* filesOfPackage */
       select path, bytes, filed_digest, digest from data_package.raw_data_file where package_id = $1 and path collate "C" > $2
       order by path collate "C" limit ${PAGE}`,
      [id, after],
    )
    // What an attempt that came to nothing had read binds nobody.
    yield rows.map(({ path, bytes, filed_digest, digest }) => ({
      path,
      bytes: Number(bytes),
      known: [
        ...(filed_digest ? [{ digest: filed_digest, when: 'was filed' as const }] : []),
        ...(digest && completedAt ? [{ digest, when: 'was packaged before' as const }] : []),
      ],
    }))
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.path
  }
}

/** Writes what was found of some files of a package, and where they are in its tar. */
async function index(em: EntityManager, packageId: string, files: readonly PackedFile[]): Promise<void> {
  await sql(
    em,
    `/* memberIndex */
     update data_package.raw_data_file f set digest = t.digest, "offset" = t.offset_bytes, mtime_ns = t.mtime_ns, mode = t.mode
     from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::int[]) as t(path, digest, offset_bytes, mtime_ns, mode)
     where f.package_id = $1 and f.path = t.path`,
    [
      packageId,
      files.map(({ path }) => path),
      files.map(({ digest }) => digest),
      files.map(({ offset }) => offset),
      files.map(({ mtimeNs }) => mtimeNs),
      files.map(({ mode }) => mode),
    ],
  )
}

/** The most bytes that the tar of a package can have. */
async function findNeed(em: EntityManager, packageId: string): Promise<number> {
  const [row] = await sql<{ bytes: string }>(
    em,
    `/* bytesNeeded */
     select coalesce(ceil((sum(${bytesInTar('f')}) + 1024) / 10240), 1) * 10240 as bytes from data_package.raw_data_file f where f.package_id = $1`,
    [packageId],
  )
  return Number(row?.bytes)
}

async function findBuffer(context: Context, bytes: number): Promise<{ place: DataLocation; buffer: Store }> {
  const { em, location, stores, log } = context
  const reasons: string[] = []
  let full = false
  for (const place of await findPlaces(em, location.siteId, ['BUFFER'])) {
    try {
      const fault = await keepRoom(context, place, bytes)
      if (fault === null) return { place, buffer: stores.of(place) }
      full = true
      reasons.push(`${place.name}: ${fault}`)
    } catch (error) {
      if (!(error instanceof Outage) || error.locationId !== place.id) throw error
      reasons.push(`${place.name}: ${error.message}`)
    }
  }
  log.warn({ event: 'packaging.noBuffer', site: location.siteId, reasons })
  const message = `no BUFFER of the site can take the package${reasons.length > 0 ? ` (${reasons.join('; ')})` : ': none is in use'}`
  throw full ? noRoom(message) : new Outage(message, { locationId: null, retryS: WAIT_S })
}
