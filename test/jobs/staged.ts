import { expect } from 'vitest'
import {
  newId,
  sql,
  StagedFile,
  StagedPackage,
  StagingRequest,
  type DataLocation,
  type RawDataFile,
  type StagingStatus,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Store, World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { filesAt, withStore } from './attempt.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'

/** A package in both archives. */
export function archived(world: World, em: EntityManager, topology: Topology): Promise<MadePackage> {
  const { cologneArchive, gentArchive } = topology.locations
  return makeHeldPackage(world, em, { topology, at: [cologneArchive, gentArchive] })
}

/** A range of the file of a package that has this name. */
export interface Ranged {
  readonly name: string
  readonly start: number
  readonly bytes: number
}

/** A request for packages at PROCESSING, or for some files or ranges of files of each, as `requestStaging` writes it; returns its id. */
export async function request(
  em: EntityManager,
  { locations }: Topology,
  {
    of,
    files = [],
    ranges = [],
    leaseS = 600,
  }: { of: readonly MadePackage[]; files?: readonly string[]; ranges?: readonly Ranged[]; leaseS?: number },
): Promise<string> {
  const fork = em.fork()
  const { id } = fork.create(StagingRequest, {
    id: newId(),
    locationId: locations.processing.id,
    requestKey: newId(),
    requestedBy: 'a scientist',
    leaseS,
  })
  for (const made of of) {
    const staged = fork.create(StagedPackage, { id: newId(), requestId: id, packageId: made.pkg.id })
    for (const file of made.files.filter(({ path }) => files.some(name => path.endsWith(`/${name}`))))
      fork.create(StagedFile, { id: newId(), stagedPackageId: staged.id, fileId: file.id })
    for (const { name, start, bytes } of ranges)
      fork.create(StagedFile, {
        id: newId(),
        stagedPackageId: staged.id,
        fileId: fileOf(made, name).id,
        rangeStart: start,
        rangeBytes: bytes,
      })
  }
  await fork.flush()
  return id
}

/** A staging request as it is now. */
export const requestNow = (em: EntityManager, id: string): Promise<StagingRequest> => em.fork().findOneOrFail(StagingRequest, id)

/** Releases a request, as `releaseStaging` does. */
export async function end(em: EntityManager, id: string): Promise<void> {
  await sql(em, `/* test: release */ update staging.staging_request set status = 'EXPIRED', released_at = now() where id = $1`, [id])
}

/** Where a package is unpacked. */
export const folderOf = ({ pkg }: MadePackage): string => pkg.path.replace(/\.tar$/, '')

/** The file of a package that has this name. */
export function fileOf(made: MadePackage, name: string): RawDataFile {
  const file = made.files.find(({ path }) => path.endsWith(`/${name}`))
  if (!file) throw new Error(`the package has no file ${name}`)
  return file
}

/** Where a single file of a package is staged. */
export const singleOf = (made: MadePackage, name: string): string => `${folderOf(made)}.files/${fileOf(made, name).path}`

/** Where a range of a file of a package is staged. */
export const rangeOf = (made: MadePackage, { name, start, bytes }: Ranged): string =>
  `${folderOf(made)}.ranges/${fileOf(made, name).path}/${start}+${bytes}`

/** What people see at a location: all but `.inflight`, `.trash` and `.quarantine`. */
export async function seenAt(topology: Topology): Promise<string[]> {
  return (await filesAt(topology.locations.processing)).filter(path => !path.startsWith('.'))
}

/** The paths of all files of a staged package. */
export const whole = (made: MadePackage): string[] => made.files.map(({ path }) => `${folderOf(made)}/${path}`).sort()

/** That a request and its packages stand so. */
export async function expectRequest(em: EntityManager, id: string, status: StagingStatus, packages: readonly string[]): Promise<void> {
  expect((await requestNow(em, id)).status).toBe(status)
  const rows = await em.fork().find(StagedPackage, { requestId: id }, { orderBy: { packageId: 'asc' } })
  expect(rows.map(({ status }) => status)).toEqual(packages)
}

/** The world, and which parts of tars were asked for at a location. */
export function watching(world: World, location: DataLocation) {
  const asked: { start: number; length: number }[] = []
  const watched = withStore(world, location, (store: Store) => ({
    read(path, options) {
      asked.push({ start: options?.start ?? 0, length: options?.length ?? Infinity })
      return store.read(path, options)
    },
  }))
  return { asked, watched }
}
