import { describe, expect } from 'vitest'
import { newId, Operation, sql } from '@almagest/schema'
import { makeTopologyInUse } from '../make.ts'
import { makePackages } from './rows.ts'
import { refusal, test, type Json, type Served } from './serve.ts'

async function request(api: Served, input: object): Promise<string> {
  const { data, errors } = await api.ask('mutation ($input: RequestStagingInput!) { requestStaging(input: $input) { id } }', {
    input: { key: newId(), requestedBy: 'N. N.', ...input },
  })
  expect(errors).toBeUndefined()
  return data.requestStaging.id
}

const renew = (api: Served, requestId: string, leaseS: number) =>
  api.ask('mutation ($input: RenewStagingInput!) { renewStaging(input: $input) { leaseS leaseUntil } }', { input: { requestId, leaseS } })

const prioritise = (api: Served, requestId: string, priority: number) =>
  api.ask('mutation ($r: ID!, $p: Int!) { setStagingPriority(requestId: $r, priority: $p) { priority } }', { r: requestId, p: priority })

describe('a staging request', () => {
  test('UC-5.3 stays longer when it is renewed, never shorter', async ({ stagingApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const [tar] = await makePackages(em, topology)
    const id = await request(stagingApi, { location: topology.locations.processing.name, packageIds: [tar?.id], leaseS: 3_600 })
    expect((await renew(stagingApi, id, 7_200)).data.renewStaging).toEqual({ leaseS: 7_200, leaseUntil: null })
    expect(refusal(await renew(stagingApi, id, 3_600))).toMatch(/^BAD_INPUT input\.leaseS: request .* lasts longer than that already/)

    await sql(
      em,
      `update staging.staging_request set status = 'COMPLETED', completed_at = now(), lease_until = now() + interval '2 hours' where id = $1`,
      [id],
    )
    const { data } = await renew(stagingApi, id, 86_400)
    expect(data.renewStaging.leaseS).toBe(86_400)
    const [row] = await sql<{ left: number }>(
      em,
      `select extract(epoch from lease_until - now())::float8 as left from staging.staging_request where id = $1`,
      [id],
    )
    expect(row?.left).toBeGreaterThan(80_000)
    expect(refusal(await renew(stagingApi, id, 3_600))).toMatch(/^BAD_INPUT input\.leaseS/)
    expect(refusal(await renew(stagingApi, id, 59))).toBe('BAD_INPUT input.leaseS: must be between 60 and 31536000')
    await sql(em, `update staging.staging_request set status = 'EXPIRED' where id = $1`, [id])
    expect(refusal(await renew(stagingApi, id, 172_800))).toMatch(/^INVALID_TRANSITION input\.requestId: request .* has ended/)
    const absent = newId()
    expect(refusal(await renew(stagingApi, absent, 60))).toBe(`NOT_FOUND input.requestId: there is no StagingRequest ${absent}`)
  })

  test('UC-5.3 shares its work with others at the priority of the most urgent', async ({ stagingApi, queue, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { processing } = topology.locations
    const [a, b] = await makePackages(em, topology, { count: 2 })
    const both = await request(stagingApi, { location: processing.name, packageIds: [a?.id, b?.id] })
    const one = await request(stagingApi, { location: processing.name, packageIds: [b?.id] })
    const priorities = async () => {
      const rows = await em.fork().find(Operation, { locationId: processing.id }, { orderBy: { subjectId: 'asc' } })
      const of = new Map(rows.map(({ subjectId, priority }) => [subjectId, priority]))
      return [of.get(a?.id ?? ''), of.get(b?.id ?? '')]
    }
    expect((await prioritise(stagingApi, one, 5)).data.setStagingPriority).toEqual({ priority: 5 })
    expect(await priorities()).toEqual([100, 5])
    await prioritise(stagingApi, both, 50)
    expect(await priorities()).toEqual([50, 5])
    await prioritise(stagingApi, one, 90)
    expect(await priorities()).toEqual([50, 50])
    expect(await queue.open(`staging.${processing.name}`).count()).toBeGreaterThanOrEqual(2)
    expect(refusal(await prioritise(stagingApi, one, 1_000_001))).toBe('BAD_INPUT priority: must be between 0 and 1000000')
    await sql(em, `update staging.staging_request set status = 'EXPIRED' where id = $1`, [one])
    expect(refusal(await prioritise(stagingApi, one, 1))).toMatch(/^INVALID_TRANSITION requestId/)
  })

  test('is found by its key, and lists its packages by how they stand', async ({ stagingApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { processing } = topology.locations
    const [a, b] = await makePackages(em, topology, { count: 2 })
    const key = newId()
    const id = await request(stagingApi, { key, location: processing.name, packageIds: [a?.id, b?.id] })
    await sql(em, `update staging.staged_package set status = 'FAILED' where package_id = $1`, [b?.id])
    const { data } = await stagingApi.ask(
      `{ stagingRequest(key: "${key}") { id key packages(status: FAILED) { nodes { id package { id } request { id } } totalCount { value } } }
        stagingRequests(locationId: "${processing.id}") { nodes { id } } }`,
    )
    expect(data.stagingRequest).toMatchObject({
      id,
      key,
      packages: { nodes: [{ package: { id: b?.id }, request: { id } }], totalCount: { value: 1 } },
    })
    expect(data.stagingRequests.nodes.map((node: Json) => node.id)).toEqual([id])
    const [staged] = await stagingApi.entities('StagedPackage', [data.stagingRequest.packages.nodes[0].id], 'status package { id }')
    expect(staged).toEqual({ status: 'FAILED', package: { id: b?.id } })
    expect(refusal(await stagingApi.ask('{ stagingRequest { id } }'))).toBe('BAD_INPUT id, key: give one of the two')
    expect(refusal(await stagingApi.ask('{ stagingRequests(locationId: "x") { nodes { id } } }'))).toBe(
      'BAD_INPUT locationId: must be a UUID',
    )
  })
})
