import { expect } from 'vitest'
import { sql } from '@almagest/schema'
import { migrate } from '@almagest/schema/orm'
import { read, test } from './fixtures.ts'
import { change, follow, makeSites } from './following.ts'

test('UC-7.4 after a restore into another cluster events go on in a new epoch, behind all that were restored', async ({
  orm,
  em,
  gateway,
  logged,
}) => {
  const [site = ''] = await makeSites(em, 1)
  await change(em, [site])
  const url = `${gateway.url}/events?subjectId=${site}&after=0-0-0`
  using before = await follow(url)
  const [first] = await before.heard(1)

  // What a dump brings: an epoch of another cluster, whose transactions had far higher numbers.
  await sql(em, `insert into storage.event_epoch (number, system_identifier) values (2, 'another cluster')`)
  await sql(
    em,
    `insert into storage.event (subject_type, subject_id, field, to_state, epoch, txid) values ('Site', $1, 'active', 'true', 2, '9000000000')`,
    [site],
  )
  const { status, body } = await read(await fetch(url))
  expect([status, body?.errors]).toMatchObject([503, [{ extensions: { code: 'UNAVAILABLE' } }]])
  expect(JSON.stringify(logged.at(-1))).toContain('request.unavailable')

  await migrate(orm)
  await migrate(orm)
  await change(em, [site])

  using after = await follow(url)
  const events = await after.heard(3)
  expect(events.map(({ id }) => id.split('-')[0])).toEqual(['1', '2', '3'])
  using back = await follow(url, { lastId: first?.id })
  expect(await back.heard(2)).toEqual(events.slice(1))
  expect(await sql(em, 'select number from storage.event_epoch order by number')).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }])
  expect(await sql(em, 'select storage.begin_event_epoch(true) as number')).toEqual([{ number: 4 }])
})
