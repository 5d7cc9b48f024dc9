import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { openQueue, queueName, type JobName } from '@almagest/schema'
import type { Scene } from './episode.ts'
import { addStandby, type Standby } from './standby.ts'
import { SUBGRAPHS, WORKERS } from './supervisor.ts'

const LOOK = `{
  operations(first: 20) { nodes { id kind state reason } } dataLocations { name active } stagingRequests(first: 3) { nodes { id status } }
  executedObsUnits(first: 5) { nodes { id packages(first: 3) { nodes { id status copies { status } } } } } }`

/** Kills the gateway and the subgraphs, one after the other, while clients ask without a pause. */
export async function killServices(scene: Scene): Promise<void> {
  const { system, random, over } = scene
  const ended = new AbortController()
  const clients = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (!ended.signal.aborted) await Promise.all([system.client.ask(LOOK).catch(() => null), delay(20)])
    }),
  )
  try {
    for (const name of random.shuffle(['gateway', ...SUBGRAPHS])) {
      if (over.aborted) break
      await delay(random.between(100, 900))
      await system.parts[name]?.kill()
      const since = performance.now()
      scene.did(`${name} killed`)
      await delay(random.between(0, 600))
      await system.restart(name)
      while (
        !over.aborted &&
        !(await system.client.ask(LOOK).then(
          () => true,
          () => false,
        ))
      )
        await delay(20)
      scene.recovered('kill → answers again', performance.now() - since)
    }
  } finally {
    ended.abort()
    await clients
  }
}

/** The ways in which Redis goes wrong. */
export const REDIS_FAULTS = ['flushed again and again', 'killed', 'lost', 'hung', 'full'] as const

/** Lets Redis go wrong in one way, in the middle of everything. */
export async function harmRedis(scene: Scene, how: (typeof REDIS_FAULTS)[number]): Promise<void> {
  const { system, random, over } = scene
  await scene.executionId()
  await delay(random.between(0, 1_200))
  const ask = async (command: (redis: Redis) => Promise<unknown>): Promise<void> => {
    const { target } = system.redis
    const redis = new Redis('path' in target ? target : { ...target, host: '127.0.0.1' })
    redis.on('error', () => null)
    await command(redis).finally(() => redis.disconnect())
  }
  if (how === 'flushed again and again') {
    for (const end = performance.now() + 6_000; !over.aborted && performance.now() < end; await delay(random.between(100, 500))) {
      await ask(redis => redis.flushall())
      scene.did('Redis flushed')
    }
    return
  }
  scene.did(`Redis ${how}`)
  if (how === 'hung') {
    system.redis.signal('SIGSTOP')
    await delay(random.between(2_000, 5_000))
    system.redis.signal('SIGCONT')
  } else if (how === 'full') {
    await ask(redis => redis.config('SET', 'maxmemory', '1mb'))
    await delay(random.between(2_000, 4_000))
    await ask(redis => redis.config('SET', 'maxmemory', '0'))
  } else {
    await system.redis.kill()
    await delay(random.between(200, 3_000))
    await system.redis.start({ empty: how === 'lost' })
    system.lead('redis')
  }
  await allNudged(scene)
}

/** Waits until all work that was due when Redis was good again has been asked for again. */
async function allNudged(scene: Scene): Promise<void> {
  const { system, over } = scene
  const since = performance.now()
  const [now] = (await system.db.query<{ now: Date }>('select now()')).rows
  for (; !over.aborted; await delay(20)) {
    const { rows } = await system.db.query<{ n: string }>(
      `select count(*) as n from storage.operation where state in ('READY', 'WAITING') and next_run_at <= $1 and dispatched_at < $1`,
      [now?.now],
    )
    if (rows[0]?.n === '0') return scene.recovered('Redis back → all asked for again', performance.now() - since)
  }
}

/** Ends PostgreSQL by SIGKILL in the middle of everything and starts it again, as often as told. */
export async function killPostgres(scene: Scene, times: number): Promise<void> {
  const { system, random, over } = scene
  await scene.executionId()
  for (let n = 0; n < times && !over.aborted; n++) {
    await delay(random.between(100, 1_500))
    await system.postgres.kill()
    const since = performance.now()
    scene.did('PostgreSQL killed')
    await delay(random.between(0, 1_500))
    await system.postgres.start()
    system.lead('postgres')
    scene.recovered('PostgreSQL killed → answers', performance.now() - since)
    await untilWorkGoesOn(scene, 'PostgreSQL killed → work goes on', since)
  }
}

