import { describe, expect } from 'vitest'
import {
  DataLocation,
  DataTransfer,
  DataTransferPackage,
  DataTransferPackageItem,
  DataTransferRoute,
  newId,
  PhysicalCopy,
  planTransfer,
  planTransfers,
  RawDataPackage,
  Site,
  sql,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { test } from '../jobs/bench.ts'
import { makeObservation, type Topology } from '../make.ts'

interface Holding {
  readonly bytes?: number
  readonly priority?: number
  readonly waitsS?: number
  readonly level?: number
}

/** The rows of a package that is held at some locations; it has no bytes anywhere. */
async function hold(
  em: EntityManager,
  topology: Topology,
  at: readonly DataLocation[],
  { bytes = 100, priority = 100, waitsS = 0, level = 2 }: Holding = {},
) {
  const { execution } = await makeObservation(em, topology, {})
  const fork = em.fork()
  const name = `package-${newId()}`
  const pkg = fork.create(RawDataPackage, {
    id: newId(),
    executionId: execution.id,
    moduleId: topology.module.id,
    sequence: 1,
    name,
    path: `${name}.tar`,
    status: 'COMPLETED',
    priority,
    fileCount: 0,
    fileBytes: 0,
    bytes,
  })
  const verifiedAt = new Date(Date.now() - waitsS * 1_000)
  for (const { id: locationId } of at) {
    fork.create(PhysicalCopy, { id: newId(), locationId, packageId: pkg.id, path: pkg.path, bytes, verificationLevel: level, verifiedAt })
  }
  await fork.flush()
  return pkg.id
}

const send = (em: EntityManager) => em.fork().transactional(em => planTransfers(em))

/** What a topology sends, in the order in which it was planned: the route, the locations of each leg, and the packages. */
async function sent(
  em: EntityManager,
  { sites }: Topology,
): Promise<{ route: string; stops: string[]; statuses: string[]; packages: string[]; bundle: DataTransferPackage }[]> {
  const ids = Object.values(sites).map(({ id }) => id)
  const bundles = await em.fork().find(DataTransferPackage, { fromSiteId: ids }, { orderBy: { id: 'asc' } })
  return Promise.all(
    bundles.map(async bundle => {
      const legs = await em.fork().find(DataTransfer, { transferPackageId: bundle.id }, { orderBy: { leg: 'asc' } })
      const items = await em.fork().find(DataTransferPackageItem, { transferPackageId: bundle.id })
      return {
        route: legs[0]?.routeId ?? '',
        stops: [...legs.slice(0, 1).map(({ fromLocationId }) => fromLocationId), ...legs.map(({ toLocationId }) => toLocationId)],
        statuses: legs.map(({ status }) => status),
        packages: items.map(({ packageId }) => packageId).sort(),
        bundle,
      }
    }),
  )
}

type RouteFields = Partial<
  Pick<DataTransferRoute, 'type' | 'viaSiteId' | 'fromLocationId' | 'toLocationId' | 'priority' | 'bundleAgeS' | 'bundleBytes' | 'active'>
>

/** One more route from Chile to Cologne. */
async function addRoute(em: EntityManager, { sites: { chile, cologne } }: Topology, fields: RouteFields): Promise<string> {
  const fork = em.fork()
  const route = fork.create(DataTransferRoute, {
    id: newId(),
    name: `route-${newId()}`,
    type: 'DIRECT',
    fromSiteId: chile.id,
    toSiteId: cologne.id,
    bundleAgeS: 0,
    ...fields,
  })
  await fork.flush()
  return route.id
}

const change = (em: EntityManager, id: string | undefined, fields: RouteFields) =>
  em.nativeUpdate(DataTransferRoute, { id: id ?? '' }, fields)

describe('planning transfers', () => {
  test('UC-3.1 sends what an archive of another site lacks from buffer to buffer, once', async ({ em, topology }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const id = await hold(em, topology, [chileBuffer], { bytes: 7, priority: 3 })

    const nudges = await send(em)

    const [only, ...more] = await sent(em, topology)
    expect(more).toEqual([])
    expect(only).toMatchObject({
      route: topology.routes[0]?.id,
      stops: [chileBuffer.id, cologneBuffer.id],
      statuses: ['SCHEDULED'],
      packages: [id],
    })
    expect(only?.bundle).toMatchObject({ packageCount: 1, bytes: 7, priority: 3 })
    expect(nudges).toMatchObject([{ queue: `transfer.${cologneBuffer.name}`, priority: 3 }])
    expect(await em.fork().findOneOrFail(RawDataPackage, id)).toMatchObject({ state: 'TRANSFERRING' })
    expect(await send(em)).toEqual([])
    expect(await sent(em, topology)).toHaveLength(1)
  })

  test('sends nothing that is not verified, is there already, or has no way', async ({ em, topology }) => {
    const { chileBuffer, cologneBuffer, cologneArchive, gentBuffer, gentArchive } = topology.locations
    await hold(em, topology, [chileBuffer], { level: 1 })
    await hold(em, topology, [chileBuffer, cologneBuffer, gentBuffer])
    await hold(em, topology, [chileBuffer, cologneArchive, gentArchive])
    await hold(em, topology, [gentBuffer, gentArchive])
    expect(await send(em)).toEqual([])
  })

  test('UC-3.3 takes the route of the lowest priority number that is in use', async ({ em, topology }) => {
    const { chileBuffer } = topology.locations
    const [preferred, next] = [await addRoute(em, topology, { priority: 10 }), await addRoute(em, topology, { priority: 20 })]
    await hold(em, topology, [chileBuffer])
    await send(em)
    await change(em, preferred, { active: false })
    await hold(em, topology, [chileBuffer])
    await send(em)
    expect((await sent(em, topology)).map(({ route }) => route)).toEqual([preferred, next])
  })

  test('UC-3.3 takes another route when the preferred one leads through a site that is not in use or has no buffer', async ({
    em,
    topology,
  }) => {
    const { chileBuffer, gentBuffer, cologneBuffer, processing } = topology.locations
    await addRoute(em, topology, { type: 'RELAY', viaSiteId: topology.sites.gent.id, priority: 10 })
    await addRoute(em, topology, { type: 'CUSTOM', fromLocationId: chileBuffer.id, toLocationId: processing.id, priority: 20 })
    await em.nativeUpdate(DataLocation, { id: processing.id }, { active: false })
    await em.nativeUpdate(DataLocation, { id: gentBuffer.id }, { active: false })
    await hold(em, topology, [chileBuffer])
    await send(em)
    await em.nativeUpdate(DataLocation, { id: gentBuffer.id }, { active: true })
    await em.nativeUpdate(Site, { id: topology.sites.gent.id }, { active: false })
    await hold(em, topology, [chileBuffer])
    await send(em)
    expect((await sent(em, topology)).map(({ stops }) => stops)).toEqual(
      Array.from({ length: 2 }, () => [chileBuffer.id, cologneBuffer.id]),
    )
  })

  test('UC-3.3 takes another buffer that holds the package when the site of the preferred route is not in use', async ({
    em,
    topology,
  }) => {
    const { chileBuffer, gentBuffer, cologneBuffer } = topology.locations
    const { chile, cologne, gent } = topology.sites
    const fork = em.fork()
    fork.create(DataTransferRoute, {
      id: newId(),
      name: `route-${newId()}`,
      type: 'DIRECT',
      fromSiteId: gent.id,
      toSiteId: cologne.id,
      bundleAgeS: 0,
      priority: 200,
    })
    await fork.flush()
    await em.nativeUpdate(Site, { id: chile.id }, { active: false })
    await hold(em, topology, [chileBuffer, gentBuffer])
    await send(em)
    expect((await sent(em, topology)).map(({ stops }) => stops)).toEqual([[gentBuffer.id, cologneBuffer.id]])
  })

  test('sends nothing while the destination is not in use, or has no archive or identified buffer in use', async ({ em, topology }) => {
    const { chileBuffer, cologneBuffer, cologneArchive } = topology.locations
    const { cologne } = topology.sites
    await hold(em, topology, [chileBuffer])
    const turn = (active: boolean, table: string, id: string) =>
      sql(em, `/* test: turn */ update storage.${table} set active = $1 where id = $2`, [active, id])
    for (const [table, id] of [
      ['site', cologne.id],
      ...[cologneBuffer, cologneArchive, chileBuffer].map(({ id }) => ['data_location', id] as const),
    ] as const) {
      await turn(false, table, id)
      expect(await send(em)).toEqual([])
      await turn(true, table, id)
    }
    await em.nativeUpdate(DataLocation, { id: cologneBuffer.id }, { identifiedAt: null })
    expect(await send(em)).toEqual([])
    await em.nativeUpdate(DataLocation, { id: cologneBuffer.id }, { identifiedAt: new Date() })
    expect(await send(em)).toHaveLength(1)
  })

  test('fills bundles with the most urgent first; one that is not full waits until something in it is old enough', async ({
    em,
    topology,
  }) => {
    const { chileBuffer } = topology.locations
    await change(em, topology.routes[0]?.id, { bundleBytes: 200, bundleAgeS: 600 })
    const whole = await hold(em, topology, [chileBuffer], { bytes: 200 })
    await send(em)
    expect((await sent(em, topology)).map(({ packages }) => packages)).toEqual([[whole]])
    const late = await hold(em, topology, [chileBuffer], { priority: 9, waitsS: 100 })
    const soon = await hold(em, topology, [chileBuffer], { priority: 5, waitsS: 10 })
    const sooner = await hold(em, topology, [chileBuffer], { priority: 5, waitsS: 20 })

    await send(em)
    expect((await sent(em, topology)).map(({ packages }) => packages)).toEqual([[whole], [soon, sooner].sort()])
    expect(await send(em)).toEqual([])
    await sql(em, `/* test: old */ update storage.physical_copy set verified_at = now() - interval '600 s' where package_id = $1`, [late])
    await send(em)
    expect((await sent(em, topology)).map(({ packages }) => packages)).toEqual([[whole], [soon, sooner].sort(), [late]])
  })

  test('UC-4.2 sends from an archive what no buffer of its site holds verified, and by a program only what lies in a folder', async ({
    em,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive, gentBuffer } = topology.locations
    const [, onward] = topology.routes
    await em.nativeUpdate(DataTransferRoute, { id: onward?.id ?? '' }, { method: 'RSYNC' })
    await sql(
      em,
      `/* test: bucket */ update storage.data_location set storage = 'S3', endpoint = 'https://s3', bucket = 'raw' where id = $1`,
      [cologneArchive.id],
    )
    const archived = await hold(em, topology, [cologneArchive])
    expect(await send(em)).toEqual([])
    await em.nativeUpdate(DataTransferRoute, { id: onward?.id ?? '' }, { method: 'HTTP', comparedAt: null })
    const both = await hold(em, topology, [cologneBuffer, cologneArchive])
    await send(em)
    expect((await sent(em, topology)).map(({ stops, packages }) => ({ stops, packages }))).toEqual(
      expect.arrayContaining([
        { stops: [cologneArchive.id, gentBuffer.id], packages: [archived] },
        { stops: [cologneBuffer.id, gentBuffer.id], packages: [both] },
      ]),
    )
  })

  test('UC-4.2 looks through all that archives hold from time to time, not each time', async ({ em, topology }) => {
    const { cologneArchive, gentBuffer } = topology.locations
    await send(em)
    const id = await hold(em, topology, [cologneArchive])
    expect(await send(em)).toEqual([])
    await sql(em, `/* test: later */ update storage.data_transfer_route set compared_at = compared_at - interval '600 s'`)
    await send(em)
    expect(await sent(em, topology)).toMatchObject([{ stops: [cologneArchive.id, gentBuffer.id], packages: [id] }])
  })

  test('UC-3.4 plans both legs of a relay, and nudges the first alone', async ({ em, topology }) => {
    const { chileBuffer, gentBuffer, cologneBuffer } = topology.locations
    const relay = await addRoute(em, topology, { type: 'RELAY', viaSiteId: topology.sites.gent.id, priority: 1 })
    await hold(em, topology, [chileBuffer])

    expect(await send(em)).toMatchObject([{ queue: `transfer.${gentBuffer.name}` }])

    expect(await sent(em, topology)).toMatchObject([
      { route: relay, stops: [chileBuffer.id, gentBuffer.id, cologneBuffer.id], statuses: ['SCHEDULED', 'PENDING'] },
    ])
  })

  test('sends over a CUSTOM route from its one location to its other', async ({ em, topology }) => {
    const { sites, locations } = topology
    const buffer = async (siteId: string) => {
      const fork = em.fork()
      const name = `buffer-${newId()}`
      const made = fork.create(DataLocation, {
        id: newId(),
        siteId,
        name,
        type: 'BUFFER',
        storage: 'DISK',
        root: '/nowhere',
        failureDomain: name,
        identifiedAt: new Date(),
      })
      await fork.flush()
      return made
    }
    const [from, to] = [await buffer(sites.chile.id), await buffer(sites.cologne.id)]
    const custom = await addRoute(em, topology, { type: 'CUSTOM', fromLocationId: from.id, toLocationId: to.id, priority: 1 })
    await hold(em, topology, [locations.chileBuffer])
    await hold(em, topology, [from])
    await send(em)

    const stops = new Map((await sent(em, topology)).map(({ route, stops }) => [route, stops]))
    expect(stops.get(custom)).toEqual([from.id, to.id])
    expect(stops.get(topology.routes[0]?.id ?? '')?.[0]).toBe(locations.chileBuffer.id)
  })

  test('leaves what FAILED to a person', async ({ em, topology }) => {
    await hold(em, topology, [topology.locations.chileBuffer])
    await send(em)
    const [only] = await sent(em, topology)
    await sql(em, `/* test: failed */ update storage.data_transfer set status = 'FAILED' where transfer_package_id = $1`, [only?.bundle.id])
    expect(await send(em)).toEqual([])
  })
})

describe('planning one transfer by hand', () => {
  const ask = (em: EntityManager, routeId: string | undefined, packageIds: string[]) =>
    em.fork().transactional(em => planTransfer(em, { routeId: routeId ?? '', packageIds }))

  test('bundles the named packages that are wanted, however young and few', async ({ em, topology }) => {
    const { chileBuffer, cologneBuffer } = topology.locations
    const [route] = topology.routes
    await change(em, route?.id, { bundleAgeS: 100_000 })
    const wanted = await hold(em, topology, [chileBuffer])
    const there = await hold(em, topology, [chileBuffer, cologneBuffer])

    const { transferId, nudges } = await ask(em, route?.id, [wanted, there, wanted])

    expect(await sent(em, topology)).toMatchObject([{ route: route?.id, packages: [wanted] }])
    expect(await em.fork().findOneOrFail(DataTransfer, transferId)).toMatchObject({ status: 'SCHEDULED', leg: 1 })
    expect(nudges).toHaveLength(1)
  })

  test('refuses what it cannot send, and says which', async ({ em, topology }) => {
    const { chileBuffer, cologneBuffer, gentBuffer } = topology.locations
    const [route] = topology.routes
    const [good, elsewhere, unverified, there] = [
      await hold(em, topology, [chileBuffer]),
      await hold(em, topology, [gentBuffer]),
      await hold(em, topology, [chileBuffer], { level: 1 }),
      await hold(em, topology, [chileBuffer, cologneBuffer]),
    ]
    await expect(ask(em, newId(), [good])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ask(em, route?.id, [good, elsewhere])).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(elsewhere) as string,
    })
    await expect(ask(em, route?.id, [unverified])).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(unverified) as string,
    })
    await expect(ask(em, route?.id, [there])).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('at the destination') as string,
    })
    await em.nativeUpdate(DataLocation, { id: cologneBuffer.id }, { active: false })
    await expect(ask(em, route?.id, [good])).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('no BUFFER that may be written') as string,
    })
    await em.nativeUpdate(DataLocation, { id: cologneBuffer.id }, { active: true })
    await change(em, route?.id, { active: false })
    await expect(ask(em, route?.id, [good])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await change(em, route?.id, { active: true })
    expect(await sent(em, topology)).toEqual([])
    await ask(em, route?.id, [good])
    await expect(ask(em, route?.id, [good])).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('on their way') as string,
    })
  })

  test('refuses packages that lie at different locations', async ({ em, topology }) => {
    const { chileBuffer } = topology.locations
    const fork = em.fork()
    const name = `buffer-${newId()}`
    const other = fork.create(DataLocation, {
      id: newId(),
      siteId: topology.sites.chile.id,
      name,
      type: 'BUFFER',
      storage: 'DISK',
      root: '/nowhere',
      failureDomain: name,
    })
    await fork.flush()
    const ids = [await hold(em, topology, [chileBuffer]), await hold(em, topology, [other])]
    await expect(ask(em, topology.routes[0]?.id, ids)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('different locations') as string,
    })
  })

  test('sends a package once when it is asked for at the same time as a sweep plans', async ({ em, topology }) => {
    const { chileBuffer } = topology.locations
    const id = await hold(em, topology, [chileBuffer])
    await Promise.allSettled([ask(em, topology.routes[0]?.id, [id]), send(em), ask(em, topology.routes[0]?.id, [id]), send(em)])
    expect(await sent(em, topology)).toHaveLength(1)
  })
})
