import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LONG } from '../long.ts'
import type { Scene } from './episode.ts'
import { MIN_VERIFIED_COPIES } from './places.ts'

/** How many packages may go at once: in the first seed of the long form very many. */
function candidatesOf(seed: number): number {
  return LONG && seed === 1 ? 100_000 : 2_000
}

/** The share of the location that may go in an hour. */
const SHARE = 0.01
const BYTES = 1_000
/** For how long it is waited for the pause: of very many a thousand may go before. */
const PAUSED_MS = LONG ? 450_000 : 60_000

const storms = new Map<string, { locationId: string; candidates: number }>()

/** Lets everything at one location be past its retention at the same moment, as after a wrong policy, while an observation passes through the others. */
export async function storm(scene: Scene): Promise<void> {
  const { system, seed, name } = scene
  const executionId = await scene.executionId()
  const candidates = candidatesOf(seed)
  const locationId = await makeSpare(scene)
  storms.set(name, { locationId, candidates })
  await system.db.query(
    `with made as (
       insert into data_package.raw_data_package (id, execution_id, module_id, sequence, name, path, status, state, file_count, file_bytes, bytes, digest, completed_at, archived_at, version)
       select gen_random_uuid(), $1, (select min(id::text)::uuid from observation.instrument_module), 1000 + n, format('storm-%s-%s', $2::text, n), format('storm-%s/%s.tar', $2::text, n),
         'COMPLETED', 'ARCHIVED', 0, 0, ${BYTES}, 'none', now(), now(), 1
       from generate_series(1, $3::int) as n returning id, path
     )
     insert into storage.physical_copy (id, location_id, package_id, path, bytes, digest, status, verification_level, verified_at, version)
     select gen_random_uuid(), l.id, made.id, made.path, ${BYTES}, 'none', 'PRESENT', 2, now(), 1
     from made cross join storage.data_location l where l.id = $4 or l.type = 'LONG_TERM_ARCHIVE'`,
    [await otherExecution(scene, executionId), name, candidates, locationId],
  )
  // What comes in by and by is known to PostgreSQL's planner; so many rows at once are not.
  await system.db.query('analyze')
  scene.did(`${candidates} packages past their retention at once`)
  const since = performance.now()
  await ask(scene, `mutation ($id: ID!) { setLocationDeletion(locationId: $id, enabled: true) { id } }`, { id: locationId })
  for (const end = performance.now() + PAUSED_MS; performance.now() < end; await delay(50)) {
    const { rowCount } = await system.db.query(`select from storage.reclaim where location_id = $1 and state = 'PAUSED'`, [locationId])
    if (rowCount === 0) continue
    scene.recovered('storm → stopped', performance.now() - since)
    break
  }
}

/** What went although it was too much. */
export async function judgeStorm({ system, name }: Scene): Promise<readonly string[]> {
  const { locationId = null, candidates = 0 } = storms.get(name) ?? {}
  const { rows } = await system.db.query<{ gone: string; state: string | null; reason: string | null }>(
    `select (select count(*) from storage.physical_copy where location_id = $1 and status in ('DELETION_IN_PROGRESS', 'DELETED')) as gone, r.state, r.reason
     from (values (1)) as one left join storage.reclaim r on r.location_id = $1`,
    [locationId],
  )
  const [found] = rows
  const gone = Number(found?.gone)
  // The next storm is of another location: nobody has to look at this one any more.
  await ask({ system }, `mutation ($id: ID!) { pauseLocation(locationId: $id, reason: "the storm is over") { id } }`, { id: locationId })
  return [
    ...(gone === 0 || gone > candidates * SHARE
      ? [`F22: ${gone} of ${candidates} packages went, and ${candidates * SHARE} may in an hour`]
      : []),
    ...(found?.state === 'PAUSED' && found.reason ? [] : [`F22: the location is ${found?.state}: ${found?.reason}, and should pause`]),
  ]
}

/** A BUFFER that nothing else uses, with a policy and deletion off. */
async function makeSpare(scene: Scene): Promise<string> {
  const { system, name } = scene
  const root = join(system.home, 'sites/chile', `spare-${name}`)
  await mkdir(root, { recursive: true })
  const { rows } = await system.db.query<{ id: string }>(`select id from storage.site where name = 'chile'`)
  const { made } = await ask<{ made: { id: string } }>(
    scene,
    `mutation ($input: CreateDiskLocationInput!) { made: createDiskLocation(input: $input) { id } }`,
    { input: { siteId: rows[0]?.id, name: `spare-${name}`, type: 'BUFFER', root, priority: 1_000 } },
  )
  await ask(scene, `mutation ($input: DefineRetentionPolicyInput!) { defineRetentionPolicy(input: $input) { id } }`, {
    input: {
      locationId: made.id,
      minimumAgeS: 0,
      graceS: 0,
      trashS: 0,
      minVerifiedCopies: MIN_VERIFIED_COPIES,
      maxShareHour: SHARE,
    },
  })
  while ((await system.db.query('select from storage.data_location where id = $1 and identified_at is null', [made.id])).rowCount !== 0)
    await delay(50)
  return made.id
}

/** An execution that has no files: what belongs to the one that is watched is not mixed with the storm. */
async function otherExecution({ system }: Scene, like: string): Promise<string> {
  const { rows: columns } = await system.db.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = 'observation' and table_name = 'executed_obs_unit' and column_name not in ('id', 'filing_key') order by 1`,
  )
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const { rows } = await system.db.query<{ id: string }>(
    `insert into observation.executed_obs_unit (id, filing_key, ${names}) select gen_random_uuid(), filing_key || ' storm', ${names} from observation.executed_obs_unit where id = $1 returning id`,
    [like],
  )
  return rows[0]?.id ?? ''
}

function ask<data>({ system }: Pick<Scene, 'system'>, query: string, variables: Readonly<Record<string, unknown>>): Promise<data> {
  return system.client.insist<data>(query, variables)
}
