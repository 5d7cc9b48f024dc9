import { Outage, sql, type DataLocation } from '@almagest/schema'
import type { Context } from './handler.ts'

/**
 * Keeps room at a location for so many bytes that this operation is about to write, in place of what it kept before; what it has written is taken off
 * as it goes. Room is what is free there, without what other running operations still need there or at other locations on the same file system of this
 * machine. Returns why there is none, or `null`.
 */
export async function keepRoom({ claim, fenced, stores, needs }: Context, place: DataLocation, bytes: number): Promise<string | null> {
  needs(null)
  const { free, device = null } = await stores.of(place).space()
  const needed = await fenced(async em => {
    // First the location, then the device: in this order nobody waits for one who waits for him.
    for (const at of [place.id, device])
      if (at !== null) await sql(em, `/* oneAtATime */ select pg_advisory_xact_lock(hashtextextended('room at ' || $1, 0))`, [at])
    const [others] = await sql<{ bytes: string }>(
      em,
      `/* roomNeeded */
       select coalesce(sum(reserved_bytes), 0) as bytes from storage.operation
       where (reserved_location_id = $1 or reserved_device = $3) and state = 'RUNNING' and lease_until > now() and id <> $2`,
      [place.id, claim.id, device],
    )
    const needed = Number(others?.bytes ?? 0)
    const kept = free - needed >= bytes
    await sql(
      em,
      `/* keepRoom */ update storage.operation set reserved_location_id = $2, reserved_bytes = $3, reserved_device = $4 where id = $1`,
      [claim.id, place.id, kept ? bytes : 0, device],
    )
    return kept ? null : needed
  })
  if (needed !== null) {
    return needed > 0
      ? `has ${free} bytes free, of which work that runs needs ${needed}, and ${bytes} are needed`
      : `has ${free} bytes free and ${bytes} are needed`
  }
  needs(bytes)
  return null
}

/** `keepRoom`; throws Outage where there is none. */
export async function takeRoom(context: Context, place: DataLocation, bytes: number): Promise<void> {
  const fault = await keepRoom(context, place, bytes)
  if (fault !== null) throw noRoom(`${place.name} ${fault}`)
}

/** The Outage of a place without room: work waits for it without using up its attempts. */
export function noRoom(message: string): Outage {
  return new Outage(message, { locationId: null, cause: Object.assign(new Error('there is too little room'), { code: 'ENOSPC' }) })
}

/** Whether a disk was full. That is no fault of the location or of the work: it is tried again when there may be room, and no attempt is used up. */
export function isFull(error: unknown): error is Outage {
  return (
    error instanceof Outage &&
    error.cause instanceof Error &&
    'code' in error.cause &&
    (error.cause.code === 'ENOSPC' || error.cause.code === 'EDQUOT')
  )
}
