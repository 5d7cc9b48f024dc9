import { Redis } from 'ioredis'
import { describe, expect } from 'vitest'
import { catalog, findQueues, JOB_NAMES, openQueue, Outage, QUEUE_PREFIX, queueName, type Nudge } from '@almagest/schema'
import { test } from '../jobs/bench.ts'

const nudge = (fields: Partial<Nudge> = {}): Nudge => ({
  operationId: crypto.randomUUID(),
  dispatch: 1,
  priority: 100,
  queue: 'scan.here',
  ...fields,
})

describe('the queues', () => {
  test('are named by their kind of work and their location', () => {
    expect(queueName('packaging', 'chile-source')).toBe('packaging.chile-source')
    expect(QUEUE_PREFIX).toBe('almagest')
  })

  test('are one for each kind of work at each location that its type has, at one site or all', async ({ em, topology }) => {
    const { source, chileBuffer, cologneBuffer, cologneArchive, processing } = topology.locations
    const ours = new Set(Object.values(topology.locations).map(({ id }) => id))
    const chile = await findQueues(em, topology.sites.chile.name)
    expect(chile.filter(({ locationId }) => locationId === source.id).map(({ kind }) => kind)).toEqual(['scan', 'packaging', 'cleanup'])
    expect(chile.filter(({ locationId }) => locationId === chileBuffer.id).map(({ kind }) => kind)).toEqual([
      'scan',
      'checksum',
      'transfer',
      'unpack',
      'cleanup',
    ])
    expect(chile).toHaveLength(8)
    expect(chile.every(({ name, kind, location }) => name === `${kind}.${location}`)).toBe(true)
    const cologne = (await findQueues(em, topology.sites.cologne.name)).map(({ name }) => name)
    expect(cologne).toEqual(
      expect.arrayContaining([`archive.${cologneArchive.name}`, `staging.${processing.name}`, `unpack.${cologneBuffer.name}`]),
    )
    expect((await findQueues(em)).filter(({ locationId }) => ours.has(locationId))).toHaveLength(26)
    expect(await findQueues(em, 'nowhere')).toEqual([])
  })

  test('have names that BullMQ takes, and no kind of work is without a place', () => {
    expect(JOB_NAMES.every(kind => !kind.includes(':') && catalog[kind].at.length > 0 && catalog[kind].attempts > 0)).toBe(true)
  })
})

describe('a nudge', () => {
  test('carries the id of its operation and no more, most urgent first', async ({ queue }) => {
    const [late, soon] = [nudge({ priority: 200 }), nudge({ priority: 0 })]
    await queue.nudge([late, soon])
    const jobs = await queue.open('scan.here').getJobs(['prioritized'], 0, -1, true)
    expect(jobs.map(({ data, name }) => ({ data: data as unknown, name }))).toEqual(
      [soon, late].map(({ operationId }) => ({ data: { operationId, dispatch: 1 }, name: 'scan.here' })),
    )
    expect(jobs.map(({ opts }) => [opts.attempts, opts.priority])).toEqual([
      [1, 1],
      [1, 200],
    ])
  })

  test('stands in the queue once, however often it is sent; a later dispatch takes the place of the one before', async ({ queue }) => {
    const operationId = crypto.randomUUID()
    await queue.nudge([nudge({ operationId }), nudge({ operationId, queue: 'scan.there' })])
    await queue.nudge([nudge({ operationId })])
    expect(await queue.open('scan.here').count()).toBe(1)
    await queue.nudge([nudge({ operationId, dispatch: 2 })])
    const jobs = await queue.open('scan.here').getJobs(['prioritized'])
    expect(jobs.map(({ data }) => data as unknown)).toEqual([{ operationId, dispatch: 2 }])
    expect(await queue.open('scan.there').count()).toBe(1)
    await queue.nudge([])
  })

  test('of a priority that BullMQ does not have gets the nearest', async ({ queue }) => {
    await queue.nudge([nudge({ priority: -5 }), nudge({ priority: 2_000_000_000 })])
    const jobs = await queue.open('scan.here').getJobs(['prioritized'], 0, -1, true)
    expect(jobs.map(({ opts }) => opts.priority)).toEqual([1, 2_097_151])
  })

  test('UC-8.2 fails fast and says so while Redis is away, and so does asking what it forgot', async () => {
    const away = new Redis({ port: 1, enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: true, retryStrategy: () => null })
    away.on('error', () => {})
    await using queue = openQueue(away, 'test-away')
    const before = performance.now()
    await expect(queue.nudge([nudge()])).rejects.toMatchObject({ name: 'Outage', message: 'Redis is away', locationId: null })
    await expect(queue.nudge([nudge()])).rejects.toBeInstanceOf(Outage)
    await expect(queue.forgot()).rejects.toThrow()
    expect(performance.now() - before).toBeLessThan(10_000)
    away.disconnect()
  })
})

describe('what Redis forgot', () => {
  test('UC-8.2 is told once, at first and after each loss of what it held', async ({ queue, redis, prefix }) => {
    expect([await queue.forgot(), await queue.forgot()]).toEqual([true, false])
    await redis.del(await redis.keys(`${prefix}*`))
    expect([await queue.forgot(), await queue.forgot()]).toEqual([true, false])
    await using other = openQueue(redis, prefix)
    expect(await other.forgot()).toBe(false)
    await using apart = openQueue(redis, `${prefix}-apart`)
    expect(await apart.forgot()).toBe(true)
  })

  test('closing the queues leaves the connection open', async ({ redis, prefix }) => {
    const queue = openQueue(redis, prefix)
    await queue.nudge([nudge()])
    await queue[Symbol.asyncDispose]()
    expect(await redis.ping()).toBe('PONG')
  })
})
