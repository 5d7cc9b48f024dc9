import { readFile } from 'node:fs/promises'
import type { Reloaded } from './graph.ts'
import type { Log } from './log.ts'

/** Where a supergraph lies, and who takes it. */
export interface WatchOptions {
  readonly path: string
  readonly everyMs: number
  readonly reload: (supergraph: string) => Promise<Reloaded>
  readonly log: Log
}

/** Looks at a supergraph file now and then until disposed of. */
export interface Watch extends Disposable {
  /** Looks now, also at what was refused before. */
  look(): Promise<void>
}

/** Watches the file of a supergraph: what changed is tried once, and again only when a subgraph did not answer. Read whole, for files are often replaced. */
export function watchSupergraph({ path, everyMs, reload, log }: WatchOptions): Watch {
  let refused: string | null = null
  let readable = true
  const look = async (): Promise<void> => {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (readable) log.warn({ event: 'supergraph.unreadable', reason: String(error) })
      return null
    })
    readable = text !== null
    if (text !== null && text !== refused) refused = (await reload(text)) === 'REFUSED' ? text : null
  }
  const timer = setInterval(() => void look(), everyMs)
  return {
    look() {
      refused = null
      return look()
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
