import fc from 'fast-check'
import pg from 'pg'
import { describe, expect, inject, vi } from 'vitest'
import { newId, sql } from '@almagest/schema'
import type { EntityManager, MikroORM } from '@almagest/schema/orm'
import { test } from './fixtures.ts'
import { change, follow, makeSites, type Heard } from './following.ts'

/** What the database says of these subjects, in the order of the stream. */
async function told(em: EntityManager, subjects: readonly string[]): Promise<string[]> {
  const rows = await sql<{ id: string }>(
    em,
    `/* test: told */ select epoch || '-' || txid || '-' || seq as id from storage.event
     where subject_id = any($1::uuid[]) order by epoch, txid, seq`,
    [subjects],
  )
  return rows.map(({ id }) => id)
}

/** A transaction that stays open until it is ended. */
async function begin(orm: MikroORM): Promise<{ em: EntityManager; commit(): Promise<void> }> {
  const em = orm.em.fork()
  await em.begin()
  return { em, commit: () => em.commit() }
}

const ids = (events: readonly Heard[]): string[] => events.map(({ id }) => id)
const subjectsOf = (events: readonly Heard[]): string[] => events.map(({ data }) => data.subjectId)

describe('the stream of events', () => {
  test('UC-7.4 tells what happens from now on, as the graph does', async ({ em, gateway }) => {
    const [site = ''] = await makeSites(em, 1)
    await change(em, [site])
    using client = await follow(`${gateway.url}/events?subjectId=${site}`)
    await em.transactional(async em => {
      await sql(em, `select set_config('almagest.reason', 'a storm', true)`)
      await change(em, [site])
    })

    const [event] = await client.heard(1)

    expect(client.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': expect.stringContaining('no-transform') as string,
      'x-accel-buffering': 'no',
    })
    expect(event?.data).toEqual({
      seq: expect.any(Number) as number,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      subjectType: 'Site',
      subjectId: site,
      field: 'state',
      fromState: 'PAUSED',
      toState: 'IN_USE',
      reason: 'a storm',
      operationId: null,
    })
    expect(ids(client.events)).toEqual((await told(em, [site])).slice(-1))
  })

  test('UC-7.4 tells an event whose transaction ends late exactly once, and none before it that follows it', async ({
    orm,
    em,
    gateway,
  }) => {
    const [slow = '', quick = '', later = ''] = await makeSites(em, 3)
    using client = await follow(`${gateway.url}/events?subjectId=${slow},${quick},${later}`)
    const writer = await begin(orm)
    await sql(writer.em, 'select pg_current_xact_id()')
    await change(em, [quick])
    await change(writer.em, [slow])
    await change(em, [later])
    using second = await follow(`${gateway.url}/events?subjectId=${slow},${quick},${later}`)
    expect(client.events).toEqual([])
    await writer.commit()

    await client.heard(3)
    await second.heard(3)

    const seqs = client.events.map(({ data }) => data.seq)
    expect(subjectsOf(client.events)).toEqual([slow, quick, later])
    expect(seqs[0]).toBeGreaterThan(seqs[1] ?? 0)
    expect(second.events).toEqual(client.events)
  })

  test('UC-7.4 says that it waits while an open transaction holds it back', async ({ orm, em, start }) => {
    const [held = '', early = ''] = await makeSites(em, 2)
    const gateway = await start({ events: { heartbeatMs: 20, heldMs: 0 } })
    using client = await follow(`${gateway.url}/events?subjectId=${held}`)
    const writer = await begin(orm)
    await change(writer.em, [early])
    await change(em, [held])

    await vi.waitFor(() => expect(client.comments.join()).toMatch(/waiting since .*Z for a transaction that is still open/), {
      timeout: 60_000,
    })
    expect(client.events).toEqual([])
    await writer.commit()

    expect(subjectsOf(await client.heard(1))).toEqual([held])
  })

  test('UC-7.4 waits for no transaction of another database on the same server', async ({ em, gateway }) => {
    const [site = ''] = await makeSites(em, 1)
    using client = await follow(`${gateway.url}/events?subjectId=${site}`)
    const elsewhere = new pg.Client(inject('postgres'))
    await elsewhere.connect()
    try {
      await elsewhere.query('begin')
      await elsewhere.query('select pg_current_xact_id()')
      await change(em, [site])

      expect(subjectsOf(await client.heard(1))).toEqual([site])
    } finally {
      await elsewhere.end()
    }
  })

  test('UC-7.4 goes on at every place where a client can have been cut', async ({ em, gateway }) => {
    const sites = await makeSites(em, 12)
    await change(em, sites.slice(0, 7))
    for (const site of sites.slice(7)) await change(em, [site])
    const all = await told(em, sites)
    const url = `${gateway.url}/events?subjectId=${sites.join(',')}`

    for (const [index, id] of ['0-0-0', ...all].entries()) {
      using byHeader = await follow(`${url}&after=0-0-0`, { lastId: id })
      using byAddress = await follow(`${url}&after=${id}`)
      for (const client of [byHeader, byAddress]) expect(ids(await client.heard(all.length - index))).toEqual(all.slice(index))
    }
  })

  test('UC-7.4 neither loses nor doubles an event for a client that is cut again and again while many write', async ({
    orm,
    em,
    gateway,
  }) => {
    const plan = fc.record({
      /** Of each writer, in steps: how many changes it makes, and whether it then begins another transaction. */
      writers: fc.array(fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 5 }), {
        minLength: 2,
        maxLength: 5,
      }),
      /** Which writer takes its next step. */
      turns: fc.array(fc.nat(), { maxLength: 30 }),
      cuts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(plan, async ({ writers, turns, cuts }) => {
        const sites = await makeSites(em, writers.length)
        const url = `${gateway.url}/events?subjectId=${sites.join(',')}&after=0-0-0`
        const heard: Heard[] = []
        const writing = write(orm, { sites, writers, turns })
        for (let cut = 0, last: string | undefined; heard.length < (await total(writing, heard)); cut++) {
          using client = await follow(url, { lastId: last })
          const wanted = Math.min(cuts[cut % cuts.length] ?? 1, (await total(writing, heard)) - heard.length)
          heard.push(...(await client.heard(wanted)))
          last = heard.at(-1)?.id
        }
        expect(ids(heard)).toEqual(await told(em, sites))
      }),
      { numRuns: 6 },
    )
  })

  test('UC-7.4 gives thousands to one who comes back from far away, and to one who is slow', async ({ em, gateway }) => {
    const sites = await makeSites(em, 3000)
    using live = await follow(`${gateway.url}/events?subjectType=Site`)
    await vi.waitFor(() => expect(live.lastId()).toBeDefined(), { timeout: 60_000 })
    const begun = live.lastId()
    using slow = await follow(`${gateway.url}/events?subjectType=Site`, { paused: true })
    await em.transactional(async em => {
      await sql(em, `select set_config('almagest.reason', $1, true)`, ['x'.repeat(3000)])
      await change(em, sites)
    })
    const all = await told(em, sites)

    expect(ids(await live.heard(3000))).toEqual(all)
    using far = await follow(`${gateway.url}/events?subjectType=Site&after=${begun}`)
    slow.response.resume()
    expect(ids(await slow.heard(3000))).toEqual(all)
    expect(ids(await far.heard(3000))).toEqual(all)
  })

  test('is cut where nothing is taken for too long, and nothing is lost by that', async ({ em, start, gateway, logged }) => {
    const strict = await start({ events: { slowMs: 50 } })
    const sites = await makeSites(em, 6000)
    using client = await follow(`${strict.url}/events?subjectType=Site`, { paused: true })
    await em.transactional(async em => {
      await sql(em, `select set_config('almagest.reason', $1, true)`, ['x'.repeat(3000)])
      await change(em, sites)
    })
    await vi.waitFor(() => expect(logged).toContainEqual(expect.objectContaining({ event: 'events.cut' })), { timeout: 60_000 })

    client.response.resume()
    await client.ended
    using again = await follow(`${gateway.url}/events?subjectType=Site`, { lastId: client.events.at(-1)?.id })

    const rest = 6000 - client.events.length
    expect(rest).toBeGreaterThan(0)
    expect([...ids(client.events), ...ids(await again.heard(rest))]).toEqual(await told(em, sites))
  })

  test('ends with its gateway, and goes on at another', async ({ em, start }) => {
    const [one, another] = [await start(), await start()]
    const [site = ''] = await makeSites(em, 1)
    using client = await follow(`${one.url}/events?subjectId=${site}`)
    await change(em, [site])
    await client.heard(1)

    one.drain()
    await change(em, [site])
    await client.heard(2)
    await one[Symbol.asyncDispose]()
    await client.ended
    await change(em, [site])

    using next = await follow(`${another.url}/events?subjectId=${site}`, { lastId: client.lastId() })
    expect(client.comments.at(-1)).toBe('this gateway ends: come back to another')
    expect([...ids(client.events), ...ids(await next.heard(1))]).toEqual(await told(em, [site]))
  })

  test('tells its place even to one who wants little, so that he need not look through it all again', async ({ em, start }) => {
    const gateway = await start({ events: { heartbeatMs: 20 } })
    const [site = ''] = await makeSites(em, 1)
    using client = await follow(`${gateway.url}/events?subjectId=${newId()}`)
    await change(em, [site])
    const [place = ''] = await told(em, [site])

    await vi.waitFor(() => expect(client.lastId()).toBe(place), { timeout: 60_000 })
    await vi.waitFor(() => expect(client.comments).toContain('alive'), { timeout: 60_000 })
    expect(client.events).toEqual([])
  })

  test('begins at a moment', async ({ em, gateway }) => {
    const [site = ''] = await makeSites(em, 1)
    await change(em, [site])
    const [{ at } = { at: '' }] = await sql<{ at: Date }>(em, 'select clock_timestamp() as at from pg_sleep(0.01)')
    await change(em, [site])
    using client = await follow(`${gateway.url}/events?subjectId=${site}&since=${new Date(at).toISOString()}`)
    await change(em, [site])

    expect(ids(await client.heard(2))).toEqual((await told(em, [site])).slice(1))
  })
})

