import { describe, expect } from 'vitest'
import { CircuitBreaker, DataLocation, newId, requestOperations, sql, type JobName, type RawDataPackage } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { makeTopologyInUse, type Topology } from '../make.ts'
import { makePackages } from './rows.ts'
import { test as base, type Json, type Served } from './serve.ts'

const test = base.extend<{ topology: Topology; tar: RawDataPackage; why: (id?: string) => Promise<Json[]> }>({
  topology: async ({ em, root }, use) => use(await makeTopologyInUse(em, root)),
  tar: async ({ em, topology }, use) => {
    const [tar] = await makePackages(em, topology)
    if (tar) await use(tar)
  },
  why: async ({ storageApi, tar }, use) => use(id => whyBlocked(storageApi, id ?? tar.id)),
})

async function whyBlocked(api: Served, id: string): Promise<Json[]> {
  const [{ whyBlocked }] = await api.entities('RawDataPackage', [id], 'whyBlocked { code message nextAt nextAction who }')
  return whyBlocked
}

async function work(
  em: EntityManager,
  { kind, locationId, tar, fields = '' }: { kind: JobName; locationId: string; tar: RawDataPackage; fields?: string },
): Promise<void> {
  await requestOperations(em, [{ kind, locationId, subjectId: tar.id, packageId: tar.id }])
  if (fields) await sql(em, `update storage.operation set ${fields} where subject_id = $1 and kind = $2`, [tar.id, kind])
}

const codes = (blockers: { code: string }[]) => blockers.map(({ code }) => code)

