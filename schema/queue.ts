import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { Outage } from './errors.ts'
import { catalog, JOB_NAMES, queueName, type JobName } from './jobs.ts'
import type { EntityManager } from './orm.ts'
import { sql } from './sql.ts'
import type { Nudge } from './storage/operations.ts'
import type { LocationType } from './storage/data-location.ts'

/** All keys of Almagest in Redis begin with this. */
export const QUEUE_PREFIX = 'almagest'

/** The number beyond which BullMQ takes no priority. */
const LOWEST_PRIORITY = 2_097_151

/** One queue: one kind of work at one location. */
export interface QueueAddress {
  readonly name: string
  readonly kind: JobName
  readonly location: string
  readonly locationId: string
}

/** The queues that ops-db calls for, at one site or at all: a new location needs a row, no code. */
export async function findQueues(em: EntityManager, site: string | null = null): Promise<QueueAddress[]> {
  const locations = await sql<{ id: string; name: string; type: LocationType }>(
    em,
    `/* findQueues */
     select l.id, l.name, l.type from storage.data_location l join storage.site s on s.id = l.site_id
     where $1::text is null or s.name = $1 order by l.name`,
    [site],
  )
  return locations.flatMap(({ id, name, type }) =>
    JOB_NAMES.filter(kind => (catalog[kind].at as readonly LocationType[]).includes(type)).map(kind => ({
      name: queueName(kind, name),
      kind,
      location: name,
      locationId: id,
    })),
  )
}

/** The producers' side of all queues; disposing of it closes them and leaves the connection open. */
export interface JobQueue {
  /** Tells the workers that operations can be claimed; an Outage if Redis is away. A nudge that is lost is sent again by the sweep. */
  nudge(nudges: readonly Nudge[]): Promise<void>
  /** Whether Redis lost what it held since the last call: true once after a flush or an empty restart, and at the first call ever. */
  forgot(): Promise<boolean>
  /**
   * Puts a canary of that owner into a queue unless it lies there still: `true` if it does, though the queue is not paused, so nobody consumed it. It
   * carries no work. An Outage if Redis is away.
   */
  canary(name: string, owner: string): Promise<boolean>
  /** The BullMQ queue of that name, for Bull Board. */
  open(name: string): Queue
  [Symbol.asyncDispose](): Promise<void>
}

/** Opens the producers' side of all queues on one connection, which should fail fast (`enableOfflineQueue: false`). */
export function openQueue(connection: Redis, prefix = QUEUE_PREFIX): JobQueue {
  const queues = new Map<string, Queue>()
  const open = (name: string): Queue => {
    const queue =
      queues.get(name) ??
      new Queue(name, {
        connection,
        prefix,
        defaultJobOptions: {
          attempts: 1,
          removeOnComplete: { age: 3_600, count: 1_000 },
          removeOnFail: { age: 86_400, count: 10_000 },
        },
      }).on('error', () => {})
    queues.set(name, queue)
    return queue
  }

  return {
    open,
    async nudge(nudges) {
      // BullMQ would wait for a connection that was never made.
      if (connection.status !== 'ready') throw new Outage('Redis is away', { locationId: null })
      await Promise.all(
        [...Map.groupBy(nudges, ({ queue }) => queue)].map(async ([name, group]) => {
          await open(name).addBulk(
            group.map(({ operationId, dispatch, priority }) => ({
              name,
              data: { operationId, dispatch },
              // Unique for each dispatch: BullMQ silently ignores the id of a job that it still keeps.
              opts: { jobId: `${operationId}_${dispatch}`, priority: Math.min(Math.max(priority, 1), LOWEST_PRIORITY) },
            })),
          )
          // The nudge before, if it still waits, says nothing more: without this, work that waits for long would fill Redis.
          const again = group.filter(({ dispatch }) => dispatch > 1)
          await Promise.all(again.map(({ operationId, dispatch }) => open(name).remove(`${operationId}_${dispatch - 1}`)))
        }),
      )
    },
    async canary(name, owner) {
      if (connection.status !== 'ready') throw new Outage('Redis is away', { locationId: null })
      const queue = open(name)
      const jobId = `canary_${owner}`
      if ((await queue.getJobState(jobId)) === 'waiting') return !(await queue.isPaused())
      // Without a priority it is before all nudges: who takes anything takes it first.
      await queue.add(name, { canary: owner }, { jobId, removeOnComplete: true, removeOnFail: true })
      return false
    },
    async forgot() {
      return (await connection.set(`${prefix}-alive`, '1', 'NX')) === 'OK'
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...queues.values()].map(queue => queue.close()))
    },
  }
}
