import { z } from 'zod'
import { between, id, orElse, parse, shortName } from '@almagest/kit'
import { foldPath, readable, Refusal, sql, type CopyStatus, type LocationType, type StorageType } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { FileSource, LocatedFile } from './resolvers.generated.ts'

/** How many files one call locates at most. */
const MOST = 10_000

const PATH = /^[^\u0000-\u001f\u007f-\u009f]+$/

const LocateFiles = z
  .object({
    ids: orElse(z.array(id()).max(MOST, `must have at most ${MOST} ids`), []),
    paths: orElse(
      z
        .array(
          z.string().refine(path => path.length <= 1_024 && path.isWellFormed() && PATH.test(path), { error: 'is not the path of a file' }),
        )
        .max(MOST, `must have at most ${MOST} paths`),
      [],
    ),
    instrument: orElse(shortName(), null),
    module: orElse(shortName(), null),
    site: orElse(shortName(), null),
    unusable: orElse(z.boolean(), false),
    sourcesPerFile: orElse(between(1, 100), 100),
  })
  .refine(({ ids, paths }) => ids.length + paths.length > 0, { error: 'must name files, by ids or paths' })
  .refine(({ ids, paths }) => ids.length + paths.length <= MOST, { error: `must name at most ${MOST} files, ids and paths together` })
  .refine(({ paths, instrument, module }) => paths.length > 0 || (instrument === null && module === null), {
    error: 'instrument and module tell paths apart: they go with paths',
  })

type Wish = z.output<typeof LocateFiles>

/** One file that was asked for, and where it can be read. */
export type Located = Omit<LocatedFile, 'file'>

interface Row {
  /** 0: what was found of the names in the input, 1: a file, 2: a copy of a file, 3: a copy of a package, 4: a location. */
  readonly kind: 0 | 1 | 2 | 3 | 4
  /** The place of a file in the input from 1, the level of a copy, the rank of a location. */
  readonly n: number
  readonly id: string
  /** The package of a file, what a copy is of. */
  readonly of_id: string | null
  readonly location_id: string | null
  readonly path: string
  readonly status: string
  readonly bytes: string | null
  readonly digest: string | null
  readonly at: string | null
}

/** Locates the files named in the input, in its order, in one statement. */
export async function locateFiles(em: EntityManager, input: unknown): Promise<Located[]> {
  const wish = parse(LocateFiles, input)
  refuseTwice('ids', wish.ids)
  refuseTwice('paths', wish.paths)
  const rows = await sql<Row>(em, LOCATE, [
    wish.ids,
    wish.paths,
    wish.paths.map(foldPath),
    wish.instrument,
    wish.module,
    wish.site,
    wish.unusable,
  ])
  const places = new Map<string, Place>()
  const copies = new Map<string, Copy[]>()
  const files: Row[] = []
  for (const row of rows) {
    if (row.kind === 0) refuseUnknown(row, wish)
    else if (row.kind === 4) places.set(row.id, toPlace(row))
    else if (row.kind === 1) files[row.n - 1] = takeOnce(row, { taken: files[row.n - 1], wish })
    else {
      const place = places.get(row.location_id ?? '')
      const of = copies.get(row.of_id ?? '')
      if (!place) continue
      const gone = row.at !== null
      if (gone && !wish.unusable) continue
      const copy = { place, id: row.id, path: row.path, status: row.status as CopyStatus, level: row.n, gone }
      if (of) of.push(copy)
      else copies.set(row.of_id ?? '', [copy])
    }
  }
  for (const list of copies.values()) list.sort(bestFirst)
  return Array.from({ length: wish.ids.length + wish.paths.length }, (_, index) => toLocated(files[index], { wish, index, copies }))
}

interface Place {
  readonly rank: number
  readonly name: string
  readonly site: string
  readonly type: LocationType
  readonly storage: StorageType
  readonly usable: boolean
}

interface Copy {
  readonly place: Place
  readonly id: string
  readonly path: string
  readonly status: CopyStatus
  readonly level: number
  /** Whether a scan found no file there, or another. */
  readonly gone: boolean
}

function bestFirst(a: Copy, b: Copy): number {
  return Number(a.gone) - Number(b.gone) || a.place.rank - b.place.rank || b.level - a.level || (a.place.name < b.place.name ? -1 : 1)
}

function toPlace({ n, path, digest, status, at, bytes }: Row): Place {
  return { rank: n, name: path, site: digest ?? '', type: status as LocationType, storage: at as StorageType, usable: bytes === '1' }
}

function toLocated(
  row: Row | undefined,
  { wish, index, copies }: { wish: Wish; index: number; copies: ReadonlyMap<string, readonly Copy[]> },
): Located {
  if (!row) {
    const path = wish.paths[index - wish.ids.length] ?? null
    return { found: false, id: wish.ids[index] ?? null, path, bytes: null, digest: null, packageId: null, sources: [] }
  }
  const { id, path, of_id, bytes, digest, at } = row
  const own = copies.get(id)
  const packed = of_id === null ? undefined : copies.get(of_id)
  const all = own && packed ? [...own, ...packed].sort(bestFirst) : (own ?? packed ?? [])
  const offset = at === null ? null : Number(at)
  const sources = all.slice(0, wish.sourcesPerFile).map(copy => toSource(copy, own?.includes(copy) ? null : { path, offset }))
  return { found: true, id, path, bytes: Number(bytes), digest, packageId: of_id, sources }
}

