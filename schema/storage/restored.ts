/** SQL: the newest epoch of events: another one begins when ops-db was restored. */
export const NEWEST_EPOCH = `(select max(number) from storage.event_epoch)`

/**
 * SQL: that ops-db was restored since the location of that alias was looked at: what its rows say may be older than what its disks hold. A scan that was
 * asked for after that ends it, and so does an operator.
 */
export function restored(location: string): string {
  return `exists (
    select from storage.event_epoch e
    where e.number = ${NEWEST_EPOCH} and e.number > 1 and ${location}.created_at < e.begun_at
      and not exists (select from storage.reclaim seen where seen.location_id = ${location}.id and seen.epoch >= e.number)
      and not exists (select from storage.operation look where look.kind = 'scan' and look.subject_id = ${location}.id
                      and look.state = 'DONE' and look.created_at > e.begun_at))`
}
