import { LockMode } from '@mikro-orm/core'
import { giveReason, isOf, newId, Outage, PhysicalCopy, RawDataPackage, requestOperations, sql, unasked } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { crashPoint } from './crash-point.ts'
import { findSource, type Source } from './best-copy.ts'
import { checkTar } from './checking.ts'
import type { Context, Handler, Pause } from './handler.ts'
import { membersOf } from './manifest.ts'
import { recalled, wantedTogether } from './recall.ts'
import { takeRoom } from './room.ts'
import { gone } from './stores/expected.ts'
import { clearTheWay } from './stray.ts'
import { isCopyOf, stageFiles } from './staged-files.ts'
import { suspect, suspectSource } from './suspect.ts'

/**
 * Unpacks an archived package at PROCESSING, every file compared with its digest; the folder appears when it is whole. Of a package of which only some
 * files or ranges of files are wanted, only these are read.
 */
export const staging: Handler = {
  concurrency: 2,

  async due(em) {
    await giveReason(em, 'its lease ended')
    await expire(em)
    await giveReason(em, 'the sweep found how its packages stand')
    await settle(em)
    await giveReason(em, 'the sweep found that a staging request wants the package')
    const rows = await sql<{ package_id: string; location_id: string; priority: number }>(
      em,
      `/* packagesToStage */
       select s.package_id, r.location_id, min(r.priority) as priority from staging.staged_package s
       join staging.staging_request r on r.id = s.request_id and r.status in ('PENDING', 'IN_PROGRESS')
       where s.status = 'PENDING' and ${unasked('staging', 's.package_id', 'r.location_id')} group by s.package_id, r.location_id
       order by min(r.priority), s.package_id limit 1000`,
    )
    return requestOperations(
      em,
      rows.map(({ package_id, location_id, priority }) => ({
        kind: 'staging',
        locationId: location_id,
        subjectId: package_id,
        packageId: package_id,
        priority,
      })),
    )
  },

  async run(context) {
    const { em, claim, fenced, location } = context
    const pkg = await em.findOneOrFail(RawDataPackage, claim.subjectId)
    const wanted = await sql<Wanted>(em, WANTED, [pkg.id, location.id])
    if (wanted.length === 0) return
    const staged = await em.findOne(PhysicalCopy, { packageId: pkg.id, locationId: location.id, status: 'STAGED' })
    if (!staged) {
      const leaving = await findLeaving(em, { packageId: pkg.id, locationId: location.id })
      if (leaving.some(status => status !== 'DELETION_SCHEDULED'))
        return { reason: 'an earlier staging of the package is being deleted there', seconds: 2 }
      if (leaving.length > 0)
        await fenced(em => takeBack(em, { packageId: pkg.id, locationId: location.id }), 'a staging request wants it again')
      await fenced(em => markBegun(em, wanted), `staging begun by worker ${context.worker}`)
      const wait = await stageWanted(context, pkg, wanted)
      if (wait) return wait
    }
    await fenced(async em => {
      // Cleanup holds this lock while it decides: so either it sees the request, or its decision is seen here.
      await em.lock(await em.findOneOrFail(RawDataPackage, pkg.id), LockMode.PESSIMISTIC_WRITE)
      await markReady(em, { packageId: pkg.id, locationId: location.id })
      const left = await sql<Wanted>(em, WANTED, [pkg.id, location.id])
      // What was asked for meanwhile is the next operation's.
      if (left.some(({ id }) => wanted.some(seen => seen.id === id)))
        throw new Outage('what was staged is being deleted; it is staged again', { locationId: null })
      await settle(em)
    }, `what was asked for is there, staged by worker ${context.worker}`)
  },

  async failed(em, { subjectId, locationId }) {
    const wanted = await sql<Wanted>(em, WANTED, [subjectId, locationId])
    await sql(em, `/* markFailed */ update staging.staged_package set status = 'FAILED' where id = any($1::uuid[])`, [
      wanted.map(({ id }) => id),
    ])
    await settle(em)
  },
}

/** The folder that a package is unpacked to. */
function folderOf({ path }: RawDataPackage): string {
  return path.replace(/\.tar$/, '')
}

/** One wish for the package that is not met: of all of it, or of files and ranges of files. */
interface Wanted {
  readonly id: string
  readonly whole: boolean
}

async function stageWanted(context: Context, pkg: RawDataPackage, wanted: readonly Wanted[]): Promise<Pause | null> {
  const { em, location, signal } = context
  const whole = await em.fork().findOne(PhysicalCopy, { packageId: pkg.id, locationId: location.id, status: 'STAGED' })
  if (whole) return null
  const source = await findSource(context, { packageId: pkg.id, siteId: location.siteId, types: ['LONG_TERM_ARCHIVE', 'BUFFER'] })
  const { copy, store } = source
  const others = store.recall ? await wantedTogether(em, { packageId: pkg.id, at: location, from: copy.locationId }) : []
  const wait = await recalled(context, store, { path: copy.path, others })
  if (wait) return wait
  try {
    if (wanted.some(({ whole }) => whole)) await stageAt(context, pkg, source)
    else await stageFiles(context, { pkg, source, wishes: wanted.map(({ id }) => id) })
  } catch (error) {
    await suspectSource(context, { copyId: copy.id, locationId: copy.locationId, when: 'staged' }, error)
    throw error
  }
  await store.release?.([copy.path], { signal })
  return null
}

