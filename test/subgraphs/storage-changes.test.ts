import { describe, expect } from 'vitest'
import { DataLocation, newId, Operation, requestOperations, sql } from '@almagest/schema'
import { makeTopology, makeTopologyInUse } from '../make.ts'
import { makePackages } from './rows.ts'
import { refusal, test, type Answer, type Served } from './serve.ts'

const tagged = (name: string) => `${name}-${newId().slice(-8)}`

const change = (api: Served, mutation: string, input: object, fields = 'id'): Promise<Answer> =>
  api.ask(`mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { ${fields} } }`, {
    input,
  })

describe('owners change', () => {
  test('sites: their title, and whether work is done there', async ({ storageApi, em, root }) => {
    const { sites } = await makeTopology(em, root)
    const { chile } = sites
    expect((await change(storageApi, 'updateSite', { id: chile.id, title: 'Cerro Chajnantor' }, 'title')).data.updateSite).toEqual({
      title: 'Cerro Chajnantor',
    })
    expect((await change(storageApi, 'updateSite', { id: chile.id }, 'title')).data.updateSite.title).toBe('Cerro Chajnantor')
    expect(refusal(await change(storageApi, 'updateSite', { id: chile.id, title: null }))).toMatch(
      /^BAD_INPUT input\.title: must not be null/,
    )
    expect(refusal(await change(storageApi, 'updateSite', { id: chile.id, title: ' x' }))).toMatch(
      /^BAD_INPUT input\.title: must be 1 to 200/,
    )
    const absent = newId()
    expect(refusal(await change(storageApi, 'updateSite', { id: absent }))).toBe(`NOT_FOUND input.id: there is no Site ${absent}`)

    const set = (active: boolean) =>
      storageApi.ask(
        'mutation ($s: ID!, $a: Boolean!) { setSiteActive(siteId: $s, active: $a) { active history { nodes { toState reason } } } }',
        {
          s: chile.id,
          a: active,
        },
      )
    expect((await set(false)).data.setSiteActive).toEqual({
      active: false,
      history: { nodes: [{ toState: 'PAUSED', reason: 'setSiteActive' }] },
    })
    expect((await set(true)).data.setSiteActive.active).toBe(true)
  })

  test('UC-8.1 locations: how they are used, and where they are as long as nothing is there', async ({ storageApi, em, root }) => {
    const { locations, sites } = await makeTopology(em, root)
    const { gentBuffer, source } = locations
    const fields = 'priority failureDomain capacityBytes settleS scanIntervalS sha256 ... on DiskLocation { root }'
    const changed = async (input: object) => change(storageApi, 'updateLocation', { id: gentBuffer.id, ...input }, fields)
    expect((await changed({ priority: 7, capacityBytes: 1000, sha256: true, root: '/data/new' })).data.updateLocation).toEqual({
      priority: 7,
      failureDomain: gentBuffer.name,
      capacityBytes: 1000,
      settleS: gentBuffer.settleS,
      scanIntervalS: 3600,
      sha256: true,
      root: '/data/new',
    })
    const scanned = await change(storageApi, 'updateLocation', { id: source.id, settleS: 5, scanIntervalS: 60 }, fields)
    expect(scanned.data.updateLocation).toMatchObject({ settleS: 5, scanIntervalS: 60 })
    expect((await changed({ capacityBytes: null, failureDomain: 'hall-1' })).data.updateLocation).toMatchObject({
      priority: 7,
      capacityBytes: null,
      failureDomain: 'hall-1',
    })
    const refused = async (input: object) => refusal(await changed(input))
    expect(await refused({ priority: -1, capacityBytes: 0, settleS: -1, scanIntervalS: 0, root: '/data/../x' })).toMatch(
      /^BAD_INPUT input\.priority: .*; input\.capacityBytes: must be 1 or more; input\.settleS: .*; input\.scanIntervalS: .*; input\.root: /,
    )
    expect(await refused({ priority: null })).toMatch(/^BAD_INPUT input\.priority: must not be null/)
    expect(await refused({ sha256: null })).toMatch(/^BAD_INPUT input\.sha256: must not be null/)
    expect(await refused({ bucket: 'abc' })).toBe(`BAD_INPUT input.bucket: ${gentBuffer.name} is DISK: it has none`)
    expect(await refused({ root: `${locations.gentArchive.root}/below` })).toMatch(
      /^CONFLICT input\.root: .* lies in the folder of location/,
    )
    expect(await refused({ settleS: 60 })).toBe(`BAD_INPUT input.settleS: ${gentBuffer.name} is a BUFFER: only a SOURCE has one`)
    const watched = await change(
      storageApi,
      'updateLocation',
      { id: gentBuffer.id, scanIntervalS: 7, scrubIntervalS: null, darkAfterS: 0 },
      'scanIntervalS scrubIntervalS darkAfterS stopReason oldestVerification',
    )
    expect(watched.data.updateLocation).toEqual({
      scanIntervalS: 7,
      scrubIntervalS: null,
      darkAfterS: 0,
      stopReason: null,
      oldestVerification: null,
    })
    expect(await refused({ scrubIntervalS: 0, darkAfterS: null })).toMatch(
      /^BAD_INPUT input\.scrubIntervalS: must be .*; input\.darkAfterS: must not be null/,
    )
    expect(refusal(await change(storageApi, 'updateLocation', { id: source.id, scrubIntervalS: 60 }))).toBe(
      `BAD_INPUT input.scrubIntervalS: ${source.name} is a SOURCE: only packages at a BUFFER or LONG_TERM_ARCHIVE are read again`,
    )
    expect(refusal(await change(storageApi, 'updateLocation', { id: source.id, darkAfterS: 60 }))).toBe(
      `BAD_INPUT input.darkAfterS: ${source.name} is a SOURCE: only a BUFFER or LONG_TERM_ARCHIVE has one`,
    )
    expect(refusal(await change(storageApi, 'updateLocation', { id: locations.processing.id, scanIntervalS: 60 }))).toBe(
      `BAD_INPUT input.scanIntervalS: ${locations.processing.name} is a PROCESSING: it is not scanned`,
    )
    expect(await refused({ region: 'eu-1' })).toBe(`BAD_INPUT input.region: ${gentBuffer.name} is DISK: it has none`)
    await sql(em, `update storage.data_location set identified_at = now() where id = $1`, [gentBuffer.id])
    expect(await refused({ root: '/data/newer' })).toBe(`CONFLICT input.root: ${gentBuffer.name} has its identity: it stays where it is`)
    expect((await changed({ priority: 8 })).data.updateLocation.priority).toBe(8)
    await makePackages(em, { ...(await makeTopology(em, root)), locations, sites })
    expect(refusal(await change(storageApi, 'updateLocation', { id: source.id, root: '/data/src' }))).toBe(
      `CONFLICT input.root: copies lie or lay at ${source.name}: it stays where it is`,
    )
    expect(refusal(await change(storageApi, 'updateLocation', { id: source.id, bucket: 'abc' }))).toBe(
      `BAD_INPUT input.bucket: ${source.name} is DISK: it has none`,
    )
  })

  test('rows of buckets and tapes, which no worker uses yet', async ({ storageApi, em, root }) => {
    const { sites, locations } = await makeTopology(em, root)
    const s3 = {
      siteId: sites.gent.id,
      name: tagged('s3'),
      type: 'LONG_TERM_ARCHIVE',
      endpoint: 'https://s3.example.org',
      bucket: 'almagest',
    }
    const fields =
      '__typename id name type storage endpoint bucket prefix region credentials sha256 failureDomain identifiedAt site { name }'
    const reached = { prefix: 'raw/2026/', region: 'eu-1', credentials: 'Archive.keys', sha256: true }
    const { data } = await change(storageApi, 'createS3Location', { ...s3, ...reached }, fields)
    expect(data.createS3Location).toMatchObject({
      __typename: 'S3Location',
      storage: 'S3',
      endpoint: s3.endpoint,
      bucket: 'almagest',
      ...reached,
      failureDomain: s3.name,
      identifiedAt: null,
      site: { name: sites.gent.name },
    })
    const tape = { siteId: sites.gent.id, name: tagged('tape'), volumeGroup: 'VG 1', sha256: true }
    const made = await change(storageApi, 'createTapeLocation', tape, 'id type storage volumeGroup sha256')
    expect(made.data.createTapeLocation).toMatchObject({
      type: 'LONG_TERM_ARCHIVE',
      storage: 'TAPE',
      volumeGroup: 'VG 1',
      sha256: true,
    })
    const again = async (kind: string, input: object) => refusal(await change(storageApi, kind, { ...input, name: tagged('twin') }))
    for (const prefix of [null, 'raw/', 'raw/2026/', 'raw/2026/more/'])
      expect(await again('createS3Location', { ...s3, endpoint: 'https://S3.example.org:443/', prefix })).toBe(
        `CONFLICT input.bucket: almagest/${prefix ?? ''} is, holds or lies in the place of location ${s3.name} in this bucket`,
      )
    expect(await again('createTapeLocation', tape)).toBe(
      `CONFLICT input.volumeGroup: VG 1 is that of location ${tape.name} of the same site`,
    )
    const twin = { ...s3, name: tagged('s3'), prefix: 'raw/2027/' }
    const other = (await change(storageApi, 'createS3Location', twin, 'id')).data.createS3Location.id
    expect(refusal(await change(storageApi, 'updateLocation', { id: other, prefix: 'raw/2026/' }))).toMatch(/^CONFLICT input\.bucket: /)
    await sql(em, `update storage.data_location set identified_at = now() where id = $1`, [other])
    const keys = await change(
      storageApi,
      'updateLocation',
      { id: other, region: 'eu-2', credentials: null },
      '... on S3Location { region credentials prefix }',
    )
    expect(keys.data.updateLocation).toEqual({ region: 'eu-2', credentials: null, prefix: 'raw/2027/' })
    expect(refusal(await change(storageApi, 'updateLocation', { id: other, prefix: 'raw/2028/' }))).toBe(
      `CONFLICT input.prefix: ${twin.name} has its identity: it stays where it is`,
    )
    const moved = await change(
      storageApi,
      'updateLocation',
      { id: data.createS3Location.id, endpoint: 'http://other:9000', bucket: 'b-2' },
      '... on S3Location { endpoint bucket }',
    )
    expect(moved.data.updateLocation).toEqual({ endpoint: 'http://other:9000', bucket: 'b-2' })

    const bad = async (input: object) => refusal(await change(storageApi, 'createS3Location', { ...s3, name: tagged('s3'), ...input }))
    for (const endpoint of ['s3.example.org', 'ftp://x', 'https://me:pw@x', 'https://x/?a=1', 'https://x/#a', ''])
      expect(await bad({ endpoint })).toMatch(/^BAD_INPUT input\.endpoint: must be/)
    for (const bucket of ['ab', 'Abc', 'a_b', '-ab', 'ａｂｃ'])
      expect(await bad({ bucket })).toMatch(/^BAD_INPUT input\.bucket: must be 3 to 63/)
    for (const prefix of ['', 'raw', '/', '/raw/', 'raw//', '../', '.hidden/', 'räw/', 'a b/', `${'x'.repeat(500)}/`])
      expect(await bad({ prefix })).toMatch(/^BAD_INPUT input\.prefix: must (be folders of|have at most 500)/)
    for (const region of ['', 'EU', 'eu 1', 'x'.repeat(61)])
      expect(await bad({ region })).toBe('BAD_INPUT input.region: must be 1 to 60 lower-case letters, digits and hyphens')
    for (const credentials of ['', 'a/b', 'a key', 'x'.repeat(101)])
      expect(await bad({ credentials })).toMatch(/^BAD_INPUT input\.credentials: must be 1 to 100 letters/)
    expect(await bad({ type: 'SOURCE' })).toBe('BAD_INPUT input.type: must not be SOURCE: instruments write to disks')
    expect(await bad({ name: locations.gentBuffer.name, bucket: 'other' })).toBe(
      `CONFLICT input.name: "${locations.gentBuffer.name}" is taken`,
    )
    expect(refusal(await change(storageApi, 'createTapeLocation', { ...tape, name: tagged('t'), type: 'BUFFER' }))).toBe(
      'BAD_INPUT input.type: must be LONG_TERM_ARCHIVE: nothing else is kept on tape',
    )
  })

  test('UC-7.3 a location without identity is named as the cause of what waits for it', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const [tar] = await makePackages(em, topology)
    const place = topology.locations.cologneArchive
    await em.nativeUpdate(DataLocation, place.id, { identifiedAt: null })
    await requestOperations(em, [{ kind: 'archive', locationId: place.id, subjectId: tar?.id ?? '', packageId: tar?.id ?? '' }])
    const [found] = await storageApi.entities('RawDataPackage', [tar?.id], 'whyBlocked { level code message who }')
    expect(found.whyBlocked[1]).toEqual({
      level: 1,
      code: 'LOCATION_UNIDENTIFIED',
      message: `no worker has given ${place.name} its identity`,
      who: 'OPERATOR',
    })
  })

  test('routes: how they are used', async ({ storageApi, em, root }) => {
    const { routes } = await makeTopology(em, root)
    const fields = 'priority method bundleBytes bundleAgeS'
    const changed = async (input: object) => change(storageApi, 'updateDataTransferRoute', { id: routes[0]?.id, ...input }, fields)
    expect((await changed({ priority: 3, bundleBytes: 5_000_000_000_000, bundleAgeS: 0 })).data.updateDataTransferRoute).toEqual({
      priority: 3,
      method: 'COPY',
      bundleBytes: 5_000_000_000_000,
      bundleAgeS: 0,
    })
    expect(refusal(await changed({ priority: -1, bundleBytes: 0, bundleAgeS: -1 }))).toMatch(
      /^BAD_INPUT input\.priority: .*; input\.bundleBytes: .*; input\.bundleAgeS: /,
    )
    expect(refusal(await changed({ method: null }))).toMatch(/^BAD_INPUT input\.method: must not be null/)

    const sending = 'method streams rateBytesS sshHost'
    const send = async (input: object) => change(storageApi, 'updateDataTransferRoute', { id: routes[0]?.id, ...input }, sending)
    const ssh = { method: 'RSYNC', streams: 16, rateBytesS: 5_000_000_000, sshHost: 'data@chile.example.org' }
    expect((await send(ssh)).data.updateDataTransferRoute).toEqual(ssh)
    expect(refusal(await send({ method: 'HTTP' }))).toBe('BAD_INPUT input.sshHost: must be null where the method is HTTP')
    expect((await send({ method: 'HTTP', rateBytesS: null, sshHost: null })).data.updateDataTransferRoute).toEqual({
      method: 'HTTP',
      streams: 16,
      rateBytesS: null,
      sshHost: null,
    })
    expect(refusal(await send({ sshHost: 'chile' }))).toBe('BAD_INPUT input.sshHost: must be null where the method is HTTP')
    expect(refusal(await send({ method: 'BBCP', sshHost: '-oProxyCommand=x' }))).toMatch(
      /^BAD_INPUT input\.sshHost: must be a host, or user@host/,
    )
    expect(refusal(await send({ streams: 65, rateBytesS: 0 }))).toMatch(/^BAD_INPUT input\.streams: .*; input\.rateBytesS: /)
  })

  test('the priority of work that is not over', async ({ storageApi, queue, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const [tar] = await makePackages(em, topology)
    const place = topology.locations.cologneArchive
    await requestOperations(em, [{ kind: 'archive', locationId: place.id, subjectId: tar?.id ?? '', packageId: tar?.id ?? '' }])
    const { id } = await em.findOneOrFail(Operation, { subjectId: tar?.id ?? '' })
    const set = (priority: number, operationId: string = id) =>
      storageApi.ask('mutation ($o: ID!, $p: Int!) { setOperationPriority(operationId: $o, priority: $p) { priority state } }', {
        o: operationId,
        p: priority,
      })
    expect((await set(1)).data.setOperationPriority).toEqual({ priority: 1, state: 'READY' })
    expect(await queue.open(`archive.${place.name}`).getPrioritized()).toMatchObject([{ data: { operationId: id } }])
    expect(refusal(await set(-1))).toBe('BAD_INPUT priority: must be between 0 and 1000000')
    expect(refusal(await set(1, 'x'))).toBe('BAD_INPUT operationId: must be a UUID')
    await sql(em, `update storage.operation set state = 'DONE' where id = $1`, [id])
    expect(refusal(await set(2))).toMatch(/^INVALID_TRANSITION operationId: operation .* is DONE/)
  })
})
