import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { runCli } from '@almagest/client/cli'
import { ROOT } from '../checks.ts'
import type { Topology } from '../make.ts'
import { test as base } from './fixtures.ts'

/** What a command line became. */
export interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** A command line that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly err: () => string
  readonly ended: Promise<Ran>
}

/** Starts `almagest` as a process of its own. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [join(ROOT, 'client/cli/almagest.mjs'), ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  return { child, err: () => err, ended: new Promise(resolve => child.on('close', status => resolve({ status, out, err }))) }
}

/** Runs `almagest` to its end in this process, which is quicker. */
export async function runHere(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const written = { out: '', err: '' }
  const stream = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        written[name] += chunk.toString()
        done()
      },
    })
  const status = await runCli(args, { env, stdout: stream('out'), stderr: stream('err'), on: () => {} })
  return { status, ...written }
}

/** The objects of an answer with `--json`. */
export function objects({ out }: Ran): Record<string, unknown>[] {
  return out
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Record<string, unknown>)
}

interface Fixtures {
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  /** Runs `almagest` to its end against the data centre, with a spool of the test's own. */
  readonly run: (...args: string[]) => Promise<Ran>
}

/** Command lines against the whole graph. */
export const test = base.extend<Fixtures>({
  url: async ({ startGraph }, use) => use((await startGraph()).url),
  env: async ({ url, root }, use) => use({ ALMAGEST_URL: url, ALMAGEST_SPOOL: join(root, 'spool') }),
  run: async ({ env }, use) => use((...args) => runHere(args, env)),
})

/** The flags that say of files of a topology what an instrument knows of them. */
export const flagsOf = ({ instrument, obsUnit }: Topology): string[] => [
  '--instrument',
  instrument.name,
  '--module',
  'm1',
  '--obs-unit',
  obsUnit.id,
  '--start',
  '2026-11-21T03:00:00Z',
  '--end',
  '2026-11-21T03:01:00Z',
]
