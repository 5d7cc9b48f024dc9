import { LockMode } from '@mikro-orm/core'
import { newId, Outage, PhysicalCopy, RawDataPackage, requestOperations, sql, unasked } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { findSource } from './best-copy.ts'
import { checkTar } from './checking.ts'
import type { Context, Handler } from './handler.ts'
import { membersOf } from './manifest.ts'
import { takeRoom } from './room.ts'
import { clearTheWay } from './stray.ts'
import { suspect } from './suspect.ts'

/** Unpacks an archived package at PROCESSING, every file compared with its digest; the folder appears when it is whole. */
export const staging: Handler = {
  concurrency: 2,

  async due(em) {
    await expire(em)
    await settle(em)
    const rows = await sql<{ package_id: string; location_id: string; priority: number }>(
      em,
      `/* packagesToStage */
       select s.package_id, r.location_id, min(r.priority) as priority from staging.staged_package s
       join staging.staging_request r on r.id = s.request_id and r.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS')
       where s.status in ('PENDING', 'SCHEDULED') and ${unasked('staging', 's.package_id', 'r.location_id')} group by s.package_id, r.location_id
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
    const staged = await em.findOne(PhysicalCopy, { packageId: pkg.id, locationId: location.id, status: 'STAGED' })
    if (!staged) {
      const wanted = await sql(em, `/* stagingWanted */ ${WANTED} limit 1`, [pkg.id, location.id])
      if (wanted.length === 0) return
      const leaving = await em.findOne(PhysicalCopy, {
        packageId: pkg.id,
        locationId: location.id,
        status: { $in: ['DELETION_SCHEDULED', 'DELETION_IN_PROGRESS', 'DELETION_FAILED'] },
      })
      if (leaving && leaving.status !== 'DELETION_SCHEDULED')
        return { reason: 'an earlier staging of the package is being deleted there', seconds: 2 }
      if (leaving) await fenced(em => takeBack(em, leaving))
      else await stageAt(context, pkg)
    }
    await fenced(async em => {
      // Cleanup holds this lock while it decides: so either it sees the request, or its decision is seen here.
      await em.lock(await em.findOneOrFail(RawDataPackage, pkg.id), LockMode.PESSIMISTIC_WRITE)
      const there = await em.findOne(PhysicalCopy, { packageId: pkg.id, locationId: location.id, status: 'STAGED' })
      if (!there) throw new Outage('what was staged is being deleted; it is staged again', { locationId: null })
      await mark(em, { packageId: pkg.id, locationId: location.id, status: 'COMPLETED' })
      await settle(em)
    })
  },

  async failed(em, { subjectId, locationId }) {
    await mark(em, { packageId: subjectId, locationId, status: 'FAILED' })
    await settle(em)
  },
}

/** The folder that a package is unpacked to. */
function folderOf({ path }: RawDataPackage): string {
  return path.replace(/\.tar$/, '')
}

async function stageAt(context: Context, pkg: RawDataPackage): Promise<void> {
  const { fenced, location } = context
  await fenced(em => mark(em, { packageId: pkg.id, locationId: location.id, status: 'IN_PROGRESS' }))
  const bytes = await unpackAt(context, pkg)
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
  })
}

/** What was only marked for deletion is staged again, unless cleanup went on meanwhile. */
async function takeBack(em: EntityManager, { id, packageId }: PhysicalCopy): Promise<void> {
  await em.findOneOrFail(RawDataPackage, packageId ?? '', { lockMode: LockMode.PESSIMISTIC_WRITE })
  await sql(
    em,
    `/* takeBack */
     update storage.physical_copy set status = 'STAGED', status_reason = null, version = version + 1 where id = $1 and status = 'DELETION_SCHEDULED'`,
    [id],
  )
}

async function unpackAt(context: Context, pkg: RawDataPackage): Promise<number> {
  const { em, location, stores, threads, token, signal, progress } = context
  const { copy, store } = await findSource(context, { packageId: pkg.id, siteId: location.siteId, types: ['LONG_TERM_ARCHIVE', 'BUFFER'] })
  progress(0, copy.bytes)
  await takeRoom(context, location, pkg.fileBytes)
  await using folder = await stores.of(location).openFolder(folderOf(pkg), { token, signal })
  const members = membersOf(em, pkg.id)
  const verdict = await checkTar({ store, path: copy.path }, { members, into: folder, signal, onBytes: bytes => progress(bytes) }, threads)
  if (!verdict) throw new Outage(`the copy ${copy.id} to be staged is not at its location`, { locationId: copy.locationId })
  if (!verdict.ok) {
    await suspect(context, copy.id, `read otherwise than its manifest says: ${verdict.reason}`)
    throw new Outage(`the copy ${copy.id} is not what its manifest says, and will be verified: ${verdict.reason}`, { locationId: null })
  }
  await folder.publish().catch((error: unknown) => clearTheWay(context, { error, location, path: folderOf(pkg) }))
  return pkg.fileBytes
}

const WANTED = `select s.id from staging.staged_package s
  join staging.staging_request r on r.id = s.request_id and r.location_id = $2 and r.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS')
  where s.package_id = $1 and s.status <> 'COMPLETED'`

async function mark(
  em: EntityManager,
  { packageId, locationId, status }: { packageId: string; locationId: string; status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' },
): Promise<void> {
  await sql(em, `/* markStaged */ update staging.staged_package set status = $3 where id in (${WANTED})`, [packageId, locationId, status])
}

/** Requests follow their packages: IN_PROGRESS with the first, COMPLETED with the last, and then their lease begins; FAILED with any. */
async function settle(em: EntityManager): Promise<void> {
  await sql(
    em,
    `/* settleRequests */
     with state as (
       select r.id, bool_and(s.status = 'COMPLETED') as complete, bool_or(s.status = 'FAILED') as failed, bool_or(s.status <> 'PENDING') as begun
       from staging.staging_request r join staging.staged_package s on s.request_id = r.id
       where r.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS') group by r.id
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
