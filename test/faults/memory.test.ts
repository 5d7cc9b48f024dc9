import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { PhysicalCopy, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { test } from '../fixtures.ts'
import { LONG } from '../long.ts'
import { makeObservation, makeTopology, type Topology } from '../make.ts'

/** In the short form there are fewer, and smaller ones; together they are still many times what memory may have. */
const FILES = LONG ? 20_000 : 8_000
const SMALL_BYTES = LONG ? 100_000 : 10_000
const LARGE_BYTES = LONG ? 8 * 2 ** 30 : 2 ** 28

const MOST_MB = 200

test(
  `a worker process has at most ${MOST_MB} MB, while it packs and verifies many small files and a large one`,
  { timeout: 300_000 },
  async ({ em, orm, root, databaseUrl, prefix }) => {
    const topology = await makeTopology(em, root)
    const env = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: inject('redis'),
      QUEUE_PREFIX: prefix,
      LOG_LEVEL: 'warn',
      SWEEP_S: '1',
      PACK_THREADS: '2',
      NODE_COMPILE_CACHE: join(root, 'compiled'),
    }
    const verified = () => orm.em.fork().count(PhysicalCopy, { packageId: { $ne: null }, verificationLevel: 2 })

    /** The most memory in MB that a worker process had when so many packages are packed and verified. */
    async function peakOf(packages: number): Promise<number> {
      const main = join(import.meta.dirname, '../../jobs/main.ts')
      const worker = spawn(process.execPath, [main, '--site', topology.sites.chile.name], { env, stdio: ['ignore', 'ignore', 'inherit'] })
      try {
        await expect.poll(verified, { timeout: 140_000, interval: 200 }).toBe(packages)
        const status = await readFile(`/proc/${worker.pid}/status`, 'utf8')
        return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
      } finally {
        worker.kill('SIGTERM')
        if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit')
      }
    }

    await makeObservation(em, topology, { 'first.dat': 'a process before this one compiled the code' })
    await peakOf(1)
    await makeMany(em, { topology, root })
    expect(await peakOf(2)).toBeLessThan(MOST_MB)
  },
)

/** Many files and a large one at SOURCE, without a byte on the disk, and their rows. */
async function makeMany(em: EntityManager, { topology, root }: { topology: Topology; root: string }): Promise<void> {
  const source = join(root, 'source')
  const { execution, files, copies } = await makeObservation(em, topology, { 'large.dat': '' })
  await truncate(join(source, 'large.dat'), LARGE_BYTES)
  for (const row of [...files, ...copies]) row.bytes = LARGE_BYTES
  await em.flush()
  for (let folder = 0; folder < FILES / 1_000; folder++) {
    await mkdir(join(source, `n/${folder}`), { recursive: true })
    const names = Array.from({ length: 1_000 }, (_, index) => join(source, `n/${folder}/${folder * 1_000 + index}.dat`))
    await Promise.all(names.map(name => writeFile(name, '').then(() => truncate(name, SMALL_BYTES))))
  }
  await sql(
    em,
    `/* test: files */
     with filed as (
       insert into data_package.raw_data_file (id, execution_id, module_id, path, path_fold, bytes)
       select gen_random_uuid(), $1, $2, path, path, $3
       from generate_series(0, ${FILES - 1}) as n, format('n/%s/%s.dat', n / 1000, n) as path
       returning id, path, bytes
     )
     insert into storage.physical_copy (id, location_id, file_id, path, bytes) select gen_random_uuid(), $4, id, path, bytes from filed`,
    [execution.id, topology.module.id, SMALL_BYTES, topology.locations.source.id],
  )
}
