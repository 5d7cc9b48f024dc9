import { parkedPlace, parkedRoute, readable, retryFailed, SENDS, sql, type Nudge } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** How many packages one sweep takes out of their bundles at most. */
const AT_ONCE = 1_000

interface Unsendable {
  readonly transfer_package_id: string
  readonly package_id: string
}

/**
 * Takes packages out of bundles that cannot send them: their copy where the leg begins is not good any more, or cannot be reached, or the route of a leg
 * not yet begun is parked. Only those of which another good copy can be sent, or has come already: the sweep then plans them anew. What a
 * worker has is left alone; a bundle of which nothing is left ends.
 */
export async function takeOutUnsendable(em: EntityManager): Promise<Nudge[]> {
  const found = await sql<Unsendable>(
    em,
    `/* itemsUnsendable */
     with leg as (
       select x.id, x.transfer_package_id, x.from_location_id, x.to_location_id, d.to_site_id,
         not ${readable('l')} or ${parkedPlace('l')} or x.status in ('PENDING', 'SCHEDULED') and ${parkedRoute('r')} as closed
       from storage.data_transfer x
       join data_package.data_transfer_package d on d.id = x.transfer_package_id
       join storage.data_location l on l.id = x.from_location_id
       join storage.data_transfer_route r on r.id = x.route_id
       where x.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS', 'FAILED') and x.unpack_status <> 'FAILED'
         and not exists (select from storage.data_transfer b where b.transfer_package_id = x.transfer_package_id and b.leg < x.leg and b.unpack_status <> 'COMPLETED')
         and not exists (select from storage.operation o where o.kind = 'transfer' and o.subject_id = x.id and o.state in ('RUNNING', 'CANCELLED'))
     ), doubtful as (
       select leg.*, i.package_id from leg join data_package.data_transfer_package_item i on i.transfer_package_id = leg.transfer_package_id where leg.closed
       union
       select leg.*, c.package_id from leg
       join storage.physical_copy c on c.location_id = leg.from_location_id and c.status in ('QUARANTINED', 'MISSING') and c.package_id is not null
       join data_package.data_transfer_package_item i on i.transfer_package_id = leg.transfer_package_id and i.package_id = c.package_id
       union
       select leg.*, c.package_id from storage.physical_copy c
       join leg on leg.from_location_id = c.location_id
       join data_package.data_transfer_package_item i on i.transfer_package_id = leg.transfer_package_id and i.package_id = c.package_id
       where c.file_id is null and c.status = 'PRESENT' and c.verification_level < 2
     )
     select w.transfer_package_id, w.package_id from doubtful w
     where (w.closed or not exists (select from storage.physical_copy c
         where c.package_id = w.package_id and c.location_id = w.from_location_id and c.status = 'PRESENT' and c.verification_level >= 2))
       and not exists (select from storage.physical_copy c where c.package_id = w.package_id and c.location_id = w.to_location_id and c.status = 'PRESENT')
       and exists (select from storage.physical_copy c join storage.data_location b on b.id = c.location_id
         where c.package_id = w.package_id and c.status = 'PRESENT' and c.verification_level >= 2
           and (b.site_id = w.to_site_id and b.type in ('BUFFER', 'LONG_TERM_ARCHIVE') or not ${parkedPlace('b')} and exists (
             select from storage.data_transfer_route r
             where r.active and r.to_site_id = w.to_site_id and r.from_site_id = b.site_id and (r.from_location_id is null or r.from_location_id = b.id)
               and ${SENDS} and not ${parkedRoute('r')})))
     order by w.transfer_package_id, w.package_id limit ${AT_ONCE}`,
  )
  if (found.length === 0) return []
  const held = await sql<{ id: string }>(
    em,
    `/* sendingHeld */
     select o.id from storage.operation o join storage.data_transfer x on x.id = o.subject_id
     where o.kind = 'transfer' and x.transfer_package_id = any($1::uuid[]) and o.state in ('READY', 'WAITING', 'FAILED') order by o.id for update of o skip locked`,
    [[...new Set(found.map(({ transfer_package_id }) => transfer_package_id))]],
  )
  const heldIds = held.map(({ id }) => id)
  const out = await sql<Unsendable>(
    em,
    `/* itemsTakenOut */
     delete from data_package.data_transfer_package_item i using unnest($1::uuid[], $2::uuid[]) as w(bundle, package)
     where i.transfer_package_id = w.bundle and i.package_id = w.package
       and not exists (select from storage.data_transfer x join storage.operation o on o.kind = 'transfer' and o.subject_id = x.id
         where x.transfer_package_id = w.bundle and o.state <> 'DONE' and o.id <> all($3::uuid[]))
     returning i.transfer_package_id, i.package_id`,
    [found.map(({ transfer_package_id }) => transfer_package_id), found.map(({ package_id }) => package_id), heldIds],
  )
  const bundles = [...new Set(out.map(({ transfer_package_id }) => transfer_package_id))]
  await sql(
    em,
    `/* packagesWaitAgain */
     update data_package.raw_data_package p set state = 'WAITING', version = version + 1
     where p.id = any($1::uuid[]) and p.state = 'TRANSFERRING' and not exists (
       select from data_package.data_transfer_package_item i join storage.data_transfer x on x.transfer_package_id = i.transfer_package_id
       where i.package_id = p.id and (x.status <> 'COMPLETED' or x.unpack_status <> 'COMPLETED'))`,
    [out.map(({ package_id }) => package_id)],
  )
  return goOn(em, { bundles, heldIds })
}

/** What is left of the bundles goes on at once; where nothing is, sending it again ends it. */
async function goOn(em: EntityManager, { bundles, heldIds }: { bundles: string[]; heldIds: string[] }): Promise<Nudge[]> {
  if (bundles.length === 0) return []
  const left = await sql<{ id: string; package_count: number }>(
    em,
    `/* bundlesLeft */
     update data_package.data_transfer_package d set package_count = n.packages, bytes = n.bytes
     from (select b.id, count(p.id)::int as packages, coalesce(sum(p.bytes), 0) as bytes from unnest($1::uuid[]) as b(id)
       left join data_package.data_transfer_package_item i on i.transfer_package_id = b.id
       left join data_package.raw_data_package p on p.id = i.package_id group by b.id) n
     where n.id = d.id returning d.id, d.package_count`,
    [bundles],
  )
  const work = await sql<{ id: string; state: string; bundle: string }>(
    em,
    `/* sendingGoesOn */
     update storage.operation o set next_run_at = now(), dispatched_at = null, reason = 'what it could not send is sent from another copy'
     from storage.data_transfer x
     where o.id = any($2::uuid[]) and x.id = o.subject_id and x.transfer_package_id = any($1::uuid[]) returning o.id, o.state, x.transfer_package_id as bundle`,
    [bundles, heldIds],
  )
  const empty = new Set(left.filter(({ package_count }) => package_count === 0).map(({ id }) => id))
  return retryFailed(
    em,
    work.filter(({ state, bundle }) => state === 'FAILED' && empty.has(bundle)).map(({ id }) => id),
  )
}
