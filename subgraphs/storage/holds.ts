import { z } from 'zod'
import { id, instant, orElse, parse, text, transact, type Context } from '@almagest/kit'
import { DataLocation, Hold, newIds, Refusal, sql, unmark, type CopyStatus } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

const many = (what: string) =>
  z
    .array(id())
    .min(1, `must name at least one ${what}`)
    .max(10_000, `must name at most 10000 ${what === 'copy' ? 'copies' : `${what}s`}`)
    .superRefine((ids, { addIssue }) => {
      const twice = ids.findIndex((id, index) => ids.indexOf(id) < index)
      if (twice >= 0) addIssue({ code: 'custom', path: [twice], message: `${ids[twice]} is named twice` })
    })

const Why = { heldBy: text(), reason: text(1_000), until: orElse(instant(), null) }

const HoldPackages = z.object({ packageIds: many('package'), locationId: orElse(id(), null), ...Why })

const KeepCopies = z.object({ copyIds: many('copy'), ...Why })

const Release = z.object({ holdIds: many('hold'), reason: text(1_000) })

type Terms = Pick<z.output<typeof HoldPackages>, 'heldBy' | 'reason' | 'until'>

/** Holds packages everywhere or at one location, and takes back what is marked there for deletion. Refuses with NOT_FOUND what is not known. */
export function holdPackages(input: unknown, context: Context): Promise<Hold[]> {
  const { packageIds, locationId, ...terms } = parse(HoldPackages, input)
  return transact(context, reasonOf(terms), async em => {
    if (locationId !== null && !(await em.findOne(DataLocation, locationId)))
      throw new Refusal('NOT_FOUND', `input.locationId: there is no location ${locationId}`)
    const known = await lockPackages(em, packageIds)
    const unknown = packageIds.filter(id => !known.has(id))
    if (unknown.length > 0) throw new Refusal('NOT_FOUND', `input.packageIds: there is no package ${unknown.slice(0, 10).join(', ')}`)
    return hold(em, { places: packageIds.map(packageId => ({ packageId, locationId })), terms })
  })
}

/** Takes back the marking of copies and holds what their locations have of their packages. Refuses with INVALID_TRANSITION a copy that is in no deletion. */
export function keepCopies(input: unknown, context: Context): Promise<Hold[]> {
  const { copyIds, ...terms } = parse(KeepCopies, input)
  return transact(context, reasonOf(terms), async em => {
    const found = await findCopies(em, copyIds)
    const known = new Set(found.map(({ id }) => id))
    const unknown = copyIds.filter(id => !known.has(id))
    if (unknown.length > 0) throw new Refusal('NOT_FOUND', `input.copyIds: there is no copy ${unknown.slice(0, 10).join(', ')}`)
    await lockPackages(
      em,
      found.flatMap(({ package_id }) => package_id ?? []),
    )
    // Under the locks: until then a deletion could begin or end.
    const copies = await findCopies(em, copyIds)
    const idle = copies.filter(({ status, package_id }) => !package_id || !/^DELETION_(SCHEDULED|IN_PROGRESS)$/.test(status))
    if (idle.length > 0) {
      const some = idle.slice(0, 10).map(({ id, status }) => `copy ${id} is ${status}`)
      throw new Refusal(
        'INVALID_TRANSITION',
        `input.copyIds: ${some.join(', ')}: only what is DELETION_SCHEDULED or DELETION_IN_PROGRESS can be kept`,
      )
    }
    const places = Map.groupBy(copies, ({ package_id, location_id }) => `${package_id} ${location_id}`)
    return hold(em, {
      places: [...places.values()].flatMap(([copy]) =>
        copy?.package_id ? { packageId: copy.package_id, locationId: copy.location_id } : [],
      ),
      terms,
    })
  })
}

