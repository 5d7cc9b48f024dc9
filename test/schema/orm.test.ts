import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { sql } from '@almagest/schema'
import { openOrm } from '@almagest/schema/orm'
import { startFaultProxy } from '../faults/proxy.ts'
import { test } from '../fixtures.ts'

const FREE = `/* freeLocks */ select pg_try_advisory_xact_lock(42) as free`

test('what a transaction holds in which nothing happens any more is free for others after a while', async ({ em, databaseUrl }) => {
  const still = await openOrm(databaseUrl, { max: 1, idleS: 0.2 })
  try {
    const standing = still.em.fork().transactional(async stopped => {
      await sql(stopped, `/* hold */ select pg_advisory_xact_lock(42)`)
      await expect.poll(async () => (await sql<{ free: boolean }>(em.fork(), FREE))[0]?.free).toBe(true)
      await sql(stopped, `/* goOn */ select 1`)
    })

    await expect(standing).rejects.toThrow(/idle-in-transaction|terminated|not queryable/)
  } finally {
    await still.close(true)
  }
})

test('workers, who touch files under their locks, hold them as long as they stand still; a host that went away does not', async ({
  databaseUrl,
}) => {
  const orm = await openOrm(databaseUrl)
  const setting = async (name: string) =>
    (await sql<{ value: string }>(orm.em.fork(), `/* setting */ select setting as value from pg_settings where name = $1`, [name]))[0]
      ?.value
  try {
    expect(await setting('idle_in_transaction_session_timeout')).toBe('0')
    expect(await setting('tcp_keepalives_idle')).toBe('60')
  } finally {
    await orm.close(true)
  }
})

test('a connection that breaks, in a transaction or not, makes room for the next, again and again', async ({ em, databaseUrl }) => {
  const one = await openOrm(databaseUrl, { max: 1 })
  const end = `/* endSession */ select pg_terminate_backend(pg_backend_pid())`
  try {
    for (let n = 0; n < 3; n++) {
      const within = one.em.fork().transactional(async broken => {
        const [session] = await sql<{ pid: number }>(broken, `/* ownSession */ select pg_backend_pid() as pid`)
        await sql(em.fork(), `/* endOther */ select pg_terminate_backend($1, 5000)`, [session?.pid])
        await sql(broken, `/* goOn */ select 1`)
      })
      await expect(within).rejects.toThrow(/terminat|not queryable/i)
      await expect(one.em.fork().transactional(broken => sql(broken, end))).rejects.toThrow(/terminat|not queryable/i)
      await expect(sql(one.em.fork(), end)).rejects.toThrow(/terminat|not queryable/i)
    }

    await expect.poll(() => sql(one.em.fork(), `/* ask */ select 1 as one`).catch(() => null)).toEqual([{ one: 1 }])
  } finally {
    await one.close(true)
  }
})

test('a line to PostgreSQL on which no answer comes is given up after a while, in a transaction or not; one on which nothing is asked is not', async ({
  databaseUrl,
}) => {
  const { hostname, port, pathname } = new URL(databaseUrl)
  expect(hostname).toBe('127.0.0.1')
  await using line = await startFaultProxy({ port: Number(port) })
  const url = new URL(pathname, databaseUrl)
  url.port = String(line.port)
  const one = await openOrm(url.href, { max: 1, silentS: 0.4 })
  const ask = () => sql(one.em.fork(), `/* ask */ select 1 as one`)
  try {
    await one.em.fork().transactional(async idle => {
      await sql(idle, `/* ask */ select 1`)
      await delay(1_000)
      await sql(idle, `/* ask */ select 1`)
    })
    const within = one.em.fork().transactional(async silent => {
      await sql(silent, `/* ask */ select 1`)
      line.hang(true)
      await sql(silent, `/* ask */ select 1`)
    })
    await expect(within).rejects.toThrow(/nothing was heard of PostgreSQL for 0.4 s/)
    await expect(ask(), 'and one that is to be made').rejects.toThrow(/timeout/)
    line.hang(false)
    await expect.poll(() => ask().catch(() => null)).toEqual([{ one: 1 }])
    line.hang(true)
    await expect(ask()).rejects.toThrow(/nothing was heard of PostgreSQL for 0.4 s/)
  } finally {
    line.hang(false)
    await one.close(true)
  }
})
