import { describe, expect } from 'vitest'
import { DataTransfer, newId, Operation, PhysicalCopy, RawDataPackage, requestOperations, sql } from '@almagest/schema'
import { makeTopologyInUse } from '../make.ts'
import { makePackages } from './rows.ts'
import { refusal, test } from './serve.ts'

describe('copies', () => {
  test('are of three kinds, each found by its own reference', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const [tar] = await makePackages(em, topology)
    const copies = await em.find(PhysicalCopy, { locationId: [topology.locations.source.id, topology.locations.chileBuffer.id] })
    const ofFile = copies.find(({ fileId }) => fileId)
    const ofPackage = copies.find(({ packageId }) => packageId === tar?.id)
    const ids = [ofFile?.id, ofPackage?.id]
    expect(await storageApi.entities('RawDataFileCopy', ids, '__typename file { id } location { name } deletionProof { id }')).toEqual([
      {
        __typename: 'RawDataFileCopy',
        file: { id: ofFile?.fileId },
        location: { name: topology.locations.source.name },
        deletionProof: null,
      },
      null,
    ])
    expect(await storageApi.entities('RawDataPackageCopy', ids, 'package { id } verificationLevel')).toEqual([
      null,
      { package: { id: tar?.id }, verificationLevel: 2 },
    ])
    const [file] = await storageApi.entities('RawDataFile', [ofFile?.fileId], 'copies { id bytes }')
    expect(file.copies).toEqual([{ id: ofFile?.id, bytes: 10 }])
  })
})

