import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { describe, expect } from 'vitest'
import { defineSubgraph, nudge, openLoaders, readSettings, startSubgraph } from '@almagest/kit'
import { observation } from '@almagest/observation'
import { ExecutedObsUnit, newId, openQueue, Outage, RawDataFile, Refusal, requestOperations, sql } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { makeTopology } from '../make.ts'
import { makeExecutions, makePackages } from './rows.ts'
import { client, refusal, test } from './serve.ts'

const silent = pino({ level: 'silent' })

describe('pages', () => {
  test('go through a list once, in order, whatever their size', async ({ observationApi, em, root }) => {
    const made = await makeExecutions(em, await makeTopology(em, root), 7)
    const [program] = await em.getConnection().execute<{ program_id: string }[]>('select program_id from observation.obs_unit where id = ?', [made[0]?.obsUnitId])
    for (const first of [1, 2, 3, 7, 8]) {
      const seen: string[] = []
      let after: string | null = null
      do {
        const query = `query ($of: [_Any!]!, $first: Int, $after: String) {
          _entities(representations: $of) { ... on ObservingProgram { executions(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }`
        const { data } = await observationApi.ask(query, { of: [{ __typename: 'ObservingProgram', id: program?.program_id }], first, after })
        const { nodes, pageInfo } = data._entities[0].executions
        seen.push(...nodes.map(({ id }: { id: string }) => id))
        expect(pageInfo.hasNextPage).toBe(seen.length < 7)
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null
      } while (after !== null)
      expect(seen).toEqual(made.map(({ id }) => id))
    }
  })

  test('go through the files of a package by path and through its history by number', async ({ dataPackageApi, storageApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const [tar] = await makePackages(em, topology)
    if (!tar) throw new Error('no package')
    const paths = ['Z.fits', 'a.fits', 'b/1.fits', 'b/10.fits', 'b/2.fits', 'ä.fits', '観測.fits']
    for (const path of paths) em.create(RawDataFile, { id: newId(), executionId: tar.executionId, moduleId: tar.moduleId, packageId: tar.id, path, pathFold: newId(), bytes: 1 })
    await em.flush()
    for (const status of ['PENDING', 'SCHEDULED', 'IN_PROGRESS'] as const) {
      tar.become(status)
      await em.flush()
    }

    const seen: string[] = []
    let after: string | null = null
    do {
      const { data } = await dataPackageApi.ask(`query ($id: ID!, $after: String) { rawDataPackage(id: $id) { files(first: 3, after: $after) { nodes { path } pageInfo { endCursor hasNextPage } } } }`, { id: tar.id, after })
      const { nodes, pageInfo } = data.rawDataPackage.files
      seen.push(...nodes.map(({ path }: { path: string }) => path))
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after !== null)
    expect(seen.toSorted()).toEqual([...paths, `${tar.executionId}/1.fits`].toSorted())

    const fields = (args: string) => `history(${args}) { nodes { seq toState } pageInfo { endCursor hasNextPage } }`
    const [one] = await storageApi.entities('RawDataPackage', [tar.id], fields('first: 3'))
    const [two] = await storageApi.entities('RawDataPackage', [tar.id], fields(`first: 3, after: "${one.history.pageInfo.endCursor}"`))
    expect([...one.history.nodes, ...two.history.nodes].map(({ toState }) => toState)).toEqual(['COMPLETED', 'PENDING', 'SCHEDULED', 'IN_PROGRESS'])
  })

  test('refuse a bad size and a cursor from elsewhere', async ({ observationApi, dataPackageApi, em, root }) => {
    await makeExecutions(em, await makeTopology(em, root), 2)
    for (const first of [0, -1, 201]) expect(refusal(await observationApi.ask(`{ executedObsUnits(first: ${first}) { nodes { id } } }`))).toBe('BAD_INPUT first: must be between 1 and 200')
    const { data } = await observationApi.ask('{ executedObsUnits(first: 1) { pageInfo { endCursor } } }')
    const cursor = data.executedObsUnits.pageInfo.endCursor
    const ask = (field: string, after: string) => observationApi.ask(`query ($after: String) { ${field}(after: $after) { nodes { id } } }`, { after })
    expect((await ask('executedObsUnits', cursor)).errors).toBeUndefined()
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const after of ['', 'x', '!!!', forged(['executedObsUnits', "' or 1=1"]), forged(['executedObsUnits', newId(), 1]), forged(null), forged({}), forged(['executedObsUnits', 5])]) {
      expect(refusal(await ask('executedObsUnits', after))).toBe('BAD_INPUT after: must be the endCursor of a page of this list')
    }
    expect(refusal(await ask('observatories', cursor))).toBe('BAD_INPUT after: must be the endCursor of a page of this list')
    expect(refusal(await dataPackageApi.ask('query ($a: String) { rawDataPackages(after: $a) { nodes { id } } }', { a: cursor }))).toMatch(/^BAD_INPUT after/)
    const { data: whole } = await observationApi.ask('{ executedObsUnits(first: null, after: null) { nodes { id } } }')
    expect(whole.executedObsUnits.nodes.length).toBeGreaterThan(1)
  })

  test('filter by equality', async ({ dataPackageApi, em, root }) => {
    const topology = await makeTopology(em, root)
    await makePackages(em, topology, { count: 2, status: 'FAILED' })
    await makePackages(em, topology, { count: 3, state: 'ARCHIVED' })
    const count = async (args: string) => (await dataPackageApi.ask(`{ rawDataPackages(first: 200${args}) { nodes { status state } } }`)).data.rawDataPackages.nodes.length
    expect(await count(', status: FAILED')).toBe(2)
    expect(await count(', state: ARCHIVED')).toBe(3)
    expect(await count(', state: ARCHIVED, status: FAILED')).toBe(0)
    expect(await count(', state: null')).toBeGreaterThanOrEqual(5)
  })
})

