import { setTimeout as delay } from 'node:timers/promises'
import type { Scene } from './episode.ts'
import type { Part } from './part.ts'
import type { WorkerName } from './supervisor.ts'

/** Work that a worker has now. */
export interface Held {
  readonly id: string
  readonly kind: string
  readonly owner: WorkerName
  readonly fence: number
}

/** Waits until work of one of these kinds runs; `null` when the episode is over, or it does not come. */
export async function catchWork(
  { system, over }: Scene,
  kinds: readonly string[],
  { withinMs = 60_000, but = [] }: { withinMs?: number; but?: readonly string[] } = {},
): Promise<Held | null> {
  for (const end = performance.now() + withinMs; !over.aborted && performance.now() < end; await delay(4)) {
    const { rows } = await system.db
      .query<Held>(
        `select id, kind, lease_owner as owner, fence from storage.operation
         where state = 'RUNNING' and kind = any($1) and id <> all($2::uuid[]) order by started_at limit 1`,
        [kinds, but],
      )
      .catch(() => ({ rows: [] }))
    if (rows[0]) return rows[0]
  }
  return null
}

/** Whether a claim is still the one that was caught. */
async function isHeld({ system }: Scene, { id, fence }: Held): Promise<boolean> {
  const { rowCount } = await system.db.query(`select from storage.operation where id = $1 and fence = $2 and state = 'RUNNING'`, [
    id,
    fence,
  ])
  return rowCount === 1
}

/** Waits until a claim was taken over, or its work is over; notes how long that took. */
export async function followTakeover(scene: Scene, held: Held, { what, since }: { what: string; since: number }): Promise<void> {
  for (let last = false; !last; await delay(20)) {
    last = scene.over.aborted
    const { rows } = await scene.system.db
      .query<{ state: string }>(`select state from storage.operation where id = $1 and (state <> 'RUNNING' or fence > $2)`, [
        held.id,
        held.fence,
      ])
      .catch(() => ({ rows: [] }))
    if (rows[0]?.state !== 'DONE') continue
    scene.recovered(what, performance.now() - since)
    return
  }
}

/** Kills, as often as told, whoever has work of one of these kinds, at a moment that the seed decides, and starts it again a while later. */
export async function killInWork(
  scene: Scene,
  kinds: readonly string[],
  { times = 1, spreadMs = 60 }: { times?: number; spreadMs?: number } = {},
): Promise<void> {
  await scene.executionId()
  const following: Promise<void>[] = []
  const met: string[] = []
  for (let n = 0; n < times; n++) {
    const held = await catchWork(scene, kinds, { but: met, withinMs: n === 0 ? 60_000 : 10_000 })
    if (!held) break
    met.push(held.id)
    await delay(Math.floor(scene.random.next() ** 2 * spreadMs))
    const worker = scene.system.workers[held.owner]
    await worker.kill()
    const since = performance.now()
    const within = await isHeld(scene, held)
    scene.did(`worker killed ${within ? 'in' : 'just after'} ${held.kind}`)
    if (within) following.push(followTakeover(scene, held, { what: 'kill → finished', since }))
    await delay(scene.random.between(0, 1_500))
    await scene.system.restart(held.owner)
  }
  await Promise.all(following)
}

/** Waits until a part was stopped, or the time is over. */
export async function waitStopped(part: Part, { over, withinMs }: { over: AbortSignal; withinMs: number }): Promise<boolean> {
  for (const end = performance.now() + withinMs; !over.aborted && performance.now() < end; await delay(10)) {
    if (await part.isStopped()) return true
  }
  return false
}
