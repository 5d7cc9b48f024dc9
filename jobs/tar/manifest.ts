import { z } from 'zod'
import { DIGEST, Refusal, type Digest } from '@almagest/schema'
import { openDigest } from '../digest/digest.ts'
import { comparePaths, openLayout, type Layout } from './plan.ts'
import type { PlannedMember } from './tar.ts'
import type { LaidMember } from '../threads/tasks.ts'

const FORMAT = 'almagest-manifest/1'

/** The first line of a manifest's text. */
export const FIRST_LINE = `${JSON.stringify({ format: FORMAT })}\n`

/** One file of a package: its offset is that of its first byte in the tar; `mtimeNs` is a decimal number of nanoseconds since 1970. */
export interface ManifestMember {
  readonly path: string
  readonly bytes: number
  readonly digest: Digest
  readonly offset: number
  readonly mtimeNs: string
  readonly mode: number
}

/** What a package holds. It fixes every byte of the tar, because the tar's headers are a function of it. */
export interface Manifest {
  readonly format: typeof FORMAT
  readonly members: readonly ManifestMember[]
}

const firstLine = z.strictObject({ format: z.literal(FORMAT) })
const memberLine = z.strictObject({
  path: z.string(),
  bytes: z.int().nonnegative(),
  digest: z
    .string()
    .regex(DIGEST)
    .transform(text => text as Digest),
  offset: z.int().nonnegative(),
  mtimeNs: z.string().regex(/^(0|-?[1-9]\d{0,18})$/),
  mode: z.int().min(0).max(0o777),
})

/** The manifest of a tar, from its members as `writeTar` told them. */
export function manifestOf(members: readonly (PlannedMember & { digest: Digest })[]): Manifest {
  return {
    format: FORMAT,
    members: members
      .map(({ path, bytes, digest, offset, mtimeNs, mode }) => ({ path, bytes, digest, offset, mtimeNs: String(mtimeNs), mode }))
      .sort((a, b) => comparePaths(a.path, b.path)),
  }
}

/** The one text of a manifest: a line of JSON for the format, then one for each member, in byte order of their paths. */
export function canonical(manifest: Manifest): string {
  return FIRST_LINE + inOrder(manifest).map(lineOf).join('')
}

/** The identity of a package: the BLAKE3 digest of its canonical manifest. */
export function manifestDigest(manifest: Manifest): Digest {
  const text = openManifest()
  for (const member of inOrder(manifest)) text.add(member)
  return text.done()
}

/** Reads what `canonical` wrote; refuses with BAD_INPUT whatever it would not have written. */
export function parseManifest(text: string): Manifest {
  const [first, ...rest] = text.split('\n')
  if (!firstLine.safeParse(parseJson(first)).success) throw new Refusal('BAD_INPUT', `this is not a manifest of the format ${FORMAT}`)
  const members = rest.slice(0, -1).map((line, index) => {
    const member = memberLine.safeParse(parseJson(line))
    if (!member.success) throw new Refusal('BAD_INPUT', `line ${index + 2} of the manifest is not a member`)
    return member.data
  })
  const manifest: Manifest = { format: FORMAT, members }
  const layout = layOut()
  for (const member of members) layout.place(member)
  if (canonical(manifest) !== text) throw new Refusal('BAD_INPUT', 'the manifest is not in its canonical form')
  return manifest
}

/** Lays out the tar that a manifest describes, member by member; refuses with BAD_PATH or BAD_INPUT a manifest that describes none. */
export function layOut(): Omit<Layout, 'place'> & { place(member: ManifestMember): LaidMember & { readonly digest: Digest } } {
  const layout = openLayout()
  return {
    place({ path, bytes, digest, offset, mtimeNs, mode }) {
      const member = { path, bytes, mode, mtimeNs: BigInt(mtimeNs), digest }
      const laid = layout.place(member)
      if (laid.offset !== offset) {
        throw new Refusal('BAD_INPUT', `in the tar ${JSON.stringify(path)} is at ${laid.offset}, not at ${offset}`)
      }
      const { start } = laid
      return { path, bytes, mode, mtimeNs: member.mtimeNs, digest, start, offset }
    },
    get end() {
      return layout.end
    },
    get bytes() {
      return layout.bytes
    },
  }
}

/** A manifest's text as it grows, member by member in byte order of their paths: its digest is the identity of the package. */
export function openManifest(): { add(member: ManifestMember): void; done(): Digest } {
  const digest = openDigest()
  digest.update(Buffer.from(FIRST_LINE))
  return { add: member => digest.update(Buffer.from(lineOf(member))), done: () => digest.done() }
}

function inOrder({ members }: Manifest): ManifestMember[] {
  return members.toSorted((a, b) => comparePaths(a.path, b.path))
}

/** One line of a manifest's text. */
export function lineOf({ path, bytes, digest, offset, mtimeNs, mode }: ManifestMember): string {
  return `${JSON.stringify({ path, bytes, digest, offset, mtimeNs, mode })}\n`
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
