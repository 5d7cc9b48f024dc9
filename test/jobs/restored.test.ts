import { expect } from 'vitest'
import { DeletionProof, newId, Operation, sql } from '@almagest/schema'
import { sweep } from '@almagest/jobs'
import { copyAt, getOperation, makeDue } from './attempt.ts'
import { cleanUp, expectKept, safe } from './deletions.ts'
import { refusal, test } from './operated.ts'

const PAUSES = 'deletion pauses: '

test('UC-6.2 nothing is deleted while no sweep was complete for five minutes, and a mark stays; the next sweep ends it', async ({
  em,
  world,
  topology,
  api,
}) => {
  const { cologneBuffer } = topology.locations
  const made = await safe(world, em, topology)
  await sql(em, `/* test: late */ update storage.last_sweep set completed_at = now() - interval '301 seconds'`)
  const { outcome, reason } = await cleanUp(world, cologneBuffer, made.pkg.id)
  expect([outcome, reason]).toEqual(['PAUSED', expect.stringMatching(/^deletion pauses: no sweep was complete for 30\d s/)])
  await expectKept(em, cologneBuffer, made)
  const { id } = await getOperation(world, 'cleanup', made.pkg.id)
  const [blocked] = await api.entities('Operation', [id], 'whyBlocked { code nextAction }')
  expect(blocked.whyBlocked).toEqual([{ code: 'DELETION_PAUSED', nextAction: 'it goes on after the next complete sweep of a worker' }])
  expect((await api.ask('{ lastSweep { behind ageS seconds } }')).data.lastSweep).toMatchObject({ behind: true })

  await sweep(world, null)
  expect((await api.ask('{ lastSweep { behind ageS seconds } }')).data.lastSweep).toMatchObject({ behind: false })
  expect((await cleanUp(world, cologneBuffer, made.pkg.id)).outcome).toBe('DONE')
})

test('the graph tells of each queue what is due in it and since when', async ({ em, world, topology, api }) => {
  const { cologneBuffer, source } = topology.locations
  const made = await safe(world, em, topology)
  const fields = '{ name kind due dueSince running waiting failed lastConsumedAt lastConsumedBy location { name } }'
  const of = async (filter: string) => (await api.ask(`{ queues(${filter}) ${fields} }`)).data.queues
  const none = { due: 0, dueSince: null, running: 0, waiting: 0, failed: 0, lastConsumedAt: null, lastConsumedBy: null }
  expect(await of(`locationId: "${source.id}"`)).toEqual(
    ['cleanup', 'packaging', 'scan'].map(kind => ({ ...none, name: `${kind}.${source.name}`, kind, location: { name: source.name } })),
  )
  const operation = em.create(Operation, {
    id: newId(),
    kind: 'cleanup',
    locationId: cologneBuffer.id,
    subjectType: 'RawDataPackage',
    subjectId: made.pkg.id,
    maxAttempts: 10,
  })
  await em.flush()
  await makeDue(world, operation.id)
  const [queue, ...others] = await of(`locationId: "${cologneBuffer.id}", kind: cleanup, due: true`)
  expect(others).toEqual([])
  expect(queue).toMatchObject({ ...none, name: `cleanup.${cologneBuffer.name}`, due: 1, dueSince: expect.any(String) as string })
  expect(refusal(await api.ask('{ queues(locationId: "here") { name } }'))).toContain('locationId: ')
})

test('UC-6.2 after ops-db was restored a location deletes nothing until it was scanned, or an operator says so', async ({
  em,
  world,
  topology,
  api,
  operate,
}) => {
  const { chileBuffer, cologneBuffer } = topology.locations
  const made = await safe(world, em, topology)
  await sweep(world, null)
  await sql(em, '/* test: restored */ select storage.begin_event_epoch(true)')

  expect(await cleanUp(world, cologneBuffer, made.pkg.id)).toEqual({
    outcome: 'PAUSED',
    reason: `${PAUSES}ops-db was restored: a scan of ${cologneBuffer.name} has to end first, or an operator says resumeDeletion`,
  })
  await expectKept(em, cologneBuffer, made)
  const other = await safe(world, em, topology)
  await sweep(world, null)
  expect(await em.fork().count(Operation, { kind: 'cleanup', subjectId: other.pkg.id })).toBe(0)

  expect(await operate('resumeDeletion', { locationId: newId(), reason: 'it is so' }, 'state')).toContain('NOT_FOUND')
  expect(await operate('resumeDeletion', { locationId: cologneBuffer.id, reason: '' }, 'state')).toContain('reason: ')
  await operate('resumeDeletion', { locationId: cologneBuffer.id, reason: 'the buffer was compared by hand' }, 'state')
  expect(await em.fork().count(DeletionProof, { packageId: made.pkg.id })).toBe(0)
  expect((await getOperation(world, 'cleanup', made.pkg.id)).nextRunAt.getTime()).toBeLessThanOrEqual(Date.now() + 1_000)
  expect((await cleanUp(world, cologneBuffer, made.pkg.id)).outcome).toBe('DONE')
  await sweep(world, null)
  expect(await em.fork().count(Operation, { kind: 'cleanup', subjectId: other.pkg.id })).toBe(1)

  const [kept] = await api.entities('DiskLocation', [cologneBuffer.id], 'reclaim { state }')
  expect(kept.reclaim).not.toBeNull()
  const epochs = () =>
    sql(
      em,
      `/* test: epochs */ select r.epoch = (select max(number) from storage.event_epoch) as newest from storage.reclaim r where location_id = $1`,
      [chileBuffer.id],
    )
  expect(await epochs()).toEqual([{ newest: false }])
  const { id } = em.create(Operation, {
    id: newId(),
    kind: 'scan',
    locationId: chileBuffer.id,
    subjectType: 'DataLocation',
    subjectId: chileBuffer.id,
    maxAttempts: 10,
  })
  await em.flush()
  await sql(em, `/* test: scanned */ update storage.operation set state = 'RUNNING' where id = $1`, [id])
  await sql(em, `/* test: scanned */ update storage.operation set state = 'DONE', finished_at = now() where id = $1`, [id])
  await sweep(world, null)
  expect(await epochs()).toEqual([{ newest: true }])
  expect(await copyAt(em, made.pkg.id, cologneBuffer)).toMatchObject({ status: 'DELETED' })
})
