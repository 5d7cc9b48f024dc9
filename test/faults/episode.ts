import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MODULES } from './places.ts'
import { openRandom, type Random } from './random.ts'
import { countWork, standingOf, type Standing } from './oracle/rows.ts'
import type { System } from './supervisor.ts'

/** What a nemesis works with. */
export interface Scene {
  readonly system: System
  readonly random: Random
  readonly seed: number
  readonly name: string
  readonly size: Size
  /** The execution, once it was filed. */
  executionId(): Promise<string>
  /** Aborted when nothing is left to harm: all work of the observation is over. */
  readonly over: AbortSignal
  /** Notes what was done, for the report. */
  did(what: string): void
  /** Notes how long something took to be good again, in ms. */
  recovered(what: string, ms: number): void
}

/** How large an observation is. */
export interface Size {
  readonly files: number
  /** Together, about. */
  readonly bytes: number
}

/** What one episode came to. */
export interface Outcome {
  readonly seed: number
  readonly files: number
  readonly bytes: number
  readonly operations: number
  readonly claims: number
  readonly samples: number
  readonly goneBytes: number
  readonly refusals: number
  readonly tookMs: number
  readonly injected: readonly string[]
  readonly recoveries: readonly { readonly what: string; readonly ms: number }[]
  /** What broke an invariant. */
  readonly broken: readonly string[]
}

/** What an episode is made of. */
export interface EpisodeOptions {
  readonly fault: string
  readonly seed: number
  /** Of each seed, or of all. */
  readonly size?: Size | ((seed: number) => Size)
  /** What has to be there before anything begins. */
  readonly prepare?: (scene: Scene) => Promise<void>
  /** What goes wrong while the observation passes through the data centre; returns when it is mended. */
  readonly nemesis: (scene: Scene) => Promise<void>
  /** What happens between the two times that the same observation is filed: the first was acknowledged. */
  readonly acknowledged?: (scene: Scene) => Promise<void>
  /** What else must hold, when nothing moves any more. */
  readonly judge?: (scene: Scene) => Promise<readonly string[]>
  /** Whether something may be left on disk that no row knows: a scan finds it. */
  readonly mayLeaveDark?: boolean
  /** How an episode ends: everything but the archives is cleaned up, or only all work is over. */
  readonly until?: (standing: Standing) => boolean
}

/** After the last fault everything has to have come to its end within this time. */
const CONVERGE_MS = 90_000

const SIZE: Size = { files: 4, bytes: 6_000_000 }

const EDGES = [0, 1, 511, 512, 513, 4_096, 65_537]

let episodes = 0

/** One observation's whole life, from its files to its cleaned-up buffers, with a nemesis beside it and an oracle over it. */
export async function runEpisode(system: System, options: EpisodeOptions): Promise<Outcome> {
  const { fault, seed, nemesis, judge, until = isThrough, mayLeaveDark = false } = options
  const began = performance.now()
  const size = (typeof options.size === 'function' ? options.size(seed) : options.size) ?? SIZE
  const random = openRandom(`${fault}/${seed}`)
  const name = `${fault.toLowerCase()}-${seed}-${(episodes += 1)}`
  const over = new AbortController()
  const filed = Promise.withResolvers<string>()
  filed.promise.catch(() => null)
  const injected: string[] = []
  const recoveries: { what: string; ms: number }[] = []
  const scene: Scene = {
    system,
    random: random.fork('nemesis'),
    seed,
    name,
    size,
    executionId: () => filed.promise,
    over: over.signal,
    did: what => void injected.push(what),
    recovered: (what, ms) => void recoveries.push({ what, ms: Math.round(ms) }),
  }
  const before = system.client.heard.refused.length
  await observe(system, { name, random: random.fork('files'), size })
  await options.prepare?.(scene)
  const watch = system.oracle.watch(name)
  let broken: string[] = []
  const harming = nemesis(scene).finally(() => system.mend())
  harming.catch(() => null)
  try {
    const executionId = await file(system, { name, random: random.fork('filing'), acknowledged: () => options.acknowledged?.(scene) })
    filed.resolve(executionId)
    broken.push(...(await stage(system, { name, executionId })))
    const early = await settle(system, { executionId, until, withinMs: 2 * CONVERGE_MS })
    over.abort()
    await harming
    broken.push(...(early.length > 0 ? early : await settle(system, { executionId, until, withinMs: CONVERGE_MS })))
    broken.push(...(await watch.end()), ...(await system.oracle.judge(name, executionId)), ...((await judge?.(scene)) ?? []))
    broken.push(...maskless(system.client.heard.refused.slice(before)))
    const dark = mayLeaveDark ? broken.filter(what => what.startsWith('DARK')) : []
    broken = [...new Set(broken)].filter(what => !dark.includes(what))
    injected.push(...dark.map(() => 'left what no row knows'))
    const { operations, claims } = await countWork(system.db, executionId)
    return {
      seed,
      files: system.ledger.of(name).length,
      bytes: system.ledger.of(name).reduce((sum, { bytes }) => sum + bytes, 0),
      operations,
      claims,
      samples: watch.samples,
      goneBytes: watch.goneBytes,
      refusals: system.client.heard.refused.length - before,
      tookMs: Math.round(performance.now() - began),
      injected,
      recoveries,
      broken,
    }
  } finally {
    filed.reject(new Error('the episode is over'))
    over.abort()
    await harming.catch(() => null)
    await watch.end()
  }
}

