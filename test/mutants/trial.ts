import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

/** A run that takes longer has met something that waits for ever. */
const RUN_MS = 400_000

/** How a run of tests ended: a test failed, all passed, nothing can be said, or there was none. */
export type Found =
  | { readonly verdict: 'CAUGHT'; readonly file: string; readonly test: string }
  | { readonly verdict: 'SURVIVED' }
  | { readonly verdict: 'BROKEN'; readonly why: string }
  | { readonly verdict: 'UNTRIED' }

/** As much as is read of what vitest tells of a run. */
export interface Told {
  readonly testResults: readonly {
    readonly name: string
    readonly message?: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** Servers that the runs share, and when to stop. */
export interface Servers {
  readonly postgres: string
  readonly redis: string
  readonly signal: AbortSignal
}

/** Runs tests of a copy of the sources, with `bail` until the first one fails; with `named` only those that have these names. */
export async function runTests(
  folder: string,
  tests: readonly string[],
  { postgres, redis, signal, bail = true, named = [] }: Servers & { bail?: boolean; named?: readonly string[] },
): Promise<Told | null> {
  const home = join(folder, 'test')
  const output = join(folder, 'told.json')
  const vitest = join(dirname(createRequire(join(home, 'main.ts')).resolve('vitest/package.json')), 'vitest.mjs')
  // Vitest has ` > ` where its report has a space.
  const names = named.map(name => name.replace(/[^\w ]/g, '.').replaceAll(' ', '( > | )')).join('|')
  const only = [...(bail ? ['--bail=1'] : []), ...(names ? ['-t', names] : [])]
  const args = [vitest, 'run', '--reporter=json', `--outputFile=${output}`, ...only, ...tests]
  await rm(output, { force: true })
  await new Promise<void>(resolve => {
    const child = spawn(process.execPath, args, {
      cwd: home,
      env: { ...process.env, TEST_POSTGRES_URL: postgres, TEST_REDIS_URL: redis },
      stdio: 'ignore',
      signal: AbortSignal.any([signal, AbortSignal.timeout(RUN_MS)]),
    })
    child.on('error', () => {})
    child.on('close', () => resolve())
  })
  signal.throwIfAborted()
  const text = await readFile(output, 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as Told)
}

/** What a run says of a mutant. A file that fails by itself may only not load: it is a failed test that counts. */
export function verdictOf(told: Told | null, folder: string): Found {
  if (!told) return { verdict: 'BROKEN', why: 'the run ended without a result' }
  const [failed] = namesOf(told, { folder, status: 'failed' })
  if (failed) return { verdict: 'CAUGHT', ...failed }
  const broken = told.testResults.find(({ status, message }) => status === 'failed' && message)
  if (broken) return { verdict: 'BROKEN', why: `${relative(folder, broken.name)}: ${broken.message?.split('\n')[0] ?? ''}` }
  const passed = told.testResults.some(({ assertionResults }) => assertionResults.some(({ status }) => status === 'passed'))
  return passed ? { verdict: 'SURVIVED' } : { verdict: 'BROKEN', why: 'no test was executed' }
}

/** The tests that ended so, with their files. */
export function namesOf({ testResults }: Told, { folder, status }: { folder: string; status: string }): { file: string; test: string }[] {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(test => test.status === status).map(({ fullName }) => ({ file: relative(folder, name), test: fullName })),
  )
}
