import { createReadStream } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  newId,
  PhysicalCopy,
  planPackages,
  RawDataFile,
  RawDataPackage,
  sql,
  type DataLocation,
  type Digest,
  type PackageState,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { digestOf, perform, type World } from '@almagest/jobs'
import { makeObservation, type Topology } from '../make.ts'
import { copyAt, pathAt } from './attempt.ts'

/** A package that was made, with its files at SOURCE. */
export interface MadePackage {
  readonly pkg: RawDataPackage
  readonly files: readonly RawDataFile[]
  /** Of the files, at SOURCE. */
  readonly fileCopies: readonly PhysicalCopy[]
}

export const FILES = { 'a/one.dat': 'one', 'a/two.dat': Buffer.alloc(100_000, 7), 'empty.dat': '' }

/** What is filed: files, and the digests that the instrument claims of some. */
export interface Wanted {
  readonly topology: Topology
  readonly files?: Readonly<Record<string, string | Buffer>>
  readonly filed?: Readonly<Record<string, Digest>>
}

/** Files at SOURCE, and the package that is planned for them; its packaging waits to be performed. */
export async function planPackage(em: EntityManager, { topology, files = { 'a.dat': 'some bytes' }, filed = {} }: Wanted): Promise<string> {
  const { execution, files: rows } = await makeObservation(em, topology, files)
  for (const { id, path } of rows) {
    if (filed[path]) await em.nativeUpdate(RawDataFile, { id }, { filedDigest: filed[path] })
  }
  await em.fork().transactional(em => planPackages(em, { executionId: execution.id }))
  return (await em.fork().findOneOrFail(RawDataPackage, { executionId: execution.id })).id
}

/** Packages the files of an observation in the buffer of Chile, without a sweep; the copy there is not verified. */
export async function makePackage(
  world: World,
  em: EntityManager,
  { topology, files = FILES }: { topology: Topology; files?: Readonly<Record<string, string | Buffer>> },
): Promise<MadePackage> {
  const prefix = newId().slice(-6)
  const named = Object.fromEntries(Object.entries(files).map(([path, content]) => [`${prefix}/${path}`, content]))
  const observation = await makeObservation(em, topology, named)
  const [nudge] = await em.fork().transactional(em => planPackages(em, { executionId: observation.execution.id }))
  await perform(world, nudge?.operationId ?? '', new AbortController().signal)
  const pkg = await em.fork().findOneOrFail(RawDataPackage, { executionId: observation.execution.id })
  return {
    pkg,
    files: await em.fork().find(RawDataFile, { packageId: pkg.id }, { orderBy: { path: 'asc' } }),
    fileCopies: observation.copies,
  }
}

/** A package with verified copies at exactly these locations, as the pipeline leaves them there. */
export async function makeHeldPackage(
  world: World,
  em: EntityManager,
  {
    topology,
    at,
    state = 'ARCHIVED',
    files = FILES,
  }: Pick<Wanted, 'topology' | 'files'> & { at: readonly DataLocation[]; state?: PackageState },
): Promise<MadePackage> {
  const made = await makePackage(world, em, { topology, files })
  const { id, path, bytes } = made.pkg
  const first = await copyAt(em, id, topology.locations.chileBuffer)
  const { digest } = await digestOf(createReadStream(pathAt(topology.locations.chileBuffer, path)))
  const copies = em.fork()
  for (const location of at) {
    if (location.id === first?.locationId) continue
    await mkdir(dirname(pathAt(location, path)), { recursive: true })
    await copyFile(pathAt(topology.locations.chileBuffer, path), pathAt(location, path))
    copies.create(PhysicalCopy, {
      id: newId(),
      locationId: location.id,
      packageId: id,
      path,
      bytes: bytes ?? 0,
      digest,
    })
  }
  await copies.flush()
  const verified = `/* test: verified */ update storage.physical_copy set verification_level = 2, verified_at = now(), digest = $2 where package_id = $1`
  await sql(em, verified, [id, digest])
  if (!at.some(location => location.id === first?.locationId)) {
    await sql(em, `/* test: gone */ update storage.physical_copy set status = 'MISSING' where id = $1`, [first?.id])
  }
  await sql(em, `/* test: reached */ update data_package.raw_data_package set state = $2, version = version + 1 where id = $1`, [id, state])
  return { ...made, pkg: await em.fork().findOneOrFail(RawDataPackage, id) }
}
