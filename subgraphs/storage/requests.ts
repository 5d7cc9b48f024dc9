import { z } from 'zod'
import { between, id, lockRow, nudge, parse, transact, type Context } from '@almagest/kit'
import {
  catalog,
  DataLocation,
  DataTransfer,
  DataTransferRoute,
  Operation,
  PhysicalCopy,
  planTransfer,
  RawDataPackage,
  Refusal,
  replacing,
  requestOperations,
  reprioritise,
  retryOperation as retry,
  sql,
  type LocationType,
  type Nudge,
  type OperationRequest,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

const PackageIds = z.array(id()).min(1, 'must name at least one package').max(10_000, 'must name at most 10000 packages')

/** Bundles packages for a route now and asks for their transfer. */
export async function requestTransfer(
  { routeId, packageIds }: { routeId: string; packageIds: readonly string[] },
  context: Context,
): Promise<DataTransfer> {
  const ids = [...new Set(parse(PackageIds, packageIds, 'packageIds'))]
  const { transfer, nudges } = await transact(context, 'requestTransfer', async em => {
    const route = await lockRow(em, DataTransferRoute, { field: 'routeId', id: routeId })
    const rows = await sql<{ id: string }>(
      em,
      `/* lockPackagesToTransfer */ select id from data_package.raw_data_package where id = any($1::uuid[]) order by id for update`,
      [ids],
    )
    const known = new Set(rows.map(({ id }) => id))
    const unknown = ids.filter(id => !known.has(id))
    if (unknown.length > 0) throw new Refusal('NOT_FOUND', `packageIds: there is no package ${unknown.slice(0, 10).join(', ')}`)
    const { transferId, nudges } = await planTransfer(em, { routeId: route.id, packageIds: ids })
    return { nudges, transfer: await em.findOneOrFail(DataTransfer, transferId) }
  })
  await nudge(context, nudges)
  return transfer
}

/** Makes what FAILED of a transfer, sending or verifying, wait for a worker again; refuses with INVALID_TRANSITION if nothing did. */
export async function retryTransfer(transferId: string, context: Context): Promise<DataTransfer> {
  const { transfer, nudges } = await transact(context, 'retryTransfer', async em => {
    const transfer = await lockRow(em, DataTransfer, { field: 'transferId', id: transferId })
    return { transfer, nudges: await reviveTransfer(em, transfer) }
  })
  await nudge(context, nudges)
  return transfer
}

/** Makes what FAILED of a transfer wait for a worker again, in the caller's transaction. */
export async function reviveTransfer(em: EntityManager, transfer: DataTransfer): Promise<Nudge[]> {
  const { id, toLocationId, status, unpackStatus } = transfer
  if (status !== 'FAILED' && unpackStatus !== 'FAILED') {
    throw new Refusal(
      'INVALID_TRANSITION',
      `transferId: transfer ${id} is ${status} and ${unpackStatus}: neither sending nor verifying FAILED`,
    )
  }
  const kind = status === 'FAILED' ? 'transfer' : 'unpack'
  // What is sent again is verified again: verifying then waits for the sending.
  if (unpackStatus === 'FAILED') transfer.unpackBecomes('PENDING')
  if (status === 'FAILED') transfer.become('PENDING')
  await em.flush()
  if (kind === 'transfer') transfer.become('SCHEDULED')
  else transfer.unpackBecomes('SCHEDULED')
  await em.flush()
  const { nudges } = await ensureOperation(em, { kind, locationId: toLocationId, subjectId: id })
  return nudges
}

/** Asks for a package to be archived at a LONG_TERM_ARCHIVE of a site that holds it; asking again gives the same operation while it is open; one that the archive holds verified is refused with CONFLICT. */
export async function requestArchive(
  { packageId, locationId }: { packageId: string; locationId: string },
  context: Context,
): Promise<Operation> {
  const { operation, nudges } = await transact(context, 'requestArchive', async em => {
    const tar = await lockRow(em, RawDataPackage, { field: 'packageId', id: packageId })
    const location = await lockRow(em, DataLocation, { field: 'locationId', id: locationId })
    if (location.type !== 'LONG_TERM_ARCHIVE') {
      throw new Refusal('BAD_INPUT', `locationId: ${location.name} is a ${location.type}, not a LONG_TERM_ARCHIVE`)
    }
    if (tar.status !== 'COMPLETED')
      throw new Refusal('INVALID_TRANSITION', `packageId: package ${tar.id} is ${tar.status}: only one that is COMPLETED can be archived`)
    const [held] = await sql(
      em,
      `/* copyInArchive */
       select from storage.physical_copy c where c.package_id = $1 and c.location_id = $2 and c.status = 'PRESENT' and c.verification_level >= 2
         and not exists (select from storage.operation o where o.kind = 'archive' and o.subject_id = $1 and o.location_id = $2 and o.state <> 'DONE')`,
      [tar.id, location.id],
    )
    if (held)
      throw new Refusal('CONFLICT', `packageId: ${location.name} holds package ${tar.id}, verified: requestVerification re-reads the copy`)
    const [near] = await sql(
      em,
      `/* copyAtSite */
       select c.id from storage.physical_copy c join storage.data_location l on l.id = c.location_id
       where c.package_id = $1 and c.status = 'PRESENT' and l.site_id = $2 and l.type in ('BUFFER', 'LONG_TERM_ARCHIVE') limit 1`,
      [tar.id, location.siteId],
    )
    if (!near)
      throw new Refusal('BAD_INPUT', `locationId: nothing at the site of ${location.name} holds package ${tar.id}: transfer it there first`)
    return ensureOperation(em, { kind: 'archive', locationId: location.id, subjectId: tar.id, packageId: tar.id, priority: tar.priority })
  })
  await nudge(context, nudges)
  return operation
}

/** Asks for a copy of a package to be re-read in full, also one that is gone and may be there again; asking again gives the same operation while it is open. */
export async function requestVerification(copyId: string, context: Context): Promise<Operation> {
  const { operation, nudges } = await transact(context, 'requestVerification', async em => {
    const copy = await lockRow(em, PhysicalCopy, { field: 'copyId', id: copyId })
    const location = await em.findOneOrFail(DataLocation, copy.locationId)
    if (!copy.packageId || !(catalog.checksum.at as readonly LocationType[]).includes(location.type)) {
      throw new Refusal('BAD_INPUT', `copyId: ${copy.id} is not the copy of a package in a ${catalog.checksum.at.join(' or ')}`)
    }
    if (!['PRESENT', 'MISSING', 'QUARANTINED'].includes(copy.status)) {
      throw new Refusal(
        'INVALID_TRANSITION',
        `copyId: copy ${copy.id} is ${copy.status}: only one that is PRESENT, MISSING or QUARANTINED can be verified`,
      )
    }
    const other =
      copy.status === 'PRESENT'
        ? []
        : await sql(em, `/* copyInItsPlace */ select from storage.physical_copy c where ${replacing('c', '$1::uuid')}`, [copy.id])
    if (other.length > 0)
      throw new Refusal('CONFLICT', `copyId: copy ${copy.id} is ${copy.status}, and ${location.name} has another in its place`)
    return ensureOperation(em, { kind: 'checksum', locationId: copy.locationId, subjectId: copy.id, packageId: copy.packageId })
  })
  await nudge(context, nudges)
  return operation
}

/**
 * Gives an operation that FAILED, was CANCELLED, or waits, all its attempts again, beginning now, and revives the transfer that failed with it. Refuses
 * with INVALID_TRANSITION any other, the packaging of a package that FAILED (`retryPackaging` is for that) and FAILED staging (`retryStaging`).
 */
export async function retryOperation(operationId: string, context: Context): Promise<Operation> {
  const { operation, nudges } = await transact(context, 'retryOperation', async em => {
    const operation = await lockRow(em, Operation, { field: 'operationId', id: operationId })
    const nudges = (await reviveSubject(em, operation)) ?? [await retry(em, operation.id)]
    return { nudges, operation: await em.refreshOrFail(operation) }
  })
  await nudge(context, nudges)
  return operation
}

/** Gives work that is not over another priority; work that a worker has goes on. Refuses with INVALID_TRANSITION work that is over. */
export async function setOperationPriority(
  { operationId, priority }: { operationId: string; priority: number },
  context: Context,
): Promise<Operation> {
  const wanted = parse(between(0, 1_000_000), priority, 'priority')
  const { operation, nudges } = await transact(context, 'setOperationPriority', async em => {
    const operation = await lockRow(em, Operation, { field: 'operationId', id: operationId })
    if (operation.state === 'DONE' || operation.state === 'CANCELLED')
      throw new Refusal(
        'INVALID_TRANSITION',
        `operationId: operation ${operation.id} is ${operation.state}: its priority no longer matters`,
      )
    const nudges = await reprioritise(em, [{ operationId: operation.id, priority: wanted }])
    return { nudges, operation: await em.refreshOrFail(operation) }
  })
  await nudge(context, nudges)
  return operation
}

async function reviveSubject(em: EntityManager, { kind, state, subjectId }: Operation): Promise<Nudge[] | null> {
  if (state !== 'FAILED' && state !== 'CANCELLED') return null
  if (kind === 'packaging') {
    const tar = await em.findOneOrFail(RawDataPackage, subjectId)
    if (tar.status !== 'FAILED') return null
    throw new Refusal('INVALID_TRANSITION', `operationId: package ${tar.id} FAILED with the operation: retryPackaging tries it again`)
  }
  if (kind === 'staging' && state === 'FAILED')
    throw new Refusal('INVALID_TRANSITION', 'operationId: staging requests FAILED with the operation: retryStaging tries them again')
  if (kind !== 'transfer' && kind !== 'unpack') return null
  const transfer = await lockRow(em, DataTransfer, { field: 'operationId', id: subjectId })
  return transfer[kind === 'transfer' ? 'status' : 'unpackStatus'] === 'FAILED' ? reviveTransfer(em, transfer) : null
}

/** Makes the operation unless it is open already; one that FAILED or was CANCELLED gets all its attempts again. */
async function ensureOperation(em: EntityManager, request: OperationRequest): Promise<{ operation: Operation; nudges: Nudge[] }> {
  const made = await requestOperations(em, [request])
  const { kind, locationId, subjectId } = request
  const operation = await em.findOneOrFail(Operation, { kind, locationId, subjectId, state: { $ne: 'DONE' } })
  if (operation.state !== 'FAILED' && operation.state !== 'CANCELLED') return { operation, nudges: made }
  const nudges = [await retry(em, operation.id)]
  return { operation: await em.refreshOrFail(operation), nudges }
}
