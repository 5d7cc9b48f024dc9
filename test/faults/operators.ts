import { setTimeout as delay } from 'node:timers/promises'
import type { Scene } from './episode.ts'
import { MIN_VERIFIED_COPIES, type LocationName } from './places.ts'
import type { Random } from './random.ts'

/** Where operators change their mind while things are deleted. */
const AT: readonly LocationName[] = ['chile-source', 'chile-buffer', 'cologne-buffer', 'bonn-buffer', 'cologne-processing']

/** For how long they do, in ms. */
const RACE_MS = 8_000

/** A hold from when it was acknowledged until somebody began to release it. */
interface Held {
  readonly packageId: string
  readonly locationId: string | null
  readonly from: Date
  readonly to: Date
}

const held = new Map<string, Held[]>()

/** Changes policies, holds and releases, undoes deletions, brings back from the trash, distrusts copies, and switches deletion off and on, all while it is cleaned up. */
export async function raceOperators(scene: Scene): Promise<void> {
  const { system, random, over, name } = scene
  held.set(name, [])
  await scene.executionId()
  for (const location of AT) await define(scene, location, { graceS: 1, trashS: location === 'cologne-processing' ? 0 : 1 })
  const operators = [changePolicies, holdAndRelease, holdAndRelease, undo, switchDeletion, distrust]
  const ending = new AbortController()
  const cleaning = untilCleaning(scene)
  const racing = Promise.all(
    operators.map(async (operate, n) => {
      const own = random.fork(`operator ${n}`)
      // Where copies are distrusted faster than they are read nothing would ever be cleaned up.
      if (operate === distrust) await cleaning
      for (; !ending.signal.aborted; await delay(own.between(5, 150))) await operate(scene, own)
    }),
  )
  try {
    await cleaning
    for (const end = performance.now() + RACE_MS; !over.aborted && performance.now() < end; await delay(50));
  } finally {
    ending.abort()
    await racing
    for (const location of AT) {
      await define(scene, location, { graceS: 0, trashS: 0 })
      await setDeletion(scene, location, true)
    }
    const { rows } = await system.db.query<{ id: string }>('select id from storage.hold where active')
    if (rows.length > 0)
      await release(
        scene,
        rows.map(({ id }) => id),
      )
  }
  // What is tried at that moment may still see the race, and wait after it.
  for (; !over.aborted; await delay(1_000)) await askAgain(scene)
}

/** What waits for an end of the race is looked at again in a minute or an hour: an operator asks at once. */
async function askAgain(scene: Scene): Promise<void> {
  const { rows } = await scene.system.db.query<{ id: string }>(
    `select o.id from storage.operation o join data_package.raw_data_package p on p.id = o.package_id and p.execution_id = $1
     where o.kind = 'cleanup' and o.state = 'WAITING'`,
    [await scene.executionId()],
  )
  for (const { id } of rows) await ask(scene, `mutation ($id: ID!) { retryOperation(operationId: $id) { id } }`, { id })
}

/** What was deleted while it was held. */
export async function judgeHolds({ system, name }: Scene): Promise<readonly string[]> {
  const all = held.get(name) ?? []
  const { rows } = await system.db.query<{ location: string; path: string; at: Date }>(
    `select l.name as location, c.path, e.at from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) as h(package_id, location_id, since, until)
     join storage.physical_copy c on c.location_id = coalesce(h.location_id, c.location_id)
     left join data_package.raw_data_file f on f.id = c.file_id
     join storage.data_location l on l.id = c.location_id and l.type <> 'LONG_TERM_ARCHIVE'
     join storage.event e on e.subject_id = c.id and e.field = 'status' and e.to_state = 'DELETED' and e.at > h.since and e.at < h.until
     where coalesce(c.package_id, f.package_id) = h.package_id`,
    [all.map(hold => hold.packageId), all.map(hold => hold.locationId), all.map(hold => hold.from), all.map(hold => hold.to)],
  )
  return rows.map(({ location, path, at }) => `F21: ${location}/${path} was deleted at ${at.toISOString()}, and was held`)
}

async function untilCleaning({ system, over, executionId }: Scene): Promise<void> {
  const id = await executionId()
  for (const end = performance.now() + 60_000; !over.aborted && performance.now() < end; await delay(20)) {
    const { rowCount } = await system.db.query(
      `select from storage.operation o join data_package.raw_data_package p on p.id = o.package_id where p.execution_id = $1 and o.kind = 'cleanup' limit 1`,
      [id],
    )
    if (rowCount !== 0) return
  }
}

async function changePolicies(scene: Scene, random: Random): Promise<void> {
  const location = random.pick(AT)
  await define(scene, location, {
    graceS: random.between(0, 1),
    trashS: location === 'cologne-processing' ? 0 : random.between(0, 2),
    minimumAgeS: random.next() < 0.2 ? 3_600 : 0,
    // Two archives and no more are what there is at the end.
    minVerifiedCopies: random.next() < 0.2 ? 5 : MIN_VERIFIED_COPIES,
  })
  scene.did('a policy changed')
}

