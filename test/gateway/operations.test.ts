import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { faultsOf, readOperations, type Gateway, type TrustedOperation, type TrustPolicy } from '@almagest/gateway'
import { buildSchema } from 'graphql'
import { post, test as base, type Reply } from './fixtures.ts'

const SITES = '# A comment.\nquery Sites {\n  sites { name }\n}\n'
const SITE = 'query SiteByName($name: String!) { site(name: $name) { name } }'

interface Fixtures {
  readonly operations: TrustedOperation[]
  /** Asks a gateway with that policy. */
  readonly send: (trust: TrustPolicy, body: object) => Promise<Reply>
}

const test = base.extend<Fixtures>({
  operations: async ({ root }, use) => {
    await writeFile(join(root, 'sites.graphql'), SITES)
    await writeFile(join(root, 'site-by-name.graphql'), SITE)
    await use(await readOperations(root))
  },
  send: async ({ start, operations, subgraphs: { storage } }, use) => {
    storage.answer = ({ query }) => ({ body: { data: query.includes('sites') ? { sites: [] } : { site: null } } })
    const started = new Map<TrustPolicy, Promise<Gateway>>()
    await use(async (trust, body) => {
      const gateway = started.get(trust) ?? start({ operations, trust })
      started.set(trust, gateway)
      return post(`${(await gateway).url}/graphql`, body)
    })
  },
})

describe('a trusted document', () => {
  test('is asked for by its id alone, with its variables', async ({ operations, send, subgraphs: { storage } }) => {
    const [site, sites] = operations

    expect((await send('enforce', { documentId: sites?.id })).body).toEqual({ data: { sites: [] } })
    const { body } = await send('enforce', { documentId: site?.id, operationName: 'SiteByName', variables: { name: 'x' } })
    expect(body).toEqual({ data: { site: null } })
    expect(storage.asked.at(-1)?.variables).toEqual({ name: 'x' })
    const extensions = { persistedQuery: { version: 1, sha256Hash: sites?.id } }
    expect((await send('enforce', { extensions })).body).toEqual({ data: { sites: [] } })
  })

  test('is known by its text, as its file or as graphql-js prints it', async ({ operations, send }) => {
    for (const query of [SITES, operations[1]?.text]) expect((await send('enforce', { query })).body).toEqual({ data: { sites: [] } })
  })

  test('is asked for in its own name', async ({ operations, send }) => {
    expect((await send('enforce', { query: operations[1]?.text, operationName: 'Other' })).status).toBe(400)
  })

  test('is planned before anybody asks', async ({ start, operations, subgraphs }) => {
    await start({ operations })

    expect(Object.values(subgraphs).flatMap(({ asked }) => asked)).toEqual([])
  })

  test('that cannot be asked any more is told of at the start, and the others are served', async ({ start, operations, logged }) => {
    const old = operations.slice(1).map(sites => ({ ...sites, text: 'query Sites { sitez { name } }' }))
    const { url } = await start({ operations: old })

    expect(logged).toMatchObject([{ event: 'operation.unplannable', fault: 'Sites: Cannot query field "sitez" on type "Query".' }])
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})

describe('any other document', () => {
  test('is 403 where only trusted ones are answered', async ({ start, operations, subgraphs: { storage } }) => {
    const { url } = await start({ operations, trust: 'enforce' })
    const others = [
      { query: '{ sites { name } }' },
      { query: `${SITES} ` },
      { documentId: '0'.repeat(64) },
      { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } },
      { query: '{ not parsed' },
      {},
    ]

    for (const body of others) {
      const reply = await post(`${url}/graphql`, body)
      expect(reply.status).toBe(403)
      expect(reply.body?.errors).toMatchObject([{ extensions: { code: 'UNTRUSTED_DOCUMENT' } }])
    }
    expect(storage.asked).toEqual([])
  })

  test('is 403 by GET, too', async ({ start, operations }) => {
    const { url } = await start({ operations, trust: 'enforce' })
    const headers = { 'apollo-require-preflight': '1' }

    expect((await fetch(`${url}/graphql?query={sites{name}}`, { headers })).status).toBe(403)
    expect((await fetch(`${url}/graphql?extensions={"persistedQuery":{"version":1}}`, { headers })).status).toBe(403)
    expect((await fetch(`${url}/graphql?query=${encodeURIComponent(SITES)}`, { headers })).status).toBe(200)
  })

  test('is answered and logged where that is the policy', async ({ send, logged }) => {
    expect((await send('log', { query: '{ sites { name } }', operationName: null })).body).toEqual({ data: { sites: [] } })
    expect((await send('log', { query: SITES })).body).toEqual({ data: { sites: [] } })

    expect(logged).toMatchObject([{ event: 'document.untrusted', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }])
  })

  test('is answered where there is no policy, but not an id of nothing', async ({ send }) => {
    expect((await send('off', { query: '{ sites { name } }' })).body).toEqual({ data: { sites: [] } })
    expect((await send('off', { documentId: 'x' })).body?.errors).toMatchObject([
      { message: 'documentId: there is no document with that id' },
    ])
  })
})

describe('the documents of this repository', () => {
  test('are one operation each, named as their file', async ({ root }) => {
    await writeFile(join(root, 'two.graphql'), 'query Two { a } query Three { a }')
    await expect(readOperations(root)).rejects.toThrow('two.graphql must have one operation, named Two')
  })

  test('can be asked: what cannot is named with the reason', async ({ operations }) => {
    const schema = buildSchema('type Query { sites: [Site!]! } type Site { id: ID! }')

    expect(faultsOf(schema, operations)).toEqual([
      'SiteByName: Cannot query field "site" on type "Query". Did you mean "sites"?',
      'Sites: Cannot query field "name" on type "Site".',
    ])
  })

  test('have the ids that the manifest lists', async () => {
    const folder = new URL('../../gateway/operations/', import.meta.url)
    const operations = await readOperations(folder.pathname)

    const manifest: unknown = JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8'))
    expect(manifest).toEqual(Object.fromEntries(operations.map(({ name, id }) => [name, id])))
  })
})
