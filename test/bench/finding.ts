import { join } from 'node:path'
import pg from 'pg'
import { locateFiles } from '@almagest/storage'
import type { Bed } from './bench.ts'
import { ask, openCentre, type Centre } from './centre.ts'
import { alternate, compare, judge, median, timed, type Result } from './measure.ts'

/** How many files are in a package, and how many packages are of one execution. */
const PER_PACKAGE = 100
const PER_EXECUTION = 10

const LOCATE = `query ($input: LocateFilesInput!) { locateFiles(input: $input) {
  id path bytes digest sources { location site path offset status verificationLevel }
} }`

/** What a page shows of files and of packages, with the copies of each. */
const PAGES = {
  files: `query ($after: String) { page: rawDataFiles(first: 50, after: $after) {
    nodes { id path bytes package { name } copies { status location { name } } } pageInfo { endCursor }
  } }`,
  packages: `query ($after: String) { page: rawDataPackages(first: 50, after: $after) {
    nodes { id name state copies { status verificationLevel location { name } } } pageInfo { endCursor }
  } }`,
} as const

/** One statement that a skilled hand would write to know where files are, best place first. */
const BY_HAND = `
select w.n, f.id, f.path, f.bytes, f.digest, f."offset", l.name as location, s.name as site, c.path as copy_path, c.status, c.verification_level
from unnest($1::uuid[]) with ordinality as w(id, n)
join data_package.raw_data_file f on f.id = w.id
cross join lateral (
  select c.* from storage.physical_copy c where c.file_id = f.id and c.status in ('PRESENT', 'STAGED')
  union all
  select c.* from storage.physical_copy c where c.package_id = f.package_id and c.status in ('PRESENT', 'STAGED')
) c
join storage.data_location l on l.id = c.location_id
join storage.site s on s.id = l.site_id
where l.active and s.active
order by w.n, s.name = $2 desc, l.type, l.priority`

/** Locating files among many against one statement by hand, and pages of a catalogue of many files against those of one of few. */
export async function measureFinding(bed: Bed): Promise<Result[]> {
  await using large = await openCentre({ ...bed, folder: join(bed.folder, 'many') })
  await using small = await openCentre({ ...bed, folder: join(bed.folder, 'few') })
  await fill(large, bed.number('files'), bed)
  await fill(small, bed.number('few'), bed)
  return [...(await measureLocating(large, bed)), ...(await measurePages(large, small, bed))]
}

/** Writes so many files as filing, packaging and archiving leave them: packed, with two archived copies of each package; the last tenth still at its source. */
async function fill({ databaseUrl, topology }: Centre, files: number, { say }: Bed): Promise<void> {
  const { obsUnit, module, locations } = topology
  const packages = Math.max(1, Math.round(files / PER_PACKAGE))
  const perPackage = Math.min(files, PER_PACKAGE)
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    // what triggers would check and record of each row is so by construction
    await client.query(`set session_replication_role = replica`)
    await client.query(`set maintenance_work_mem = '1GB'`)
    await client.query(
      `create temporary table pkg as select n, uuidv7() as id, (n - 1) / ${PER_EXECUTION} as execution from generate_series(1, $1::int) n`,
      [packages],
    )
    await client.query(`create temporary table exe as select n, uuidv7() as id from generate_series(0, $1::int) n`, [
      Math.floor((packages - 1) / PER_EXECUTION),
    ])
    await client.query(
      `insert into observation.executed_obs_unit (id, obs_unit_id, filing_key, started_at, ended_at)
       select id, $1, id::text, timestamptz '2020-01-01 00:00Z' + n * interval '10 minutes', timestamptz '2020-01-01 00:09Z' + n * interval '10 minutes' from exe`,
      [obsUnit.id],
    )
    await client.query(
      `insert into data_package.raw_data_package (id, execution_id, module_id, sequence, name, path, status, state, file_count, file_bytes)
       select p.id, e.id, $1, p.n, 'package-' || lpad(p.n::text, 8, '0'), 'package-' || p.n || '.tar', 'COMPLETED', 'ARCHIVED', $2::int, $2::int * 4000000::bigint
       from pkg p join exe e on e.n = p.execution`,
      [module.id, perPackage],
    )
    const step = 5_000
    for (let from = 0; from < packages; from += step) {
      await client.query(
        `insert into data_package.raw_data_file (id, execution_id, module_id, path, path_fold, bytes, filed_digest, package_id, digest, "offset", mode)
         select uuidv7(), e.id, $1, name, name, 4000000, digest, p.id, digest, i * 4000768::bigint + 512, 420
         from pkg p join exe e on e.n = p.execution cross join generate_series(0, $2::int - 1) i
         cross join lateral (select 'run-' || lpad(p.n::text, 8, '0') || '/frame-' || lpad(i::text, 7, '0') || '.fits' as name) named
         cross join lateral (select 'blake3:' || md5(name) || md5(name || 'b') as digest) digested
         where p.n > $3 and p.n <= $4 order by p.n, i`,
        [module.id, perPackage, from, from + step],
      )
      if ((from / step) % 4 === 3) say(`wrote ${((from + step) * perPackage).toLocaleString('en')} files`)
    }
    await client.query(
      `insert into storage.physical_copy (id, location_id, package_id, path, bytes, status, verification_level)
       select uuidv7(), l.id, p.id, 'package-' || p.n || '.tar', 4000768000, 'PRESENT', 2 from pkg p cross join unnest($1::uuid[]) l(id)`,
      [[locations.cologneArchive.id, locations.gentArchive.id]],
    )
    await client.query(
      `insert into storage.physical_copy (id, location_id, file_id, path, bytes, status)
       select uuidv7(), $1, f.id, f.path, f.bytes, 'PRESENT' from data_package.raw_data_file f join pkg p on p.id = f.package_id where p.n > $2`,
      [locations.source.id, Math.floor(packages * 0.9)],
    )
    await client.query(`update storage.data_location set identified_at = now()`)
    await client.query(
      `vacuum (analyze) data_package.raw_data_file, data_package.raw_data_package, storage.physical_copy, observation.executed_obs_unit`,
    )
  } finally {
    await client.end()
  }
}

