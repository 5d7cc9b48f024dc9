import { id, parse } from '@almagest/kit'
import { catalog, JOB_NAMES, queueName, sql, SWEEP_AGE, SWEEP_BEHIND_S, type JobName, type LocationType } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** The last complete sweep, as the graph tells it. */
export interface SweepNow {
  readonly completedAt: Date
  readonly ageS: number
  readonly seconds: number
  readonly behind: boolean
}

/** One queue, with what ops-db says of its work. */
export interface QueueNow {
  readonly name: string
  readonly kind: JobName
  readonly locationId: string
  readonly due: number
  readonly dueSince: Date | null
  readonly running: number
  readonly waiting: number
  readonly failed: number
  readonly lastConsumedAt: Date | null
  readonly lastConsumedBy: string | null
}

interface Counted {
  readonly location_id: string
  readonly name: string
  readonly type: LocationType
  readonly kind: JobName
  readonly due: number
  readonly due_since: string | null
  readonly running: number
  readonly waiting: number
  readonly failed: number
  readonly last_consumed_at: string | null
  readonly worker: string | null
}

/** When the rows were last swept; `null` before the first sweep. */
export async function lastSweep(em: EntityManager): Promise<SweepNow | null> {
  const [row] = await sql<{ completed_at: string; seconds: number; age_s: number }>(
    em.fork(),
    `/* lastSweep */ select completed_at, seconds, ${SWEEP_AGE} as age_s from storage.last_sweep`,
  )
  if (!row) return null
  return { completedAt: new Date(row.completed_at), seconds: row.seconds, ageS: row.age_s, behind: row.age_s >= SWEEP_BEHIND_S }
}

/** What is due, running and waiting in each queue, and when it was last consumed, in one statement. */
export async function findQueuesNow(
  em: EntityManager,
  given: {
    readonly locationId?: string | null | undefined
    readonly kind?: JobName | null | undefined
    readonly due?: boolean | null | undefined
  },
): Promise<QueueNow[]> {
  const at = (given.locationId ?? null) === null ? null : parse(id(), given.locationId, 'locationId')
  const kinds = JOB_NAMES.filter(kind => (given.kind ?? kind) === kind)
  const rows = await sql<Counted>(
    em.fork(),
    `/* queuesNow */
     select l.id as location_id, l.name, l.type, k.kind, coalesce(o.due, 0) as due, o.due_since, coalesce(o.running, 0) as running,
       coalesce(o.waiting, 0) as waiting, coalesce(o.failed, 0) as failed, q.last_consumed_at, q.worker
     from storage.data_location l cross join unnest($1::text[]) as k(kind)
     left join (
       select location_id, kind,
         count(*) filter (where state in ('READY', 'WAITING') and next_run_at <= now() or state = 'RUNNING' and lease_until < now())::int as due,
         min(next_run_at) filter (where state in ('READY', 'WAITING') and next_run_at <= now()) as due_since,
         count(*) filter (where state = 'RUNNING' and lease_until >= now())::int as running,
         count(*) filter (where state in ('READY', 'WAITING') and next_run_at > now())::int as waiting,
         count(*) filter (where state = 'FAILED')::int as failed
       from storage.operation where state in ('READY', 'WAITING', 'RUNNING', 'FAILED') group by location_id, kind
     ) o on o.location_id = l.id and o.kind = k.kind
     left join storage.queue_life q on q.location_id = l.id and q.kind = k.kind
     where ($2::uuid is null or l.id = $2) and (not $3::boolean or coalesce(o.due, 0) > 0)
     order by l.name, k.kind`,
    [kinds, at, given.due ?? false],
  )
  return rows
    .filter(({ kind, type }) => (catalog[kind].at as readonly LocationType[]).includes(type))
    .map(({ location_id, kind, name, due, due_since, running, waiting, failed, last_consumed_at, worker }) => ({
      name: queueName(kind, name),
      kind,
      locationId: location_id,
      due,
      dueSince: due_since === null ? null : new Date(due_since),
      running,
      waiting,
      failed,
      lastConsumedAt: last_consumed_at === null ? null : new Date(last_consumed_at),
      lastConsumedBy: worker,
    }))
}
