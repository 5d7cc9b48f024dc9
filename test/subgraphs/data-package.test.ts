import { describe, expect } from 'vitest'
import { DataTransferPackage, newId, Operation, RawDataPackage, requestOperations, sql } from '@almagest/schema'
import { makeTopology } from '../make.ts'
import { makeExecutions, makePackages } from './rows.ts'
import { refusal, test } from './serve.ts'

const PACKAGE =
  'mutation ($id: ID!) { requestPackaging(executionId: $id) { id status sequence execution { id } module { id } files { nodes { path } } } }'
const RETRY = 'mutation ($id: ID!) { retryPackaging(packageId: $id) { id status } }'

describe('data-package', () => {
  test('UC-2.1 packages an execution at once, and gives the same packages the second time', async ({ dataPackageApi, queue, em, root }) => {
    const topology = await makeTopology(em, root)
    const [execution] = await makeExecutions(em, topology, 1)
    const id = execution?.id

    const { data, errors } = await dataPackageApi.ask(PACKAGE, { id })
    expect(errors).toBeUndefined()
    expect(data.requestPackaging).toMatchObject([
      {
        status: 'SCHEDULED',
        sequence: 1,
        execution: { id },
        module: { id: topology.module.id },
        files: { nodes: [{ path: `${id}/1.fits` }] },
      },
    ])
    const [operation] = await em.find(Operation, { subjectId: data.requestPackaging[0].id })
    expect(operation).toMatchObject({ kind: 'packaging', state: 'READY', locationId: topology.locations.source.id })
    const job = await queue.open(`packaging.${topology.locations.source.name}`).getJob(`${operation?.id}_1`)
    expect(job?.data).toEqual({ operationId: operation?.id, dispatch: 1 })

    const again = await dataPackageApi.ask(PACKAGE, { id })
    expect(again.data.requestPackaging.map((tar: { id: string }) => tar.id)).toEqual(
      data.requestPackaging.map((tar: { id: string }) => tar.id),
    )
    expect(await em.count(Operation, { kind: 'packaging', packageId: data.requestPackaging[0].id })).toBe(1)
    const [event] = await sql<{ reason: string }>(em, 'select reason from storage.event where subject_id = $1', [
      data.requestPackaging[0].id,
    ])
    expect(event?.reason).toBe('requestPackaging')
  })

  test('tells the SHA-256 of a package where it is known', async ({ dataPackageApi, em, root }) => {
    const [tar] = await makePackages(em, await makeTopology(em, root), {})
    const told = async () => (await dataPackageApi.ask('query ($id: ID!) { rawDataPackage(id: $id) { sha256 } }', { id: tar?.id })).data
    expect((await told()).rawDataPackage).toEqual({ sha256: null })
    const sha256 = `sha256:${'0a'.repeat(32)}`
    await sql(em, 'update data_package.raw_data_package set sha256 = $2 where id = $1', [tar?.id, sha256])
    expect((await told()).rawDataPackage).toEqual({ sha256 })
    const wrong = sql(em, 'update data_package.raw_data_package set sha256 = $2 where id = $1', [tar?.id, '0a'.repeat(32)])
    await expect(wrong).rejects.toThrow(/raw_data_package_sha256/)
  })

  test('gives one set of packages to requests that race', async ({ dataPackageApi, em, root }) => {
    const [execution] = await makeExecutions(em, await makeTopology(em, root), 1)
    const answers = await Promise.all(Array.from({ length: 6 }, () => dataPackageApi.ask(PACKAGE, { id: execution?.id })))
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([])
    expect(new Set(answers.flatMap(({ data }) => data.requestPackaging.map(({ id }: { id: string }) => id))).size).toBe(1)
  })

  test('tries again only what FAILED', async ({ dataPackageApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const [tar] = await makePackages(em, topology, { status: 'FAILED' })
    const id = tar?.id ?? ''
    await requestOperations(em, [{ kind: 'packaging', locationId: topology.locations.source.id, subjectId: id, packageId: id }])
    await sql(em, `update storage.operation set state = 'FAILED', attempt = 10 where subject_id = $1`, [id])

    expect((await dataPackageApi.ask(RETRY, { id })).data.retryPackaging).toEqual({ id, status: 'SCHEDULED' })
    expect(await em.fork().findOneOrFail(Operation, { subjectId: id })).toMatchObject({ state: 'READY', attempt: 0, dispatch: 2 })
    const events = await sql(em, `select from_state, to_state, reason from storage.event where subject_id = $1 order by seq`, [id])
    expect(events).toEqual([
      { from_state: null, to_state: 'FAILED', reason: null },
      { from_state: 'FAILED', to_state: 'PENDING', reason: 'retryPackaging' },
      { from_state: 'PENDING', to_state: 'SCHEDULED', reason: 'retryPackaging' },
    ])
    expect(refusal(await dataPackageApi.ask(RETRY, { id }))).toBe(
      `INVALID_TRANSITION packageId: package ${id} is SCHEDULED: only one that is FAILED can be packaged again`,
    )
    expect(await em.fork().findOneOrFail(RawDataPackage, id)).toMatchObject({ status: 'SCHEDULED' })
  })

  test('tells for a site what was grouped to be sent there, and from there', async ({ dataPackageApi, em, root }) => {
    const { sites } = await makeTopology(em, root)
    const [fromSiteId, toSiteId] = [sites.chile.id, sites.cologne.id]
    const { id } = em.create(DataTransferPackage, { id: newId(), fromSiteId, toSiteId, packageCount: 1, bytes: 1 })
    await em.flush()
    const lists = 'incomingTransferPackages { nodes { id } } outgoingTransferPackages { nodes { id fromSite { id } toSite { id } } }'

    expect(await dataPackageApi.entities('Site', [fromSiteId, toSiteId], lists)).toEqual([
      {
        incomingTransferPackages: { nodes: [] },
        outgoingTransferPackages: { nodes: [{ id, fromSite: { id: fromSiteId }, toSite: { id: toSiteId } }] },
      },
      { incomingTransferPackages: { nodes: [{ id }] }, outgoingTransferPackages: { nodes: [] } },
    ])
  })

  test('refuses ids that are malformed or absent', async ({ dataPackageApi }) => {
    const absent = newId()
    expect(refusal(await dataPackageApi.ask(PACKAGE, { id: 'x' }))).toBe('BAD_INPUT executionId: must be a UUID')
    expect(refusal(await dataPackageApi.ask(PACKAGE, { id: absent }))).toBe(`NOT_FOUND executionId: there is no ExecutedObsUnit ${absent}`)
    expect(refusal(await dataPackageApi.ask(RETRY, { id: absent }))).toBe(`NOT_FOUND packageId: there is no RawDataPackage ${absent}`)
    expect(
      (await dataPackageApi.ask('query ($id: ID!) { rawDataFile(id: $id) { id } dataTransferPackage(id: $id) { id } }', { id: absent }))
        .data,
    ).toEqual({ rawDataFile: null, dataTransferPackage: null })
  })
})