async function stageAt(context: Context, pkg: RawDataPackage, source: Source): Promise<void> {
  const { fenced, location } = context
  const bytes = await unpackAt(context, pkg, source)
  crashPoint('after-unpacked-before-row')
  await fenced(async em => {
    em.create(PhysicalCopy, {
      id: newId(),
      locationId: location.id,
      packageId: pkg.id,
      path: folderOf(pkg),
      bytes,
      digest: pkg.digest ?? null,
      status: 'STAGED',
    })
    await em.flush()
  }, `unpacked by worker ${context.worker}, every file with its digest`)
  crashPoint('after-staged-row')
}

interface Here {
  readonly packageId: string
  readonly locationId: string
}

/** SQL for the copies `c` of a package ($1) and of its files at a location ($2). */
const STAGED_HERE = `c.location_id = $2 and ${isOf('c', '$1::uuid')}`

/** The statuses of what cleanup has begun to take away of a package. */
async function findLeaving(em: EntityManager, { packageId, locationId }: Here): Promise<string[]> {
  const rows = await sql<{ status: string }>(
    em,
    `/* leavingHere */
     select distinct c.status from storage.physical_copy c
     where ${STAGED_HERE} and c.status in ('DELETION_SCHEDULED', 'DELETION_IN_PROGRESS', 'DELETION_FAILED')`,
    [packageId, locationId],
  )
  return rows.map(({ status }) => status)
}

/** What was only marked for deletion is staged again, unless cleanup went on meanwhile. */
async function takeBack(em: EntityManager, { packageId, locationId }: Here): Promise<void> {
  await em.findOneOrFail(RawDataPackage, packageId, { lockMode: LockMode.PESSIMISTIC_WRITE })
  await sql(
    em,
    `/* takeBack */
     update storage.physical_copy c set status = 'STAGED', status_reason = null, version = version + 1
     where ${STAGED_HERE} and c.status = 'DELETION_SCHEDULED'`,
    [packageId, locationId],
  )
}

async function unpackAt(context: Context, pkg: RawDataPackage, { copy, store }: Source): Promise<number> {
  const { em, location, stores, threads, token, signal, progress } = context
  progress(0, copy.bytes)
  await takeRoom(context, location, pkg.fileBytes)
  await using folder = await stores.of(location).openFolder(folderOf(pkg), { token, signal })
  const members = membersOf(em, pkg.id)
  const verdict = await checkTar({ store, path: copy.path }, { members, into: folder, signal, onBytes: bytes => progress(bytes) }, threads)
  if (!verdict) throw gone(`the copy ${copy.id} to be staged is not at its location`)
  if (!verdict.ok) {
    await suspect(context, copy.id, `read otherwise than its manifest says: ${verdict.reason}`)
    throw new Outage(`the copy ${copy.id} is not what its manifest says, and will be verified: ${verdict.reason}`, { locationId: null })
  }
  await folder.publish().catch((error: unknown) => clearTheWay(context, { error, location, path: folderOf(pkg) }))
  return pkg.fileBytes
}

const WANTED = `/* stagingWanted */
  select s.id, not exists (select from staging.staged_file x where x.staged_package_id = s.id) as whole
  from staging.staged_package s
  join staging.staging_request r on r.id = s.request_id and r.location_id = $2 and r.status in ('PENDING', 'IN_PROGRESS')
  where s.package_id = $1 and s.status <> 'COMPLETED' order by s.id`

async function markBegun(em: EntityManager, wanted: readonly Wanted[]): Promise<void> {
  await sql(
    em,
    `/* markBegun */ update staging.staged_package set status = 'IN_PROGRESS' where id = any($1::uuid[]) and status not in ('IN_PROGRESS', 'COMPLETED')`,
    [wanted.map(({ id }) => id)],
  )
}

/** Marks every wish for the package that is met: the whole is there, or each of the files and ranges that are wanted of it. */
async function markReady(em: EntityManager, { packageId, locationId }: Here): Promise<void> {
  await sql(
    em,
    `/* markReady */
     update staging.staged_package s set status = 'COMPLETED'
     from staging.staging_request r
     where r.id = s.request_id and r.location_id = $2 and r.status in ('PENDING', 'IN_PROGRESS')
       and s.package_id = $1 and s.status <> 'COMPLETED'
       and (exists (select from storage.physical_copy c where c.package_id = $1 and c.location_id = $2 and c.status = 'STAGED')
         or (select bool_and(exists (select from storage.physical_copy c where ${isCopyOf('c', 'x')} and c.location_id = $2 and c.status = 'STAGED'))
             from staging.staged_file x where x.staged_package_id = s.id))`,
    [packageId, locationId],
  )
}

/** Requests follow their packages: IN_PROGRESS with the first, COMPLETED with the last, and then their lease begins; FAILED with any. */
async function settle(em: EntityManager): Promise<void> {
  await sql(
    em,
    `/* settleRequests */
     with state as (
       select r.id, bool_and(s.status = 'COMPLETED') as complete, bool_or(s.status = 'FAILED') as failed, bool_or(s.status <> 'PENDING') as begun
       from staging.staging_request r join staging.staged_package s on s.request_id = r.id
       where r.status in ('PENDING', 'IN_PROGRESS') group by r.id
     )
     update staging.staging_request r
     set status = case when complete then 'COMPLETED' when failed then 'FAILED' else 'IN_PROGRESS' end, version = r.version + 1,
       completed_at = case when complete then now() end,
       lease_until = case when complete then now() + make_interval(secs => r.lease_s) end
     from state where state.id = r.id and (complete or failed or begun)
       and r.status <> case when complete then 'COMPLETED' when failed then 'FAILED' else 'IN_PROGRESS' end`,
  )
}

async function expire(em: EntityManager): Promise<void> {
  await sql(
    em,
    `/* expireRequests */ update staging.staging_request set status = 'EXPIRED', version = version + 1 where status = 'COMPLETED' and lease_until <= now()`,
  )
}
