import { describe, expect } from 'vitest'
import { openLoaders } from '@almagest/kit'
import { ExecutedObsUnit, newId, RawDataFile } from '@almagest/schema'
import { makeTopology } from '../make.ts'
import { makeExecutions, makePackages } from './rows.ts'
import { refusal, test } from './serve.ts'

describe('pages', () => {
  test('go through a list once, in order, whatever their size', async ({ observationApi, em, root }) => {
    const made = await makeExecutions(em, await makeTopology(em, root), 7)
    const [program] = await em
      .getConnection()
      .execute<{ program_id: string }[]>('select program_id from observation.obs_unit where id = ?', [made[0]?.obsUnitId])
    for (const first of [1, 2, 3, 7, 8]) {
      const seen: string[] = []
      let after: string | null = null
      do {
        const query = `query ($of: [_Any!]!, $first: Int, $after: String) {
          _entities(representations: $of) { ... on ObservingProgram { executions(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }`
        const { data } = await observationApi.ask(query, {
          of: [{ __typename: 'ObservingProgram', id: program?.program_id }],
          first,
          after,
        })
        const { nodes, pageInfo } = data._entities[0].executions
        seen.push(...nodes.map(({ id }: { id: string }) => id))
        expect(pageInfo.hasNextPage).toBe(seen.length < 7)
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null
      } while (after !== null)
      expect(seen).toEqual(made.map(({ id }) => id))
    }
  })

  test('go through the files of a package by path and through its history by number', async ({ dataPackageApi, storageApi, em, root }) => {
    const topology = await makeTopology(em, root)
    const [tar] = await makePackages(em, topology)
    if (!tar) throw new Error('no package')
    const paths = ['Z.fits', 'a.fits', 'b/1.fits', 'b/10.fits', 'b/2.fits', 'ä.fits', '観測.fits']
    for (const path of paths)
      em.create(RawDataFile, {
        id: newId(),
        executionId: tar.executionId,
        moduleId: tar.moduleId,
        packageId: tar.id,
        path,
        pathFold: newId(),
        bytes: 1,
      })
    await em.flush()
    for (const status of ['PENDING', 'SCHEDULED', 'IN_PROGRESS'] as const) {
      tar.become(status)
      await em.flush()
    }

    const seen: string[] = []
    let after: string | null = null
    do {
      const { data } = await dataPackageApi.ask(
        `query ($id: ID!, $after: String) { rawDataPackage(id: $id) { files(first: 3, after: $after) { nodes { path } pageInfo { endCursor hasNextPage } } } }`,
        { id: tar.id, after },
      )
      const { nodes, pageInfo } = data.rawDataPackage.files
      seen.push(...nodes.map(({ path }: { path: string }) => path))
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after !== null)
    expect(seen.toSorted()).toEqual([...paths, `${tar.executionId}/1.fits`].toSorted())

    const fields = (args: string) => `history(${args}) { nodes { seq toState } pageInfo { endCursor hasNextPage } }`
    const [one] = await storageApi.entities('RawDataPackage', [tar.id], fields('first: 3'))
    const [two] = await storageApi.entities('RawDataPackage', [tar.id], fields(`first: 3, after: "${one.history.pageInfo.endCursor}"`))
    expect([...one.history.nodes, ...two.history.nodes].map(({ toState }) => toState)).toEqual([
      'COMPLETED',
      'PRESENT',
      'PENDING',
      'SCHEDULED',
      'IN_PROGRESS',
    ])
  })

  test('refuse a bad size and a cursor from elsewhere', async ({ observationApi, dataPackageApi, em, root }) => {
    await makeExecutions(em, await makeTopology(em, root), 2)
    for (const first of [0, -1, 201])
      expect(refusal(await observationApi.ask(`{ executedObsUnits(first: ${first}) { nodes { id } } }`))).toBe(
        'BAD_INPUT first: must be between 1 and 200',
      )
    const { data } = await observationApi.ask('{ executedObsUnits(first: 1) { pageInfo { endCursor } } }')
    const cursor = data.executedObsUnits.pageInfo.endCursor
    const ask = (field: string, after: string) =>
      observationApi.ask(`query ($after: String) { ${field}(after: $after) { nodes { id } } }`, { after })
    expect((await ask('executedObsUnits', cursor)).errors).toBeUndefined()
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const after of [
      '',
      'x',
      '!!!',
      forged(['executedObsUnits', "' or 1=1"]),
      forged(['executedObsUnits', newId(), 1]),
      forged(null),
      forged({}),
      forged(['executedObsUnits', 5]),
    ]) {
      expect(refusal(await ask('executedObsUnits', after))).toBe(
        'BAD_INPUT after: must be the endCursor of a page of this list, in this order',
      )
    }
    expect(refusal(await ask('observatories', cursor))).toBe('BAD_INPUT after: must be the endCursor of a page of this list, in this order')
    expect(refusal(await dataPackageApi.ask('query ($a: String) { rawDataPackages(after: $a) { nodes { id } } }', { a: cursor }))).toMatch(
      /^BAD_INPUT after/,
    )
    const { data: whole } = await observationApi.ask('{ executedObsUnits(first: null, after: null) { nodes { id } } }')
    expect(whole.executedObsUnits.nodes.length).toBeGreaterThan(1)
  })

  test('filter by equality', async ({ dataPackageApi, em, root }) => {
    const topology = await makeTopology(em, root)
    await makePackages(em, topology, { count: 2, status: 'FAILED' })
    await makePackages(em, topology, { count: 3, state: 'ARCHIVED' })
    const count = async (args: string) =>
      (await dataPackageApi.ask(`{ rawDataPackages(first: 200, filter: {${args}}) { nodes { status state } } }`)).data.rawDataPackages.nodes
        .length
    expect(await count('status: FAILED')).toBe(2)
    expect(await count('state: ARCHIVED')).toBe(3)
    expect(await count('state: ARCHIVED, status: FAILED')).toBe(0)
    expect(await count('state: null')).toBeGreaterThanOrEqual(5)
  })
})

describe('loaders', () => {
  test('read anew after a mutation of the same request', async ({ em, orm, root }) => {
    const [execution] = await makeExecutions(em, await makeTopology(em, root), 1)
    const loaders = openLoaders(orm.em.fork())
    expect((await loaders.get(ExecutedObsUnit, execution?.id ?? '')).quality).toBe('UNKNOWN')
    await em.nativeUpdate(ExecutedObsUnit, execution?.id ?? '', { quality: 'GOOD' })
    expect((await loaders.get(ExecutedObsUnit, execution?.id ?? '')).quality).toBe('UNKNOWN')
    loaders.clear()
    expect((await loaders.get(ExecutedObsUnit, execution?.id ?? '')).quality).toBe('GOOD')
  })
})