describe('loaders', () => {
  test('read anew after a mutation of the same request', async ({ em, orm, root }) => {
    const [execution] = await makeExecutions(em, await makeTopology(em, root), 1)
    const loaders = openLoaders(orm.em.fork())
    expect((await loaders.get(ExecutedObsUnit, execution?.id ?? '')).quality).toBe('UNKNOWN')
    await em.nativeUpdate(ExecutedObsUnit, execution?.id ?? '', { quality: 'GOOD' })
    expect((await loaders.get(ExecutedObsUnit, execution?.id ?? '')).quality).toBe('UNKNOWN')
    loaders.clear()
    expect((await loaders.get(ExecutedObsUnit, execution?.id ?? '')).quality).toBe('GOOD')
  })
})

describe('errors', () => {
  test('show refusals, and mask outages and everything else', async ({ orm, root, serve, logged }) => {
    const schema = join(root, 'schema.graphql')
    const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
    await writeFile(schema, `${link} scalar JSON type Query { refusal: Int outage: Int bug: Int! must: Int! echo(of: JSON, n: Int): JSON sql: Int }`)
    const resolvers = {
      Query: {
        refusal: () => { throw new Refusal('NOT_SAFE', 'it is not safe') },
        outage: () => { throw new Outage('s3 at 10.0.0.7 is away') },
        bug: () => { throw new TypeError('secret: /etc/passwd') },
        must: () => null,
        echo: (_: unknown, { of }: { of: unknown }) => of,
        sql: () => sql(orm.em.fork(), 'select nothing from nowhere'),
      },
    }
    const api = await serve(defineSubgraph({ name: 'bad', schema: pathToFileURL(schema), resolvers }))

    expect(await api.ask('{ refusal }')).toEqual({ data: { refusal: null }, errors: [{ message: 'it is not safe', locations: [{ line: 1, column: 3 }], path: ['refusal'], extensions: { code: 'NOT_SAFE' } }] })
    expect(refusal(await api.ask('{ outage }'))).toBe('UNAVAILABLE the data centre cannot do this now: try again later')
    for (const field of ['bug', 'must', 'sql']) expect(refusal(await api.ask(`{ ${field} }`))).toBe('INTERNAL internal error')
    const errors = logged.filter(({ event }) => event === 'request.failed')
    expect(JSON.stringify(errors)).toContain('secret: /etc/passwd')
    expect((errors[0]?.err as { stack: string }).stack).toContain('kit.test.ts')
    expect(JSON.stringify(logged.filter(({ event }) => event === 'request.unavailable'))).toContain('10.0.0.7')

    expect(refusal(await api.ask('{ nope }'))).toMatch(/^GRAPHQL_VALIDATION_FAILED Cannot query field/)
    expect(refusal(await api.ask('{ '))).toMatch(/^GRAPHQL_PARSE_FAILED Syntax Error/)
    expect(refusal(await api.ask('query ($n: Int) { echo(n: $n) }', { n: 'x' }))).toMatch(/^BAD_USER_INPUT Variable "\$n" got invalid value "x"/)
    let deep: unknown = {}
    for (let depth = 0; depth < 40; depth++) deep = { deep }
    expect(refusal(await api.ask('query ($of: JSON) { echo(of: $of) }', { of: deep }))).toMatch(/^BAD_USER_INPUT .*nested more than 32 deep/s)
    expect((await api.ask('query ($n: Int) { echo(of: { a: [1, 2.5, "x", null, { b: true }] , n: $n }) }', { n: 7 })).data.echo).toEqual({ a: [1, 2.5, 'x', null, { b: true }], n: 7 })
    expect(refusal(await api.ask('{ echo(of: "text") }'))).toMatch(/^GRAPHQL_VALIDATION_FAILED Expected value of type "JSON", found "text"; It must be an object/)
  })

  test('are UNAVAILABLE while the database is away', async ({ queue }) => {
    const orm = await openOrm('postgresql://postgres@127.0.0.1:1/nothing')
    await using running = await startSubgraph(observation, { orm, queue, log: silent })
    const api = client(running.url)
    expect(refusal(await api.ask('{ executedObsUnits { nodes { id } } }'))).toMatch(/^UNAVAILABLE /)
    expect(refusal(await api.ask('mutation { createObservatory(input: { name: "a", title: "A" }) { id } }'))).toMatch(/^UNAVAILABLE /)
    expect((await fetch(new URL('/healthz', running.url))).status).toBe(200)
    await orm.close(true)
  })
})

