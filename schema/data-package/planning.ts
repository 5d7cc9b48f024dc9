import { newId } from '../columns.ts'
import type { EntityManager } from '../orm.ts'
import { sql } from '../sql.ts'
import { requestOperations, type Nudge } from '../storage/operations.ts'
import { bytesInTar, PACKAGE_BYTES, TAR_END_BYTES } from './raw-data-package.ts'

interface Group {
  readonly execution_id: string
  readonly module_id: string
  readonly instrument: string
  readonly module: string
  readonly started_at: string
}

interface LooseFile {
  readonly id: string
  /** What it takes in a tar, at most. */
  readonly bytes: string
  readonly file_bytes: string
  readonly location_id: string
}

/**
 * Groups files that are in no package yet to packages and asks for their packaging, in the caller's transaction; returns the nudges.
 * With an execution: its files, now. Without: those of every (execution, module) for which no file was filed for its location's `settleS`.
 */
export async function planPackages(em: EntityManager, { executionId = null }: { executionId?: string | null } = {}): Promise<Nudge[]> {
  const groups = await sql<Group>(
    em,
    `/* groupsToPackage */
     with loose as (
       select f.execution_id, f.module_id from data_package.raw_data_file f
       join storage.physical_copy c on c.file_id = f.id and c.status = 'PRESENT'
       join storage.data_location l on l.id = c.location_id and l.type = 'SOURCE'
       where f.package_id is null and ($1::uuid is null or f.execution_id = $1)
       group by f.execution_id, f.module_id
       having $1::uuid is not null or max(f.filed_at + make_interval(secs => l.settle_s)) <= now()
       order by min(f.id::text) limit 1000
     )
     select loose.execution_id, loose.module_id, i.name as instrument, m.name as module,
       to_char(e.started_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"') as started_at
     from loose
     join observation.executed_obs_unit e on e.id = loose.execution_id
     join observation.instrument_module m on m.id = loose.module_id
     join observation.instrument i on i.id = m.instrument_id
     order by loose.execution_id, loose.module_id
     for update of e`,
    [executionId],
  )
  const nudges: Nudge[] = []
  for (const group of groups) nudges.push(...(await planGroup(em, group)))
  return nudges
}

/** Called with a lock on the execution; reads after it, since another may have planned while this one waited for the lock. */
async function planGroup(em: EntityManager, group: Group): Promise<Nudge[]> {
  const [last] = await sql<{ sequence: number }>(
    em,
    `/* lastSequence */
     select coalesce(max(sequence), 0) as sequence from data_package.raw_data_package where execution_id = $1 and module_id = $2`,
    [group.execution_id, group.module_id],
  )
  const files = await sql<LooseFile>(
    em,
    `/* filesToPackage */
     select f.id, ${bytesInTar('f')} as bytes, f.bytes as file_bytes, c.location_id from data_package.raw_data_file f
     join storage.physical_copy c on c.file_id = f.id and c.status = 'PRESENT'
     join storage.data_location l on l.id = c.location_id and l.type = 'SOURCE'
     where f.package_id is null and f.execution_id = $1 and f.module_id = $2
     order by c.location_id, f.path for update of f`,
    [group.execution_id, group.module_id],
  )
  const packages = [...Map.groupBy(files, ({ location_id }) => location_id)]
    .flatMap(([locationId, files]) => fill(files, PACKAGE_BYTES - TAR_END_BYTES).map(files => ({ locationId, files })))
    .map((portion, index) => {
      const sequence = (last?.sequence ?? 0) + 1 + index
      const name = [group.instrument, group.module, group.started_at, group.execution_id.slice(-8), String(sequence).padStart(4, '0')].join(
        '_',
      )
      const day = `${group.started_at.slice(0, 4)}-${group.started_at.slice(4, 6)}-${group.started_at.slice(6, 8)}`
      return { ...portion, id: newId(), sequence, name, path: `${group.instrument}/${day}/${name}.tar` }
    })
  await sql(
    em,
    `/* insertPackages */
     insert into data_package.raw_data_package (id, execution_id, module_id, sequence, name, path, status, file_count, file_bytes)
     select id, $2, $3, sequence, name, path, 'SCHEDULED', file_count, file_bytes
     from unnest($1::uuid[], $4::int[], $5::text[], $6::text[], $7::int[], $8::bigint[]) as t(id, sequence, name, path, file_count, file_bytes)`,
    [
      packages.map(({ id }) => id),
      group.execution_id,
      group.module_id,
      packages.map(({ sequence }) => sequence),
      packages.map(({ name }) => name),
      packages.map(({ path }) => path),
      packages.map(({ files }) => files.length),
      packages.map(({ files }) => files.reduce((sum, { file_bytes }) => sum + Number(file_bytes), 0)),
    ],
  )
  await sql(
    em,
    `/* fillPackages */
     update data_package.raw_data_file f set package_id = t.package_id from unnest($1::uuid[], $2::uuid[]) as t(id, package_id) where f.id = t.id`,
    [packages.flatMap(({ files }) => files.map(({ id }) => id)), packages.flatMap(({ id, files }) => files.map(() => id))],
  )
  return requestOperations(
    em,
    packages.map(({ id, locationId }) => ({ kind: 'packaging', locationId, subjectId: id, packageId: id })),
  )
}

/** Cuts a list into portions, in order, of at most `limit` bytes each; a file larger than that is a portion of its own. */
export function fill<file extends { readonly bytes: number | string }>(files: readonly file[], limit: number): file[][] {
  const portions: file[][] = []
  let room = 0
  for (const file of files) {
    const bytes = Number(file.bytes)
    const last = portions.at(-1)
    if (last && bytes <= room) last.push(file)
    else portions.push([file])
    room = last && bytes <= room ? room - bytes : limit - bytes
  }
  return portions
}