async function holdAndRelease(scene: Scene, random: Random): Promise<void> {
  const { system } = scene
  const [pkg] = random.shuffle(await packagesOf(scene))
  if (pkg === undefined) return
  const locationId = random.next() < 0.5 ? system.observatory.locations[random.pick(AT)] : null
  const made = await ask<{ holdPackages: { id: string }[] }>(
    scene,
    `mutation ($input: HoldPackagesInput!) { holdPackages(input: $input) { id } }`,
    { input: { packageIds: [pkg], locationId, heldBy: 'the test', reason: 'it is looked at' } },
  )
  if (!made) return
  const from = await clock(scene)
  await delay(random.between(50, 800))
  const to = await clock(scene)
  await release(
    scene,
    made.holdPackages.map(({ id }) => id),
  )
  held.get(scene.name)?.push({ packageId: pkg, locationId, from, to })
  scene.did('a package held for a while')
}

/** Keeps what is being deleted, from its place or from the trash, and lets it go later. */
async function undo(scene: Scene, random: Random): Promise<void> {
  const { rows } = await scene.system.db.query<{ id: string; trashed: boolean }>(
    `select c.id, c.trashed_at is not null as trashed from storage.physical_copy c left join data_package.raw_data_file f on f.id = c.file_id
     join data_package.raw_data_package p on p.id = coalesce(c.package_id, f.package_id) and p.execution_id = $1
     where c.status in ('DELETION_SCHEDULED', 'DELETION_IN_PROGRESS')`,
    [await scene.executionId()],
  )
  const [copy] = random.shuffle(rows)
  if (!copy) return
  const made = await ask<{ keepCopies: { id: string }[] }>(
    scene,
    `mutation ($input: KeepCopiesInput!) { keepCopies(input: $input) { id } }`,
    { input: { copyIds: [copy.id], heldBy: 'the test', reason: 'not yet' } },
  )
  if (!made) return
  scene.did(copy.trashed ? 'a copy brought back from the trash' : 'a deletion undone')
  await delay(random.between(0, 500))
  await release(
    scene,
    made.keepCopies.map(({ id }) => id),
  )
}

/** Lets a copy be read again that deletions elsewhere may rely on. */
async function distrust(scene: Scene, random: Random): Promise<void> {
  const { rows } = await scene.system.db.query<{ id: string }>(
    `update storage.physical_copy set verification_level = 0, verified_at = null, version = version + 1
     where id = (select c.id from storage.physical_copy c join data_package.raw_data_package p on p.id = c.package_id and p.execution_id = $1
       where c.status = 'PRESENT' and c.verification_level >= 2 order by md5(c.id::text || $2) limit 1) returning id`,
    [await scene.executionId(), String(random.next())],
  )
  if (rows.length > 0) scene.did('a copy distrusted')
  await delay(random.between(300, 1_500))
}

async function switchDeletion(scene: Scene, random: Random): Promise<void> {
  const location = random.pick(AT)
  await setDeletion(scene, location, false)
  await delay(random.between(0, 300))
  await setDeletion(scene, location, true)
  scene.did('deletion switched off and on')
}

function define(scene: Scene, location: LocationName, policy: Readonly<Record<string, number>>): Promise<unknown> {
  const input = {
    locationId: scene.system.observatory.locations[location],
    minimumAgeS: 0,
    minVerifiedCopies: MIN_VERIFIED_COPIES,
    maxShareHour: 1,
    ...policy,
  }
  return ask(scene, `mutation ($input: DefineRetentionPolicyInput!) { defineRetentionPolicy(input: $input) { id } }`, { input })
}

function setDeletion(scene: Scene, location: LocationName, enabled: boolean): Promise<unknown> {
  return ask(scene, `mutation ($id: ID!, $enabled: Boolean!) { setLocationDeletion(locationId: $id, enabled: $enabled) { id } }`, {
    id: scene.system.observatory.locations[location],
    enabled,
  })
}

function release(scene: Scene, ids: readonly string[]): Promise<unknown> {
  return ask(scene, `mutation ($ids: [ID!]!) { releaseHolds(holdIds: $ids, reason: "it was looked at") { id } }`, { ids })
}

/** `null` where it was refused: what is asked for may be gone or changed by now. */
function ask<data>(scene: Scene, query: string, variables: Readonly<Record<string, unknown>>): Promise<data | null> {
  return scene.system.client.insist<data>(query, variables).catch((error: { code?: string }) => {
    if (['CONFLICT', 'INVALID_TRANSITION', 'NOT_FOUND', 'BAD_INPUT'].includes(error.code ?? '')) return null
    throw error
  })
}

async function packagesOf(scene: Scene): Promise<string[]> {
  const { rows } = await scene.system.db.query<{ id: string }>('select id from data_package.raw_data_package where execution_id = $1', [
    await scene.executionId(),
  ])
  return rows.map(({ id }) => id)
}

async function clock({ system }: Scene): Promise<Date> {
  const [row] = (await system.db.query<{ now: Date }>('select clock_timestamp() as now')).rows
  if (!row) throw new Error('the database does not tell the time')
  return row.now
}
