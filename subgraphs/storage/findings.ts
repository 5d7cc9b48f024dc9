import { z } from 'zod'
import { id, nudge, parse, transact, type Context } from '@almagest/kit'
import { pathFault, Refusal, requestOperations, ScanFinding, sql, type FindingKind } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

const FindingIds = z.array(id()).min(1, 'must name at least one finding').max(1_000, 'must name at most 1000 findings')

/** Says of findings that they are nothing; doing it twice changes nothing. Refuses with NOT_FOUND unknown ones, with INVALID_TRANSITION what is resolved. */
export function dismissFindings(findingIds: readonly string[], context: Context): Promise<ScanFinding[]> {
  const ids = parseIds(findingIds)
  return transact(context, 'dismissFindings', async em => {
    await lockFindings(em, ids)
    await sql(
      em,
      `/* dismissFindings */ update storage.scan_finding set dismissed_at = now() where id = any($1::uuid[]) and dismissed_at is null`,
      [ids],
    )
    return readFindings(em, ids)
  })
}

/**
 * Asks for DARK things that two scans saw to be moved aside, by the next scan of their locations, which comes now; asking twice changes nothing. Refuses
 * with NOT_FOUND unknown ones, with INVALID_TRANSITION what is resolved, of another kind, or was seen once, with BAD_PATH what no worker can name.
 */
export async function setAsideFindings(findingIds: readonly string[], context: Context): Promise<ScanFinding[]> {
  const ids = parseIds(findingIds)
  const { found, nudges } = await transact(context, 'setAsideFindings', async em => {
    const rows = await lockFindings(em, ids)
    const unfit = rows.find(({ kind, sightings }) => kind !== 'DARK' || sightings < 2)
    if (unfit && unfit.kind !== 'DARK')
      throw new Refusal('INVALID_TRANSITION', `findingIds: ${unfit.id} is ${unfit.kind}: only what is DARK is moved aside`)
    if (unfit) throw new Refusal('INVALID_TRANSITION', `findingIds: ${unfit.id} was seen by one scan: it counts when another has seen it`)
    const odd = rows.find(({ path }) => pathFault(path) !== null)
    if (odd) throw new Refusal('BAD_PATH', `findingIds: the path of ${odd.id} ${pathFault(odd.path)}: only people can move it aside`)
    await sql(
      em,
      `/* askToSetAside */ update storage.scan_finding set set_aside_asked_at = now() where id = any($1::uuid[]) and set_aside_asked_at is null`,
      [ids],
    )
    const places = [...new Set(rows.map(({ location_id }) => location_id))]
    const nudges = await requestOperations(
      em,
      places.map(locationId => ({ kind: 'scan', locationId, subjectId: locationId })),
    )
    return { found: await readFindings(em, ids), nudges }
  })
  await nudge(context, nudges)
  return found
}

interface FindingRow {
  readonly id: string
  readonly kind: FindingKind
  readonly path: string
  readonly location_id: string
  readonly sightings: number
  readonly resolved: boolean
}

function parseIds(findingIds: readonly string[]): string[] {
  const ids = parse(FindingIds, findingIds, 'findingIds')
  const twice = ids.findIndex((id, index) => ids.indexOf(id) < index)
  if (twice >= 0) throw new Refusal('BAD_INPUT', `findingIds[${twice}]: ${ids[twice]} is named twice`)
  return ids
}

/** Locks findings; refuses with NOT_FOUND unknown ones, with INVALID_TRANSITION what is resolved. */
async function lockFindings(em: EntityManager, ids: readonly string[]): Promise<FindingRow[]> {
  const rows = await sql<FindingRow>(
    em,
    `/* lockFindings */
     select id, kind, path, location_id, sightings, resolved_at is not null as resolved from storage.scan_finding
     where id = any($1::uuid[]) order by id for update`,
    [ids],
  )
  const known = new Set(rows.map(({ id }) => id))
  const unknown = ids.filter(id => !known.has(id))
  if (unknown.length > 0) throw new Refusal('NOT_FOUND', `findingIds: there is no finding ${unknown.slice(0, 10).join(', ')}`)
  const over = rows.filter(({ resolved }) => resolved).map(({ id }) => id)
  if (over.length > 0) throw new Refusal('INVALID_TRANSITION', `findingIds: resolved already: ${over.slice(0, 10).join(', ')}`)
  return rows
}

async function readFindings(em: EntityManager, ids: readonly string[]): Promise<ScanFinding[]> {
  const found = new Map((await em.find(ScanFinding, { id: [...ids] })).map(finding => [finding.id, finding]))
  return ids.flatMap(id => found.get(id) ?? [])
}
