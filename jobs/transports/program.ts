import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

/** How long a program that was asked to end may take until it is killed. */
const GRACE_MS = 500

/** How long the rest of its output is waited for when it has ended: what it left in the background may hold that open. */
const OUTPUT_MS = 1_000

const MOST_TEXT = 4_096

/** How a program ended: its status (`null`: by a signal), and the end of what it said on its standard error. */
export interface Ended {
  readonly status: number | null
  readonly said: string
}

/** Runs a program without a shell; `null` if it is not installed. When the signal aborts, it is ended with all that it started, and the reason is thrown. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { signal, onText }: { signal: AbortSignal; onText?: (text: string) => void },
): Promise<Ended | null> {
  signal.throwIfAborted()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const gone = new AbortController()
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => onText?.(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MOST_TEXT)))
  const end = (): void => {
    endGroup(child, 'SIGTERM')
    delay(GRACE_MS, undefined, { signal: gone.signal }).then(
      () => endGroup(child, 'SIGKILL'),
      () => undefined,
    )
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    const status = await new Promise<number | null | undefined>((resolve, reject) => {
      child.on('error', error => ('code' in error && error.code === 'ENOENT' ? resolve(undefined) : reject(error)))
      child.on('close', resolve)
      child.on('exit', status =>
        delay(OUTPUT_MS, undefined, { signal: gone.signal }).then(
          () => resolve(status),
          () => undefined,
        ),
      )
    })
    signal.throwIfAborted()
    return status === undefined ? null : { status, said: said.trim() }
  } finally {
    gone.abort()
    signal.removeEventListener('abort', end)
    if (signal.aborted) endGroup(child, 'SIGKILL')
    child.stdout.destroy()
    child.stderr.destroy()
  }
}

/** Sends a signal to a program and to what it started: a script of the site may have called the program that does the work. */
function endGroup({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (pid !== undefined) process.kill(-pid, name)
  } catch {
    // All of them have ended.
  }
}
