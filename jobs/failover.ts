import { notParked, Outage, sql, writable, type DataLocation, type DataTransfer } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Context, Pause } from './handler.ts'
import { findPlaces } from './places.ts'
import { keepRoom } from './room.ts'

interface BlockedLeg {
  readonly id: string
  readonly leg: number
  readonly transfer_package_id: string
  readonly from_name: string
  readonly to_id: string
  readonly to_name: string
}

/**
 * Lets transfers that cannot arrive where they were to go to the next BUFFER of that site, by priority: those to a place where operators let
 * nothing be written, and those not yet begun to one whose work is parked. What a worker has goes on; a CUSTOM route has no other place.
 */
export async function redirectLegs(em: EntityManager): Promise<void> {
  const legs = await sql<BlockedLeg>(
    em,
    `/* legsToRedirect */
     select x.id, x.leg, x.transfer_package_id, l.name as from_name, other.id as to_id, other.name as to_name
     from storage.data_transfer x
     join storage.data_transfer_route r on r.id = x.route_id and r.type <> 'CUSTOM'
     join storage.data_location l on l.id = x.to_location_id
     cross join lateral (
       select b.id, b.name from storage.data_location b
       where b.site_id = l.site_id and b.type = 'BUFFER' and b.id <> l.id and b.identified_at is not null and ${writable('b')} and ${notParked('b')}
       order by b.priority, b.id limit 1) other
     where (x.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS') and not ${writable('l')} or x.status in ('PENDING', 'SCHEDULED') and not ${notParked('l')})
       and not exists (select from storage.operation o where o.kind = 'transfer' and o.subject_id = x.id and o.state in ('RUNNING', 'FAILED', 'CANCELLED'))
     order by x.id limit 1000 for update of x skip locked`,
  )
  for (const leg of legs) {
    const rows = await sql(
      em,
      `/* operationRedirected */
       update storage.operation set location_id = $2, next_run_at = now(), dispatched_at = null, reason = $3
       where kind = 'transfer' and subject_id = $1 and state in ('READY', 'WAITING') returning id`,
      [leg.id, leg.to_id, `it goes to ${leg.to_name} instead of ${leg.from_name}`],
    )
    // A worker that claimed it meanwhile has it; a later leg has no work yet.
    const [taken] =
      rows.length > 0
        ? []
        : await sql(em, `/* legTaken */ select from storage.operation where kind = 'transfer' and subject_id = $1 and state <> 'DONE'`, [
            leg.id,
          ])
    if (!taken) await moveLeg(em, leg, leg.to_id)
  }
}

async function moveLeg(
  em: EntityManager,
  { id, leg, transfer_package_id }: Pick<BlockedLeg, 'id' | 'leg' | 'transfer_package_id'>,
  toId: string,
): Promise<void> {
  await sql(em, `/* legRedirected */ update storage.data_transfer set to_location_id = $2, version = version + 1 where id = $1`, [id, toId])
  await sql(
    em,
    `/* nextLegRedirected */
     update storage.data_transfer set from_location_id = $3, version = version + 1 where transfer_package_id = $1 and leg = $2`,
    [transfer_package_id, leg + 1, toId],
  )
}

/** Lets a transfer of which nothing has arrived go to another BUFFER of the site that has room for it; `null` where there is none. */
export async function goElsewhere(
  context: Context,
  { leg, bytes, why }: { leg: DataTransfer; bytes: number; why: string },
): Promise<Pause | null> {
  const { claim, em, fenced, location } = context
  const other = await findRoomElsewhere(context, bytes)
  if (!other) return null
  const reason = `it goes to ${other.name}: ${why}`
  await fenced(async em => {
    await sql(em, `/* operationRedirected */ update storage.operation set location_id = $2, dispatched_at = null where id = $1`, [
      claim.id,
      other.id,
    ])
    await moveLeg(em, { id: leg.id, leg: leg.leg, transfer_package_id: leg.transferPackageId }, other.id)
  }, reason)
  context.log.warn({ event: 'transfer.redirected', transfer: leg.id, from: location.name, to: other.name })
  em.clear()
  return { reason, seconds: 0 }
}

async function findRoomElsewhere(context: Context, bytes: number): Promise<DataLocation | null> {
  const { em, location } = context
  for (const place of await findPlaces(em, location.siteId, ['BUFFER'])) {
    if (place.id === location.id) continue
    try {
      if ((await keepRoom(context, place, bytes)) === null) return place
    } catch (error) {
      if (!(error instanceof Outage) || error.locationId !== place.id) throw error
    }
  }
  return null
}
