import { describe, expect } from 'vitest'
import { PhysicalCopy, RawDataPackage } from '@almagest/schema'
import { test } from '../fixtures.ts'
import { identify, makeObservation, makeTopology, makeWorld, settle } from '../make.ts'

describe('the pipeline', () => {
  test('UC-2.1 UC-3.1 UC-4.2 UC-6.1 brings files from SOURCE to two archives and frees SOURCE and the buffers with proof', async ({
    orm,
    em,
    root,
  }) => {
    const world = makeWorld(orm)
    const topology = await makeTopology(em, root)
    const { source, chileBuffer, cologneBuffer, gentBuffer, cologneArchive, gentArchive } = topology.locations
    await identify(world, topology)
    await makeObservation(em, topology, { 'a/one.dat': 'one', 'a/two.dat': Buffer.alloc(3_000_000, 7), 'empty.dat': '' })

    await settle(world)

    expect(await em.fork().find(RawDataPackage, {})).toMatchObject([{ status: 'COMPLETED', state: 'ARCHIVED', fileCount: 3 }])
    const copies = await em.fork().find(PhysicalCopy, {})
    const at = (location: { readonly id: string }) => copies.filter(({ locationId }) => locationId === location.id)
    expect(at(source)).toHaveLength(3)
    for (const place of [source, chileBuffer, cologneBuffer, gentBuffer]) {
      for (const copy of at(place)) expect(copy).toMatchObject({ status: 'DELETED', deletionProofId: expect.any(String) })
    }
    for (const place of [cologneArchive, gentArchive]) expect(at(place)).toMatchObject([{ status: 'PRESENT', verificationLevel: 2 }])
  })
})
