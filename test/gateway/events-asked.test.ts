import { describe, expect } from 'vitest'
import {
  CircuitBreaker,
  DataTransfer,
  DataTransferPackage,
  DataTransferPackageItem,
  newId,
  Operation,
  PhysicalCopy,
  RetentionPolicy,
} from '@almagest/schema'
import { StagedPackage, StagingRequest } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { makeTopology, type Topology } from '../make.ts'
import { makePackages } from '../subgraphs/rows.ts'
import { read, test } from './fixtures.ts'
import { change, follow, makeSites, type Heard } from './following.ts'

/** A package in a transfer from Chile to Cologne, with a copy of that bundle, its operations and a staging; and another beside it. */
async function makeMoving(em: EntityManager, topology: Topology) {
  const { locations, sites, routes } = topology
  const [first, second] = await makePackages(em, topology, { count: 2 })
  if (!first || !second) throw new Error('no packages')
  const bundle = em.create(DataTransferPackage, {
    id: newId(),
    fromSiteId: sites.chile.id,
    toSiteId: sites.cologne.id,
    packageCount: 1,
    bytes: 1,
  })
  em.create(DataTransferPackageItem, { transferPackageId: bundle.id, packageId: first.id })
  await em.flush()
  const transfer = em.create(DataTransfer, {
    id: newId(),
    transferPackageId: bundle.id,
    routeId: routes[0]?.id ?? '',
    fromLocationId: locations.chileBuffer.id,
    toLocationId: locations.cologneBuffer.id,
  })
  const copy = (location: string, fields: object) =>
    em.create(PhysicalCopy, { id: newId(), locationId: location, path: newId(), bytes: 1, ...fields })
  const operation = (kind: 'transfer' | 'archive', subjectType: string, subjectId: string, locationId: string, packageId: string | null) =>
    em.create(Operation, { id: newId(), kind, locationId, subjectType, subjectId, packageId, maxAttempts: 1 })
  const request = em.create(StagingRequest, {
    id: newId(),
    locationId: locations.processing.id,
    requestKey: newId(),
    requestedBy: 'A',
    leaseS: 60,
  })
  const made = {
    first,
    second,
    transfer,
    bundled: copy(locations.cologneBuffer.id, { transferPackageId: bundle.id }),
    archived: copy(locations.cologneArchive.id, { packageId: first.id }),
    other: copy(locations.cologneArchive.id, { packageId: second.id }),
    sending: operation('transfer', 'DataTransfer', transfer.id, locations.cologneBuffer.id, null),
    archiving: operation('archive', 'RawDataPackage', first.id, locations.cologneArchive.id, first.id),
    request,
    staged: em.create(StagedPackage, { id: newId(), requestId: request.id, packageId: first.id }),
    policy: em.create(RetentionPolicy, { id: newId(), locationId: locations.cologneArchive.id, policyVersion: 1 }),
    breaker: em.create(CircuitBreaker, { id: newId(), locationId: locations.cologneArchive.id }),
  }
  await em.flush()
  return made
}

const seen = (events: readonly Heard[]): Set<string> => new Set(events.map(({ data }) => data.subjectId))

