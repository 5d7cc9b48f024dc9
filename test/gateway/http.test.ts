import { describe, expect } from 'vitest'
import { Outage } from '@almagest/schema'
import { post, read, test } from './fixtures.ts'
import { KEY } from './key.ts'

describe('a request', () => {
  test('that is no JSON is refused without being repeated', async ({ gateway }) => {
    const { status, body, text } = await post(`${gateway.url}/graphql`, '{"query": "{ sites secret')

    expect(status).toBe(400)
    expect(body).toEqual({ errors: [{ message: 'the body of the request is not valid JSON', extensions: { code: 'BAD_REQUEST' } }] })
    expect(text).not.toContain('secret')
  })

  test('that is JSON but no object, or holds a number beyond all numbers, is refused', async ({ gateway }) => {
    const url = `${gateway.url}/graphql`
    for (const body of ['"x"', 'null', '1'])
      expect(await post(url, body)).toMatchObject({
        status: 400,
        body: { errors: [{ message: 'the body of the request must be a JSON object' }] },
      })
    const deep = `{"query":"{ __typename }","variables":{"input":{"files":[{"bytes":1},{"bytes":-1e400}]}}}`
    expect(await post(url, deep)).toMatchObject({
      status: 400,
      body: {
        errors: [
          { message: 'variables.input.files.1.bytes: the number is too large for any value', extensions: { code: 'BAD_USER_INPUT' } },
        ],
      },
    })
  })

  test('for the schema is refused in our words where introspection is off', async ({ gateway }) => {
    const { body } = await post(`${gateway.url}/graphql`, { query: '{ __schema { types { name } } }' })
    expect(body?.errors?.map(({ message }) => message)).toEqual(['the schema is not told here: __schema and __type may not be asked for'])
  })

  test('that is too large is refused with the limit', async ({ start }) => {
    const { url } = await start({ bodyLimit: '1 kB' })

    const { status, body } = await post(`${url}/graphql`, { query: `{ sites { name } } # ${'x'.repeat(1100)}` })

    expect(status).toBe(413)
    expect(body?.errors).toEqual([{ message: 'the request is larger than the limit of 1 kB', extensions: { code: 'BODY_TOO_LARGE' } }])
  })

  test('UC-1.3 of 100,000 files passes', async ({ start, subgraphs: { observation } }) => {
    const { url } = await start({ timeoutMs: 20_000 })
    observation.answer = () => ({ body: { data: { fileObservation: { filesAdded: 100_000 } } } })
    const digest = `sha256:${'0'.repeat(64)}`
    const file = { module: 'm1', bytes: 1e9, digest }
    const files = Array.from({ length: 100_000 }, (_, i) => ({ ...file, path: `2026/11/21/${'x'.repeat(90)}-${i}.fits` }))
    const input = {
      key: 'k',
      obsUnitId: 'o',
      instrument: 'i',
      startedAt: '2026-11-21T00:00:00.000Z',
      endedAt: '2026-11-21T00:00:00.000Z',
      files,
    }

    const query = 'mutation ($input: FileObservationInput!) { fileObservation(input: $input) { filesAdded } }'
    const { body } = await post(`${url}/graphql`, { query, variables: { input } })

    expect(body).toEqual({ data: { fileObservation: { filesAdded: 100_000 } } })
    expect(observation.asked[0]?.variables).toEqual({ input })
  })

  test('for several operations at once is refused', async ({ gateway }) => {
    const { status, body } = await post(`${gateway.url}/graphql`, [{ query: '{ __typename }' }, { query: '{ __typename }' }])

    expect(status).toBe(400)
    expect(body?.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])
  })

  test('for a subscription is refused', async ({ ask }) => {
    const { status, body } = await ask('subscription { events { seq } }')

    expect(status).toBe(400)
    expect(body?.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])
  })

  test.for([
    ['{ sites { ', 'GRAPHQL_PARSE_FAILED'],
    ['{ sitez { name } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query ($id: ID!) { operation(id: $id) { id } }', 'BAD_USER_INPUT'],
    ['query a { sites { id } } query b { sites { id } }', 'OPERATION_RESOLUTION_FAILURE'],
    ['{ __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
  ] as const)('%s is refused as %s', async ([query, code], { ask, subgraphs }) => {
    const { status, body } = await ask(query)

    expect(status).toBe(400)
    expect(body?.errors).toMatchObject([{ extensions: { code } }])
    expect(body?.errors?.[0]?.message).not.toContain('Did you mean')
    expect(Object.values(subgraphs).flatMap(({ asked }) => asked)).toEqual([])
  })

  test('never gets the query plan', async ({ gateway, subgraphs: { storage } }) => {
    storage.answer = () => ({ body: { data: { sites: [] } } })

    const { body } = await post(`${gateway.url}/graphql`, { query: '{ sites { name } }' }, { 'apollo-query-plan-experimental': '1' })

    expect(body).toEqual({ data: { sites: [] } })
  })

  test('gets the schema where introspection is on', async ({ start }) => {
    const { url } = await start({ introspection: true })

    const { body } = await post(`${url}/graphql`, { query: '{ __schema { queryType { name } } }' })

    expect(body).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } })
  })

  test('that is being answered is answered when the gateway ends', async ({ start, subgraphs: { storage } }) => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<{ body: unknown }>()
    storage.answer = () => {
      asked.resolve()
      return answer.promise
    }
    const gateway = await start({ timeoutMs: 10_000 })
    const reply = post(`${gateway.url}/graphql`, { query: '{ sites { name } }' })
    await asked.promise

    const ended = gateway[Symbol.asyncDispose]()
    answer.resolve({ body: { data: { sites: [] } } })

    expect((await reply).body).toEqual({ data: { sites: [] } })
    await ended
    await expect(fetch(gateway.url)).rejects.toThrow()
  })
})

