import { describe, expect } from 'vitest'
import { CircuitBreaker, newId, ScanFinding, sql } from '@almagest/schema'
import { makeTopology } from '../make.ts'
import { refusal, test, type Answer, type Served } from './serve.ts'

const tagged = (name: string) => `${name}-${newId().slice(-8)}`

async function create(api: Served, what: string, input: object, fields = 'id'): Promise<Answer> {
  return api.ask(`mutation ($input: Create${what}Input!) { create${what}(input: $input) { ${fields} } }`, { input })
}

describe('places', () => {
  test('are created and read back, with what is not set yet', async ({ storageApi, em, root }) => {
    const { instrument } = await makeTopology(em, root)
    const { data: site } = await create(storageApi, 'Site', { name: tagged('site'), title: 'A site' })
    const name = tagged('disk')
    const fields =
      'id name root failureDomain priority settleS scanIntervalS sha256 deletionEnabled capacityBytes identifiedAt instrument { id } site { id locations { name } } breaker { state failures probeAt } retentionPolicy { id } findings { nodes { id } }'
    const { data, errors } = await create(
      storageApi,
      'DiskLocation',
      {
        siteId: site.createSite.id,
        name,
        type: 'SOURCE',
        root: '/data/chai',
        instrumentId: instrument.id,
        capacityBytes: 2 ** 50,
        scanIntervalS: 300,
      },
      fields,
    )

    expect(errors).toBeUndefined()
    expect(data.createDiskLocation).toMatchObject({
      name,
      root: '/data/chai',
      failureDomain: name,
      priority: 100,
      settleS: 60,
      scanIntervalS: 300,
      sha256: false,
      deletionEnabled: false,
      capacityBytes: 2 ** 50,
      identifiedAt: null,
      instrument: { id: instrument.id },
      site: { locations: [{ name }] },
      breaker: { state: 'CLOSED', failures: 0, probeAt: null },
      retentionPolicy: null,
      findings: { nodes: [] },
    })
    const id = data.createDiskLocation.id
    expect(await storageApi.entities('DiskLocation', [id], '__typename name')).toEqual([{ __typename: 'DiskLocation', name }])
    expect(await storageApi.entities('S3Location', [id], 'name')).toEqual([null])
    const [{ locations }] = await storageApi.entities('Instrument', [instrument.id], 'locations { __typename name }')
    expect(locations).toContainEqual({ __typename: 'DiskLocation', name })
    const { data: found } = await storageApi.ask(
      'query ($name: String!) { dataLocation(name: $name) { id } dataLocations { name } sites { name } site(name: "nope") { id } dataTransferRoutes { name } }',
      { name },
    )
    expect(found.dataLocation.id).toBe(id)
    expect(found.site).toBeNull()
    expect(found.dataLocations.map((place: { name: string }) => place.name)).toContain(name)
  })

  test('are scanned and read again from the beginning as often as it is said', async ({ storageApi, em, root }) => {
    const { sites } = await makeTopology(em, root)
    const fields = 'scanIntervalS scrubIntervalS darkAfterS'
    const made = async (kind: string, input: object) => {
      const { data, errors } = await create(storageApi, kind, { siteId: sites.chile.id, name: tagged('place'), ...input }, fields)
      return errors ?? data[`create${kind}`]
    }
    const ofDisk = { type: 'BUFFER', root: `/data/${tagged('x')}` }
    expect(await made('DiskLocation', ofDisk)).toEqual({ scanIntervalS: 86_400, scrubIntervalS: 7_776_000, darkAfterS: 172_800 })
    const never = { scanIntervalS: 60, scrubIntervalS: null, darkAfterS: 0 }
    expect(await made('DiskLocation', { ...ofDisk, root: `/data/${tagged('y')}`, ...never })).toEqual(never)
    const often = { scanIntervalS: 5, scrubIntervalS: 6, darkAfterS: 7 }
    const bucket = { type: 'LONG_TERM_ARCHIVE', endpoint: 'https://s3.test', bucket: 'raw', prefix: `${tagged('p')}/` }
    expect(await made('S3Location', { ...bucket, ...often })).toEqual(often)
    expect(await made('TapeLocation', { volumeGroup: tagged('group'), ...often })).toEqual(often)
  })

  test('are refused where they cannot be', async ({ storageApi, em, root }) => {
    const { sites, locations, instrument } = await makeTopology(em, root)
    const base = { siteId: sites.chile.id, name: tagged('disk'), type: 'BUFFER', root: '/data/x' }
    const disk = async (fields: object) => refusal(await create(storageApi, 'DiskLocation', { ...base, ...fields }))
    for (const root of ['data', '/', '/data/', '/data//x', '/data/../x', '/data/./x', '', '/a\u0000b', ' /x'])
      expect(await disk({ root })).toMatch(/^BAD_INPUT input\.root: must be/)
    expect(await disk({ type: 'SOURCE' })).toMatch(/^BAD_INPUT input\.instrumentId: must be given/)
    expect(await disk({ instrumentId: instrument.id })).toMatch(/^BAD_INPUT input\.instrumentId: must not be given/)
    expect(await disk({ name: locations.chileBuffer.name })).toBe(`CONFLICT input.name: "${locations.chileBuffer.name}" is taken`)
    expect(await disk({ siteId: instrument.id })).toBe(`NOT_FOUND input.siteId: there is none with the id "${instrument.id}"`)
    expect(await disk({ settleS: 5, scanIntervalS: 5 })).toBe(
      'BAD_INPUT input.settleS: must not be given for a BUFFER: only a SOURCE has one',
    )
    expect(await disk({ type: 'PROCESSING', scanIntervalS: 5, scrubIntervalS: 5, darkAfterS: 5 })).toBe(
      'BAD_INPUT input.scanIntervalS: must not be given for a PROCESSING: it is not scanned; ' +
        'input.scrubIntervalS: must not be given for a PROCESSING: only packages at a BUFFER or LONG_TERM_ARCHIVE are read again; ' +
        'input.darkAfterS: must not be given for a PROCESSING: only a BUFFER or LONG_TERM_ARCHIVE has one',
    )
    expect(await disk({ scanIntervalS: 0, scrubIntervalS: 0, darkAfterS: -1 })).toMatch(
      /^BAD_INPUT input\.scanIntervalS: must be between 1 and .*; input\.scrubIntervalS: must be between 1 and .*; input\.darkAfterS: must be between 0 and/,
    )
    const s3 = { siteId: sites.chile.id, name: tagged('bucket'), type: 'PROCESSING', endpoint: 'https://s3.test', bucket: 'raw' }
    expect(refusal(await create(storageApi, 'S3Location', { ...s3, scrubIntervalS: 5 }))).toBe(
      'BAD_INPUT input.scrubIntervalS: must not be given for a PROCESSING: only packages at a BUFFER or LONG_TERM_ARCHIVE are read again',
    )
    expect(await disk({ settleS: -1, priority: -1 })).toMatch(
      /^BAD_INPUT input\.priority: must be 0 or more; input\.settleS: must be between 0 and/,
    )
  })

  test('are joined by routes of three types', async ({ storageApi, em, root }) => {
    const { sites, locations } = await makeTopology(em, root)
    const base = { fromSiteId: sites.chile.id, toSiteId: sites.cologne.id }
    const fields =
      'type method priority bundleBytes bundleAgeS fromSite { id } toSite { id } viaSite { id } fromLocation { id } toLocation { id }'
    const route = async (input: object) => create(storageApi, 'DataTransferRoute', { ...base, name: tagged('route'), ...input }, fields)

    expect((await route({})).data.createDataTransferRoute).toEqual({
      type: 'DIRECT',
      method: 'COPY',
      priority: 100,
      bundleBytes: 10_000_000_000_000,
      bundleAgeS: 60,
      fromSite: { id: sites.chile.id },
      toSite: { id: sites.cologne.id },
      viaSite: null,
      fromLocation: null,
      toLocation: null,
    })
    expect((await route({ type: 'RELAY', viaSiteId: sites.gent.id })).data.createDataTransferRoute.viaSite).toEqual({ id: sites.gent.id })
    const custom = { type: 'CUSTOM', fromLocationId: locations.chileBuffer.id, toLocationId: locations.cologneBuffer.id }
    expect((await route(custom)).data.createDataTransferRoute.toLocation).toEqual({ id: locations.cologneBuffer.id })

    expect(refusal(await route({ toSiteId: sites.chile.id }))).toMatch(/^BAD_INPUT input\.toSiteId: must be another site/)
    expect(refusal(await route({ type: 'RELAY' }))).toMatch(/^BAD_INPUT input\.viaSiteId: must be given for a RELAY/)
    expect(refusal(await route({ type: 'RELAY', viaSiteId: sites.cologne.id }))).toBe('BAD_INPUT input.viaSiteId: must be a third site')
    expect(refusal(await route({ viaSiteId: sites.gent.id }))).toMatch(/^BAD_INPUT input\.viaSiteId/)
    expect(refusal(await route({ type: 'CUSTOM', fromLocationId: locations.chileBuffer.id }))).toMatch(/^BAD_INPUT input\.toLocationId/)
    expect(refusal(await route({ ...custom, toLocationId: locations.cologneArchive.id }))).toMatch(
      /^BAD_INPUT input\.toLocationId: .* is not a BUFFER of the site/,
    )
    expect(refusal(await route({ ...custom, toLocationId: sites.gent.id }))).toMatch(/^NOT_FOUND input\.toLocationId: there is no location/)
    expect(refusal(await route({ toSiteId: locations.source.id }))).toMatch(/^NOT_FOUND input\.toSiteId/)
  })

  test('are switched on and off, with the reason in the event log', async ({ storageApi, em, root }) => {
    const { locations, routes } = await makeTopology(em, root)
    const switchLocation = (active: boolean) =>
      storageApi.ask('mutation ($id: ID!, $active: Boolean!) { setLocationActive(locationId: $id, active: $active) { active } }', {
        id: locations.chileBuffer.id,
        active,
      })
    for (const active of [false, false, true]) expect((await switchLocation(active)).data.setLocationActive).toEqual({ active })
    const events = await sql(em, `select field, from_state, to_state, reason from storage.event where subject_id = $1 order by seq`, [
      locations.chileBuffer.id,
    ])
    expect(events).toEqual([
      { field: 'state', from_state: 'IN_USE', to_state: 'PAUSED', reason: 'setLocationActive' },
      { field: 'state', from_state: 'PAUSED', to_state: 'IN_USE', reason: 'setLocationActive' },
    ])
    const { data } = await storageApi.ask('mutation ($id: ID!) { setRouteActive(routeId: $id, active: false) { active } }', {
      id: routes[0]?.id,
    })
    expect(data.setRouteActive).toEqual({ active: false })
    expect(refusal(await storageApi.ask('mutation { setRouteActive(routeId: "x", active: false) { active } }'))).toBe(
      'BAD_INPUT routeId: must be a UUID',
    )
  })

  test('UC-6.1 let retention delete only where that is safe', async ({ storageApi, em, root }) => {
    const { locations } = await makeTopology(em, root)
    const allow = (id: string, enabled: boolean) =>
      storageApi.ask(
        'mutation ($id: ID!, $enabled: Boolean!) { setLocationDeletion(locationId: $id, enabled: $enabled) { deletionEnabled } }',
        { id, enabled },
      )
    expect((await allow(locations.chileBuffer.id, false)).data.setLocationDeletion).toEqual({ deletionEnabled: false })
    expect((await allow(locations.chileBuffer.id, true)).data.setLocationDeletion).toEqual({ deletionEnabled: true })
    expect(refusal(await allow(locations.cologneArchive.id, true))).toMatch(/^NOT_SAFE locationId: .* is a LONG_TERM_ARCHIVE/)

    const define = (input: object) =>
      storageApi.ask(
        'mutation ($input: DefineRetentionPolicyInput!) { defineRetentionPolicy(input: $input) { version graceS minVerifiedCopies createdAt } }',
        { input },
      )
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => define({ locationId: locations.gentArchive.id, graceS: index })),
    )
    expect(answers.map(({ data }) => data.defineRetentionPolicy.version).toSorted()).toEqual([1, 2, 3, 4, 5])
    expect(answers[0]?.data.defineRetentionPolicy.createdAt).toMatch(/^20\d\d-/)
    const [place] = await storageApi.entities('DiskLocation', [locations.gentArchive.id], 'retentionPolicy { version }')
    expect(place.retentionPolicy.version).toBe(5)
    expect(
      refusal(
        await define({
          locationId: locations.gentArchive.id,
          minVerifiedCopies: 0,
          minVerificationLevel: 1,
          maxVerificationAgeS: 0,
          minimumAgeS: -1,
        }),
      ),
    ).toMatch(
      /^BAD_INPUT input\.minimumAgeS: must be between 0 and \d+; input\.minVerifiedCopies: .*; input\.minVerificationLevel: must be between 2 and 3; input\.maxVerificationAgeS: /,
    )
    const absent = newId()
    expect(refusal(await define({ locationId: absent }))).toBe(`NOT_FOUND input.locationId: there is no DataLocation ${absent}`)
  })

  test('tell of their breaker and of what scans found', async ({ storageApi, em, root }) => {
    const { locations } = await makeTopology(em, root)
    em.create(CircuitBreaker, {
      id: newId(),
      locationId: locations.source.id,
      state: 'OPEN',
      failures: 5,
      reason: 'disk is away',
      probeAt: new Date('2030-01-01T00:00:00Z'),
    })
    em.create(ScanFinding, { id: newId(), locationId: locations.source.id, kind: 'UNFILED', path: 'a/new.fits', bytes: 5_000_000_000 })
    em.create(ScanFinding, { id: newId(), locationId: locations.source.id, kind: 'MISSING', path: 'a/gone.fits', resolvedAt: new Date() })
    await em.flush()
    const [place] = await storageApi.entities(
      'DiskLocation',
      [locations.source.id],
      'breaker { state failures reason probeAt } findings { nodes { kind path bytes sightings location { id } } }',
    )
    expect(place).toEqual({
      breaker: { state: 'OPEN', failures: 5, reason: 'disk is away', probeAt: '2030-01-01T00:00:00.000Z' },
      findings: {
        nodes: [{ kind: 'UNFILED', path: 'a/new.fits', bytes: 5_000_000_000, sightings: 1, location: { id: locations.source.id } }],
      },
    })
  })
})
