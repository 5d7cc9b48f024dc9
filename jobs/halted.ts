import { giveReason, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** SQL: the kinds of work that bring a package itself on, each by a worker that has it. */
const BRINGING = `('packaging', 'checksum', 'archive')`

/** SQL: that a copy of the package `id` was read again in full and is right, as far as anybody knows; `where` narrows the locations `l`. */
const verified = (id: string, where: string): string => `exists (
  select from storage.physical_copy c join storage.data_location l on l.id = c.location_id
  where c.package_id = ${id} and c.status = 'PRESENT' and c.verification_level >= 2 and ${where})`

/** SQL: the transfer packages `d` of which a leg FAILED, or was cancelled with that. */
const STOPPED = `exists (select from storage.data_transfer f where f.transfer_package_id = d.id and 'FAILED' in (f.status, f.unpack_status))`

/**
 * Says which packages nothing brings to an archive before somebody asks for it: their work FAILED or was cancelled, and none is open. One that has work
 * again, or needs none, is what it was. What a worker or a mutation has locked is left to the next sweep.
 */
export async function markHalted(em: EntityManager): Promise<void> {
  await giveReason(em, 'the sweep found how the work stands that brings it on: whyBlocked tells')
  await sql(
    em,
    `/* markHalted */
     with ended as (
       select o.kind, o.subject_id, o.package_id from storage.operation o where o.state in ('FAILED', 'CANCELLED')
     ), unsent as (
       select x.transfer_package_id from ended join storage.data_transfer x on x.id = ended.subject_id where ended.kind in ('transfer', 'unpack')
       union
       select x.transfer_package_id from storage.data_transfer x where x.status = 'FAILED'
     ), suspects as (
       select ended.package_id as id from ended
       where ended.kind in ${BRINGING} and ended.package_id is not null and (ended.kind <> 'checksum' or not ${verified('ended.package_id', 'true')})
       union
       select i.package_id from unsent join data_package.data_transfer_package d on d.id = unsent.transfer_package_id and ${STOPPED}
       join data_package.data_transfer_package_item i on i.transfer_package_id = d.id
       where not ${verified('i.package_id', 'l.site_id = d.to_site_id')}
     ), halted as (
       select p.id from suspects join data_package.raw_data_package p on p.id = suspects.id and p.state <> 'ARCHIVED'
       where not exists (select from storage.operation o where o.package_id = p.id and o.kind in ${BRINGING} and o.state in ('READY', 'WAITING', 'RUNNING'))
         and not exists (
           select from data_package.data_transfer_package_item i join data_package.data_transfer_package d on d.id = i.transfer_package_id
           join storage.data_transfer x on x.transfer_package_id = d.id and (x.status <> 'COMPLETED' or x.unpack_status <> 'COMPLETED')
           where i.package_id = p.id and not ${STOPPED})
     ), changing as (
       select p.id, p.state <> 'FAILED' as halts from data_package.raw_data_package p
       where p.state in ('WAITING', 'TRANSFERRING') and p.id in (select id from halted)
         or p.state = 'FAILED' and not exists (select from halted where halted.id = p.id)
       for no key update of p skip locked
     )
     -- Its version stays: a worker that has it loaded knows better.
     update data_package.raw_data_package p set state = case when changing.halts then 'FAILED'
       when exists (select from data_package.data_transfer_package_item i where i.package_id = p.id) then 'TRANSFERRING' else 'WAITING' end
     from changing where p.id = changing.id`,
  )
}
