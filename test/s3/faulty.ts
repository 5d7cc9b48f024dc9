import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One call to a service, as the proxy before it sees it. */
export interface Seen {
  readonly method: string
  /** The path with its query. */
  readonly url: string
  /** How many calls of the same method were seen before. */
  readonly before: number
}

/**
 * What the proxy does with a call: passes it on; answers an error of its own; passes it on with a byte of its body changed; changes a byte of the answer;
 * cuts the answer in the middle; does not say in its head which bytes it brings, or how many; passes it on and loses the answer; or never answers.
 */
export type Fault =
  | null
  | { readonly status: number; readonly code: string }
  | 'CHANGE'
  | 'SPOIL'
  | 'HALVE'
  | 'UNPLACED'
  | 'UNSIZED'
  | 'LOSE'
  | 'NEVER'

/** A proxy before a service, and what it saw. */
export interface FaultyService extends AsyncDisposable {
  readonly endpoint: string
  readonly seen: readonly Seen[]
  /** What the service answered. */
  readonly answered: readonly Seen[]
  /** From now on. */
  breakBy(decide: (call: Seen) => Fault | Promise<Fault>): void
}

/** Starts a proxy before a service, which breaks nothing until it is told to. */
export async function startFaulty(endpoint: string): Promise<FaultyService> {
  const target = new URL(endpoint)
  const seen: Seen[] = []
  const answered: Seen[] = []
  let decide: (call: Seen) => Fault | Promise<Fault> = () => null

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '' } = incoming
    const call = { method, url, before: seen.filter(other => other.method === method).length }
    seen.push(call)
    const fault = await decide(call)
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    if (fault === 'NEVER') return
    if (fault !== null && typeof fault === 'object') {
      outgoing.writeHead(fault.status, { 'content-type': 'application/xml' })
      outgoing.end(method === 'HEAD' ? '' : `<?xml version="1.0"?><Error><Code>${fault.code}</Code></Error>`)
      return
    }
    if (fault === 'CHANGE') spoil(body)
    // The signature is over the host that the client asked: it is passed on as it came.
    const passed = request({ host: target.hostname, port: target.port, method, path: url, headers: incoming.headers }, response => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', () => {
        if (fault === 'LOSE') return outgoing.destroy()
        const all = Buffer.concat(pieces)
        if (fault === 'SPOIL') spoil(all)
        const { 'content-range': _range, 'content-length': length, ...rest } = response.headers
        if (fault === 'UNPLACED') outgoing.writeHead(206, { ...rest, 'content-length': length })
        else if (fault === 'UNSIZED') outgoing.writeHead(200, rest)
        else outgoing.writeHead(response.statusCode ?? 500, response.headers)
        answered.push(call)
        if (fault !== 'HALVE') return outgoing.end(all)
        outgoing.write(all.subarray(0, Math.ceil(all.length / 2)), () => outgoing.destroy())
      })
    })
    passed.on('error', () => outgoing.destroy())
    passed.end(body)
  }

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing).catch(() => outgoing.destroy()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answered,
    breakBy(next) {
      decide = next
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function spoil(bytes: Buffer): void {
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
}
