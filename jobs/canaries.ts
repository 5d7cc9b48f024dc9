import { newId, newIds, sql, type JobQueue, type QueueAddress } from '@almagest/schema'
import type { World } from './handler.ts'

/** A worker that left so many of its canaries in a row in one of its queues, with a hand free and Redis answering, is dead. */
const MISSED = 3

interface Served extends QueueAddress {
  /** How many jobs it takes at a time. */
  readonly hands: number
  busy: number
  /** Whether anything was taken since the last canary, and since that was last written. */
  taken: boolean
  unwritten: boolean
  missed: number
}

/** What a worker process knows of the life of its queues. */
export interface Canaries {
  /** From now on canaries are put into that queue, of which so many jobs are taken at a time. */
  serve(queue: QueueAddress, hands: number): void
  /** Does what was taken from a queue. */
  taken<result>(name: string, work: () => Promise<result>): Promise<result>
  /** Puts a canary into each queue; returns the name of one of which nothing is taken any more, else `null`. */
  send(): Promise<string | null>
  /** Writes from which queues something was taken. */
  note(): Promise<void>
}

/** The canaries of one worker process. */
export function openCanaries(world: World, queue: JobQueue): Canaries {
  const owner = newId()
  const served = new Map<string, Served>()

  async function look(one: Served): Promise<boolean> {
    const lies = await queue.canary(one.name, owner)
    one.missed = lies && !one.taken && one.busy < one.hands ? one.missed + 1 : 0
    one.taken = false
    return one.missed >= MISSED
  }

  return {
    serve(address, hands) {
      served.set(address.name, { ...address, hands, busy: 0, taken: false, unwritten: false, missed: 0 })
    },
    async taken(name, work) {
      const one = served.get(name)
      if (!one) return work()
      one.taken = one.unwritten = true
      one.busy += 1
      try {
        return await work()
      } finally {
        one.busy -= 1
        one.taken = true
      }
    },
    async send() {
      try {
        for (const one of served.values()) if (await look(one)) return one.name
      } catch (error) {
        // Redis is away: who then takes nothing is not to blame, nor for a while after.
        for (const one of served.values()) one.missed = 0
        world.log.debug({ event: 'canary.postponed', error: error instanceof Error ? error.message : String(error) })
      }
      return null
    },
    async note() {
      const lively = [...served.values()].filter(({ unwritten }) => unwritten)
      if (lively.length === 0) return
      for (const one of lively) one.unwritten = false
      await sql(
        world.orm.em.fork(),
        `/* noteConsumed */
         insert into storage.queue_life (id, location_id, kind, last_consumed_at, worker)
         select t.id, t.location_id, t.kind, clock_timestamp(), $4 from unnest($1::uuid[], $2::uuid[], $3::text[]) as t(id, location_id, kind)
         order by t.location_id, t.kind
         on conflict (location_id, kind) do update set last_consumed_at = excluded.last_consumed_at, worker = excluded.worker`,
        [newIds(lively.length), lively.map(({ locationId }) => locationId), lively.map(({ kind }) => kind), world.worker],
      )
    },
  }
}
