import { z } from 'zod'
import { atLeast, between, id, lockRow, nudge, orElse, parse, text, transact, type Context } from '@almagest/kit'
import { DataLocation, newId, newIds, Refusal, requestOperations, retryOperation, sql, StagingRequest, type Nudge } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { findFiles, nameOf, Range, refuseUnknown, some, type NamedFile } from './named-files.ts'

const RequestStaging = z
  .object({
    key: text(),
    location: text(),
    requestedBy: text(),
    executionIds: orElse(z.array(id()).max(1_000, 'must have at most 1000 ids'), []),
    packageIds: orElse(z.array(id()).max(10_000, 'must have at most 10000 ids'), []),
    fileIds: orElse(z.array(id()).max(10_000, 'must have at most 10000 ids'), []),
    ranges: orElse(z.array(Range).max(10_000, 'must have at most 10000 ranges'), []),
    leaseS: orElse(between(60, 31_536_000), 604_800),
    priority: orElse(atLeast(0), 100),
  })
  .refine(({ executionIds, packageIds, fileIds, ranges }) => executionIds.length + packageIds.length + fileIds.length + ranges.length > 0, {
    error: 'must name executions, packages, files or ranges of files',
  })

type Wish = z.output<typeof RequestStaging>

interface NamedPackage {
  readonly id: string
  readonly execution_id: string
}

/**
 * Asks for packages, or single files of packages or ranges of them, at a PROCESSING location and for the work that brings them there. The same key again gives
 * the same request; refuses with CONFLICT other parameters under a known key.
 */
export async function requestStaging(input: unknown, context: Context): Promise<StagingRequest> {
  const wish = parse(RequestStaging, input)
  const { request, nudges } = await transact(context, 'requestStaging', async em => {
    const location = await findLocation(em, wish)
    const packages = await findPackages(em, wish)
    const files = await findFiles(em, wish)
    const requestId = newId()
    await sql(
      em,
      `/* insertStagingRequest */
       insert into staging.staging_request (id, location_id, request_key, requested_by, priority, lease_s)
       values ($1, $2, $3, $4, $5, $6) on conflict (request_key) do nothing`,
      [requestId, location.id, wish.key, wish.requestedBy, wish.priority, wish.leaseS],
    )
    const request = await em.findOneOrFail(StagingRequest, { requestKey: wish.key })
    if (request.id !== requestId) {
      await refuseDifference(em, { wish, location, packages, files, request })
      return { request, nudges: [] }
    }
    const whole = new Set(packages.map(({ id }) => id))
    const single = files.filter(({ package_id }) => !whole.has(package_id))
    const ids = [...new Set([...whole, ...single.map(({ package_id }) => package_id)])].sort()
    await sql(
      em,
      `/* insertStagedPackages */
       insert into staging.staged_package (id, request_id, package_id) select id, $2, package_id from unnest($1::uuid[], $3::uuid[]) as w(id, package_id)`,
      [ids.map(() => newId()), request.id, ids],
    )
    if (single.length > 0)
      await sql(
        em,
        `/* insertStagedFiles */
         insert into staging.staged_file (id, staged_package_id, file_id, range_start, range_bytes)
         select w.id, s.id, w.file_id, w.range_start, w.range_bytes
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[]) as w(id, file_id, package_id, range_start, range_bytes)
         join staging.staged_package s on s.request_id = $6 and s.package_id = w.package_id`,
        [
          newIds(single.length),
          single.map(({ id }) => id),
          single.map(({ package_id }) => package_id),
          single.map(({ start }) => start),
          single.map(({ bytes }) => bytes),
          request.id,
        ],
      )
    return { request, nudges: await askForWork(em, { ids, locationId: location.id, priority: wish.priority }) }
  })
  await nudge(context, nudges)
  return request
}

/** Makes what FAILED of a request wait for a worker again; refuses with INVALID_TRANSITION a request that did not fail. */
export async function retryStaging(requestId: string, context: Context): Promise<StagingRequest> {
  const { request, nudges } = await transact(context, 'retryStaging', async em => {
    const request = await lockRow(em, StagingRequest, { field: 'requestId', id: requestId })
    if (request.status !== 'FAILED')
      throw new Refusal('INVALID_TRANSITION', `requestId: request ${request.id} is ${request.status}, not FAILED`)
    request.become('PENDING')
    await em.flush()
    const rows = await sql<{ package_id: string }>(
      em,
      `/* reviveStagedPackages */ update staging.staged_package set status = 'PENDING' where request_id = $1 and status = 'FAILED' returning package_id`,
      [request.id],
    )
    const ids = rows.map(({ package_id }) => package_id)
    return { request, nudges: await askForWork(em, { ids, locationId: request.locationId, priority: request.priority }) }
  })
  await nudge(context, nudges)
  return request
}

/** Asks for the staging of packages; work on one that FAILED or was CANCELLED gets all its attempts again. */
async function askForWork(
  em: EntityManager,
  { ids, locationId, priority }: { ids: readonly string[]; locationId: string; priority: number },
): Promise<Nudge[]> {
  const nudges = await requestOperations(
    em,
    ids.map(id => ({ kind: 'staging', locationId, subjectId: id, packageId: id, priority })),
  )
  const failed = await sql<{ id: string }>(
    em,
    `/* failedStagings */
     select id from storage.operation
     where kind = 'staging' and location_id = $1 and subject_id = any($2::uuid[]) and state in ('FAILED', 'CANCELLED') order by id`,
    [locationId, ids],
  )
  for (const { id } of failed) nudges.push(await retryOperation(em, id))
  return nudges
}

