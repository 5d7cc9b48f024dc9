import { Buffer } from 'node:buffer'
import { describe, expect } from 'vitest'
import { continueTrace, openVerifier, traceId } from '@almagest/schema'
import { post, test } from './fixtures.ts'
import { KEY } from './key.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const GIVEN = `00-${TRACE}-00f067aa0ba902b7-01`

describe('the trace of a request', () => {
  test('is the one that the client names, in a span of the gateway', () => {
    const { traceparent, tracestate } = continueTrace(GIVEN, 'vendor=1,other=a b')

    expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`))
    expect(tracestate).toBe('vendor=1,other=a b')
    expect(traceId(traceparent)).toBe(TRACE)
  })

  test.for([
    [undefined],
    [''],
    ['garbage'],
    [GIVEN.toUpperCase()],
    [`${GIVEN}-more`],
    [`ff${GIVEN.slice(2)}`],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    [`00-${TRACE}-${'0'.repeat(16)}-01`],
    [`${GIVEN}\r\nx: y`],
  ])('begins anew where the client names %j', ([given]) => {
    const { traceparent, tracestate } = continueTrace(given, 'vendor=1')

    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(traceId(traceparent)).not.toBe(TRACE)
    expect(tracestate).toBeNull()
  })

  test('of a later version of the standard is understood as far as it is ours', () => {
    expect(continueTrace(`01-${TRACE}-00f067aa0ba902b7-03-more`, undefined).traceparent).toMatch(new RegExp(`^00-${TRACE}-.{16}-03$`))
  })

  test.for([['a'], ['a=1,a=2'], ['A=1'], ['a=ü'], [`a=${'x'.repeat(600)}`], ['']])('leaves out the malformed state %j', ([state]) => {
    expect(continueTrace(GIVEN, state).tracestate).toBeNull()
  })

  test('reaches the subgraphs, with the id of the request, under a signature for that very call', async ({
    gateway,
    subgraphs: { storage },
  }) => {
    storage.answer = () => ({ body: { data: { sites: [] } } })

    const { headers } = await post(`${gateway.url}/graphql`, { query: '{ sites { name } }' }, { traceparent: GIVEN, tracestate: 'a=1' })

    const [asked] = storage.asked
    expect(asked?.headers).toMatchObject({
      traceparent: expect.stringContaining(TRACE),
      tracestate: 'a=1',
      'x-request-id': headers.get('x-request-id'),
    })
    const verify = openVerifier('storage', { keys: ['x'.repeat(32), KEY], now: () => 0 })
    expect(verify(asked?.headers['x-almagest-signature'] as string, asked?.headers['x-almagest-claims'] as string)).toMatchObject({
      reason: 'STALE',
    })
    const claims = JSON.parse(Buffer.from(asked?.headers['x-almagest-claims'] as string, 'base64url').toString())
    expect(claims).toEqual({ requestId: headers.get('x-request-id'), traceparent: asked?.headers.traceparent, tracestate: 'a=1' })
  })

  test('is named where the log tells of the request', async ({ gateway, subgraphs: { storage }, logged }) => {
    storage.answer = () => ({ status: 401, body: { errors: [{ message: 'the call was made before' }] } })

    const { body } = await post(`${gateway.url}/graphql`, { query: '{ sites { name } }' }, { traceparent: GIVEN })

    expect(body?.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }])
    expect(logged).toMatchObject([{ event: 'subgraph.unavailable', subgraph: 'storage', traceId: TRACE, requestId: expect.any(String) }])
  })
})

describe('a subgraph that closes the connection', () => {
  const cut = async (
    ask: (query: string) => Promise<unknown>,
    query: string,
    storage: { asked: unknown[]; cut: number },
  ): Promise<number> => {
    storage.cut = 1
    await ask(query)
    return storage.asked.length
  }

  test('is asked a query once more', async ({ ask, subgraphs: { storage } }) => {
    storage.answer = () => ({ body: { data: { sites: [] } } })
    expect(await cut(ask, '{ sites { name } }', storage)).toBe(1)
    expect((await ask('{ sites { name } }')).body).toEqual({ data: { sites: [] } })
  })

  test('is never asked twice for a mutation', async ({ ask, subgraphs: { storage } }) => {
    storage.answer = () => ({ body: { data: {} } })
    expect(await cut(ask, 'mutation { createSite(input: { name: "a", title: "A" }) { id } }', storage)).toBe(0)
  })
})
