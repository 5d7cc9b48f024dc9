import { sql, type CopyStatus, type JobName, type StagingStatus } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import {
  findNetwork,
  findPackages,
  findTransfers,
  findTransfersOfPackages,
  findWork,
  findWorkOfPackages,
  findWorkOn,
} from './blocked-facts.ts'
import { decideBlockers, decideOperationBlockers, decideTransferBlockers } from './blockers.ts'
import { decideCopyBlockers, decideStagingBlockers, type CopyFacts, type StagingFacts, type WantedPackage } from './copy-blockers.ts'
import type { Blocker } from './resolvers.generated.ts'

const TO_ARCHIVE: readonly JobName[] = ['packaging', 'checksum', 'transfer', 'unpack', 'archive']

/** How many packages of a staging request are looked at: the first that are not there. */
const WANTED = 20

/** Why each of the packages is not archived, or no longer, in five statements for all of them. */
export async function whyPackageBlocked(em: EntityManager, ids: readonly string[]): Promise<Blocker[][]> {
  const [packages, operations, transfers, network] = await Promise.all([
    findPackages(em, ids),
    findWorkOfPackages(em, { ids, kinds: TO_ARCHIVE }),
    findTransfersOfPackages(em, ids),
    findNetwork(em),
  ])
  return ids.map(id => {
    const found = packages.get(id)
    return found ? decideBlockers({ ...found, operations: operations.get(id) ?? [], transfers: transfers.get(id) ?? [] }, network) : []
  })
}

/** Why each of the transfers is not through, in four statements for all of them. */
export async function whyTransferBlocked(em: EntityManager, ids: readonly string[]): Promise<Blocker[][]> {
  const [transfers, network] = await Promise.all([findTransfers(em, ids), findNetwork(em)])
  const legs = [...transfers.values()].flatMap(({ id, after }) => (after ? [id, after.id] : [id]))
  const work = await findWorkOn(em, legs)
  return ids.map(id => {
    const transfer = transfers.get(id)
    if (!transfer) return []
    const operations = [...(work.get(id) ?? []), ...(transfer.after ? (work.get(transfer.after.id) ?? []) : [])]
    return decideTransferBlockers(transfer, operations, network)
  })
}

/** Why each piece of work is not done, in three statements for all of them. */
export async function whyOperationBlocked(em: EntityManager, ids: readonly string[]): Promise<Blocker[][]> {
  const [work, network] = await Promise.all([findWork(em, ids), findNetwork(em)])
  return ids.map(id => {
    const operation = work.get(id)
    return operation ? decideOperationBlockers(operation, network) : []
  })
}

/** Why each of the copies is not what it should be, in four statements for all of them. */
export async function whyCopyBlocked(em: EntityManager, ids: readonly string[]): Promise<Blocker[][]> {
  const [copies, network] = await Promise.all([findCopies(em, ids), findNetwork(em)])
  const packageIds = [...copies.values()].flatMap(({ packageId }) => packageId ?? [])
  const work = await findWorkOfPackages(em, { ids: packageIds, kinds: [...TO_ARCHIVE, 'staging', 'cleanup'] })
  return ids.map(id => {
    const copy = copies.get(id)
    return copy ? decideCopyBlockers(copy, work.get(copy.packageId ?? '') ?? [], network) : []
  })
}

async function findCopies(em: EntityManager, ids: readonly string[]): Promise<Map<string, CopyFacts>> {
  const rows = await sql<{
    id: string
    status: CopyStatus
    status_reason: string | null
    location_id: string
    package_id: string | null
    replaced: boolean
    deletion_enabled: boolean
    finding: 'MISSING' | 'CHANGED' | null
    detail: string | null
  }>(
    em,
    `/* copiesBlocked */
     select c.id, c.status, c.status_reason, g.kind as finding, g.detail, c.location_id, coalesce(c.package_id, f.package_id) as package_id, l.deletion_enabled,
       exists (select from storage.physical_copy d where d.package_id = c.package_id and d.location_id = c.location_id and d.status in ('PRESENT', 'STAGED'))
       or exists (select from storage.physical_copy d where d.file_id = c.file_id and d.location_id = c.location_id and d.status = 'PRESENT') as replaced
     from storage.physical_copy c join storage.data_location l on l.id = c.location_id
     left join data_package.raw_data_file f on f.id = c.file_id
     left join storage.scan_finding g on c.status in ('PRESENT', 'DELETION_POSSIBLE') and c.file_id is not null
       and g.location_id = c.location_id and g.path = c.path and g.kind in ('MISSING', 'CHANGED') and g.resolved_at is null
     where c.id = any($1::uuid[]) and (g.id is not null or c.status not in ('PRESENT', 'STAGED', 'DELETION_POSSIBLE', 'DELETED'))`,
    [ids],
  )
  const copies = rows.map(row => ({
    id: row.id,
    status: row.status,
    reason: row.status_reason,
    locationId: row.location_id,
    packageId: row.package_id,
    replaced: row.replaced,
    deletionEnabled: row.deletion_enabled,
    finding: row.finding,
    detail: row.detail,
  }))
  return new Map(copies.map(copy => [copy.id, copy]))
}

/** Why each of the staging requests is not ready, in four statements for all of them; of many packages the first twenty are told. */
export async function whyStagingBlocked(em: EntityManager, ids: readonly string[]): Promise<Blocker[][]> {
  const [requests, network] = await Promise.all([findStagings(em, ids), findNetwork(em)])
  const work = await findWorkOn(
    em,
    [...requests.values()].flatMap(({ packages }) => packages.map(({ id }) => id)),
  )
  return ids.map(id => {
    const request = requests.get(id)
    if (!request) return []
    return decideStagingBlockers(
      request,
      request.packages.flatMap(({ id }) => work.get(id) ?? []),
      network,
    )
  })
}

async function findStagings(em: EntityManager, ids: readonly string[]): Promise<Map<string, StagingFacts>> {
  const rows = await sql<{ id: string; status: StagingStatus; location_id: string; packages: WantedPackage[] | null }>(
    em,
    `/* stagingsBlocked */
     select r.id, r.status, r.location_id, (
       select json_agg(json_build_object('id', w.id, 'name', w.name, 'status', w.status, 'near', w.near)) from (
         select p.id, p.name, s.status, exists (
           select from storage.physical_copy c join storage.data_location h on h.id = c.location_id and h.type in ('BUFFER', 'LONG_TERM_ARCHIVE')
           where c.package_id = p.id and c.status = 'PRESENT' and h.site_id = l.site_id) as near
         from staging.staged_package s join data_package.raw_data_package p on p.id = s.package_id
         where s.request_id = r.id and s.status <> 'COMPLETED' order by s.status <> 'FAILED', s.package_id limit $2) w) as packages
     from staging.staging_request r join storage.data_location l on l.id = r.location_id
     where r.id = any($1::uuid[]) and r.status not in ('COMPLETED', 'EXPIRED')`,
    [ids, WANTED],
  )
  return new Map(
    rows.map(({ id, status, location_id, packages }) => [id, { id, status, locationId: location_id, packages: packages ?? [] }]),
  )
}
