import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { access, open, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Scene } from './episode.ts'
import type { Harm } from './oracle/oracle.ts'
import type { LocationName } from './places.ts'

/** A copy of a package, or of a file at SOURCE, as its row says. */
interface Copy {
  readonly id: string
  readonly path: string
  readonly level: number
  readonly status: string
  readonly reason: string | null
}

/** When bytes are damaged: as soon as they are there, or after they were verified; of files at SOURCE, after they were packaged. */
type When = 'new' | 'verified' | 'packaged'

/** Where and when bytes are damaged. */
export const DAMAGED: readonly { readonly location: LocationName; readonly when: When }[] = [
  { location: 'cologne-archive', when: 'verified' },
  { location: 'chile-buffer', when: 'new' },
  { location: 'bonn-archive', when: 'verified' },
  { location: 'cologne-buffer', when: 'new' },
  { location: 'chile-buffer', when: 'verified' },
  { location: 'cologne-archive', when: 'new' },
  { location: 'bonn-buffer', when: 'new' },
  { location: 'cologne-buffer', when: 'verified' },
  { location: 'chile-source', when: 'packaged' },
  { location: 'bonn-archive', when: 'new' },
  { location: 'bonn-buffer', when: 'verified' },
]

const WAYS = ['a bit flipped', 'a page zeroed', 'cut short', 'swapped with another'] as const
type Way = (typeof WAYS)[number]

const run = promisify(execFile)

const PAGE = 4_096
const NEVER_S = 7_776_000
const FOUND_MS = 90_000

interface Damaged {
  readonly copy: Copy
  readonly harm: Harm
}

/** The copies that were damaged, by the name of the episode. */
const damaged = new Map<string, { location: LocationName; ids: string[] }>()

/** Damages what lies somewhere, by one seed after the other everywhere and in every way, and waits until a scrub has found it and it was set aside, or it was cleaned up. */
export async function damage(scene: Scene): Promise<void> {
  const { system, seed, random } = scene
  const executionId = await scene.executionId()
  const { location, when } = DAMAGED[(seed - 1) % DAMAGED.length] ?? DAMAGED[0]!
  // Its time tells of a file at SOURCE that it is another one now: what rots silently keeps its size and its time.
  const way: Way =
    location === 'chile-source' ? random.pick(WAYS.slice(0, 2)) : (WAYS[(seed - 1 + Math.floor((seed - 1) / 4)) % WAYS.length] ?? WAYS[0])
  const copies = await catchCopies(scene, { executionId, location, when })
  const chosen = way === 'swapped with another' ? copies.slice(0, 2) : [random.pick(copies)]
  if (copies.length === 0) return
  const done: Damaged[] = []
  for (const copy of chosen) done.push({ copy, harm: await system.oracle.harm(location, copy.path) })
  const root = system.places[location].root
  const how = await harmBytes(scene, { root, paths: chosen.map(({ path }) => path), way }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return null
  })
  if (how !== null) {
    scene.did(`${how} at ${location}, ${when}`)
    damaged.set(scene.name, { location, ids: chosen.map(({ id }) => id) })
  }
  const since = performance.now()
  if (location !== 'chile-source') await scrub(scene, location, 1)
  try {
    for (const { copy, harm } of done) {
      if (await untilAside(scene, { copy, harm })) scene.recovered('damaged → found and set aside', performance.now() - since)
      harm.over()
    }
  } finally {
    if (location !== 'chile-source') await scrub(scene, location, NEVER_S)
  }
}

/** Copies of the execution at a location at the time that is asked for; fewer than two after a while: one. */
async function catchCopies(
  scene: Scene,
  { executionId, location, when }: { executionId: string; location: LocationName; when: When },
): Promise<Copy[]> {
  let few: Copy[] = []
  for (let end = performance.now() + 60_000; performance.now() < end; await delay(4)) {
    const { rows } = await scene.system.db.query<Copy>(
      `select c.id, c.path, c.verification_level as level, c.status, c.status_reason as reason from storage.physical_copy c
       join storage.data_location l on l.id = c.location_id and l.name = $2
       join data_package.raw_data_package p on p.execution_id = $1 and p.status = 'COMPLETED'
       left join data_package.raw_data_file f on f.id = c.file_id
       where coalesce(c.package_id, f.package_id) = p.id and c.status in ('PRESENT', 'DELETION_POSSIBLE') and c.bytes > 0`,
      [executionId, location],
    )
    const there = rows.filter(({ level }) => when === 'packaged' || when === 'new' || level >= 2)
    if (there.length > 1 || (there.length > 0 && when === 'new')) return there
    if (there.length > 0 && few.length === 0) end = Math.min(end, performance.now() + 1_000)
    if (there.length > 0) few = there
  }
  return few
}

