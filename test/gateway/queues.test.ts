import { describe, expect, vi } from 'vitest'
import { openRedis } from '@almagest/gateway'
import { DataLocation, newId, Site, type LocationType } from '@almagest/schema'
import { openOrm, type EntityManager } from '@almagest/schema/orm'
import { read, test } from './fixtures.ts'

async function makeLocation(em: EntityManager, type: LocationType): Promise<DataLocation> {
  const id = newId()
  const site = em.create(Site, { id, name: `site-${id.slice(-8)}`, title: 'A site' })
  const name = `${type.toLowerCase().replaceAll('_', '-')}-${id.slice(-8)}`
  const location = em.create(DataLocation, { id, siteId: site.id, name, type, storage: 'DISK', root: '/x', failureDomain: 'x' })
  await em.flush()
  return location
}

async function names(url: string): Promise<string[]> {
  const { body } = await read(await fetch(`${url}/queues/api/queues`))
  return (body as unknown as { queues: { name: string }[] }).queues.map(({ name }) => name)
}

describe('/queues', () => {
  test('is a page that needs nothing from elsewhere', async ({ gateway }) => {
    const { status, headers, text } = await read(await fetch(`${gateway.url}/queues`))

    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/html')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    const [, script = ''] = /src="(static\/[^"]+)"/.exec(text) ?? []
    expect(await read(await fetch(`${gateway.url}/queues/${script}`))).toMatchObject({ status: 200 })
  })

  test('shows a queue for each kind of work at each location, a new one without a restart', async ({ start, em }) => {
    const gateway = await start({ refreshMs: 300 })
    const buffer = await makeLocation(em, 'BUFFER')
    expect(await names(gateway.url)).toEqual(expect.arrayContaining([`checksum.${buffer.name}`, `transfer.${buffer.name}`]))

    const archive = await makeLocation(em, 'LONG_TERM_ARCHIVE')

    await vi.waitFor(async () => expect(await names(gateway.url)).toContain(`archive.${archive.name}`), { timeout: 60_000, interval: 100 })
  })

  test('changes nothing', async ({ gateway, em, queue }) => {
    const { name } = await makeLocation(em, 'BUFFER')
    await names(gateway.url)

    const { status } = await fetch(`${gateway.url}/queues/api/queues/checksum.${name}/pause`, { method: 'PUT' })

    expect(status).toBe(405)
    expect(await queue.open(`checksum.${name}`).isPaused()).toBe(false)
  })

  test('shows the jobs that wait', async ({ gateway, em, queue }) => {
    const { name } = await makeLocation(em, 'BUFFER')
    await queue.nudge([{ operationId: newId(), dispatch: 1, queue: `checksum.${name}`, priority: 5 }])

    const { body } = await read(await fetch(`${gateway.url}/queues/api/queues?activeQueue=checksum.${name}&status=prioritized`))

    const { queues } = body as unknown as { queues: { name: string; readOnlyMode: boolean; counts: Record<string, number> }[] }
    expect(queues.find(queue => queue.name === `checksum.${name}`)).toMatchObject({ readOnlyMode: true, counts: { prioritized: 1 } })
  })

  test('says at once that Redis is away', async ({ start }) => {
    const silent = () => {}
    const redis = openRedis('redis://127.0.0.1:1', { info: silent, warn: silent, error: silent })
    const { url } = await start({ redis })

    expect(await read(await fetch(`${url}/queues`))).toMatchObject({ status: 503, text: expect.stringContaining('Redis is away') })
    redis.disconnect()
  })

  test('says at once that ops-db is away', async ({ start }) => {
    const orm = await openOrm('postgresql://postgres@127.0.0.1:1/away')
    const { url } = await start({ orm })

    expect(await read(await fetch(`${url}/queues`))).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
    })
    await orm.close(true)
  })

  test('is nowhere when it is off', async ({ start }) => {
    const { url } = await start({ queuesPath: null })

    expect((await fetch(`${url}/queues`)).status).toBe(404)
  })

  test('is where it is put', async ({ start }) => {
    const { url } = await start({ queuesPath: '/ops/board' })

    expect((await read(await fetch(`${url}/ops/board`))).text).toContain('<base href="/ops/board/"')
  })
})
