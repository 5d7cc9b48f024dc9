import { setTimeout as delay } from 'node:timers/promises'

/** What came back in place of an answer. */
export interface Refused {
  /** `NETWORK` when nothing came back, else as the graph says. */
  readonly code: string
  readonly message: string
}

/** An instrument or a person in front of the gateway. */
export interface Client {
  /** Asks once; throws a `Refused`. */
  ask<data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<data>
  /** Asks again and again, the same, until it is answered; throws what is refused, and what is not answered within 100 s. */
  insist<data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<data>
  /** What was answered instead of data, and how long the longest answer took, in ms. */
  readonly heard: { readonly refused: Refused[]; slowestMs: number; answers: number }
}

/** Codes after which asking again may help. */
const PASSING = new Set(['NETWORK', 'UNAVAILABLE', 'SUBGRAPH_UNAVAILABLE', 'INTERNAL', 'BUSY'])

const INSIST_MS = 100_000
const ANSWER_MS = 30_000

/** A client of the gateway that `url` names at the time. */
export function openClient(url: () => string): Client {
  const heard = { refused: [] as Refused[], slowestMs: 0, answers: 0 }

  async function ask<data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<data> {
    const began = performance.now()
    try {
      const response = await fetch(`${url()}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      const { data, errors } = (await response.json()) as {
        data?: data | null
        errors?: { message: string; extensions?: { code?: string } }[]
      }
      heard.answers += 1
      const [error] = errors ?? []
      if (error) throw refused(error.extensions?.code ?? 'NONE', error.message)
      if (!data) throw refused('NONE', `status ${response.status} without data`)
      return data
    } catch (error) {
      const known = error instanceof Error && 'code' in error && error.name === 'Refused'
      const what = known ? (error as Error & Refused) : refused('NETWORK', error instanceof Error ? error.message : String(error))
      heard.refused.push({ code: what.code, message: what.message })
      throw what
    } finally {
      heard.slowestMs = Math.max(heard.slowestMs, performance.now() - began)
    }
  }

  return {
    ask,
    heard,
    async insist(query, variables) {
      for (const end = performance.now() + INSIST_MS; ; await delay(150)) {
        try {
          return await ask(query, variables)
        } catch (error) {
          if (!PASSING.has((error as Refused).code) || performance.now() > end) throw error
        }
      }
    },
  }
}

function refused(code: string, message: string): Error & Refused {
  return Object.assign(new Error(message), { name: 'Refused', code })
}
