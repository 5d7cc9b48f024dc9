import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { makePair, openBuffers, openLine } from '@almagest/jobs'

const CONTENT = Buffer.from(Array.from({ length: 5_000_003 }, (_, index) => (index * 2_654_435_761) >>> 11))

/** A server of ranges of CONTENT; its address, and what its certificate is believed by. */
async function serve(isSecure: boolean) {
  await using opening = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'almagest-line-'))
  opening.defer(() => rm(folder, { recursive: true }))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const making =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1'
  if (isSecure) await promisify(execFile)('openssl', [...making.split(' '), '-keyout', key, '-out', cert])
  const tls = isSecure ? { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') } : null
  const connections = new Set<unknown>()
  const handle: Parameters<typeof createServer>[1] = (request, response) => {
    connections.add(request.socket)
    const [, start = 0, end = 0] = (/^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []).map(Number)
    const headers = { 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${CONTENT.length}` }
    response.writeHead(206, headers).end(CONTENT.subarray(start, end + 1))
  }
  const server = tls ? createTlsServer(tls, handle) : createServer(handle)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  opening.defer(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  const opened = opening.move()
  return {
    url: new URL(`${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ca: tls?.cert,
    connections,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

describe.each([
  ['a line', false],
  ['a line by TLS', true],
])('%s', (_what, isSecure) => {
  test('brings ranges one after another to two buffers, and holds back what who uses them has no room for', async () => {
    await using server = await serve(isSecure)
    using line = openLine(server.url, { ca: server.ca })
    const pair = makePair()
    const file = Buffer.alloc(CONTENT.length)
    let users = 0
    for (const [start, end] of [
      [0, 2_999_999],
      [3_000_000, 3_000_000],
      [3_000_001, CONTENT.length - 1],
    ] as const) {
      const buffers = openBuffers(pair, {
        at: start,
        async use(chunk, at) {
          expect((users += 1)).toBe(1)
          // What comes meanwhile must not come here.
          const before = Buffer.from(chunk)
          for (let turns = 0; turns < 40; turns++) await turn()
          expect(chunk.equals(before)).toBe(true)
          chunk.copy(file, at)
          users -= 1
        },
      })
      const { signal } = new AbortController()
      const headers = { host: server.url.host, range: `bytes=${start}-${end}` }
      const { status } = await line.get({ path: '/', headers, range: { start, end }, signal, room: buffers.room, came: buffers.came })
      await buffers.done()
      expect([status, buffers.at()]).toEqual([206, end + 1])
    }
    expect(file.equals(CONTENT)).toBe(true)
    expect(server.connections.size).toBe(1)
  })

  test('ends by what who uses the bytes throws, and can be used again', async () => {
    await using server = await serve(isSecure)
    using line = openLine(server.url, { ca: server.ca })
    const pair = makePair()
    const get = async (use: (chunk: Buffer) => Promise<void>): Promise<void> => {
      const buffers = openBuffers(pair, { at: 0, use })
      const range = { start: 0, end: CONTENT.length - 1 }
      const headers = { host: server.url.host, range: `bytes=0-${range.end}` }
      await line.get({ path: '/', headers, range, signal: new AbortController().signal, room: buffers.room, came: buffers.came })
      await buffers.done()
    }
    await expect(get(() => Promise.reject(new Error('the disk is full')))).rejects.toThrow('the disk is full')
    let bytes = 0
    await get(async chunk => void (bytes += chunk.length))
    expect(bytes).toBe(CONTENT.length)
  })
})
