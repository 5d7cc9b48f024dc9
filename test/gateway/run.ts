import { spawn, type ChildProcess } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const gateway = new URL('../../gateway/', import.meta.url)

/** A script of the gateway as a process of its own. */
export interface Run {
  readonly child: ChildProcess
  /** What it wrote to both outputs so far. */
  readonly output: () => string
  /** Resolves with its status when it has ended; null after a signal. */
  readonly ended: Promise<number | null>
}

interface RunOptions {
  /** The whole of its environment, beside PATH and where compiled code is kept. */
  env?: Record<string, string>
  /** For Node itself. */
  nodeArgs?: readonly string[]
}

/** Starts a script of the gateway. */
export function run(script: string, args: readonly string[] = [], { env = {}, nodeArgs = [] }: RunOptions = {}): Run {
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    cwd: fileURLToPath(gateway),
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()))
  return { child, output: () => output, ended: new Promise(resolve => child.on('close', resolve)) }
}

/** Runs a program to its end; resolves with what it wrote. */
export async function execute([program = '', ...args]: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { stdout, stderr }
}