interface Plan {
  readonly sites: readonly string[]
  readonly writers: readonly (readonly (readonly [number, boolean])[])[]
  readonly turns: readonly number[]
}

/** Lets the writers take their steps in turns, each in transactions of its own; gives how many events they made. */
async function write(orm: MikroORM, { sites, writers, turns }: Plan): Promise<number> {
  const rest = writers.map(steps => [...steps])
  const open = new Map<number, Awaited<ReturnType<typeof begin>>>()
  let made = 0
  for (let turn = 0; rest.some(steps => steps.length > 0); turn++) {
    const busy = rest.flatMap((steps, index) => (steps.length > 0 ? [index] : []))
    const writer = busy[(turns[turn % Math.max(turns.length, 1)] ?? turn) % busy.length] ?? 0
    const [changes, ends] = rest[writer]?.shift() ?? [0, true]
    const transaction = open.get(writer) ?? (await begin(orm))
    open.set(writer, transaction)
    for (let count = 0; count < changes; count++, made++) await change(transaction.em, [sites[writer] ?? ''])
    if (!ends && rest[writer]?.length) continue
    open.delete(writer)
    await transaction.commit()
  }
  return made
}

/** How many events there are to hear: one more than were heard until all are written. */
function total(writing: Promise<number>, heard: readonly Heard[]): Promise<number> {
  return Promise.race([writing, Promise.resolve(heard.length + 1)])
}
