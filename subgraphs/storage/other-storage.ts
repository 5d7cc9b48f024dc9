import { z } from 'zod'
import { atLeast, id, insert, orElse, parse, shortName, text, type Context } from '@almagest/kit'
import { DataLocation, LOCATION_TYPES } from '@almagest/schema'

/** The address of an S3 service. */
export const endpoint = () =>
  text(1_024).refine(isAddress, { error: 'must be the http:// or https:// address of a service, without user, query and fragment' })

/** The name of a bucket. */
export const bucket = () =>
  z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be 3 to 63 lower-case letters, digits, dots and hyphens')

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
}

const CreateS3Location = z.object({
  ...shared,
  type: z.enum(LOCATION_TYPES).refine(type => type !== 'SOURCE', { error: 'must not be SOURCE: instruments write to disks' }),
  endpoint: endpoint(),
  bucket: bucket(),
  prefix: orElse(
    z
      .string()
      .max(500, 'must have at most 500 characters')
      .regex(
        /^([A-Za-z0-9_-][A-Za-z0-9._-]*\/)+$/,
        'must be folders of letters, digits, dots, hyphens and underscores, each followed by a slash',
      ),
    null,
  ),
  region: orElse(z.string().regex(/^[a-z0-9-]{1,60}$/, 'must be 1 to 60 lower-case letters, digits and hyphens'), null),
  credentials: orElse(z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be 1 to 100 letters, digits, dots, hyphens and underscores'), null),
})

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
export function createS3Location(input: unknown, context: Context): Promise<DataLocation> {
  const fields = parse(CreateS3Location, input)
  return insert(context, { reason: 'createS3Location', input: fields }, em =>
    em.create(DataLocation, { ...fields, failureDomain: fields.failureDomain ?? fields.name, storage: 'S3' }),
  )
}

/** Creates the row of a volume group; a worker that has the library of that name gives it its identity. */
export function createTapeLocation(input: unknown, context: Context): Promise<DataLocation> {
  const fields = parse(CreateTapeLocation, input)
  return insert(context, { reason: 'createTapeLocation', input: fields }, em =>
    em.create(DataLocation, { ...fields, failureDomain: fields.failureDomain ?? fields.name, storage: 'TAPE' }),
  )
}
