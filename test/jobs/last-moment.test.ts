import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { sql, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { World } from '@almagest/jobs'
import { attempt, copyAt, getOperation, pathAt, withStore } from './attempt.ts'
import { test } from './bench.ts'
import { definePolicy, safe } from './deletions.ts'

/** The world in which something happens in the last moment: after the last look at what a proof relies on, before the transaction that unlinks. */
function atTheLastLook(world: World, archive: DataLocation, act: () => Promise<unknown>): World {
  let looks = 0
  return withStore(world, archive, store => ({
    async stat(path) {
      const found = await store.stat(path)
      if (++looks === 2) await act()
      return found
    },
  }))
}

/** Whether a statement has to wait for a lock, or is done at once. */
async function waitsOrIsDone(em: EntityManager, statement: Promise<unknown>): Promise<string> {
  const met = { isDone: false }
  const end = () => void (met.isDone = true)
  statement.then(end, end)
  while (!met.isDone) {
    const waiting = await sql(
      em.fork(),
      `/* test: blocked */ select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (waiting.length > 0) return 'WAITS'
    await delay(10)
  }
  return 'DONE'
}

describe('in the transaction that unlinks', () => {
  test('UC-6.2 what the proof relies on cannot be doubted before the bytes are gone', async ({ em, world, topology }) => {
    const { cologneBuffer, gentArchive } = topology.locations
    const made = await safe(world, em, topology)
    const relied = await copyAt(em, made.pkg.id, gentArchive)
    let doubting: Promise<unknown> = Promise.resolve()
    let met = ''
    const doubted = withStore(world, cologneBuffer, store => ({
      async remove(...given) {
        doubting = sql(
          em.fork(),
          `/* test: doubt */ update storage.physical_copy set status = 'QUARANTINED', status_reason = 'rotten' where id = $1`,
          [relied?.id],
        )
        met = await waitsOrIsDone(em, doubting)
        return store.remove(...given)
      },
    }))

    expect(await attempt(doubted, 'cleanup', made.pkg.id)).toBe('DONE')

    expect(met).toBe('WAITS')
    await doubting
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
    expect(await copyAt(em, made.pkg.id, gentArchive)).toMatchObject({ status: 'QUARANTINED' })
  })

  test('UC-6.2 nothing is deleted if what the proof relies on was doubted since the last look', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive, gentArchive } = topology.locations
    const made = await safe(world, em, topology)
    const late = atTheLastLook(world, cologneArchive, () =>
      sql(
        em.fork(),
        `/* test: doubt */ update storage.physical_copy set verification_level = 0, verified_at = null where package_id = $1 and location_id = $2`,
        [made.pkg.id, gentArchive.id],
      ),
    )

    expect(await attempt(late, 'cleanup', made.pkg.id)).toBe('RETRY')

    expect((await getOperation(world, 'cleanup', made.pkg.id)).reason).toContain('is no longer good')
    expect((await readFile(pathAt(cologneBuffer, made.pkg.path))).length).toBe(made.pkg.bytes)
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETION_IN_PROGRESS' })
  })

  test('UC-6.2 nothing is deleted if deletion was switched off, or another policy defined, since it was authorised', async ({
    em,
    world,
    topology,
  }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const switched = (enabled: boolean) =>
      sql(em.fork(), `/* test: switch */ update storage.data_location set deletion_enabled = $2 where id = $1`, [cologneBuffer.id, enabled])
    for (const { act, reason, back } of [
      { act: () => switched(false), reason: 'deletion was switched off at', back: () => switched(true) },
      { act: () => definePolicy(em, cologneBuffer, {}), reason: 'another retention policy is in force', back: () => Promise.resolve() },
    ]) {
      const made = await safe(world, em, topology)

      expect(await attempt(atTheLastLook(world, cologneArchive, act), 'cleanup', made.pkg.id)).toBe('RETRY')

      expect((await getOperation(world, 'cleanup', made.pkg.id)).reason).toContain(reason)
      expect((await readFile(pathAt(cologneBuffer, made.pkg.path))).length).toBe(made.pkg.bytes)
      await back()
      expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
      expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
    }
  })

  test('UC-6.2 nothing is deleted if the time of the proof is all but over: another is needed', async ({ em, world, topology }) => {
    const { cologneBuffer, cologneArchive } = topology.locations
    const made = await safe(world, em, topology)
    const late = atTheLastLook(world, cologneArchive, () =>
      em.fork().transactional(async em => {
        // Proofs never change: the clock does.
        await sql(em, `/* test: let it */ set local session_replication_role = replica`)
        await sql(
          em,
          `/* test: late */ update storage.deletion_proof set expires_at = clock_timestamp() + interval '50 s' where package_id = $1`,
          [made.pkg.id],
        )
      }),
    )

    expect(await attempt(late, 'cleanup', made.pkg.id)).toBe('RETRY')

    expect((await getOperation(world, 'cleanup', made.pkg.id)).reason).toContain('the time of the proof is over')
    expect((await readFile(pathAt(cologneBuffer, made.pkg.path))).length).toBe(made.pkg.bytes)
    expect(await attempt(world, 'cleanup', made.pkg.id)).toBe('DONE')
    expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
  })
})
