import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface Asked {
  readonly query: string
  readonly variables: Record<string, unknown>
  readonly headers: IncomingHttpHeaders
}

/** What a stand-in for a subgraph answers: a status and a body, sent as JSON unless it is text; null: nothing, ever. */
export type Answer = { readonly status?: number; readonly body: unknown } | null

export interface StandIn extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** What it was asked, oldest first. */
  readonly asked: Asked[]
  answer: (asked: Asked) => Answer | Promise<Answer>
  /** What its /healthz does; null: it never answers. */
  healthz: number | null
}

/** Serves HTTP in the place of a subgraph: it answers every query with no data until told otherwise. */
export async function startStandIn(port = 0): Promise<StandIn> {
  const server = createServer(async (request, response) => {
    if (request.url === '/healthz') {
      if (standIn.healthz !== null) response.writeHead(standIn.healthz).end()
      return
    }
    const { query, variables = {} } = (await json(request)) as { query: string; variables?: Record<string, unknown> }
    const asked = { query, variables, headers: request.headers }
    standIn.asked.push(asked)
    const answer = await standIn.answer(asked)
    if (answer === null) return
    const text = typeof answer.body === 'string'
    response.writeHead(answer.status ?? 200, { 'content-type': text ? 'text/html' : 'application/json' })
    response.end(text ? answer.body : JSON.stringify(answer.body))
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo
  const standIn: StandIn = {
    url: `http://127.0.0.1:${address.port}/graphql`,
    port: address.port,
    asked: [],
    answer: () => ({ body: { data: {} } }),
    healthz: 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return standIn
}
