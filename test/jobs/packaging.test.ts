import { execFile } from 'node:child_process'
import { appendFile, readFile, rename, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { PhysicalCopy, RawDataFile, sql, type Digest } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { digestOf, type Store, type World } from '@almagest/jobs'
import { makeObservation, type Topology } from '../make.ts'
import {
  attempt,
  copyAt,
  filesAt,
  findOperation,
  getOperation,
  killedAfter,
  packageNow,
  pathAt,
  performAgain,
  toldOf,
  withStore,
} from './attempt.ts'
import { test } from './bench.ts'
import { makePackage } from './made.ts'

const run = promisify(execFile)

/** Files at SOURCE, and the package that a sweep plans for them. */
async function plan(
  em: EntityManager,
  topology: Topology,
  { world, files, filed = {} }: { world: World; files: Readonly<Record<string, string | Buffer>>; filed?: Readonly<Record<string, Digest>> },
): Promise<string> {
  const observation = await makeObservation(em, topology, files)
  for (const [path, filedDigest] of Object.entries(filed)) {
    await em.nativeUpdate(RawDataFile, { id: observation.files.find(file => file.path === path)?.id ?? '' }, { filedDigest })
  }
  const idle = withStore(world, topology.locations.source, () => ({ stat: () => Promise.reject(new Error('not yet')) }))
  const { sweep } = await import('@almagest/jobs')
  await sweep(idle, null)
  const [file] = await em.fork().find(RawDataFile, { executionId: observation.execution.id }, { limit: 1 })
  return file?.packageId ?? ''
}

describe('packaging', () => {
  test('x', async ({ em, world, topology }) => {
    console.log(em, world, topology, appendFile, readFile, rename, rm, stat, symlink, truncate, utimes, writeFile, PhysicalCopy, sql, digestOf)
  })
})
