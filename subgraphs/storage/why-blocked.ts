import {
  sql,
  type BreakerState,
  type JobName,
  type LocationType,
  type OperationState,
  type PackageState,
  type RouteType,
  type Status,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { decideBlockers, type Network, type OperationFacts, type PackageFacts, type TransferFacts } from './blockers.ts'
import type { Blocker } from './resolvers.generated.ts'

/** Why each of the packages is not archived yet, in five statements for all of them. */
export async function whyBlocked(em: EntityManager, packageIds: readonly string[]): Promise<Blocker[][]> {
  const [packages, operations, transfers, network] = await Promise.all([
    findPackages(em, packageIds),
    findOperations(em, packageIds),
    findTransfers(em, packageIds),
    findNetwork(em),
  ])
  return packageIds.map(id => {
    const found = packages.get(id)
    return found ? decideBlockers({ ...found, operations: operations.get(id) ?? [], transfers: transfers.get(id) ?? [] }, network) : []
  })
}

async function findPackages(
  em: EntityManager,
  ids: readonly string[],
): Promise<Map<string, Omit<PackageFacts, 'operations' | 'transfers'>>> {
  const rows = await sql<{ id: string; status: Status; state: PackageState; held_at: string[]; source_id: string | null }>(
    em,
    `/* packagesBlocked */
     select p.id, p.status, p.state,
       array(select distinct c.location_id::text from storage.physical_copy c where c.package_id = p.id and c.status = 'PRESENT') as held_at,
       (select c.location_id from storage.physical_copy c
        where c.file_id = (select f.id from data_package.raw_data_file f where f.package_id = p.id order by f.path limit 1)
        order by c.id limit 1) as source_id
     from data_package.raw_data_package p where p.id = any($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map(({ id, status, state, held_at, source_id }) => [id, { id, status, state, heldAt: held_at, sourceId: source_id }]))
}

async function findOperations(em: EntityManager, ids: readonly string[]): Promise<Map<string, OperationFacts[]>> {
  const rows = await sql<{
    for_package: string
    id: string
    kind: JobName
    state: OperationState
    location_id: string
    subject_id: string
    attempt: number
    max_attempts: number
    next_run_at: string
    lease_until: string | null
    lapsed: boolean
    reason: string | null
  }>(
    em,
    `/* operationsBlocking */
     with about as (
       select o.package_id as for_package, o.id from storage.operation o where o.package_id = any($1::uuid[])
       union
       select i.package_id, o.id from data_package.data_transfer_package_item i
       join storage.data_transfer x on x.transfer_package_id = i.transfer_package_id
       join storage.operation o on o.subject_id = x.id where i.package_id = any($1::uuid[])
     )
     select about.for_package, o.id, o.kind, o.state, o.location_id, o.subject_id, o.attempt, o.max_attempts, o.next_run_at, o.lease_until,
       coalesce(o.lease_until < now(), false) as lapsed, o.reason
     from about join storage.operation o on o.id = about.id
     where o.state not in ('DONE', 'CANCELLED') and o.kind in ('packaging', 'checksum', 'transfer', 'unpack', 'archive')
     order by o.id`,
    [ids],
  )
  const operations = rows.map(row => ({
    packageId: row.for_package,
    id: row.id,
    kind: row.kind,
    state: row.state,
    locationId: row.location_id,
    subjectId: row.subject_id,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    nextRunAt: new Date(row.next_run_at),
    leaseUntil: toDate(row.lease_until),
    lapsed: row.lapsed,
    reason: row.reason,
  }))
  return Map.groupBy(operations, ({ packageId }) => packageId)
}

async function findTransfers(em: EntityManager, ids: readonly string[]): Promise<Map<string, TransferFacts[]>> {
  const rows = await sql<{
    package_id: string
    id: string
    status: Status
    unpack_status: Status
    from_location_id: string
    to_location_id: string
  }>(
    em,
    `/* transfersBlocking */
     select i.package_id, x.id, x.status, x.unpack_status, x.from_location_id, x.to_location_id
     from data_package.data_transfer_package_item i
     join storage.data_transfer x on x.transfer_package_id = i.transfer_package_id
     where i.package_id = any($1::uuid[]) and not (x.status = 'COMPLETED' and x.unpack_status = 'COMPLETED') order by x.id`,
    [ids],
  )
  const transfers = rows.map(row => ({
    packageId: row.package_id,
    id: row.id,
    status: row.status,
    unpackStatus: row.unpack_status,
    fromLocationId: row.from_location_id,
    toLocationId: row.to_location_id,
  }))
  return Map.groupBy(transfers, ({ packageId }) => packageId)
}

async function findNetwork(em: EntityManager): Promise<Network> {
  const [places, routes] = await Promise.all([
    sql<{
      id: string
      name: string
      type: LocationType
      site_id: string
      site: string
      active: boolean
      breaker: BreakerState
      probe_at: string | null
      breaker_reason: string | null
    }>(
      em,
      `/* placesOfNetwork */
       select l.id, l.name, l.type, l.site_id, s.name as site, l.active and s.active as active,
         coalesce(b.state, 'CLOSED') as breaker, b.probe_at, b.reason as breaker_reason
       from storage.data_location l join storage.site s on s.id = l.site_id
       left join storage.circuit_breaker b on b.location_id = l.id order by l.name`,
    ),
    sql<{
      id: string
      name: string
      type: RouteType
      active: boolean
      from_site_id: string
      via_site_id: string | null
      to_site_id: string
    }>(
      em,
      `/* routesOfNetwork */
       select id, name, type, active, from_site_id, via_site_id, to_site_id from storage.data_transfer_route order by priority, id`,
    ),
  ])
  const locations = places.map(row => ({
    id: row.id,
    name: row.name,
    type: row.type,
    siteId: row.site_id,
    site: row.site,
    active: row.active,
    breaker: row.breaker,
    probeAt: toDate(row.probe_at),
    breakerReason: row.breaker_reason,
  }))
  return {
    locations: new Map(locations.map(location => [location.id, location])),
    routes: routes.map(({ from_site_id, via_site_id, to_site_id, ...route }) => ({
      ...route,
      fromSiteId: from_site_id,
      viaSiteId: via_site_id,
      toSiteId: to_site_id,
    })),
  }
}

function toDate(moment: string | null): Date | null {
  return moment === null ? null : new Date(moment)
}
