import { spawn, type ChildProcess } from 'node:child_process'
import { readdir, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, inject } from 'vitest'
import { Operation, PhysicalCopy, RawDataFile, RawDataPackage, sql } from '@almagest/schema'
import { test } from '../fixtures.ts'
import { LONG } from '../long.ts'
import { makeObservation, makeTopology } from '../make.ts'

/** In seconds, as a setting: the default, or one that is sooner over. */
const LEASE_S = LONG ? '30' : '8'

const main = join(import.meta.dirname, '../../jobs/main.ts')

function startWorker(
  name: string,
  { site, databaseUrl, prefix }: { site: string; databaseUrl: string; prefix: string },
): ChildProcess & AsyncDisposable {
  const child = spawn(process.execPath, [main, '--site', site], {
    env: { DATABASE_URL: databaseUrl, REDIS_URL: inject('redis'), WORKER_NAME: name, QUEUE_PREFIX: prefix, LOG_LEVEL: 'warn', LEASE_S },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise(done => child.once('exit', done))
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  })
}

async function until<found>(look: () => Promise<found | null | undefined | false>, withinMs: number): Promise<found> {
  for (const end = performance.now() + withinMs; performance.now() < end; await delay(50)) {
    const found = await look()
    if (found) return found
  }
  throw new Error(`it did not happen within ${withinMs} ms`)
}

describe('when a worker is killed', () => {
  test(
    'UC-8.3 in the middle of a package, another finishes it within a minute, and only one tar is there',
    { timeout: 120_000 },
    async ({ orm, em, root, databaseUrl, prefix }) => {
      const topology = await makeTopology(em, root)
      const { files } = await makeObservation(em, topology, { 'large.dat': '' })
      const bytes = 1_500_000_000
      await truncate(join(root, 'source/large.dat'), bytes)
      await em.nativeUpdate(RawDataFile, { id: files[0]?.id ?? '' }, { bytes })
      const options = { site: topology.sites.chile.name, databaseUrl, prefix }
      const workers = new Map(['first', 'second'].map(name => [name, startWorker(name, options)]))
      await using closing = new AsyncDisposableStack()
      for (const worker of workers.values()) closing.use(worker)
      const fork = () => orm.em.fork()
      const inflight = join(topology.locations.chileBuffer.root ?? '', '.inflight')

      const running = await until(async () => {
        const [part] = await readdir(inflight).catch(() => [])
        const { size } = part === undefined ? { size: 0 } : await stat(join(inflight, part))
        return size > 0 && (await fork().findOne(Operation, { kind: 'packaging', state: 'RUNNING' }))
      }, 30_000)
      workers.get(running.leaseOwner ?? '')?.kill('SIGKILL')
      const killedAt = performance.now()

      const done = await until(() => fork().findOne(RawDataPackage, { status: 'COMPLETED' }), 60_000)

      expect(performance.now() - killedAt).toBeLessThan(60_000)
      const operation = await fork().findOneOrFail(Operation, { id: running.id })
      expect(operation.fence).toBe(running.fence + 1)
      expect(operation.attempt).toBe(2)
      expect(done.bytes).toBeGreaterThan(bytes)
      expect(await fork().find(PhysicalCopy, { packageId: done.id })).toMatchObject([
        { locationId: topology.locations.chileBuffer.id, status: 'PRESENT' },
      ])
      const owners = await sql<{ reason: string | null }>(
        em,
        `select distinct from_state, to_state from storage.event where subject_id = $1 and field = 'state'`,
        [running.id],
      )
      expect(owners.length).toBeGreaterThan(0)
      await writeFile(join(root, 'done'), '')
    },
  )
})
