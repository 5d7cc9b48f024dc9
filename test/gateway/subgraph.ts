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
  /** With which status it answers whether it is there; null: it never answers. */
  health: number | null
  /** How many queries it answers by closing the connection before it answers again. */
  cut: number
}

/** Serves HTTP in the place of a subgraph: it answers every query with no data until told otherwise. */
export async function startStandIn(port = 0): Promise<StandIn> {
  const server = createServer(async (request, response) => {
    const { query, variables = {} } = (await json(request)) as { query: string; variables?: Record<string, unknown> }
    if (query === '{ __typename }') {
      if (standIn.health !== null) response.writeHead(standIn.health).end(JSON.stringify({ data: { __typename: 'Query' } }))
      return
    }
    if (standIn.cut > 0) {
      standIn.cut -= 1
      request.socket.destroy()
      return
    }
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
    health: 200,
    cut: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return standIn
}
