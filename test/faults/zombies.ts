import { setTimeout as delay } from 'node:timers/promises'
import { CRASH_POINTS, type CrashPoint } from '@almagest/jobs'
import type { Scene } from './episode.ts'
import { waitStopped } from './nemesis.ts'
import type { SiteName } from './places.ts'
import { LEASE_S, workersAt, type WorkerName } from './supervisor.ts'

const EVERYWHERE: readonly CrashPoint[] = [
  'after-claim',
  'before-complete',
  'before-sweep-commit',
  'after-sweep-before-nudge',
  'before-link',
  'after-publish',
]
const CLEANING: readonly CrashPoint[] = [
  'after-marked',
  'after-authorised',
  'before-removal',
  'before-unlink',
  'after-unlink',
  'after-removal-before-row',
  'after-removal-row',
]
const VERIFYING: readonly CrashPoint[] = ['after-reread-before-row', 'after-reread-row']
const ARRIVING = CRASH_POINTS.filter(point => /transfer|part|assembly|arrival|unpack-|archive|sidecar/.test(point))
const STAGING = CRASH_POINTS.filter(point => /folder|unpacked|staged/.test(point))
const PACKAGING = CRASH_POINTS.filter(point => /packag|tar|link-before/.test(point))

/** The crash points that are come to at a site in the life of one observation. */
export const POINTS_AT: Readonly<Record<SiteName, readonly CrashPoint[]>> = {
  chile: [...PACKAGING, ...VERIFYING, ...CLEANING, ...EVERYWHERE],
  cologne: [...STAGING, ...ARRIVING, ...CLEANING, ...EVERYWHERE],
  bonn: [...ARRIVING, ...CLEANING, ...EVERYWHERE],
}

/** Where and at which crash point a worker is to stand still: each point once, those between the proof of a deletion and its end first. */
export const ZOMBIES: readonly { readonly site: SiteName; readonly point: CrashPoint }[] = [
  ...CLEANING.toSorted((a, b) => Number(b === 'after-authorised') - Number(a === 'after-authorised')).map(point => ({
    site: 'cologne' as const,
    point,
  })),
  ...[...STAGING, ...ARRIVING].map(point => ({ site: 'cologne' as const, point })),
  ...[...PACKAGING, ...VERIFYING, ...EVERYWHERE].map(point => ({ site: 'chile' as const, point })),
]

/** Lets the workers of every site end at a crash point, another for each seed and site, and starts them again. */
export async function crashEverywhere(scene: Scene, seed: number): Promise<void> {
  await Promise.all(
    Object.entries(POINTS_AT).map(async ([site, points], index) => {
      // Each seed takes the next of every site; and the sites do not come round together.
      const point = points[(seed - 1 + 3 * index) % points.length] ?? 'after-claim'
      await Promise.all(workersAt(site).map(name => crashAt(scene, name, point)))
    }),
  )
}

async function crashAt(scene: Scene, name: WorkerName, point: CrashPoint): Promise<void> {
  const { system, over } = scene
  const part = system.workers[name]
  await part.kill()
  await system.restart(name, { CRASH_POINT: point })
  const left = new Promise<null>(resolve => {
    if (over.aborted) resolve(null)
    over.addEventListener('abort', () => resolve(null), { once: true })
  })
  const signal = await Promise.race([part.ended, left])
  if (signal === null) return
  scene.did(`ended ${point}`)
  const since = performance.now()
  await delay(scene.random.between(0, 800))
  await system.restart(name)
  scene.recovered('ended → works again', performance.now() - since)
}

/** Lets a worker stand still at a point for three leases, until another has done its work, and then go on; what it wrote after that. */
export async function standStill(scene: Scene, { site, point }: (typeof ZOMBIES)[number]): Promise<readonly string[]> {
  const { system, over } = scene
  const names = workersAt(site)
  await Promise.all(
    names.map(async name => {
      await system.workers[name].kill()
      await system.restart(name, { CRASH_POINT: `${point}:SIGSTOP` })
    }),
  )
  const stopped = await Promise.race(
    names.map(async name => ((await waitStopped(system.workers[name], { over, withinMs: 60_000 })) ? name : null)),
  )
  if (stopped === null) return []
  // Only one is to be a zombie: the other has the same point before it.
  for (const name of names.filter(other => other !== stopped)) {
    await system.workers[name].kill()
    await system.restart(name)
  }
  const since = performance.now()
  const { rows } = await system.db.query<{ id: string; kind: string; fence: number }>(
    `select id, kind, fence from storage.operation where lease_owner = $1 and state = 'RUNNING'`,
    [stopped],
  )
  scene.did(`stood still ${point}`)
  const taken = new Set<string>()
  // In a transaction it holds its claim for as long as it stands, and nobody takes over.
  for (const end = since + 3 * LEASE_S * 1_000; performance.now() < end; await delay(50)) {
    for (const { id, fence } of rows.filter(row => !taken.has(row.id))) {
      const { rowCount } = await system.db.query(`select from storage.operation where id = $1 and fence > $2`, [id, fence])
      if (rowCount === 0) continue
      taken.add(id)
      scene.recovered('stood still → taken over', performance.now() - since)
    }
  }
  const [last] = (
    await system.db.query<{ seq: string; now: Date }>('select coalesce(max(seq), 0) as seq, clock_timestamp() as now from storage.event')
  ).rows
  system.workers[stopped].signal('SIGCONT')
  await delay(1_500)
  const { rows: written } = await system.db.query<{ subject_type: string; field: string; to_state: string; reason: string }>(
    // What it writes after it claimed the work anew is its own.
    `select e.subject_type, e.field, e.to_state, e.reason from storage.event e join storage.operation o on o.id = e.operation_id
     where e.seq > $1 and o.id = any($2::uuid[]) and e.reason like '%by worker ' || $3 || '%' and not (o.started_at > $4 and e.at >= o.started_at)`,
    [last?.seq, [...taken], stopped, last?.now],
  )
  return written.map(
    ({ subject_type, field, to_state, reason }) => `F08: the zombie wrote ${subject_type}.${field} = ${to_state}: ${reason}`,
  )
}