/** Ends holds, in the name of the `reason`; one that is over stays as it is. What they kept is looked at again by the next sweep. */
export function releaseHolds(args: { holdIds: readonly string[]; reason: string }, context: Context): Promise<Hold[]> {
  const { holdIds, reason } = parseArguments(args)
  return transact(context, 'releaseHolds', async em => {
    const rows = await sql<{ id: string }>(
      em,
      `/* lockHolds */ select id from storage.hold where id = any($1::uuid[]) order by id for update`,
      [holdIds],
    )
    const known = new Set(rows.map(({ id }) => id))
    const unknown = holdIds.filter(id => !known.has(id))
    if (unknown.length > 0) throw new Refusal('NOT_FOUND', `holdIds: there is no hold ${unknown.slice(0, 10).join(', ')}`)
    await sql(
      em,
      `/* releaseHolds */ update storage.hold set active = false, released_at = now(), release_reason = $2 where id = any($1::uuid[]) and active`,
      [holdIds, reason],
    )
    const holds = await findHolds(em, holdIds)
    await wakeCleanups(
      em,
      holds.map(({ packageId, locationId }) => ({ packageId, locationId: locationId ?? null })),
    )
    return holds
  })
}

function parseArguments(args: { holdIds: readonly string[]; reason: string }): z.output<typeof Release> {
  return {
    holdIds: parse(Release.shape.holdIds, args.holdIds, 'holdIds'),
    reason: parse(Release.shape.reason, args.reason, 'reason'),
  }
}

function reasonOf({ heldBy, reason }: Terms): string {
  return `held by ${heldBy}: ${reason}`
}

/** Locks packages, so that no deletion of theirs is decided or goes on meanwhile. */
async function lockPackages(em: EntityManager, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql<{ id: string }>(
    em,
    `/* lockPackagesToHold */ select id from data_package.raw_data_package where id = any($1::uuid[]) order by id for update`,
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}

function findCopies(
  em: EntityManager,
  ids: readonly string[],
): Promise<{ id: string; package_id: string | null; location_id: string; status: CopyStatus }[]> {
  return sql(
    em,
    `/* copiesToKeep */
     select c.id, c.location_id, c.status, coalesce(c.package_id, f.package_id) as package_id
     from storage.physical_copy c left join data_package.raw_data_file f on f.id = c.file_id where c.id = any($1::uuid[]) order by c.id`,
    [ids],
  )
}

interface Place {
  readonly packageId: string
  readonly locationId: string | null
}

async function hold(em: EntityManager, { places, terms }: { places: readonly Place[]; terms: Terms }): Promise<Hold[]> {
  const ids = newIds(places.length)
  const rows = await sql<{ id: string }>(
    em,
    `/* hold */
     insert into storage.hold (id, package_id, location_id, held_by, reason, until)
     select w.id, w.package_id, w.location_id, $4, $5, $6::timestamptz from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as w(id, package_id, location_id)
     where $6::timestamptz is null or $6::timestamptz > clock_timestamp() returning id`,
    [
      ids,
      places.map(({ packageId }) => packageId),
      places.map(({ locationId }) => locationId),
      terms.heldBy,
      terms.reason,
      terms.until?.toISOString() ?? null,
    ],
  )
  if (rows.length < ids.length) throw new Refusal('BAD_INPUT', 'input.until: must be in the future')
  for (const [locationId, held] of Map.groupBy(places, ({ locationId }) => locationId))
    await unmark(em, { packageIds: held.map(({ packageId }) => packageId), locationId })
  await wakeCleanups(em, places)
  return findHolds(em, ids)
}

/** Lets cleanups that wait look again; what a worker has is left to it, for it holds the row and may wait for the package. */
async function wakeCleanups(em: EntityManager, places: readonly Place[]): Promise<void> {
  await sql(
    em,
    `/* wakeCleanups */
     update storage.operation o set next_run_at = now() where o.id in (
       select o.id from unnest($1::uuid[], $2::uuid[]) as w(package_id, location_id)
       join storage.operation o on o.package_id = w.package_id and (w.location_id is null or o.location_id = w.location_id)
       where o.kind = 'cleanup' and o.state = 'WAITING' order by o.id for update of o skip locked)`,
    [places.map(({ packageId }) => packageId), places.map(({ locationId }) => locationId)],
  )
}

async function findHolds(em: EntityManager, ids: readonly string[]): Promise<Hold[]> {
  const found = new Map((await em.find(Hold, { id: [...ids] }, { refresh: true })).map(hold => [hold.id, hold]))
  return ids.flatMap(id => found.get(id) ?? [])
}
