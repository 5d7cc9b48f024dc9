import { expect } from 'vitest'
import { newId, Operation, sql, type DataLocation, type JobName } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { refusal, test } from './operated.ts'

/** Operations of a kind at a location that FAILED after their last attempt. */
async function makeFailed(em: EntityManager, { id: locationId }: DataLocation, kind: JobName, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId())
  await sql(
    em,
    `/* test: failed */
     insert into storage.operation (id, kind, location_id, subject_type, subject_id, state, attempt, max_attempts, finished_at, reason)
     select id, $2, $3, 'PhysicalCopy', gen_random_uuid(), 'FAILED', 10, 10, now(), 'the disk was full' from unnest($1::uuid[]) as t(id)`,
    [ids, kind, locationId],
  )
  return ids
}

test('operations that FAILED are retried by kind and location, at most a thousand in a call, and their history keeps why they had failed', async ({
  em,
  topology,
  api,
  operate,
}) => {
  const { cologneBuffer, cologneArchive } = topology.locations
  const retry = (args: Readonly<Record<string, unknown>>) => operate('retryOperations', args, 'retried left')
  const here = { locationId: cologneArchive.id }
  const many = await makeFailed(em, cologneArchive, 'checksum', 1_001)
  const [archiving = ''] = await makeFailed(em, cologneArchive, 'archive', 1)
  const [elsewhere] = await makeFailed(em, cologneBuffer, 'checksum', 1)

  expect(refusal(await api.ask('mutation { retryOperations(kind: packaging) { retried } }'))).toContain('kind: what FAILED with packaging')
  expect(await retry({ locationId: 'here' })).toContain('locationId: ')
  const byKind = await api.ask(`mutation { retryOperations(kind: archive, locationId: "${cologneArchive.id}") { retried left } }`)
  expect(byKind.data.retryOperations).toEqual({ retried: 1, left: 0 })
  expect(await retry(here)).toEqual({ retried: 1_000, left: 1 })
  expect(await retry(here)).toEqual({ retried: 1, left: 0 })
  expect(await retry(here)).toEqual({ retried: 0, left: 0 })

  expect(await em.fork().count(Operation, { id: many, state: 'READY', attempt: 0 })).toBe(1_001)
  expect(await em.fork().findOneOrFail(Operation, elsewhere ?? '')).toMatchObject({ state: 'FAILED', attempt: 10 })
  const [{ history }] = await api.entities('Operation', [archiving], 'history { nodes { fromState toState reason } }')
  expect(history.nodes.map(({ toState }: { toState: string }) => toState).sort()).toEqual(['FAILED', 'READY'])
})
