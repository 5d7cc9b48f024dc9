import { z } from 'zod'
import { between, parse, type Context } from '@almagest/kit'
import { DataLocation, doubted, OCCUPYING, openWork, Refusal, reliable, sql, type LocationType } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { ResolversTypes } from './resolvers.generated.ts'
import { parsePolicy, refuseUnmeasured } from './retention.ts'
import { simulate, type Elsewhere, type Group } from './simulation.ts'

/** What answers `simulateRetention`. */
type Simulation = Awaited<ResolversTypes['RetentionSimulation']>

/** How many packages of a location are looked at: the oldest. */
const MOST_PACKAGES = 200_000

/** How many of the last days the inflow is the mean of. */
const INFLOW_DAYS = 7

const Horizon = z.object({ horizonDays: between(1, 366), riskBelow: between(1, 100) })

/** Says what a policy would delete at its location in the next days, and why all else stays; it changes nothing. */
export async function simulateRetention(
  { input, ...rest }: { input: unknown; horizonDays: number; riskBelow: number },
  { em, loaders }: Context,
): Promise<Simulation> {
  const { locationId, ...draft } = parsePolicy(input)
  const horizonDays = parse(Horizon.shape.horizonDays, rest.horizonDays, 'horizonDays')
  const riskBelow = parse(Horizon.shape.riskBelow, rest.riskBelow, 'riskBelow')
  const location = await loaders.find(DataLocation, locationId)
  if (!location) throw new Refusal('NOT_FOUND', `input.locationId: there is no location ${locationId}`)
  if (location.type === 'LONG_TERM_ARCHIVE')
    throw new Refusal('BAD_INPUT', `input.locationId: ${location.name} is a LONG_TERM_ARCHIVE, where nothing is ever deleted by retention`)
  refuseUnmeasured(draft, location)
  const [measured, groups] = await Promise.all([measure(em, locationId), findGroups(em, location)])
  const capacityBytes = location.capacityBytes ?? null
  const present = { location, capacityBytes, ...measured, groups }
  const found = simulate(present, draft, { days: horizonDays, riskBelow })
  const looked = groups.reduce((sum, { packages }) => sum + packages, 0)
  return {
    at: measured.now,
    location,
    capacityBytes,
    usedBytes: measured.usedBytes,
    inflowBytesPerDay: measured.inflowBytesPerDay,
    complete: looked < MOST_PACKAGES,
    ...found,
    days: [...found.days],
    staying: found.staying.map(({ keeping, ...sum }) => ({ why: keeping, ...sum })),
  }
}

async function measure(em: EntityManager, locationId: string): Promise<{ now: Date; usedBytes: number; inflowBytesPerDay: number }> {
  const [row] = await sql<{ now: string; used: string; inflow: string }>(
    em,
    `/* holdsAndGets */
     select now() as now, coalesce(sum(c.bytes) filter (where c.status in (${OCCUPYING})), 0) as used,
       round(coalesce(sum(c.bytes) filter (where c.created_at > now() - make_interval(days => $2::int)), 0) / $2::int) as inflow
     from storage.physical_copy c where c.location_id = $1`,
    [locationId, INFLOW_DAYS],
  )
  return { now: new Date(row?.now ?? 0), usedBytes: Number(row?.used ?? 0), inflowBytesPerDay: Number(row?.inflow ?? 0) }
}

interface GroupRow {
  readonly packages: string
  readonly bytes: string
  readonly since: string
  readonly elsewhere: Elsewhere[] | null
  readonly open_work: string[] | null
  readonly leases: number
  readonly holds: { by: string; reason: string; until: string | null }[] | null
}

/** The packages of a location, those that differ in nothing that matters as one: their age is told to the hour, and never as more than it is. */
async function findGroups(em: EntityManager, { id, type }: { id: string; type: LocationType }): Promise<Group[]> {
  const rows = await sql<GroupRow>(
    em,
    `/* packagesToSimulate */
     with here as (
       select coalesce(c.package_id, f.package_id) as package_id, sum(c.bytes) as bytes, max(c.created_at) as since,
         bool_or($2 = 'SOURCE' and c.status = 'PRESENT') as needed
       from storage.physical_copy c left join data_package.raw_data_file f on f.id = c.file_id
       where c.location_id = $1 and c.status in ('PRESENT', 'STAGED', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED', 'DELETION_FAILED')
         and coalesce(c.package_id, f.package_id) is not null
       group by 1 order by max(c.created_at), 1 limit $3
     ), facts as (
       select h.bytes, date_trunc('hour', h.since) + interval '1 hour' as since,
         (select jsonb_agg(e.copy order by e.copy) from (
            select jsonb_build_object('locationId', l.id, 'location', l.name, 'type', l.type, 'active', ${reliable('l')},
              'parked', ${doubted('l')}, 'failureDomain', l.failure_domain, 'status', c.status, 'verificationLevel', c.verification_level) as copy
            from storage.physical_copy c join storage.data_location l on l.id = c.location_id
            where c.package_id = h.package_id and c.location_id <> $1 and c.status <> 'DELETED') e) as elsewhere,
         (select jsonb_agg(distinct w.kind order by w.kind) from (
            ${openWork('h.package_id', '$1::uuid')}
            union all select 'archive' from data_package.raw_data_package p where p.id = h.package_id and p.state <> 'ARCHIVED'
            union all select 'cleanup' where h.needed) w) as open_work,
         (select count(*)::int from staging.staged_package s join staging.staging_request r on r.id = s.request_id
          where s.package_id = h.package_id and r.location_id = $1 and r.status in ('PENDING', 'IN_PROGRESS', 'COMPLETED')) as leases,
         (select jsonb_agg(jsonb_build_object('by', o.held_by, 'reason', o.reason, 'until', o.until) order by o.id) from storage.hold o
          where o.package_id = h.package_id and (o.location_id is null or o.location_id = $1) and o.active and (o.until is null or o.until > now())) as holds
       from here h
     )
     select count(*) as packages, sum(bytes) as bytes, since, elsewhere, open_work, leases, holds from facts
     group by since, elsewhere, open_work, leases, holds order by since`,
    [id, type, MOST_PACKAGES],
  )
  return rows.map(row => ({
    packages: Number(row.packages),
    bytes: Number(row.bytes),
    since: new Date(row.since),
    elsewhere: row.elsewhere ?? [],
    openWork: row.open_work ?? [],
    leases: row.leases,
    holds: (row.holds ?? []).map(({ until, ...hold }) => ({ ...hold, until: until === null ? null : new Date(until) })),
  }))
}
