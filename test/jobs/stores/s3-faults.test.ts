import { afterAll, describe, expect, test } from 'vitest'
import { Outage, Refusal } from '@almagest/schema'
import { digestOf } from '@almagest/jobs'
import { startFaulty, type Seen } from '../../s3/faulty.ts'
import { startRgw } from '../../s3/rgw.ts'
import { tryStart } from '../../s3/server.ts'
import { openBucket, PART } from './bucket.ts'
import { digestsOf } from '../transports/consigned.ts'
import { contentOf, patternOf, source } from './store-contract.ts'

const { server, why } = await tryStart(() => startRgw({ path: process.env.PATH ?? '' }))
afterAll(() => server?.[Symbol.asyncDispose]())

const HOUR_MS = 3_600_000
const BYTES = patternOf(3 * PART + 1_000)
const isPart = ({ method, url }: Seen): boolean => method === 'PUT' && url.includes('partNumber=')
const isEnd = ({ method, url }: Seen): boolean => method === 'POST' && url.includes('uploadId=')
const uploadOf = (call: Seen | undefined): string => /uploadId=([^&]+)/.exec(call?.url ?? '')?.[1] ?? ''
const isPartOf = (number: number) => (call: Seen) => isPart(call) && call.url.includes(`partNumber=${number}&`)

