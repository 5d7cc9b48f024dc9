import {
  parks,
  readable,
  sql,
  writable,
  type BreakerState,
  type JobName,
  type LocationType,
  type OperationState,
  type PackageState,
  type PlaceState,
  type RouteType,
  type Status,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { LostCopy, Network, OperationFacts, PackageFacts, TransferFacts } from './blockers.ts'

/** The facts of packages, without their work and transfers, by id. */
export async function findPackages(
  em: EntityManager,
  ids: readonly string[],
): Promise<Map<string, Omit<PackageFacts, 'operations' | 'transfers'>>> {
  const rows = await sql<{
    id: string
    status: Status
    state: PackageState
    held_at: string[]
    source_id: string | null
    lost: LostCopy[] | null
  }>(
    em,
    `/* packagesBlocked */
     select p.id, p.status, p.state,
       array(select distinct c.location_id::text from storage.physical_copy c where c.package_id = p.id and c.status = 'PRESENT') as held_at,
       (select c.location_id from storage.physical_copy c
        where c.file_id = (select f.id from data_package.raw_data_file f where f.package_id = p.id order by f.path limit 1)
        order by c.id limit 1) as source_id,
       case when p.state = 'ARCHIVED' then (
         select json_agg(json_build_object('copyId', c.id, 'locationId', c.location_id, 'status', c.status, 'reason', c.status_reason) order by c.id)
         from storage.physical_copy c join storage.data_location l on l.id = c.location_id and l.type = 'LONG_TERM_ARCHIVE'
         where c.package_id = p.id having bool_and(c.status <> 'PRESENT')) end as lost
     from data_package.raw_data_package p where p.id = any($1::uuid[])`,
    [ids],
  )
  return new Map(
    rows.map(({ id, status, state, held_at, source_id, lost }) => [
      id,
      { id, status, state, heldAt: held_at, sourceId: source_id, lost: lost ?? [] },
    ]),
  )
}

interface OperationRow {
  readonly for_id: string
  readonly id: string
  readonly kind: JobName
  readonly state: OperationState
  readonly location_id: string
  readonly subject_id: string
  readonly attempt: number
  readonly max_attempts: number
  readonly next_run_at: string
  readonly lease_until: string | null
  readonly lapsed: boolean
  readonly reason: string | null
  readonly route_id: string | null
}

const OPEN_WORK = `select about.for_id, o.id, o.kind, o.state, o.location_id, o.subject_id, o.attempt, o.max_attempts, o.next_run_at,
    o.lease_until, coalesce(o.lease_until < now(), false) as lapsed, o.reason,
    (select leg.route_id from storage.data_transfer leg where o.kind = 'transfer' and leg.id = o.subject_id) as route_id
  from about join storage.operation o on o.id = about.id
  where o.state <> 'DONE' order by o.id`

/** The open, failed and cancelled work of these kinds that is about packages, and that of the transfers that bring them somewhere, by package. */
export async function findWorkOfPackages(
  em: EntityManager,
  { ids, kinds }: { ids: readonly string[]; kinds: readonly JobName[] },
): Promise<Map<string, OperationFacts[]>> {
  const rows = await sql<OperationRow>(
    em,
    `/* operationsBlocking */
     with about as (
       select o.package_id as for_id, o.id from storage.operation o where o.package_id = any($1::uuid[]) and o.kind = any($2::text[])
       union
       select i.package_id, o.id from data_package.data_transfer_package_item i
       join storage.data_transfer x on x.transfer_package_id = i.transfer_package_id
       join storage.operation o on o.subject_id = x.id and o.kind = any($2::text[]) where i.package_id = any($1::uuid[])
     ) ${OPEN_WORK}`,
    [ids, kinds],
  )
  return Map.groupBy(rows.map(toOperation), ({ forId }) => forId)
}

/** The open, failed and cancelled work on these subjects, by subject. */
export async function findWorkOn(em: EntityManager, subjectIds: readonly string[]): Promise<Map<string, OperationFacts[]>> {
  const rows = await sql<OperationRow>(
    em,
    `/* operationsOnSubjects */
     with about as (select o.subject_id as for_id, o.id from storage.operation o where o.subject_id = any($1::uuid[])) ${OPEN_WORK}`,
    [subjectIds],
  )
  return Map.groupBy(rows.map(toOperation), ({ forId }) => forId)
}

/** The work with these ids that is not DONE, by id. */
export async function findWork(em: EntityManager, ids: readonly string[]): Promise<Map<string, OperationFacts>> {
  const rows = await sql<OperationRow>(
    em,
    `/* operationsBlocked */ with about as (select id as for_id, id from unnest($1::uuid[]) as w(id)) ${OPEN_WORK}`,
    [ids],
  )
  return new Map(rows.map(row => [row.id, toOperation(row)]))
}

function toOperation(row: OperationRow): OperationFacts & { forId: string } {
  return {
    forId: row.for_id,
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
    routeId: row.route_id,
  }
}

interface TransferRow {
  readonly for_id: string
  readonly id: string
  readonly leg: number
  readonly status: Status
  readonly unpack_status: Status
  readonly from_location_id: string
  readonly to_location_id: string
  readonly before: TransferRow | null
}

const TRANSFER = `x.id, x.leg, x.status, x.unpack_status, x.from_location_id, x.to_location_id,
  (select to_jsonb(y) from storage.data_transfer y where y.transfer_package_id = x.transfer_package_id and y.leg = x.leg - 1
     and not (y.status = 'COMPLETED' and y.unpack_status = 'COMPLETED')) as before`

/** The transfers that bring packages somewhere and are not through, oldest first, by package. */
export async function findTransfersOfPackages(em: EntityManager, ids: readonly string[]): Promise<Map<string, TransferFacts[]>> {
  const rows = await sql<TransferRow>(
    em,
    `/* transfersBlocking */
     select i.package_id as for_id, ${TRANSFER}
     from data_package.data_transfer_package_item i
     join storage.data_transfer x on x.transfer_package_id = i.transfer_package_id
     where i.package_id = any($1::uuid[]) and not (x.status = 'COMPLETED' and x.unpack_status = 'COMPLETED') order by x.id`,
    [ids],
  )
  return new Map([...Map.groupBy(rows, ({ for_id }) => for_id)].map(([id, rows]) => [id, rows.map(toTransfer)]))
}

/** The transfers with these ids, by id. */
export async function findTransfers(em: EntityManager, ids: readonly string[]): Promise<Map<string, TransferFacts>> {
  const rows = await sql<TransferRow>(
    em,
    `/* transfersBlocked */ select x.id as for_id, ${TRANSFER} from storage.data_transfer x where x.id = any($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map(row => [row.id, toTransfer(row)]))
}

function toTransfer({ id, leg, status, unpack_status, from_location_id, to_location_id, before }: TransferRow): TransferFacts {
  return {
    id,
    leg,
    status,
    unpackStatus: unpack_status,
    fromLocationId: from_location_id,
    toLocationId: to_location_id,
    after: before && toTransfer({ ...before, before: null }),
  }
}

const NEXT = `case when b.override_until > now() then b.override_until else b.probe_at end`
const REASON = `case when b.override_until > now() then 'an operator said so: ' || b.override_reason else b.reason end`
const PARKED = `json_agg(json_build_object('about', coalesce(b.kind || ' ' || b.location_id, b.route_id::text), 'probeAt', ${NEXT}, 'reason', ${REASON}))
  from storage.circuit_breaker b where ${parks('b')}`

interface ParkedRow {
  readonly about: string
  readonly probeAt: string | null
  readonly reason: string | null
}

/** All places and routes, and the breakers that park single kinds of work, or the transfers over a route. */
export async function findNetwork(em: EntityManager): Promise<Network> {
  const [places, routes] = await Promise.all([
    sql<{
      id: string
      name: string
      type: LocationType
      site_id: string
      site: string
      stop_reason: string | null
      state: PlaceState
      site_state: PlaceState
      readable: boolean
      writable: boolean
      identified: boolean
      parked: ParkedRow[] | null
      breaker: BreakerState
      probe_at: string | null
      breaker_reason: string | null
    }>(
      em,
      `/* placesOfNetwork */
       select l.id, l.name, l.type, l.site_id, s.name as site, l.state, s.state as site_state, ${readable('l')} as readable, ${writable('l')} as writable, l.stop_reason, l.identified_at is not null as identified,
         case when ${parks('b')} then 'OPEN' else 'CLOSED' end as breaker, ${NEXT} as probe_at, ${REASON} as breaker_reason,
         (select ${PARKED} and b.location_id = l.id and b.kind is not null) as parked
       from storage.data_location l join storage.site s on s.id = l.site_id
       left join storage.circuit_breaker b on b.location_id = l.id and b.kind is null order by l.name`,
    ),
    sql<{
      id: string
      name: string
      type: RouteType
      active: boolean
      from_site_id: string
      via_site_id: string | null
      to_site_id: string
      parked: ParkedRow[] | null
    }>(
      em,
      `/* routesOfNetwork */
       select r.id, r.name, r.type, r.active, r.from_site_id, r.via_site_id, r.to_site_id, (select ${PARKED} and b.route_id = r.id) as parked
       from storage.data_transfer_route r order by priority, id`,
    ),
  ])
  const locations = places.map(row => ({
    id: row.id,
    name: row.name,
    type: row.type,
    siteId: row.site_id,
    site: row.site,
    stopReason: row.stop_reason,
    state: row.state,
    siteState: row.site_state,
    readable: row.readable,
    writable: row.writable,
    identified: row.identified,
    breaker: row.breaker,
    probeAt: toDate(row.probe_at),
    breakerReason: row.breaker_reason,
  }))
  return {
    parked: new Map(
      [...places, ...routes]
        .flatMap(({ parked }) => parked ?? [])
        .map(({ about, probeAt, reason }) => [about, { probeAt: toDate(probeAt), reason }]),
    ),
    locations: new Map(locations.map(location => [location.id, location])),
    routes: routes.map(({ from_site_id, via_site_id, to_site_id, parked: _, ...route }) => ({
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
