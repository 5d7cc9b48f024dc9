import { copyIn, newIds, Refusal, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { HeldExecution, Instrument, Location, Module } from './filing-execution.ts'
import { list, type WantedFile } from './filing-input.ts'

/** How many rows are written as text at once, while PostgreSQL reads those before. */
const ROWS = 2_000

/** What the files of one call share: their modules by name, and where in the input each stands. */
interface Filed {
  readonly execution: HeldExecution
  readonly instrument: Instrument
  readonly modules: ReadonlyMap<string, Module>
  readonly location: Location
  readonly at: (index: number) => string
}

/**
 * Writes the rows of files, and of their copies at the location, in the transaction of `em`; returns how many are new. Files that are known as they
 * are wanted stay as they are, or take over the digest that they are wanted with; refuses new files of what is not active, and with CONFLICT what
 * contradicts a file that is filed already, or that another call files meanwhile.
 */
export async function writeFiles(em: EntityManager, files: readonly WantedFile[], filed: Filed): Promise<number> {
  // In one order in every call: two that file the same names wait for each other, and do not lock each other out.
  const wanted = files.toSorted((a, b) => compare(a.module, b.module) || compare(a.fold, b.fold))
  const known = filed.execution.isNew ? new Set<number>() : await findKnown(em, wanted, filed)
  const added = known.size === 0 ? wanted : wanted.filter(({ index }) => !known.has(index))
  if (added.length === 0) return 0
  refuseInactive(added, filed)

  await sql(em, '/* beforeFiles */ savepoint files')
  try {
    await copyRows(em, added, filed)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== '23505') throw error
    await sql(em, '/* withoutFiles */ rollback to savepoint files')
    await refuseContradiction(em, added, filed)
    await refuseTaken(em, added, filed)
    throw error
  }
  await sql(em, `/* markFiled */ update observation.executed_obs_unit set filed_at = now() where id = $1`, [filed.execution.id])
  return added.length
}

async function copyRows(em: EntityManager, files: readonly WantedFile[], { execution, modules, location }: Filed): Promise<void> {
  const ids = newIds(files.length)
  const copyIds = newIds(files.length)
  await copyIn(
    em,
    '/* copyFiles */ copy data_package.raw_data_file (id, execution_id, module_id, path, path_fold, bytes, filed_digest) from stdin',
    linesOf(
      files,
      ({ module, path, fold, bytes, digest }, row) =>
        `${ids[row]}\t${execution.id}\t${modules.get(module)?.id}\t${escaped(path)}\t${escaped(fold)}\t${bytes}\t${digest ?? '\\N'}\n`,
    ),
  )
  await copyIn(
    em,
    '/* copyCopies */ copy storage.physical_copy (id, location_id, file_id, path, bytes, digest, status) from stdin',
    linesOf(
      files,
      ({ path, bytes, digest }, row) =>
        `${copyIds[row]}\t${location.id}\t${ids[row]}\t${escaped(path)}\t${bytes}\t${digest ?? '\\N'}\tPRESENT\n`,
    ),
  )
}

/** A path in a line of a COPY: it has no control character, and a backslash stands for itself only when it is doubled. */
function escaped(path: string): string {
  return path.includes('\\') ? path.replaceAll('\\', '\\\\') : path
}

/** The lines of a COPY. */
function* linesOf(files: readonly WantedFile[], write: (file: WantedFile, row: number) => string): Generator<string, void, void> {
  for (let begin = 0; begin < files.length; begin += ROWS) {
    let lines = ''
    for (let row = begin; row < Math.min(begin + ROWS, files.length); row++) lines += write(files[row] as WantedFile, row)
    yield lines
  }
}

/** The files of one call as the parameters $2 to $7 of a statement, with `from` to name them there. */
function parametersOf(files: readonly WantedFile[], { modules }: Filed): { from: string; columns: unknown[] } {
  const columns = [
    files.map(({ module }) => modules.get(module)?.id),
    files.map(({ path }) => path),
    files.map(({ fold }) => fold),
    files.map(({ bytes }) => bytes),
    files.map(({ digest }) => digest),
    files.map(({ index }) => index),
  ]
  const types = ['uuid', 'text', 'text', 'bigint', 'text', 'int'].map((type, index) => `$${index + 2}::${type}[]`)
  return { from: `unnest(${types.join(', ')}) as w(module_id, path, path_fold, bytes, digest, index)`, columns }
}

/** Which of the files are filed already, which take over a digest that was not told before; refuses what contradicts them. */
async function findKnown(em: EntityManager, files: readonly WantedFile[], filed: Filed): Promise<ReadonlySet<number>> {
  await refuseContradiction(em, files, filed)
  const { from, columns } = parametersOf(files, filed)
  const rows = await sql<{ index: number; id: string; here: boolean }>(
    em,
    `/* knownFiles */
     select w.index, f.id, c.id is not null as here
     from ${from} join data_package.raw_data_file f on f.module_id = w.module_id and f.path_fold = w.path_fold
     left join storage.physical_copy c
       on c.file_id = f.id and c.location_id = $8 and c.status not in ('DELETED', 'QUARANTINED', 'MISSING')
     where f.execution_id = $1`,
    [filed.execution.id, ...columns, filed.location.id],
  )
  const away = rows.filter(({ here }) => !here)
  if (away.length > 0) await refuseElsewhere(em, files, { filed, away })
  if (files.some(({ digest }) => digest !== null)) {
    await sql(
      em,
      `/* claimDigests */
       with claimed as (
         update data_package.raw_data_file f set filed_digest = w.digest from ${from}
         where f.module_id = w.module_id and f.path_fold = w.path_fold and f.execution_id = $1
           and f.package_id is null and f.filed_digest is null and w.digest is not null
         returning f.id, f.filed_digest
       )
       update storage.physical_copy c set digest = claimed.filed_digest from claimed where c.file_id = claimed.id and c.digest is null`,
      [filed.execution.id, ...columns],
    )
  }
  return new Set(rows.map(({ index }) => index))
}

