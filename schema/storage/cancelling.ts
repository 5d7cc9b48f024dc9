import { Refusal } from '../errors.ts'
import type { EntityManager } from '../orm.ts'
import { sql } from '../sql.ts'
import { DataTransfer } from './data-transfer.ts'
import type { Operation } from './operation.ts'

/**
 * Cancels a piece of work in the caller's transaction, which holds a lock on its row; again: nothing. It stays CANCELLED, and no sweep asks for it
 * again, until somebody retries it; only a scan comes again in its time. A transfer FAILED with it, and what was marked for deletion is what it was before. Refuses with
 * INVALID_TRANSITION what is DONE.
 */
export async function cancelOperation(em: EntityManager, { id, kind, state, subjectId, locationId }: Operation): Promise<void> {
  if (state === 'CANCELLED') return
  if (state === 'DONE') throw new Refusal('INVALID_TRANSITION', `operationId: operation ${id} is DONE: there is nothing to cancel`)
  await sql(
    em,
    `/* cancelOperation */
     update storage.operation set state = 'CANCELLED', finished_at = now(), error_code = null, reason = 'it was cancelled', lease_owner = null, lease_until = null, reserved_bytes = 0
     where id = $1`,
    [id],
  )
  if (kind === 'cleanup') await unmark(em, { packageIds: [subjectId], locationId })
  if (kind !== 'transfer' && kind !== 'unpack') return
  const transfer = await em.findOneOrFail(DataTransfer, subjectId)
  if (kind === 'transfer' && transfer.status !== 'FAILED') transfer.become('FAILED')
  if (kind === 'unpack' && transfer.unpackStatus !== 'FAILED') transfer.unpackBecomes('FAILED')
  await em.flush()
}

/** What was marked for deletion, of some packages at one location or (null) anywhere, is what it was before. */
export async function unmark(
  em: EntityManager,
  { packageIds, locationId }: { packageIds: readonly string[]; locationId: string | null },
): Promise<void> {
  await sql(
    em,
    `/* unmark */
     update storage.physical_copy c set status_reason = null, version = c.version + 1,
       status = case l.type when 'SOURCE' then 'DELETION_POSSIBLE' when 'PROCESSING' then 'STAGED' else 'PRESENT' end
     from storage.data_location l
     where c.location_id = l.id and ($2::uuid is null or l.id = $2) and c.status = 'DELETION_SCHEDULED' and c.id = any(array(
       select d.id from storage.physical_copy d where d.package_id = any($1::uuid[])
       union all
       select d.id from data_package.raw_data_file f join storage.physical_copy d on d.file_id = f.id where f.package_id = any($1::uuid[])))`,
    [packageIds, locationId],
  )
}
