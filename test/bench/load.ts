import { Pool } from 'undici'
import { quantile } from './measure.ts'

/** What a load found: requests answered in a second, and how long one took in milliseconds. */
export interface Figures {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** Asks one endpoint the same thing over kept-alive connections. */
export interface Load extends AsyncDisposable {
  /** The answer to one request, as text; throws when it is none without errors. */
  once(): Promise<string>
  /** Lets so many clients ask for so long, each the next as soon as the last is answered. */
  run(options: { clients: number; ms: number }): Promise<Figures>
}

/** Opens a load on a GraphQL endpoint. */
export function openLoad(url: string, query: string): Load {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: 64 })
  const body = JSON.stringify({ query })
  const headers = { 'content-type': 'application/json', accept: 'application/json' }

  const once = async (): Promise<string> => {
    const response = await pool.request({ method: 'POST', path: pathname, headers, body })
    const text = await response.body.text()
    if (response.statusCode !== 200 || text.includes('"errors":'))
      throw new Error(`${url} answered ${response.statusCode} ${text.slice(0, 1000)}`)
    return text
  }
  return {
    once,
    async run({ clients, ms }) {
      const took: number[] = []
      const begun = performance.now()
      await Promise.all(
        Array.from({ length: clients }, async () => {
          for (let now = performance.now(); now - begun < ms;) {
            await once()
            const then = performance.now()
            took.push(then - now)
            now = then
          }
        }),
      )
      const seconds = (performance.now() - begun) / 1000
      return { perSecond: took.length / seconds, p50: quantile(took, 0.5), p99: quantile(took, 0.99) }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
