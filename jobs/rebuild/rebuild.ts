import { Outage, RawDataPackage, Refusal, sql, type Digest } from '@almagest/schema'
import type { EntityManager, MikroORM } from '@almagest/schema/orm'
import { copyPath } from '../copy-path.ts'
import { membersOf } from '../manifest.ts'
import { errnoOf } from '../stores/posix/place.ts'
import type { Store } from '../stores/store.ts'
import { openManifest } from '../tar/manifest.ts'
import type { Threads } from '../threads/pool.ts'
import { learn, verifyTar } from '../verification.ts'
import { takeArchive, type Archive } from './archives.ts'
import { readFacts } from './facts.ts'
import { openShared, refuseFilled, takeFacts, type Shared } from './rows.ts'

/** What was found in the archives, what became of it, and what could not be taken. */
export interface Report {
  packages: number
  files: number
  fileBytes: number
  copies: number
  tarBytes: number
  /** How many rows that packages have in common were told differently by several sidecars; the youngest was taken. */
  differing: number
  /** How many packages were compared with the database, and how many copies re-read in full. */
  compared: number
  verified: number
  readonly faults: { readonly path: string; readonly why: string }[]
}

/** What the catalogue is rebuilt from, and what with. */
export interface Rebuilding {
  readonly orm: MikroORM
  readonly threads: Threads
  readonly archives: readonly Archive[]
  /** Whether every byte is read again. */
  readonly verify: boolean
  readonly signal: AbortSignal
  /** Hears how far it is. */
  readonly tell: (line: string) => void
}

/** A sidecar of more bytes than this is no text that a process can hold. */
const MOST_BYTES = 400_000_000

const TELL_EVERY = 100

/**
 * Rebuilds the catalogue in an empty ops-db from the sidecars of archives alone, one at a time, and compares it with them. What cannot be taken is named
 * with its reason and left out. Refuses with CONFLICT an ops-db that holds anything.
 */
export async function rebuild(rebuilding: Rebuilding): Promise<Report> {
  const { orm, archives, tell } = rebuilding
  await refuseFilled(orm.em.fork())
  const report: Report = { packages: 0, files: 0, fileBytes: 0, copies: 0, tarBytes: 0, differing: 0, compared: 0, verified: 0, faults: [] }
  const shared = openShared()
  for (const archive of archives) await takeAll(rebuilding, { archive, shared, report })
  report.differing = shared.differing
  tell(`${report.copies} sidecars taken; now comparing`)
  for (const archive of archives) await compare(rebuilding, archive, report)
  const [count] = await sql<{ packages: number; files: string; bytes: string }>(
    orm.em.fork(),
    `/* countRebuilt */
     select (select count(*)::int from data_package.raw_data_package) as packages, count(*) as files, coalesce(sum(bytes), 0) as bytes from data_package.raw_data_file`,
  )
  report.packages = count?.packages ?? 0
  report.files = Number(count?.files)
  report.fileBytes = Number(count?.bytes)
  return report
}

interface Taking {
  readonly archive: Archive
  readonly shared: Shared
  readonly report: Report
}

async function takeAll({ orm, signal, tell }: Rebuilding, { archive, shared, report }: Taking): Promise<void> {
  const { store, id } = archive
  const told = new Set<string>()
  let known = false
  for await (const { path, kind, bytes } of store.list(undefined, { signal })) {
    if (path.endsWith('.tar') && !told.delete(path)) report.faults.push({ path, why: 'there is no sidecar beside it' })
    if (!path.endsWith('.json')) continue
    // In byte order the tar comes after its sidecar.
    const tarPath = path.replace(/\.json$/, '.tar')
    told.add(tarPath)
    try {
      if (kind !== 'FILE') throw new Refusal('NOT_A_REGULAR_FILE', 'it is no regular file')
      if (bytes > MOST_BYTES) throw new Refusal('BAD_INPUT', `it has ${bytes} bytes, and ${MOST_BYTES} are taken at most`)
      const facts = readFacts(await readText(store, path, signal))
      const expected = copyPath(archive.origin, facts.package)
      // Copies in buckets that are older than such keys lie as in a folder.
      if (tarPath !== expected && tarPath !== facts.package.path) throw new Refusal('BAD_INPUT', `it tells of ${expected}`)
      const tar = await store.stat(tarPath)
      if (tar?.bytes !== facts.package.bytes) {
        const why = tar ? `it has ${tar.bytes} bytes, and its sidecar says ${facts.package.bytes}` : 'it is not there, and its sidecar is'
        report.faults.push({ path: tarPath, why })
      }
      await orm.em.fork().transactional(async em => {
        if (!known) await takeArchive(em, archive, facts)
        await takeFacts(em, { facts, shared, locationId: id, path: tarPath, status: tar ? 'PRESENT' : 'MISSING' })
      })
      shared.keep()
      known = true
      report.copies += 1
      report.tarBytes += tar?.bytes ?? 0
      if (report.copies % TELL_EVERY === 0) tell(`${report.copies} sidecars taken, the last ${path}`)
    } catch (error) {
      shared.drop()
      report.faults.push({ path, why: reasonOf(error) })
    }
  }
}