describe('the server', () => {
  test('answers /healthz, its SDL, GET with a preflight header, and refuses what is not a query', async ({ observationApi }) => {
    expect(await (await fetch(new URL('/healthz', observationApi.url))).text()).toBe('ok\n')
    const { data } = await observationApi.ask('{ _service { sdl } }')
    expect(data._service.sdl).toContain('type ExecutedObsUnit')
    const get = (headers: Record<string, string>) => fetch(`${observationApi.url}?query={__typename}`, { headers })
    expect((await get({ 'apollo-require-preflight': '1' })).status).toBe(200)
    expect((await get({})).status).toBe(400)

    const post = async (body: string) => {
      const response = await fetch(observationApi.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      return { status: response.status, text: await response.text() }
    }
    expect(await post('{"query": ')).toEqual({ status: 400, text: '{"errors":[{"message":"the request is not JSON","extensions":{"code":"BAD_REQUEST"}}]}' })
    expect((await post(JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(33 * 2 ** 20) } }))).status).toBe(413)
    expect((await post(JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(30 * 2 ** 20) } }))).status).toBe(200)
  })

  test('lets a mutation succeed while Redis is away', async ({ orm, em, root, logged }) => {
    const { locations } = await makeTopology(em, root)
    const redis = new Redis('redis://127.0.0.1:1', { enableOfflineQueue: false, maxRetriesPerRequest: 1 }).on('error', () => {})
    const queue = openQueue(redis)
    const nudges = await requestOperations(em, [{ kind: 'scan', locationId: locations.source.id, subjectId: locations.source.id }])
    const log = pino({ level: 'trace' }, { write: line => void logged.push(JSON.parse(line)) })
    const begun = performance.now()
    await nudge({ em, loaders: openLoaders(em), queue, log }, nudges)
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(logged.map(({ event }) => event)).toEqual([expect.stringMatching(/^nudge\./)])
    redis.disconnect()
  })
})

describe('a process', () => {
  test('fails listing all mistakes of its settings', () => {
    expect(() => readSettings({ DATABASE_URL: 'mysql://x', PORT: 'http', LOG_LEVEL: 'loud' })).toThrow(
      'bad settings: DATABASE_URL must be a postgresql:// URL; REDIS_URL must be a redis:// URL; PORT must be a port; LOG_LEVEL must be a level of pino',
    )
    expect(readSettings({ DATABASE_URL: 'postgresql://a@b/c', REDIS_URL: 'redis://r' })).toEqual({
      DATABASE_URL: 'postgresql://a@b/c',
      REDIS_URL: 'redis://r',
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'info',
    })
  })

  test('serves until SIGTERM, also without Redis', async ({ databaseUrl }) => {
    const main = join(import.meta.dirname, '../../subgraphs/staging/main.ts')
    const child = spawn(process.execPath, [main], { env: { DATABASE_URL: databaseUrl, REDIS_URL: 'redis://127.0.0.1:1' }, stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(child, 'exit')
    let url = ''
    for await (const line of createInterface(child.stdout)) {
      const entry = JSON.parse(line) as { event: string; url?: string }
      if (entry.event === 'listening') {
        url = entry.url ?? ''
        break
      }
    }
    child.stdout.resume()
    expect((await client(url).ask('{ stagingRequests { nodes { id } } }')).data.stagingRequests.nodes).toEqual([])
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  })
})
