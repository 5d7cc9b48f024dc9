import { z } from 'zod'
import { DIGEST, foldPath, pathFault, Refusal, type Digest } from '@almagest/schema'
import { manifestDigest, parseManifest, type ManifestMember } from '../tar/manifest.ts'

const digest = z
  .string()
  .regex(DIGEST)
  .transform(text => text as Digest)
const row = z.looseObject({ id: z.uuid() })
const bytes = z.int().nonnegative()

const sidecar = z.object({
  format: z.enum(['almagest-sidecar/1', 'almagest-sidecar/2']),
  writtenAt: z.string().nullish(),
  archive: z
    .object({
      site: z.object({ id: z.uuid(), name: z.string(), title: z.string() }),
      location: z.object({
        id: z.uuid(),
        name: z.string(),
        storage: z.enum(['DISK', 'S3', 'TAPE']),
        failure_domain: z.string(),
        priority: z.int(),
        volume_group: z.string().nullable(),
        sha256: z.boolean(),
      }),
    })
    .nullish(),
  package: z.object({
    id: z.uuid(),
    name: z.string(),
    path: z.string().refine(path => pathFault(path) === null && path.endsWith('.tar'), { error: 'is no path of a tar' }),
    sequence: z.int(),
    bytes,
    digest,
    sha256: digest.nullish(),
    flatDigest: digest.nullish(),
    partDigests: z.base64().nullish(),
    fileCount: z.int().nonnegative(),
    fileBytes: bytes,
    priority: z.int(),
    createdAt: z.string(),
    completedAt: z.string(),
    archivedAt: z.string().nullish(),
  }),
  observatory: row,
  telescope: row,
  instrument: row,
  module: row,
  program: row,
  source: row,
  obsUnit: row,
  execution: row,
  files: z.array(z.object({ id: z.uuid(), path: z.string(), filedDigest: digest.nullable(), filedAt: z.string() })),
  manifest: z.string(),
})

/** One file of a package as its sidecar tells it, with its place in the tar. */
export type FileFacts = ManifestMember & {
  readonly id: string
  readonly filedDigest: Digest | null
  readonly filedAt: string
  readonly pathFold: string
}

/** What a sidecar tells, found to be consistent: its manifest is the package, and its files are those of the manifest. */
export type Facts = Omit<z.output<typeof sidecar>, 'files' | 'manifest'> & { readonly files: readonly FileFacts[] }

/** Reads the text of a sidecar; refuses with BAD_INPUT, saying why, what is none, or contradicts itself. */
export function readFacts(text: string): Facts {
  const parsed = sidecar.safeParse(parseExactly(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Refusal('BAD_INPUT', `it is no sidecar: ${issue?.path.join('.') || 'its text'}: ${issue?.message}`)
  }
  const { files, manifest, ...facts } = parsed.data
  const { members } = parseManifest(manifest)
  const found = manifestDigest({ format: 'almagest-manifest/1', members })
  if (found !== facts.package.digest)
    throw new Refusal('BAD_INPUT', `its manifest has the digest ${found}, and its package ${facts.package.digest}`)
  const sum = members.reduce((sum, { bytes }) => sum + bytes, 0)
  if (members.length !== facts.package.fileCount || sum !== facts.package.fileBytes || files.length !== members.length)
    throw new Refusal(
      'BAD_INPUT',
      `it counts ${facts.package.fileCount} files of ${facts.package.fileBytes} bytes, and its manifest says otherwise`,
    )
  const joined = members.map((member, index): FileFacts => {
    const file = files[index]
    if (file?.path !== member.path) throw new Refusal('BAD_INPUT', `its files are not those of its manifest, from ${member.path} on`)
    return { ...member, id: file.id, filedDigest: file.filedDigest, filedAt: file.filedAt, pathFold: foldPath(member.path) }
  })
  return { ...facts, files: joined }
}

/** JSON whose numbers are written again as they were: people's settings may have more digits than JavaScript keeps. */
function parseExactly(text: string): unknown {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }
  const keep = (_: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source ? rawJSON(context.source) : value
  try {
    return JSON.parse(text, keep)
  } catch {
    return null
  }
}