async function observe(system: System, { name, random, size }: { name: string; random: Random; size: Size }): Promise<void> {
  for (let n = 0; n < size.files; n++) {
    const module = MODULES[n % MODULES.length] ?? MODULES[0]
    const bytes = n > 1 && random.next() < 0.4 ? random.pick(EDGES) : Math.floor((size.bytes / size.files) * (0.5 + random.next()))
    const path = `${name}/${module}/${n % 3 === 2 ? `${'d'.repeat(random.between(1, 90))}/ä ` : ''}${n}.dat`
    const content = contentOf(random, bytes)
    system.ledger.add(name, path, content)
    const target = join(system.places['chile-source'].root, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
}

/** Bytes that are nowhere the same, so that what is swapped or shifted shows. */
function contentOf(random: Random, bytes: number): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4))
  let state = random.between(1, 2 ** 31)
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[at] = state
  }
  return Buffer.from(words.buffer, 0, bytes)
}

const FILE = `mutation ($input: FileObservationInput!) { fileObservation(input: $input) { execution { id } } }`

/** Files an observation like an instrument: again until it is acknowledged, and once more, as one does whose line was cut. */
async function file(
  system: System,
  { name, random, acknowledged }: { name: string; random: Random; acknowledged: () => Promise<void> | undefined },
): Promise<string> {
  const files = system.ledger.of(name).map(({ path, bytes }) => ({ module: path.split('/')[1], path, bytes }))
  const at = new Date(Date.UTC(2026, 10, 21) + random.between(0, 86_400_000)).toISOString()
  const input = { key: `faults ${name}`, obsUnitId: system.observatory.obsUnitId, instrument: 'cam', startedAt: at, endedAt: at, files }
  type Filed = { fileObservation: { execution: { id: string } } }
  const first = await system.client.insist<Filed>(FILE, { input })
  await acknowledged()
  const again = await system.client.insist<Filed>(FILE, { input })
  const { id } = first.fileObservation.execution
  if (again.fileObservation.execution.id !== id) throw new Error(`I7: filing again with the same key gave another execution than ${id}`)
  return id
}

const STAGE = `mutation ($input: RequestStagingInput!) { requestStaging(input: $input) { id } }`
const RELEASE = `mutation ($id: ID!) { releaseStaging(requestId: $id) { id status } }`

/** Asks for the files when they are archived, compares all that is staged with what was handed in, and lets it go; what was wrong. */
async function stage(system: System, { name, executionId }: { name: string; executionId: string }): Promise<string[]> {
  const archived = await waitFor(system, executionId, ({ files, unpackaged, packages, archived }) => {
    return files > 0 && unpackaged === 0 && archived['cologne-archive'] === packages.length
  })
  if (archived !== null) return [`I6: not archived: ${archived}`]
  const input = { key: `faults ${name}`, location: 'cologne-processing', requestedBy: 'the test', executionIds: [executionId] }
  type Staging = { requestStaging: { id: string } }
  const first = await system.client.insist<Staging>(STAGE, { input })
  const again = await system.client.insist<Staging>(STAGE, { input })
  const { id } = first.requestStaging
  const wrong = again.requestStaging.id === id ? [] : ['I7: asking again with the same key gave another staging request']
  const staged = await waitFor(
    system,
    executionId,
    ({ staged, packages, requests }) => staged === packages.length && requests.join() === 'COMPLETED',
  )
  if (staged !== null) return [...wrong, `I6: not staged: ${staged}`]
  for (const [path, at] of await system.oracle.holdings(name)) {
    if (!at.has('cologne-processing')) wrong.push(`I5: ${path} is called staged and is not there as it was handed in`)
  }
  await system.client.insist(RELEASE, { id })
  const { requests } = await standingOf(system.db, executionId)
  return requests.join() === 'EXPIRED' ? wrong : [...wrong, `I7: a staging request was released and is ${requests.join()}`]
}

/** Everything but the archives is cleaned up, and all work is over. */
function isThrough({ open, elsewhere, packages, archived }: Standing): boolean {
  const whole = ['cologne-archive', 'bonn-archive'].every(name => archived[name] === packages.length)
  return open.length === 0 && elsewhere.length === 0 && whole
}

/** `null` when it holds, else how the execution stands after the time that it may take. */
async function waitFor(system: System, executionId: string, holds: (standing: Standing) => boolean): Promise<string | null> {
  const end = performance.now() + 2 * CONVERGE_MS
  for (; ; await delay(60)) {
    const standing = await standingOf(system.db, executionId).catch(() => null)
    if (standing && holds(standing)) return null
    const stuck = standing !== null && standing.failed.length > 0
    if (stuck || performance.now() > end) return JSON.stringify(standing)
  }
}

async function settle(
  system: System,
  { executionId, until, withinMs }: { executionId: string; until: (standing: Standing) => boolean; withinMs: number },
): Promise<string[]> {
  for (const end = performance.now() + withinMs; ; await delay(60)) {
    const standing = await standingOf(system.db, executionId).catch(() => null)
    if (standing && until(standing)) return []
    const stuck = standing !== null && standing.failed.length > 0
    if (stuck || performance.now() > end) return [`I6: it does not come to its end: ${JSON.stringify(standing)}`]
  }
}

/** What callers were told that is not for them. */
function maskless(refused: readonly { code: string; message: string }[]): string[] {
  return refused
    .filter(({ code, message }) => code !== 'NETWORK' && /127\.0\.0\.1|\/tmp\/|select |insert |ECONN|postgres/i.test(message))
    .map(({ code, message }) => `I10: a caller was told ${code}: ${message}`)
}
