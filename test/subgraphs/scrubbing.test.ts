import { describe, expect } from 'vitest'
import { newId, Operation, sql, type DataLocation, type FindingKind } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { makeTopologyInUse } from '../make.ts'
import { makePackages } from './rows.ts'
import { refusal, test } from './serve.ts'

/** A finding at a location; returns its id. */
async function findThere(
  em: EntityManager,
  { id: locationId }: DataLocation,
  { kind = 'DARK', sightings = 2, path }: { kind?: FindingKind; sightings?: number; path?: string },
): Promise<string> {
  const id = newId()
  await sql(
    em,
    `/* test: found */ insert into storage.scan_finding (id, location_id, kind, path, sightings, first_seen_at, last_seen_at) values ($1, $2, $3, $5, $4, now(), now())`,
    [id, locationId, kind, sightings, path ?? id],
  )
  return id
}

describe('an archive', () => {
  test('tells since when nothing is known of the copy that was read the longest ago, and so does the whole', async ({
    storageApi,
    em,
    root,
  }) => {
    const topology = await makeTopologyInUse(em, root)
    const { cologneArchive, gentArchive, source } = topology.locations
    const [one, two] = await makePackages(em, topology, { count: 2 })
    const moments: Record<string, string> = {}
    for (const [location, pkg, age] of [
      [cologneArchive, one, '30 d'],
      [cologneArchive, two, '300000 d'],
      [gentArchive, one, null],
    ] as const) {
      const [row] = await sql<{ at: string }>(
        em,
        `/* test: copy */ insert into storage.physical_copy (id, location_id, package_id, path, bytes, status, verification_level, verified_at, created_at, version)
         values ($1, $2, $3, $5, 1, 'PRESENT', 2, date_trunc('milliseconds', now()) - $4::interval, date_trunc('milliseconds', now()) - interval '3 d', 1)
         returning coalesce(verified_at, created_at) as at`,
        [newId(), location.id, pkg?.id, age, newId()],
      )
      moments[location.id] = new Date(row?.at ?? 0).toISOString()
    }
    const ask = (name: string) =>
      `${name}: dataLocation(name: "${(topology.locations as Record<string, DataLocation>)[name]?.name}") { oldestVerification }`

    const { data } = await storageApi.ask(`{ ${ask('cologneArchive')} ${ask('gentArchive')} ${ask('source')} oldestVerification }`)

    expect(data).toEqual({
      cologneArchive: { oldestVerification: moments[cologneArchive.id] },
      gentArchive: { oldestVerification: moments[gentArchive.id] },
      source: { oldestVerification: null },
      oldestVerification: moments[cologneArchive.id],
    })
    expect(source.type).toBe('SOURCE')
  })

  test('UC-7.3 UC-8.1 that the data centre stopped says why to all that waits for it, until an operator sets it in use', async ({
    storageApi,
    em,
    root,
  }) => {
    const topology = await makeTopologyInUse(em, root)
    const { cologneArchive } = topology.locations
    await sql(em, `/* test: stopped */ update storage.data_location set active = false, stop_reason = '9 of 10 are gone' where id = $1`, [
      cologneArchive.id,
    ])
    const operation = new Operation()
    Object.assign(operation, {
      id: newId(),
      kind: 'scan',
      locationId: cologneArchive.id,
      subjectType: 'DataLocation',
      subjectId: cologneArchive.id,
      maxAttempts: 1,
    })
    await em.fork().persist(operation).flush()
    const why = await storageApi.ask(`{ operation(id: "${operation.id}") { whyBlocked { code message nextAction who } } }`)
    expect(why.data.operation.whyBlocked).toContainEqual({
      code: 'LOCATION_INACTIVE',
      message: `the data centre stopped ${cologneArchive.name}: 9 of 10 are gone`,
      nextAction: 'an operator looks at the storage, and then resumeLocation brings it back into use',
      who: 'OPERATOR',
    })
    const { data } = await storageApi.ask(
      `mutation { setLocationActive(locationId: "${cologneArchive.id}", active: true) { active stopReason } }`,
    )
    expect(data.setLocationActive).toEqual({ active: true, stopReason: null })
  })

  test('has moved aside what no row knows when an operator asks, of nothing else', async ({ storageApi, em, root }) => {
    const { cologneArchive, source } = (await makeTopologyInUse(em, root)).locations
    const ask = (...ids: string[]) =>
      storageApi.ask('mutation ($ids: [ID!]!) { setAsideFindings(findingIds: $ids) { id kind setAsideAskedAt } }', { ids })
    const dark = await findThere(em, cologneArchive, {})
    const once = await findThere(em, cologneArchive, { sightings: 1 })
    const unfiled = await findThere(em, source, { kind: 'UNFILED' })
    expect(refusal(await ask())).toBe('BAD_INPUT findingIds: must name at least one finding')
    expect(refusal(await ask(dark, dark))).toBe(`BAD_INPUT findingIds[1]: ${dark} is named twice`)
    const absent = newId()
    expect(refusal(await ask(dark, absent))).toBe(`NOT_FOUND findingIds: there is no finding ${absent}`)
    expect(refusal(await ask(dark, once))).toBe(
      `INVALID_TRANSITION findingIds: ${once} was seen by one scan: it counts when another has seen it`,
    )
    expect(refusal(await ask(unfiled))).toBe(`INVALID_TRANSITION findingIds: ${unfiled} is UNFILED: only what is DARK is moved aside`)
    const odd = await findThere(em, cologneArchive, { path: 'night/.hidden' })
    expect(refusal(await ask(dark, odd))).toBe(
      `BAD_PATH findingIds: the path of ${odd} has the component ".hidden": no component may begin with a dot: only people can move it aside`,
    )

    const { data } = await ask(dark)

    expect(data.setAsideFindings).toEqual([{ id: dark, kind: 'DARK', setAsideAskedAt: expect.any(String) as string }])
    expect((await ask(dark)).data.setAsideFindings).toEqual(data.setAsideFindings)
    expect(await em.fork().count(Operation, { kind: 'scan', locationId: cologneArchive.id })).toBe(1)
  })
})
