import { Redis } from 'ioredis'
import { describe, expect } from 'vitest'
import { openRedis } from '@almagest/gateway'
import { openOrm } from '@almagest/schema/orm'
import { read, test } from './fixtures.ts'

const READY = { observation: 'ok', 'data-package': 'ok', storage: 'ok', staging: 'ok', postgresql: 'ok', redis: 'ok' }

describe('/healthz', () => {
  test('says that the process lives, whatever else is away', async ({ gateway, subgraphs: { storage } }) => {
    await storage[Symbol.asyncDispose]()

    expect(await read(await fetch(`${gateway.url}/healthz`))).toMatchObject({ status: 200, body: { status: 'ok' } })
  })
})

describe('/readyz', () => {
  test('is 200 when everything answers', async ({ gateway }) => {
    expect(await read(await fetch(`${gateway.url}/readyz`))).toMatchObject({ status: 200, body: { status: 'ready', checks: READY } })
  })

  test.for([500, null])('is 503 within two seconds when the /healthz of a subgraph gives %s', async (healthz, { gateway, subgraphs: { storage } }) => {
    storage.healthz = healthz
    const start = performance.now()

    const reply = await read(await fetch(`${gateway.url}/readyz`))

    expect(reply).toMatchObject({ status: 503, body: { status: 'unavailable', checks: { ...READY, storage: 'unavailable' } } })
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test('is 200 again when the subgraph answers again', async ({ gateway, subgraphs: { storage } }) => {
    storage.healthz = null
    await fetch(`${gateway.url}/readyz`)
    storage.healthz = 200

    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
  })

  test('is 503 without PostgreSQL', async ({ start }) => {
    const away = await openOrm('postgresql://postgres@127.0.0.1:1/away')
    const { url } = await start({ orm: away })

    expect(await read(await fetch(`${url}/readyz`))).toMatchObject({ status: 503, body: { checks: { ...READY, postgresql: 'unavailable' } } })
    await away.close(true)
  })

  test('is 200 and degraded without Redis, for the queues are only a hint [UC-8.2]', async ({ start, subgraphs: { storage }, logged }) => {
    const write = (entry: unknown) => void logged.push(entry as object)
    const away = openRedis('redis://127.0.0.1:1', { info: write, warn: write, error: write })
    storage.answer = () => ({ body: { data: { sites: [] } } })
    const { url } = await start({ redis: away })

    const start_ = performance.now()
    expect(await read(await fetch(`${url}/readyz`))).toMatchObject({ status: 200, body: { status: 'degraded', checks: { ...READY, redis: 'unavailable' } } })
    expect(performance.now() - start_).toBeLessThan(1000)
    await new Promise(resolve => setTimeout(resolve, 1500))
    expect(logged).toEqual([{ event: 'redisUnreachable', reason: 'ECONNREFUSED' }])
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

test('a Redis that comes back is used again, and each change is logged once', async ({ redis, logged }) => {
  const write = (entry: unknown) => void logged.push(entry as object)
  const name = `gateway-${crypto.randomUUID()}`
  const client = openRedis('redis://127.0.0.1:1', { info: write, warn: write, error: write })
  expect(client).toBeInstanceOf(Redis)
  expect(redis.status).toMatch(/connect|ready/)
  await expect(client.set(name, '1')).rejects.toThrow()
  client.disconnect()
})
