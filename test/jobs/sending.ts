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

/** A buffer on a bad controller: what arrives of some packages is other bytes, and it says that all is well. */
export function damaging(world: World, location: DataLocation, paths: readonly string[]): World {
  return assembling(world, location, path => ({
    async published({ bytes }) {
      if (paths.includes(path)) await overwrite(location, path, Buffer.alloc(bytes, 1))
    },
  }))
}

/** Writes down what begins to arrive at a location. */
export function watching(world: World, location: DataLocation, paths: string[]): World {
  return assembling(world, location, path => ({ begun: () => void paths.push(path) }))
}

/** Lets something happen before a file that arrives at a location is begun, and after it has its name. */
export function assembling(
  world: World,
  location: DataLocation,
  happening: (path: string) => { begun?(): void; published?(written: { bytes: number }): Promise<void> },
): World {
  return withStore(world, location, store => ({
    async assemble(path, options) {
      const { begun, published } = happening(path)
      begun?.()
      const assembly = await store.assemble?.(path, options)
      if (!assembly) throw new Error(`location ${location.name} cannot be written part by part`)
      const { publish } = assembly
      return Object.assign(assembly, {
        async publish() {
          const written = await publish.call(assembly)
          await published?.(written)
          return written
        },
      })
    },
  }))
}
