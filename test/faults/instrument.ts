import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { HOWS } from './effects.ts'
import { hasKey, type Told } from './filings.ts'
import type { Random } from './random.ts'

/** An instrument that files through a spool, in one process after the other. */
export interface Instrument extends AsyncDisposable, Told {
  /** One life of its process, from its start until it is killed at a random moment; where it ended. */
  live(random: Random): Promise<string>
  /** Lets a process file a few more and send all that waits; whether it could. */
  drain(): Promise<boolean>
}

/** An instrument that has filed nothing yet; `args` are those of spooler.ts before the series. */
export function openInstrument(series: string, args: readonly string[], env: Readonly<Record<string, string>>): Instrument {
  const filed = new Set<number>()
  const abandoned = new Set<number>()
  let next = 0
  let last: ReturnType<typeof start> | null = null

  function start(...ending: readonly string[]) {
    const script = join(import.meta.dirname, 'spooler.ts')
    const child = spawn(process.execPath, [script, ...args, series, String(next), ...ending], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const closed = once(child, 'close')
    const life = { child, closed, lines: 0, isDrained: false }
    createInterface(child.stdout).on('line', line => {
      life.lines += 1
      if (line === 'DRAINED') life.isDrained = true
      else {
        const number = Number(line.slice('FILED '.length))
        filed.add(number)
        next = number + 1
      }
    })
    last = life
    return life
  }

  return {
    filed,
    abandoned,
    async live(random) {
      const isArmed = random.next() < 0.6
      const [at, how] = [random.between(1, random.pick([12, 60, 200])), random.pick(HOWS)]
      const [lines, ms] = [random.between(0, 20), random.between(0, 40)]
      const life = isArmed ? start(String(at), how) : start()
      if (!isArmed) {
        while (life.lines < lines && life.child.exitCode === null) await delay(5)
        await delay(ms)
        life.child.kill('SIGKILL')
      }
      const [status, signal] = (await life.closed) as [number | null, string | null]
      if (signal !== 'SIGKILL') throw new Error(`an instrument ended by itself, with ${signal ?? status}`)
      // What has no key cannot be filed again: it may wait already.
      if (!hasKey(next)) abandoned.add(next++)
      return isArmed ? `an instrument ended ${how === 'HALF' ? 'in' : how.toLowerCase()} an effect` : 'an instrument killed'
    },
    async drain() {
      const life = start()
      while (life.lines < 5 && life.child.exitCode === null) await delay(5)
      life.child.stdin.end()
      await life.closed
      return life.isDrained
    },
    async [Symbol.asyncDispose]() {
      last?.child.kill('SIGKILL')
      await last?.closed
    },
  }
}
