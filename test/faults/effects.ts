import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

/** Where a process ends itself by SIGKILL: at its n-th effect on the disk or the network, before it, after it, or with a write half done. */
export interface Ending {
  readonly at: number
  readonly how: (typeof HOWS)[number]
}

/** The ways in which an effect is come to. */
export const HOWS = ['BEFORE', 'HALF', 'AFTER'] as const

type Work = (this: unknown, ...args: never[]) => Promise<unknown>

const CALLS = ['link', 'mkdir', 'open', 'readFile', 'readdir', 'rename', 'unlink', 'writeFile'] as const
const OF_HANDLES = ['close', 'sync', 'writeFile'] as const

/** Lets this process end itself at an effect that is still to come. */
export async function endAt({ at, how }: Ending): Promise<void> {
  let effects = 0
  const end = (): void => void process.kill(process.pid, 'SIGKILL')
  const watched = (work: Work, half: Work | null): Work =>
    async function (this: unknown, ...args) {
      effects += 1
      if (effects !== at) return work.apply(this, args)
      if (how === 'BEFORE') end()
      if (how === 'HALF' && half) await half.apply(this, args)
      else await work.apply(this, args).finally(end)
      return end()
    }
  const handle = await fs.open('/dev/null')
  watch(Object.getPrototypeOf(handle) as Record<string, Work>, OF_HANDLES)
  await handle.close()
  watch(fs as unknown as Record<string, Work>, CALLS)
  syncBuiltinESMExports()
  globalThis.fetch = watched(globalThis.fetch as Work, null) as typeof fetch

  function watch(of: Record<string, Work>, names: readonly string[]): void {
    for (const name of names) {
      const work = of[name] as Work
      of[name] = watched(work, name === 'writeFile' ? halfOf(work) : null)
    }
  }
}

/** Writes the first half of what is to be written. */
function halfOf(work: Work): Work {
  return async function (this: unknown, ...args) {
    const halves = (args as unknown[]).map(arg =>
      Buffer.isBuffer(arg)
        ? arg.subarray(0, arg.length / 2)
        : typeof arg === 'string' && arg.startsWith('{')
          ? arg.slice(0, arg.length / 2)
          : arg,
    )
    return work.apply(this, halves as never[])
  }
}
