import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { test } from '../fixtures.ts'
import { openRelay, type End } from './relay.ts'
import { execute } from './run.ts'
import { connections, WATCH } from './watch.ts'

const ALONE = ['-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']

/** Whether this machine lets us make a network in which there is nothing but ourselves. */
const permitted = spawnSync('unshare', [...ALONE, 'true']).status === 0

const where = permitted ? 'in an empty network' : 'with every connection watched, for this machine permits no empty network'

test(`the gateway starts ${where}, and is ready: it needs nobody outside`, async ({ databaseUrl, root }) => {
  const { hostname, port } = new URL(databaseUrl)
  const [postgres, redis] = [join(root, 'postgres'), join(root, 'redis')]
  await using _postgres = await openRelay({ path: postgres }, { host: hostname, port: Number(port) })
  await using _redis = await openRelay({ path: redis }, redisEnd(inject('redis')))
  const script = [process.execPath, join(import.meta.dirname, 'alone.ts'), databaseUrl, postgres, redis, WATCH]

  const { stdout, stderr } = await execute(permitted ? ['unshare', ...ALONE, ...script] : script)

  const { interfaces, outside, readiness, status, output } = JSON.parse(stdout || `{ "output": ${JSON.stringify(stderr)} }`)
  expect({ readiness: readiness?.status, status, output }).toEqual({ readiness: 'degraded', status: 0, output: expect.any(String) })
  expect(connections(output).filter(to => !/^127\.0\.0\.1(:|$)|^\//.test(to))).toEqual([])
  if (permitted) expect({ interfaces, outside }).toEqual({ interfaces: ['lo'], outside: 'ENETUNREACH' })
})

function redisEnd(url: string): End {
  if (url.startsWith('/')) return { path: url }
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || 6379) }
}
