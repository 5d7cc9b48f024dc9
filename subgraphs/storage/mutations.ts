import { posix } from 'node:path'
import { z } from 'zod'
import { atLeast, between, id, insert, lockRow, orElse, parse, shortName, text, transact, type Context } from '@almagest/kit'
import {
  DataLocation,
  DataTransferRoute,
  LOCATION_TYPES,
  next,
  PLACE_AFTER,
  Refusal,
  ROUTE_TYPES,
  Site,
  sql,
  TRANSFER_METHODS,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { checkWatching, seconds, watchedAs, watching } from './watching.ts'

const CreateSite = z.object({ name: shortName(), title: text() })

/** The folder of a location. */
export const root = () =>
  text(1_024).refine(root => root !== '/' && posix.isAbsolute(root) && posix.normalize(root) === root && !root.endsWith('/'), {
    error: 'must be an absolute, normalised path of a folder below /, without a slash at its end',
  })

const CreateDiskLocation = z
  .object({
    siteId: id(),
    name: shortName(),
    type: z.enum(LOCATION_TYPES),
    root: root(),
    priority: orElse(atLeast(0), 100),
    failureDomain: orElse(text(), null),
    capacityBytes: orElse(atLeast(1), null),
    instrumentId: orElse(id(), null),
    settleS: orElse(seconds(0), null),
    ...watching,
    sha256: orElse(z.boolean(), false),
  })
  .superRefine(checkWatching)
  .refine(({ type, instrumentId }) => type !== 'SOURCE' || instrumentId !== null, {
    path: ['instrumentId'],
    error: 'must be given, because an instrument writes to a SOURCE',
  })
  .refine(({ type, instrumentId }) => type === 'SOURCE' || instrumentId === null, {
    path: ['instrumentId'],
    error: 'must not be given, because an instrument writes only to a SOURCE',
  })

/** What ssh is called with: never an option of its own. */
export const sshHost = () =>
  text(255).regex(/^([A-Za-z0-9_][\w.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*$/, 'must be a host, or user@host, as ssh knows it')

const CreateDataTransferRoute = z
  .object({
    name: shortName(),
    type: orElse(z.enum(ROUTE_TYPES), 'DIRECT' as const),
    method: orElse(z.enum(TRANSFER_METHODS), 'COPY' as const),
    fromSiteId: id(),
    toSiteId: id(),
    viaSiteId: orElse(id(), null),
    fromLocationId: orElse(id(), null),
    toLocationId: orElse(id(), null),
    priority: orElse(atLeast(0), 100),
    bundleBytes: orElse(atLeast(1), 10_000_000_000_000),
    bundleAgeS: orElse(seconds(0), 60),
    streams: orElse(between(1, 64), 8),
    rateBytesS: orElse(atLeast(1), null),
    sshHost: orElse(sshHost(), null),
  })
  .refine(({ method, sshHost }) => sshHost === null || method === 'RSYNC' || method === 'BBCP', {
    path: ['sshHost'],
    error: 'must be given only for RSYNC and BBCP',
  })
  .refine(({ fromSiteId, toSiteId }) => fromSiteId !== toSiteId, { path: ['toSiteId'], error: 'must be another site than fromSiteId' })
  .refine(({ type, viaSiteId }) => (type === 'RELAY') === (viaSiteId !== null), {
    path: ['viaSiteId'],
    error: 'must be given for a RELAY, and only there',
  })
  .refine(({ viaSiteId, fromSiteId, toSiteId }) => viaSiteId !== fromSiteId && viaSiteId !== toSiteId, {
    path: ['viaSiteId'],
    error: 'must be a third site',
  })
  .refine(({ type, fromLocationId }) => (type === 'CUSTOM') === (fromLocationId !== null), {
    path: ['fromLocationId'],
    error: 'must be given for a CUSTOM route, and only there',
  })
  .refine(({ type, toLocationId }) => (type === 'CUSTOM') === (toLocationId !== null), {
    path: ['toLocationId'],
    error: 'must be given for a CUSTOM route, and only there',
  })

/** Creates a site. */
export function createSite(input: unknown, context: Context): Promise<Site> {
  const fields = parse(CreateSite, input)
  return insert(context, { reason: 'createSite', input: fields }, em => em.create(Site, fields))
}

/** Creates a folder as a location; a worker of its site gives it its identity. */
export async function createDiskLocation(input: unknown, context: Context): Promise<DataLocation> {
  const { settleS, scanIntervalS, scrubIntervalS, darkAfterS, ...fields } = parse(CreateDiskLocation, input)
  await refuseOverlap(context.em, fields)
  return insert(context, { reason: 'createDiskLocation', input: fields }, em =>
    em.create(DataLocation, {
      ...fields,
      settleS: settleS ?? 60,
      ...watchedAs({ type: fields.type, scanIntervalS, scrubIntervalS, darkAfterS }),
      failureDomain: fields.failureDomain ?? fields.name,
      storage: 'DISK',
    }),
  )
}

/** Refuses with CONFLICT a folder that is, holds or lies in that of another location of the same site. */
export async function refuseOverlap(
  em: EntityManager,
  { siteId, root, name }: { siteId: string; root: string; name: string },
): Promise<void> {
  const [other] = await sql<{ name: string; root: string }>(
    em,
    `/* overlappingRoot */
     select name, root from storage.data_location
     where site_id = $1 and name <> $3 and (root = $2 or starts_with(root, rtrim($2, '/') || '/') or starts_with($2, rtrim(root, '/') || '/')) limit 1`,
    [siteId, root, name],
  )
  if (other) throw new Refusal('CONFLICT', `input.root: ${root} is, holds or lies in the folder of location ${other.name} of the same site`)
}

/** Creates a route; the locations of a CUSTOM route have to be buffers of its sites. */
export async function createDataTransferRoute(input: unknown, context: Context): Promise<DataTransferRoute> {
  const fields = parse(CreateDataTransferRoute, input)
  for (const [field, siteId] of [
    ['fromLocationId', fields.fromSiteId],
    ['toLocationId', fields.toSiteId],
  ] as const) {
    const locationId = fields[field]
    const location = await context.loaders.find(DataLocation, locationId)
    if (locationId !== null && !location) throw new Refusal('NOT_FOUND', `input.${field}: there is no location ${locationId}`)
    if (location && (location.siteId !== siteId || location.type !== 'BUFFER')) {
      throw new Refusal('BAD_INPUT', `input.${field}: ${location.name} is not a BUFFER of the site`)
    }
  }
  return insert(context, { reason: 'createDataTransferRoute', input: fields }, em => em.create(DataTransferRoute, fields))
}

/** Switches a site on or off, and with it all work at its locations; doing it twice changes nothing. */
export function setSiteActive({ siteId, active }: { siteId: string; active: boolean }, context: Context): Promise<Site> {
  return transact(context, 'setSiteActive', async em => {
    const site = await lockRow(em, Site, { field: 'siteId', id: siteId })
    if (site.active === active && site.state !== 'RETIRED') return site
    site.state = next(PLACE_AFTER, site.state, active ? 'IN_USE' : 'PAUSED')
    site.active = active
    await em.flush()
    return site
  })
}

/** Switches a location on or off; doing it twice changes nothing. */
export function setLocationActive(
  { locationId, active }: { locationId: string; active: boolean },
  context: Context,
): Promise<DataLocation> {
  return transact(context, 'setLocationActive', async em => {
    const location = await lockRow(em, DataLocation, { field: 'locationId', id: locationId })
    if (location.active === active && location.state !== 'RETIRED') return location
    location.state = next(PLACE_AFTER, location.state, active ? 'IN_USE' : 'PAUSED')
    location.active = active
    if (active) location.stopReason = null
    await em.flush()
    return location
  })
}

/** Switches a route on or off; doing it twice changes nothing. */
export function setRouteActive({ routeId, active }: { routeId: string; active: boolean }, context: Context): Promise<DataTransferRoute> {
  return transact(context, 'setRouteActive', async em => {
    const route = await lockRow(em, DataTransferRoute, { field: 'routeId', id: routeId })
    route.active = active
    await em.flush()
    return route
  })
}
