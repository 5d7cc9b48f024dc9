import type pg from 'pg'

/* What instruments file in the tests of faults, and the judgement of what became of it: by SQL of its own, knowing nothing of Almagest. */

/** One file of a filing. */
export interface FiledFile {
  readonly module: string
  readonly path: string
  readonly bytes: number
}

/** The files of the filing of a number: one to three. */
export function filesOf(series: string, number: number): readonly FiledFile[] {
  return Array.from({ length: 1 + (number % 3) }, (_, index) => ({
    module: 'm1',
    path: `${series}/${number}/${index}.fits`,
    bytes: number,
  }))
}

/** Whether the instrument names a key for it, so that it can file it again; else one is made where it is filed, and it never does. */
export function hasKey(number: number): boolean {
  return number % 4 !== 3
}

/** What an instrument was told. */
export interface Told {
  /** `file` returned: the instrument may forget them. */
  readonly filed: ReadonlySet<number>
  /** Its process ended before `file` returned, and it did not file them again: they are there as a whole, or not at all. */
  readonly abandoned: ReadonlySet<number>
}

interface Row {
  readonly execution: string
  readonly path: string
  readonly bytes: string
  readonly copies: string
}

/** What is lost, half, doubled or invented of what instruments filed; by the name of their series. */
export async function judgeFilings(db: pg.ClientBase, told: Readonly<Record<string, Told>>): Promise<readonly string[]> {
  const { rows } = await db.query<Row>(
    `select f.execution_id as execution, f.path, f.bytes, (select count(*) from storage.physical_copy c where c.file_id = f.id) as copies
     from data_package.raw_data_file f where split_part(f.path, '/', 1) = any($1)`,
    [Object.keys(told)],
  )
  const { rows: empty } = await db.query<{ id: string }>(
    `select id from observation.executed_obs_unit e where not exists (select from data_package.raw_data_file f where f.execution_id = e.id)`,
  )
  const { rows: events } = await db.query<{ id: string; n: string }>(
    `select subject_id as id, count(*) as n from storage.event where field = 'files' group by 1 having count(*) <> 1`,
  )
  const found = Map.groupBy(rows, ({ path }) => path.split('/').slice(0, 2).join('/'))
  const broken = [
    ...empty.map(({ id }) => `HALF: execution ${id} has no files`),
    ...events.map(({ id, n }) => `DOUBLED: ${n} events tell of the files of execution ${id}`),
  ]
  for (const [series, { filed, abandoned }] of Object.entries(told)) {
    for (const number of new Set([...filed, ...abandoned])) {
      const name = `${series}/${number}`
      const files = found.get(name)
      found.delete(name)
      if (files) broken.push(...faultsOf(name, { files, expected: filesOf(series, number) }))
      else if (filed.has(number)) broken.push(`LOST: ${name}`)
    }
  }
  return [...broken, ...[...found.keys()].map(name => `INVENTED: ${name}`)]
}

function faultsOf(name: string, { files, expected }: { files: readonly Row[]; expected: readonly FiledFile[] }): string[] {
  const executions = new Set(files.map(({ execution }) => execution)).size
  const there = new Set(files.map(({ path, bytes }) => `${path} ${bytes}`))
  const missing = expected.filter(({ path, bytes }) => !there.has(`${path} ${bytes}`))
  return [
    ...(executions !== 1 ? [`DOUBLED: ${name} is in ${executions} executions`] : []),
    ...(missing.length > 0 ? [`HALF: ${name} lacks ${missing.map(({ path }) => path).join(', ')}`] : []),
    ...(files.length > expected.length ? [`DOUBLED: ${name} has ${files.length} files`] : []),
    ...files.filter(({ copies }) => copies !== '1').map(({ path, copies }) => `DOUBLED: ${path} has ${copies} copies at SOURCE`),
  ]
}
