import { keeping } from './availability.ts'

/**
 * SQL: that a transfer of that alias still is to bring a package: it is not through, and if it, or a leg before it, FAILED, it can be tried again: the package
 * is where it was to come from, and neither place is RETIRED.
 */
export function stillBrings(transfer: string, packageId: string): string {
  return `((${transfer}.status <> 'COMPLETED' or ${transfer}.unpack_status <> 'COMPLETED') and not exists (
    select from storage.data_transfer failed
    where failed.transfer_package_id = ${transfer}.transfer_package_id and failed.leg <= ${transfer}.leg and 'FAILED' in (failed.status, failed.unpack_status)
      and (exists (select from storage.data_location gone where gone.id in (failed.from_location_id, failed.to_location_id) and gone.state = 'RETIRED')
        or not exists (select from storage.physical_copy origin where origin.package_id = ${packageId} and origin.location_id = failed.from_location_id
                       and origin.status not in ('DELETED', 'QUARANTINED', 'MISSING')))))`
}

/**
 * SQL for the kinds of work that are not done and may want to read a package: open or FAILED operations, transfers under way, and what a BUFFER
 * still has to give to an archive of its site or of a site that a route leads to.
 */
export function openWork(packageId: string, locationId: string): string {
  return `select o.kind from storage.operation o
    where o.package_id = ${packageId} and o.kind <> 'cleanup' and o.state not in ('DONE', 'CANCELLED')
    union all
    select case when x.status = 'COMPLETED' then 'unpack' else 'transfer' end
    from data_package.data_transfer_package_item i join storage.data_transfer x on x.transfer_package_id = i.transfer_package_id
    where i.package_id = ${packageId} and ${stillBrings('x', packageId)}
    union all
    select 'archive' from storage.data_location here
    join storage.data_location a on a.site_id = here.site_id and a.type = 'LONG_TERM_ARCHIVE' and ${keeping('a')}
    where here.id = ${locationId} and here.type = 'BUFFER'
      and not exists (select from storage.physical_copy c
                      where c.package_id = ${packageId} and c.location_id = a.id and c.status = 'PRESENT' and c.verification_level >= 2)
    union all
    select 'transfer' from storage.data_location here
    join storage.data_transfer_route r on r.from_site_id = here.site_id and r.active
    join storage.data_location a on a.site_id = r.to_site_id and a.type = 'LONG_TERM_ARCHIVE' and ${keeping('a')}
    where here.id = ${locationId} and here.type = 'BUFFER'
      and not exists (select from storage.physical_copy c join storage.data_location t on t.id = c.location_id
                      where c.package_id = ${packageId} and t.site_id = r.to_site_id and t.type in ('BUFFER', 'LONG_TERM_ARCHIVE') and t.state <> 'RETIRED'
                        and c.status in ('PRESENT', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED'))`
}