async function harmBytes({ random }: Scene, { root, paths, way }: { root: string; paths: readonly string[]; way: Way }): Promise<string> {
  const [first = '', second] = paths.map(path => join(root, path))
  if (second !== undefined) {
    await rename(first, `${first}~`)
    await rename(second, first)
    await rename(`${first}~`, second)
    return way
  }
  const before = await stat(first)
  // To the nanosecond, which Node cannot set.
  const times = join(tmpdir(), randomUUID())
  await run('touch', ['-r', first, times])
  await using file = await open(first, 'r+')
  if (way === 'cut short') {
    await rm(times)
    await file.truncate(Math.floor(random.next() * before.size))
    return way
  }
  const at = Math.floor(random.next() * before.size)
  const page = Math.floor(at / PAGE) * PAGE
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PAGE), 0, PAGE, page)
  const zero = way === 'a page zeroed' && buffer.some(byte => byte !== 0)
  if (zero) buffer.fill(0)
  else buffer[at - page] = (buffer[at - page] ?? 0) ^ (1 << random.between(0, 7))
  if (before.size > 0) await file.write(buffer, 0, bytesRead, page)
  await run('touch', ['-r', times, first])
  await rm(times)
  return zero ? way : 'a bit flipped'
}

const SCRUB = `mutation ($input: UpdateLocationInput!) { updateLocation(input: $input) { id } }`

function scrub({ system }: Scene, location: LocationName, scrubIntervalS: number): Promise<unknown> {
  return system.client.insist(SCRUB, { input: { id: system.observatory.locations[location], scrubIntervalS } })
}

/** Waits until a damaged copy was set aside or deleted; whether it was found. */
async function untilAside({ system }: Scene, { copy, harm }: Damaged): Promise<boolean> {
  for (const end = performance.now() + FOUND_MS; performance.now() < end; await delay(20)) {
    const { rows } = await system.db
      .query<Copy>(
        `select id, path, status, status_reason as reason, verification_level as level from storage.physical_copy where id = $1`,
        [copy.id],
      )
      .catch(() => ({ rows: [] }))
    const [now] = rows
    if (!now) continue
    if (['QUARANTINED', 'MISSING'].includes(now.status) || (copy.level >= 2 && now.level < 2)) harm.found()
    if (now.status === 'DELETED') return false
    if (now.status === 'MISSING' || (now.status === 'QUARANTINED' && /kept at/.test(now.reason ?? ''))) return true
  }
  return false
}

/** What was not done as it must be with what was damaged. */
export async function judgeDamage({ system, name }: Scene): Promise<readonly string[]> {
  const { location, ids } = damaged.get(name) ?? { location: 'chile-source' as const, ids: [] }
  const { rows } = await system.db.query<Copy & { relied: string }>(
    `select c.id, c.path, c.status, c.status_reason as reason, c.verification_level as level,
       (select count(*) from storage.deletion_proof p, jsonb_array_elements(p.evidence) e
        where (e->>'copyId')::uuid = c.id and p.created_at > (select min(at) from storage.event where subject_id = c.id and field = 'status' and to_state in ('QUARANTINED', 'MISSING'))) as relied
     from storage.physical_copy c where c.id = any($1::uuid[])`,
    [ids],
  )
  const wrong: string[] = []
  for (const { path, status, reason, relied } of rows) {
    const what = `F15: ${location}/${path} was damaged`
    if (relied !== '0') wrong.push(`${what} and found, and ${relied} deletions relied on it after that`)
    if (status === 'DELETED' || status === 'MISSING') continue
    const [, kept] = /kept at (\S+)/.exec(reason ?? '') ?? []
    if (status !== 'QUARANTINED' || kept === undefined) wrong.push(`${what}, and is ${status}: ${reason}`)
    else if (
      !(await access(join(system.places[location].root, kept)).then(
        () => true,
        () => false,
      ))
    )
      wrong.push(`${what}, and is not kept at ${kept}`)
  }
  return wrong
}
