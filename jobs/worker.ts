import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { findQueues, QUEUE_PREFIX, type JobQueue } from '@almagest/schema'
import { openCanaries } from './canaries.ts'
import type { World } from './handler.ts'
import { handlers } from './handlers.ts'
import { identifyLocations } from './identify.ts'
import { sweepLeftovers } from './leftovers.ts'
import { perform } from './perform.ts'
import { probeBreakers, watchLocations } from './probe.ts'
import { sweep } from './sweep.ts'

/** How often the temporary files of killed runs are looked for. */
const TIDY_EVERY_MS = 1_800_000

/** How often is looked whether the locations are there: after five times that one was away, nothing relies on it. */
const WATCH_EVERY_MS = 30_000

const nudgeData = z.object({ operationId: z.uuid(), dispatch: z.int() })
const canaryData = z.object({ canary: z.string() })

/** What the workers of one site are made of. */
export interface WorkerOptions {
  readonly world: World
  /** The producers' side of the queues: fails fast. */
  readonly queue: JobQueue
  /** A connection that waits for Redis to come back (`maxRetriesPerRequest: null`); each queue makes one of its own from it. */
  readonly connection: Redis
  /** The site whose locations are served, by name. */
  readonly site: string
  readonly prefix?: string
  /** How often the rows are swept, and new locations looked for, when nothing happens: in seconds. */
  readonly sweepS?: number
  /** After how long a nudge that nobody answered is sent again, in seconds; 60 if it is not said. */
  readonly renudgeS?: number | undefined
  /** How often a canary is put into each of its queues, in seconds; 30 if it is not said. */
  readonly canaryS?: number
  /** Told once when nothing is taken from one of its queues any more, though Redis answers: the process is of no use then. */
  readonly onDead?: (queue: string) => void
}

/**
 * Serves every queue of one site until disposed of: a BullMQ worker for each kind of work and location, as ops-db has them; new locations are
 * found by themselves. Sweeps the rows now and then and after each piece of work. Disposing gives claims back and waits for what runs.
 */
export function startWorkers({
  world,
  queue,
  connection,
  site,
  prefix = QUEUE_PREFIX,
  sweepS = 5,
  renudgeS,
  canaryS = 30,
  onDead,
}: WorkerOptions): AsyncDisposable {
  const stop = new AbortController()
  const workers = new Map<string, Worker>()
  const canaries = openCanaries(world, queue)
  let wake = Promise.withResolvers<void>()
  let tidiedAt = -Infinity
  let watchedAt = -Infinity
  let forgotten = false

  async function serveQueues(): Promise<void> {
    for (const address of await findQueues(world.orm.em.fork(), site)) {
      const { name, kind } = address
      if (workers.has(name) || stop.signal.aborted) continue
      const worker = new Worker(
        name,
        job =>
          canaries.taken(name, async () => {
            if (canaryData.safeParse(job.data).success) return 'CANARY'
            const { operationId } = nudgeData.parse(job.data)
            const outcome = await perform(world, operationId, stop.signal)
            if (outcome !== 'NOTHING') wake.resolve()
            return outcome
          }),
        {
          connection,
          prefix,
          concurrency: handlers[kind].concurrency,
          lockDuration: 60_000,
          stalledInterval: 30_000,
          // A stalled job is a sign, not a verdict: the lease of its operation decides.
          maxStalledCount: 1_000,
        },
      )
      worker.on('error', error => world.log.debug({ event: 'queue.error', queue: name, error: error.message }))
      workers.set(name, worker)
      canaries.serve(address, handlers[kind].concurrency)
    }
  }

  const unidentified = new Map<string, string>()
  const unanswered = new Map<string, Promise<void>>()

  async function tend(): Promise<void> {
    await identifyLocations(world, site, unidentified)
    await serveQueues()
    await canaries.note()
    await probeBreakers(world, site, unanswered)
    if (performance.now() - watchedAt > WATCH_EVERY_MS) {
      watchedAt = performance.now()
      await watchLocations(world, site, unanswered)
    }
    forgotten ||= await queue.forgot().catch(() => false)
    if (await sweep(world, queue, { forgotten, renudgeS })) forgotten = false
    if (performance.now() - tidiedAt > TIDY_EVERY_MS) {
      tidiedAt = performance.now()
      await sweepLeftovers(world, site)
    }
  }

  const tending = (async () => {
    while (!stop.signal.aborted) {
      await tend().catch((error: unknown) =>
        world.log.warn({ event: 'sweep.postponed', error: error instanceof Error ? error.message : String(error) }),
      )
      await Promise.race([wake.promise, interval(sweepS, stop.signal)])
      // Work that ends together is swept together.
      await interval(0.05, stop.signal)
      wake = Promise.withResolvers()
    }
  })()

  const watching = (async () => {
    while (!stop.signal.aborted) {
      await interval(canaryS, stop.signal)
      const dead = stop.signal.aborted ? null : await canaries.send()
      if (dead === null) continue
      world.log.fatal({ event: 'worker.dead', queue: dead, reason: 'nothing is taken from this queue, though Redis answers' })
      onDead?.(dead)
      return
    }
  })()

  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      wake.resolve()
      await tending
      await watching
      await Promise.all([...workers.values()].map(worker => worker.close()))
    },
  }
}

/** Waits, or ends at once without an error when the signal aborts. */
function interval(seconds: number, signal: AbortSignal): Promise<void> {
  return delay(seconds * 1_000, undefined, { signal }).catch(() => undefined)
}
