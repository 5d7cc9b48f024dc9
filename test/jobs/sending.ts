import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect } from 'vitest'
import { DataTransfer, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { sweep, type World } from '@almagest/jobs'
import type { Topology } from '../make.ts'
import { pathAt, withStore } from './attempt.ts'
import { makeHeldPackage, type MadePackage } from './made.ts'

/** Packages in the buffer of Chile, and the transfer that a sweep plans for them. */
export async function planSending(
  world: World,
  em: EntityManager,
  { topology, count = 1 }: { topology: Topology; count?: number },
): Promise<{ made: MadePackage[]; transferId: string }> {
  const made: MadePackage[] = []
  for (let index = 0; index < count; index++) {
    made.push(await makeHeldPackage(world, em, { topology, at: [topology.locations.chileBuffer], state: 'WAITING' }))
  }
  await sweep(world, null)
  const transfers = await em.fork().find(DataTransfer, { fromLocationId: topology.locations.chileBuffer.id, leg: 1 })
  expect(transfers).toHaveLength(1)
  return { made, transferId: transfers[0]?.id ?? '' }
}

/** A transfer as it is now. */
export function transferNow(em: EntityManager, id: string): Promise<DataTransfer> {
  return em.fork().findOneOrFail(DataTransfer, id)
}

/** Puts other bytes in the place of a file, as no worker would: a file of ours is never written to. */
export async function overwrite(location: DataLocation, path: string, bytes: Buffer): Promise<void> {
  await rename(pathAt(location, path), pathAt(location, `${path}.before`)).catch(() => null)
  await mkdir(dirname(pathAt(location, path)), { recursive: true })
  await writeFile(pathAt(location, path), bytes)
}

/** A buffer on a bad controller: what is written of some packages is other bytes, and it says that all is well. */
export function damaging(world: World, location: DataLocation, paths: readonly string[]): World {
  return withStore(world, location, store => ({
    async write(path, chunks, options) {
      const written = await store.write(path, chunks, options)
      if (paths.includes(path)) await overwrite(location, path, Buffer.alloc(written.bytes, 1))
      return written
    },
  }))
}

/** Writes down what is written at a location. */
export function watching(world: World, location: DataLocation, paths: string[]): World {
  return withStore(world, location, store => ({
    write(path, ...rest) {
      paths.push(path)
      return store.write(path, ...rest)
    },
  }))
}
