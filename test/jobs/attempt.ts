import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Operation, PhysicalCopy, RawDataPackage, sql, type DataLocation, type JobName } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { perform, sweep, type Outcome, type Store, type World } from '@almagest/jobs'

const never = new AbortController().signal

/** The newest operation of a kind on a subject, as it is now, or `null`. */
export function findOperation(world: World, kind: JobName, subjectId: string): Promise<Operation | null> {
  return world.orm.em.fork().findOne(Operation, { kind, subjectId }, { orderBy: { id: 'desc' } })
}

/** The newest operation of a kind on a subject; throws if there is none. */
export async function getOperation(world: World, kind: JobName, subjectId: string): Promise<Operation> {
  const found = await findOperation(world, kind, subjectId)
  if (!found) throw new Error(`there is no ${kind} of ${subjectId}`)
  return found
}

/** Lets an operation be claimed now, whatever it waits for. */
export async function makeDue(world: World, operationId: string): Promise<void> {
  await sql(
    world.orm.em.fork(),
    `/* test: due */ update storage.operation
     set next_run_at = now() - interval '1 s', lease_until = case when state = 'RUNNING' then now() - interval '1 s' end where id = $1`,
    [operationId],
  )
}

/** Sweeps if nothing is open for the subject, and performs what is open now; says what became of it, `null` if nothing is open even then. */
export async function attempt(world: World, kind: JobName, subjectId: string): Promise<Outcome | null> {
  let operation = await findOpen(world, kind, subjectId)
  if (!operation) await sweep(world, null)
  operation ??= await findOpen(world, kind, subjectId)
  if (!operation) return null
  await makeDue(world, operation.id)
  return perform(world, operation.id, never)
}

function findOpen(world: World, kind: JobName, subjectId: string): Promise<Operation | null> {
  return world.orm.em.fork().findOne(Operation, { kind, subjectId, state: { $in: ['READY', 'WAITING', 'RUNNING'] } })
}

/** Performs a finished operation once more, as after a nudge that was sent twice and a row that was restored. */
export async function performAgain(world: World, { id }: Operation): Promise<Outcome> {
  await sql(world.orm.em.fork(), `/* test: again */ update storage.operation set state = 'READY', finished_at = null where id = $1`, [id])
  await makeDue(world, id)
  return perform(world, id, never)
}

const STREAMS = ['stat', 'read', 'write', 'openFolder'] as const

/** The world with one location whose store does some things otherwise. If those are its streams, then nothing goes past them by the threads. */
export function withStore(world: World, location: DataLocation, change: (store: Store) => Partial<Store>): World {
  return {
    ...world,
    stores: {
      of(place) {
        const store = world.stores.of(place)
        if (place.id !== location.id) return store
        const changed = change(store)
        const past = STREAMS.some(name => name in changed) ? { folder: undefined, writeFile: undefined } : {}
        return { ...store, ...past, ...changed }
      },
    },
  }
}

/** Takes every running claim away from its worker, as if its lease had run out and another had claimed. */
export async function loseClaims(world: World): Promise<void> {
  await sql(
    world.orm.em.fork(),
    `/* test: lost */ update storage.operation set fence = fence + 1, lease_until = now() - interval '1 s' where state = 'RUNNING'`,
  )
}

/** The world of a worker that is killed at a location after its bytes have their name and before it writes their row. */
export function killedAfter(
  world: World,
  location: DataLocation,
  method: 'write' | 'publish' | 'remove' | 'removeFolder' | 'quarantine',
): World {
  const dead = async <result>(result: result): Promise<result> => {
    await loseClaims(world)
    return result
  }
  const cut = (done: unknown): never => {
    throw new Error(`killed after ${JSON.stringify(done)}`)
  }
  return withStore(world, location, store => ({
    ...(method === 'write' && {
      write: async (...given) => dead(await store.write(...given)),
      writeFile: async (...given: Parameters<NonNullable<Store['writeFile']>>) => dead(await (store.writeFile?.(...given) ?? 0)),
    }),
    // These happen inside the transaction that holds the claim: a kill ends it.
    ...(method === 'remove' && { remove: async (...given) => cut(await store.remove(...given)) }),
    ...(method === 'removeFolder' && { removeFolder: async (...given) => cut(await store.removeFolder(...given)) }),
    ...(method === 'quarantine' && { quarantine: async (...given) => cut(await store.quarantine(...given)) }),
    ...(method === 'publish' && {
      async openFolder(...given) {
        const draft = await store.openFolder(...given)
        return { ...draft, publish: async () => dead(await draft.publish()) }
      },
    }),
  }))
}

/** A copy of a package at a location, the newest, as it is now. */
export function copyAt(em: EntityManager, packageId: string, { id }: DataLocation): Promise<PhysicalCopy | null> {
  return em.fork().findOne(PhysicalCopy, { packageId, locationId: id }, { orderBy: { id: 'desc' } })
}

/** A package as it is now. */
export function packageNow(em: EntityManager, id: string): Promise<RawDataPackage> {
  return em.fork().findOneOrFail(RawDataPackage, id)
}

/** Where something of a location lies on this machine. */
export function pathAt({ root }: DataLocation, path: string): string {
  return join(root ?? '', path)
}

/** All files of a location but its identity, as paths in it: `.inflight`, `.trash` and `.quarantine` too. */
export async function filesAt({ root }: DataLocation): Promise<string[]> {
  const entries = await readdir(root ?? '', { recursive: true, withFileTypes: true })
  const files = entries
    .filter(entry => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice((root ?? '').length + 1))
  return files.filter(path => path !== '.location-id').sort()
}

/** One event, as the tests look at it. */
export interface Told {
  readonly field: string
  readonly from_state: string | null
  readonly to_state: string
  readonly reason: string | null
}

/** What the events tell of one thing, oldest first. */
export function toldOf(em: EntityManager, subjectId: string): Promise<Told[]> {
  return sql<Told>(
    em,
    `/* test: told */ select field, from_state, to_state, reason from storage.event where subject_id = $1 order by seq`,
    [subjectId],
  )
}
