import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres, startRedis } from '@almagest/gateway/local'
import { ROOT } from '../checks.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import { keep, kept, report, sentenceOf, type Trial } from './report.ts'
import { copyTree, type Tree } from './tree.ts'
import { namesOf, runTests, verdictOf, type Found, type Servers } from './trial.ts'

/* npm run test:mutants [-- --only NAME …] [--rest] [--minutes N] [--first]: takes one safeguard at a time away from a copy of the sources and runs the
   tests, which have to fail. What became of each is kept, and test/reports/mutants.md written from all that is kept; ends with 1 if one that was tried
   survives. --rest tries only what no run has told of since its sources changed, --minutes begins none later than that; so all can be tried piece by piece.
   With --first only the tests that ought to notice are asked, and only what they noticed is kept. */

/** What is asked when the tests that ought to notice do not. */
const ALL = ['jobs/', 'schema/', 'subgraphs/']

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rest: { type: 'boolean', default: false },
    minutes: { type: 'string', default: 'Infinity' },
    first: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})
const unknown = (values.only ?? []).filter(name => !MUTANTS.some(mutant => mutant.name === name))
if (unknown.length > 0) {
  console.error(`there is no mutant ${unknown.join(', ')}; npm run test:mutants -- --list tells all`)
  process.exit(2)
}
if (values.list) for (const { name, safeguard } of MUTANTS) console.log(`${name.padEnd(30)} ${safeguard}`)
else process.exitCode = await tryAll(await chosen())

async function chosen(): Promise<Mutant[]> {
  const named = MUTANTS.filter(({ name }) => values.only?.includes(name) ?? true)
  const told = await Promise.all(named.map(async mutant => values.rest && (await kept(mutant))?.found.verdict === 'CAUGHT'))
  return named.filter((_, n) => !told[n])
}

async function tryAll(mutants: readonly Mutant[]): Promise<number> {
  if (mutants.length === 0) return await conclude([])
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)))
  const home = await mkdtemp(join(tmpdir(), 'almagest-mutants-home-'))
  try {
    await using postgres = await startPostgres({ home, url: process.env.TEST_POSTGRES_URL, durable: false })
    const tools = join(ROOT, '.almagest-tools')
    await using redis = await startRedis({ home, url: process.env.TEST_REDIS_URL, path: process.env.PATH ?? '', tools })
    await using tree = await copyTree()
    const servers = { postgres: postgres.url, redis: redis.url, signal: stop.signal }
    const trials: Trial[] = []
    const since = performance.now()
    for (const mutant of mutants) {
      const begun = performance.now()
      if (begun - since > Number(values.minutes) * 60_000) break
      const found = await tryOne(tree, mutant, servers)
      const seconds = (performance.now() - begun) / 1_000
      trials.push({ mutant, found, seconds })
      const mark = found.verdict === 'CAUGHT' ? '✓' : '✗'
      console.log(`${mark} ${trials.length}/${mutants.length} ${mutant.name} (${seconds.toFixed(1)} s): ${sentenceOf(found)}`)
    }
    return await conclude(await doubted(tree, trials, servers))
  } catch (error) {
    if (!stop.signal.aborted) throw error
    console.log((stop.signal.reason as Error).message)
    return 130
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function tryOne(tree: Tree, mutant: Mutant, servers: Servers): Promise<Found> {
  await using _harmed = await tree.harm(mutant)
  const folder = join(tree.folder, 'test')
  const found = verdictOf(await runTests(tree.folder, mutant.tests, servers), folder)
  return found.verdict === 'SURVIVED' && !values.first ? verdictOf(await runTests(tree.folder, ALL, servers), folder) : found
}

/** The trials without what proves nothing: a test that does not pass with its safeguard in place. */
async function doubted(tree: Tree, trials: readonly Trial[], servers: Servers): Promise<Trial[]> {
  const caught = trials.flatMap(({ found }) => (found.verdict === 'CAUGHT' ? [found] : []))
  if (caught.length === 0) return [...trials]
  const files = [...new Set(caught.map(({ file }) => file))]
  const told = await runTests(tree.folder, files, { ...servers, bail: false, named: caught.map(({ test }) => test) })
  const passing = told ? namesOf(told, { folder: join(tree.folder, 'test'), status: 'passed' }) : []
  const passes = (at: { file: string; test: string }): boolean => passing.some(({ file, test }) => file === at.file && test === at.test)
  console.log(`with all safeguards ${caught.filter(passes).length} of the ${caught.length} tests that caught them pass`)
  return trials.map(trial => {
    const { found } = trial
    if (found.verdict !== 'CAUGHT' || passes(found)) return trial
    return { ...trial, found: { verdict: 'BROKEN', why: `${found.test} (${found.file}) does not pass with all safeguards` } }
  })
}

async function conclude(trials: readonly Trial[]): Promise<number> {
  for (const trial of trials) if (!values.first || trial.found.verdict === 'CAUGHT') await keep(trial)
  console.log(`\n${await report(MUTANTS)}`)
  for (const { mutant, found } of trials) if (found.verdict !== 'CAUGHT') console.log(`✗ ${mutant.name}: ${sentenceOf(found)}`)
  return trials.every(({ found }) => found.verdict === 'CAUGHT') ? 0 : 1
}
