import { transact, type Context } from '@almagest/kit'
import { ExecutedObsUnit, newId, Refusal, sql, type LocationType } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { at, readFiling, type WantedFile } from './filing-input.ts'

type Filing = ReturnType<typeof readFiling>

interface Location {
  readonly id: string
  readonly name: string
  readonly type: LocationType
  readonly active: boolean
  readonly instrument_id: string | null
}

/**
 * Registers an execution and its files, all or nothing. The same key again gives the same execution and adds the files that are new;
 * refuses with CONFLICT what contradicts something filed before.
 */
export async function fileObservation(input: unknown, context: Context): Promise<{ execution: ExecutedObsUnit; filesAdded: number }> {
  const filing = readFiling(input)
  return transact(context, 'fileObservation', async em => {
    const instrumentId = await findInstrument(em, filing)
    const modules = await findModules(em, filing, instrumentId)
    const location = await findLocation(em, filing, instrumentId)
    const executionId = await holdExecution(em, filing)
    const filesAdded = await insertFiles(em, filing.files, { executionId, modules, location })
    if (filesAdded > 0)
      await sql(em, `/* markFiled */ update observation.executed_obs_unit set filed_at = now() where id = $1`, [executionId])
    return { execution: await em.findOneOrFail(ExecutedObsUnit, executionId), filesAdded }
  })
}

async function findInstrument(em: EntityManager, { instrument, obsUnitId }: Filing): Promise<string> {
  const [found] = await sql<{ id: string; active: boolean }>(
    em,
    `/* instrumentToFile */ select id, active from observation.instrument where name = $1`,
    [instrument],
  )
  if (!found) throw new Refusal('NOT_FOUND', `input.instrument: there is no instrument ${JSON.stringify(instrument)}`)
  const [unit] = await sql<{ instrument_id: string }>(
    em,
    `/* obsUnitToFile */ select instrument_id from observation.obs_unit where id = $1`,
    [obsUnitId],
  )
  if (!unit) throw new Refusal('NOT_FOUND', `input.obsUnitId: there is no planned observation ${obsUnitId}`)
  if (unit.instrument_id !== found.id)
    throw new Refusal('BAD_INPUT', `input.instrument: ${instrument} is not that of the planned observation ${obsUnitId}`)
  if (!found.active) throw new Refusal('BAD_INPUT', `input.instrument: ${instrument} is not active`)
  return found.id
}

async function findModules(em: EntityManager, { files, instrument }: Filing, instrumentId: string): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; name: string }>(
    em,
    `/* modulesToFile */ select id, name from observation.instrument_module where instrument_id = $1`,
    [instrumentId],
  )
  const modules = new Map(rows.map(({ id, name }) => [name, id]))
  const unknown = files.find(({ module }) => !modules.has(module))
  if (unknown) {
    throw new Refusal(
      'NOT_FOUND',
      `input.files[${unknown.index}].module: instrument ${instrument} has no module ${JSON.stringify(unknown.module)}`,
    )
  }
  return modules
}

async function findLocation(em: EntityManager, { location: name, instrument }: Filing, instrumentId: string): Promise<Location> {
  const rows = await sql<Location>(
    em,
    `/* locationToFile */
     select id, name, type, active, instrument_id from storage.data_location
     where case when $1::text is null then instrument_id = $2 and type = 'SOURCE' and active else name = $1 end order by name`,
    [name, instrumentId],
  )
  const [location] = rows
  if (!location && name !== null) throw new Refusal('NOT_FOUND', `input.location: there is no location ${JSON.stringify(name)}`)
  if (!location) throw new Refusal('BAD_INPUT', `input.location: instrument ${instrument} has no active SOURCE location`)
  if (rows.length > 1) {
    throw new Refusal(
      'BAD_INPUT',
      `input.location: has to be given, because ${instrument} writes to ${rows.map(({ name }) => name).join(', ')}`,
    )
  }
  if (location.type !== 'SOURCE') throw new Refusal('BAD_INPUT', `input.location: ${location.name} is a ${location.type}, not a SOURCE`)
  if (location.instrument_id !== instrumentId)
    throw new Refusal('BAD_INPUT', `input.location: ${location.name} is not a location of ${instrument}`)
  if (!location.active) throw new Refusal('BAD_INPUT', `input.location: ${location.name} is not active`)
  return location
}

