import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

/** How long a program that was asked to end may take until it is killed. */
const GRACE_MS = 500
const MOST_TEXT = 4_096

/** How a program ended: its status (`null`: by a signal), and the end of what it said on its standard error. */
export interface Ended {
  readonly status: number | null
  readonly said: string
}

/** Runs a program without a shell; `null` if it is not installed. When the signal aborts, the program is ended, and its reason is thrown. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { signal, onText }: { signal: AbortSignal; onText?: (text: string) => void },
): Promise<Ended | null> {
  signal.throwIfAborted()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = new AbortController()
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => onText?.(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MOST_TEXT)))
  const end = (): void => {
    child.kill('SIGTERM')
    delay(GRACE_MS, undefined, { signal: gone.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    )
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    const status = await new Promise<number | null | undefined>((resolve, reject) => {
      child.on('error', error => ('code' in error && error.code === 'ENOENT' ? resolve(undefined) : reject(error)))
      child.on('close', resolve)
    })
    signal.throwIfAborted()
    return status === undefined ? null : { status, said: said.trim() }
  } finally {
    gone.abort()
    signal.removeEventListener('abort', end)
  }
}
