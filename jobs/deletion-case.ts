import {
  DataLocation,
  doubted,
  holdsOn,
  isOf,
  openWork,
  reliable,
  restored,
  RetentionPolicy,
  sql,
  SWEEP_AGE,
  type CopyFacts,
  type CopyStatus,
  type DeletionCase,
  type LocationType,
  type ReclaimState,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

interface CopyRow {
  readonly id: string
  readonly location_id: string
  readonly location: string
  readonly type: LocationType
  readonly active: boolean
  readonly parked: boolean
  readonly failure_domain: string
  readonly status: CopyStatus
  readonly verification_level: number
  readonly verified_at: string | null
  readonly created_at: string
}

/** The facts for the gate, and the policy in force with its grace time. */
export interface LoadedCase {
  readonly facts: DeletionCase
  readonly policy: RetentionPolicy | null
}

/** Loads all that the deletion gate looks at, in the transaction that holds the lock on the package. */
export async function loadCase(
  em: EntityManager,
  { packageId, locationId }: { packageId: string; locationId: string },
): Promise<LoadedCase> {
  const location = await em.findOneOrFail(DataLocation, locationId, { refresh: true })
  const [policy] = await em.find(RetentionPolicy, { locationId }, { orderBy: { policyVersion: 'desc' }, limit: 1 })
  const copies = await sql<CopyRow>(
    em,
    `/* copiesOfPackage */
     select c.id, c.location_id, l.name as location, l.type, ${reliable('l')} as active, ${doubted('l')} as parked,
       l.failure_domain, c.status, c.verification_level, c.verified_at, c.created_at
     from storage.physical_copy c
     join storage.data_location l on l.id = c.location_id
     where c.package_id = $1 and c.status <> 'DELETED' order by c.id`,
    [packageId],
  )
  const [rest] = await sql<{
    now: string
    since: string
    open_work: string[]
    holds: { by: string; reason: string; until: string | null }[] | null
    relied_on_by: string[]
    leases: number
    swept_s: number | null
    restored: boolean
    reclaim: { state: ReclaimState; reason: string | null; seconds: number | null } | null
  }>(
    em,
    `/* intentOnPackage */
     select now() as now, ${SWEEP_AGE} as swept_s,
       (select ${restored('l')} from storage.data_location l where l.id = $2) as restored,
       (select coalesce(max(c.created_at), now()) from storage.physical_copy c where c.location_id = $2 and ${isOf('c', '$1::uuid')} and c.status <> 'DELETED') as since,
       array(
         ${openWork('$1::uuid', '$2::uuid')}
       ) as open_work,
       (select json_agg(json_build_object('by', h.held_by, 'reason', h.reason, 'until', h.until) order by h.id) from ${holdsOn('$1::uuid', '$2::uuid')}) as holds,
       (select json_build_object('state', r.state, 'reason', r.reason, 'seconds', extract(epoch from r.paused_until - now()))
        from storage.reclaim r where r.location_id = $2) as reclaim,
       array(select l.name from storage.deletion_proof d join storage.data_location l on l.id = d.location_id
             where d.package_id = $1 and d.location_id <> $2 and d.expires_at > clock_timestamp()
               and exists (select from storage.physical_copy c where c.package_id = $1 and c.location_id = $2
                           and d.evidence @> jsonb_build_array(jsonb_build_object('copyId', c.id)))
               and storage.is_deleting(d.id) order by l.name) as relied_on_by,
       (select count(*)::int from staging.staged_package s join staging.staging_request r on r.id = s.request_id
        where s.package_id = $1 and r.location_id = $2 and r.status in ('PENDING', 'IN_PROGRESS', 'COMPLETED')) as leases`,
    [packageId, locationId],
  )
  if (!rest) throw new Error('a query without rows')
  return {
    policy: policy ?? null,
    facts: {
      now: new Date(rest.now),
      location,
      policy: policy ?? null,
      since: new Date(rest.since),
      copies: copies.map((row): CopyFacts => ({
        id: row.id,
        locationId: row.location_id,
        location: row.location,
        type: row.type,
        active: row.active,
        parked: row.parked,
        failureDomain: row.failure_domain,
        status: row.status,
        verificationLevel: row.verification_level,
        verifiedAt: row.verified_at === null ? null : new Date(row.verified_at),
        createdAt: new Date(row.created_at),
      })),
      openWork: rest.open_work,
      leases: rest.leases,
      holds: (rest.holds ?? []).map(({ until, ...hold }) => ({ ...hold, until: until === null ? null : new Date(until) })),
      reliedOnBy: rest.relied_on_by,
      sweptS: rest.swept_s,
      restored: rest.restored,
      reclaim: {
        state: rest.reclaim?.state ?? 'FREEING',
        reason: rest.reclaim?.reason ?? '',
        seconds: Math.max(Math.ceil(rest.reclaim?.seconds ?? 0), 1),
      },
    },
  }
}
