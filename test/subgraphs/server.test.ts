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
import { openQueue, Outage, Refusal, requestOperations, sql, traceId } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { makeTopology } from '../make.ts'
import { CLAIMS, client, KEY, refusal, sign, test } from './serve.ts'

const silent = pino({ level: 'silent' })

describe('errors', () => {
  test('show refusals, and mask outages and everything else', async ({ orm, root, serve, logged }) => {
    const schema = join(root, 'schema.graphql')
    const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
    await writeFile(
      schema,
      `${link} scalar JSON type Query { refusal: Int outage: Int bug: Int! must: Int! echo(of: JSON, n: Int): JSON sql: Int }`,
    )
    const resolvers = {
      Query: {
        refusal: () => {
          throw new Refusal('NOT_SAFE', 'it is not safe')
        },
        outage: () => {
          throw new Outage('s3 at 10.0.0.7 is away')
        },
        bug: () => {
          throw new TypeError('secret: /etc/passwd')
        },
        must: () => null,
        echo: (_: unknown, { of }: { of: unknown }) => of,
        sql: () => sql(orm.em.fork(), 'select nothing from nowhere'),
      },
    }
    const api = await serve(defineSubgraph({ name: 'bad', schema: pathToFileURL(schema), resolvers }))

    expect(await api.ask('{ refusal }')).toEqual({
      data: { refusal: null },
      errors: [{ message: 'it is not safe', locations: [{ line: 1, column: 3 }], path: ['refusal'], extensions: { code: 'NOT_SAFE' } }],
    })
    expect(refusal(await api.ask('{ outage }'))).toBe('UNAVAILABLE the data centre cannot do this now: try again later')
    for (const field of ['bug', 'must', 'sql']) expect(refusal(await api.ask(`{ ${field} }`))).toBe('INTERNAL internal error')
    const errors = logged.filter(({ event }) => event === 'request.failed')
    expect(JSON.stringify(errors)).toContain('secret: /etc/passwd')
    expect(JSON.stringify(errors[0]?.err)).toContain('server.test.ts')
    expect(errors[0]).toMatchObject({ requestId: CLAIMS.requestId, traceId: traceId(CLAIMS.traceparent) })
    expect(JSON.stringify(logged.filter(({ event }) => event === 'request.unavailable'))).toContain('10.0.0.7')

    expect(refusal(await api.ask('{ nope }'))).toMatch(/^GRAPHQL_VALIDATION_FAILED Cannot query field/)
    expect(refusal(await api.ask('{ '))).toMatch(/^GRAPHQL_PARSE_FAILED Syntax Error/)
    expect(refusal(await api.ask('query ($n: Int) { echo(n: $n) }', { n: 'x' }))).toMatch(
      /^BAD_USER_INPUT Variable "\$n" got invalid value "x"/,
    )
    let deep: unknown = {}
    for (let depth = 0; depth < 40; depth++) deep = { deep }
    expect(refusal(await api.ask('query ($of: JSON) { echo(of: $of) }', { of: deep }))).toMatch(
      /^BAD_USER_INPUT .*nested more than 32 deep/s,
    )
    expect((await api.ask('query ($n: Int) { echo(of: { a: [1, 2.5, "x", null, { b: true }] , n: $n }) }', { n: 7 })).data.echo).toEqual({
      a: [1, 2.5, 'x', null, { b: true }],
      n: 7,
    })
    expect(refusal(await api.ask('{ echo(of: "text") }'))).toMatch(
      /^GRAPHQL_VALIDATION_FAILED Expected value of type "JSON", found "text"; It must be an object/,
    )
  })

  test('are UNAVAILABLE while the database is away', async ({ queue }) => {
    const orm = await openOrm('postgresql://postgres@127.0.0.1:1/nothing')
    await using running = await startSubgraph(observation, { orm, queue, log: silent, keys: [KEY], now: Date.now })
    const api = client(running.url, 'observation')
    expect(refusal(await api.ask('{ executedObsUnits { nodes { id } } }'))).toMatch(/^UNAVAILABLE /)
    expect(refusal(await api.ask('mutation { createObservatory(input: { name: "a", title: "A" }) { id } }'))).toMatch(/^UNAVAILABLE /)
    expect((await fetch(new URL('/healthz', running.url))).status).toBe(200)
    expect((await fetch(new URL('/readyz', running.url))).status).toBe(503)
    await orm.close(true)
  })
})

