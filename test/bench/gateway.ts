import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { newId, StagedPackage, StagingRequest, type RawDataPackage } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Topology } from '../make.ts'
import { makePackages } from '../subgraphs/rows.ts'
import type { Bed, Bench } from './bench.ts'
import { openCentre, type Centre } from './centre.ts'
import { openLoad, type Figures, type Load } from './load.ts'
import { alternate, judge, median, type Result } from './measure.ts'

/** What is asked: of one subgraph, of two for a list of fifty, of all four. */
export const OPERATIONS = {
  'one subgraph':
    '{ dataTransferRoutes { name fromSite { name } toSite { name } } sites { name title active locations { name type active } } }',
  'fifty packages with copies, two subgraphs':
    '{ rawDataPackages(first: 50) { nodes { id name state status fileCount fileBytes copies { id status verificationLevel location { name type } } } } }',
  'four subgraphs': `{ executedObsUnits(first: 10) { nodes {
    id startedAt quality obsUnit { name source { name } instrument { name } }
    packages(first: 5) { nodes { name state copies { status location { name } } stagingRequests(first: 1) { nodes { status leaseUntil } } } }
  } } }`,
} as const

/** How many clients ask at the same time for the requests a second. */
const CLIENTS = 16

/** How fast the gateway is, against other ways to serve the same graph from the same database. */
export const bench: Bench = {
  about: 'The gateway with its subgraphs against the plain set-up of Apollo, and against one server without federation.',
  options: {
    packages: { about: 'how many packages there are', default: 200 },
    ms: { about: 'how long each round loads each side, in milliseconds', default: 2_000 },
    rounds: { about: 'how often each side is measured', default: 5 },
  },
  async run(bed) {
    await using centre = await openCentre(bed)
    await makeRows(centre.orm.em.fork(), centre.topology, bed.number('packages'))
    await using opened = new AsyncDisposableStack()
    const sides = { ours: '', plain: '', single: '' }
    for (const kind of ['ours', 'plain', 'single'] as const) sides[kind] = opened.use(await startContender(kind, centre)).url
    const results: Result[] = []
    for (const [what, query] of Object.entries(OPERATIONS)) results.push(...(await measure(what, { query, sides, bed })))
    return results
  },
}

interface Question {
  readonly query: string
  readonly sides: Readonly<Record<'ours' | 'plain' | 'single', string>>
  readonly bed: Bed
}

async function measure(what: string, { query, sides, bed: { number, say } }: Question): Promise<Result[]> {
  await using ours = openLoad(sides.ours, query)
  await using plain = openLoad(sides.plain, query)
  await using single = openLoad(sides.single, query)
  const answers = await Promise.all([ours, plain, single].map(load => load.once()))
  if (new Set(answers).size !== 1) throw new Error(`the answers differ: ${answers.map(text => text.slice(0, 500)).join('\n')}`)

  const load = (of: Load, clients: number) => () => of.run({ clients, ms: number('ms') })
  const rounds = number('rounds')
  say(what)
  const many = await alternate({ a: load(ours, CLIENTS), b: load(plain, CLIENTS), rounds })
  tell('ours', many.a)
  tell('plain', many.b)
  const alone = await alternate({ a: load(ours, 1), b: load(single, 1), rounds })
  tell('ours, one client', alone.a)
  tell('one server, one client', alone.b)
  const rate = { a: many.a.map(({ perSecond }) => perSecond), b: many.b.map(({ perSecond }) => perSecond) }
  const p50 = { a: alone.a.map(({ p50 }) => p50), b: alone.b.map(({ p50 }) => p50) }
  return [
    judge({ what: `${what}: requests a second`, against: 'Apollo as in its manual', target: 2, better: 'higher', unit: '/s' }, rate),
    judge({ what: `${what}: p50 of one client`, against: 'one server without federation', target: 1.6, better: 'lower' }, p50),
  ]

  function tell(side: string, figures: readonly Figures[]): void {
    const of = (name: keyof Figures): string => median(figures.map(figure => figure[name])).toPrecision(3)
    say(`  ${side}: ${of('perSecond')}/s, p50 ${of('p50')} ms, p99 ${of('p99')} ms`)
  }
}

export async function makeRows(em: EntityManager, topology: Topology, count: number): Promise<void> {
  const packages: RawDataPackage[] = []
  while (packages.length < count) packages.push(...(await makePackages(em, topology, { count: Math.min(count - packages.length, 100) })))
  const request = { id: newId(), locationId: topology.locations.processing.id, requestKey: newId(), requestedBy: 'A scientist', leaseS: 60 }
  em.create(StagingRequest, request)
  for (const { id } of packages) em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: id })
  await em.flush()
}

/** Serves the graph in one way in a process of its own, which has both cores to itself while it is asked. */
async function startContender(kind: string, { databaseUrl, redisUrl }: Centre): Promise<AsyncDisposable & { readonly url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'contender.ts'), kind, databaseUrl, redisUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = once(child, 'exit')
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  // A library may write more than the address.
  createInterface(child.stdout).on('line', line => line.startsWith('http://') && resolve(line))
  child.once('exit', () => reject(new Error(`the contender ${kind} ended before it served`)))
  const url = await promise
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