describe('a client of /events', () => {
  test('UC-7.4 follows a package with its copies, transfers, operations and stagings, and a location with what happens there', async ({
    em,
    gateway,
    root,
  }) => {
    const topology = await makeTopology(em, root)
    const end = topology.sites.gent.id
    const { cologneArchive } = topology.locations
    const rest = `after=0-0-0`
    const url = (filter: string) => `${gateway.url}/events?${filter}`
    const [before] = await makePackages(em, topology)
    using live = await follow(url(`location=${cologneArchive.name}`))
    const made = await makeMoving(em, topology)
    using byPackage = await follow(url(`package=${made.first.id}&${rest}`))
    using byLocation = await follow(url(`location=${cologneArchive.name}&${rest}`))
    using byBoth = await follow(url(`location=${cologneArchive.name}&package=${made.first.id.toUpperCase()}&${rest}`))
    using byType = await follow(url(`subjectType=StagingRequest&subjectType=StagedPackage,Site&field=status,state&${rest}`))
    using everything = await follow(url(rest))
    await change(em, [end])
    await live.heard(5)
    await everything.heard(1)
    const count = { package: 9, location: 6, both: 2, type: 3 }

    expect(seen(await byPackage.heard(count.package))).toEqual(
      new Set([
        ...[made.first, made.transfer, made.bundled, made.archived, made.sending, made.archiving, made.request, made.staged].map(
          ({ id }) => id,
        ),
        (await em.findOneOrFail(PhysicalCopy, { packageId: made.first.id, locationId: topology.locations.chileBuffer.id })).id,
      ]),
    )
    expect(seen(await byLocation.heard(5))).toEqual(
      new Set([made.archived, made.other, made.archiving, made.policy, made.breaker].map(({ id }) => id)),
    )
    expect(seen(live.events)).toEqual(seen(byLocation.events))
    expect(seen(await byBoth.heard(count.both))).toEqual(new Set([made.archived.id, made.archiving.id]))
    expect(seen(await byType.heard(count.type))).toEqual(new Set([made.request.id, made.staged.id, end]))
    expect(byPackage.events.map(({ data }) => data.subjectId)).not.toContain(before?.id)
  })

  const mistakes = [
    ['subject=Site', 'subject: is not a parameter of /events; there are subjectType, subjectId, field, package, location, since, after'],
    ['subjectType=site', 'subjectType: must be one of CircuitBreaker, DataLocation, '],
    ['subjectType=toString', 'subjectType: must be one of CircuitBreaker, DataLocation, '],
    ['subjectType=Site,Site', 'subjectType: has "Site" twice'],
    ['subjectId=', 'subjectId: must be a UUID, not ""'],
    ['subjectId=1', 'subjectId: must be a UUID, not "1"'],
    ['subjectId=019a0000-0000-7000-8000-000000000000&subjectId=019A0000-0000-7000-8000-000000000000', 'subjectId: has "019a0000-'],
    [`subjectId=${'x,'.repeat(100)}x`, 'subjectId: must have at most 100 values'],
    ['field=colour', 'field: must be one of state, deletion_enabled, '],
    ['package=prime-cam', 'package: must be the id of a package, a UUID, not "prime-cam"'],
    ['location=nowhere', 'location: there is no location "nowhere"'],
    [`location=${'x'.repeat(201)}`, 'location: must be the name of a location, not "xxx'],
    ['location=a%00b', 'location: must be the name of a location, not "a\\u0000b"'],
    ['since=yesterday', 'since: must be ISO 8601 with Z or an offset, as 2026-11-21T03:40:00Z, not "yesterday"'],
    ['since=2026-11-21', 'since: must be ISO 8601 '],
    ['since=2026-13-21T00:00:00Z', 'since: must be ISO 8601 '],
    ['since=0001-01-01T00:00:00Z', 'since: must be ISO 8601 '],
    ['since=2026-11-21T00:00:00Z&since=2026-11-21T00:00:00Z', 'since: may be given once'],
    ['since=2026-11-21T00:00:00Z&after=0-0-0', 'after: may not be given together with since'],
    ['after=', 'after: must be an id of this stream, as 1-4711-815, not ""'],
    ['after=1-2', 'after: must be an id of this stream'],
    ['after=1-99999999999999999999-1', 'after: must be an id of this stream'],
    ['after=1-2-3;drop', 'after: must be an id of this stream'],
    ['after=٣-٣-٣', 'after: must be an id of this stream'],
  ] as const
  test('is told what is wrong with what it asks for', async ({ gateway }) => {
    for (const [query, message] of mistakes) {
      const { status, body } = await read(await fetch(`${gateway.url}/events?${query}`))

      const found = body?.errors?.[0]?.message.slice(0, message.length)
      expect.soft([query, status, found, body?.errors?.[0]?.extensions]).toEqual([query, 400, message, { code: 'BAD_INPUT' }])
    }
  })

  test('learns that its place is not one of this data centre', async ({ gateway }) => {
    for (const place of ['1-1-1', '2-9000000000000000000-1']) {
      const { status, body } = await read(await fetch(`${gateway.url}/events`, { headers: { 'last-event-id': place } }))

      expect(status).toBe(410)
      expect(body?.errors?.[0]?.message).toBe(`Last-Event-ID: there is no event ${place} in this data centre: ask again with since`)
    }
  })

  test('that is one too many is told to come back later', async ({ em, start }) => {
    const [site = ''] = await makeSites(em, 1)
    const gateway = await start({ events: { clients: 1 } })
    using client = await follow(`${gateway.url}/events?subjectId=${site}`)

    const { status, headers, body } = await read(await fetch(`${gateway.url}/events`))

    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('5')
    expect(body?.errors).toEqual([{ message: 'too many clients follow events here', extensions: { code: 'UNAVAILABLE' } }])
    await change(em, [site])
    await client.heard(1)
  })

  test('that only asks for the headers gets them', async ({ gateway }) => {
    const response = await fetch(`${gateway.url}/events`, { method: 'HEAD' })

    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
  })
})
