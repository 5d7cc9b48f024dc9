import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { CHECKS, runChecks } from './checks.ts'
import type { Summary } from './reporter.ts'

/* npm test [-- what vitest understands]: the static checks, then the tests. npm run test:faults: only the tests of faults and benches, in all their forms;
   with --fault F08 only those of one fault, with --seed 17 only that seed of it. The last line counts both: a check that fails is one test that
   failed, and so is a run that tests nothing. */

/** Where the tests of faults are, and those that take long. */
const FAULTS = ['faults', 'bench', 'cancelling', 'last-copies', 'local/postgres', 'model/']

const [mode, ...others] = process.argv.slice(2)
const long = mode === '--long'
const { fault, seed } = long ? replayed(others) : {}
const checks = fault ? { passed: 0, failed: 0 } : await runChecks(CHECKS)
console.log()
const { summary, status } = await runTests(
  fault ? ['faults/', '-t', `\\b${fault} `] : long ? [...FAULTS, ...others] : process.argv.slice(2),
)

const problems = [...(summary?.problems ?? [])]
if (!summary) problems.push(`the tests ended with status ${status} and no word of how`)
else if (summary.passed + summary.failed === 0) problems.push('no test was executed')
else if (status !== 0 && summary.failed + problems.length === 0) problems.push(`no test failed, but vitest ended with status ${status}`)
for (const problem of problems) console.log(`✗ ${problem}`)

const passed = (summary?.passed ?? 0) + checks.passed
const failed = (summary?.failed ?? 0) + checks.failed + problems.length
console.log(`${passed} passed, ${failed} failed${summary?.skipped ? `, ${summary.skipped} skipped` : ''}`)
process.exitCode = failed === 0 ? 0 : 1

function replayed(args: readonly string[]): { fault?: string; seed?: string } {
  return parseArgs({ args: [...args], options: { fault: { type: 'string' }, seed: { type: 'string' } }, strict: false }).values as {
    fault?: string
    seed?: string
  }
}

/** In a process of its own: what kills vitest, or makes it exit, must not take the last line with it. */
function runTests(args: readonly string[]): Promise<{ summary: Summary | null; status: number | NodeJS.Signals | null }> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
  const reporters = ['--reporter=default', `--reporter=${join(import.meta.dirname, 'reporter.ts')}`]
  return new Promise(resolve => {
    const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
      cwd: import.meta.dirname,
      env: { ...process.env, ...(long && { TEST_LONG: '1' }), ...(seed && { FAULT_SEED: seed }) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    let summary: Summary | null = null
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
    child.on('message', message => (summary = message as Summary))
    child.on('error', error => console.error(error.message))
    child.on('close', (code, signal) => resolve({ summary, status: code ?? signal }))
  })
}