const ABSENT = 'a file was not found at two places'

async function measureLocating({ gatewayUrl, databaseUrl, orm, topology }: Centre, { number, say }: Bed): Promise<Result[]> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const { rows } = await client.query<{ id: string }>(
      `select id from data_package.raw_data_file tablesample system (least(100, 300.0 * $1 / $2)) order by random() limit $1`,
      [number('located'), number('files')],
    )
    const ids = rows.map(({ id }) => id)
    const site = topology.sites.cologne.name
    const located = async (): Promise<number> =>
      timed(async () => {
        const { locateFiles } = await ask<{ locateFiles: { sources: unknown[] }[] }>(gatewayUrl, LOCATE, { input: { ids, site } })
        if (locateFiles.some(({ sources }) => sources.length < 2)) throw new Error(ABSENT)
      })
    const byHand = async (): Promise<number> =>
      timed(async () => {
        const found = await client.query(BY_HAND, [ids, site])
        if (found.rows.length < 2 * ids.length) throw new Error(ABSENT)
      })
    const found = async (): Promise<number> =>
      timed(async () => {
        if ((await locateFiles(orm.em.fork(), { ids, site })).some(({ sources }) => sources.length < 2)) throw new Error(ABSENT)
      })
    const what = `locating ${ids.length.toLocaleString('en')} of ${number('files').toLocaleString('en')} files`
    const question = { what, against: 'one statement by hand', target: 1.5, better: 'lower' } as const
    const common = { b: byHand, rounds: number('rounds'), say }
    const result = await compare({ ...question, ...common, a: found })
    const graph = await compare({ ...question, ...common, what: `${what} through the gateway`, a: located })
    return [result, graph, judge({ ...graph, against: 'one second', target: 1 }, { a: [graph.ours], b: [1_000] })]
  } finally {
    await client.end()
  }
}

async function measurePages(large: Centre, small: Centre, { number, say }: Bed): Promise<Result[]> {
  const results: Result[] = []
  for (const [of, query] of Object.entries(PAGES)) {
    for (const where of ['first', 'deep'] as const) {
      const cursors = where === 'deep' ? await Promise.all([large, small].map(centre => cursorWithin(centre, query, of))) : [null, null]
      const page = async (centre: Centre, after: string | null | undefined): Promise<number> => {
        const took: number[] = []
        for (let count = 0; count < number('pages'); count++) took.push(await timed(() => ask(centre.gatewayUrl, query, { after })))
        return median(took)
      }
      const what = `p50 of the ${where} page of 50 ${of} among ${number('files').toLocaleString('en')} files`
      say(what)
      const figures = await alternate({ a: () => page(large, cursors[0]), b: () => page(small, cursors[1]), rounds: number('rounds') })
      results.push(judge({ what, against: `among ${number('few').toLocaleString('en')}`, target: 1.3, better: 'lower' }, figures))
    }
  }
  return results
}

/** The cursor of a row about two thirds into a list: one of the list, with the keys of another row. */
async function cursorWithin({ gatewayUrl, databaseUrl }: Centre, query: string, of: string): Promise<string> {
  const { page } = await ask<{ page: { pageInfo: { endCursor: string }; nodes: { id: string }[] } }>(gatewayUrl, query, {})
  const [order, ...keys] = JSON.parse(Buffer.from(page.pageInfo.endCursor, 'base64url').toString()) as string[]
  const table = of === 'files' ? 'raw_data_file' : 'raw_data_package'
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const row = async (which: string, values: unknown[] = []): Promise<Map<string, string>> => {
      const { rows } = await client.query<Record<string, string>>(
        `select id, execution_id from data_package.${table} ${which} limit 1`,
        values,
      )
      return new Map(Object.entries(rows[0] ?? {}))
    }
    const here = await row('where id = $1', [page.nodes.at(-1)?.id])
    const there = await row(`order by id offset (select count(*) * 2 / 3 from data_package.${table})`)
    const deep = keys.map(key => there.get([...here].find(([, value]) => value === key)?.[0] ?? ''))
    if (deep.includes(undefined)) throw new Error(`the cursor of ${of} holds other keys than id and execution_id`)
    return Buffer.from(JSON.stringify([order, ...deep])).toString('base64url')
  } finally {
    await client.end()
  }
}