/** What a person can do something about, what the database refuses, and what a device cannot read; anything else ends the rebuilding. */
function reasonOf(error: unknown): string {
  if (error instanceof Outage && errnoOf(error.cause) === 'EIO') return error.message
  const refused = error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]/.test(error.code)
  if (error instanceof Outage || !(error instanceof Refusal || refused)) throw error
  return error.message
}

async function readText(store: Store, path: string, signal: AbortSignal): Promise<string> {
  await using reading = await store.read(path, { signal })
  if (!reading) throw new Refusal('NOT_FOUND', 'it is not there any more')
  const chunks: Buffer[] = []
  for await (const chunk of reading) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

interface Rebuilt {
  readonly copy_id: string
  readonly package_id: string
  readonly path: string
  readonly digest: Digest
  readonly flat_digest: Digest | null
  readonly file_count: number
  readonly file_bytes: string
  readonly present: boolean
}

/** Compares what the rows say of every package at an archive with its digest, and if asked to every byte there with the rows. */
async function compare({ orm, threads, verify, signal, tell }: Rebuilding, { id, store }: Archive, report: Report): Promise<void> {
  let after = ''
  for (;;) {
    const rows = await sql<Rebuilt>(
      orm.em.fork(),
      `/* packagesRebuilt */
       select c.id as copy_id, c.package_id, c.path, p.digest, c.digest as flat_digest, p.file_count, p.file_bytes, c.status = 'PRESENT' as present
       from storage.physical_copy c join data_package.raw_data_package p on p.id = c.package_id
       where c.location_id = $1 and c.path collate "C" > $2 order by c.path collate "C" limit 500`,
      [id, after],
    )
    for (const row of rows) {
      signal.throwIfAborted()
      const em = orm.em.fork()
      const why = await judgeRows(em, row)
      if (why) report.faults.push({ path: row.path, why })
      report.compared += 1
      if (verify && row.present && !why) await reread({ em, threads, signal }, { store, row, report })
      if (report.compared % TELL_EVERY === 0)
        tell(`${report.compared} packages compared${verify ? ' and re-read' : ''}, the last ${row.path}`)
    }
    const last = rows.at(-1)
    if (!last) return
    after = last.path
  }
}

/** What is not as it should be in the rows of a package, or `null`: they make its manifest again, to the byte. */
async function judgeRows(em: EntityManager, { package_id, digest, file_count, file_bytes }: Rebuilt): Promise<string | null> {
  const manifest = openManifest()
  let [files, bytes] = [0, 0]
  for await (const members of membersOf(em, package_id)) {
    for (const member of members) {
      manifest.add(member)
      files += 1
      bytes += member.bytes
    }
  }
  if (files !== file_count || bytes !== Number(file_bytes)) return `its rows have ${files} files of ${bytes} bytes`
  const found = manifest.done()
  return found === digest ? null : `its rows make the manifest ${found}`
}

async function reread(
  { em, threads, signal }: { em: EntityManager; threads: Threads; signal: AbortSignal },
  { store, row, report }: { store: Store; row: Rebuilt; report: Report },
): Promise<void> {
  const { copy_id, package_id: packageId, path, flat_digest: digest } = row
  const verdict = await verifyTar({ em, threads, signal }, { store, path, packageId, digest, sha256: false })
  if (verdict.found !== 'GOOD') {
    report.faults.push({ path, why: verdict.found === 'BAD' ? verdict.reason : 'it is not there any more' })
    return
  }
  await em.transactional(async em => {
    await sql(
      em,
      `/* rereadRebuilt */
       with why as materialized (select set_config('almagest.reason', 'every byte was read again after the catalogue was rebuilt', true))
       update storage.physical_copy set verification_level = 2, verified_at = now(), digest = $2 from why where id = $1`,
      [copy_id, verdict.digest],
    )
    learn(await em.findOneOrFail(RawDataPackage, packageId), verdict)
    await em.flush()
  })
  report.verified += 1
}
