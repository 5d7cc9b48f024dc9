import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, startRedis } from '@almagest/gateway/local'
import { migrate, openOrm } from '@almagest/schema/orm'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: string
    template: string
    redis: string
  }
}

const tools = join(import.meta.dirname, '../.almagest-tools')

/** Starts a PostgreSQL and a Redis for this run, unless TEST_POSTGRES_URL and TEST_REDIS_URL name some, and migrates the template that every test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'almagest-test-'))
  const postgres = await startPostgres({ home, url: process.env.TEST_POSTGRES_URL, durable: false })
  const redis = await startRedis({ home, url: process.env.TEST_REDIS_URL, path: process.env.PATH ?? '', tools })
  const template = `almagest_template_${process.pid}`
  const templateUrl = new URL(postgres.url)
  templateUrl.pathname = `/${template}`
  const orm = await openOrm(templateUrl.href)
  await orm.schema.ensureDatabase()
  await migrate(orm)
  await orm.close()
  project.provide('postgres', postgres.url)
  project.provide('redis', redis.url)
  project.provide('template', template)

  return async () => {
    await redis[Symbol.asyncDispose]()
    await postgres[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  }
}
