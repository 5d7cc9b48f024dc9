import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The folder of the repository. */
export const ROOT = join(import.meta.dirname, '..')

/** A check of the source that runs no test: a program and its arguments, for Node. */
export interface Check {
  readonly name: string
  readonly args: readonly string[]
  /** What to do when it fails. */
  readonly advice: string
}

/** The checks of `npm test` and `npm run check`, quickest first. */
export const CHECKS: readonly Check[] = [
  { name: 'format', args: [programOf('oxfmt', 'bin/oxfmt'), '--check', '.'], advice: 'npm run check -- --fix formats' },
  { name: 'lint', args: [programOf('oxlint', 'bin/oxlint')], advice: 'the rules are in .oxlintrc.json' },
  { name: 'types', args: [programOf('typescript', 'bin/tsc'), '--noEmit', '-p', '.'], advice: 'mend the types' },
  { name: 'generated files', args: ['gateway/generate.ts', '--check'], advice: 'npm run generate writes them' },
]

/** Formats every file that the formatter is in charge of. */
export const FORMAT: Check = {
  name: 'formatting',
  args: [programOf('oxfmt', 'bin/oxfmt'), '.'],
  advice: 'the file named above cannot be parsed',
}

/** Runs checks one after another, with a line for each and what the failed ones said; returns how many passed and failed. */
export async function runChecks(
  checks: readonly Check[],
  say: (line: string) => void = console.log,
): Promise<{ passed: number; failed: number }> {
  let failed = 0
  for (const { name, args, advice } of checks) {
    const begun = performance.now()
    const { status, output } = await runNode(args)
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
    if (status === 0) say(`✓ ${name} (${seconds} s)`)
    else {
      failed += 1
      say(`✗ ${name} (${seconds} s): ${advice}\n${output.trimEnd()}\n`)
    }
  }
  return { passed: checks.length - failed, failed }
}

function runNode(args: readonly string[]): Promise<{ status: number | null; output: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', error => resolve({ status: null, output: error.message }))
    child.on('close', status => resolve({ status, output }))
  })
}

/** The path of a program that a development dependency of the repository brings. */
function programOf(name: string, path: string): string {
  return join(dirname(createRequire(join(ROOT, 'package.json')).resolve(`${name}/package.json`)), path)
}
