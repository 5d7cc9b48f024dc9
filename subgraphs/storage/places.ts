import { lockRow, parse, text, transact, type Context } from '@almagest/kit'
import {
  cancelOperation,
  DataLocation,
  next,
  occupies,
  Operation,
  PLACE_AFTER,
  Refusal,
  Site,
  sql,
  type PlaceState,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { leftAtLocations, leftAtSites } from './left.ts'
import type { LeftToDrain } from './resolvers.generated.ts'

interface OfLocation {
  readonly locationId: string
  readonly reason: string
}

interface OfSite {
  readonly siteId: string
  readonly reason: string
}

/** Lets no work begin at a location. */
export const pauseLocation = (given: OfLocation, context: Context) => moveLocation('PAUSED', 'pauseLocation', given, context)

/** Lets nothing new be written at a location. */
export const drainLocation = (given: OfLocation, context: Context) => moveLocation('DRAINING', 'drainLocation', given, context)

/** Brings a location back into use. */
export const resumeLocation = (given: OfLocation, context: Context) => moveLocation('IN_USE', 'resumeLocation', given, context)

/** Takes a location out of the data centre for ever; refuses with CONFLICT while something there is needed. */
export const retireLocation = (given: OfLocation, context: Context) => moveLocation('RETIRED', 'retireLocation', given, context)

/** Lets no work begin at any location of a site. */
export const pauseSite = (given: OfSite, context: Context) => moveSite('PAUSED', 'pauseSite', given, context)

/** Lets nothing new be written at any location of a site. */
export const drainSite = (given: OfSite, context: Context) => moveSite('DRAINING', 'drainSite', given, context)

/** Brings a site back into use. */
export const resumeSite = (given: OfSite, context: Context) => moveSite('IN_USE', 'resumeSite', given, context)

/** Takes a site out of the data centre for ever; refuses with CONFLICT while something there is needed. */
export const retireSite = (given: OfSite, context: Context) => moveSite('RETIRED', 'retireSite', given, context)

/** Says that all packages at a location are lost: each is MISSING, and is made again elsewhere from what is left of it; should its bytes be there again, they are read and count again. */
export function declareLost({ locationId, reason }: OfLocation, context: Context): Promise<DataLocation> {
  const why = parse(text(), reason, 'reason')
  return transact(context, `declareLost: ${why}`, async em => {
    const location = await lockRow(em, DataLocation, { field: 'locationId', id: locationId })
    const { name, type, state } = location
    if (type !== 'BUFFER' && type !== 'LONG_TERM_ARCHIVE')
      throw new Refusal(
        'BAD_INPUT',
        `locationId: ${name} is a ${type}: only the packages at a BUFFER or LONG_TERM_ARCHIVE can be declared lost`,
      )
    if (state !== 'PAUSED') throw new Refusal('CONFLICT', `locationId: ${name} is ${state}: pauseLocation has to come first`)
    const running = await em.count(Operation, { locationId, state: 'RUNNING' })
    if (running > 0) throw new Refusal('CONFLICT', `locationId: ${running} pieces of work run at ${name}: cancelOperation ends them`)
    await sql(
      em,
      `/* declareLost */
       update storage.physical_copy set status = 'MISSING', status_reason = 'its location was declared lost: ' || $2, verification_level = 0, verified_at = null,
         version = version + 1
       where location_id = $1 and package_id is not null and status in ('WRITING', 'PRESENT', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED', 'DELETION_FAILED')`,
      [locationId, why],
    )
    const waiting = await sql<{ id: string }>(
      em,
      `/* lockSendings */
       select o.id from storage.operation o join storage.data_transfer x on x.id = o.subject_id and x.from_location_id = $1
       where o.kind = 'transfer' and o.state in ('READY', 'WAITING') order by o.id for update of o`,
      [locationId],
    )
    for (const operation of await em.find(Operation, { id: waiting.map(({ id }) => id) })) await cancelOperation(em, operation)
    await freeFiles(em, location)
    return location
  })
}

/** Allows or forbids to read and to write at a location; what is left out stays as it is. */
export function setLocationAccess(
  {
    locationId,
    read,
    write,
    reason,
  }: OfLocation & { readonly read?: boolean | null | undefined; readonly write?: boolean | null | undefined },
  context: Context,
): Promise<DataLocation> {
  const why = parse(text(), reason, 'reason')
  if ((read ?? null) === null && (write ?? null) === null) throw new Refusal('BAD_INPUT', 'read, write: give at least one of the two')
  return transact(context, `setLocationAccess: ${why}`, async em => {
    const location = await lockRow(em, DataLocation, { field: 'locationId', id: locationId })
    location.readEnabled = read ?? location.readEnabled
    location.writeEnabled = write ?? location.writeEnabled
    await em.flush()
    return location
  })
}

function isActive(state: PlaceState): boolean {
  return state === 'IN_USE' || state === 'DRAINING'
}

function moveLocation(state: PlaceState, name: string, { locationId, reason }: OfLocation, context: Context): Promise<DataLocation> {
  const why = parse(text(), reason, 'reason')
  return transact(context, `${name}: ${why}`, async em => {
    const location = await lockRow(em, DataLocation, { field: 'locationId', id: locationId })
    if (location.state === state) return location
    location.state = next(PLACE_AFTER, location.state, state)
    location.active = isActive(state)
    location.stopReason = null
    if (state === 'RETIRED') {
      await refuseUnlessFree(em, { field: 'locationId', name: location.name, locationIds: [location.id] }, () =>
        leftAtLocations(em, [location.id]),
      )
    }
    await em.flush()
    if (state === 'RETIRED') await freeFiles(em, location)
    return location
  })
}

/** Gives retention the files at SOURCE of archived packages that were at this BUFFER and are in no other of its site: no deletion there will say that they may go. */
async function freeFiles(em: EntityManager, { id, siteId, type }: DataLocation): Promise<void> {
  if (type !== 'BUFFER') return
  await sql(
    em,
    `/* filesNotNeeded */
     update storage.physical_copy c set status = 'DELETION_POSSIBLE', status_reason = 'its package is archived, and in no buffer of the site', version = c.version + 1
     from storage.physical_copy gone
     join data_package.raw_data_package p on p.id = gone.package_id and p.state = 'ARCHIVED' and p.status = 'COMPLETED'
     join data_package.raw_data_file f on f.package_id = p.id
     join storage.data_location s on s.site_id = $2 and s.type = 'SOURCE'
     where gone.location_id = $1 and c.file_id = f.id and c.location_id = s.id and c.status = 'PRESENT'
       and not exists (select from storage.physical_copy t join storage.data_location b on b.id = t.location_id
                       where t.package_id = p.id and b.site_id = $2 and b.type = 'BUFFER' and b.state <> 'RETIRED' and ${occupies('t')})`,
    [id, siteId],
  )
}

function moveSite(state: PlaceState, name: string, { siteId, reason }: OfSite, context: Context): Promise<Site> {
  const why = parse(text(), reason, 'reason')
  return transact(context, `${name}: ${why}`, async em => {
    const site = await lockRow(em, Site, { field: 'siteId', id: siteId })
    if (site.state === state) return site
    site.state = next(PLACE_AFTER, site.state, state)
    site.active = isActive(state)
    if (state === 'RETIRED') {
      const locations = await em.find(DataLocation, { siteId: site.id })
      const locationIds = locations.map(({ id }) => id)
      await refuseUnlessFree(em, { field: 'siteId', name: site.name, locationIds }, () => leftAtSites(em, [site.id]))
    }
    await em.flush()
    return site
  })
}

/**
 * Refuses with CONFLICT what may not be retired yet, and cancels what waits there. No proof can rely on what is not IN_USE, so none is made
 * meanwhile; one that is still good is waited for.
 */
async function refuseUnlessFree(
  em: EntityManager,
  { field, name, locationIds }: { field: string; name: string; locationIds: readonly string[] },
  look: () => Promise<LeftToDrain[]>,
): Promise<void> {
  const no = (why: string) => new Refusal('CONFLICT', `${field}: ${name} cannot be retired: ${why}`)
  const [busy] = await sql<{ running: string; moving: string; relied: boolean }>(
    em,
    `/* busyHere */
     select (select count(*) from storage.operation o where o.location_id = any($1::uuid[]) and o.state = 'RUNNING') as running,
       (select count(*) from storage.data_transfer x where (x.from_location_id = any($1::uuid[]) or x.to_location_id = any($1::uuid[]))
          and (x.status <> 'COMPLETED' or x.unpack_status <> 'COMPLETED') and 'FAILED' not in (x.status, x.unpack_status)) as moving,
       exists (select from storage.deletion_proof d cross join jsonb_array_elements(d.evidence) as e
               join storage.physical_copy c on c.id = (e ->> 'copyId')::uuid and c.location_id = any($1::uuid[]) where d.expires_at > now()) as relied`,
    [locationIds],
  )
  if (Number(busy?.running) > 0) throw no(`${busy?.running} pieces of work run there`)
  if (Number(busy?.moving) > 0) throw no(`${busy?.moving} transfers from or to it are under way`)
  if (busy?.relied) throw no('a deletion proof that is still good relies on a copy there: it is over within ten minutes')
  const [left] = await look()
  if (left && left.copies > 0) {
    const reasons = left.reasons.map(({ reason, copies }) => `${copies} ${reason}`).join(', ')
    throw no(`it holds ${left.copies} copies of ${left.bytes} bytes that are not safe elsewhere (${reasons})`)
  }
  const waiting = await em.find(
    Operation,
    { locationId: [...locationIds], state: { $in: ['READY', 'WAITING', 'FAILED'] } },
    { orderBy: { id: 'asc' } },
  )
  for (const operation of waiting) await cancelOperation(em, operation)
}
