import { COPY_AFTER, OPERATION_AFTER, sql, type Transitions } from '@almagest/schema'
import { expect } from 'vitest'
import { look, PLACES, type Copy, type Packed, type Place, type Real, type Seen, type Work } from './real.ts'

/** What the tests believe of the data centre: in few words, and by no code of its own. */
export interface Model {
  /** The executions that were filed and are not packaged yet. */
  readonly filed: string[]
  readonly packages: Map<string, Packed>
  /** The holds in force, by package. */
  readonly holds: Map<string, string[]>
  /** Whether the policy asks for a grace time and has a trash. */
  policy: { readonly grace: boolean; readonly trash: boolean }
  /** How often bytes were harmed: few times, or the data centre rightly distrusts the whole location. */
  harmed: number
  seen: Seen
}

const TABLES: Readonly<Record<string, Transitions<string>>> = { 'PhysicalCopy.status': COPY_AFTER, 'Operation.state': OPERATION_AFTER }

const GONE: readonly string[] = ['DELETED', 'QUARANTINED', 'MISSING']
const DELETING: readonly string[] = ['DELETION_IN_PROGRESS', 'DELETED']

/** A model that knows nothing yet, and looks at nothing that happened before. */
export async function emptyModel({ em }: Real): Promise<Model> {
  const [last] = await sql<{ seq: string }>(em.fork(), `/* test: last */ select coalesce(max(seq), 0) as seq from storage.event`)
  const seen: Seen = { copies: [], works: [], steps: [], seq: last?.seq ?? '0', bytes: new Map(), closed: new Set() }
  return { filed: [], packages: new Map(), holds: new Map(), policy: { grace: false, trash: false }, harmed: 0, seen }
}

/** The copy of a package at a place that is not gone, as it was seen last. */
export function copyOf({ seen }: Model, { places }: Real, packageId: string, place: Place): Copy | undefined {
  return seen.copies.find(copy => copy.package_id === packageId && copy.location_id === places[place].id && !GONE.includes(copy.status))
}

/** Where a package counts as safe, in the words of the policy: two archives, each verified of late. */
export function relied({ copies, closed }: Seen, { places }: Real, packageId: string): Place[] {
  return PLACES.filter(place => {
    const { id } = places[place]
    return (
      place !== 'buffer' &&
      !closed.has(id) &&
      copies.some(
        ({ package_id, location_id, status, level, fresh }) =>
          package_id === packageId && location_id === id && status === 'PRESENT' && level >= 2 && fresh,
      )
    )
  })
}

/** Whether the buffer may be freed of a package now, by the model's own reckoning. */
export function mayGo(model: Model, real: Real, packageId: string): boolean {
  const { seen, holds } = model
  const open = seen.works.filter(
    ({ kind, package_id, state }) => kind !== 'cleanup' && package_id === packageId && state !== 'DONE' && state !== 'CANCELLED',
  )
  return (holds.get(packageId) ?? []).length === 0 && open.length === 0 && relied(seen, real, packageId).length === 2
}

/** What a command says of itself: which operations it may have touched, and whose bytes it changed by hand. */
export interface Done {
  readonly touched?: readonly string[]
  readonly harmed?: { readonly packageId: string; readonly place: Place }
}

/** Looks again, holds everything against what was seen before, and remembers it. */
export async function check(model: Model, real: Real, { touched = [], harmed }: Done = {}): Promise<void> {
  const before = model.seen
  const after = await look(real, model.packages, before.seq)
  model.seen = after

  const astray = after.steps.filter(({ what, from_state, to_state }) => !TABLES[what]?.[from_state]?.includes(to_state))
  expect(astray, 'states change only along their tables').toEqual([])

  const live = Map.groupBy(
    after.copies.filter(({ status }) => !GONE.includes(status)),
    ({ package_id, location_id }) => `${package_id} ${location_id}`,
  )
  expect(
    [...live.values()].filter(copies => copies.length > 1),
    'one live copy of a package at a location',
  ).toEqual([])

  const states = new Map(before.works.map(work => [work.id, work.state]))
  const strange = after.works.filter(({ id, state }) => states.has(id) && states.get(id) !== state && !touched.includes(id))
  expect(strange, 'an operation changes only when it is touched').toEqual([])
  const fences = new Map(before.works.map(work => [work.id, work.fence]))
  expect(
    after.works.filter(({ id, fence }) => fence < (fences.get(id) ?? 0)),
    'a fence never falls',
  ).toEqual([])

  checkDeletions(model, real, { before, after })
  checkBytes(real, { before, after, harmed })
}

/** No copy begins to go unless two others are good, one of them archived; none of an archive ever does, and none that is held. */
function checkDeletions({ holds }: Model, real: Real, { before, after }: { before: Seen; after: Seen }): void {
  const was = new Map(before.copies.map(copy => [copy.id, copy]))
  for (const copy of after.copies) {
    const earlier = was.get(copy.id)
    if (!DELETING.includes(copy.status) || (earlier && DELETING.includes(earlier.status))) continue
    expect(copy.location_id, 'only the buffer is freed').toBe(real.places.buffer.id)
    expect(relied(after, real, copy.package_id), 'what is deleted is good in both archives').toEqual(['first', 'second'])
    expect(holds.get(copy.package_id) ?? [], 'what is deleted is not held').toEqual([])
  }
}

/** Good bytes go only by a deletion, nothing turns bad by itself, and what counts as verified was good when it was read. */
function checkBytes({ places }: Real, { before, after, harmed }: { before: Seen; after: Seen; harmed: Done['harmed'] }): void {
  for (const [packageId, lies] of after.bytes) {
    for (const place of PLACES) {
      const at = (seen: Seen): Copy[] =>
        seen.copies.filter(({ package_id, location_id }) => package_id === packageId && location_id === places[place].id)
      const earlier = before.bytes.get(packageId)?.[place] ?? 'NONE'
      const isHarmed = harmed?.packageId === packageId && harmed.place === place
      if (!isHarmed) {
        const what = `${earlier} bytes at ${place} became ${lies[place]}`
        // What rotted may lie in the trash, and come back.
        const wasGoing = at(before).some(({ status }) => DELETING.includes(status))
        expect(lies[place] === 'BAD' && earlier !== 'BAD' && !wasGoing, what).toBe(false)
        const going = at(after).some(({ status }) => DELETING.includes(status))
        expect(earlier === 'GOOD' && lies[place] === 'NONE' && !going, what).toBe(false)
      }
      for (const copy of at(after)) {
        const since = before.copies.find(({ id }) => id === copy.id)
        if (copy.level < 2 || copy.verified_at === null || copy.verified_at === since?.verified_at || !copy.fresh) continue
        expect(lies[place], `what was verified at ${place}`).toBe('GOOD')
      }
    }
  }
}

/** The operations of a run in an order that does not depend on chance. */
export function workAt({ seen }: Model, index: number): Work | undefined {
  return seen.works[index % Math.max(seen.works.length, 1)]
}
