import { reliable, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { LeftReason, LeftToDrain } from './resolvers.generated.ts'

interface LeftRow {
  readonly place: string
  readonly reason: LeftReason
  readonly copies: string
  readonly bytes: string
}

/** In the order in which a place is emptied. */
const REASONS: readonly LeftReason[] = ['UNFILED', 'UNPACKAGED', 'UNARCHIVED', 'TOO_FEW_COPIES', 'STAGED']

/**
 * What each of the locations holds that is not safe at another, in one statement for all of them. An archive leaves as many copies behind as the strictest
 * policy of any location wants: others may have been deleted because of the one that it has.
 */
export function leftAtLocations(em: EntityManager, ids: readonly string[]): Promise<LeftToDrain[]> {
  return findLeft(em, ids, 'id')
}

/** What the locations of each of the sites hold that is not safe at another site, in one statement for all of them. */
export function leftAtSites(em: EntityManager, ids: readonly string[]): Promise<LeftToDrain[]> {
  return findLeft(em, ids, 'site_id')
}

async function findLeft(em: EntityManager, ids: readonly string[], place: 'id' | 'site_id'): Promise<LeftToDrain[]> {
  const rows = await sql<LeftRow>(
    em,
    `/* leftBehind */
     with strictest as (
       select coalesce(max(p.min_verified_copies), 1) as domains, coalesce(max(p.min_archive_copies), 1) as archives
       from (select distinct on (location_id) * from storage.retention_policy order by location_id, policy_version desc) p
     ), here as (
       select l.id, l.${place} as place, l.type,
         coalesce(y.min_verified_copies, case l.type when 'LONG_TERM_ARCHIVE' then strictest.domains else 2 end) as domains,
         coalesce(y.min_archive_copies, case l.type when 'LONG_TERM_ARCHIVE' then strictest.archives else 1 end) as archives
       from storage.data_location l cross join strictest
       left join lateral (select p.min_verified_copies, p.min_archive_copies from storage.retention_policy p
                          where p.location_id = l.id order by p.policy_version desc limit 1) y on true
       where l.${place} = any($1::uuid[])
     ), held as (
       select here.place, here.type, here.id as location_id, here.domains, here.archives, c.bytes, coalesce(c.package_id, f.package_id) as package_id, p.status
       from here join storage.physical_copy c on c.location_id = here.id and c.status not in ('DELETED', 'QUARANTINED', 'MISSING')
       left join data_package.raw_data_file f on f.id = c.file_id
       left join data_package.raw_data_package p on p.id = coalesce(c.package_id, f.package_id)
       where c.transfer_package_id is null
     ), elsewhere as (
       select w.place, w.package_id, count(distinct l.failure_domain) as domains,
         count(distinct l.failure_domain) filter (where l.type = 'LONG_TERM_ARCHIVE') as archives
       from (select distinct place, package_id from held where type <> 'PROCESSING' and package_id is not null) w
       join storage.physical_copy c on c.package_id = w.package_id and c.status = 'PRESENT' and c.verification_level >= 2
       join storage.data_location l on l.id = c.location_id and l.${place} <> w.place and ${reliable('l')}
       group by w.place, w.package_id
     ), left_behind as (
       select held.place, held.bytes, case
         when held.type = 'PROCESSING' then case when exists (
           select from staging.staged_package s join staging.staging_request r on r.id = s.request_id
           where s.package_id = held.package_id and r.location_id = held.location_id and r.status in ('PENDING', 'IN_PROGRESS', 'COMPLETED'))
           then 'STAGED' end
         when held.package_id is null or held.status <> 'COMPLETED' then 'UNPACKAGED'
         when coalesce(e.archives, 0) < held.archives then 'UNARCHIVED'
         when e.domains < held.domains then 'TOO_FEW_COPIES' end as reason
       from held left join elsewhere e on e.place = held.place and e.package_id = held.package_id
       union all
       select here.place, coalesce(g.bytes, 0), 'UNFILED' from here
       join storage.scan_finding g on g.location_id = here.id and g.kind = 'UNFILED' and g.resolved_at is null and g.dismissed_at is null
     )
     select place, reason, count(*) as copies, sum(bytes) as bytes from left_behind where reason is not null group by place, reason`,
    [ids],
  )
  const byPlace = Map.groupBy(rows, row => row.place)
  return ids.map(id => {
    const found = byPlace.get(id) ?? []
    const reasons = REASONS.flatMap(reason => found.filter(row => row.reason === reason)).map(({ reason, copies, bytes }) => ({
      reason,
      copies: Number(copies),
      bytes: Number(bytes),
    }))
    const sum = (field: 'copies' | 'bytes') => reasons.reduce((total, row) => total + row[field], 0)
    return { copies: sum('copies'), bytes: sum('bytes'), reasons }
  })
}
