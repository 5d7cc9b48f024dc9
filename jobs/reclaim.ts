import {
  DELETION_PAUSES,
  holdsOn,
  OCCUPYING,
  NEWEST_EPOCH,
  openWork,
  reliable,
  restored,
  sql,
  unasked,
  type DataLocation,
  type RetentionPolicy,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Pause } from './handler.ts'

/** How old a measurement of what a location holds may be, in seconds: where it decides what goes, and where it only bounds how fast. */
const MEASURED_S = 60
const ESTIMATED_S = 600

/** When the deletions of a paused location are looked at again, they do not all come in the same second. */
const SPREAD_S = 300

const POLICIES = `policy as (
    select distinct on (location_id) * from storage.retention_policy order by location_id, policy_version desc
  )`

/** SQL: that enough verified copies of a package lie in distinct failure domains elsewhere, for the `policy` of the location; the alias has both. */
function safeElsewhere(alias: string): string {
  return `(select count(distinct l.failure_domain) from storage.physical_copy c join storage.data_location l on l.id = c.location_id and ${reliable('l')}
    where c.package_id = ${alias}.package_id and c.location_id <> ${alias}.location_id and c.status = 'PRESENT'
      and c.verification_level >= policy.min_verification_level
      and c.verified_at > now() - make_interval(secs => policy.max_verification_age_s)) >= policy.min_verified_copies`
}

/**
 * Writes for each location where retention may delete whether it is freed now: from its high water on until its low water, always where its policy
 * names none, and not while it pauses. What it holds is summed up at most once a minute.
 */
export async function measureReclaims(em: EntityManager): Promise<void> {
  await sql(
    em,
    `/* measureReclaims */
     with ${POLICIES}, stale as (
       select l.id, l.capacity_bytes as capacity, p.high_water as high, p.low_water as low, r.state, r.reason, r.paused_until,
         r.state = 'PAUSED' and r.paused_until > now() and r.measured_at >= p.created_at as pausing
       from storage.data_location l join policy p on p.location_id = l.id left join storage.reclaim r on r.location_id = l.id
       where l.deletion_enabled and l.active and l.type <> 'LONG_TERM_ARCHIVE'
         and (r.measured_at is null or r.measured_at < p.created_at or r.state = 'PAUSED' and r.paused_until <= now()
              or r.measured_at <= now() - make_interval(secs => case when p.high_water is null then $2::int else $1::int end))
     ), measured as (
       select s.*, case when s.high is not null or s.capacity is null then (
         select coalesce(sum(c.bytes), 0) from storage.physical_copy c where c.location_id = s.id and c.status in (${OCCUPYING})) end as used
       from stale s
     ), decided as (
       select m.*, case when m.pausing then 'PAUSED' when m.high is null then 'FREEING' when m.capacity is null then 'RESTING'
         when m.used >= m.high * m.capacity then 'FREEING' when m.used <= m.low * m.capacity or coalesce(m.state, 'RESTING') = 'RESTING' then 'RESTING'
         else 'FREEING' end as becomes
       from measured m
     )
     insert into storage.reclaim as r (id, location_id, state, reason, used_bytes, measured_at, paused_until)
     select gen_random_uuid(), d.id, d.becomes,
       case when d.pausing then d.reason when d.high is null then 'its policy names no water marks'
         when d.capacity is null then 'its capacity is not known'
         else format('it holds %s of %s bytes, and is freed from %s on down to %s', d.used, d.capacity, round(d.high * d.capacity), round(d.low * d.capacity)) end,
       d.used, now(), case when d.pausing then d.paused_until end
     from decided d order by d.id
     on conflict (location_id) do update set state = excluded.state, reason = excluded.reason, used_bytes = excluded.used_bytes,
       measured_at = excluded.measured_at, paused_until = excluded.paused_until`,
    [MEASURED_S, ESTIMATED_S],
  )
}

/** Notes the locations that were scanned since ops-db was restored: what their rows say was compared with what is there. */
export async function noteScanned(em: EntityManager): Promise<void> {
  await sql(
    em,
    `/* noteScanned */
     update storage.reclaim r set epoch = ${NEWEST_EPOCH} from storage.data_location l
     where l.id = r.location_id and r.epoch < ${NEWEST_EPOCH} and not ${restored('l')}`,
  )
}

/**
 * Lets cleanups look again now at what is marked, or in the trash, and became a source that is needed: a staging request waits for the package, or an archive
 * lost its copy.
 */
export async function wakeNeeded(em: EntityManager): Promise<void> {
  await sql(
    em,
    `/* wakeNeeded */
     with ${POLICIES}, needed as (
       select s.package_id from staging.staged_package s join staging.staging_request r on r.id = s.request_id
       where s.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS') and r.status in ('PENDING', 'IN_PROGRESS')
       union
       select c.package_id from storage.data_location l
       join storage.physical_copy c on c.location_id = l.id and c.status in ('QUARANTINED', 'MISSING') and c.package_id is not null
       where l.type = 'LONG_TERM_ARCHIVE'
     )
     update storage.operation o set next_run_at = now() where o.id in (
       select o.id from needed
       join storage.operation o on o.package_id = needed.package_id and o.kind = 'cleanup' and o.state = 'WAITING' and o.next_run_at > now() + interval '1 min'
       join policy on policy.location_id = o.location_id
       join storage.physical_copy held on held.package_id = o.package_id and held.location_id = o.location_id
       where not starts_with(o.reason, $1)
         and case held.status when 'DELETION_SCHEDULED' then exists (${openWork('o.package_id', 'o.location_id')})
           when 'DELETION_IN_PROGRESS' then held.trashed_at is not null and not ${safeElsewhere('o')} end
       order by o.id for update of o skip locked)`,
    [DELETION_PAUSES],
  )
}