/** Ends a request now; one that has ended is returned as it is. */
export async function releaseStaging(requestId: string, context: Context): Promise<StagingRequest> {
  return transact(context, 'releaseStaging', async em => {
    const request = await lockRow(em, StagingRequest, { field: 'requestId', id: requestId })
    if (request.status === 'EXPIRED') return request
    request.become('EXPIRED')
    await em.flush()
    await sql(em, `/* markReleased */ update staging.staging_request set released_at = now() where id = $1`, [request.id])
    return em.refreshOrFail(request)
  })
}

async function findLocation(em: EntityManager, { location: name }: Wish): Promise<DataLocation> {
  const location = await em.findOne(DataLocation, { name })
  if (!location) throw new Refusal('NOT_FOUND', `input.location: there is no location ${JSON.stringify(name)}`)
  if (location.type !== 'PROCESSING')
    throw new Refusal('BAD_INPUT', `input.location: ${name} is a ${location.type}, not a PROCESSING location`)
  if (!location.active) throw new Refusal('BAD_INPUT', `input.location: ${name} is not active`)
  if (location.state === 'DRAINING') throw new Refusal('BAD_INPUT', `input.location: ${name} is DRAINING: nothing new is written there`)
  return location
}

async function findPackages(em: EntityManager, { executionIds, packageIds }: Wish): Promise<NamedPackage[]> {
  const packages = await sql<NamedPackage>(
    em,
    `/* packagesToStage */
     select id, execution_id from data_package.raw_data_package where id = any($1::uuid[]) or execution_id = any($2::uuid[]) order by id`,
    [packageIds, executionIds],
  )
  const found = new Set(packages.map(({ id }) => id))
  refuseUnknown(
    'packageIds',
    'package',
    packageIds.filter(id => !found.has(id)),
  )

  const packaged = new Set(packages.map(({ execution_id }) => execution_id))
  const bare = executionIds.filter(id => !packaged.has(id))
  const known = await sql<{ id: string }>(
    em,
    `/* knownExecutions */ select id from observation.executed_obs_unit where id = any($1::uuid[])`,
    [bare],
  )
  const exist = new Set(known.map(({ id }) => id))
  refuseUnknown(
    'executionIds',
    'execution',
    bare.filter(id => !exist.has(id)),
  )
  if (bare.length > 0) throw new Refusal('BAD_INPUT', `input.executionIds: there is no package yet of ${some(bare)}`)
  return packages
}

/** An execution may have got more packages since: the request is the same when nothing was named that it lacks, and it has nothing that was not named. */
async function refuseDifference(
  em: EntityManager,
  {
    wish,
    location,
    packages,
    files,
    request,
  }: {
    wish: Wish
    location: DataLocation
    packages: readonly NamedPackage[]
    files: readonly NamedFile[]
    request: StagingRequest
  },
): Promise<void> {
  const rows = await sql<{ package_id: string; id: string | null; start: string | null; bytes: string | null }>(
    em,
    `/* packagesOfKey */
     select s.package_id, x.file_id as id, x.range_start as start, x.range_bytes as bytes
     from staging.staged_package s left join staging.staged_file x on x.staged_package_id = s.id where s.request_id = $1`,
    [request.id],
  )
  const staged = new Set(rows.filter(({ id }) => id === null).map(({ package_id }) => package_id))
  const single = rows.flatMap(({ id, start, bytes }) => (id === null ? [] : [{ id, start, bytes }]))
  const named = new Set(packages.map(({ id }) => id))
  const reached = new Set(packages.filter(({ id }) => staged.has(id)).map(({ execution_id }) => execution_id))
  const isOther = (isRange: boolean) => {
    const wanted = files.filter(({ start }) => (start !== null) === isRange)
    const asked = new Set(wanted.map(nameOf))
    const has = new Set(single.filter(({ start }) => (start !== null) === isRange).map(nameOf))
    return wanted.some(file => !has.has(nameOf(file)) && !staged.has(file.package_id)) || [...has].some(name => !asked.has(name))
  }
  const differing = [
    request.locationId !== location.id && 'location',
    request.requestedBy !== wish.requestedBy && 'requestedBy',
    request.leaseS !== wish.leaseS && 'leaseS',
    request.priority !== wish.priority && 'priority',
    (wish.packageIds.some(id => !staged.has(id)) || [...staged].some(id => !named.has(id))) && 'packageIds',
    wish.executionIds.some(id => !reached.has(id)) && 'executionIds',
    isOther(false) && 'fileIds',
    isOther(true) && 'ranges',
  ].filter(difference => difference !== false)
  if (differing.length > 0) {
    throw new Refusal(
      'CONFLICT',
      `input.key: ${JSON.stringify(wish.key)} was used for request ${request.id} with other values of ${differing.join(', ')}`,
    )
  }
}
