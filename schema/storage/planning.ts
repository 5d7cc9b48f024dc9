import { newId } from '../columns.ts'
import { fill } from '../data-package/planning.ts'
import { Refusal } from '../errors.ts'
import type { EntityManager } from '../orm.ts'
import { sql } from '../sql.ts'
import { readable, writable } from './availability.ts'
import { requestOperations, type Nudge } from './operations.ts'
import { stillBrings } from './open-work.ts'
import { parkedPlace, parkedRoute } from './parking.ts'
import { MOVING_ASIDE } from './physical-copy.ts'

interface Candidate {
  readonly package_id: string
  readonly bytes: string
  readonly priority: number
  readonly route_id: string
  readonly from_location_id: string
  readonly waits_s: number
}

/** How often what the archives of a site hold is compared with what the destination of a route has, in seconds. */
const COMPARE_S = 600

/** How many packages one sweep plans at most. */
const AT_ONCE = 10_000

interface Route {
  readonly id: string
  readonly from_site_id: string
  readonly to_site_id: string
  readonly bundle_bytes: string
  readonly bundle_age_s: number
  /** Whether all that archives at its origin hold is to be looked at again. */
  readonly uncompared: boolean
  /** Where the bytes arrive after each leg; null where a site has no BUFFER in use. */
  readonly arrivals: (string | null)[]
}

/** SQL: that a location `b` keeps packages from which a route `r` can send: a buffer; or an archive, if the method of the route can read it where it is called. */
export const SENDS = `${readable('b')} and (b.type = 'BUFFER' or b.type = 'LONG_TERM_ARCHIVE' and b.identified_at is not null
  and (b.storage = 'DISK' or r.method in ('COPY', 'HTTP') or b.storage = 'TAPE' and r.ssh_host is null))`

/** SQL: in which order the locations `b` of one site are asked for a package: what can be reached, buffers, and tape after all else. */
const SENDERS = `coalesce(k.state, 'CLOSED') <> 'CLOSED', b.type <> 'BUFFER', b.storage = 'TAPE', b.priority, b.id`

/**
 * Bundles the packages that an archive at another site lacks to transfer packages, over the most preferred route that can be used, and is not parked, from a
 * buffer that holds them verified, else from an archive, and asks for their transfer, in the caller's transaction. A bundle that is not full waits until
 * it is old enough. What is in a buffer, was set aside or is missing is looked at each time, all else that archives hold from time to time.
 */
export async function planTransfers(em: EntityManager): Promise<Nudge[]> {
  const routes = new Map((await findRoutes(em)).filter(({ arrivals }) => !arrivals.includes(null)).map(route => [route.id, route]))
  const uncompared = [...routes.values()].filter(({ uncompared }) => uncompared).map(({ id }) => id)
  const candidates = await sql<Candidate>(
    em,
    `/* packagesToTransfer */
     with considered as (
       select c.package_id from storage.data_location b
       join storage.physical_copy c on c.location_id = b.id and c.status = 'PRESENT' and c.verification_level >= 2 and c.package_id is not null
       where b.type = 'BUFFER' and ${readable('b')}
       union
       select c.package_id from storage.data_location a
       join storage.physical_copy c on c.location_id = a.id and c.status in ('QUARANTINED', 'MISSING') and c.package_id is not null
       where a.type in ('BUFFER', 'LONG_TERM_ARCHIVE')
       union
       select c.package_id from storage.data_transfer_route r
       join storage.data_location b on b.site_id = r.from_site_id and b.type = 'LONG_TERM_ARCHIVE' and ${readable('b')}
       join storage.physical_copy c on c.location_id = b.id and c.status = 'PRESENT' and c.package_id is not null
       where r.id = any($2::uuid[])
     )
     select distinct on (c.package_id, r.to_site_id) c.package_id, p.bytes, p.priority, r.id as route_id, c.location_id as from_location_id,
       extract(epoch from now() - coalesce(c.verified_at, c.created_at))::float8 as waits_s
     from considered
     join storage.physical_copy c on c.package_id = considered.package_id and c.status = 'PRESENT' and c.verification_level >= 2
     join storage.data_location b on b.id = c.location_id
     left join storage.circuit_breaker k on k.location_id = b.id and k.kind is null
     join data_package.raw_data_package p on p.id = c.package_id
     join storage.data_transfer_route r on r.id = any($1::uuid[]) and r.from_site_id = b.site_id and (r.from_location_id is null or r.from_location_id = b.id)
     where ${SENDS} and ${wantedAt('c.package_id', 'r.to_site_id')}
       and exists (select from storage.data_location a where a.site_id = r.to_site_id and a.type = 'LONG_TERM_ARCHIVE' and ${writable('a')})
     order by c.package_id, r.to_site_id, ${parkedPlace('b')} or ${parkedRoute('r')}, r.priority, r.id, ${SENDERS}
     limit ${AT_ONCE}`,
    [[...routes.keys()], uncompared],
  )
  if (candidates.length < AT_ONCE && uncompared.length > 0)
    await sql(em, `/* routesCompared */ update storage.data_transfer_route set compared_at = now() where id = any($1::uuid[])`, [
      uncompared,
    ])
  const chosen: { route: Route; packages: Candidate[] }[] = []
  for (const group of Map.groupBy(candidates, candidate => `${candidate.route_id} ${candidate.from_location_id}`).values()) {
    const route = routes.get(group[0]?.route_id ?? '')
    if (!route) continue
    const urgentFirst = group.toSorted((a, b) => a.priority - b.priority || b.waits_s - a.waits_s)
    const bundles = fill(urgentFirst, Number(route.bundle_bytes))
    for (const [index, bundle] of bundles.entries()) {
      const full = index < bundles.length - 1 || bundle.reduce((sum, { bytes }) => sum + Number(bytes), 0) >= Number(route.bundle_bytes)
      if (!full && !bundle.some(({ waits_s }) => waits_s >= route.bundle_age_s)) continue
      chosen.push({ route, packages: bundle })
    }
  }

  await lockPackages(
    em,
    chosen.flatMap(({ packages }) => packages.map(({ package_id }) => package_id)),
  )
  const nudges: Nudge[] = []
  for (const { route, packages } of chosen) {
    const wanted = await findWanted(em, route, packages)
    if (wanted.length > 0) nudges.push(...(await makeTransfer(em, { route, packages: wanted })).nudges)
  }
  return nudges
}