describe('GET', () => {
  test('tells who comes without a query how to ask', async ({ gateway }) => {
    const { status, headers, text } = await read(await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } }))

    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/plain')
    expect(text).toContain(`curl ${gateway.url}/graphql`)
  })

  test('answers a query only where no foreign page can have sent it', async ({ gateway, subgraphs: { storage } }) => {
    storage.answer = () => ({ body: { data: { sites: [] } } })
    const url = `${gateway.url}/graphql?query=${encodeURIComponent('{ sites { name } }')}`

    expect((await fetch(url)).status).toBe(400)
    expect((await read(await fetch(url, { headers: { 'apollo-require-preflight': '1' } }))).body).toEqual({ data: { sites: [] } })
  })

  test('changes nothing', async ({ gateway, subgraphs: { storage } }) => {
    const query = 'mutation { createSite(input: { name: "a", title: "A" }) { id } }'

    const url = `${gateway.url}/graphql?query=${encodeURIComponent(query)}`
    const { status } = await fetch(url, { headers: { 'apollo-require-preflight': '1' } })

    expect(status).toBe(405)
    expect(storage.asked).toEqual([])
  })

  test.for(['/nowhere', '/%ff', '/graphql/%00?query=x'])('of %s says nothing about the program', async (path, { gateway }) => {
    const { status, text, headers } = await read(await fetch(`${gateway.url}${path}`))

    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(text).not.toMatch(/\.[jt]s|node_modules|Error:/)
    expect(headers.get('x-powered-by')).toBeNull()
  })
})

test('a port that is taken is an outage that names it and the setting', async ({ start, gateway }) => {
  const second = start({ port: gateway.port })

  await expect(second).rejects.toThrow(Outage)
  await expect(second).rejects.toThrow(`port ${gateway.port} is taken by another program: end it, or choose another port with PORT`)
})

test('a subgraph without an address keeps the gateway from starting', async ({ start, subgraphs: { storage } }) => {
  await expect(start({ subgraphs: { storage: { url: storage.url, key: KEY } } })).rejects.toThrow(
    /the supergraph has a subgraph \S+, but the gateway was not told its address/,
  )
})