/** What may go and is not asked for yet: of each location that is freed now the oldest first, no more than brings it to its low water. */
export function findCleanups(em: EntityManager): Promise<{ package_id: string; location_id: string }[]> {
  return sql(
    em,
    `/* packagesToCleanUp */
     with ${POLICIES}, held as (
       select coalesce(c.package_id, f.package_id) as package_id, c.location_id, sum(c.bytes) as bytes, max(c.created_at) as since
       from storage.physical_copy c
       join storage.data_location l on l.id = c.location_id and l.deletion_enabled and l.active and l.type <> 'LONG_TERM_ARCHIVE'
       join storage.reclaim r on r.location_id = l.id and r.state = 'FREEING' and not ${restored('l')}
       join policy on policy.location_id = l.id
       left join data_package.raw_data_file f on f.id = c.file_id
       where case l.type when 'SOURCE' then c.status in ('DELETION_POSSIBLE', 'DELETION_SCHEDULED', 'DELETION_IN_PROGRESS')
           when 'BUFFER' then c.status in ('PRESENT', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED', 'DELETION_IN_PROGRESS')
           else c.status in ('STAGED', 'DELETION_SCHEDULED', 'DELETION_IN_PROGRESS') end
         and c.created_at <= now() - make_interval(secs => policy.minimum_age_s)
         and coalesce(c.package_id, f.package_id) is not null
       group by 1, 2
     ), asked as (
       -- In a filter, so that it is looked up for each: nothing is known of how many are held, and all with all would be compared.
       select h.location_id, sum(h.bytes) filter (where exists (
         select from storage.operation o where o.kind = 'cleanup' and o.subject_id = h.package_id and o.location_id = h.location_id
           and o.state <> 'DONE' and o.state in ('READY', 'RUNNING', 'WAITING'))) as bytes
       from held h group by h.location_id
     ), candidate as (
       select held.*, sum(held.bytes) over (partition by held.location_id order by held.since, held.package_id) - held.bytes as before from held
       join policy on policy.location_id = held.location_id
       join data_package.raw_data_package p on p.id = held.package_id and p.state = 'ARCHIVED'
       where ${unasked('cleanup', 'held.package_id', 'held.location_id')}
         and not exists (${openWork('held.package_id', 'held.location_id')})
         and not exists (select from ${holdsOn('held.package_id', 'held.location_id')})
         and not exists (
           select from staging.staged_package s join staging.staging_request r on r.id = s.request_id
           where s.package_id = held.package_id and r.location_id = held.location_id and r.status in ('PENDING', 'IN_PROGRESS', 'COMPLETED'))
         and ${safeElsewhere('held')}
     )
     select c.package_id, c.location_id from candidate c
     join policy on policy.location_id = c.location_id
     join storage.data_location l on l.id = c.location_id
     join storage.reclaim r on r.location_id = c.location_id
     left join asked on asked.location_id = c.location_id
     where policy.high_water is null or c.before + coalesce(asked.bytes, 0) < r.used_bytes - policy.low_water * l.capacity_bytes
     order by c.since, c.package_id limit 1000`,
  )
}

/**
 * Whether so many bytes more may be deleted at a location in this hour, in the caller's transaction; one package may always, and where the share is 1
 * all. If not, the location pauses until what was deleted first is an hour ago, and the pause is returned.
 */
export async function withinRate(
  em: EntityManager,
  { location, policy, bytes }: { location: DataLocation; policy: RetentionPolicy; bytes: number },
): Promise<Pause | null> {
  if (bytes === 0) return null
  await sql(em, `/* oneAtATime */ select pg_advisory_xact_lock(hashtextextended('deletion at ' || $1, 0))`, [location.id])
  const [row] = await sql<{ recent: string; base: string; share: number; seconds: number | null }>(
    em,
    `/* deletedLately */
     select coalesce(sum(d.bytes), 0) as recent, extract(epoch from min(d.created_at) + interval '1 hour' - clock_timestamp())::float8 as seconds,
       coalesce($2::bigint, (select r.used_bytes from storage.reclaim r where r.location_id = $1), 0) as base,
       greatest($3::float8, (select r.allowed_share_hour from storage.reclaim r where r.location_id = $1 and r.allowed_until > clock_timestamp())) as share
     from storage.deletion_proof d where d.location_id = $1 and d.bytes > 0 and d.created_at > clock_timestamp() - interval '1 hour'`,
    [location.id, location.capacityBytes ?? null, policy.maxShareHour],
  )
  const most = Number(row?.base ?? 0) * (row?.share ?? 0)
  const recent = Number(row?.recent ?? 0)
  if (!row || row.share >= 1 || recent === 0 || recent + bytes <= most) return null
  const reason = `${recent} of ${Math.floor(most)} bytes that may go in an hour (${row.share * 100} % of ${row.base}) went from ${location.name}, and ${bytes} more would`
  const [paused] = await sql<{ seconds: number }>(
    em,
    `/* pauseDeletion */
     update storage.reclaim set state = 'PAUSED', reason = $2, paused_until = clock_timestamp() + make_interval(secs => $3::float8)
     where location_id = $1 returning $3::float8 + random() * $4::float8 as seconds`,
    [location.id, reason, Math.max(row.seconds ?? 0, 1), SPREAD_S],
  )
  return { reason: `${DELETION_PAUSES}${reason}`, seconds: paused?.seconds ?? 60 }
}
