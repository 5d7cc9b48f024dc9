import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DataLocation, newId, Site, sql, type CopyStatus, type JobName, type LocationType, type OperationState } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { identifyLocations, type World } from '@almagest/jobs'
import { pathAt } from '../jobs/attempt.ts'
import { definePolicy } from '../jobs/deletions.ts'
import type { Operate } from '../jobs/operated.ts'
import type { Topology } from '../make.ts'

/** Where a package can be: in the buffer of the telescope, and in two archives there that lie in failure domains of their own. */
export const PLACES = ['buffer', 'first', 'second'] as const
export type Place = (typeof PLACES)[number]

/** What lies at a path, by its bytes: those that were packaged, others, or nothing. */
export type Bytes = 'GOOD' | 'BAD' | 'NONE'

/** The data centre of one run: rows, folders, and who works and operates there. */
export interface Real {
  readonly world: World
  readonly em: EntityManager
  readonly operate: Operate
  readonly topology: Topology
  readonly places: Readonly<Record<Place, DataLocation>>
}

/** A copy of a package, as its row says. */
export interface Copy {
  readonly id: string
  readonly package_id: string
  readonly location_id: string
  readonly status: CopyStatus
  readonly level: number
  readonly verified_at: string | null
  readonly fresh: boolean
  readonly in_trash: boolean
}

/** An operation, as its row says. */
export interface Work {
  readonly id: string
  readonly kind: JobName
  readonly package_id: string | null
  readonly subject_id: string
  readonly location_id: string
  readonly state: OperationState
  readonly fence: number
}

/** One step of a copy or an operation. */
export interface Step {
  readonly what: string
  readonly from_state: string
  readonly to_state: string
}

/** All that is looked at after a command. */
export interface Seen {
  readonly copies: readonly Copy[]
  readonly works: readonly Work[]
  /** What happened since the last look. */
  readonly steps: readonly Step[]
  readonly seq: string
  /** What lies on the disks, by package and place. */
  readonly bytes: ReadonlyMap<string, Readonly<Record<Place, Bytes>>>
  /** The locations that are not in use, or behind a breaker. */
  readonly closed: ReadonlySet<string>
}

/** A telescope with a buffer and two archives, of this run alone; deletion is on, and waits for nothing. */
export async function makeReal(given: { world: World; topology: Topology; operate: Operate; root: string }): Promise<Real> {
  const { world, topology } = given
  const em = world.orm.em.fork()
  const tag = newId().slice(-8)
  const site = em.create(Site, { id: newId(), name: `chile-${tag}`, title: 'Chile' })
  const place = async (name: string, type: LocationType): Promise<DataLocation> => {
    const root = join(given.root, `${name}-${tag}`)
    await mkdir(root)
    return em.create(DataLocation, {
      id: newId(),
      siteId: site.id,
      name: `${name}-${tag}`,
      type,
      storage: 'DISK',
      root,
      failureDomain: `${name}-${tag}`,
      deletionEnabled: type === 'BUFFER',
      instrumentId: type === 'SOURCE' ? topology.instrument.id : null,
      settleS: 0,
    })
  }
  const source = await place('source', 'SOURCE')
  const places = {
    buffer: await place('buffer', 'BUFFER'),
    first: await place('first', 'LONG_TERM_ARCHIVE'),
    second: await place('second', 'LONG_TERM_ARCHIVE'),
  }
  await em.flush()
  await identifyLocations(world, site.name)
  await definePolicy(em, places.buffer, {})
  return { ...given, em, places, topology: { ...topology, locations: { ...topology.locations, source } } }
}

/** Ends a run: no sweep of another takes up what it left. */
export async function leave({ em, places, topology }: Real): Promise<void> {
  const ids = [...Object.values(places), topology.locations.source].map(({ id }) => id)
  await sql(
    em,
    `/* test: left */ update storage.operation set state = 'FAILED' where location_id = any($1::uuid[]) and state not in ('DONE', 'CANCELLED', 'FAILED')`,
    [ids],
  )
  await sql(em, `/* test: left */ update storage.data_location set active = false where id = any($1::uuid[])`, [ids])
}

/** Looks at the rows and the disks; `since` is what was seen last. */
export async function look({ em, places }: Real, packages: ReadonlyMap<string, Packed>, since: string): Promise<Seen> {
  const ids = Object.values(places).map(({ id }) => id)
  const inner = em.fork()
  const copies = await sql<Copy>(
    inner,
    `/* test: copies */
     select id, package_id, location_id, status, verification_level as level, verified_at, coalesce(verified_at > now() - interval '7 days', false) as fresh,
       trashed_at is not null as in_trash
     from storage.physical_copy where location_id = any($1::uuid[]) and package_id is not null order by id`,
    [ids],
  )
  const works = await sql<Work>(
    inner,
    `/* test: works */
     select id, kind, package_id, subject_id, location_id, state, fence from storage.operation where location_id = any($1::uuid[]) or package_id = any($2::uuid[]) order by id`,
    [ids, [...packages.keys()]],
  )
  const told = await sql<Step & { seq: string }>(
    inner,
    `/* test: steps */
     select subject_type || '.' || field as what, from_state, to_state, seq from storage.event
     where seq > $1 and (subject_type, field) in (('PhysicalCopy', 'status'), ('Operation', 'state')) order by seq`,
    [since],
  )
  const closed = await sql<{ id: string }>(
    inner,
    `/* test: closed */
     select l.id from storage.data_location l left join storage.circuit_breaker b on b.location_id = l.id
     where l.id = any($1::uuid[]) and (not l.active or b.state <> 'CLOSED')`,
    [ids],
  )
  const bytes = new Map<string, Record<Place, Bytes>>()
  for (const [id, { path, digest }] of packages) {
    const lies = async (place: Place): Promise<Bytes> => {
      const found = await readFile(pathAt(places[place], path)).catch(() => null)
      if (found === null) return 'NONE'
      return digestOf(found) === digest ? 'GOOD' : 'BAD'
    }
    bytes.set(id, { buffer: await lies('buffer'), first: await lies('first'), second: await lies('second') })
  }
  return {
    copies,
    works,
    steps: told.filter(({ from_state }) => from_state !== null),
    seq: told.at(-1)?.seq ?? since,
    bytes,
    closed: new Set(closed.map(({ id }) => id)),
  }
}

/** A package that was made: where its bytes lie at each place, and what they are. */
export interface Packed {
  readonly path: string
  readonly digest: string
}

/** The digest of bytes, by no code of the data centre. */
export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
