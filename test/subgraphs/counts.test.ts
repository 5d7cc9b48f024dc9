import { describe, expect } from 'vitest'
import { newId, sql } from '@almagest/schema'
import { makeTopology } from '../make.ts'
import { makeExecutions, makePackages } from './rows.ts'
import { statementsOf, test } from './serve.ts'

const TOTAL = 'totalCount { value exact }'

describe('totalCount', () => {
  test('UC-7.1 counts all pages of a list, with the filters of the list, and is not read unless it is asked for', async ({
    dataPackageApi,
    em,
    root,
  }) => {
    const topology = await makeTopology(em, root)
    await makePackages(em, topology, { count: 3, state: 'ARCHIVED' })
    const query = (fields: string) =>
      `{ dataTransferPackages { nodes { id } ${fields} } rawDataPackages(first: 1) { nodes { id } ${fields} } }`

    expect((await dataPackageApi.ask(query(TOTAL))).data).toMatchObject({
      dataTransferPackages: { totalCount: { value: 0, exact: true } },
      rawDataPackages: { totalCount: { value: 3, exact: true } },
    })
    expect(await statementsOf(() => dataPackageApi.ask(query('')))).toEqual(['dataTransferPackages', 'rawDataPackages'])
    expect((await statementsOf(() => dataPackageApi.ask(query(TOTAL)))).toSorted()).toEqual(
      ['dataTransferPackages', 'dataTransferPackages.count', 'rawDataPackages', 'rawDataPackages.count'].toSorted(),
    )
  })

  test('counts the lists of fifty rows by one statement for each list', async ({ dataPackageApi, em, root }) => {
    const packages = await makePackages(em, await makeTopology(em, root), { count: 50 })
    const ids = packages.map(({ executionId }) => executionId)
    const fields = `files(first: 1) { ${TOTAL} } packages { nodes { files { ${TOTAL} } transferPackages { ${TOTAL} } } ${TOTAL} }`

    const statements = await statementsOf(async () => {
      const found = await dataPackageApi.entities('ExecutedObsUnit', ids, fields)
      for (const { files, packages } of found) {
        expect(files.totalCount).toEqual({ value: 1, exact: true })
        expect(packages.totalCount).toEqual({ value: 1, exact: true })
        expect(packages.nodes).toEqual([
          { files: { totalCount: { value: 1, exact: true } }, transferPackages: { totalCount: { value: 0, exact: true } } },
        ])
      }
    })
    expect(statements.filter(name => name.endsWith('.count')).toSorted()).toEqual(
      ['filesOfExecution.count', 'filesOfPackage.count', 'packagesOfExecution.count', 'transferPackagesOfPackage.count'].toSorted(),
    )
  })

  test('is an estimate, and says so, where there are too many rows to be counted', async ({ observationApi, em, root }) => {
    const small = await makeTopology(em, root)
    const large = await makeTopology(em, root)
    await makeExecutions(em, small, 1)
    const insert = `insert into observation.obs_unit (id, program_id, source_id, instrument_id, name, duration_s)
      select gen_random_uuid(), $1, source_id, instrument_id, 'unit ' || n, 60 from observation.obs_unit, generate_series(1, $2::int) n where id = $3`
    await sql(em, insert, [large.program.id, 15_000, large.obsUnit.id])
    await sql(em, insert, [small.program.id, 9_999, small.obsUnit.id])
    await sql(em, 'analyze observation.obs_unit')

    const statements = await statementsOf(async () => {
      const ids = [large.program.id, small.program.id, newId()]
      const found = await observationApi.entities('ObservingProgram', ids, `obsUnits(first: 2) { nodes { id } ${TOTAL} }`)
      expect(found[0].obsUnits.totalCount.exact).toBe(false)
      expect(found[0].obsUnits.totalCount.value).toBeGreaterThan(10_000)
      expect(found[0].obsUnits.totalCount.value).toBeLessThan(30_000)
      expect(found[1].obsUnits.totalCount).toEqual({ value: 10_000, exact: true })
      expect(found[2]).toBe(null)
    })
    expect(statements).toEqual(['ObservingProgram.id', 'obsUnitsOfProgram', 'obsUnitsOfProgram.count', 'obsUnitsOfProgram.estimate'])

    await sql(
      em,
      `insert into observation.source (id, name, kind, body) select gen_random_uuid(), 'comet ' || n, 'SOLAR_SYSTEM', n from generate_series(1, 12000) n`,
    )
    await sql(em, 'analyze observation.source')
    const { data } = await observationApi.ask(`{ sources(first: 1) { nodes { id } ${TOTAL} } }`)
    expect(data.sources.totalCount).toEqual({ exact: false, value: 12_004 })
  })
})
