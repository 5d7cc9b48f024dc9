import { describe, expect } from 'vitest'
import { openAlmagest } from '@almagest/client'
import { identify, makeObservation, makeTopology, makeWorld, settle } from '../make.ts'
import { fault, test } from './fixtures.ts'

describe('staging by the client', () => {
  test('UC-5.1 waits until what it asked to be staged is ready, and gives it back', async ({ startGraph, orm, em, root }) => {
    const topology = await makeTopology(em, root)
    const world = makeWorld(orm)
    await identify(world, topology)
    const { execution } = await makeObservation(em, topology, { 'a.fits': 'alpha', 'b.fits': 'beta' })
    await settle(world)
    const almagest = openAlmagest({ url: (await startGraph()).url })
    const staging = await almagest.stage({
      location: topology.locations.processing.name,
      requestedBy: 'a scientist',
      executionIds: [execution.id],
    })
    const states: string[] = []
    const ready = staging.ready({ onState: ({ status }) => states.push(status) })
    await settle(world)

    expect(await ready).toMatchObject({ id: staging.id, status: 'COMPLETED', packages: { nodes: [{ status: 'COMPLETED' }] } })
    expect(states.at(-1)).toBe('COMPLETED')
    await staging.release()
    expect(await fault(staging.ready())).toMatchObject({
      code: 'STAGING_ENDED',
      message: `the lease of staging request ${staging.id} is over: ask again`,
    })
    expect(await fault(staging.ready({ signal: AbortSignal.abort(new Error('enough')) }))).toMatchObject({ message: 'enough' })
  })
})