describe.skipIf(!server)(`a faulty S3 service${why ? ` (skipped: ${why})` : ''}`, () => {
  const rgw = server!

  /** A location behind a proxy that breaks what it is told to. */
  async function open({ attempts = 3, silenceMs = 5_000 } = {}) {
    const proxy = await startFaulty(rgw.endpoint)
    const opened = await openBucket(rgw, { endpoint: proxy.endpoint, patience: { attempts, silenceMs, pauseMs: 5 } })
    return { ...opened, proxy, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
  }
  const write = ({ store }: Awaited<ReturnType<typeof open>>, token = 'w.1') => store.write('a.tar', source(BYTES, 2 ** 16), { token })

  test.each([
    ['500', { status: 500, code: 'InternalError' }],
    ['503', { status: 503, code: 'SlowDown' }],
    ['an error that comes with 200', { status: 200, code: 'InternalError' }],
    ['a connection that is cut', 'LOSE'],
    ['bytes that were changed on their way', 'CHANGE'],
  ] as const)('is asked again after %s, and has the right bytes in the end', async (_what, fault) => {
    await using opened = await open()
    const failed = new Set<string>()
    opened.proxy.breakBy(call => {
      if (!(isPart(call) || isEnd(call)) || failed.has(call.url)) return null
      failed.add(call.url)
      return fault
    })
    expect(await write(opened)).toEqual(await digestOf([BYTES]))
    expect(failed.size).toBe(5)
    expect(await contentOf(opened.store, 'a.tar')).toBe(BYTES.toString('latin1'))
    expect(await opened.leftovers()).toBe(0)
  })

  test('that goes on failing is an outage that names the location and the error; nothing shows', async () => {
    await using opened = await open()
    opened.proxy.breakBy(call => (isPartOf(2)(call) ? { status: 503, code: 'SlowDown' } : null))
    await expect(write(opened)).rejects.toMatchObject({
      constructor: Outage,
      locationId: opened.store.id,
      message: `location ${opened.store.id}: cannot write part 2 of a.tar: the service fails (SlowDown, HTTP 503)`,
    })
    expect(opened.proxy.seen.filter(isPartOf(2))).toHaveLength(3)
    opened.proxy.breakBy(() => null)
    expect(await opened.store.stat('a.tar')).toBeNull()
  })

  test('that will never do what is asked is a refusal at once', async () => {
    await using opened = await open()
    opened.proxy.breakBy(call => (isPart(call) ? { status: 400, code: 'EntityTooLarge' } : null))
    await expect(write(opened)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('EntityTooLarge, HTTP 400') })
    opened.proxy.breakBy(() => null)
    expect(await opened.uploads()).toEqual([])
  })

  test('that does not say how large an object is, is an outage that says so, and no object of 0 bytes', async () => {
    await using opened = await open()
    await write(opened)
    opened.proxy.breakBy(({ method }) => (method === 'HEAD' ? 'UNSIZED' : null))
    await expect(opened.store.stat('a.tar')).rejects.toMatchObject({
      constructor: Outage,
      locationId: opened.store.id,
      message: expect.stringMatching(/: cannot look at .*a\.tar: the service does not say how large it is$/),
    })
  })

  test('that answers 400 to a look at an object is an outage: it cannot say that the credentials have expired', async () => {
    await using opened = await open()
    await write(opened)
    opened.proxy.breakBy(({ method }) => (method === 'HEAD' ? { status: 400, code: 'ExpiredToken' } : null))
    await expect(opened.store.stat('a.tar')).rejects.toMatchObject({
      constructor: Outage,
      message: expect.stringMatching(/a\.tar: it does not say why \(no error code, HTTP 400\)$/),
    })
    opened.proxy.breakBy(() => null)
    expect(await opened.store.stat('a.tar')).toMatchObject({ bytes: BYTES.length })
  })

  test('that gives half an object is asked for the rest, of the same object', async () => {
    await using opened = await open()
    const written = await write(opened)
    let cut = 0
    opened.proxy.breakBy(({ method, url }) => (method === 'GET' && url.includes('a.tar') && (cut += 1) <= 3 ? 'HALVE' : null))
    await using reading = await opened.store.read('a.tar')
    expect(await digestOf(reading!)).toEqual(written)
    expect(reading!.change()).toBeNull()
    // Four for what the first call asks for, and one for what follows it.
    expect(cut).toBe(5)
  })

  test.each([
    ['which part of an object it gives', 'UNPLACED', 'gave another part of it than was asked for'],
    ['how large an object is', 'UNSIZED', 'does not say how large it is'],
  ] as const)('that does not say %s is an outage, and not an object that was cut', async (_what, fault, why) => {
    await using opened = await open()
    await write(opened)
    opened.proxy.breakBy(({ method, url }) => (method === 'GET' && url.includes('a.tar') ? fault : null))
    await expect(opened.store.read('a.tar')).rejects.toMatchObject({ constructor: Outage, message: expect.stringContaining(why) })
    opened.proxy.breakBy(() => null)
    expect(await contentOf(opened.store, 'a.tar')).toBe(BYTES.toString('latin1'))
  })

  test('UC-3.2 that cuts every other answer gives a large object whole, its pieces in their order', async () => {
    await using opened = await open()
    const large = patternOf(40 * PART + 77)
    const written = await opened.store.write('large.tar', source(large, 2 ** 20), { token: 'w.1' })
    let calls = 0
    opened.proxy.breakBy(({ method, url }) => (method === 'GET' && url.includes('large.tar') && (calls += 1) % 2 === 1 ? 'HALVE' : null))
    for (const [start, length] of [
      [0, Infinity],
      [12_345_678, 20_000_001],
    ] as const) {
      await using reading = await opened.store.read('large.tar', { start, length })
      expect(await digestOf(reading!)).toEqual(length === Infinity ? written : await digestOf([large.subarray(start, start + length)]))
      expect(reading!.change()).toBeNull()
    }
    const stop = new AbortController()
    await using reading = await opened.store.read('large.tar', { signal: stop.signal })
    const read = async () => {
      for await (const chunk of reading!) if (chunk.length > 0) stop.abort()
    }
    await expect(read()).rejects.toMatchObject({ name: 'AbortError' })
    expect(reading!.change()).toBe('it was not read to its end')
  })

  test('is not asked to take a file of more parts than it can', async () => {
    await using opened = await open()
    const expected = { bytes: 10_000 * PART + 1, digest: (await digestOf([])).digest }
    await expect(opened.store.write('a.tar', source(BYTES), { token: 'w.1', expected })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: `a.tar has ${expected.bytes} bytes: an S3 location takes ${10_000 * PART} at most`,
    })
    expect(opened.proxy.seen).toEqual([])
  })

  test('that never answers is an outage after a while', async () => {
    await using opened = await open({ attempts: 1, silenceMs: 300 })
    opened.proxy.breakBy(call => (isPart(call) ? 'NEVER' : null))
    await expect(write(opened)).rejects.toThrow(/the service does not answer \(UND_ERR_HEADERS_TIMEOUT\)/)
  })

  test('that never answers keeps nobody who is called off, whatever it was asked', async () => {
    await using opened = await open({ silenceMs: 60_000 })
    const { store, proxy } = opened
    const expected = await digestOf([BYTES])
    const parts = { bytes: PART, digests: digestsOf(BYTES, PART) }
    const asks: readonly [string, (signal: AbortSignal) => Promise<unknown> | undefined][] = [
      ['GET', signal => store.read('a.tar', { signal })],
      ['GET', signal => store.kept?.('a.tar', { expected, parts, signal })],
      ['GET', signal => Array.fromAsync(store.list(undefined, { signal }))],
      ['GET', signal => store.write('a.tar', source(BYTES), { token: 'w.1', signal })],
      ['HEAD', signal => store.write('a.tar', source(BYTES), { token: 'w.2', signal })],
      ['POST', signal => store.write('a.tar', source(BYTES), { token: 'w.3', signal })],
      ['PUT', signal => store.write('a.tar', source(BYTES), { token: 'w.4', signal })],
    ]
    for (const [silent, ask] of asks) {
      const stop = new AbortController()
      proxy.breakBy(({ method }) => {
        if (method !== silent) return null
        stop.abort(new Refusal('INVALID_TRANSITION', 'called off'))
        return 'NEVER'
      })
      await expect(ask(stop.signal)).rejects.toThrow('called off')
    }
  })

  test('whose answer to the end of an upload is lost has the object, and is believed when it is looked at', async () => {
    await using opened = await open({ attempts: 1 })
    opened.proxy.breakBy(call => (isEnd(call) ? 'LOSE' : null))
    expect(await write(opened)).toEqual(await digestOf([BYTES]))
    expect(await contentOf(opened.store, 'a.tar')).toBe(BYTES.toString('latin1'))
  })

  test('whose credentials expire in mid-upload keeps the parts: only the others are sent when there are new ones', async () => {
    await using opened = await open()
    opened.proxy.breakBy(call => (isPart(call) && !isPartOf(1)(call) && !isPartOf(2)(call) ? { status: 400, code: 'ExpiredToken' } : null))
    await expect(write(opened)).rejects.toThrow('its credentials have expired (ExpiredToken, HTTP 400)')
    expect(await opened.uploads()).toHaveLength(1)
    const before = opened.proxy.seen.length
    opened.proxy.breakBy(() => null)

    expect(await write(opened, 'w.2')).toEqual(await digestOf([BYTES]))

    expect(opened.proxy.seen.slice(before).some(isPartOf(1))).toBe(false)
    expect(await opened.uploads()).toEqual([])
    expect(await contentOf(opened.store, 'a.tar')).toBe(BYTES.toString('latin1'))
  })

  test('that was left parts of other bytes gets those of the file, though they are as long', async () => {
    await using opened = await open()
    opened.proxy.breakBy(call => (isPartOf(3)(call) ? { status: 400, code: 'ExpiredToken' } : null))
    await expect(write(opened)).rejects.toThrow('its credentials have expired')
    opened.proxy.breakBy(() => null)
    const other = Buffer.from(BYTES).reverse()

    expect(await opened.store.write('a.tar', source(other, 2 ** 16), { token: 'w.2' })).toEqual(await digestOf([other]))

    expect(await contentOf(opened.store, 'a.tar')).toBe(other.toString('latin1'))
  })

  test('UC-3.2 of which a file was cut is given only what follows its parts that were compared, and never all but the last', async () => {
    await using opened = await open()
    const { store, proxy } = opened
    const expected = await digestOf([BYTES])
    const parts = { bytes: PART, digests: digestsOf(BYTES, PART) }
    const send = (token: string, from = 0, bytes = BYTES) =>
      store.write('a.tar', source(bytes.subarray(from), 2 ** 16), { token, expected, parts, from })
    const kept = () => store.kept?.('a.tar', { expected, parts })
    expect(await kept()).toBe(0)
    proxy.breakBy(call => (isPartOf(3)(call) ? { status: 400, code: 'ExpiredToken' } : null))
    await expect(send('w.1')).rejects.toThrow('its credentials have expired')
    proxy.breakBy(() => null)
    const wrong = Buffer.from(BYTES)
    wrong[2 * PART + 5] = (wrong[2 * PART + 5] ?? 0) ^ 1
    await expect(send('w.2', 2 * PART, wrong)).rejects.toThrow(/what came for part 3 of a\.tar is blake3:/)
    expect(await kept()).toBe(2 * PART)
    expect(await store.kept?.('a.tar', { expected, parts: { bytes: PART, digests: digestsOf(wrong, PART) } })).toBe(0)

    const before = proxy.seen.length
    expect(await send('w.3', 2 * PART)).toEqual(expected)

    const sent = proxy.seen.slice(before)
    expect([1, 2, 3].map(number => sent.some(isPartOf(number)))).toEqual([false, false, true])
    expect(await contentOf(store, 'a.tar')).toBe(BYTES.toString('latin1'))
    expect(await opened.uploads()).toEqual([])
    expect(await opened.keys()).not.toContainEqual(expect.stringContaining('.uploads/'))
  })

  test('UC-3.2 that lost what it kept of a file says so, and has it sent from its beginning', async () => {
    await using opened = await open()
    const { store, proxy } = opened
    const expected = await digestOf([BYTES])
    const parts = { bytes: PART, digests: digestsOf(BYTES, PART) }
    const send = (token: string, from: number) =>
      store.write('a.tar', source(BYTES.subarray(from), 2 ** 16), { token, expected, parts, from })
    proxy.breakBy(call => (isPartOf(3)(call) ? { status: 404, code: 'NoSuchUpload' } : null))
    await expect(send('w.1', 0)).rejects.toThrow('it has forgotten what was uploaded so far')
    proxy.breakBy(({ method, url }) =>
      method === 'GET' && url.includes('part-number-marker') ? { status: 404, code: 'NoSuchUpload' } : null,
    )

    await expect(send('w.2', PART)).rejects.toThrow('part 1 of a.tar, which was kept, is there no more')

    expect(await store.kept?.('a.tar', { expected, parts })).toBe(0)
    expect(await send('w.3', 0)).toEqual(expected)
    expect(await contentOf(store, 'a.tar')).toBe(BYTES.toString('latin1'))
  })

  test('that forgot the parts of an upload gets all of them again', async () => {
    await using opened = await open()
    opened.proxy.breakBy(call => (isPartOf(3)(call) ? { status: 404, code: 'NoSuchUpload' } : null))
    await expect(write(opened)).rejects.toThrow('it has forgotten what was uploaded so far')
    const before = opened.proxy.seen.length
    opened.proxy.breakBy(({ method, url }) =>
      method === 'GET' && url.includes('part-number-marker') ? { status: 404, code: 'NoSuchUpload' } : null,
    )
    expect(await write(opened, 'w.2')).toEqual(await digestOf([BYTES]))
    // What the first run had under way may be seen late; it is of the first upload.
    const parts = opened.proxy.seen.slice(before).filter(isPart)
    const upload = uploadOf(parts.at(-1))
    expect(new Set(parts.filter(call => uploadOf(call) === upload).map(({ url }) => url)).size).toBe(4)
    expect(await contentOf(opened.store, 'a.tar')).toBe(BYTES.toString('latin1'))
  })

  test('is freed of an upload that nobody went on with for 48 hours, and not before', async () => {
    await using opened = await open()
    opened.proxy.breakBy(call => (isPartOf(3)(call) ? { status: 403, code: 'AccessDenied' } : null))
    await expect(write(opened)).rejects.toThrow('it denies access')
    opened.proxy.breakBy(() => null)
    const [upload] = await opened.uploads()
    // What is swept is an hour old already.
    const sweepAfter = (hours: number) =>
      opened.store.sweepInflight({ before: new Date(Date.now() + (hours - 1) * HOUR_MS), isLive: () => false })
    expect(await sweepAfter(47.9)).toEqual([])
    expect(await opened.uploads()).toEqual([upload])
    expect(await sweepAfter(48.1)).toEqual([upload])
    expect(await opened.uploads()).toEqual([])
  })
})
