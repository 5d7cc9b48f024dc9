import {
  DataLocation,
  MOVING_ASIDE,
  Outage,
  PhysicalCopy,
  RawDataPackage,
  replacing,
  requestOperations,
  SEEN_AGAIN,
  sql,
  unasked,
  type Digest,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { stopIfAnomalous } from './anomalies.ts'
import { crashPoint } from './crash-point.ts'
import type { Context, Handler } from './handler.ts'
import { keepSidecar } from './kept-sidecar.ts'
import { recalled } from './recall.ts'
import { isUnreadable } from './suspect.ts'
import { learn, verifyTar, type Verdict } from './verification.ts'

/** Work that gives way to all other work. */
const LAST = 1_000

/** How many copies of a location are read again at a time because their time has come. */
const SCRUBS = 2

/** Reads every byte of a package's copy again and compares it with the manifest: verification level 2. Due: what never was, what is too old to rely on, what is to be read again in its location's interval, and what was MISSING and a scan saw again. */
export const checksum: Handler = {
  concurrency: 2,

  async due(em) {
    const rows = await sql<DueRow>(
      em,
      `/* copiesToVerify */
       with unverified as (
         select c.id from storage.physical_copy c
         where c.file_id is null and c.status = 'PRESENT' and c.verification_level < 2
         union
         select c.id from storage.physical_copy c where c.status = 'QUARANTINED' and c.status_reason like '${MOVING_ASIDE}%'
         union
         select c.id from storage.physical_copy held
         join storage.data_location h on h.id = held.location_id and h.type = 'BUFFER' and h.deletion_enabled
         cross join lateral (select y.max_verification_age_s from storage.retention_policy y where y.location_id = h.id order by y.policy_version desc limit 1) y
         join storage.physical_copy c on c.package_id = held.package_id and c.id <> held.id and c.status = 'PRESENT'
           and c.verified_at <= now() - make_interval(secs => y.max_verification_age_s)
         where held.status in ('PRESENT', 'DELETION_SCHEDULED')
         union
         select c.id from storage.data_location l
         join storage.physical_copy c on c.location_id = l.id and c.status = 'MISSING' and c.status_reason like '${SEEN_AGAIN}%'
         where not exists (select from storage.physical_copy t where ${replacing('t', 'c.id')})
       )
       select c.id, c.location_id, c.package_id, p.priority from unverified join storage.physical_copy c on c.id = unverified.id
       join storage.data_location l on l.id = c.location_id and l.type in ('BUFFER', 'LONG_TERM_ARCHIVE')
       join data_package.raw_data_package p on p.id = c.package_id
       where ${unasked('checksum', 'c.id', 'c.location_id')}
         and not exists (
           select from data_package.data_transfer_package_item i
           join storage.data_transfer x on x.transfer_package_id = i.transfer_package_id and x.to_location_id = c.location_id
           where i.package_id = c.package_id and (x.status <> 'COMPLETED' or x.unpack_status <> 'COMPLETED')
             and x.status <> 'FAILED' and x.unpack_status <> 'FAILED')
       order by p.priority, c.id limit 1000`,
    )
    return requestOperations(
      em,
      [...rows, ...(await findScrubs(em))].map(({ id, location_id, package_id, priority }) => ({
        kind: 'checksum',
        locationId: location_id,
        subjectId: id,
        packageId: package_id,
        priority,
      })),
    )
  },

  async run(context) {
    const copy = await context.em.findOneOrFail(PhysicalCopy, context.claim.subjectId)
    const verifiedSince = copy.verifiedAt && copy.verifiedAt >= context.claim.createdAt
    const again = isGone(copy) && !(await isReplaced(context.em, copy))
    if (!isWaiting(copy) && !again && (copy.status !== 'PRESENT' || verifiedSince)) return
    const store = context.stores.of(context.location)
    const wait = isWaiting(copy) ? null : await recalled(context, store, copy)
    if (wait) return wait
    if (!(await verifyCopy(context, copy, copy.bytes))) return
    await store.release?.([copy.path], context)
    const { packageId = null, path } = copy
    if (context.location.type === 'LONG_TERM_ARCHIVE' && packageId !== null)
      await keepSidecar(context, context.location, { packageId, path, read: true })
  },
}

interface DueRow {
  readonly id: string
  readonly location_id: string
  readonly package_id: string
  readonly priority: number
}

/**
 * The copies of each location that were read the longest ago, if four fifths of its interval are over since: a few at a time, and none while other
 * work of the location is due, but for those of which all of the interval is over.
 */
function findScrubs(em: EntityManager): Promise<DueRow[]> {
  return sql<DueRow>(
    em,
    `/* copiesToScrub */
     select s.id, l.id as location_id, s.package_id, ${LAST} as priority from storage.data_location l
     cross join lateral (select count(*)::int as open from storage.operation o
       where o.location_id = l.id and o.kind = 'checksum' and o.priority >= ${LAST} and o.state in ('READY', 'RUNNING', 'WAITING')) scrubs
     cross join lateral (select exists (select from storage.operation o where o.location_id = l.id and o.state in ('READY', 'RUNNING', 'WAITING')
       and o.next_run_at <= now() and (o.kind <> 'checksum' or o.priority < ${LAST})) as busy) busy
     cross join lateral (
       select c.id, c.package_id, c.verified_at from storage.physical_copy c
       where c.location_id = l.id and c.package_id is not null and c.status = 'PRESENT' and c.verification_level >= 2
         and c.verified_at <= now() - make_interval(secs => case when busy.busy then 1.0 else 0.8 end * l.scrub_interval_s) and ${unasked('checksum', 'c.id', 'l.id')}
       order by c.verified_at, c.id limit greatest(${SCRUBS} - scrubs.open, 0)
     ) s
     where l.type in ('BUFFER', 'LONG_TERM_ARCHIVE') and l.active and l.identified_at is not null and l.scrub_interval_s is not null
     order by s.verified_at, s.id`,
  )
}

/**
 * Re-reads one package's copy and writes what was found: its level and when; MISSING; or QUARANTINED, and then its bytes are moved aside and
 * kept. Returns whether the copy is good. Where too much of a location is not, nothing more is written there: the location is stopped, and it throws
 * Outage.
 */
export async function verifyCopy(context: Context, copy: PhysicalCopy, ofBytes: number, before = 0): Promise<boolean> {
  const { em, fenced, stores, progress, log, token } = context
  const location = await em.findOneOrFail(DataLocation, copy.locationId)
  const store = stores.of(location)
  if (isWaiting(copy)) {
    await moveAside()
    return false
  }
  if (!copy.packageId) throw new Error(`copy ${copy.id} is not of a package`)
  progress(before, ofBytes)
  const { path, packageId, digest = null } = copy
  const verdict = await verifyTar(context, {
    store,
    path,
    packageId,
    digest: digest as Digest | null,
    sha256: location.sha256,
    onBytes: bytes => progress(before + bytes),
  }).catch(async (error: unknown): Promise<Verdict> => {
    const { attempt, maxAttempts } = context.claim
    if (!isUnreadable(error, location.id) || attempt < maxAttempts) throw error
    // The last attempt: what could not be read until now is as bad as other bytes, if its location is there.
    await store.check()
    return { found: 'BAD', reason: `its device could not read it at attempt ${attempt} of ${maxAttempts}` }
  })
  log.info({
    event: 'copy.verified',
    copy: copy.id,
    location: location.name,
    found: verdict.found,
    reason: 'reason' in verdict ? verdict.reason : null,
  })

  crashPoint('after-reread-before-row')
  const stopped = await fenced(
    async (em, now) => {
      const held = await em.findOneOrFail(PhysicalCopy, copy.id)
      if (verdict.found === 'GOOD') {
        held.verificationLevel = Math.max(2, held.verificationLevel)
        held.verifiedAt = now
        held.digest ??= verdict.digest
        learn(await em.findOneOrFail(RawDataPackage, held.packageId ?? ''), verdict)
        if (isGone(held)) held.become('PRESENT')
        await em.flush()
        return null
      }
      if (isGone(held)) {
        if (verdict.found === 'ABSENT') held.statusReason = (held.statusReason ?? '').replace(SEEN_AGAIN, '')
        else if (held.status === 'MISSING') held.become('QUARANTINED', `${MOVING_ASIDE}${verdict.reason}`)
        else held.statusReason = `${MOVING_ASIDE}${verdict.reason}`
        await em.flush()
        return null
      }
      held.verificationLevel = 0
      held.verifiedAt = null
      const stop = await stopIfAnomalous(em, location)
      if (stop === null && verdict.found === 'ABSENT') held.become('MISSING', 'its bytes are not at the location')
      if (stop === null && verdict.found === 'BAD') held.become('QUARANTINED', `${MOVING_ASIDE}${verdict.reason}`)
      await em.flush()
      return stop
    },
    verdict.found === 'GOOD' ? 'every byte was read again and is what its manifest says' : undefined,
  )
  crashPoint('after-reread-row')
  if (stopped !== null) throw new Outage(stopped, { locationId: null })
  if (verdict.found === 'BAD') await moveAside()
  return verdict.found === 'GOOD'

  // The row is distrusted first, so that nobody relies on the bytes while they move; the mark says that they still have to.
  async function moveAside(): Promise<void> {
    await fenced(async em => {
      const kept = await store.quarantine(copy.path, token)
      const held = await em.findOneOrFail(PhysicalCopy, copy.id)
      const reason = (held.statusReason ?? '').replace(MOVING_ASIDE, '')
      held.statusReason = kept ? `${reason}; kept at ${kept}` : reason
      await em.flush()
    })
  }
}

/** Whether the bytes of a copy were not there, or not right, when somebody last looked. */
function isGone(copy: PhysicalCopy): boolean {
  return copy.status === 'MISSING' || (copy.status === 'QUARANTINED' && !isWaiting(copy))
}

async function isReplaced(em: EntityManager, { id }: PhysicalCopy): Promise<boolean> {
  return (await sql(em, `/* copyInItsPlace */ select from storage.physical_copy c where ${replacing('c', '$1::uuid')}`, [id])).length > 0
}

function isWaiting({ status, statusReason }: PhysicalCopy): boolean {
  return status === 'QUARANTINED' && (statusReason ?? '').startsWith(MOVING_ASIDE)
}