describe('whyBlocked', () => {
  test('UC-7.3 is empty for a package that is archived', async ({ em, topology, why }) => {
    const [done] = await makePackages(em, topology, { state: 'ARCHIVED' })
    expect(await why(done?.id)).toEqual([])
  })

  test('UC-7.3 says that work waits, runs, will be tried again, or failed for good', async ({ em, topology, tar, why }) => {
    const { cologneArchive: place } = topology.locations
    await work(em, { kind: 'archive', locationId: place.id, tar })
    const set = (fields: string) => sql(em, `update storage.operation set ${fields} where subject_id = $1`, [tar.id])
    expect(await why()).toEqual([
      {
        code: 'QUEUED',
        message: `archive at ${place.name} waits for a worker`,
        nextAt: null,
        nextAction: 'a worker of the site takes it',
        who: 'SYSTEM',
      },
    ])

    await set(`state = 'RUNNING', lease_until = now() + interval '30 s'`)
    expect(await why()).toMatchObject([{ code: 'RUNNING', nextAt: expect.any(String), who: 'SYSTEM' }])
    await set(`lease_until = now() - interval '1 s'`)
    expect(await why()).toMatchObject([{ code: 'QUEUED', message: `archive at ${place.name} lost its worker` }])

    await set(`state = 'WAITING', attempt = 3, reason = 'the disk is full', next_run_at = '2030-01-01T00:00:00Z'`)
    expect(await why()).toMatchObject([
      {
        code: 'RETRYING',
        message: `archive at ${place.name} waits after attempt 3 of 10: the disk is full`,
        nextAt: '2030-01-01T00:00:00.000Z',
        who: 'SYSTEM',
      },
    ])
    await set(`state = 'FAILED', attempt = 10`)
    expect(await why()).toMatchObject([
      {
        code: 'FAILED',
        message: `archive at ${place.name} failed after 10 of 10 attempts: the disk is full`,
        who: 'OPERATOR',
        nextAction: 'retryOperation tries it again',
      },
    ])
    await set(`state = 'DONE'`)
    expect(codes(await why())).toEqual(['NOT_YET_DERIVED'])
  })

  test('UC-7.3 names the cause behind waiting work: a parked or inactive location', async ({ em, topology, tar, why }) => {
    const { cologneArchive: place } = topology.locations
    await work(em, { kind: 'archive', locationId: place.id, tar, fields: `state = 'WAITING'` })
    em.create(CircuitBreaker, {
      id: newId(),
      locationId: place.id,
      state: 'OPEN',
      failures: 5,
      reason: 'the store is away',
      probeAt: new Date('2030-01-01T00:00:00Z'),
    })
    await em.flush()
    expect(await why()).toMatchObject([
      { code: 'RETRYING' },
      {
        code: 'LOCATION_PARKED',
        message: `the work of ${place.name} is parked: the store is away`,
        nextAt: '2030-01-01T00:00:00.000Z',
        who: 'SYSTEM',
      },
    ])
    place.active = false
    await em.flush()
    expect(await why()).toMatchObject([{ code: 'RETRYING' }, { code: 'LOCATION_INACTIVE', who: 'OPERATOR' }])
    place.active = true
    topology.sites.cologne.active = false
    await em.flush()
    expect(codes(await why())).toEqual(['RETRYING', 'LOCATION_INACTIVE'])
  })

  test('UC-7.3 names a site without a buffer while packaging waits', async ({ em, topology, why }) => {
    const [tar] = await makePackages(em, topology, { status: 'SCHEDULED' })
    if (!tar) throw new Error('no package')
    expect(codes(await why(tar.id))).toEqual(['NOT_YET_DERIVED'])
    await em.nativeUpdate(DataLocation, topology.locations.chileBuffer.id, { active: false })
    expect(codes(await why(tar.id))).toEqual(['NOT_YET_DERIVED', 'NO_BUFFER'])
    await work(em, { kind: 'packaging', locationId: topology.locations.source.id, tar })
    expect(codes(await why(tar.id))).toEqual(['QUEUED', 'NO_BUFFER'])
    await em.nativeUpdate(DataLocation, topology.locations.source.id, { active: false })
    expect(codes(await why(tar.id))).toEqual(['QUEUED', 'LOCATION_INACTIVE', 'NO_BUFFER'])
  })

  test('UC-7.3 names a missing way to an archive', async ({ em, topology, why }) => {
    expect(codes(await why())).toEqual(['NOT_YET_DERIVED'])
    await em.nativeUpdate(DataLocation, topology.locations.cologneBuffer.id, { active: false })
    expect(await why()).toMatchObject([
      { code: 'NO_BUFFER', message: `site ${topology.sites.cologne.name} has no BUFFER that may be written`, who: 'OPERATOR' },
    ])
    const [route] = topology.routes
    if (route) route.active = false
    await em.flush()
    expect(await why()).toMatchObject([{ code: 'NO_ROUTE', message: expect.stringContaining(`is inactive: ${route?.name}`) }])
    await em.nativeUpdate(DataLocation, topology.locations.cologneArchive.id, { active: false })
    expect(await why()).toMatchObject([
      {
        code: 'NO_ROUTE',
        message: expect.stringMatching(/^no route leads from chile-.* to a site with a long-term archive that may be written$/),
        who: 'OPERATOR',
      },
    ])
  })

  test('UC-7.3 follows the transfers of a package, also where no work is open', async ({ em, storageApi, topology, tar, why }) => {
    const { data } = await storageApi.ask('mutation ($r: ID!, $p: [ID!]!) { requestTransfer(routeId: $r, packageIds: $p) { id } }', {
      r: topology.routes[0]?.id,
      p: [tar.id],
    })
    const id = data.requestTransfer.id
    expect(await why()).toMatchObject([
      { code: 'QUEUED', message: `transfer at ${topology.locations.cologneBuffer.name} waits for a worker` },
    ])
    await sql(em, `update storage.operation set state = 'DONE' where subject_id = $1`, [id])
    await sql(em, `update storage.data_transfer set status = 'COMPLETED' where id = $1`, [id])
    expect(await why()).toMatchObject([{ code: 'NOT_YET_DERIVED', message: expect.stringContaining('has no work yet') }])
    await sql(em, `update storage.data_transfer set status = 'FAILED', unpack_status = 'FAILED' where id = $1`, [id])
    expect(await why()).toMatchObject([{ code: 'FAILED', nextAction: 'retryTransfer tries it again', who: 'OPERATOR' }])
  })

  test('UC-7.3 says who can act where making the package failed', async ({ em, topology, why }) => {
    const [failed] = await makePackages(em, topology, { status: 'FAILED' })
    expect(await why(failed?.id)).toMatchObject([{ code: 'FAILED', nextAction: 'retryPackaging tries it again', who: 'OPERATOR' }])
    const [mended] = await makePackages(em, topology, { state: 'FAILED' })
    expect(await why(mended?.id)).toMatchObject([{ code: 'NOT_YET_DERIVED', who: 'SYSTEM' }])
    const [lost] = await makePackages(em, topology)
    await sql(em, `update storage.physical_copy set status = 'MISSING' where package_id = $1`, [lost?.id])
    expect(await why(lost?.id)).toMatchObject([{ code: 'NOT_YET_DERIVED', message: 'no copy of the package is left' }])
  })
})
