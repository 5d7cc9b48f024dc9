import { Outage, Refusal, type RefusalCode } from '@almagest/schema'

interface Answer<data> {
  readonly data?: data | null
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
}

/** Asks the gateway, as any client does; what it refuses is thrown as a Refusal of the same code. */
export type Ask = <data>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<data>

/** A client of the gateway at `url`. */
export function openClient(url: string): Ask {
  return async <data>(query: string, variables: Readonly<Record<string, unknown>> = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(60_000),
    })
    const { data, errors } = (await response.json()) as Answer<data>
    const [error] = errors ?? []
    if (error) {
      const code = error.extensions?.code ?? 'INTERNAL'
      if (code === 'UNAVAILABLE' || code === 'SUBGRAPH_UNAVAILABLE' || code === 'INTERNAL') throw new Outage(error.message)
      throw new Refusal(code as RefusalCode, error.message)
    }
    if (!data) throw new Outage(`the gateway answered ${response.status} without data`)
    return data
  }
}
