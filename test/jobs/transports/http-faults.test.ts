import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { describe, expect } from 'vitest'
import { Outage } from '@almagest/schema'
import { openTransports, type Store } from '@almagest/jobs'
import { filesAt, pathAt } from '../attempt.ts'
import { test } from '../bench.ts'
import { again, bytesOf, consign, PART } from './consigned.ts'
import { startProxy } from './proxy.ts'
import { KEY, serveData } from './served.ts'

/** A server that is none of ours. */
async function answering(answer: Parameters<typeof createServer>[1]) {
  const server = createServer(answer ?? (() => {}))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

describe('a line that goes wrong', () => {
  test.for(['RESET', 'END'] as const)(
    'UC-3.2 is opened again where it was cut, and no other is, by %s',
    async (by, { em, world, topology }) => {
      const { server, keys } = await serveData(world, topology)
      await using _server = server
      await using proxy = await startProxy(server.url, connection =>
        connection % 3 === 0 ? { after: PART / 2 + 1_000 * connection, by } : null,
      )
      const bytes = bytesOf(10 * PART + 77)
      const sent = await consign(world, em, { topology, bytes })
      const through = { ...sent, origin: { ...sent.origin, dataUrl: proxy.url } }

      expect(await openTransports({ keys }).HTTP.send(through)).toEqual(sent.expected)

      expect(proxy.cuts).toBeGreaterThan(0)
      expect(proxy.connections).toBeGreaterThan(4)
      expect(proxy.connections).toBeLessThanOrEqual(4 + proxy.cuts)
      expect(sent.heard.at(-1)).toBe(bytes.length)
      expect((await readFile(pathAt(topology.locations.cologneBuffer, sent.path))).equals(bytes)).toBe(true)
    },
  )

  test('UC-3.2 for good keeps what came, and the next run sends only what is missing', async ({ em, world, topology }) => {
    const { server, keys } = await serveData(world, topology)
    await using _server = server
    const transport = openTransports({ keys }).HTTP
    const bytes = bytesOf(8 * PART)
    const sent = await consign(world, em, { topology, bytes })
    const route = { ...sent.route, streams: 1 }
    {
      await using dying = await startProxy(server.url, connection => ({ after: connection === 0 ? 3 * PART + 5_000 : 0, by: 'RESET' }))
      const cut = transport.send({ ...sent, route, origin: { ...sent.origin, dataUrl: dying.url } })
      await expect(cut).rejects.toThrow(/the data server of site chile-\w+ cannot be reached: /)
    }
    expect(await sent.to.stat(sent.path)).toBeNull()
    const heard = sent.heard.length

    const next = again({ ...sent, route, origin: { ...sent.origin, dataUrl: server.url } })
    expect(await transport.send(next)).toEqual(sent.expected)

    expect(sent.heard[heard]).toBeGreaterThanOrEqual(2 * PART)
    expect(await filesAt(topology.locations.cologneBuffer)).toEqual([sent.path])
    expect((await readFile(pathAt(topology.locations.cologneBuffer, sent.path))).equals(bytes)).toBe(true)
  })

  test('leads to something else than a data server', async ({ em, world, topology }) => {
    const sent = await consign(world, em, { topology, bytes: bytesOf(PART) })
    const transport = openTransports({ keys: { [topology.sites.chile.name]: [KEY] } }).HTTP
    const giving =
      (range: string, bytes: number): Parameters<typeof createServer>[1] =>
      (_, response) =>
        response.writeHead(206, { 'content-length': bytes, ...(range && { 'content-range': range }) }).end(Buffer.alloc(bytes, 1))
    const answers: [Parameters<typeof createServer>[1], RegExp][] = [
      [(_, response) => response.writeHead(200, { 'content-length': 2 }).end('ok'), /answers 200: ok/],
      [(_, response) => response.writeHead(500, { 'content-length': 4 }).end('oops'), /answers 500: oops/],
      [(_, response) => response.writeHead(206).end(), /cannot be reached: what came is not what a data server says/],
      [giving(`bytes 0-${PART}/${PART + 1}`, PART + 1), /cannot be reached: it gave another range than was asked for/],
      [giving(`bytes 1-${PART}/${PART + 1}`, PART), /cannot be reached: it gave another range than was asked for/],
      [giving(`bytes 0-${PART - 1}/${PART}`, 0), /cannot be reached: it gave another range than was asked for/],
      [giving('', PART), /cannot be reached: it gave another range than was asked for/],
      [giving(`bytes 0-${PART - 1}/${PART}`, PART), /is not what is known of it/],
    ]
    for (const [answer, message] of answers) {
      await using other = await answering(answer)
      await expect(transport.send({ ...sent, origin: { ...sent.origin, dataUrl: other.url } })).rejects.toThrow(message)
      expect(await sent.to.stat(sent.path)).toBeNull()
    }
    await expect(transport.send({ ...sent, origin: { ...sent.origin, dataUrl: 'ftp://example.org' } })).rejects.toThrow(
      'is none of http or https',
    )
    await expect(openTransports().HTTP.send({ ...sent, origin: { ...sent.origin, dataUrl: 'http://127.0.0.1:1' } })).rejects.toThrow(
      `this worker has no key for the data server of site ${topology.sites.chile.name}`,
    )
  })

  test('damages a part once: it is brought again, and no other is', async ({ em, world, topology }) => {
    const { server, keys } = await serveData(world, topology)
    await using _server = server
    const asked: number[] = []
    await using damaging = await answering(async (request, response) => {
      const answer = await fetch(`${server.url}${request.url}`, { headers: request.headers as Record<string, string> })
      const body = Buffer.from(await answer.arrayBuffer())
      const part = Number(/\d+/.exec(request.headers.range ?? '')?.[0]) / PART
      if (part === 1 && !asked.includes(part)) body[PART / 2]! ^= 1
      asked.push(part)
      const headers = { 'content-length': body.length, 'content-range': answer.headers.get('content-range') ?? '' }
      response.writeHead(answer.status, headers).end(body)
    })
    const bytes = bytesOf(4 * PART)
    const sent = await consign(world, em, { topology, bytes })
    const through = { ...sent, route: { ...sent.route, streams: 1 }, origin: { ...sent.origin, dataUrl: damaging.url } }

    expect(await openTransports({ keys }).HTTP.send(through)).toEqual(sent.expected)

    expect(asked.toSorted()).toEqual([0, 1, 1, 2, 3])
    expect(sent.heard.at(-1)).toBe(bytes.length)
    expect((await readFile(pathAt(topology.locations.cologneBuffer, sent.path))).equals(bytes)).toBe(true)
  })

  test('leads to a server that is busy for a while', async ({ em, world, topology }) => {
    const { server, keys } = await serveData(world, topology)
    await using _server = server
    let asked = 0
    await using busy = await answering((request, response) => {
      if (asked++ < 2) return response.writeHead(503, { 'content-length': 4, 'retry-after': '0.01' }).end('busy')
      return fetch(`${server.url}${request.url}`, { headers: request.headers as Record<string, string> }).then(async answer =>
        response
          .writeHead(answer.status, {
            'content-length': answer.headers.get('content-length') ?? '',
            'content-range': answer.headers.get('content-range') ?? '',
          })
          .end(Buffer.from(await answer.arrayBuffer())),
      )
    })
    const sent = await consign(world, em, { topology, bytes: bytesOf(PART) })

    expect(await openTransports({ keys }).HTTP.send({ ...sent, origin: { ...sent.origin, dataUrl: busy.url } })).toEqual(sent.expected)
    expect(asked).toBe(3)
  })

  test('is opened again for a destination that takes a file only from its beginning to its end', async ({ em, world, topology }) => {
    const { server, keys } = await serveData(world, topology)
    await using _server = server
    await using proxy = await startProxy(server.url, connection => (connection < 3 ? { after: PART + 999, by: 'RESET' } : null))
    const bytes = bytesOf(8 * PART + 3)
    const sent = await consign(world, em, { topology, bytes })
    const { assemble: _, ...to } = sent.to
    const through = { ...sent, to, origin: { ...sent.origin, dataUrl: proxy.url } }

    expect(await openTransports({ keys }).HTTP.send(through)).toEqual(sent.expected)

    expect(proxy.cuts).toBe(3)
    expect((await readFile(pathAt(topology.locations.cologneBuffer, sent.path))).equals(bytes)).toBe(true)
    const stop = new AbortController()
    const other = await consign(world, em, { topology, bytes })
    const onBytes = (count: number) => void (count > PART && stop.abort(new Error('stop')))
    const stopped = { ...other, to, onBytes, signal: stop.signal, origin: { ...other.origin, dataUrl: server.url } }
    await expect(openTransports({ keys }).HTTP.send(stopped)).rejects.toThrow('stop')
    expect(await filesAt(topology.locations.cologneBuffer)).toEqual([sent.path])
  })

  test('is given up, and nothing else ends, where the destination takes none of the bytes: it has them, or is away', async ({
    em,
    world,
    topology,
  }) => {
    const { server, keys } = await serveData(world, topology)
    await using _server = server
    const sent = await consign(world, em, { topology, bytes: bytesOf(40 * PART) })
    const { assemble: _, ...to } = sent.to
    const { HTTP } = openTransports({ keys })
    const send = (write: Store['write']) => HTTP.send({ ...sent, to: { ...to, write }, origin: { ...sent.origin, dataUrl: server.url } })
    const more = () => expect.poll(() => sent.heard.splice(0).length, { interval: 5 }).toBeGreaterThan(0)

    const there = async () => {
      await more()
      return sent.expected
    }
    expect(await send(there)).toEqual(sent.expected)
    const away = async () => {
      await more()
      throw new Outage('it is away')
    }
    await expect(send(away)).rejects.toThrow('it is away')
  })
})
