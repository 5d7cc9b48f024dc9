import { describe, expect } from 'vitest'
import { copyIn, newIds, Site, sql } from '@almagest/schema'
import { test } from '../fixtures.ts'

const COPY = '/* copySites */ copy storage.site (id, name, title) from stdin'

function* lines(names: readonly string[]): Generator<string, void, void> {
  const ids = newIds(names.length)
  for (const [index, name] of names.entries()) yield `${ids[index]}\t${name}\tA site\n`
}

describe('rows by COPY', () => {
  test('are written in the transaction that they belong to', async ({ em }) => {
    await expect(
      em.transactional(async em => {
        await copyIn(em, COPY, lines(['one', 'two']))
        expect(await em.count(Site)).toBe(2)
        throw new Error('changed its mind')
      }),
    ).rejects.toThrow('changed its mind')
    expect(await em.count(Site)).toBe(0)

    await em.transactional(em => copyIn(em, COPY, lines(['one', 'two'])))
    await copyIn(em, COPY, [])
    expect(await em.count(Site)).toBe(2)
  })

  test('are refused all together for one that is wrong, and the connection is good for the next', async ({ em }) => {
    const names = Array.from({ length: 5_000 }, (_, index) => `many-${index}`)
    await em.transactional(async em => {
      await sql(em, '/* test */ savepoint before')
      await expect(copyIn(em, COPY, lines(['many-7', ...names]))).rejects.toMatchObject({ code: '23505', constraint: 'site_name_unique' })
      await sql(em, '/* test */ rollback to savepoint before')
      await expect(copyIn(em, COPY, ['no row\n', ...names])).rejects.toMatchObject({ code: '22P02' })
      await sql(em, '/* test */ rollback to savepoint before')
      await copyIn(em, COPY, lines(names))
    })
    expect(await em.count(Site, { name: { $like: 'many-%' } })).toBe(5_000)
    await expect(copyIn(em, 'copy storage.nothing from stdin', [])).rejects.toMatchObject({ code: '42P01' })
  })

  test('end with the error of who makes them', async ({ em }) => {
    function* broken(): Generator<string, void, void> {
      yield* lines(['before'])
      throw new Error('no more rows')
    }
    await expect(copyIn(em, COPY, broken())).rejects.toThrow('no more rows')
    expect(await em.count(Site, { name: 'before' })).toBe(0)
  })
})

describe('many ids', () => {
  test('are UUIDv7 of now, all different, in order', () => {
    const ids = newIds(10_000)

    expect(ids.every(id => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
    expect(new Set(ids).size).toBe(10_000)
    expect(Math.abs(Number.parseInt(ids[0]?.replace('-', '').slice(0, 12) ?? '', 16) - Date.now())).toBeLessThan(60_000)
    expect(ids.toSorted()).toEqual(ids)
    expect(newIds(0)).toEqual([])
  })
})
