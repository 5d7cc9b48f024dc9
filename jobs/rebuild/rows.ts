import { giveReason, newId, PART_BYTES, Refusal, sql, type CopyStatus } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Facts, FileFacts } from './facts.ts'

/** The tables that have to be empty, for what others refer to is in them. */
const TABLES = [
  'storage.site',
  'storage.data_location',
  'storage.physical_copy',
  'observation.observatory',
  'observation.source',
  'observation.executed_obs_unit',
  'data_package.raw_data_package',
  'data_package.raw_data_file',
]

const FILES_AT_ONCE = 5_000

/** Refuses with CONFLICT an ops-db that holds anything. */
export async function refuseFilled(em: EntityManager): Promise<void> {
  for (const table of TABLES) {
    const rows = await sql(em, `/* isFilled */ select from ${table} limit 1`)
    if (rows.length > 0)
      throw new Refusal('CONFLICT', `the database is not empty: there are rows in ${table}; the catalogue is rebuilt into an empty one`)
  }
}

/** The rows that packages have in common, as they were taken so far. */
export interface Shared {
  /** Takes one, in the caller's transaction; of two that differ the one of the younger sidecar stays. */
  take(em: EntityManager, table: string, row: { readonly id: string }, at: string): Promise<void>
  /** That the transaction was committed, or not. */
  keep(): void
  drop(): void
  /** How many differed between sidecars. */
  readonly differing: number
}

/** Opens the memory of what packages have in common: a few rows each, however many packages there are. */
export function openShared(): Shared {
  const taken = new Map<string, { text: string; at: string }>()
  let pending = new Map<string, { text: string; at: string }>()
  const differing = new Set<string>()
  return {
    keep() {
      for (const [key, row] of pending) taken.set(key, row)
      pending = new Map()
    },
    drop() {
      pending = new Map()
    },
    async take(em, table, row, at) {
      const key = `${table} ${row.id}`
      const text = JSON.stringify(row)
      const known = pending.get(key) ?? taken.get(key)
      if (known && known.text !== text) differing.add(key)
      if (known && (known.text === text || known.at >= at)) return
      const columns = await columnsOf(em, table)
      const named = Object.keys(row)
        .filter(name => columns.has(name))
        .map(name => `"${name}"`)
      await sql(
        em,
        `/* takeShared */
         insert into ${table} (${named.join(', ')}) select ${named.join(', ')} from jsonb_populate_record(null::${table}, $1::jsonb)
         on conflict (id) do update set ${named.map(name => `${name} = excluded.${name}`).join(', ')}`,
        [text],
      )
      pending.set(key, { text, at })
    },
    get differing() {
      return differing.size
    },
  }
}

async function columnsOf(em: EntityManager, table: string): Promise<Set<string>> {
  const rows = await sql<{ name: string }>(
    em,
    `/* columnsOf */ select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  )
  return new Set(rows.map(({ name }) => name))
}

/** Writes what a sidecar tells, in one transaction; what another archive told before stays. Refuses with CONFLICT another package of the same id or name. */
export async function takeFacts(
  em: EntityManager,
  { facts, shared, locationId, path, status }: { facts: Facts; shared: Shared; locationId: string; path: string; status: CopyStatus },
): Promise<void> {
  const { package: pkg, execution, module, files } = facts
  const at = facts.writtenAt ?? pkg.completedAt
  await giveReason(em, `rebuilt from the sidecar of ${pkg.name}`)
  for (const [table, row] of [
    ['observation.observatory', facts.observatory],
    ['observation.telescope', facts.telescope],
    ['observation.instrument', facts.instrument],
    ['observation.instrument_module', module],
    ['observation.observing_program', facts.program],
    ['observation.source', facts.source],
    ['observation.obs_unit', facts.obsUnit],
    ['observation.executed_obs_unit', execution],
  ] as const) {
    await shared.take(em, table, row, at)
  }
  const parts = pkg.partDigests ? Buffer.from(pkg.partDigests, 'base64') : null
  const whole = parts && pkg.flatDigest && parts.length === 32 * Math.ceil(pkg.bytes / PART_BYTES)
  const made = await sql(
    em,
    `/* takePackage */
     insert into data_package.raw_data_package (id, execution_id, module_id, sequence, name, path, status, state, priority, file_count, file_bytes, bytes, digest,
       flat_digest, part_digests, sha256, created_at, completed_at, archived_at)
     values ($1, $2, $3, $4, $5, $6, 'COMPLETED', 'ARCHIVED', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict (id) do nothing returning id`,
    [
      pkg.id,
      execution.id,
      module.id,
      pkg.sequence,
      pkg.name,
      pkg.path,
      pkg.priority,
      pkg.fileCount,
      pkg.fileBytes,
      pkg.bytes,
      pkg.digest,
      whole ? pkg.flatDigest : null,
      whole ? parts : null,
      pkg.sha256 ?? null,
      pkg.createdAt,
      pkg.completedAt,
      pkg.archivedAt ?? at,
    ],
  )
  if (made.length === 0) await refuseOther(em, facts)
  for (let from = 0; made.length > 0 && from < files.length; from += FILES_AT_ONCE) {
    await takeFiles(em, facts, files.slice(from, from + FILES_AT_ONCE))
  }
  await sql(
    em,
    `/* takeCopy */
     insert into storage.physical_copy (id, location_id, package_id, path, bytes, digest, status, status_reason, verification_level, created_at, version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 1)`,
    [
      newId(),
      locationId,
      pkg.id,
      path,
      pkg.bytes,
      pkg.flatDigest ?? null,
      status,
      status === 'MISSING' ? 'its sidecar is there, and its tar is not' : null,
      pkg.archivedAt ?? at,
    ],
  )
}

async function takeFiles(em: EntityManager, { package: pkg, execution, module }: Facts, files: readonly FileFacts[]): Promise<void> {
  await sql(
    em,
    `/* takeFiles */
     insert into data_package.raw_data_file (id, execution_id, module_id, package_id, path, path_fold, bytes, filed_digest, filed_at, digest, "offset", mtime_ns, mode)
     select id, $1, $2, $3, path, path_fold, bytes, filed_digest, filed_at, digest, offset_bytes, mtime_ns, mode
     from unnest($4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::timestamptz[], $10::text[], $11::bigint[], $12::bigint[], $13::int[])
       as t(id, path, path_fold, bytes, filed_digest, filed_at, digest, offset_bytes, mtime_ns, mode)`,
    [
      execution.id,
      module.id,
      pkg.id,
      files.map(({ id }) => id),
      files.map(({ path }) => path),
      files.map(({ pathFold }) => pathFold),
      files.map(({ bytes }) => bytes),
      files.map(({ filedDigest }) => filedDigest),
      files.map(({ filedAt }) => filedAt),
      files.map(({ digest }) => digest),
      files.map(({ offset }) => offset),
      files.map(({ mtimeNs }) => mtimeNs),
      files.map(({ mode }) => mode),
    ],
  )
}

async function refuseOther(em: EntityManager, { package: { id, name, path, digest } }: Facts): Promise<void> {
  const [same] = await sql<{ digest: string }>(
    em,
    `/* packageTaken */ select digest from data_package.raw_data_package where id = $1 and name = $2 and path = $3`,
    [id, name, path],
  )
  if (same?.digest !== digest)
    throw new Refusal('CONFLICT', `another archive tells another package ${id}: ${same?.digest ?? 'of another name'} and not ${digest}`)
}