/** Refuses files that lie at another SOURCE; one that lies nowhere any more did lie here. */
async function refuseElsewhere(
  em: EntityManager,
  files: readonly WantedFile[],
  { filed, away }: { filed: Filed; away: readonly { index: number; id: string }[] },
): Promise<void> {
  const found = await sql<{ index: number; name: string }>(
    em,
    `/* filedElsewhere */
     select w.index, l.name from unnest($1::uuid[], $2::int[]) as w(id, index)
     join storage.physical_copy c on c.file_id = w.id and c.status not in ('DELETED', 'QUARANTINED', 'MISSING')
     join storage.data_location l on l.id = c.location_id and l.type = 'SOURCE'
     order by w.index`,
    [away.map(({ id }) => id), away.map(({ index }) => index)],
  )
  if (found.length === 0) return
  const paths = new Map(files.map(({ index, path }) => [index, path]))
  const faults = found.map(
    ({ index, name }) => `${filed.at(index)}: ${JSON.stringify(paths.get(index))} was filed at ${name}, not ${filed.location.name}`,
  )
  throw new Refusal('CONFLICT', list(faults))
}

/** Refuses new files where nothing new is taken. */
function refuseInactive(files: readonly WantedFile[], { instrument, location, modules, at }: Filed): void {
  for (const [field, { name, active }] of [
    ['instrument', instrument],
    ['location', location],
  ] as const)
    if (!active) throw new Refusal('BAD_INPUT', `input.${field}: ${name} is not active, and takes no new files`)
  const late = files
    .filter(({ module }) => !modules.get(module)?.active)
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, module }) => `${at(index)}: module ${module} is not active, and takes no new files`)
  if (late.length > 0) throw new Refusal('BAD_INPUT', list(late))
}

/** Refuses files whose path, at the location, is that of another module's file. */
async function refuseTaken(em: EntityManager, files: readonly WantedFile[], filed: Filed): Promise<void> {
  const { from, columns } = parametersOf(files, filed)
  const taken = await sql<{ index: number; path: string; module: string }>(
    em,
    `/* takenPath */
     select w.index, w.path, m.name as module
     from ${from}
     join storage.physical_copy c on c.location_id = $1 and c.path = w.path and c.status not in ('DELETED', 'QUARANTINED', 'MISSING')
     join data_package.raw_data_file f on f.id = c.file_id and f.module_id <> w.module_id
     join observation.instrument_module m on m.id = f.module_id
     order by w.index`,
    [filed.location.id, ...columns],
  )
  const faults = taken.map(
    ({ index, path, module }) => `${filed.at(index)}: ${JSON.stringify(path)} at ${filed.location.name} is a file of module ${module}`,
  )
  if (faults.length > 0) throw new Refusal('CONFLICT', list(faults))
}

/** A file as it is wanted, and as it was filed. */
interface Contradiction {
  readonly index: number
  readonly path: string
  readonly bytes: string
  readonly digest: string | null
  readonly filed_path: string
  readonly filed_bytes: string
  readonly filed_digest: string | null
  readonly filed_key: string
  readonly same_execution: boolean
}

/** Refuses files that are filed otherwise: in another spelling, by another key, with another size or digest. */
async function refuseContradiction(em: EntityManager, files: readonly WantedFile[], filed: Filed): Promise<void> {
  const { from, columns } = parametersOf(files, filed)
  const rows = await sql<Contradiction>(
    em,
    `/* contradictions */
     select w.index, w.path, w.bytes, w.digest, f.path as filed_path, f.bytes as filed_bytes, f.filed_digest, e.filing_key as filed_key,
       f.execution_id = $1::uuid as same_execution
     from ${from}
     join data_package.raw_data_file f on f.module_id = w.module_id and f.path_fold = w.path_fold
     join observation.executed_obs_unit e on e.id = f.execution_id
     where f.path <> w.path or f.execution_id <> $1 or f.bytes <> w.bytes or f.filed_digest <> w.digest
       or (f.filed_digest is null and w.digest is not null and f.package_id is not null and f.digest is distinct from w.digest)
     order by w.index`,
    [filed.execution.id, ...columns],
  )
  if (rows.length > 0) throw new Refusal('CONFLICT', list(rows.map(row => `${filed.at(row.index)}: ${reasonOf(row)}`)))
}

function reasonOf(row: Contradiction): string {
  const path = JSON.stringify(row.path)
  if (row.path !== row.filed_path) return `${path} was filed as ${JSON.stringify(row.filed_path)}: they differ only in case or Unicode form`
  if (!row.same_execution) return `${path} was filed with the key ${JSON.stringify(row.filed_key)}`
  if (row.bytes !== row.filed_bytes) return `${path} was filed with ${row.filed_bytes} bytes, not ${row.bytes}`
  if (row.filed_digest === null)
    return `${path} was filed without a digest, and is in a package by now: ${row.digest} cannot be compared any more`
  return `${path} was filed with the digest ${row.filed_digest}, not ${row.digest}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
