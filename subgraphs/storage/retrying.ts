import { id, nudge, parse, transact, type Context } from '@almagest/kit'
import { DataTransfer, Refusal, retryFailed, sql, type JobName, type Nudge } from '@almagest/schema'
import { reviveTransfer } from './requests.ts'

/** How many operations one call retries. */
const AT_ONCE = 1_000

/** The kinds whose subject FAILED with them, and what tries that again. */
const ELSEWHERE: { readonly [kind in JobName]?: string } = { packaging: 'retryPackaging', staging: 'retryStaging' }

/** Which of the operations that FAILED are meant. */
export interface Failed {
  readonly kind?: JobName | null | undefined
  readonly locationId?: string | null | undefined
}

/** Gives operations that FAILED all their attempts again, at most 1,000, the most urgent first; what a worker or another caller holds is left out. */
export async function retryOperations(given: Failed, context: Context): Promise<{ retried: number; left: number }> {
  const { kind = null } = given
  const locationId = (given.locationId ?? null) === null ? null : parse(id(), given.locationId, 'locationId')
  const other = kind === null ? undefined : ELSEWHERE[kind]
  if (other) throw new Refusal('BAD_INPUT', `kind: what FAILED with ${kind} is tried again by ${other}`)
  const { nudges, ...counted } = await transact(context, 'retryOperations', async em => {
    const which = `o.state = 'FAILED' and ($1::text is null or o.kind = $1) and ($2::uuid is null or o.location_id = $2)
      and o.kind not in ('packaging', 'staging')`
    const rows = await sql<{ id: string; kind: JobName; subject_id: string }>(
      em,
      `/* failedToRetry */
       select o.id, o.kind, o.subject_id from storage.operation o where ${which} order by o.priority, o.id limit ${AT_ONCE} for update skip locked`,
      [kind, locationId],
    )
    const sent = rows.filter(({ kind }) => kind === 'transfer' || kind === 'unpack')
    const locked = await sql<{ id: string }>(
      em,
      `/* failedTransfers */
       select id from storage.data_transfer where id = any($1::uuid[]) and 'FAILED' in (status, unpack_status) order by id for update`,
      [sent.map(({ subject_id }) => subject_id)],
    )
    const transfers = await em.find(DataTransfer, { id: locked.map(({ id }) => id) }, { orderBy: { id: 'asc' } })
    const nudges: Nudge[] = []
    for (const transfer of transfers) nudges.push(...(await reviveTransfer(em, transfer)))
    nudges.push(
      ...(await retryFailed(
        em,
        rows.map(({ id }) => id),
      )),
    )
    const [rest] = await sql<{ left: number }>(
      em,
      `/* failedLeft */ select count(*)::int as left from storage.operation o where ${which}`,
      [kind, locationId],
    )
    return { nudges, retried: nudges.length, left: rest?.left ?? 0 }
  })
  await nudge(context, nudges)
  return counted
}
