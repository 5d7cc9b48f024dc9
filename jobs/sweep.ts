import { giveReason, JOB_NAMES, sql, takeDueNudges, type JobName, type JobQueue, type Nudge } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { crashPoint } from './crash-point.ts'
import type { World } from './handler.ts'
import { handlers } from './handlers.ts'
import { markHalted } from './halted.ts'

/** A nudge that nobody answered for this long is sent again, unless it is said otherwise: it may have been lost. */
const RENUDGE_S = 60

const SWEEP_LOCK = 0x416c6d61

/** PostgreSQL's code for a statement that took longer than it may (SQLSTATE query_canceled). */
const QUERY_CANCELED = '57014'

/**
 * Whoever stands still in the middle of a sweep, which touches no file, loses it after so many leases: else nobody would sweep any more. No statement of it
 * gets longer either: one that PostgreSQL planned before it knew of very many new rows may take hours, on its side even when its worker gave it up.
 */
const STILL_LEASES = 4

/**
 * Makes and asks for everything that the state of the rows calls for, and nudges what is due. One sweep runs at a time in the whole data
 * centre: `false` if another was running. `forgotten`: Redis lost what it held, so everything that is due is nudged again at once. A kind of work whose
 * statement takes too long is left to the next sweep, and PostgreSQL counts its rows again.
 */
export async function sweep(
  world: World,
  queue: JobQueue | null,
  { forgotten = false, renudgeS = RENUDGE_S }: { forgotten?: boolean; renudgeS?: number | undefined } = {},
): Promise<boolean> {
  let tookTooLong = false
  const nudges = await world.orm.em.fork().transactional(async em => {
    const [lock] = await sql<{ taken: boolean }>(
      em,
      `/* sweepLock */ select pg_try_advisory_xact_lock($1) as taken, set_config('idle_in_transaction_session_timeout', $2, true), set_config('statement_timeout', $2, true)`,
      [SWEEP_LOCK, `${Math.ceil(STILL_LEASES * world.leaseS * 1_000)}ms`],
    )
    if (!lock?.taken) return null
    const found: Nudge[] = []
    let complete = true
    // A savepoint for each: what is wrong with one must not stop the others.
    const attempt = async (kind: string, work: (em: EntityManager) => Promise<Nudge[]>): Promise<void> => {
      try {
        found.push(...(await em.transactional(work, { clear: true })))
      } catch (error) {
        complete = false
        tookTooLong ||= error instanceof Error && 'code' in error && error.code === QUERY_CANCELED
        world.log.error({ event: 'sweep.failed', kind, stack: error instanceof Error ? error.stack : String(error) })
      }
    }
    for (const kind of JOB_NAMES) await attempt(kind, inner => deriveWork(inner, kind))
    // After all work was asked for: what has none now is not brought on by itself.
    await attempt('halted', async inner => (await markHalted(inner), []))
    await attempt('nudges', inner => takeDueNudges(inner, { afterS: forgotten ? 0 : renudgeS }))
    if (complete) await attempt('completion', async inner => (await noteSweep(inner), []))
    crashPoint('before-sweep-commit')
    return found
  })
  if (!nudges) return false
  if (nudges.length > 0) crashPoint('after-sweep-before-nudge')
  if (nudges.length > 0) await queue?.nudge(nudges)
  if (tookTooLong) await countRows(world)
  return true
}

/** Lets PostgreSQL count its rows, so that it plans what took too long by what there is now; where that fails it counts them by and by. */
async function countRows({ orm, log }: World): Promise<void> {
  log.warn({ event: 'sweep.slow', leases: STILL_LEASES })
  await sql(orm.em.fork(), '/* countRows */ analyze (skip_locked)').catch((error: unknown) =>
    log.warn({ event: 'sweep.uncounted', error: error instanceof Error ? error.message : String(error) }),
  )
}

async function noteSweep(em: EntityManager): Promise<void> {
  await sql(
    em,
    `/* noteSweep */
     insert into storage.last_sweep (number, completed_at, seconds) values (1, clock_timestamp(), extract(epoch from clock_timestamp() - now()))
     on conflict (number) do update set completed_at = excluded.completed_at, seconds = excluded.seconds`,
  )
}

async function deriveWork(em: EntityManager, kind: JobName): Promise<Nudge[]> {
  await giveReason(em, `the sweep found that it is due: ${kind}`)
  return handlers[kind].due(em)
}
