import { sql, type DataLocation } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Context, Stores } from './handler.ts'
import type { TrashFolder } from './stores/store.ts'

/** A copy whose deletion was begun. */
export interface Begun {
  readonly id: string
  readonly path: string
  readonly bytes: string
}

/** Where what is deleted at a location may wait first; none at PROCESSING, where it can be staged again, on S3 and on tape. */
export function anyTrash(stores: Stores, location: DataLocation): TrashFolder | undefined {
  return location.type === 'PROCESSING' ? undefined : stores.of(location).trash
}

/** Writes of copies that they lie in the trash, and until when. */
export async function noteTrashed(em: EntityManager, ids: readonly string[], trashS: number): Promise<void> {
  await sql(
    em,
    `/* trashed */
     update storage.physical_copy set trashed_at = now(), version = version + 1,
       status_reason = 'it is in the trash until ' || to_char((now() + make_interval(secs => $2::int)) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
     where id = any($1::uuid[]) and status = 'DELETION_IN_PROGRESS' and trashed_at is null`,
    [ids, trashS],
  )
}

/**
 * Ends deletions that were begun and shall not be: what is still there, in its place or in the trash, is what it was before, to be read again in full before
 * anything relies on it; what is gone is DELETED, by the proof that it has.
 */
export async function bringBack(
  { fenced, stores, location, log }: Context,
  { victims, reason }: { victims: readonly Begun[]; reason: string },
): Promise<void> {
  const trash = anyTrash(stores, location)
  if (!trash) return
  await fenced(async em => {
    const back: string[] = []
    const gone: string[] = []
    for (const { id, path, bytes } of victims) {
      await trash.restore(id, path)
      const stat = await stores.of(location).stat(path)
      if (stat === null) gone.push(id)
      else if (stat.bytes === Number(bytes)) back.push(id)
      else log.warn({ event: 'trash.notRestored', copy: id, bytes: stat.bytes })
    }
    await sql(
      em,
      `/* broughtBack */
       update storage.physical_copy set status = $2, status_reason = null, trashed_at = null, deletion_proof_id = null, verification_level = 0, verified_at = null,
         version = version + 1
       where id = any($1::uuid[]) and status = 'DELETION_IN_PROGRESS'`,
      [back, location.type === 'SOURCE' ? 'DELETION_POSSIBLE' : 'PRESENT'],
    )
    await sql(
      em,
      `/* wereDeleted */
       update storage.physical_copy set status = 'DELETED', deleted_at = now(), status_reason = null, trashed_at = null, version = version + 1
       where id = any($1::uuid[]) and status = 'DELETION_IN_PROGRESS'`,
      [gone],
    )
  }, `its deletion ended before its bytes were gone: ${reason}`)
}
