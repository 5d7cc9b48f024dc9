import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { openConnections, s3Store } from '@almagest/jobs'

const CONTENT = Buffer.from('0123456789abcdefghij')
const HEAD = ['HTTP/1.1 206 Partial Content', 'Content-Length: 10', 'Content-Range: bytes 5-14/20', 'ETag: "e"']
const answer = (head: readonly string[], body: string | Buffer = CONTENT.subarray(5, 15)): string =>
  `${head.join('\r\n')}\r\n\r\n${body.toString('latin1')}`
const except = (name: string, ...instead: string[]): string => answer([...HEAD.filter(line => !line.startsWith(name)), ...instead])

/** A service that answers each call with the next of these texts, in the given pieces, and then ends the connection if that is wanted. */
async function serve(answers: readonly string[], { pieces = 1, ends = false }: { pieces?: number; ends?: boolean } = {}) {
  const sockets = new Set<Socket>()
  let calls = 0
  let connections = 0
  const server = createServer(socket => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => {
      const text = answers[calls++ % answers.length] ?? ''
      const length = Math.ceil(text.length / pieces)
      for (let at = 0; at < text.length; at += length) socket.write(text.slice(at, at + length), 'latin1')
      if (ends) socket.end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { readInto } = openConnections(endpoint, { silenceMs: 200 })
  return {
    endpoint,
    connections: () => connections,
    async get(signal = new AbortController().signal) {
      const into = Buffer.alloc(10, '-')
      const filled = await readInto({ path: '/x', headers: { host: 'x' }, at: 5, etag: 'e', into, signal })
      return into.toString('latin1', 0, filled)
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

describe('a connection for ranges', () => {
  test('takes exactly the range that it asked for, in however many pieces it comes, and is used again', async () => {
    await using service = await serve([answer(HEAD)], { pieces: 7 })
    expect([await service.get(), await service.get(), await service.get()]).toEqual(Array(3).fill('56789abcde'))
    expect(service.connections()).toBe(1)
  })

  test('is not used again when the service ends it, or sends more than it should', async () => {
    await using ending = await serve([answer([...HEAD, 'Connection: close'])], { ends: true })
    await using chatty = await serve([answer(HEAD, `${CONTENT.toString('latin1', 5, 15)}HTTP/1.1 200 OK`)])
    for (const service of [ending, chatty]) expect([await service.get(), await service.get()]).toEqual(Array(2).fill('56789abcde'))
    expect([ending.connections(), chatty.connections()]).toEqual([2, 2])
  })

  test.each([
    ['another object', except('ETag', 'ETag: "other"')],
    ['another range', except('Content-Range', 'Content-Range: bytes 4-13/20')],
    ['all of the object', answer(['HTTP/1.1 200 OK', 'Content-Length: 20', 'ETag: "e"'], CONTENT)],
    ['another length', except('Content-Length', 'Content-Length: 9')],
    ['no length', except('Content-Length')],
    ['chunks', except('nothing', 'Transfer-Encoding: chunked')],
    ['an encoding', except('nothing', 'Content-Encoding: gzip')],
    ['an error', answer(['HTTP/1.1 503 Slow Down', 'Content-Length: 0'], '')],
    ['no HTTP', 'what is this\r\n\r\n0123456789'],
    ['a head without end', `HTTP/1.1 206 OK\r\n${'X: y\r\n'.repeat(20_000)}`],
    ['nothing for a while', ''],
  ])('takes nothing of %s', async (_what, text) => {
    await using service = await serve([text])
    expect(await service.get()).toBe('')
  })

  test('keeps what came before the service broke off', async () => {
    await using service = await serve([answer(HEAD, '567')], { ends: true })
    expect(await service.get()).toBe('567')
  })

  test('takes nothing where nobody listens, and ends with its work', async () => {
    const { readInto } = openConnections('http://127.0.0.1:1', { silenceMs: 200 })
    const order = { path: '/x', headers: {}, at: 0, etag: 'e', into: Buffer.alloc(1) }
    expect(await readInto({ ...order, signal: new AbortController().signal })).toBe(0)
    await using service = await serve([''])
    const stop = new AbortController()
    const asked = service.get(stop.signal)
    stop.abort()
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a service that answers with megabytes of what is no XML', () => {
  test.each(['<?', '<!--', '<a', '<a>'])('as of %s is a service that fails, and takes no time to be read', async nonsense => {
    const body = nonsense.repeat(1_000_000)
    await using service = await serve([
      answer(['HTTP/1.1 500 Oops', `Content-Length: ${body.length}`, 'Content-Type: application/xml'], body),
    ])
    const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 'b' })
    const patience = { silenceMs: 60_000, attempts: 1, pauseMs: 1 }
    const store = s3Store({ id: 'nonsense', endpoint: service.endpoint, bucket: 'b', credentials, patience })
    await expect(store.check()).rejects.toThrow('the service fails (no error code, HTTP 500)')
  })
})
