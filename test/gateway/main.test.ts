import { describe, expect, inject, vi } from 'vitest'
import { post, test } from './fixtures.ts'
import { KEY } from './key.ts'
import { run } from './run.ts'
import { connections, WATCH } from './watch.ts'

const NAMES = ['OBSERVATION', 'DATA_PACKAGE', 'STORAGE', 'STAGING']
const SUBGRAPHS = NAMES.map(name => `SUBGRAPH_${name}_URL`)
const KEYS = Object.fromEntries(NAMES.map(name => [`SUBGRAPH_${name}_KEY`, KEY]))

describe('the gateway as a process', () => {
  test('names every mistake in its environment, and no secret', async () => {
    const { ended, output } = run('main.ts', [], { env: { PORT: '99999', DATABASE_URL: 'mysql://root:secret@db', LOG_LEVEL: 'loud' } })

    expect(await ended).toBe(1)
    const wrong = ['DATABASE_URL', 'REDIS_URL', 'PORT', 'LOG_LEVEL', ...SUBGRAPHS, ...Object.keys(KEYS)]
    for (const name of wrong) expect(output()).toContain(`  ${name}: must be `)
    expect(output()).not.toMatch(/secret|\.ts:/)
  })

  test('reports to nobody, serves, and ends in order', async ({
    databaseUrl,
    subgraphs: { observation, dataPackage, storage, staging },
  }) => {
    const env = {
      ...KEYS,
      SUBGRAPH_OBSERVATION_URL: observation.url,
      SUBGRAPH_DATA_PACKAGE_URL: dataPackage.url,
      SUBGRAPH_STORAGE_URL: storage.url,
      SUBGRAPH_STAGING_URL: staging.url,
      DATABASE_URL: databaseUrl,
      REDIS_URL: inject('redis'),
      PORT: '0',
      APOLLO_KEY: 'service:almagest:secret',
      APOLLO_GRAPH_REF: 'almagest@current',
      APOLLO_SCHEMA_REPORTING: 'true',
    }
    storage.answer = () => ({ body: { data: { sites: [] } } })
    const running = run('main.ts', [], { env, nodeArgs: [WATCH] })
    await vi.waitFor(() => expect(running.output()).toContain('gateway.started'), { timeout: 60_000 })
    const [, url = ''] = /"url":"([^"]+)"/.exec(running.output()) ?? []
    const started = connections(running.output())
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), { timeout: 60_000 })
    expect((await post(`${url}/graphql`, { query: '{ sites { name } }' })).body).toEqual({ data: { sites: [] } })

    running.child.kill('SIGTERM')
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(503), { timeout: 60_000 })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect(await running.ended).toBe(0)

    const redis = inject('redis').startsWith('/') ? inject('redis') : new URL(inject('redis')).host
    // 127.0.0.1 is looked up to listen there
    expect(started.filter(to => to !== redis && to !== '127.0.0.1')).toEqual([])
    const known = [redis, '127.0.0.1', ...[observation, dataPackage, storage, staging].map(({ port }) => `127.0.0.1:${port}`)]
    expect(connections(running.output()).filter(to => !known.includes(to) && !isDatabase(to, databaseUrl))).toEqual([])
  })

  test('says in one sentence that its port is taken', async ({ databaseUrl, gateway, subgraphs: { storage } }) => {
    const subgraphs = Object.fromEntries(SUBGRAPHS.map(name => [name, storage.url]))
    const env = {
      ...subgraphs,
      ...KEYS,
      DATABASE_URL: databaseUrl,
      REDIS_URL: inject('redis'),
      PORT: String(gateway.port),
      LOG_LEVEL: 'error',
    }
    const { ended, output } = run('main.ts', [], { env })

    expect(await ended).toBe(1)
    expect(output()).toBe(`port ${gateway.port} is taken by another program: end it, or choose another port with PORT\n`)
  })
})

function isDatabase(to: string, databaseUrl: string): boolean {
  const { hostname, port, searchParams } = new URL(databaseUrl)
  return to === `${hostname}:${port}` || to === hostname || to.startsWith(searchParams.get('host') ?? '\0')
}
