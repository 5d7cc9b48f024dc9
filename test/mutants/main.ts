import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres, startRedis } from '@almagest/gateway/local'
import { ROOT } from '../checks.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import { sentenceOf, tableOf, type Trial } from './report.ts'
import { copyTree, type Tree } from './tree.ts'
import { failedIn, runTests, verdictOf, type Found, type Servers } from './trial.ts'

/* npm run test:mutants [-- --only NAME …] [--first]: takes one safeguard at a time away from a copy of the sources and runs the tests, which have to fail.
   Writes test/reports/mutants.md after all of them; ends with 1 if a mutant survives. With --first only the tests that ought to notice are asked. */

/** What is asked when the tests that ought to notice do not. */
const ALL = ['jobs/', 'schema/', 'subgraphs/']

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
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
else process.exitCode = await tryAll(MUTANTS.filter(({ name }) => values.only?.includes(name) ?? true))

async function tryAll(mutants: readonly Mutant[]): Promise<number> {
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
    for (const mutant of mutants) {
      const begun = performance.now()
      const found = await tryOne(tree, mutant, servers)
      const seconds = (performance.now() - begun) / 1_000
      trials.push({ mutant, found, seconds })
      const mark = found.verdict === 'CAUGHT' ? '✓' : '✗'
      console.log(`${mark} ${trials.length}/${mutants.length} ${mutant.name} (${seconds.toFixed(1)} s): ${sentenceOf(found)}`)
    }
    return await conclude(await doubted(tree, trials, servers), { whole: mutants.length === MUTANTS.length && !values.first })
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

/** The trials without what proves nothing: a test that fails with its safeguard in place too. */
async function doubted(tree: Tree, trials: readonly Trial[], servers: Servers): Promise<Trial[]> {
  const files = new Set(trials.flatMap(({ found }) => (found.verdict === 'CAUGHT' ? [found.file] : [])))
  if (files.size === 0) return [...trials]
  const told = await runTests(tree.folder, [...files], { ...servers, bail: false })
  const failing = told ? failedIn(told, join(tree.folder, 'test')) : []
  console.log(
    `the ${files.size} files of tests that caught them, with all safeguards: ${told ? failing.length : 'nobody knows how many'} failed`,
  )
  return trials.map(trial => {
    const { found } = trial
    if (found.verdict !== 'CAUGHT') return trial
    if (told && !failing.some(({ file, test }) => file === found.file && test === found.test)) return trial
    return { ...trial, found: { verdict: 'BROKEN', why: `${found.test} (${found.file}) fails with all safeguards too` } }
  })
}

async function conclude(trials: readonly Trial[], { whole }: { whole: boolean }): Promise<number> {
  const table = tableOf(trials)
  console.log(`\n${table}`)
  if (whole) {
    const folder = join(ROOT, 'test/reports')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'mutants.md'), table)
  }
  return trials.every(({ found }) => found.verdict === 'CAUGHT') ? 0 : 1
}
