import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, vi } from 'vitest'
import { readOperations, watchSupergraph, type Reloaded } from '@almagest/gateway'
import { post, read, test } from './fixtures.ts'

const SUPERGRAPH = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
/** With another field. */
const LATER = SUPERGRAPH.replace(/\n {2}sites: /, '\n  sitesOfToday: [Site!]! @join__field(graph: STORAGE)\n  sites: ')
/** Without a field that is asked for. */
const POORER = SUPERGRAPH.replace(/\n {2}sites: .*/, '')

const UNFIT: [string, string][] = [
  ['is no supergraph', 'type Query { a: Int }'],
  ['is torn', SUPERGRAPH.slice(0, SUPERGRAPH.length / 2)],
  ['has a subgraph without an address', SUPERGRAPH.replaceAll('"storage"', '"elsewhere"')],
  ['does not have what a trusted operation asks for', POORER],
]

describe('another supergraph', () => {
  test('is taken into use while the gateway serves, and what is being answered is finished', async ({
    gateway,
    ask,
    subgraphs: { storage },
    logged,
  }) => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<{ body: unknown }>()
    storage.answer = () => {
      asked.resolve()
      return answer.promise
    }
    const before = ask('{ sites { name } }')
    await asked.promise
    expect((await ask('{ sitesOfToday { name } }')).status).toBe(400)
    const { body } = await read(await fetch(`${gateway.url}/readyz`))

    expect(await gateway.reload(LATER)).toBe('LOADED')

    answer.resolve({ body: { data: { sites: [] } } })
    expect((await before).body).toEqual({ data: { sites: [] } })
    storage.answer = () => ({ body: { data: { sitesOfToday: [] } } })
    expect((await ask('{ sitesOfToday { name } }')).body).toEqual({ data: { sitesOfToday: [] } })
    expect((await read(await fetch(`${gateway.url}/readyz`))).body).not.toEqual(body)
    expect(logged.map(({ event }) => event)).toEqual(['supergraph.loaded'])
    expect(await gateway.reload(LATER)).toBe('UNCHANGED')
  })

  test.for(UNFIT)('that %s is refused, and the old one stays', async ([, supergraph], { start, root, subgraphs: { storage }, logged }) => {
    await writeFile(join(root, 'sites.graphql'), 'query Sites { sites { name } }')
    const gateway = await start({ operations: await readOperations(root) })
    storage.answer = () => ({ body: { data: { sites: [] } } })

    expect(await gateway.reload(supergraph)).toBe('REFUSED')

    expect((await post(`${gateway.url}/graphql`, { query: '{ sites { name } }' })).body).toEqual({ data: { sites: [] } })
    expect(logged.at(-1)).toMatchObject({ event: 'supergraph.refused', faults: [expect.any(String)] })
  })

  test('waits until every subgraph answers', async ({ gateway, subgraphs: { staging }, logged }) => {
    staging.health = 503
    expect(await gateway.reload(LATER)).toBe('UNREACHABLE')
    expect(logged).toMatchObject([{ event: 'supergraph.postponed', away: ['staging'] }])

    staging.health = 200
    expect(await gateway.reload(LATER)).toBe('LOADED')
  })

  test('that comes while one is tried has its turn after it', async ({ gateway, ask }) => {
    const outcomes = await Promise.all([
      gateway.reload(LATER),
      gateway.reload(SUPERGRAPH),
      gateway.reload('nothing'),
      gateway.reload(LATER),
    ])

    expect(outcomes).toEqual(['LOADED', 'LOADED', 'REFUSED', 'LOADED'])
    expect((await ask('{ sitesOfToday { name } }')).status).not.toBe(400)
  })
})

describe('/schema.graphql', () => {
  test('is what clients may ask, where it is published', async ({ start }) => {
    const { url } = await start({ publishSchema: true })

    const { status, text } = await read(await fetch(`${url}/schema.graphql`))

    expect(status).toBe(200)
    expect(text).toContain('type ExecutedObsUnit')
    expect(text).not.toMatch(/join__|_entities|127\.0\.0\.1|\.invalid/)
  })

  test('is not there otherwise', async ({ gateway }) => {
    expect((await fetch(`${gateway.url}/schema.graphql`)).status).toBe(404)
  })
})

describe('the file of a supergraph', () => {
  test('is tried when it changes, once unless a subgraph did not answer, and again when it is looked at', async ({ root }) => {
    const path = join(root, 'supergraph.graphql')
    const tried: string[] = []
    const outcomes: Reloaded[] = ['UNREACHABLE', 'LOADED']
    const reload = async (text: string): Promise<Reloaded> => {
      tried.push(text)
      return text === 'bad' ? 'REFUSED' : (outcomes.shift() ?? 'UNCHANGED')
    }
    const events: unknown[] = []
    const write = (entry: unknown) => void events.push(entry)
    using watch = watchSupergraph({ path, everyMs: 10, reload, log: { info: write, warn: write, error: write } })

    await vi.waitFor(() => expect(events).toMatchObject([{ event: 'supergraph.unreadable' }]), { timeout: 60_000 })
    await writeFile(path, 'good')
    await vi.waitFor(() => expect(tried.slice(0, 3)).toEqual(['good', 'good', 'good']), { timeout: 60_000 })
    await writeFile(path, 'bad')
    await vi.waitFor(() => expect(tried.at(-1)).toBe('bad'), { timeout: 60_000 })
    const count = tried.length
    await watch.look()
    expect(tried.slice(count)).toEqual(['bad'])
    expect(events).toHaveLength(1)
  })
})
