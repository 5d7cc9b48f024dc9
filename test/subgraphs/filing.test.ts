import { describe, expect } from 'vitest'
import { newId, PhysicalCopy, RawDataFile, sql } from '@almagest/schema'
import { DIGEST, test } from './filing.ts'
import { statementsOf, type Answer } from './serve.ts'

describe('filing an observation', () => {
  test('UC-1.1 registers the execution, its files and their copies at the source', async ({ file, em, topology }) => {
    const id = newId()
    const { data, errors } = await file(
      [
        { path: 'a/1.fits', digest: DIGEST },
        { path: 'a/empty.fits', bytes: 0 },
      ],
      {
        id,
        quality: 'GOOD',
        conditions: { pwvMm: 0.6 },
      },
    )

    expect(errors).toBeUndefined()
    expect(data.fileObservation).toMatchObject({
      filesAdded: 2,
      execution: {
        id,
        startedAt: '2026-11-21T03:00:00.000Z',
        quality: 'GOOD',
        conditions: { pwvMm: 0.6 },
        obsUnit: { id: topology.obsUnit.id },
      },
    })
    const files = await em.find(RawDataFile, { executionId: id }, { orderBy: { path: 'asc' } })
    expect(files).toMatchObject([
      { path: 'a/1.fits', bytes: 2880, filedDigest: DIGEST, moduleId: topology.module.id },
      { path: 'a/empty.fits', bytes: 0, filedDigest: null },
    ])
    const copies = await em.find(PhysicalCopy, { fileId: files.map(({ id }) => id) }, { orderBy: { path: 'asc' } })
    expect(copies).toMatchObject([
      { path: 'a/1.fits', bytes: 2880, digest: DIGEST, status: 'PRESENT', locationId: topology.locations.source.id },
      { path: 'a/empty.fits', bytes: 0, digest: null, status: 'PRESENT' },
    ])
  })

  test('UC-1.2 gives the same execution the second time, and adds only what is new', async ({ file, em }) => {
    const key = newId()
    const first = await file([{ path: 'x/1' }, { path: 'x/2' }], { key })
    await sql(em, `update observation.executed_obs_unit set filed_at = filed_at - interval '1 hour' where filing_key = $1`, [key])
    const again = await file([{ path: 'x/1' }, { path: 'x/2' }], { key })
    const more = await file([{ path: 'x/2' }, { path: 'x/3' }], { key })

    const execution = first.data.fileObservation.execution
    expect(again.data.fileObservation).toMatchObject({ filesAdded: 0, execution: { id: execution.id } })
    expect(more.data.fileObservation).toMatchObject({ filesAdded: 1, execution: { id: execution.id } })
    expect(Date.parse(again.data.fileObservation.execution.filedAt)).toBeLessThan(Date.parse(execution.filedAt))
    expect(Date.parse(more.data.fileObservation.execution.filedAt)).toBeGreaterThanOrEqual(Date.parse(execution.filedAt))
    expect(await em.count(RawDataFile, { executionId: execution.id })).toBe(3)
  })

  test('UC-1.2 gives one execution to a retry that races with itself', async ({ file, em }) => {
    const [key, id] = [newId(), newId()]
    const answers = await Promise.all(Array.from({ length: 8 }, () => file([{ path: 'race/1' }, { path: 'race/2' }], { key, id })))

    expect(answers.map(({ errors }) => errors)).toEqual(Array(8).fill(undefined))
    expect(new Set(answers.map(({ data }) => data.fileObservation.execution.id))).toEqual(new Set([id]))
    expect(answers.map(({ data }) => data.fileObservation.filesAdded).toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 2])
    expect(await em.count(PhysicalCopy, { path: { $like: 'race/%' } })).toBe(2)
  })

  test('UC-1.2 lets two chunks of one key, in opposite order, both in', async ({ file }) => {
    const key = newId()
    const paths = Array.from({ length: 500 }, (_, index) => ({ path: `both/${index}` }))
    const answers = await Promise.all([file(paths, { key }), file(paths.toReversed(), { key })])
    expect(answers.map(({ data }) => data.fileObservation.filesAdded).toSorted()).toEqual([0, 500])
    const more = Array.from({ length: 500 }, (_, index) => ({ path: `both/more/${index}` }))
    const known = await Promise.all([file(more, { key }), file(more.toReversed(), { key })])
    expect(known.map(({ errors }) => errors)).toEqual([undefined, undefined])
    expect(known.map(({ data }) => data.fileObservation.filesAdded).toSorted()).toEqual([0, 500])
  })

  test('UC-1.3 files 100,000 files in one call and in a fixed number of statements', async ({ file, em, annotate }) => {
    const files = Array.from({ length: 100_000 }, (_, index) => ({
      path: `2026-11-21/array-${index % 7}/frame-${String(index).padStart(7, '0')}.fits`,
      digest: DIGEST,
    }))
    const key = newId()
    const begun = performance.now()
    let answer: Answer | undefined
    const statements = await statementsOf(async () => (answer = await file(files, { key })))
    const seconds = (performance.now() - begun) / 1_000

    expect(answer?.errors).toBeUndefined()
    expect(answer?.data.fileObservation.filesAdded).toBe(100_000)
    expect(statements.length).toBeLessThan(16)
    await annotate(`100,000 files filed in ${seconds.toFixed(1)} s with ${statements.length} statements`)
    const again = performance.now()
    expect((await file(files, { key })).data.fileObservation.filesAdded).toBe(0)
    await annotate(`and again in ${((performance.now() - again) / 1_000).toFixed(1)} s`)
    expect(await em.count(RawDataFile, { path: { $like: '2026-11-21/array-%' } })).toBe(100_000)
  })
})
