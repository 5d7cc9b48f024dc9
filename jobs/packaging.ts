import {
  newId,
  occupies,
  Outage,
  PhysicalCopy,
  planPackages,
  RawDataPackage,
  Refusal,
  requestOperations,
  sql,
  type DataLocation,
  type Digest,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { algorithmOf, openDigest } from './digest/digest.ts'
import type { Context, Handler } from './handler.ts'
import { findPlaces } from './places.ts'
import type { FileStat, Store } from './stores/store.ts'
import { clearTheWay } from './stray.ts'
import { manifestDigest, manifestOf } from './tar/manifest.ts'
import { planTar, writeTar, type PlannedMember } from './tar/tar.ts'

interface FiledFile {
  readonly path: string
  readonly bytes: string
  readonly filed_digest: Digest | null
  /** What an earlier packaging found. */
  readonly digest: Digest | null
}

/** Reads the files of a package at SOURCE once and writes them as one tar to a BUFFER of the site, with a digest for each file. */
export const packaging: Handler = {
  concurrency: 2,

  async due(em) {
    return [...(await planPackages(em)), ...(await remake(em))]
  },

  async run(context) {
    const { em, claim, fenced, location, stores, token, signal, progress } = context
    const made = await em.findOneOrFail(RawDataPackage, claim.subjectId)
    if (made.status === 'COMPLETED') return
    await fenced(async em => {
      const pkg = await em.findOneOrFail(RawDataPackage, made.id)
      pkg.become('IN_PROGRESS')
    })

    const source = stores.of(location)
    const files = await sql<FiledFile>(
      em,
      `/* filesOfPackage */ select path, bytes, filed_digest, digest from data_package.raw_data_file where package_id = $1 order by path collate "C"`,
      [made.id],
    )
    const stats = new Map<string, FileStat>()
    for (const file of files) {
      signal.throwIfAborted()
      stats.set(file.path, await statAsFiled(source, file))
    }
    const plan = planTar([...stats].map(([path, stat]) => ({ path, ...stat })))
    const { buffer, place } = await findBuffer(context, plan.bytes)
    progress(0, plan.bytes)

    const filed = new Map(files.map(file => [file.path, file]))
    const members: (PlannedMember & { digest: Digest })[] = []
    let done = 0
    const chunks = writeTar(plan, {
      open: ({ path }) =>
        unchanged(source, path, {
          expected: stats.get(path),
          filed: filed.get(path),
          signal,
          onChunk: bytes => progress((done += bytes)),
        }),
      onMember: member => members.push(member),
    })
    const written = await buffer
      .write(made.path, chunks, { token, signal })
      .catch((error: unknown) => clearTheWay(context, { error, location: place, path: made.path }))

    await fenced(async (em, now) => {
      const pkg = await em.findOneOrFail(RawDataPackage, made.id)
      pkg.become('COMPLETED')
      pkg.bytes = written.bytes
      pkg.digest = manifestDigest(manifestOf(members))
      pkg.flatDigest = null
      pkg.partDigests = null
      pkg.completedAt = now
      em.create(PhysicalCopy, {
        id: newId(),
        locationId: place.id,
        packageId: pkg.id,
        path: pkg.path,
        bytes: written.bytes,
        digest: written.digest,
      })
      await em.flush()
      await sql(
        em,
        `/* memberIndex */
         update data_package.raw_data_file f set digest = t.digest, "offset" = t.offset_bytes, mtime_ns = t.mtime_ns, mode = t.mode
         from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::int[]) as t(path, digest, offset_bytes, mtime_ns, mode)
         where f.package_id = $1 and f.path = t.path`,
        [
          pkg.id,
          members.map(({ path }) => path),
          members.map(({ digest }) => digest),
          members.map(({ offset }) => offset),
          members.map(({ mtimeNs }) => mtimeNs),
          members.map(({ mode }) => mode),
        ],
      )
    })
  },

  async failed(em, { subjectId }) {
    const pkg = await em.findOneOrFail(RawDataPackage, subjectId)
    pkg.become('FAILED')
    await em.flush()
  },
}

/** A package whose every copy was lost or set aside before it reached an archive is made again from the files, which are still at SOURCE. */
async function remake(em: EntityManager) {
  const rows = await sql<{ id: string; location_id: string }>(
    em,
    `/* packagesToRemake */
     select p.id, min(c.location_id::text)::uuid as location_id
     from data_package.raw_data_package p
     join data_package.raw_data_file f on f.package_id = p.id
     left join storage.physical_copy c on c.file_id = f.id and c.status in ('PRESENT', 'DELETION_POSSIBLE')
     where p.state in ('WAITING', 'TRANSFERRING') and p.status in ('COMPLETED', 'PENDING')
       and not exists (select from storage.physical_copy t where t.package_id = p.id and ${occupies('t')})
     group by p.id having count(*) = count(c.id) order by p.id limit 500`,
  )
  for (const pkg of await em.find(RawDataPackage, { id: rows.map(({ id }) => id) })) {
    if (pkg.status === 'COMPLETED') pkg.become('PENDING')
    pkg.become('SCHEDULED')
  }
  await em.flush()
  return requestOperations(
    em,
    rows.map(({ id, location_id }) => ({ kind: 'packaging', locationId: location_id, subjectId: id, packageId: id })),
  )
}

async function statAsFiled(source: Store, { path, bytes }: FiledFile): Promise<FileStat> {
  const stat = await source.stat(path)
  if (!stat) throw new Outage(`${path} is gone from SOURCE; it is packaged when it is back`, { locationId: null })
  if (stat.bytes !== Number(bytes)) {
    throw new Outage(`${path} has ${stat.bytes} bytes at SOURCE and was filed with ${bytes}; it is packaged when they agree`, {
      locationId: null,
    })
  }
  return stat
}

/** The chunks of a file that is, from before the first to after the last, the one that `expected` describes, and has the digests that are known of it. */
async function* unchanged(
  source: Store,
  path: string,
  options: { expected: FileStat | undefined; filed: FiledFile | undefined; signal: AbortSignal; onChunk: (bytes: number) => void },
): AsyncGenerator<Buffer, void, void> {
  const { expected, filed, signal, onChunk } = options
  await using reading = await source.read(path, { expected, signal })
  if (!reading) throw new Outage(`${path} went away from SOURCE while it was packaged`, { locationId: null })
  const known = [
    { digest: filed?.filed_digest, when: 'was filed' },
    { digest: filed?.digest, when: 'was packaged before' },
  ].flatMap(({ digest, when }) => (digest ? [{ digest, when, running: openDigest(algorithmOf(digest)) }] : []))
  for await (const chunk of reading) {
    for (const { running } of known) running.update(chunk)
    yield chunk
    onChunk(chunk.length)
  }
  const change = reading.change()
  if (change) throw new Outage(`${path} changed while it was packaged: ${change}`, { locationId: null })
  for (const { digest, when, running } of known) {
    if (running.done() !== digest)
      throw new Refusal('CONFLICT', `${path} had the digest ${digest} when it ${when}, and has ${running.done()} at SOURCE`)
  }
}

async function findBuffer({ em, location, stores, log }: Context, bytes: number): Promise<{ place: DataLocation; buffer: Store }> {
  const reasons: string[] = []
  for (const place of await findPlaces(em, location.siteId, ['BUFFER'])) {
    const buffer = stores.of(place)
    const fault = await buffer.space().then(
      ({ free }) => (free < bytes ? `has ${free} bytes free and ${bytes} are needed` : null),
      (error: unknown) => {
        if (error instanceof Outage) return error.message
        throw error
      },
    )
    if (!fault) return { place, buffer }
    reasons.push(`${place.name}: ${fault}`)
  }
  log.warn({ event: 'packaging.noBuffer', site: location.siteId, reasons })
  throw new Outage(`no BUFFER of the site can take the package${reasons.length > 0 ? ` (${reasons.join('; ')})` : ': none is in use'}`, {
    locationId: null,
  })
}
