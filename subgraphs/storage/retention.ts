import { z } from 'zod'
import { between, id, instant, lockRow, orElse, parse, text, transact, type Context } from '@almagest/kit'
import { DataLocation, DELETION_PAUSES, newId, NEWEST_EPOCH, Reclaim, Refusal, RetentionPolicy, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { seconds } from './watching.ts'

const share = () => z.number().refine(value => value > 0 && value <= 1, { error: 'must be more than 0 and at most 1' })

const DefineRetentionPolicy = z
  .object({
    locationId: id(),
    minimumAgeS: orElse(seconds(0), 86_400),
    graceS: orElse(seconds(0), 86_400),
    minVerifiedCopies: orElse(between(1, 100), 2),
    minArchiveCopies: orElse(between(1, 100), 1),
    minVerificationLevel: orElse(between(2, 3), 2),
    maxVerificationAgeS: orElse(seconds(1), 604_800),
    highWater: orElse(share(), null),
    lowWater: orElse(between(0, 1), null),
    maxShareHour: orElse(share(), 0.05),
    trashS: orElse(seconds(0), 86_400),
  })
  .refine(({ highWater, lowWater }) => (highWater === null) === (lowWater === null), {
    path: ['lowWater'],
    error: 'must be given with highWater, and only then',
  })
  .refine(({ highWater, lowWater }) => highWater === null || lowWater === null || lowWater < highWater, {
    path: ['lowWater'],
    error: 'must be less than highWater',
  })
  .refine(({ minimumAgeS, graceS, maxVerificationAgeS }) => minimumAgeS + graceS < maxVerificationAgeS, {
    path: ['maxVerificationAgeS'],
    error: ({ input }) => `must be more than minimumAgeS + graceS (${ageOf(input)}), or no verification is fresh enough by then`,
  })

const AllowDeletion = z.object({ locationId: id(), shareHour: share(), until: instant(), reason: text(1_000) })

function ageOf(input: unknown): number {
  const { minimumAgeS, graceS } = input as { readonly minimumAgeS: number; readonly graceS: number }
  return minimumAgeS + graceS
}

/** The values of a policy that a person wrote, with what was left out; refuses with BAD_INPUT, naming the field and the rule. */
export function parsePolicy(input: unknown): z.output<typeof DefineRetentionPolicy> {
  return parse(DefineRetentionPolicy, input)
}

/** Refuses with BAD_INPUT shares of a capacity that is not known. */
export function refuseUnmeasured({ highWater }: { readonly highWater: number | null }, { name, capacityBytes }: DataLocation): void {
  if (highWater !== null && (capacityBytes ?? null) === null)
    throw new Refusal('BAD_INPUT', `input.highWater: ${name} has no capacityBytes, of which it would be a share`)
}

/** Puts a new version of a location's policy in force; what was marked under another is looked at again. */
export function defineRetentionPolicy(input: unknown, context: Context): Promise<RetentionPolicy> {
  const fields = parsePolicy(input)
  return transact(context, 'defineRetentionPolicy', async em => {
    refuseUnmeasured(fields, await lockRow(em, DataLocation, { field: 'input.locationId', id: fields.locationId }))
    const [last] = await sql<{ version: number }>(
      em,
      `/* lastPolicyVersion */ select coalesce(max(policy_version), 0) as version from storage.retention_policy where location_id = $1`,
      [fields.locationId],
    )
    const policy = em.create(RetentionPolicy, { ...fields, policyVersion: (last?.version ?? 0) + 1 })
    await em.flush()
    await wakeCleanups(em, fields.locationId)
    return policy
  })
}

/** Allows or forbids retention to delete at a location; refuses a LONG_TERM_ARCHIVE with NOT_SAFE. What is marked is looked at again: where deletion is off, it is what it was before. */
export function setLocationDeletion(
  { locationId, enabled }: { locationId: string; enabled: boolean },
  context: Context,
): Promise<DataLocation> {
  return transact(context, 'setLocationDeletion', async em => {
    const location = await lockRow(em, DataLocation, { field: 'locationId', id: locationId })
    if (location.type === 'LONG_TERM_ARCHIVE') {
      throw new Refusal('NOT_SAFE', `locationId: ${location.name} is a LONG_TERM_ARCHIVE, where nothing is ever deleted by retention`)
    }
    location.deletionEnabled = enabled
    await em.flush()
    await wakeCleanups(em, location.id)
    return location
  })
}

/** Lets more go from a location in an hour than its policy says, for a while; what paused there goes on. */
export function allowDeletion(input: unknown, context: Context): Promise<Reclaim> {
  const { locationId, shareHour, until, reason } = parse(AllowDeletion, input)
  return transact(context, `allowDeletion: ${reason}`, async em => {
    const location = await lockRow(em, DataLocation, { field: 'input.locationId', id: locationId })
    if (!location.deletionEnabled)
      throw new Refusal('NOT_SAFE', `input.locationId: deletion is off at ${location.name}: setLocationDeletion allows it`)
    const rows = await sql(
      em,
      `/* allowDeletion */
       insert into storage.reclaim as r (id, location_id, state, allowed_share_hour, allowed_until, allowed_reason)
       select $1, $2, 'FREEING', $3, $4::timestamptz, $5
       where $4::timestamptz > clock_timestamp() and $4::timestamptz <= clock_timestamp() + interval '30 days'
       on conflict (location_id) do update set allowed_share_hour = $3, allowed_until = $4::timestamptz, allowed_reason = $5, paused_until = null,
         state = case r.state when 'PAUSED' then 'FREEING' else r.state end, reason = case r.state when 'PAUSED' then $5 else r.reason end
       returning id`,
      [newId(), location.id, shareHour, until.toISOString(), reason],
    )
    if (rows.length === 0) throw new Refusal('BAD_INPUT', 'input.until: must be in the future, at most 30 days from now')
    await wakeCleanups(em, location.id, DELETION_PAUSES)
    return em.findOneOrFail(Reclaim, { locationId: location.id }, { refresh: true })
  })
}

/** Says that what the rows of a location tell is so, though ops-db was restored; what paused there goes on. */
export function resumeDeletion(given: { locationId: string; reason: string }, context: Context): Promise<Reclaim> {
  const reason = parse(text(1_000), given.reason, 'reason')
  return transact(context, `resumeDeletion: ${reason}`, async em => {
    const location = await lockRow(em, DataLocation, { field: 'locationId', id: given.locationId })
    await sql(
      em,
      `/* resumeDeletion */
       insert into storage.reclaim as r (id, location_id, state, reason, epoch) select $1, $2, 'FREEING', $3, ${NEWEST_EPOCH}
       on conflict (location_id) do update set epoch = excluded.epoch`,
      [newId(), location.id, reason],
    )
    await wakeCleanups(em, location.id, DELETION_PAUSES)
    return em.findOneOrFail(Reclaim, { locationId: location.id }, { refresh: true })
  })
}

/** Lets the cleanups of a location that wait for a reason that begins so look again. */
async function wakeCleanups(em: EntityManager, locationId: string, reason = ''): Promise<void> {
  await sql(
    em,
    `/* wakeCleanupsAt */
     update storage.operation o set next_run_at = now() where o.id in (
       select o.id from storage.operation o where o.location_id = $1 and o.kind = 'cleanup' and o.state = 'WAITING' and starts_with(o.reason, $2)
       order by o.id for update of o skip locked)`,
    [locationId, reason],
  )
}
