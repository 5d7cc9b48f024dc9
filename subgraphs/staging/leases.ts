import { z } from 'zod'
import { between, id, lockRow, nudge, parse, transact, type Context } from '@almagest/kit'
import { Refusal, reprioritise, sql, StagingRequest } from '@almagest/schema'

const RenewStaging = z.object({ requestId: id(), leaseS: between(60, 31_536_000) })

/**
 * Makes the files of a request stay for `leaseS` seconds from now, or from when they are ready. Refuses with INVALID_TRANSITION a request
 * that has ended, with BAD_INPUT a lease that would end before the one that it has.
 */
export function renewStaging(input: unknown, context: Context): Promise<StagingRequest> {
  const { requestId, leaseS } = parse(RenewStaging, input)
  return transact(context, 'renewStaging', async em => {
    const request = await lockRow(em, StagingRequest, { field: 'input.requestId', id: requestId })
    if (request.status === 'EXPIRED')
      throw new Refusal(
        'INVALID_TRANSITION',
        `input.requestId: request ${request.id} has ended: requestStaging asks for its packages again`,
      )
    const renewed = await sql(
      em,
      `/* renewStaging */
       update staging.staging_request
       set lease_s = $2, lease_until = case when lease_until is not null then now() + make_interval(secs => $2) end, version = version + 1
       where id = $1 and case when lease_until is null then lease_s <= $2 else lease_until <= now() + make_interval(secs => $2) end returning id`,
      [request.id, leaseS],
    )
    if (renewed.length === 0)
      throw new Refusal('BAD_INPUT', `input.leaseS: request ${request.id} lasts longer than that already; releaseStaging ends it before`)
    return em.refreshOrFail(request)
  })
}

/** Gives a request, and its work that is not done, another priority; refuses with INVALID_TRANSITION a request that has ended. */
export async function setStagingPriority(
  { requestId, priority }: { requestId: string; priority: number },
  context: Context,
): Promise<StagingRequest> {
  const wanted = parse(between(0, 1_000_000), priority, 'priority')
  const { request, nudges } = await transact(context, 'setStagingPriority', async em => {
    const request = await lockRow(em, StagingRequest, { field: 'requestId', id: requestId })
    if (request.status === 'EXPIRED')
      throw new Refusal('INVALID_TRANSITION', `requestId: request ${request.id} has ended: its priority no longer matters`)
    request.priority = wanted
    await em.flush()
    const work = await sql<{ id: string; priority: number }>(
      em,
      `/* workOfStaging */
       select o.id, min(r.priority) as priority from staging.staged_package mine
       join storage.operation o on o.kind = 'staging' and o.subject_id = mine.package_id and o.location_id = $2 and o.state not in ('DONE', 'CANCELLED')
       join staging.staged_package s on s.package_id = mine.package_id
       join staging.staging_request r on r.id = s.request_id and r.location_id = $2 and r.status in ('PENDING', 'IN_PROGRESS', 'FAILED')
       where mine.request_id = $1 group by o.id order by o.id`,
      [request.id, request.locationId],
    )
    const changes = work.map(({ id, priority }) => ({ operationId: id, priority }))
    return { request, nudges: await reprioritise(em, changes) }
  })
  await nudge(context, nudges)
  return request
}
