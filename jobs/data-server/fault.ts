import { DataLocation, Outage, Refusal } from '@almagest/schema'
import { countOutage } from '../claim.ts'
import type { World } from '../handler.ts'
import { errnoOf } from '../stores/posix/place.ts'

/** When to ask again for what lies at a location that is away, in seconds. */
const AWAY_S = 60

/** What a data server answers when it cannot give what was asked for. */
export interface Fault {
  readonly status: number
  readonly message: string
  readonly retryAfterS: number | null
}

/**
 * What to answer after an error: 409 where the copy itself cannot be read; 502 with a time where its location is away, which counts against that, so that its
 * breaker opens and other copies are sent; 502 for anything else from outside; 500.
 */
export async function faultOf(world: Pick<World, 'orm' | 'stores'>, error: unknown): Promise<Fault> {
  if (error instanceof Refusal) return { status: 502, message: error.message, retryAfterS: null }
  if (!(error instanceof Outage))
    return { status: 500, message: 'an internal error, which the log of the data server describes', retryAfterS: null }
  const { message } = error
  if (typeof error.locationId === 'string' && (await isAway(world, error.locationId))) return { status: 502, message, retryAfterS: AWAY_S }
  return { status: errnoOf(error.cause) === 'EIO' ? 409 : 502, message, retryAfterS: null }
}

async function isAway({ orm, stores }: Pick<World, 'orm' | 'stores'>, locationId: string): Promise<boolean> {
  try {
    await stores.of(await orm.em.fork().findOneOrFail(DataLocation, locationId)).check()
    return false
  } catch (fault) {
    if (!(fault instanceof Outage)) throw fault
    await countOutage({ orm }, { locationId, kind: null }, fault.message)
    return true
  }
}