describe('work', () => {
  test('UC-3.1 sends packages over a route now', async ({ storageApi, queue, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const packages = await makePackages(em, topology, { count: 3 })
    const ids = packages.map(({ id }) => id)
    const request = (routeId: unknown, packageIds: unknown) =>
      storageApi.ask(
        'mutation ($routeId: ID!, $packageIds: [ID!]!) { requestTransfer(routeId: $routeId, packageIds: $packageIds) { id status unpackStatus leg route { id } toLocation { id } transferPackage { id transfers { id } } } }',
        { routeId, packageIds },
      )
    const route = topology.routes[0]?.id

    const { data, errors } = await request(route, [...ids, ids[0]])
    expect(errors).toBeUndefined()
    expect(data.requestTransfer).toMatchObject({
      status: 'SCHEDULED',
      unpackStatus: 'PENDING',
      leg: 1,
      route: { id: route },
      toLocation: { id: topology.locations.cologneBuffer.id },
      transferPackage: { transfers: [{ id: data.requestTransfer.id }] },
    })
    expect(await em.fork().count(RawDataPackage, { id: ids, state: 'TRANSFERRING' })).toBe(3)
    expect(await queue.open(`transfer.${topology.locations.cologneBuffer.name}`).count()).toBe(1)
    const [tar] = await storageApi.entities('RawDataPackage', [ids[0]], 'operations { kind state }')
    expect(tar.operations).toEqual([{ kind: 'transfer', state: 'READY' }])

    expect(refusal(await request(route, ids))).toMatch(/^CONFLICT packageIds: /)
    const absent = newId()
    expect(refusal(await request(route, [ids[0], absent]))).toBe(`NOT_FOUND packageIds: there is no package ${absent}`)
    expect(refusal(await request(absent, ids))).toBe(`NOT_FOUND routeId: there is no DataTransferRoute ${absent}`)
    expect(refusal(await request('x', ids))).toBe('BAD_INPUT routeId: must be a UUID')
    expect(refusal(await request(route, []))).toBe('BAD_INPUT packageIds: must name at least one package')
    expect(refusal(await request(route, ['x']))).toBe('BAD_INPUT packageIds[0]: must be a UUID')
  })

  test('sends packages once when requests race', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const packages = await makePackages(em, topology, { count: 2 })
    const variables = { routeId: topology.routes[0]?.id, packageIds: packages.map(({ id }) => id) }
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        storageApi.ask(
          'mutation ($routeId: ID!, $packageIds: [ID!]!) { requestTransfer(routeId: $routeId, packageIds: $packageIds) { id } }',
          variables,
        ),
      ),
    )
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1)
    expect(answers.filter(({ errors }) => errors).map(refusal)).toEqual(Array(4).fill(expect.stringMatching(/^CONFLICT /)))
  })

  test('sends or verifies again what FAILED of a transfer', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const packages = await makePackages(em, topology)
    const { data } = await storageApi.ask(
      'mutation ($routeId: ID!, $packageIds: [ID!]!) { requestTransfer(routeId: $routeId, packageIds: $packageIds) { id } }',
      { routeId: topology.routes[0]?.id, packageIds: packages.map(({ id }) => id) },
    )
    const id = data.requestTransfer.id
    const retry = () => storageApi.ask('mutation ($id: ID!) { retryTransfer(transferId: $id) { status unpackStatus } }', { id })
    const set = async (status: string, unpackStatus: string) => {
      await sql(em, `update storage.data_transfer set status = $2, unpack_status = $3 where id = $1`, [id, status, unpackStatus])
    }
    const operations = async () =>
      (await em.fork().find(Operation, { subjectId: id }, { orderBy: { id: 'asc' } })).map(({ kind, state }) => `${kind} ${state}`)

    expect(refusal(await retry())).toMatch(/^INVALID_TRANSITION transferId: transfer .* is SCHEDULED and PENDING/)
    await set('FAILED', 'PENDING')
    await sql(em, `update storage.operation set state = 'FAILED' where subject_id = $1`, [id])
    expect((await retry()).data.retryTransfer).toEqual({ status: 'SCHEDULED', unpackStatus: 'PENDING' })
    expect(await operations()).toEqual(['transfer READY'])

    await sql(em, `update storage.operation set state = 'DONE' where subject_id = $1`, [id])
    await set('COMPLETED', 'FAILED')
    expect((await retry()).data.retryTransfer).toEqual({ status: 'COMPLETED', unpackStatus: 'SCHEDULED' })
    expect(await operations()).toEqual(['transfer DONE', 'unpack READY'])

    await sql(em, `update storage.operation set state = 'DONE' where subject_id = $1`, [id])
    await set('FAILED', 'FAILED')
    expect((await retry()).data.retryTransfer).toEqual({ status: 'SCHEDULED', unpackStatus: 'PENDING' })
    expect(await operations()).toEqual(['transfer DONE', 'unpack DONE', 'transfer READY'])
  })

  test('archives and verifies now, and asks once for the same', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { cologneArchive, chileBuffer, source } = topology.locations
    const [tar] = await makePackages(em, topology)
    const [unmade] = await makePackages(em, topology, { status: 'SCHEDULED' })
    const archive = (packageId: unknown, locationId: unknown) =>
      storageApi.ask(
        'mutation ($packageId: ID!, $locationId: ID!) { requestArchive(packageId: $packageId, locationId: $locationId) { id kind state queue attempt package { id } } }',
        { packageId, locationId },
      )
    expect(refusal(await archive(tar?.id, cologneArchive.id))).toMatch(/^BAD_INPUT locationId: nothing at the site of .* holds package/)
    em.create(PhysicalCopy, {
      id: newId(),
      locationId: topology.locations.cologneBuffer.id,
      packageId: tar?.id ?? '',
      path: 'x.tar',
      bytes: 1,
    })
    await em.flush()
    const { data } = await archive(tar?.id, cologneArchive.id)
    expect(data.requestArchive).toMatchObject({
      kind: 'archive',
      state: 'READY',
      queue: `archive.${cologneArchive.name}`,
      package: { id: tar?.id },
    })
    expect((await archive(tar?.id, cologneArchive.id)).data.requestArchive.id).toBe(data.requestArchive.id)
    await sql(em, `update storage.operation set state = 'FAILED', attempt = 10 where id = $1`, [data.requestArchive.id])
    expect((await archive(tar?.id, cologneArchive.id)).data.requestArchive).toMatchObject({
      id: data.requestArchive.id,
      state: 'READY',
      attempt: 0,
    })
    const there = { locationId: cologneArchive.id, packageId: tar?.id ?? '', path: 'x.tar', bytes: 1, verificationLevel: 2 }
    em.create(PhysicalCopy, { id: newId(), ...there })
    await em.flush()
    expect((await archive(tar?.id, cologneArchive.id)).data.requestArchive.id).toBe(data.requestArchive.id)
    await sql(em, `update storage.operation set state = 'DONE' where id = $1`, [data.requestArchive.id])
    expect(refusal(await archive(tar?.id, cologneArchive.id))).toBe(
      `CONFLICT packageId: ${cologneArchive.name} holds package ${tar?.id}, verified: requestVerification re-reads the copy`,
    )
    expect(refusal(await archive(tar?.id, chileBuffer.id))).toMatch(/^BAD_INPUT locationId: .* is a BUFFER/)
    expect(refusal(await archive(unmade?.id, cologneArchive.id))).toMatch(/^INVALID_TRANSITION packageId: .* is SCHEDULED/)

    const verify = (copyId: unknown) =>
      storageApi.ask('mutation ($copyId: ID!) { requestVerification(copyId: $copyId) { id kind state subjectType subjectId } }', { copyId })
    const copy = await em.findOneOrFail(PhysicalCopy, { packageId: tar?.id ?? '', locationId: chileBuffer.id })
    const first = (await verify(copy.id)).data.requestVerification
    expect(first).toMatchObject({ kind: 'checksum', state: 'READY', subjectType: 'PhysicalCopy', subjectId: copy.id })
    expect((await verify(copy.id)).data.requestVerification).toEqual(first)
    const fileCopy = await em.findOneOrFail(PhysicalCopy, { locationId: source.id }, { orderBy: { id: 'asc' } })
    expect(refusal(await verify(fileCopy.id))).toMatch(
      /^BAD_INPUT copyId: .* is not the copy of a package in a BUFFER or LONG_TERM_ARCHIVE/,
    )
    copy.become('DELETION_SCHEDULED', 'test')
    await em.flush()
    expect(refusal(await verify(copy.id))).toMatch(/^INVALID_TRANSITION copyId: .* is DELETION_SCHEDULED/)
  })

  test('gives operations that FAILED or wait all their attempts again', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { source } = topology.locations
    await requestOperations(em, [{ kind: 'scan', locationId: source.id, subjectId: source.id }])
    const operation = await em.findOneOrFail(Operation, { kind: 'scan', subjectId: source.id })
    const retry = (id: string) =>
      storageApi.ask('mutation ($id: ID!) { retryOperation(operationId: $id) { state attempt finishedAt } }', { id })
    expect(refusal(await retry(operation.id))).toMatch(/^INVALID_TRANSITION .* is READY/)
    for (const state of ['FAILED', 'WAITING']) {
      await sql(em, `update storage.operation set state = $2, attempt = 7 where id = $1`, [operation.id, state])
      expect((await retry(operation.id)).data.retryOperation).toEqual({ state: 'READY', attempt: 0, finishedAt: null })
    }

    const [tar] = await makePackages(em, topology, { status: 'FAILED' })
    await requestOperations(em, [{ kind: 'packaging', locationId: source.id, subjectId: tar?.id ?? '', packageId: tar?.id ?? '' }])
    await sql(em, `update storage.operation set state = 'FAILED' where subject_id = $1`, [tar?.id])
    const packaging = await em.findOneOrFail(Operation, { subjectId: tar?.id ?? '' })
    expect(refusal(await retry(packaging.id))).toMatch(/^INVALID_TRANSITION operationId: package .* retryPackaging tries it again/)

    const packages = await makePackages(em, topology)
    const { data } = await storageApi.ask(
      'mutation ($routeId: ID!, $packageIds: [ID!]!) { requestTransfer(routeId: $routeId, packageIds: $packageIds) { id } }',
      { routeId: topology.routes[0]?.id, packageIds: packages.map(({ id }) => id) },
    )
    await sql(em, `update storage.operation set state = 'FAILED' where subject_id = $1`, [data.requestTransfer.id])
    await sql(em, `update storage.data_transfer set status = 'FAILED' where id = $1`, [data.requestTransfer.id])
    const sending = await em.findOneOrFail(Operation, { subjectId: data.requestTransfer.id })
    expect((await retry(sending.id)).data.retryOperation.state).toBe('READY')
    expect(await em.fork().findOneOrFail(DataTransfer, data.requestTransfer.id)).toMatchObject({ status: 'SCHEDULED' })
    expect(refusal(await retry(newId()))).toMatch(/^NOT_FOUND operationId: there is no Operation/)
  })

  test('UC-8.1 cancels work of every kind until somebody asks for it again', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const { cologneArchive } = topology.locations
    const ask = (name: 'cancelOperation' | 'retryOperation', id: string) =>
      storageApi.ask(`mutation ($id: ID!) { ${name}(operationId: $id) { state reason whyBlocked { code nextAction } } }`, { id })
    const [tar] = await makePackages(em, topology)
    const subjectId = tar?.id ?? ''
    await requestOperations(em, [{ kind: 'archive', locationId: cologneArchive.id, subjectId, packageId: subjectId }])
    const { id } = await em.fork().findOneOrFail(Operation, { kind: 'archive', subjectId })
    for (const state of ['READY', 'RUNNING', 'WAITING', 'FAILED', 'CANCELLED']) {
      await sql(em, `update storage.operation set state = $2 where id = $1`, [id, state])
      expect((await ask('cancelOperation', id)).data.cancelOperation).toMatchObject({
        state: 'CANCELLED',
        whyBlocked: [{ code: 'CANCELLED', nextAction: 'retryOperation asks for it again' }],
      })
    }
    expect(await requestOperations(em, [{ kind: 'archive', locationId: cologneArchive.id, subjectId }])).toEqual([])
    expect((await ask('retryOperation', id)).data.retryOperation.state).toBe('READY')
    await sql(em, `update storage.operation set state = 'DONE' where id = $1`, [id])
    expect(refusal(await ask('cancelOperation', id))).toBe(
      `INVALID_TRANSITION operationId: operation ${id} is DONE: there is nothing to cancel`,
    )
    expect(refusal(await ask('cancelOperation', newId()))).toMatch(/^NOT_FOUND operationId: there is no Operation/)
  })

  test('cancels the sending of a transfer, which FAILED with it and can be asked for again', async ({ storageApi, em, root }) => {
    const topology = await makeTopologyInUse(em, root)
    const packages = await makePackages(em, topology)
    const { data } = await storageApi.ask(
      'mutation ($routeId: ID!, $packageIds: [ID!]!) { requestTransfer(routeId: $routeId, packageIds: $packageIds) { id } }',
      { routeId: topology.routes[0]?.id, packageIds: packages.map(({ id }) => id) },
    )
    const subjectId = data.requestTransfer.id
    const { id } = await em.fork().findOneOrFail(Operation, { subjectId })
    const cancelled = await storageApi.ask('mutation ($id: ID!) { cancelOperation(operationId: $id) { state } }', { id })
    expect(cancelled.data.cancelOperation.state).toBe('CANCELLED')
    expect(await em.fork().findOneOrFail(DataTransfer, subjectId)).toMatchObject({ status: 'FAILED', unpackStatus: 'PENDING' })
    await storageApi.ask('mutation ($id: ID!) { retryTransfer(transferId: $id) { id } }', { id: subjectId })
    expect(await em.fork().findOneOrFail(Operation, { subjectId })).toMatchObject({ id, state: 'READY', attempt: 0 })
    expect(await em.fork().findOneOrFail(DataTransfer, subjectId)).toMatchObject({ status: 'SCHEDULED' })
  })
})