function toSource({ place, id, path, status, level, gone }: Copy, packed: { path: string; offset: number | null } | null): FileSource {
  const { name, site, type, storage, usable } = place
  const unpacked = packed !== null && status === 'STAGED'
  return {
    location: name,
    site,
    type,
    storage,
    usable: usable && !gone,
    path: unpacked ? `${path}/${packed.path}` : path,
    offset: unpacked ? null : (packed?.offset ?? null),
    copyId: id,
    status,
    verificationLevel: level,
  }
}

function refuseTwice(field: 'ids' | 'paths', values: readonly string[]): void {
  if (new Set(values).size === values.length) return
  const seen = new Set<string>()
  for (const [index, value] of values.entries()) {
    if (seen.has(value)) throw new Refusal('BAD_INPUT', `input.${field}[${index}]: ${JSON.stringify(value)} is named twice`)
    seen.add(value)
  }
}

function refuseUnknown({ status, n }: Row, { site, instrument, module, paths }: Wish): void {
  if (site !== null && status !== 'known') throw new Refusal('NOT_FOUND', `input.site: there is no site ${JSON.stringify(site)}`)
  if (paths.length === 0 || n > 0 || (instrument === null && module === null)) return
  if (module === null) throw new Refusal('NOT_FOUND', `input.instrument: there is no instrument ${JSON.stringify(instrument)} with modules`)
  const owner = instrument === null ? 'no instrument has' : `the instrument ${JSON.stringify(instrument)} has not`
  throw new Refusal('NOT_FOUND', `input.module: ${owner} a module ${JSON.stringify(module)}`)
}

function takeOnce(row: Row, { taken, wish }: { taken: Row | undefined; wish: Wish }): Row {
  if (!taken) return row
  const index = row.n - 1 - wish.ids.length
  throw new Refusal(
    'BAD_INPUT',
    `input.paths[${index}]: several modules have a file ${JSON.stringify(row.path)}: name the instrument and the module`,
  )
}

/** The sets of rows share columns, so that one statement and one answer hold them; the locations come before the copies at them. */
const LOCATE = `/* locateFiles */
with place as materialized (
  select l.id, l.name, s.name as site, l.type, l.storage, u.usable,
    dense_rank() over (order by not u.usable, s.name is distinct from $6,
      array_position(array['PROCESSING', 'BUFFER', 'LONG_TERM_ARCHIVE', 'SOURCE'], l.type), array_position(array['DISK', 'S3', 'TAPE'], l.storage),
      l.priority)::int as rank
  from storage.data_location l join storage.site s on s.id = l.site_id
  left join storage.circuit_breaker b on b.location_id = l.id and b.kind is null
  cross join lateral (select ${readable('l')} and l.identified_at is not null and coalesce(b.state, 'CLOSED') = 'CLOSED' as usable) u
  where u.usable or $7
), module as materialized (
  select array(select m.id from observation.instrument_module m join observation.instrument i on i.id = m.instrument_id
    where ($4::text is null or i.name = $4) and ($5::text is null or m.name = $5)) as ids
), wanted as materialized (
  select w.n, f.id, f.package_id, f.path, f.bytes, f.digest, f."offset"
  from unnest($1::uuid[]) with ordinality as w(id, n) join data_package.raw_data_file f on f.id = w.id
  union all
  select w.n + cardinality($1::uuid[]), f.id, f.package_id, f.path, f.bytes, f.digest, f."offset"
  from unnest($2::text[], $3::text[]) with ordinality as w(path, fold, n) cross join module
  cross join lateral (
    select f.* from data_package.raw_data_file f where f.module_id = any(module.ids) and f.path_fold = w.fold and f.path = w.path limit 2
  ) f
)
select 0 as kind, cardinality(module.ids) as n, null::uuid as id, null::uuid as of_id, null::uuid as location_id, null::text as path,
  (select 'known' from storage.site where name = $6) as status, null::bigint as bytes, null::text as digest, null::text as at
from module
union all
select 4, rank, id, null, null, name, type, usable::int, site, storage from place
union all
select 1, n::int, id, package_id, null, path, null, bytes, digest, "offset"::text from wanted
union all
select 2, c.verification_level, c.id, c.file_id, c.location_id, c.path, c.status, null, null,
  case when exists (select from storage.scan_finding g where g.location_id = c.location_id and g.path = c.path
    and g.kind in ('MISSING', 'CHANGED') and g.resolved_at is null) then 'gone' end
from wanted w cross join lateral (
  select c.* from storage.physical_copy c where c.file_id = w.id and c.range_start is null and c.status in ('PRESENT', 'STAGED') limit 1000
) c
union all
select 3, c.verification_level, c.id, c.package_id, c.location_id, c.path, c.status, null, null, null
from (select distinct package_id from wanted where package_id is not null) w cross join lateral (
  select c.* from storage.physical_copy c where c.package_id = w.package_id and c.status in ('PRESENT', 'STAGED') limit 1000
) c`
