import { z } from 'zod'
import { atLeast, id, insert, orElse, parse, shortName, text, type Context } from '@almagest/kit'
import { DataLocation, LOCATION_TYPES, Refusal, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { checkWatching, watchedAs, watching } from './watching.ts'

/** The address of an S3 service. */
export const endpoint = () =>
  text(1_024).refine(isAddress, { error: 'must be the http:// or https:// address of a service, without user, query and fragment' })

/** The name of a bucket. */
export const bucket = () =>
  z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be 3 to 63 lower-case letters, digits, dots and hyphens')

/** What the keys of a location in a bucket begin with. */
export const prefix = () =>
  z
    .string()
    .max(500, 'must have at most 500 characters')
    .regex(
      /^([A-Za-z0-9_-][A-Za-z0-9._-]*\/)+$/,
      'must be folders of letters, digits, dots, hyphens and underscores, each followed by a slash',
    )

/** The region of an S3 service. */
export const region = () => z.string().regex(/^[a-z0-9-]{1,60}$/, 'must be 1 to 60 lower-case letters, digits and hyphens')

/** The name under which the workers find the keys of an S3 service. */
export const credentials = () =>
  z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be 1 to 100 letters, digits, dots, hyphens and underscores')

function isAddress(given: string): boolean {
  const url = URL.parse(given)
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  )
}

const shared = {
  siteId: id(),
  name: shortName(),
  priority: orElse(atLeast(0), 100),
  failureDomain: orElse(text(), null),
  capacityBytes: orElse(atLeast(1), null),
  sha256: orElse(z.boolean(), false),
  ...watching,
}

const CreateS3Location = z
  .object({
    ...shared,
    type: z.enum(LOCATION_TYPES).refine(type => type !== 'SOURCE', { error: 'must not be SOURCE: instruments write to disks' }),
    endpoint: endpoint(),
    bucket: bucket(),
    prefix: orElse(prefix(), null),
    region: orElse(region(), null),
    credentials: orElse(credentials(), null),
  })
  .superRefine(checkWatching)

const CreateTapeLocation = z.object({
  ...shared,
  type: orElse(
    z
      .enum(LOCATION_TYPES)
      .refine(type => type === 'LONG_TERM_ARCHIVE', { error: 'must be LONG_TERM_ARCHIVE: nothing else is kept on tape' }),
    'LONG_TERM_ARCHIVE' as const,
  ),
  volumeGroup: text(),
})

/** Creates the row of a bucket; a worker that has its keys gives it its identity. */
export async function createS3Location(input: unknown, context: Context): Promise<DataLocation> {
  const { scanIntervalS, scrubIntervalS, darkAfterS, ...fields } = parse(CreateS3Location, input)
  await refuseSharedBucket(context.em, { ...fields, prefix: fields.prefix ?? '' })
  return insert(context, { reason: 'createS3Location', input: fields }, em =>
    em.create(DataLocation, {
      ...fields,
      ...watchedAs({ type: fields.type, scanIntervalS, scrubIntervalS, darkAfterS }),
      failureDomain: fields.failureDomain ?? fields.name,
      storage: 'S3',
    }),
  )
}

/** Creates the row of a volume group; a worker that has the library of that name gives it its identity. */
export async function createTapeLocation(input: unknown, context: Context): Promise<DataLocation> {
  const { scanIntervalS, scrubIntervalS, darkAfterS, ...fields } = parse(CreateTapeLocation, input)
  await refuseSharedGroup(context.em, fields)
  return insert(context, { reason: 'createTapeLocation', input: fields }, em =>
    em.create(DataLocation, {
      ...fields,
      ...watchedAs({ type: fields.type, scanIntervalS, scrubIntervalS, darkAfterS }),
      failureDomain: fields.failureDomain ?? fields.name,
      storage: 'TAPE',
    }),
  )
}

/** Refuses with CONFLICT keys that are, hold or lie among those of another location in the same bucket of the same service. */
export async function refuseSharedBucket(
  em: EntityManager,
  { name, endpoint, bucket, prefix }: { name: string; endpoint: string; bucket: string; prefix: string },
): Promise<void> {
  const rows = await sql<{ name: string; endpoint: string }>(
    em,
    `/* overlappingKeys */
     select name, endpoint from storage.data_location
     where storage = 'S3' and bucket = $1 and name <> $3 and (starts_with(coalesce(prefix, ''), $2) or starts_with($2, coalesce(prefix, ''))) order by name`,
    [bucket, prefix, name],
  )
  const other = rows.find(row => serviceOf(row.endpoint) === serviceOf(endpoint))
  if (other)
    throw new Refusal(
      'CONFLICT',
      `input.bucket: ${bucket}/${prefix} is, holds or lies in the place of location ${other.name} in this bucket`,
    )
}

/** One way to write the address of a service: without its default port, a slash at its end, and capitals of the host. */
function serviceOf(endpoint: string): string {
  return (URL.parse(endpoint)?.href ?? endpoint).replace(/\/+$/, '')
}

/** Refuses with CONFLICT the volume group of another location of the same site. */
export async function refuseSharedGroup(
  em: EntityManager,
  { siteId, name, volumeGroup }: { siteId: string; name: string; volumeGroup: string },
): Promise<void> {
  const [other] = await sql<{ name: string }>(
    em,
    `/* sharedVolumeGroup */ select name from storage.data_location where site_id = $1 and name <> $2 and volume_group = $3 limit 1`,
    [siteId, name, volumeGroup],
  )
  if (other) throw new Refusal('CONFLICT', `input.volumeGroup: ${volumeGroup} is that of location ${other.name} of the same site`)
}
