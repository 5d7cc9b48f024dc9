import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
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

const root = join(import.meta.dirname, '..')
const tools = join(root, '.almagest-tools')

/** Starts a PostgreSQL and a Redis for this run, unless TEST_POSTGRES_URL and TEST_REDIS_URL name some, and migrates the template that every test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'almagest-test-'))
  // Several tests fetch packages: apt's lists are for all of them.
  await mkdir(join(tools, 'lists'), { recursive: true })
  const [postgres, redis] = await Promise.all([
    startPostgres({ home, url: process.env.TEST_POSTGRES_URL, durable: false }),
    startRedis({ home, url: process.env.TEST_REDIS_URL, path: process.env.PATH ?? '', tools }),
    compile(project.config.env.NODE_COMPILE_CACHE ?? ''),
  ])
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

const PROGRAMS = [
  'gateway/local.ts',
  'gateway/main.ts',
  'jobs/main.ts',
  ...['observation', 'data-package', 'storage', 'staging'].map(name => `subgraphs/${name}/main.ts`),
]

/** Starts each program once, to its end with nothing to do: what is compiled then need not be for those that are killed and keep nothing. */
async function compile(folder: string): Promise<void> {
  if (existsSync(folder)) return
  const started = PROGRAMS.map(name => {
    const env = { PATH: process.env.PATH, ...(name !== 'jobs/main.ts' && { NODE_COMPILE_CACHE: folder }) }
    return new Promise<void>(resolve => execFile(process.execPath, [join(root, name), '--help'], { env }, () => resolve()))
  })
  await Promise.all(started)
}