/** Makes the execution unless its key is known, and locks it: calls with one key follow one another. */
async function holdExecution(em: EntityManager, { key, id, obsUnitId, startedAt, endedAt, quality, conditions }: Filing): Promise<string> {
  const wanted = { obsUnitId, startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString() }
  await sql(
    em,
    `/* insertExecution */
     insert into observation.executed_obs_unit (id, obs_unit_id, filing_key, started_at, ended_at, quality, conditions)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [id ?? newId(), obsUnitId, key, wanted.startedAt, wanted.endedAt, quality, JSON.stringify(conditions)],
  )
  const [row] = await sql<{ id: string; obs_unit_id: string; started_at: string; ended_at: string }>(
    em,
    `/* lockExecution */ select id, obs_unit_id, started_at, ended_at from observation.executed_obs_unit where filing_key = $1 for update`,
    [key],
  )
  if (!row) throw new Refusal('CONFLICT', `input.id: ${id} was filed with another key`)
  const filed = {
    obsUnitId: row.obs_unit_id,
    startedAt: new Date(row.started_at).toISOString(),
    endedAt: new Date(row.ended_at).toISOString(),
  }
  const differing = (['obsUnitId', 'startedAt', 'endedAt'] as const)
    .filter(field => filed[field] !== wanted[field])
    .map(field => `input.${field}: ${JSON.stringify(key)} was filed with ${filed[field]}, not ${wanted[field]}`)
  if (differing.length > 0) throw new Refusal('CONFLICT', differing.join('; '))
  return row.id
}

async function insertFiles(
  em: EntityManager,
  files: readonly WantedFile[],
  { executionId, modules, location }: { executionId: string; modules: ReadonlyMap<string, string>; location: Location },
): Promise<number> {
  // In one order in every call: two that file the same names wait for each other, and do not lock each other out.
  const wanted = files.toSorted((a, b) => compare(a.module, b.module) || compare(a.fold, b.fold))
  const columns = [
    wanted.map(({ module }) => modules.get(module)),
    wanted.map(({ path }) => path),
    wanted.map(({ fold }) => fold),
    wanted.map(({ bytes }) => bytes),
    wanted.map(({ digest }) => digest),
    wanted.map(({ index }) => index),
  ]
  const unnested = (first: number) =>
    `unnest(${['uuid', 'text', 'text', 'bigint', 'text', 'int'].map((type, index) => `$${first + index}::${type}[]`).join(', ')})`

  const [made] = await sql<{ files: number; copies: number }>(
    em,
    `/* insertFiles */
     with wanted as (
       select * from rows from (unnest($3::uuid[], $4::uuid[]), ${unnested(5)})
         as w(id, copy_id, module_id, path, path_fold, bytes, digest, index)
     ), made as (
       insert into data_package.raw_data_file (id, execution_id, module_id, path, path_fold, bytes, filed_digest)
       select id, $1::uuid, module_id, path, path_fold, bytes, digest from wanted
       on conflict (module_id, path_fold) do nothing returning id
     ), copied as (
       insert into storage.physical_copy (id, location_id, file_id, path, bytes, digest, status)
       select copy_id, $2::uuid, id, path, bytes, digest, 'PRESENT' from made join wanted using (id)
       on conflict (location_id, path) where status not in ('DELETED', 'QUARANTINED', 'MISSING') do nothing returning id
     )
     select (select count(*)::int from made) as files, (select count(*)::int from copied) as copies`,
    [executionId, location.id, wanted.map(() => newId()), wanted.map(() => newId()), ...columns],
  )
  if (!made) throw new Error('insertFiles gave no row')

  if (made.copies < made.files) {
    const [taken] = await sql<{ index: number; path: string; module: string }>(
      em,
      `/* takenPath */
       select w.index, w.path, m.name as module
       from ${unnested(2)} as w(module_id, path, path_fold, bytes, digest, index)
       join storage.physical_copy c on c.location_id = $1 and c.path = w.path and c.status not in ('DELETED', 'QUARANTINED', 'MISSING')
       join data_package.raw_data_file f on f.id = c.file_id and f.module_id <> w.module_id
       join observation.instrument_module m on m.id = f.module_id
       order by w.index limit 1`,
      [location.id, ...columns],
    )
    if (!taken) throw new Error(`${made.files - made.copies} copies were not inserted`)
    throw new Refusal(
      'CONFLICT',
      `${at(taken.index)}: ${JSON.stringify(taken.path)} at ${location.name} is a file of module ${taken.module}`,
    )
  }
  if (made.files < wanted.length) await refuseContradiction(em, { from: unnested(2), columns, executionId })
  return made.files
}

async function refuseContradiction(
  em: EntityManager,
  { from, columns, executionId }: { from: string; columns: readonly unknown[]; executionId: string },
): Promise<void> {
  const [row] = await sql<{
    index: number
    path: string
    bytes: string
    digest: string | null
    filed_path: string
    filed_bytes: string
    filed_digest: string | null
    filed_key: string
    same_execution: boolean
  }>(
    em,
    `/* contradictions */
     select w.index, w.path, w.bytes, w.digest, f.path as filed_path, f.bytes as filed_bytes, f.filed_digest, e.filing_key as filed_key,
       f.execution_id = $1::uuid as same_execution
     from ${from} as w(module_id, path, path_fold, bytes, digest, index)
     join data_package.raw_data_file f on f.module_id = w.module_id and f.path_fold = w.path_fold
     join observation.executed_obs_unit e on e.id = f.execution_id
     where f.path <> w.path or f.execution_id <> $1 or f.bytes <> w.bytes or f.filed_digest <> w.digest
     order by w.index limit 1`,
    [executionId, ...columns],
  )
  if (!row) return
  const path = JSON.stringify(row.path)
  const reason =
    row.path !== row.filed_path
      ? `${path} was filed as ${JSON.stringify(row.filed_path)}: they differ only in case or Unicode form`
      : !row.same_execution
        ? `${path} was filed with the key ${JSON.stringify(row.filed_key)}`
        : row.bytes !== row.filed_bytes
          ? `${path} was filed with ${row.filed_bytes} bytes, not ${row.bytes}`
          : `${path} was filed with the digest ${row.filed_digest}, not ${row.digest}`
  throw new Refusal('CONFLICT', `${at(row.index)}: ${reason}`)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
