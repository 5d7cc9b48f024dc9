import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, inject, vi } from 'vitest'
import { openRedis } from '@almagest/gateway'
import { sql } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { post, read, test } from './fixtures.ts'

const READY = { observation: 'ok', 'data-package': 'ok', storage: 'ok', staging: 'ok', postgresql: 'ok', redis: 'ok' }

describe('/healthz', () => {
  test('says that the process lives, whatever else is away', async ({ gateway, subgraphs: { storage } }) => {
    await storage[Symbol.asyncDispose]()

    expect(await read(await fetch(`${gateway.url}/healthz`))).toMatchObject({ status: 200, body: { status: 'ok' } })
  })
})

describe('/readyz', () => {
  test('is 200 when everything answers, and degraded while no sweep was complete for five minutes', async ({ gateway, orm }) => {
    const swept = (ago: string) =>
      sql(
        orm.em.fork(),
        `/* test: swept */ insert into storage.last_sweep values (1, now() - $1::interval, 0)
         on conflict (number) do update set completed_at = excluded.completed_at`,
        [ago],
      )
    await swept('6 minutes')
    const late = await read(await fetch(`${gateway.url}/readyz`))
    expect(late).toMatchObject({ status: 200, body: { status: 'degraded', checks: { ...READY, sweep: 'unavailable' } } })

    await swept('1 minute')
    expect(await read(await fetch(`${gateway.url}/readyz`))).toMatchObject({ status: 200, body: { status: 'ready', checks: READY } })
  })

  const ill = [
    ['is ill', 500],
    ['hangs', null],
  ] as const
  test.for(ill)('is 503 within two seconds when a subgraph %s', async ([, health], { gateway, subgraphs: { storage } }) => {
    storage.health = health
    const start = performance.now()

    const reply = await read(await fetch(`${gateway.url}/readyz`))

    expect(reply).toMatchObject({ status: 503, body: { status: 'unavailable', checks: { ...READY, storage: 'unavailable' } } })
    expect(performance.now() - start).toBeLessThan(20_000)
  })

  test('is 200 again when the subgraph answers again', async ({ gateway, subgraphs: { storage } }) => {
    storage.health = null
    await fetch(`${gateway.url}/readyz`)
    storage.health = 200

    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
  })

  test('is 503 without PostgreSQL', async ({ start }) => {
    const away = await openOrm('postgresql://postgres@127.0.0.1:1/away')
    const { url } = await start({ orm: away })

    expect(await read(await fetch(`${url}/readyz`))).toMatchObject({
      status: 503,
      body: { checks: { ...READY, postgresql: 'unavailable' } },
    })
    await away.close(true)
  })

  test('UC-8.2 is 200 and degraded without Redis, for the queues are only a hint', async ({ start, subgraphs: { storage }, logged }) => {
    const write = (entry: unknown) => void logged.push(entry as Record<string, unknown>)
    const away = openRedis('redis://127.0.0.1:1', { info: write, warn: write, error: write })
    storage.answer = () => ({ body: { data: { sites: [] } } })
    const { url } = await start({ redis: away })

    const asked = performance.now()
    const reply = await read(await fetch(`${url}/readyz`))

    expect(reply).toMatchObject({ status: 200, body: { status: 'degraded', checks: { ...READY, redis: 'unavailable' } } })
    expect(performance.now() - asked).toBeLessThan(20_000)
    expect((await post(`${url}/graphql`, { query: '{ sites { name } }' })).body).toEqual({ data: { sites: [] } })
    await new Promise(resolve => setTimeout(resolve, 1500))
    expect(logged).toEqual([{ event: 'redis.unreachable', reason: 'ECONNREFUSED' }])
    away.disconnect()
  })

  test('is 503 when the gateway drains, which still answers', async ({ gateway, ask, subgraphs: { storage } }) => {
    storage.answer = () => ({ body: { data: { sites: [] } } })

    gateway.drain()

    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503)
    expect((await ask('{ sites { name } }')).body).toEqual({ data: { sites: [] } })
  })

  test('names no address', async ({ gateway, subgraphs: { storage } }) => {
    await storage[Symbol.asyncDispose]()

    expect((await read(await fetch(`${gateway.url}/readyz`))).text).not.toMatch(/127\.0\.0\.1|:\d\d/)
  })
})

test('a Redis that comes back is used again, and each change is logged once', async ({ logged }) => {
  const write = (entry: unknown) => void logged.push(entry as Record<string, unknown>)
  await using road = await openRoad(inject('redis'))
  const redis = openRedis(`redis://127.0.0.1:${road.port}`, { info: write, warn: write, error: write })
  await vi.waitFor(() => redis.ping(), { timeout: 60_000 })

  road.close()
  await vi.waitFor(() => expect(logged.at(-1)).toMatchObject({ event: 'redis.unreachable' }), { timeout: 60_000 })
  await new Promise(resolve => setTimeout(resolve, 1000))
  await expect(redis.ping()).rejects.toThrow()
  road.open()
  await vi.waitFor(() => redis.ping(), { timeout: 60_000 })

  expect(logged.map(({ event }) => event)).toEqual(['redis.reachable', 'redis.unreachable', 'redis.reachable'])
  redis.disconnect()
})

/** A way to Redis that can be closed and opened again. */
async function openRoad(redis: string): Promise<AsyncDisposable & { port: number; close(): void; open(): void }> {
  const { hostname, port } = redis.startsWith('/') ? { hostname: '', port: '' } : new URL(redis)
  const sockets = new Set<Socket>()
  const server = createServer(near => {
    const far = redis.startsWith('/') ? connect(redis) : connect(Number(port || 6379), hostname)
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}))
    near.pipe(far).pipe(near)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo
  const close = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  const open = (): void => void server.listen(address.port, '127.0.0.1')
  return {
    port: address.port,
    close,
    open,
    async [Symbol.asyncDispose]() {
      close()
    },
  }
}
