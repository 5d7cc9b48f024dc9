import { describe, expect } from 'vitest'
import { EVENT_FIELDS, ExecutedObsUnit, newId, sql, StagedPackage, StagingRequest } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { toldOf } from '../jobs/attempt.ts'
import { test } from '../fixtures.ts'
import { makeTopology } from '../make.ts'
import { makeExecutions, makePackages } from '../subgraphs/rows.ts'

/** All events of one kind of subject. */
function count(em: EntityManager, type: string): Promise<{ n: number }[]> {
  return sql(em, `/* test: count */ select count(*)::int as n from storage.event where subject_type = $1`, [type])
}

describe('events', () => {
  test('are of the subjects and fields that the list names', async ({ em }) => {
    const rows = await sql<{ subject: string; field: string }>(
      em,
      `/* test: triggers */
       select distinct split_part(args, ',', 1) as subject, split_part(args, ',', 2) as field from (
         select rtrim(replace(encode(tgargs, 'escape'), '\\000', ','), ',') as args from pg_trigger t join pg_proc p on p.oid = t.tgfoid
         where p.proname in ('record_transition', 'record_creation')
       ) as triggers order by 1, 2`,
    )
    const found = Map.groupBy(rows, ({ subject }) => subject)
    const fields = Object.fromEntries([...found].map(([subject, rows]) => [subject, rows.map(({ field }) => field)]))

    expect({ ...fields, ExecutedObsUnit: ['files', ...(fields.ExecutedObsUnit ?? [])] }).toEqual(EVENT_FIELDS)
  })

  test('tell of an execution that it began, how many files were filed, and how good it is', async ({ em, root }) => {
    const topology = await makeTopology(em, root)
    const [execution] = await makeExecutions(em, topology, 1)
    const id = execution?.id ?? ''
    await sql(
      em,
      `/* test: more files */
       insert into data_package.raw_data_file (id, execution_id, module_id, path, path_fold, bytes)
       select uuidv7(), $1, $2, 'more/' || n, 'more/' || n, 1 from generate_series(1, 5000) n`,
      [id, topology.module.id],
    )
    await sql(em, `/* test: none */ insert into data_package.raw_data_file select * from data_package.raw_data_file on conflict do nothing`)
    await em.nativeUpdate(ExecutedObsUnit, { id }, { quality: 'GOOD' })

    const files = { field: 'files', from_state: null, reason: null }
    const quality = { field: 'quality', reason: null }
    expect(await toldOf(em, id)).toEqual([
      { ...quality, from_state: null, to_state: 'UNKNOWN' },
      { ...files, to_state: '1' },
      { ...files, to_state: '5000' },
      { ...quality, from_state: 'UNKNOWN', to_state: 'GOOD' },
    ])
  })

  test('tell of copies of packages that they are made, and not of copies of files', async ({ em, root }) => {
    const topology = await makeTopology(em, root)
    const [{ n: before } = { n: 0 }] = await count(em, 'PhysicalCopy')
    const [made] = await makePackages(em, topology)
    const [copy] = await sql<{ id: string }>(em, 'select id from storage.physical_copy where package_id = $1', [made?.id])

    expect(await toldOf(em, copy?.id ?? '')).toEqual([{ field: 'status', from_state: null, to_state: 'PRESENT', reason: null }])
    expect(await count(em, 'PhysicalCopy')).toEqual([{ n: before + 1 }])
  })

  test('tell of operations and of staged packages that they are asked for, with the reason and the operation of their cause', async ({
    em,
    root,
  }) => {
    const topology = await makeTopology(em, root)
    const [made] = await makePackages(em, topology)
    const [operation, cause] = [newId(), newId()]
    const request = { id: newId(), locationId: topology.locations.processing.id, requestKey: newId(), requestedBy: 'A', leaseS: 60 }
    const staged = newId()
    await em.transactional(async em => {
      await sql(em, `select set_config('almagest.reason', 'an operator', true), set_config('almagest.operation', $1, true)`, [cause])
      await sql(
        em,
        `insert into storage.operation (id, kind, location_id, subject_type, subject_id, max_attempts) values ($1, 'scan', $2, 'DataLocation', $2, 1)`,
        [operation, topology.locations.source.id],
      )
      em.create(StagingRequest, request)
      em.create(StagedPackage, { id: staged, requestId: request.id, packageId: made?.id ?? '' })
      await em.flush()
    })

    expect(await toldOf(em, operation)).toEqual([{ field: 'state', from_state: null, to_state: 'READY', reason: 'an operator' }])
    expect(await toldOf(em, staged)).toEqual([{ field: 'status', from_state: null, to_state: 'PENDING', reason: 'an operator' }])
    expect(await sql(em, 'select distinct operation_id from storage.event where subject_id = any($1)', [[operation, staged]])).toEqual([
      { operation_id: cause },
    ])
  })

  test('tell of an instrument and a module that they are switched off and on', async ({ em, root }) => {
    const { instrument, module } = await makeTopology(em, root)
    instrument.active = module.active = false
    await em.flush()

    for (const { id } of [instrument, module])
      expect(await toldOf(em, id)).toEqual([{ field: 'active', from_state: 'true', to_state: 'false', reason: null }])
  })
})
