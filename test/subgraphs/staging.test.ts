import { describe, expect } from 'vitest'
import { newId, Operation, PhysicalCopy, StagedPackage, StagingRequest, sql } from '@almagest/schema'
import { makeObservation, makeTopology } from '../make.ts'
import { makeExecutions, makePackages } from './rows.ts'
import { refusal, test, type Json, type Served } from './serve.ts'

const request = (api: Served, input: object) =>
  api.ask(
    'mutation ($input: RequestStagingInput!) { requestStaging(input: $input) { id status leaseS priority locationId leaseUntil packages(first: 200) { nodes { status package { id } } } } }',
    { input },
  )
const release = (api: Served, id: unknown) =>
  api.ask('mutation ($id: ID!) { releaseStaging(requestId: $id) { id status releasedAt } }', { id })

describe('staging', () => {
  test('UC-5.1 stages packages and the packages of executions, once for one key', async ({ stagingApi, storageApi, queue, em, root }) => {
    const topology = await makeTopology(em, root)
    const { processing } = topology.locations
    const [a, b, c] = await makePackages(em, topology, { count: 3 })
    const input = {
      key: newId(),
      location: processing.name,
      requestedBy: 'N. N.',
      packageIds: [a?.id, b?.id],
      executionIds: [b?.executionId, c?.executionId],
      leaseS: 3_600,
    }

    const answers = await Promise.all(Array.from({ length: 5 }, () => request(stagingApi, input)))
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([])
    const [first] = answers.map(({ data }) => data.requestStaging)
    expect(new Set(answers.map(({ data }) => data.requestStaging.id)).size).toBe(1)
    expect(first).toMatchObject({ status: 'PENDING', leaseS: 3_600, priority: 100, locationId: processing.id, leaseUntil: null })
    expect(first.packages.nodes).toEqual(
      [a, b, c]
        .map(tar => ({ status: 'PENDING', package: { id: tar?.id } }))
        .toSorted((x, y) => ((x.package.id ?? '') < (y.package.id ?? '') ? -1 : 1)),
    )
    expect(await em.count(Operation, { kind: 'staging', locationId: processing.id, state: 'READY' })).toBe(3)
    expect(await queue.open(`staging.${processing.name}`).count()).toBe(3)

    const [tar] = await stagingApi.entities('RawDataPackage', [a?.id], 'stagingRequests { nodes { id } }')
    const [execution] = await stagingApi.entities('ExecutedObsUnit', [c?.executionId], 'stagings { nodes { id } }')
    expect([tar.stagingRequests.nodes, execution.stagings.nodes]).toEqual([[{ id: first.id }], [{ id: first.id }]])
    const { data } = await storageApi.ask(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on StagingRequest { location { name } } } }',
      { of: [{ __typename: 'StagingRequest', id: first.id, locationId: processing.id }] },
    )
    expect(data._entities[0].location.name).toBe(processing.name)
    expect(
      (await stagingApi.ask('{ stagingRequests(status: PENDING, first: 200) { nodes { id } } }')).data.stagingRequests.nodes,
    ).toContainEqual({ id: first.id })
  })

  test('UC-5.2 stages single files of packages, once for one key, and all of a package that is named besides', async ({
    stagingApi,
    em,
    root,
  }) => {
    const topology = await makeTopology(em, root)
    const [a, b] = await makePackages(em, topology, { count: 2 })
    const { files } = await makeObservation(em, topology, { 'x/1': '1', 'x/2': '2', 'x/3': '3', 'x/loose': '4' })
    const [one, two, three, loose] = files.map(({ id }) => id)
    for (const [id, packageId] of [
      [one, a?.id],
      [two, a?.id],
      [three, b?.id],
    ])
      await sql(em, `update data_package.raw_data_file set package_id = $2 where id = $1`, [id, packageId])
    const input = {
      key: newId(),
      location: topology.locations.processing.name,
      requestedBy: 'N. N.',
      packageIds: [b?.id],
      fileIds: [two, one, two, three],
    }

    const answers = [await request(stagingApi, input), await request(stagingApi, { ...input, fileIds: [one, two] })]

    const [id, again] = answers.map(({ data }) => data.requestStaging.id)
    expect(again).toBe(id)
    const { data } = await stagingApi.ask(
      'query ($id: ID!) { stagingRequest(id: $id) { packages { nodes { id package { id } files { nodes { id file { id } stagedPackage { package { id } } } totalCount { value } } } } } }',
      { id },
    )
    const staged = data.stagingRequest.packages.nodes
    const ofPackage = (of: string | undefined) => staged.find((node: Json) => node.package.id === of).files
    expect(staged).toHaveLength(2)
    expect(ofPackage(a?.id).nodes.map((node: Json) => node.file.id)).toEqual([one, two].sort())
    expect(ofPackage(a?.id).nodes[0].stagedPackage).toEqual({ package: { id: a?.id } })
    expect(ofPackage(b?.id)).toEqual({ nodes: [], totalCount: { value: 0 } })
    const [known] = await stagingApi.entities('StagedFile', [ofPackage(a?.id).nodes[0].id], 'file { id }')
    expect(known.file).toEqual(ofPackage(a?.id).nodes[0].file)
    expect(await em.count(Operation, { kind: 'staging', locationId: topology.locations.processing.id })).toBe(2)

    const differing = async (fields: object) => refusal(await request(stagingApi, { ...input, ...fields }))
    const message = (fields: string) => `CONFLICT input.key: "${input.key}" was used for request ${id} with other values of ${fields}`
    expect(await differing({ fileIds: [one] })).toBe(message('fileIds'))
    expect(await differing({ packageIds: [], fileIds: [one, two, three] })).toBe(message('packageIds'))
    expect(await differing({ packageIds: [a?.id, b?.id], fileIds: [one, two] })).toBe(message('packageIds'))
    const refused = async (fileIds: unknown) => refusal(await request(stagingApi, { ...input, key: newId(), packageIds: [], fileIds }))
    const absent = newId()
    expect(await refused([one, absent])).toBe(`NOT_FOUND input.fileIds: there is no file ${absent}`)
    expect(await refused([one, loose])).toBe(`BAD_INPUT input.fileIds: there is no package yet of ${loose}`)
    expect(await refused(['x'])).toBe('BAD_INPUT input.fileIds[0]: must be a UUID')
    expect(await refused(Array(10_001).fill(one))).toBe('BAD_INPUT input.fileIds: must have at most 10000 ids')
    expect(await refused([])).toBe('BAD_INPUT input: must name executions, packages, files or ranges of files')
  })

  test('UC-5.2 stages ranges of files, once for one key, and tells where each is', async ({ stagingApi, storageApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const { processing } = topology.locations
    const [a, b] = await makePackages(em, topology, { count: 2 })
    const { files } = await makeObservation(em, topology, { 'y/1': '0123456789', 'y/2': '0123456789', 'y/loose': '4', 'y/3': '0123456789' })
    const [one, two, loose, three] = files.map(({ id }) => id)
    for (const [id, packageId] of [
      [one, a?.id],
      [two, a?.id],
      [three, b?.id],
    ])
      await sql(em, `update data_package.raw_data_file set package_id = $2 where id = $1`, [id, packageId])
    const ranges = [
      { fileId: one, start: 2, bytes: 3 },
      { fileId: one, start: 0, bytes: 10 },
      { fileId: three, start: 0, bytes: 1 },
    ]
    const input = {
      key: newId(),
      location: processing.name,
      requestedBy: 'N. N.',
      packageIds: [b?.id],
      fileIds: [two],
      ranges,
    }
    const { data: first } = await request(stagingApi, input)
    const { id } = first.requestStaging
    expect((await request(stagingApi, { ...input, ranges: ranges.slice(0, 2).toReversed() })).data.requestStaging.id).toBe(id)
    const { data } = await stagingApi.ask(
      'query ($id: ID!) { stagingRequest(id: $id) { packages { nodes { package { id } files { nodes { id start bytes file { id } } } } } } }',
      { id },
    )
    const nodes = data.stagingRequest.packages.nodes.find((node: Json) => node.package.id === a?.id).files.nodes
    expect(nodes).toMatchObject([
      { start: null, bytes: null, file: { id: two } },
      { start: 2, bytes: 3, file: { id: one } },
      { start: 0, bytes: 10, file: { id: one } },
    ])

    for (const [rangeStart, fileId, path] of [
      [2, one, 'a.ranges/y/1/2+3'],
      [null, two, 'a.files/y/2'],
    ] as const)
      em.create(PhysicalCopy, {
        id: newId(),
        locationId: processing.id,
        fileId: fileId ?? '',
        rangeStart,
        path,
        bytes: 3,
        status: 'STAGED',
      })
    await em.flush()
    const copies = await storageApi.entities(
      'StagedFile',
      nodes.map((node: Json) => node.id),
      'copy { path start bytes file { id } }',
    )
    expect(copies.map(({ copy }: Json) => copy)).toEqual([
      { path: 'a.files/y/2', start: null, bytes: 3, file: { id: two } },
      { path: 'a.ranges/y/1/2+3', start: 2, bytes: 3, file: { id: one } },
      null,
    ])

    const message = `CONFLICT input.key: "${input.key}" was used for request ${id} with other values of ranges`
    expect(refusal(await request(stagingApi, { ...input, ranges: [{ ...ranges[0], bytes: 4 }, ranges[1]] }))).toBe(message)
    expect(refusal(await request(stagingApi, { ...input, ranges: [] }))).toBe(message)
    const refused = async (range: object, more = {}) =>
      refusal(await request(stagingApi, { ...input, key: newId(), packageIds: [], ranges: [{ ...ranges[0], ...range }], ...more }))
    expect(await refused({ bytes: 0 })).toBe('BAD_INPUT input.ranges[0].bytes: must be 1 or more')
    expect(await refused({ start: -1 })).toMatch(/"input\.ranges\[0\]\.start".* It must be a whole number, 0 to 9007199254740991/)
    expect(await refused({ start: 10 })).toBe(`BAD_INPUT input.ranges[0].start: must be less than 10, the bytes of file ${one}`)
    expect(await refused({ bytes: 9 })).toBe(`BAD_INPUT input.ranges[0].bytes: must be at most 8, what file ${one} has from byte 2 on`)
    expect(await refused({ start: 2 ** 53 - 1, bytes: 2 ** 53 - 1 })).toMatch(/^BAD_INPUT input\.ranges\[0\]\.start: must be less than 10/)
    expect(await refused({ fileId: 'x' })).toBe('BAD_INPUT input.ranges[0].fileId: must be a UUID')
    expect(await refused({ fileId: loose })).toBe(`BAD_INPUT input.ranges[0].fileId: there is no package yet of ${loose}`)
    expect(await refused({ fileId: two })).toBe(`BAD_INPUT input.ranges[0].fileId: file ${two} is named in whole too, by fileIds`)
    const absent = newId()
    expect(await refused({ fileId: absent })).toBe(`NOT_FOUND input.ranges[0].fileId: there is no file ${absent}`)
    expect(await refused({}, { ranges: [ranges[0], ranges[1], ranges[0]] })).toBe('BAD_INPUT input.ranges[2]: is named twice')
    expect(await refused({}, { ranges: Array(10_001).fill(ranges[0]) })).toBe('BAD_INPUT input.ranges: must have at most 10000 ranges')
  })

  test('refuses other parameters under a known key, naming them', async ({ stagingApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const [a, b] = await makePackages(em, topology, { count: 2 })
    const input = { key: newId(), location: topology.locations.processing.name, requestedBy: 'N. N.', executionIds: [a?.executionId] }
    const { data } = await request(stagingApi, input)
    const differing = async (fields: object) => refusal(await request(stagingApi, { ...input, ...fields }))
    const message = (fields: string) =>
      `CONFLICT input.key: "${input.key}" was used for request ${data.requestStaging.id} with other values of ${fields}`
    expect(await differing({ requestedBy: 'M.', leaseS: 60, priority: 1 })).toBe(message('requestedBy, leaseS, priority'))
    expect(await differing({ packageIds: [b?.id] })).toBe(message('packageIds'))
    expect(await differing({ executionIds: [a?.executionId, b?.executionId] })).toBe(message('executionIds'))
    expect(await differing({ executionIds: [b?.executionId] })).toBe(message('packageIds, executionIds'))

    await sql(
      em,
      `insert into data_package.raw_data_package (id, execution_id, module_id, sequence, name, path, file_count, file_bytes) select $1::uuid, execution_id, module_id, 2, $1::uuid::text, $1::uuid::text, 1, 1 from data_package.raw_data_package where id = $2`,
      [newId(), a?.id],
    )
    expect((await request(stagingApi, input)).data.requestStaging.id).toBe(data.requestStaging.id)
  })

  test('refuses what is not there, not fit, or nothing at all', async ({ stagingApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const { processing, chileBuffer } = topology.locations
    const [tar] = await makePackages(em, topology)
    const [bare] = await makeExecutions(em, topology, 1)
    const input = { location: processing.name, requestedBy: 'N. N.', packageIds: [tar?.id] }
    const refused = async (fields: object) => refusal(await request(stagingApi, { ...input, key: newId(), ...fields }))
    const absent = newId()
    expect(await refused({ packageIds: [tar?.id, absent] })).toBe(`NOT_FOUND input.packageIds: there is no package ${absent}`)
    expect(await refused({ executionIds: [absent] })).toBe(`NOT_FOUND input.executionIds: there is no execution ${absent}`)
    expect(await refused({ executionIds: [bare?.id] })).toBe(`BAD_INPUT input.executionIds: there is no package yet of ${bare?.id}`)
    expect(await refused({ packageIds: [] })).toBe('BAD_INPUT input: must name executions, packages, files or ranges of files')
    expect(await refused({ packageIds: ['x'] })).toBe('BAD_INPUT input.packageIds[0]: must be a UUID')
    expect(await refused({ executionIds: Array(1_001).fill(absent) })).toBe('BAD_INPUT input.executionIds: must have at most 1000 ids')
    expect(await refused({ leaseS: 59 })).toBe('BAD_INPUT input.leaseS: must be between 60 and 31536000')
    expect(await refused({ location: 'nowhere' })).toBe('NOT_FOUND input.location: there is no location "nowhere"')
    expect(await refused({ location: chileBuffer.name })).toMatch(/^BAD_INPUT input\.location: .* is a BUFFER, not a PROCESSING location/)
    await sql(em, `update storage.data_location set active = false where id = $1`, [processing.id])
    expect(await refused({})).toBe(`BAD_INPUT input.location: ${processing.name} is not active`)
    expect(await em.count(StagingRequest, { locationId: processing.id })).toBe(0)
  })

  test('UC-5.3 tries failed work again for a new request', async ({ stagingApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const { processing } = topology.locations
    const [tar] = await makePackages(em, topology)
    const input = { location: processing.name, requestedBy: 'N. N.', packageIds: [tar?.id] }
    await request(stagingApi, { ...input, key: newId() })
    await sql(em, `update storage.operation set state = 'FAILED', attempt = 10 where subject_id = $1`, [tar?.id])
    await request(stagingApi, { ...input, key: newId() })
    expect(await em.fork().find(Operation, { subjectId: tar?.id ?? '' })).toMatchObject([{ state: 'READY', attempt: 0 }])
    expect(await em.count(StagedPackage, { packageId: tar?.id ?? '' })).toBe(2)
  })

  test('UC-5.3 ends a request once', async ({ stagingApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const [tar] = await makePackages(em, topology)
    const { data } = await request(stagingApi, {
      key: newId(),
      location: topology.locations.processing.name,
      requestedBy: 'N. N.',
      packageIds: [tar?.id],
    })
    const first = (await release(stagingApi, data.requestStaging.id)).data.releaseStaging
    expect(first).toMatchObject({ status: 'EXPIRED', releasedAt: expect.stringMatching(/Z$/) })
    expect((await release(stagingApi, data.requestStaging.id)).data.releaseStaging).toEqual(first)
    expect(refusal(await release(stagingApi, 'x'))).toBe('BAD_INPUT requestId: must be a UUID')
    const events = await sql(em, `select to_state, reason from storage.event where subject_id = $1 order by seq`, [first.id])
    expect(events).toEqual([
      { to_state: 'PENDING', reason: 'requestStaging' },
      { to_state: 'EXPIRED', reason: 'releaseStaging' },
    ])
  })

  test('stages ten thousand packages in one call', async ({ stagingApi, em, root, annotate }) => {
    const topology = await makeTopology(em, root)
    const [tar] = await makePackages(em, topology)
    const ids = Array.from({ length: 10_000 }, () => newId())
    await sql(
      em,
      `insert into data_package.raw_data_package (id, execution_id, module_id, sequence, name, path, file_count, file_bytes)
       select w.id, p.execution_id, p.module_id, w.n + 1, w.id::text, w.id::text, 1, 1 from unnest($1::uuid[]) with ordinality as w(id, n), data_package.raw_data_package p where p.id = $2`,
      [ids, tar?.id],
    )
    const begun = performance.now()
    const { errors } = await request(stagingApi, {
      key: newId(),
      location: topology.locations.processing.name,
      requestedBy: 'N. N.',
      packageIds: ids,
    })
    await annotate(`10,000 packages requested in ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
    expect(errors).toBeUndefined()
    expect(await em.count(StagedPackage, { packageId: ids })).toBe(10_000)
  })
})
