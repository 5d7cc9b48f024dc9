import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, inject } from 'vitest'
import { sql } from '@almagest/schema'
import { startFaultProxy, type Target } from '../faults/proxy.ts'
import { test } from './bench.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.resolve('@almagest/jobs')))

interface Started extends AsyncDisposable {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<unknown>
}

/** A worker process of a site, with a canary every fifth of a second; killed at the end of the test if it still runs. */
function start(site: string, env: Readonly<Record<string, string>>): Started {
  let text = ''
  const child = spawn(process.execPath, [MAIN, '--site', site], {
    env: { PATH: process.env.PATH ?? '', PACK_THREADS: '1', SWEEP_S: '0.2', CANARY_S: '0.2', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  const ended = once(child, 'exit').then(([status]: unknown[]) => status)
  return {
    child,
    output: () => text,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function redisTarget(): Target {
  const redis = inject('redis')
  return redis.startsWith('/') ? { path: redis } : { port: Number(new URL(redis).port || 6379) }
}

test('UC-8.2 a worker that takes nothing from its queues, though Redis answers, says so and ends; one that does tells when', async ({
  em,
  topology,
  databaseUrl,
  prefix,
}) => {
  const { chile } = topology.sites
  await using line = await startFaultProxy(redisTarget())
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: `redis://127.0.0.1:${line.port}`, QUEUE_PREFIX: prefix }
  const consumed = () =>
    sql<{ kind: string; worker: string }>(
      em,
      `/* test: consumed */ select q.kind, q.worker from storage.queue_life q join storage.data_location l on l.id = q.location_id
       where l.site_id = $1 order by l.name, q.kind`,
      [chile.id],
    )
  // The first connection sends; those that take from the queues hear nothing, and nothing tells them so.
  line.trouble(connection => (connection === 0 ? null : { cut: { after: 0, by: 'SILENCE' } }))
  {
    await using stuck = start(chile.name, { ...env, WORKER_NAME: 'stuck' })
    expect(await stuck.ended).toBe(1)
    expect(stuck.output()).toContain('"event":"worker.dead"')
    expect(await consumed()).toEqual([])
  }

  line.trouble(null)
  await using lively = start(chile.name, { ...env, WORKER_NAME: 'lively' })
  const queues = ['checksum', 'cleanup', 'scan', 'transfer', 'unpack', 'cleanup', 'packaging', 'scan']
  await expect.poll(consumed).toEqual(queues.map(kind => ({ kind, worker: 'lively' })))
  lively.child.kill('SIGTERM')
  expect(await lively.ended).toBe(0)
  expect(lively.output()).not.toContain('worker.dead')
})

test('a canary that nobody took is put once, one of a paused queue is nobody’s fault, and it is before all work', async ({
  queue,
  prefix,
}) => {
  const name = `scan.${prefix}`
  await queue.nudge([{ operationId: crypto.randomUUID(), dispatch: 1, priority: 1, queue: name }])
  expect([await queue.canary(name, 'me'), await queue.canary(name, 'me'), await queue.canary(name, 'another')]).toEqual([
    false,
    true,
    false,
  ])
  expect(await queue.open(name).getJobCountByTypes('waiting')).toBe(2)
  await queue.open(name).pause()
  expect(await queue.canary(name, 'me')).toBe(false)
})