/**
 * Bundles the named packages for one route now, in the caller's transaction. Packages that are at the destination or on their way are left
 * out; refuses with CONFLICT if none is left, with BAD_INPUT a package that no buffer or archive of the route's origin holds verified.
 */
export async function planTransfer(
  em: EntityManager,
  { routeId, packageIds }: { routeId: string; packageIds: readonly string[] },
): Promise<{ transferId: string; nudges: Nudge[] }> {
  const [route] = await findRoutes(em, routeId)
  if (!route) throw new Refusal('NOT_FOUND', `routeId: there is no active route ${routeId}`)
  if (route.arrivals.includes(null)) throw new Refusal('CONFLICT', `routeId: a site of route ${routeId} has no BUFFER that may be written`)
  await lockPackages(em, packageIds)
  const held = await sql<Candidate>(
    em,
    `/* packagesHeld */
     select distinct on (c.package_id) c.package_id, p.bytes, p.priority, $1 as route_id, c.location_id as from_location_id, 0::float8 as waits_s
     from storage.physical_copy c
     join storage.data_location b on b.id = c.location_id
     left join storage.circuit_breaker k on k.location_id = b.id and k.kind is null
     join storage.data_transfer_route r on r.id = $1 and r.from_site_id = b.site_id and (r.from_location_id is null or r.from_location_id = b.id)
     join data_package.raw_data_package p on p.id = c.package_id
     where c.package_id = any($2::uuid[]) and c.status = 'PRESENT' and c.verification_level >= 2 and ${SENDS}
     order by c.package_id, ${SENDERS}`,
    [routeId, packageIds],
  )
  const lacking = packageIds.filter(id => !held.some(({ package_id }) => package_id === id))
  if (lacking.length > 0)
    throw new Refusal(
      'BAD_INPUT',
      `packageIds: neither a buffer nor an archive where the route begins holds a verified copy of ${lacking.join(', ')}`,
    )
  const wanted = await findWanted(em, route, held)
  const [first, ...others] = [...Map.groupBy(wanted, ({ from_location_id }) => from_location_id).values()]
  if (!first) throw new Refusal('CONFLICT', 'packageIds: all of them are at the destination or on their way')
  if (others.length > 0) throw new Refusal('BAD_INPUT', 'packageIds: they lie at different locations; ask for those of each location apart')
  return makeTransfer(em, { route, packages: first })
}

/** That no location of the site that keeps packages has a live copy of the package, and no transfer is bringing one, or has FAILED to over a route that is still in use, and could be tried again. */
function wantedAt(packageId: string, siteId: string): string {
  return `not exists (
      select from storage.physical_copy there join storage.data_location t on t.id = there.location_id
      where there.package_id = ${packageId} and t.site_id = ${siteId} and t.type in ('BUFFER', 'LONG_TERM_ARCHIVE') and t.state <> 'RETIRED'
        and (there.status in ('WRITING', 'PRESENT', 'DELETION_POSSIBLE') or there.status_reason like '${MOVING_ASIDE}%'))
    and not exists (
      select from data_package.data_transfer_package_item i
      join data_package.data_transfer_package d on d.id = i.transfer_package_id and d.to_site_id = ${siteId}
      join storage.data_transfer x on x.transfer_package_id = d.id and ${stillBrings('x', packageId)}
      join storage.data_transfer_route g on g.id = x.route_id and (g.active or 'FAILED' not in (x.status, x.unpack_status))
      where i.package_id = ${packageId})`
}

