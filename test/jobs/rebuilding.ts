import pg from 'pg'
import { inject } from 'vitest'
import { runRebuild } from '@almagest/jobs'
import { test as base } from './bench.ts'

/** An ops-db in which there is nothing, of each test's own. */
export const test = base.extend<{ emptyUrl: string }>({
  emptyUrl: async ({}, use) => {
    const name = `almagest_${crypto.randomUUID().replaceAll('-', '')}`
    const run = async (text: string) => {
      const client = new pg.Client(inject('postgres'))
      await client.connect()
      await client.query(text).finally(() => client.end())
    }
    await run(`create database ${name} template ${inject('template')} strategy file_copy`)
    const url = new URL(inject('postgres'))
    url.pathname = `/${name}`
    await use(url.href)
    await run(`drop database ${name} with (force)`)
  },
})

/** Rebuilds from archives into an ops-db, as the program does. */
export async function rebuild(
  url: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ status: number; out: string; err: string }> {
  const texts = { out: '', err: '' }
  const status = await runRebuild(
    args,
    { DATABASE_URL: url, ...env },
    { out: text => void (texts.out += text), err: text => void (texts.err += text) },
  )
  return { status, ...texts }
}
