import { z } from 'zod'
import { atLeast, between, id, parse, text, unlessOmitted, update, type Context } from '@almagest/kit'
import {
  DataLocation,
  DataTransferRoute,
  Refusal,
  Site,
  sql,
  TRANSFER_METHODS,
  type LocationType,
  type StorageType,
} from '@almagest/schema'
import { refuseOverlap, root, sshHost } from './mutations.ts'
import { bucket, credentials, endpoint, prefix, refuseSharedBucket, refuseSharedGroup, region } from './other-storage.ts'
import { seconds, WATCHING } from './watching.ts'

const UpdateSite = z.object({ id: id(), title: unlessOmitted(text()) })

const UpdateLocation = z.object({
  id: id(),
  priority: unlessOmitted(atLeast(0)),
  failureDomain: unlessOmitted(text()),
  capacityBytes: atLeast(1).nullish(),
  settleS: unlessOmitted(seconds(0)),
  scanIntervalS: unlessOmitted(seconds(1)),
  scrubIntervalS: seconds(1).nullish(),
  darkAfterS: unlessOmitted(seconds(0)),
  sha256: unlessOmitted(z.boolean()),
  root: unlessOmitted(root()),
  endpoint: unlessOmitted(endpoint()),
  bucket: unlessOmitted(bucket()),
  prefix: prefix().nullish(),
  region: region().nullish(),
  credentials: credentials().nullish(),
  volumeGroup: unlessOmitted(text()),
})

/** What says where the bytes of a location are, and the storage that it belongs to. */
const PLACES = { root: 'DISK', endpoint: 'S3', bucket: 'S3', prefix: 'S3', volumeGroup: 'TAPE' } as const satisfies Record<
  string,
  StorageType
>

/** How a location is reached: this may change while its bytes stay where they are. */
const ACCESS = ['region', 'credentials'] as const

const UpdateDataTransferRoute = z.object({
  id: id(),
  priority: unlessOmitted(atLeast(0)),
  method: unlessOmitted(z.enum(TRANSFER_METHODS)),
  bundleBytes: unlessOmitted(atLeast(1)),
  bundleAgeS: unlessOmitted(seconds(0)),
  streams: unlessOmitted(between(1, 64)),
  rateBytesS: atLeast(1).nullish(),
  sshHost: sshHost().nullish(),
})

/** Changes the title of a site. */
export function updateSite(input: unknown, context: Context): Promise<Site> {
  return update(context, Site, { reason: 'updateSite', input: parse(UpdateSite, input) })
}

/** Changes how a location is used; where its bytes are can be changed only as long as there never were any. */
export async function updateLocation(input: unknown, context: Context): Promise<DataLocation> {
  const fields = parse(UpdateLocation, input)
  const given = <field extends keyof typeof fields>(names: readonly field[]) => names.filter(name => fields[name] !== undefined)
  const moved = given(Object.keys(PLACES) as (keyof typeof PLACES)[])
  const [field] = moved
  const location = await context.loaders.find(DataLocation, fields.id)
  if (location) {
    const { name, storage, type } = location
    const foreign = moved.find(field => PLACES[field] !== storage) ?? (storage === 'S3' ? undefined : given(ACCESS)[0])
    if (foreign) throw new Refusal('BAD_INPUT', `input.${foreign}: ${name} is ${storage}: it has none`)
    const watched = given(Object.keys(WATCHING) as (keyof typeof WATCHING)[])
    const [unfit] = watched.filter(field => (WATCHING[field].not as readonly LocationType[]).includes(type))
    if (unfit) throw new Refusal('BAD_INPUT', `input.${unfit}: ${name} is a ${type}: ${WATCHING[unfit].why}`)
  }
  if (field !== undefined && location) {
    const [copy] = await sql(context.em, `/* copyAtLocation */ select 1 from storage.physical_copy where location_id = $1 limit 1`, [
      fields.id,
    ])
    if (copy) throw new Refusal('CONFLICT', `input.${field}: copies lie or lay at ${location.name}: it stays where it is`)
    await refuseShared(context, location, fields)
  }
  return update(context, DataLocation, {
    reason: 'updateLocation',
    input: fields,
    check({ name, identifiedAt }) {
      if (field !== undefined && identifiedAt)
        throw new Refusal('CONFLICT', `input.${field}: ${name} has its identity: it stays where it is`)
    },
  })
}

/** Refuses with CONFLICT a place that is another location's. */
async function refuseShared({ em }: Context, location: DataLocation, moved: z.output<typeof UpdateLocation>): Promise<void> {
  const { siteId, name, storage } = location
  if (moved.root !== undefined) await refuseOverlap(em, { siteId, name, root: moved.root })
  if (moved.volumeGroup !== undefined) await refuseSharedGroup(em, { siteId, name, volumeGroup: moved.volumeGroup })
  if (storage !== 'S3') return
  const place = { endpoint: moved.endpoint ?? location.endpoint ?? '', bucket: moved.bucket ?? location.bucket ?? '' }
  await refuseSharedBucket(em, { name, ...place, prefix: (moved.prefix === undefined ? location.prefix : moved.prefix) ?? '' })
}

/** Changes how a route is used. */
export function updateDataTransferRoute(input: unknown, context: Context): Promise<DataTransferRoute> {
  const fields = parse(UpdateDataTransferRoute, input)
  return update(context, DataTransferRoute, {
    reason: 'updateDataTransferRoute',
    input: fields,
    check(route) {
      const method = fields.method ?? route.method
      const host = fields.sshHost === undefined ? route.sshHost : fields.sshHost
      if ((host ?? null) !== null && method !== 'RSYNC' && method !== 'BBCP')
        throw new Refusal('BAD_INPUT', `input.sshHost: must be null where the method is ${method}`)
    },
  })
}