describe('the server', () => {
  test('answers /healthz, /readyz and its SDL, and refuses what is no query by POST', async ({ observationApi }) => {
    expect(await (await fetch(new URL('/healthz', observationApi.url))).text()).toBe('ok\n')
    const { data } = await observationApi.ask('{ _service { sdl } }')
    expect(data._service.sdl).toContain('type ExecutedObsUnit')
    expect((await fetch(new URL('/readyz', observationApi.url))).status).toBe(200)
    const headers = { 'apollo-require-preflight': '1', ...sign('observation', '') }
    expect((await fetch(`${observationApi.url}?query={__typename}`, { headers })).status).toBe(405)

    const post = async (body: string) => {
      const headers = { 'content-type': 'application/json', ...sign('observation', body) }
      const response = await fetch(observationApi.url, { method: 'POST', headers, body })
      return { status: response.status, text: await response.text() }
    }
    expect(await post('{"query": ')).toEqual({
      status: 400,
      text: '{"errors":[{"message":"the request is not JSON","extensions":{"code":"BAD_REQUEST"}}]}',
    })
    expect((await post(JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(66 * 2 ** 20) } }))).status).toBe(413)
    expect((await post(JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(30 * 2 ** 20) } }))).status).toBe(200)
  })

  test('lets a mutation succeed while Redis is away', async ({ em, root, logged }) => {
    const { locations } = await makeTopology(em, root)
    const redis = new Redis('redis://127.0.0.1:1', { enableOfflineQueue: false, maxRetriesPerRequest: 1 }).on('error', () => {})
    const queue = openQueue(redis)
    const nudges = await requestOperations(em, [{ kind: 'scan', locationId: locations.source.id, subjectId: locations.source.id }])
    const log = pino({ level: 'trace' }, { write: line => void logged.push(JSON.parse(line)) })
    const begun = performance.now()
    await nudge({ em, loaders: openLoaders(em), queue, log, traceparent: '' }, nudges)
    expect(performance.now() - begun).toBeLessThan(20_000)
    expect(logged.map(({ event }) => event)).toEqual([expect.stringMatching(/^nudge\./)])
    redis.disconnect()
  })
})

describe('a process', () => {
  test('fails listing all mistakes of its settings', async ({ root }) => {
    expect(() => readSettings({ DATABASE_URL: 'mysql://x', SUBGRAPH_KEYS: `${KEY},short`, PORT: 'http', LOG_LEVEL: 'loud' })).toThrow(
      'bad settings: DATABASE_URL must be a postgresql:// URL; REDIS_URL must be a redis:// URL or the path of a socket; SUBGRAPH_KEYS must be 1 to 2 keys, separated by commas, of at least 32 characters each, or file: and the path of a file with that; PORT must be a port; LOG_LEVEL must be a level of pino',
    )
    await writeFile(join(root, 'keys'), `${'a'.repeat(32)},\n${'b'.repeat(32)}\n`)
    const keys = `file:${join(root, 'keys')}`
    expect(readSettings({ DATABASE_URL: 'postgresql://a@b/c', REDIS_URL: 'redis://r', SUBGRAPH_KEYS: keys })).toEqual({
      DATABASE_URL: 'postgresql://a@b/c',
      REDIS_URL: 'redis://r',
      QUEUE_PREFIX: 'almagest',
      SUBGRAPH_KEYS: ['a'.repeat(32), 'b'.repeat(32)],
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'info',
    })
  })

  test('serves until SIGTERM, also without Redis', async ({ databaseUrl }) => {
    const main = join(import.meta.dirname, '../../subgraphs/staging/main.ts')
    const child = spawn(process.execPath, [main], {
      env: { DATABASE_URL: databaseUrl, REDIS_URL: 'redis://127.0.0.1:1', SUBGRAPH_KEYS: `${'n'.repeat(32)},${KEY}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
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
    expect((await client(url, 'staging').ask('{ stagingRequests { nodes { id } } }')).data.stagingRequests.nodes).toEqual([])
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  })
})
