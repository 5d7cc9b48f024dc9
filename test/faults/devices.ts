import { setTimeout as delay } from 'node:timers/promises'
import type { Scene } from './episode.ts'
import { locationsAt, SITES } from './places.ts'
import { failingCalls, otherClock } from './preloads.ts'
import { WORKERS, workersAt, type WorkerName } from './supervisor.ts'

/** The calls that fail, in the order of the seeds. */
export const FAILING_CALLS = [
  ['posix/io/sync/fsync'],
  ['posix/io/sync/fsync', 'posix/io/sync/fdatasync'],
  ['posix/io/rw/pwrite', 'posix/io/rw/pwritev'],
  ['posix/io/dir/rename'],
  ['posix/io/dir/unlink'],
  ['posix/io/sync/fsync', 'posix/io/rw/pwrite', 'posix/io/dir/rename', 'posix/io/dir/unlink'],
] as const

const BAD_MS = 6_000

/** What was published while no sync came to its end, by the name of the episode. */
const unsynced = new Map<string, readonly string[]>()

/** Lets system calls of the workers of one site fail: all syncs, or a part of several kinds of calls. */
export async function failCalls(scene: Scene): Promise<void> {
  const { system, seed, random, over } = scene
  const site = SITES[(seed - 1) % SITES.length] ?? 'chile'
  const always = seed % 3 === 1
  const calls = always ? FAILING_CALLS[1] : (FAILING_CALLS[(seed - 1) % FAILING_CALLS.length] ?? FAILING_CALLS[0])
  const env = await failingCalls({ calls, share: always ? 1 : random.between(1, 20) / 100 })
  const names = workersAt(site)
  for (const name of names) await system.workers[name].kill()
  await Promise.all(names.map(name => startFailing(scene, name, env)))
  const [began] = (await system.db.query<{ at: Date }>('select clock_timestamp() as at')).rows
  await scene.executionId()
  scene.did(`${always ? 'all' : 'some'} ${calls.map(call => call.replace(/.*\//, '')).join(', ')} at ${site} failed`)
  const since = performance.now()
  for (; !over.aborted && performance.now() - since < BAD_MS; await delay(50));
  if (always) {
    const { rows } = await system.db.query<{ location: string; path: string }>(
      `select l.name as location, c.path from storage.physical_copy c join storage.data_location l on l.id = c.location_id
       where c.created_at > $1 and c.package_id is not null and l.name = any($2)`,
      [began?.at, locationsAt(site)],
    )
    unsynced.set(
      scene.name,
      rows.map(({ location, path }) => `F14: ${location}/${path} has a row, and no sync there came to its end`),
    )
  }
  await asBefore(scene, names)
}

/** Starts a worker whose calls fail. libfiu takes locks in calls that the loader of libraries makes under its own: rarely one stands still that way before it begins. */
async function startFailing({ system }: Scene, name: WorkerName, env: Readonly<Record<string, string>>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await system.restart(name, env)
    } catch (error) {
      await system.workers[name].kill()
      if (tries === 3) throw error
    }
  }
}

/** What was published without that it was durable. */
export async function judgeSyncs({ name }: Scene): Promise<readonly string[]> {
  return unsynced.get(name) ?? []
}

const CLOCKS = ['+2h', '-2h', '-30d', '-30d x10', '+2h x10', '+0 x0.2'] as const

/** Gives every worker a clock of its own, one after the other while it works. */
export async function changeClocks(scene: Scene): Promise<void> {
  const { system, random, over } = scene
  await scene.executionId()
  const changed = random.shuffle(WORKERS)
  for (const name of changed) {
    const clock = random.pick(CLOCKS)
    await system.workers[name].kill()
    await system.restart(name, await otherClock(clock))
    scene.did(`a worker with a clock of ${clock}`)
    await delay(random.between(0, 500))
  }
  const since = performance.now()
  for (; !over.aborted && performance.now() - since < 3 * BAD_MS; await delay(50));
  await asBefore(scene, changed)
}

async function asBefore({ system }: Scene, names: readonly WorkerName[]): Promise<void> {
  await Promise.all(
    names.map(async name => {
      await system.workers[name].kill()
      await system.restart(name)
    }),
  )
}