/** Lets no other transaction plan a transfer of these packages until this one ends: what it finds wanted after this stays so. */
async function lockPackages(em: EntityManager, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await sql(em, `/* lockPackagesToPlan */ select id from data_package.raw_data_package where id = any($1::uuid[]) order by id for update`, [
    ids,
  ])
}

/** Those of the packages that the destination of the route wants now. */
async function findWanted(em: EntityManager, { to_site_id }: Route, packages: readonly Candidate[]): Promise<Candidate[]> {
  const rows = await sql<{ id: string }>(
    em,
    `/* packagesWanted */ select w.id from unnest($1::uuid[]) as w(id) where ${wantedAt('w.id', '$2::uuid')}`,
    [packages.map(({ package_id }) => package_id), to_site_id],
  )
  const wanted = new Set(rows.map(({ id }) => id))
  return packages.filter(({ package_id }) => wanted.has(package_id))
}

/** The active routes between active sites, or the one that is named if it is such a one. */
async function findRoutes(em: EntityManager, id: string | null = null): Promise<Route[]> {
  const buffer = (site: string) =>
    `(select l.id from storage.data_location l left join storage.circuit_breaker k on k.location_id = l.id and k.kind is null
      where l.site_id = ${site} and l.type = 'BUFFER' and ${writable('l')} and l.identified_at is not null
      order by coalesce(k.state, 'CLOSED') <> 'CLOSED', l.priority, l.id limit 1)`
  return sql<Route>(
    em,
    `/* routes */
     select r.id, r.from_site_id, r.to_site_id, r.bundle_bytes, r.bundle_age_s,
       r.compared_at is null or r.compared_at <= now() - interval '${COMPARE_S} s' as uncompared,
       case r.type when 'CUSTOM' then array[(select l.id from storage.data_location l where l.id = r.to_location_id and ${writable('l')} and l.identified_at is not null)]
         when 'RELAY' then array[${buffer('r.via_site_id')}, ${buffer('r.to_site_id')}]
         else array[${buffer('r.to_site_id')}] end as arrivals
     from storage.data_transfer_route r
     join storage.site f on f.id = r.from_site_id and f.active join storage.site t on t.id = r.to_site_id and t.active
     where r.active and ($1::uuid is null or r.id = $1) order by r.id`,
    [id],
  )
}

async function makeTransfer(
  em: EntityManager,
  { route, packages }: { route: Route; packages: readonly Candidate[] },
): Promise<{ transferId: string; nudges: Nudge[] }> {
  const bundleId = newId()
  const ids = packages.map(({ package_id }) => package_id)
  const priority = Math.min(...packages.map(({ priority }) => priority))
  await sql(
    em,
    `/* insertTransferPackage */
     insert into data_package.data_transfer_package (id, from_site_id, to_site_id, priority, package_count, bytes) values ($1, $2, $3, $4, $5, $6)`,
    [bundleId, route.from_site_id, route.to_site_id, priority, ids.length, packages.reduce((sum, { bytes }) => sum + Number(bytes), 0)],
  )
  await sql(
    em,
    `/* insertTransferPackageItems */
     insert into data_package.data_transfer_package_item (transfer_package_id, package_id) select $1, unnest($2::uuid[])`,
    [bundleId, ids],
  )
  const stops = [packages[0]?.from_location_id ?? null, ...route.arrivals]
  const legs = route.arrivals.map((to, index) => ({ id: newId(), leg: index + 1, from: stops[index], to }))
  await sql(
    em,
    `/* insertTransfers */
     insert into storage.data_transfer (id, transfer_package_id, route_id, leg, from_location_id, to_location_id, status)
     select id, $2, $3, leg, from_id, to_id, case leg when 1 then 'SCHEDULED' else 'PENDING' end
     from unnest($1::uuid[], $4::int[], $5::uuid[], $6::uuid[]) as t(id, leg, from_id, to_id)`,
    [legs.map(({ id }) => id), bundleId, route.id, legs.map(({ leg }) => leg), legs.map(({ from }) => from), legs.map(({ to }) => to)],
  )
  await sql(
    em,
    `/* packagesLeave */ update data_package.raw_data_package set state = 'TRANSFERRING', version = version + 1 where id = any($1::uuid[]) and state in ('WAITING', 'FAILED')`,
    [ids],
  )
  const [first] = legs
  if (!first?.to) throw new Error(`route ${route.id} has no leg`)
  return {
    transferId: first.id,
    nudges: await requestOperations(em, [{ kind: 'transfer', locationId: first.to, subjectId: first.id, priority }]),
  }
}
