import { describe, expect } from 'vitest'
import { PhysicalCopy, RawDataPackage, sql, StagedPackage, StagingRequest, newId } from '@almagest/schema'
import { test } from '../fixtures.ts'
import { identify, makeObservation, makeTopology, makeWorld, settle } from '../make.ts'

describe('the pipeline', () => {
  test('brings files from SOURCE to two archives and frees the buffers with proof', async ({ orm, em, root }) => {
    const world = makeWorld(orm)
    const topology = await makeTopology(em, root)
    await identify(world, topology)
    await makeObservation(em, topology, { 'a/one.dat': 'one', 'a/two.dat': Buffer.alloc(3_000_000, 7), 'empty.dat': '' })

    await settle(world)

    const packages = await em.fork().find(RawDataPackage, {})
    console.log(packages, await sql(em, 'select kind, state, attempt, reason from storage.operation order by id'))
    const copies = await em.fork().find(PhysicalCopy, {}, {orderBy:{id:'asc'}})
    console.log(copies.map(c => [c.path, c.locationId.slice(-4), c.status, c.verificationLevel, c.statusReason]))
  })
})
