import { describe, expect } from 'vitest'
import { REFUSAL_CODES } from '@almagest/schema'
import { post, test } from './fixtures.ts'
import { startStandIn } from './subgraph.ts'

const SITES_AND_PACKAGES = '{ sites { name } rawDataPackages { nodes { id } } }'

describe('an answer of several subgraphs', () => {
  test('joins what they say, asking each for a whole list at once', async ({ ask, subgraphs: { dataPackage, storage } }) => {
    const nodes = [
      { __typename: 'RawDataPackage', id: 'p1' },
      { __typename: 'RawDataPackage', id: 'p2' },
    ]
    dataPackage.answer = () => ({ body: { data: { rawDataPackages: { nodes } } } })
    storage.answer = () => ({
      body: { data: { _entities: [{ copies: [] }, { copies: [{ __typename: 'RawDataPackageCopy', id: 'c1' }] }] } },
    })

    const { body, headers } = await ask('{ rawDataPackages { nodes { id copies { id } } } }')

    expect(body).toEqual({
      data: {
        rawDataPackages: {
          nodes: [
            { id: 'p1', copies: [] },
            { id: 'p2', copies: [{ id: 'c1' }] },
          ],
        },
      },
    })
    expect(storage.asked).toMatchObject([{ variables: { representations: nodes } }])
    expect(storage.asked[0]?.headers['x-request-id']).toBe(headers.get('x-request-id'))
  })

  test('comes without the part of a subgraph that hangs, when its time is over', async ({ start, subgraphs: { dataPackage, storage } }) => {
    storage.answer = () => null
    dataPackage.answer = () => ({ body: { data: { rawDataPackages: { nodes: [{ id: 'p1' }] } } } })
    const { url } = await start({ timeoutMs: 300 })
    const began = performance.now()

    const { body } = await post(`${url}/graphql`, { query: '{ places: sites { name } rawDataPackages { nodes { id } } }' })

    expect(performance.now() - began).toBeLessThan(20_000)
    expect(body?.data).toEqual({ places: null, rawDataPackages: { nodes: [{ id: 'p1' }] } })
    expect(body?.errors).toMatchObject([{ path: ['places'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }])
  })

  test('keeps the other part where the schema allows a null', async ({ start, subgraphs: { dataPackage, storage } }) => {
    storage.answer = () => null
    dataPackage.answer = () => ({ body: { data: { rawDataPackage: { id: 'p1' } } } })
    const { url } = await start({ timeoutMs: 300 })

    const { body } = await post(`${url}/graphql`, { query: '{ site(name: "x") { name } rawDataPackage(id: "p1") { id } }' })

    expect(body?.data).toEqual({ site: null, rawDataPackage: { id: 'p1' } })
    expect(body?.errors).toHaveLength(1)
  })

  test('names the list whose elements a subgraph could not complete', async ({ ask, subgraphs: { dataPackage, storage } }) => {
    dataPackage.answer = () => ({ body: { data: { rawDataPackages: { nodes: [{ __typename: 'RawDataPackage', id: 'p1' }] } } } })
    storage.answer = () => ({ status: 502, body: '<html>bad gateway</html>' })

    const { body } = await ask('{ rawDataPackages { nodes { id copies { id } } } }')

    expect(body?.errors).toMatchObject([{ path: ['rawDataPackages', 'nodes'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }])
  })

  test('never has a null in silence where the schema allows none', async ({ ask, logged, subgraphs: { storage } }) => {
    storage.answer = () => ({ body: { data: { site: { name: null } } } })

    const { body } = await ask('{ site(name: "x") { name } }')

    expect(body?.data).toEqual({ site: null })
    expect(body?.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }])
    expect(body?.extensions).toBeUndefined()
    expect(logged).toMatchObject([{ event: 'request.incomplete' }])
  })
})

describe('a subgraph that is away', () => {
  test('is named to nobody but the log', async ({ ask, logged, subgraphs: { storage } }) => {
    await storage[Symbol.asyncDispose]()

    const { text, body } = await ask(SITES_AND_PACKAGES)

    expect(body?.errors?.[0]).toEqual({
      message: 'a data service is unavailable',
      path: ['sites'],
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', requestId: expect.any(String) },
    })
    expect(text).not.toMatch(/storage|127\.0\.0\.1|ECONN|http:/)
    expect(logged).toMatchObject([{ event: 'subgraph.unavailable', subgraph: 'storage' }])
  })

  test('is used again when it is back', async ({ ask, subgraphs: { storage } }) => {
    await ask('{ sites { name } }')
    await storage[Symbol.asyncDispose]()
    await ask('{ sites { name } }')
    await using back = await startStandIn(storage.port)
    back.answer = () => ({ body: { data: { sites: [{ name: 'chile' }] } } })

    expect(await ask('{ sites { name } }')).toMatchObject({ body: { data: { sites: [{ name: 'chile' }] } } })
  })
})

describe('an error of a subgraph', () => {
  const failing = (code: string, message: string) => () => {
    const error = { message, path: ['site'], extensions: { code, host: 'db1' } }
    return { body: { data: { site: null }, errors: [error] } }
  }

  test.for(REFUSAL_CODES)('that is the refusal %s passes as it is worded', async (code, { ask, subgraphs: { storage } }) => {
    const message = 'chile is switched off: switch it on first'
    storage.answer = failing(code, message)

    const { body } = await ask('{ site(name: "chile") { name } }')

    expect(body).toEqual({ data: { site: null }, errors: [{ message, path: ['site'], extensions: { code } }] })
  })

  test('that is an outage says only that', async ({ ask, subgraphs: { storage } }) => {
    storage.answer = failing('UNAVAILABLE', '/mnt/chile does not answer')

    const { body, text } = await ask('{ site(name: "chile") { name } }')

    expect(body?.errors).toMatchObject([{ path: ['site'], extensions: { code: 'UNAVAILABLE' } }])
    expect(text).not.toContain('/mnt')
  })

  const others = ['INTERNAL', 'INTERNAL_SERVER_ERROR', 'GRAPHQL_VALIDATION_FAILED', 'WHATEVER']
  test.for(others)('that is %s is masked, and logged under its request id', async (code, { ask, logged, subgraphs: { storage } }) => {
    storage.answer = failing(code, 'relation "site" does not exist at /srv/main.ts:3')

    const { body, text, headers } = await ask('{ site(name: "chile") { name } }')

    const requestId = headers.get('x-request-id')
    expect(body?.errors).toEqual([
      { message: expect.stringContaining('internal'), path: ['site'], extensions: { code: 'INTERNAL', requestId } },
    ])
    expect(text).not.toMatch(/relation|srv|db1|storage|stack/)
    expect(logged).toMatchObject([
      { event: 'request.failed', requestId, subgraph: 'storage', err: { message: expect.stringContaining('relation') } },
    ])
  })

  test('without a code is masked', async ({ ask, subgraphs: { storage } }) => {
    storage.answer = () => ({ status: 400, body: { errors: [{ message: 'unsigned' }] } })

    expect((await ask('{ sites { name } }')).body?.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }])
  })

  test('about a scalar written wrongly in the query is shown', async ({ ask, subgraphs: { storage } }) => {
    const message = 'Expected value of type "ByteCount", found "many".'
    storage.answer = () => ({ status: 400, body: { errors: [{ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } })

    expect((await ask('{ sites { name } }')).body?.errors).toEqual([{ message, extensions: { code: 'BAD_USER_INPUT' } }])
  })
})
