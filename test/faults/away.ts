import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { renameSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Scene } from './episode.ts'
import type { LocationName } from './places.ts'

/** How a location is not what it should be, for a while. */
export const ABSENCES = [
  'its folder is gone',
  'an empty folder is in its place',
  'another disk is in its place',
  'it is read-only',
] as const
type Absence = (typeof ABSENCES)[number]

const ROUND: readonly LocationName[] = [
  'cologne-archive',
  'chile-buffer',
  'bonn-archive',
  'chile-source',
  'cologne-buffer',
  'cologne-processing',
  'bonn-buffer',
]

/** How long a location is away, in ms: many sweeps and scans long. */
const AWAY_MS = 4_000

const run = promisify(execFile)

/** What was written of a location while it was away, by the name of the episode. */
const written = new Map<string, readonly string[]>()

/** Takes one location away in the middle of everything, lets it be scanned all the time, and brings it back as it was. */
export async function takeAway(scene: Scene): Promise<void> {
  const { system, seed, random } = scene
  await scene.executionId()
  const location = ROUND[(seed - 1) % ROUND.length] ?? 'cologne-archive'
  const how: Absence = ABSENCES[(seed - 1 + Math.floor((seed - 1) / ROUND.length)) % ABSENCES.length] ?? ABSENCES[0]
  await untilUsed(scene, location)
  await delay(random.between(0, 1_500))
  await set(scene, location, { scanIntervalS: 1 })
  const { seq } = (await system.db.query<{ seq: string }>('select coalesce(max(seq), 0) as seq from storage.event')).rows[0] ?? { seq: '0' }
  const back = await remove(scene, location, how)
  try {
    scene.did(`${location}: ${back.how}`)
    await delay(AWAY_MS)
  } finally {
    written.set(scene.name, await writtenSince(scene, location, seq, back.how === 'it is read-only'))
    await back.put()
  }
  const since = performance.now()
  await parkedNoMore(scene, location)
  scene.recovered('location back → used again', performance.now() - since)
  await set(scene, location, { scanIntervalS: 3_600 })
}

/** What broke while a location was away. */
export async function judgeAway({ name }: Scene): Promise<readonly string[]> {
  return written.get(name) ?? []
}

async function remove({ system }: Scene, location: LocationName, how: Absence): Promise<{ how: Absence; put(): Promise<void> }> {
  const { root } = system.places[location]
  const shelf = `${root}.away`
  if (how === 'it is read-only') {
    const mounted = await run('mount', ['--bind', root, root])
      .then(() => run('mount', ['-o', 'remount,ro,bind', root]))
      .then(
        () => true,
        () => false,
      )
    if (mounted) return { how, put: async () => void (await run('umount', ['--lazy', root])) }
    how = 'its folder is gone'
  }
  system.oracle.moved(location, shelf)
  renameSync(root, shelf)
  if (how !== 'its folder is gone') await mkdir(root)
  if (how === 'another disk is in its place') await writeFile(join(root, '.location-id'), JSON.stringify({ id: randomUUID() }))
  return {
    how,
    async put() {
      await rm(root, { recursive: true, force: true })
      renameSync(shelf, root)
      system.oracle.moved(location, root)
    },
  }
}

/** Copies of a location that were called missing, set aside or deleted since an event. */
async function writtenSince({ system }: Scene, location: LocationName, seq: string, mayDelete: boolean): Promise<string[]> {
  const { rows } = await system.db.query<{ path: string; to_state: string; reason: string }>(
    `select c.path, e.to_state, e.reason from storage.event e join storage.physical_copy c on c.id = e.subject_id
     join storage.data_location l on l.id = c.location_id and l.name = $2
     where e.seq > $1 and e.field = 'status' and e.to_state = any($3)`,
    [seq, location, mayDelete ? ['MISSING', 'QUARANTINED'] : ['MISSING', 'QUARANTINED', 'DELETED']],
  )
  return rows.map(({ path, to_state, reason }) => `F20: ${location}/${path} became ${to_state} while its location was away: ${reason}`)
}

/** Waits until something of the execution is at a location. */
async function untilUsed(scene: Scene, location: LocationName): Promise<void> {
  const executionId = await scene.executionId()
  for (const end = performance.now() + 40_000; !scene.over.aborted && performance.now() < end; await delay(10)) {
    const { rowCount } = await scene.system.db.query(
      `select from storage.physical_copy c join storage.data_location l on l.id = c.location_id and l.name = $2
       left join data_package.raw_data_file f on f.id = c.file_id join data_package.raw_data_package p on p.id = coalesce(c.package_id, f.package_id)
       where p.execution_id = $1 limit 1`,
      [executionId, location],
    )
    if (rowCount !== 0) return
  }
}

async function parkedNoMore({ system }: Scene, location: LocationName): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await delay(20)) {
    const { rowCount } = await system.db.query(
      `select from storage.circuit_breaker b join storage.data_location l on l.id = b.location_id where l.name = $1 and b.state <> 'CLOSED'`,
      [location],
    )
    if (rowCount === 0) return
  }
}

const SET = `mutation ($input: UpdateLocationInput!) { updateLocation(input: $input) { id } }`

function set({ system }: Scene, location: LocationName, change: { scanIntervalS: number }): Promise<unknown> {
  if (location === 'cologne-processing') return Promise.resolve()
  return system.client.insist(SET, { input: { id: system.observatory.locations[location], ...change } })
}
