import { setTimeout as delay } from 'node:timers/promises'
import type { Scene } from './episode.ts'
import type { Trouble } from './proxy.ts'
import type { Random } from './random.ts'
import { SITES } from './places.ts'
import { LEASE_S, WORKERS } from './supervisor.ts'

/** What goes wrong on a line between sites. */
export const DATA_TROUBLES = ['reset again and again', 'bytes changed', 'late', 'thin', 'ended early', 'half-open', 'refused'] as const
type DataTrouble = (typeof DATA_TROUBLES)[number]

/** What goes wrong on the lines to PostgreSQL and Redis. Nothing but TLS would notice a changed byte there. */
export const SERVER_TROUBLES = ['late', 'reset again and again', 'hanging', 'half-open'] as const
type ServerTrouble = (typeof SERVER_TROUBLES)[number]

/** For how long lines are bad, in ms. */
const BAD_MS = 10_000

/** When the host of a server that holds locks for a client finds that this is away, in ms: four leases, as with the keepalive that workers ask PostgreSQL for. */
const GONE_MS = 4_000 * LEASE_S

/** Lets the lines between sites go wrong in one way while packages cross, and the lines of workers to one server in another. */
export async function troubleLines(scene: Scene): Promise<void> {
  const { system, seed, random, over } = scene
  const between = DATA_TROUBLES[(seed - 1) % DATA_TROUBLES.length] ?? DATA_TROUBLES[0]
  const below = SERVER_TROUBLES[(seed - 1 + Math.floor((seed - 1) / DATA_TROUBLES.length)) % SERVER_TROUBLES.length] ?? SERVER_TROUBLES[0]
  const server = random.pick(['postgres', 'redis'] as const)
  const data = SITES.map(site => `data-${site}`)
  const harmed = (): number => data.reduce((sum, name) => sum + (system.lines[name]?.counts.harmed ?? 0), 0)
  const before = harmed()
  for (const name of data) {
    const own = random.fork(name)
    system.lines[name]?.trouble(() => betweenSites(own, between))
  }
  await scene.executionId()
  const ending = new AbortController()
  const bad = AbortSignal.any([over, ending.signal])
  const worrying = Promise.all(WORKERS.map(name => worry(scene, { line: `${name}-${server}`, how: below, random: random.fork(name), bad })))
  const since = performance.now()
  for (; !over.aborted && performance.now() - since < BAD_MS; await delay(50));
  ending.abort()
  await worrying
  scene.did(`lines to ${server === 'redis' ? 'Redis' : 'PostgreSQL'} ${below}`)
  // Until what crosses is across, or it was enough: the half-open ones are noticed by silence alone.
  for (; !over.aborted && performance.now() - since < 3 * BAD_MS; await delay(50));
  const count = harmed() - before
  scene.did(`lines between sites ${between}`)
  for (let n = 0; n < count; n++) scene.did('connections between sites harmed')
}

function betweenSites(random: Random, how: DataTrouble): Trouble | null {
  // Some pass as they are: what is tried is that the rest does no harm.
  if (random.next() < 0.25) return null
  const after = random.between(1_000, 1_500_000)
  switch (how) {
    case 'reset again and again':
      return { cut: { after, by: 'RESET' } }
    case 'ended early':
      return { cut: { after, by: 'END' } }
    case 'half-open':
      return random.next() < 0.4 ? { cut: { after, by: 'SILENCE' } } : null
    case 'bytes changed':
      return { corruptAt: random.next() < 0.1 ? random.between(0, 200) : after }
    case 'late':
      return { latencyMs: random.between(50, 400) }
    case 'thin':
      return { bytesS: random.between(200_000, 1_000_000) }
    case 'refused':
      return { refused: true }
  }
}

/** Worries one line of a worker until it is enough. */
async function worry(
  { system }: Scene,
  { line: name, how, random, bad }: { line: string; how: ServerTrouble; random: Random; bad: AbortSignal },
): Promise<void> {
  const line = system.lines[name]
  if (!line) throw new Error(`there is no line ${name}`)
  const pause = (least: number, most: number): Promise<unknown> =>
    delay(random.between(least, most), null, { signal: bad }).catch(() => null)
  if (how === 'late') line.trouble(() => ({ latencyMs: random.between(5, 60) }))
  if (how === 'half-open')
    line.trouble(() => (random.next() < 0.5 ? { cut: { after: random.between(500, 60_000), by: 'SILENCE', goneMs: GONE_MS } } : null))
  if (how === 'late' || how === 'half-open') line.reset()
  while (!bad.aborted) {
    await pause(200, 2_500)
    if (how === 'reset again and again') line.reset()
    if (how !== 'hanging') continue
    line.hang(true)
    await pause(500, 4_000)
    line.hang(false)
  }
  line.hang(false)
  line.trouble(null)
}