async function untilWorkGoesOn({ system, over, recovered }: Scene, what: string, since: number): Promise<void> {
  const ask = (text: string, values: unknown[] = []): Promise<{ rows: { seq: string }[] }> =>
    system.db.query(text, values).catch(() => ({ rows: [] }))
  let before: string | undefined
  for (; !over.aborted; await delay(20)) {
    before ??= (await ask('select coalesce(max(seq), 0) as seq from storage.event')).rows[0]?.seq
    if (before === undefined || (await ask('select seq from storage.event where seq > $1 limit 1', [before])).rows.length === 0) continue
    recovered(what, performance.now() - since)
    return
  }
}

const standbys = new Map<string, Standby>()

/** Starts the standby that is to take the place of PostgreSQL. */
export async function prepareFailover({ system, name }: Scene): Promise<void> {
  standbys.set(name, await addStandby(system.postgres, join(system.home, name)))
}

/** Lets PostgreSQL fail for good in the middle of everything, and a standby that has every commit take its place. */
export async function failOver(scene: Scene): Promise<void> {
  const { system, random, name } = scene
  const standby = standbys.get(name)
  if (!standby) throw new Error('there is no standby')
  await scene.executionId()
  await delay(random.between(100, 2_500))
  await system.postgres.kill()
  const since = performance.now()
  scene.did('PostgreSQL failed over to a synchronous standby')
  await standby.promote()
  system.failOver(standby.server)
  scene.recovered('PostgreSQL killed → standby takes writes', performance.now() - since)
  await untilWorkGoesOn(scene, 'failover → work goes on', since)
}

/** What is sent to PostgreSQL at moments that matter. */
const REQUESTS = [
  /Q[^]{4}commit/i,
  /claimOperation/,
  /completeOperation/,
  /requestOperations/,
  /authoriseDeletion/,
  /\/\* deleted \*\//,
  /renewLease/,
  /writeProof/,
  /memberIndex/,
]

/** For how long lines are cut at what is sent, in ms; longer when nothing was sent meanwhile that is cut. */
const CUT_MS = 8_000

/** Cuts lines to PostgreSQL when something is sent that must not be done twice or half: it arrives and the answer is lost, or it never arrives. */
export async function cutAtCommits(scene: Scene): Promise<void> {
  const { system, random, over } = scene
  const names = [...SUBGRAPHS, ...WORKERS].map(name => `${name}-postgres`)
  const harmed = (): number => names.reduce((sum, name) => sum + (system.lines[name]?.counts.harmed ?? 0), 0)
  for (const name of names) {
    const own = random.fork(name)
    system.lines[name]?.trouble(() => {
      if (own.next() < 0.4) return null
      // Half of them at a commit: it is what most depends on.
      const request = own.next() < 0.5 ? (REQUESTS[0] as RegExp) : own.pick(REQUESTS)
      return { cutAt: { request, lose: own.next() < 0.7 ? 'REPLY' : 'REQUEST', after: own.between(0, 3) } }
    })
    system.lines[name]?.reset()
  }
  const before = harmed()
  await scene.executionId()
  const since = performance.now()
  while (!over.aborted && (harmed() === before || performance.now() - since < CUT_MS)) await delay(100)
  for (let cut = harmed() - before; cut > 0; cut--) scene.did('a line cut at a statement')
}

/** Sends every piece of work to its queue again and again, what is done too, and the mutations of the client meanwhile. */
export async function repeatEverything(scene: Scene): Promise<void> {
  const { system, random, over } = scene
  const { target } = system.redis
  const redis = new Redis('path' in target ? target : { ...target, host: '127.0.0.1' })
  redis.on('error', () => null)
  await using queue = openQueue(redis)
  let jobs = 0
  try {
    await scene.executionId()
    for (; !over.aborted; await delay(80)) {
      const { rows } = await system.db.query<{ id: string; kind: JobName; location: string; dispatch: number }>(
        `select o.id, o.kind, l.name as location, o.dispatch from storage.operation o join storage.data_location l on l.id = o.location_id
         where o.created_at > now() - interval '30 s'`,
      )
      const twice = random.shuffle([...rows, ...rows.slice(0, 20)]).slice(0, 40)
      await queue.nudge(
        twice.map(({ id, kind, location }) => ({
          operationId: id,
          dispatch: random.between(1_000_000, 2_000_000_000),
          priority: 100,
          queue: queueName(kind, location),
        })),
      )
      jobs += twice.length
    }
    if (jobs > 0) scene.did('every job sent many times')
  } finally {
    redis.disconnect()
  }
}
