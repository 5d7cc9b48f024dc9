import { describe, expect } from 'vitest'
import { DataLocation, foldPath, InstrumentModule, newId, RawDataFile, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { test as base } from '../fixtures.ts'
import { makeObservation, makeTopology, type Topology } from '../make.ts'

const test = base.extend<{ topology: Topology }>({
  topology: async ({ em, root }, use) => use(await makeTopology(em, root)),
})

const missing = (constraint: string): object => ({ code: '23503', constraint })
const kept = { code: 'AL001', message: expect.stringMatching(/keeps what it is known by|kept for ever/) as string }

function insertFile(em: EntityManager, executionId: string, moduleId: string): Promise<unknown> {
  const path = newId()
  return sql(
    em,
    `/* test */ insert into data_package.raw_data_file (id, execution_id, module_id, path, path_fold, bytes) values ($1, $2, $3, $4, $5, 1)`,
    [newId(), executionId, moduleId, path, foldPath(path)],
  )
}

function insertCopy(em: EntityManager, fileId: string | null, locationId: string): Promise<unknown> {
  return sql(em, `/* test */ insert into storage.physical_copy (id, file_id, location_id, path, bytes) values ($1, $2, $3, $4, 1)`, [
    newId(),
    fileId,
    locationId,
    newId(),
  ])
}

describe('what a file and a copy refer to', () => {
  test('is there', async ({ em, topology }) => {
    const { execution, files } = await makeObservation(em, topology, { a: 'a' })
    const { module, locations } = topology

    await expect(insertFile(em, newId(), module.id)).rejects.toMatchObject(missing('raw_data_file_execution_id_foreign'))
    await expect(insertFile(em, execution.id, newId())).rejects.toMatchObject(missing('raw_data_file_module_id_foreign'))
    await expect(insertCopy(em, newId(), locations.source.id)).rejects.toMatchObject(missing('physical_copy_file_id_foreign'))
    await expect(insertCopy(em, files[0]?.id ?? '', newId())).rejects.toMatchObject(missing('physical_copy_location_id_foreign'))
    await insertFile(em, execution.id, module.id)
    await insertCopy(em, files[0]?.id ?? '', locations.gentBuffer.id)
  })

  test('is looked at in every row of a statement', async ({ em, topology }) => {
    const { execution } = await makeObservation(em, topology, { b: 'b' })
    const insert = (ids: readonly string[]): Promise<unknown> =>
      sql(
        em,
        `/* test */ insert into data_package.raw_data_file (id, execution_id, module_id, path, path_fold, bytes)
         select gen_random_uuid(), $1, m, 'each/' || n, 'each/' || n, 1 from unnest($2::uuid[]) with ordinality as t(m, n)`,
        [execution.id, ids],
      )
    const ids = Array<string>(500).fill(topology.module.id)

    await expect(insert(ids.with(499, newId()))).rejects.toMatchObject(missing('raw_data_file_module_id_foreign'))
    expect(await em.count(RawDataFile, { path: { $like: 'each/%' } })).toBe(0)
    await insert(ids)
    expect(await em.count(RawDataFile, { path: { $like: 'each/%' } })).toBe(500)
  })

  test('stays what it is', async ({ em, topology }) => {
    const { execution, files } = await makeObservation(em, topology, { c: 'c' })
    const update = (table: string, column: string, id: unknown): Promise<unknown> =>
      sql(em, `/* test */ update ${table} set ${column} = $1 where ${column} = $2`, [newId(), id])

    await expect(update('data_package.raw_data_file', 'execution_id', execution.id)).rejects.toMatchObject(kept)
    await expect(update('data_package.raw_data_file', 'module_id', topology.module.id)).rejects.toMatchObject(kept)
    await expect(update('data_package.raw_data_file', 'id', files[0]?.id)).rejects.toMatchObject(kept)
    await expect(update('observation.executed_obs_unit', 'id', execution.id)).rejects.toMatchObject(kept)
    await expect(update('storage.physical_copy', 'file_id', files[0]?.id)).rejects.toMatchObject(kept)
    await expect(update('storage.physical_copy', 'location_id', topology.locations.source.id)).rejects.toMatchObject(kept)
    await expect(em.nativeDelete(RawDataFile, { id: files[0]?.id ?? '' })).rejects.toMatchObject(kept)
  })

  test('cannot be deleted or renamed while it is referred to, and can before', async ({ em, topology }) => {
    await makeObservation(em, topology, { d: 'd' })
    const { module, locations } = topology
    const rename = (table: string, id: string): Promise<unknown> =>
      sql(em, `/* test */ update ${table} set id = $1 where id = $2`, [newId(), id])

    await expect(em.nativeDelete(InstrumentModule, module.id)).rejects.toMatchObject(missing('raw_data_file_module_id_foreign'))
    await expect(rename('observation.instrument_module', module.id)).rejects.toMatchObject(missing('raw_data_file_module_id_foreign'))
    await expect(rename('storage.data_location', locations.source.id)).rejects.toMatchObject({ code: '23503' })
    const other = em.create(InstrumentModule, { id: newId(), instrumentId: topology.instrument.id, name: 'm2', title: 'M2' })
    await em.flush()
    await expect(
      em.transactional(em => em.nativeDelete(InstrumentModule, other.id), { isolationLevel: 'repeatable read' as never }),
    ).rejects.toMatchObject({ code: 'AL001' })
    expect(await em.nativeDelete(InstrumentModule, other.id)).toBe(1)
  })

  test('is not deleted by one transaction while another begins to refer to it', async ({ orm, em, topology }) => {
    const { execution } = await makeObservation(em, topology, { e: 'e' })
    const other = em.create(InstrumentModule, { id: newId(), instrumentId: topology.instrument.id, name: 'm3', title: 'M3' })
    await em.flush()
    let deletion: Promise<unknown> | undefined
    await orm.em.fork().transactional(async filing => {
      await insertFile(filing, execution.id, other.id)
      deletion = orm.em.fork().nativeDelete(InstrumentModule, other.id)
      deletion.catch(() => {})
      await waiting(em, 'instrument_module')
    })
    await expect(deletion).rejects.toMatchObject(missing('raw_data_file_module_id_foreign'))

    const place = em.create(DataLocation, {
      id: newId(),
      siteId: topology.sites.gent.id,
      name: `late-${newId().slice(-8)}`,
      type: 'BUFFER',
      storage: 'DISK',
      root: '/late',
      failureDomain: 'late',
    })
    const [file] = await em.find(RawDataFile, { executionId: execution.id })
    await em.flush()
    let copying: Promise<unknown> | undefined
    await orm.em.fork().transactional(async deleting => {
      await deleting.nativeDelete(DataLocation, place.id)
      copying = insertCopy(orm.em.fork(), file?.id ?? '', place.id)
      copying.catch(() => {})
      await waiting(em, 'physical_copy')
    })
    await expect(copying).rejects.toMatchObject(missing('physical_copy_location_id_foreign'))
  })
})

/** Until a statement on that table waits for a lock. */
function waiting(em: EntityManager, table: string): Promise<void> {
  const rows = () =>
    sql(
      em.fork(),
      `/* test: waiting */ select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like $1`,
      [`%${table}%`],
    )
  return expect.poll(rows).not.toEqual([])
}
