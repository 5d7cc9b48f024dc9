import { LockMode } from '@mikro-orm/core'
import {
  DataLocation,
  giveReason,
  HELD_BY,
  holdsOn,
  isOf,
  mayDelete,
  MOVING_ASIDE,
  newId,
  Outage,
  PhysicalCopy,
  RawDataPackage,
  Refusal,
  requestOperations,
  sql,
  unmark,
  type CopyStatus,
  type Decision,
  type Evidence,
  type RetentionPolicy,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { crashPoint } from './crash-point.ts'
import { loadCase, type LoadedCase } from './deletion-case.ts'
import type { Context, Handler, Pause } from './handler.ts'
import { findCleanups, measureReclaims, noteScanned, wakeNeeded, withinRate } from './reclaim.ts'
import { suspect } from './suspect.ts'
import { anyTrash, bringBack, noteTrashed } from './trash.ts'

/** A proof authorises for this long; what was not deleted by then needs another. */
const PROOF_S = 600

/** No file is deleted in the last part of a proof's time: between the check and the unlink something may be slow. */
const PROOF_MARGIN_S = 60

/** How many copies are deleted in one transaction. */
const PORTION = 50

interface Victim {
  readonly id: string
  readonly of_file: boolean
  readonly path: string
  readonly bytes: string
  readonly status: CopyStatus
  /** For how many seconds its bytes have been in the trash; null: they are not there. */
  readonly trashed_s: number | null
  /** The time of a file at SOURCE when it was packaged; null for packages. */
  readonly mtime_ns: string | null
}

/** A copy that was not deleted, for what is at its path is not what its row says. */
interface Failed {
  readonly id: string
  readonly reason: string
}

/** What a proof covers: these copies and no other. */
interface Authorised {
  readonly victims: readonly Victim[]
  readonly evidence: readonly Evidence[]
  readonly policy: RetentionPolicy
  readonly proofId: string
}

/** Frees what a location holds of one package, in two phases: marked, and after the grace time authorised by a stored proof and deleted. */
export const cleanup: Handler = {
  concurrency: 2,

  async due(em) {
    await endHolds(em)
    await measureReclaims(em)
    await noteScanned(em)
    await wakeNeeded(em)
    const rows = await findCleanups(em)
    return requestOperations(
      em,
      rows.map(({ package_id, location_id }) => ({
        kind: 'cleanup',
        locationId: location_id,
        subjectId: package_id,
        packageId: package_id,
      })),
    )
  },

  async run(context) {
    const { em, claim, fenced, location, log } = context
    const packageId = claim.subjectId
    const victims = await findVictims(em, packageId, location.id)
    if (victims.length === 0) return

    const marked = await fenced(async em => {
      const decided = await decide(em, context, victims)
      const { decision, policy } = decided
      log.info({
        event: 'deletion.considered',
        package: packageId,
        location: location.name,
        may: decision.may,
        reason: decision.may ? null : decision.reason,
      })
      if (!decision.may) {
        await letStay(em, context, decision)
        return { pause: { reason: decision.reason, seconds: decision.retryS }, keeping: decision.keeping }
      }
      const lying = policy ? trashLeft(victims, policy) : 0
      if (lying > 0) return { pause: inTrash(lying), keeping: null }
      await sql(
        em,
        `/* markForDeletion */
         update storage.physical_copy set status = 'DELETION_SCHEDULED', status_reason = $2, version = version + 1
         where id = any($1::uuid[]) and status in ('PRESENT', 'STAGED', 'DELETION_POSSIBLE', 'DELETION_FAILED')`,
        [victims.map(({ id }) => id), 'safe elsewhere and past retention'],
      )
      const graceS = policy?.graceS ?? 0
      const seconds = await graceLeft(em, { victims, graceS })
      return seconds > 0
        ? { pause: { reason: `it is deleted after a grace time of ${graceS} s`, seconds }, keeping: null }
        : { evidence: decision.evidence }
    })
    if ('pause' in marked) {
      const begun = victims.filter(({ status }) => status === 'DELETION_IN_PROGRESS')
      const wanted = marked.keeping === 'HELD' || (marked.keeping === 'COPIES' && begun.some(({ trashed_s }) => trashed_s !== null))
      if (wanted && begun.length > 0) await bringBack(context, { victims: begun, reason: marked.pause.reason })
      return marked.pause
    }
    crashPoint('after-marked')

    // Before anything is authorised: what is marked can still go back to what it was, what is authorised cannot.
    await checkEvidence(context, marked.evidence)
    const authorised = await fenced(em => authorise(em, context, victims), 'proven again to be safe elsewhere')
    if ('seconds' in authorised) return authorised
    crashPoint('after-authorised')
    return execute(context, authorised)
  },
}

/** How long what was deleted has to lie in the trash yet, in seconds; 0 unless all of it is there. */
function trashLeft(victims: readonly Victim[], { trashS }: RetentionPolicy): number {
  if (!victims.every(({ status, trashed_s }) => status === 'DELETION_IN_PROGRESS' && trashed_s !== null)) return 0
  return Math.max(...victims.map(({ trashed_s }) => trashS - (trashed_s ?? 0)), 0)
}

function inTrash(seconds: number): Pause {
  return { reason: 'its bytes are in the trash of the location; keepCopies brings them back', seconds }
}

/** Ends the holds whose time is over, so that their rows say what is so. */
async function endHolds(em: EntityManager): Promise<void> {
  await sql(
    em,
    `/* endHolds */
     update storage.hold set active = false, released_at = now(), release_reason = 'its time is over' where active and until <= now()`,
  )
}

function findVictims(em: EntityManager, packageId: string, locationId: string): Promise<Victim[]> {
  return sql<Victim>(
    em,
    `/* victims */
     select c.id, c.path, c.bytes, c.status, extract(epoch from clock_timestamp() - c.trashed_at)::float8 as trashed_s, c.file_id is not null as of_file, f.mtime_ns from storage.physical_copy c
     left join data_package.raw_data_file f on f.id = c.file_id
     where c.location_id = $2 and ${isOf('c', '$1::uuid')}
       and c.status in ('PRESENT', 'STAGED', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED', 'DELETION_IN_PROGRESS', 'DELETION_FAILED')
     order by c.path collate "C"`,
    [packageId, locationId],
  )
}

/** Decides under a lock on the package, so that two locations cannot rely on each other. */
async function decide(
  em: EntityManager,
  { claim, location }: Context,
  victims: readonly Victim[],
): Promise<LoadedCase & { decision: ReturnType<typeof mayDelete> }> {
  await em.findOneOrFail(RawDataPackage, claim.subjectId, { lockMode: LockMode.PESSIMISTIC_WRITE })
  const loaded = await loadCase(em, { packageId: claim.subjectId, locationId: location.id })
  // What was begun is ended, whoever wants the package here since: that waits for the end, for nobody reads what may be half gone.
  const begun = victims.every(({ status }) => status === 'DELETION_IN_PROGRESS')
  return {
    ...loaded,
    decision: mayDelete(
      begun ? { ...loaded.facts, leases: 0, openWork: [], reclaim: { state: 'FREEING', reason: '', seconds: 0 } } : loaded.facts,
    ),
  }
}

/** How much of the grace time is left, in seconds, of what was marked last: an event tells when, so nothing that interrupts the wait shortens it. */
async function graceLeft(em: EntityManager, { victims, graceS }: { victims: readonly Victim[]; graceS: number }): Promise<number> {
  const [row] = await sql<{ seconds: number | null }>(
    em,
    `/* graceLeft */
     select extract(epoch from max(at) + make_interval(secs => $2) - clock_timestamp())::float8 as seconds
     from storage.event where subject_id = any($1::uuid[]) and field = 'status' and to_state = 'DELETION_SCHEDULED'`,
    [victims.map(({ id }) => id), graceS],
  )
  return Math.max(row?.seconds ?? 0, 0)
}

/** What is marked and stays is what it was before; but what only has to wait keeps its mark, and with it the grace time that it had. */
async function letStay(em: EntityManager, { claim, location }: Context, decision: Extract<Decision, { may: false }>): Promise<void> {
  if (['PAUSED', 'BEHIND', 'RESTORED'].includes(decision.keeping)) return
  await giveReason(em, `it stays: ${decision.reason}`)
  await unmark(em, { packageIds: [claim.subjectId], locationId: location.id })
}

async function authorise(em: EntityManager, context: Context, victims: readonly Victim[]): Promise<Pause | Authorised> {
  const { decision, policy } = await decide(em, context, victims)
  if (!decision.may) {
    await letStay(em, context, decision)
    return { reason: decision.reason, seconds: decision.retryS }
  }
  if (!policy) throw new Error(`no policy allowed the deletion at ${context.location.name}`)
  const begins = victims.filter(({ status }) => status !== 'DELETION_IN_PROGRESS')
  const bytes = begins.reduce((sum, { bytes }) => sum + Number(bytes), 0)
  const paused = await withinRate(em, { location: context.location, policy, bytes })
  if (paused) return paused
  const proofId = newId()
  await sql(
    em,
    `/* writeProof */
     insert into storage.deletion_proof (id, package_id, location_id, policy_id, operation_id, evidence, expires_at, bytes)
     values ($1, $2, $3, $4, $5, $6::jsonb, clock_timestamp() + make_interval(secs => $7), $8)`,
    [proofId, context.claim.subjectId, context.location.id, policy.id, context.claim.id, JSON.stringify(decision.evidence), PROOF_S, bytes],
  )
  // What a run before this one left IN_PROGRESS gets the new proof: its own may have expired.
  const rows = await sql<{ id: string }>(
    em,
    `/* authoriseDeletion */
     update storage.physical_copy set status = 'DELETION_IN_PROGRESS', deletion_proof_id = $2, version = version + 1
     where id = any($1::uuid[]) and status in ('DELETION_SCHEDULED', 'DELETION_IN_PROGRESS') returning id`,
    [victims.map(({ id }) => id), proofId],
  )
  const ids = new Set(rows.map(({ id }) => id))
  return { victims: victims.filter(({ id }) => ids.has(id)), policy, evidence: decision.evidence, proofId }
}

/** Deletes in portions, each in a transaction that holds the claim, the proof and the copies relied on: none of them can go meanwhile. */
async function execute(context: Context, { victims, evidence, policy, proofId }: Authorised): Promise<Pause | void> {
  const { fenced, signal, progress } = context
  await checkEvidence(context, evidence)
  const refused: string[] = []
  let done = 0
  let lying = 0
  progress(
    0,
    victims.reduce((sum, { bytes }) => sum + Number(bytes), 0),
  )
  for (let at = 0; at < victims.length; at += PORTION) {
    signal.throwIfAborted()
    const portion = victims.slice(at, at + PORTION)
    await fenced(async em => {
      await holdProof(em, context, { proofId, evidence })
      crashPoint('before-removal')
      const { deleted, trashed, failed } = await remove(context, portion, policy)
      crashPoint('after-removal-before-row')
      lying += trashed.length
      await noteTrashed(em, trashed, policy.trashS)
      await conclude(em, context, { deleted, failed })
      if (context.location.type === 'BUFFER') await setAside(em, failed)
      else refused.push(...failed.map(({ reason }) => reason))
    }, `deleted by worker ${context.worker}: safe elsewhere, as its deletion proof says`)
    crashPoint('after-removal-row')
    progress((done += portion.reduce((sum, { bytes }) => sum + Number(bytes), 0)))
  }
  if (refused.length > 0) throw new Refusal('NOT_SAFE', `${refused.length} of ${victims.length} copies were not deleted: ${refused[0]}`)
  if (lying > 0) return inTrash(policy.trashS)
}

/**
 * Throws Outage unless the proof is good for a while, under the policy in force, and deletion is on. Until the transaction ends, nobody can hold the package,
 * doubt or delete what the proof relies on, switch deletion off or define a policy: who does any of that knows, when it is done, that nothing more goes.
 */
async function holdProof(
  em: EntityManager,
  { claim, location }: Context,
  { proofId, evidence }: { proofId: string; evidence: readonly Evidence[] },
): Promise<void> {
  await sql(em, `/* letNobodyHold */ select from data_package.raw_data_package where id = $1 for key share`, [claim.subjectId])
  const [held] = await sql<{ held_by: string }>(em, `/* holdsNow */ select h.held_by from ${holdsOn('$1::uuid', '$2::uuid')} limit 1`, [
    claim.subjectId,
    location.id,
  ])
  if (held) throw new Outage(`${HELD_BY}${held.held_by}; nothing more of it is deleted`, { locationId: null })
  const ids = evidence.map(({ copyId }) => copyId)
  const relied = await sql(
    em,
    `/* holdEvidence */ select id from storage.physical_copy where id = any($1::uuid[]) and status = 'PRESENT' and verification_level >= 2 order by id for share`,
    [ids],
  )
  if (relied.length < ids.length)
    throw new Outage('a copy that the proof relies on is no longer good; nothing more is deleted by it', { locationId: null })
  const [proof] = await sql<{ valid: boolean; enabled: boolean; current: boolean }>(
    em,
    `/* holdProof */
     select d.expires_at > clock_timestamp() + make_interval(secs => $2) as valid, l.deletion_enabled as enabled,
       d.policy_id = (select p.id from storage.retention_policy p where p.location_id = l.id order by p.policy_version desc limit 1) as current
     from storage.deletion_proof d join storage.data_location l on l.id = d.location_id where d.id = $1 for share of l`,
    [proofId, PROOF_MARGIN_S],
  )
  if (!proof?.valid) throw new Outage('the time of the proof is over; what is left is deleted by another', { locationId: null })
  if (!proof.enabled) throw new Outage(`deletion was switched off at ${location.name}; nothing more is deleted there`, { locationId: null })
  if (!proof.current) throw new Outage('another retention policy is in force; what is left is decided by that', { locationId: null })
}

async function remove(
  { location, stores, token, log }: Context,
  victims: readonly Victim[],
  { trashS }: RetentionPolicy,
): Promise<{ deleted: string[]; trashed: string[]; failed: Failed[] }> {
  const store = stores.of(location)
  const trash = anyTrash(stores, location)
  const trashed: string[] = []
  const deleted: string[] = []
  const failed: Failed[] = []
  for (const { id, of_file, path, bytes, mtime_ns, trashed_s } of victims) {
    // A staged file has about the time that it had at SOURCE.
    const expected = { bytes: Number(bytes), mtimeNs: mtime_ns === null || location.type === 'PROCESSING' ? undefined : BigInt(mtime_ns) }
    try {
      const lies = trashed_s === null ? trashS > 0 && (await trash?.put(path, id, expected)) === 'MOVED' : trashed_s < trashS
      if (lies) {
        trashed.push(id)
        continue
      }
      if (location.type === 'PROCESSING' && of_file) await store.remove(path, expected, { prune: true })
      else if (location.type === 'PROCESSING') await store.removeFolder(path, { token })
      else await store.remove(path, expected)
      await trash?.empty(id)
      deleted.push(id)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      log.warn({ event: 'deletion.refused', copy: id, reason: error.message })
      failed.push({ id, reason: error.message })
    }
  }
  return { deleted, trashed, failed }
}

/** A look before the proof, and the last before the first unlink: every copy that is relied on and that this site can see is there with its size. */
async function checkEvidence(context: Context, evidence: readonly Evidence[]): Promise<void> {
  const { em, location, stores } = context
  const ids = evidence.map(({ copyId }) => copyId)
  const copies = await em.fork().find(PhysicalCopy, { id: ids })
  for (const copy of copies) {
    if (copy.status !== 'PRESENT')
      throw new Outage(`the copy ${copy.id} that the proof relies on became ${copy.status}`, { locationId: null })
    const place = await em.fork().findOneOrFail(DataLocation, copy.locationId)
    if (place.siteId !== location.siteId) continue
    const stat = await stores.of(place).stat(copy.path)
    if (stat?.bytes === copy.bytes) continue
    await suspect(context, copy.id, 'it was not there with its size when a deletion was to rely on it')
    throw new Outage(`the copy ${copy.id} that the proof relies on is not there with its size, and will be verified`, { locationId: null })
  }
}

/** A package that is not what its row says has rotted since it was proven to be safe elsewhere: verifying moves it aside, and nobody has to look. */
async function setAside(em: EntityManager, failed: readonly Failed[]): Promise<void> {
  await sql(
    em,
    `/* rottenAside */
     update storage.physical_copy set status = 'QUARANTINED', status_reason = $2 || status_reason, verification_level = 0, verified_at = null, version = version + 1
     where id = any($1::uuid[]) and status = 'DELETION_FAILED'`,
    [failed.map(({ id }) => id), MOVING_ASIDE],
  )
}

async function conclude(
  em: EntityManager,
  { claim, location }: Context,
  { deleted, failed }: { deleted: readonly string[]; failed: readonly Failed[] },
): Promise<void> {
  await sql(
    em,
    `/* deleted */
     update storage.physical_copy set status = 'DELETED', deleted_at = now(), status_reason = null, trashed_at = null, version = version + 1
     where id = any($1::uuid[]) and status = 'DELETION_IN_PROGRESS'`,
    [deleted],
  )
  await sql(
    em,
    `/* deletionFailed */
     update storage.physical_copy c set status = 'DELETION_FAILED', status_reason = t.reason, version = version + 1
     from unnest($1::uuid[], $2::text[]) as t(id, reason) where c.id = t.id and c.status = 'DELETION_IN_PROGRESS'`,
    [failed.map(({ id }) => id), failed.map(({ reason }) => reason)],
  )
  if (location.type !== 'BUFFER' || deleted.length === 0) return
  await sql(
    em,
    `/* filesNoLongerNeeded */
     update storage.physical_copy c set status = 'DELETION_POSSIBLE', status_reason = 'its package left the buffer of the site', version = version + 1
     from data_package.raw_data_file f, storage.data_location l
     where f.package_id = $1 and c.file_id = f.id and c.status = 'PRESENT' and l.id = c.location_id and l.type = 'SOURCE' and l.site_id = $2`,
    [claim.subjectId, location.siteId],
  )
}
