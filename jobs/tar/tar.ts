import { checkPath, Outage, Refusal, type Digest } from '@almagest/schema'
import { openDigest } from '../digest/digest.ts'
import { BLOCK_BYTES, headerBytes, paddingOf, tarHeader, type TarMember } from './header.ts'

/** A member with the place of its first byte of data in the tar; its header ends there. */
export interface PlannedMember extends TarMember {
  readonly offset: number
}

/** A tar before a byte of it was read: its members in byte order of their paths, and its whole size. */
export interface TarPlan {
  readonly members: readonly PlannedMember[]
  readonly bytes: number
}

const RECORD_BYTES = 20 * BLOCK_BYTES
const ZEROS = Buffer.alloc(RECORD_BYTES + BLOCK_BYTES)

/**
 * Lays out a tar of regular files: sorts the members and gives each its offset. It ends with two zero blocks, padded to 10,240 bytes as
 * GNU tar does. Refuses with BAD_PATH, or with BAD_INPUT two members of one path, a file that is also a folder, impossible sizes or modes.
 */
export function planTar(members: readonly TarMember[]): TarPlan {
  const folders = new Set<string>()
  for (const { path } of members)
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) folders.add(path.slice(0, end))
  const planned: PlannedMember[] = []
  let end = 0
  let before: string | null = null
  for (const member of members.toSorted((a, b) => comparePaths(a.path, b.path))) {
    checkMember(member)
    if (member.path === before) throw new Refusal('BAD_INPUT', `two members have the path ${JSON.stringify(member.path)}`)
    if (folders.has(member.path)) throw new Refusal('BAD_INPUT', `${JSON.stringify(member.path)} is both a file and a folder`)
    const { path, bytes, mode, mtimeNs } = member
    const offset = end + headerBytes(member)
    planned.push({ path, bytes, mode, mtimeNs, offset })
    end = offset + bytes + paddingOf(bytes)
    before = path
  }
  const bytes = Math.ceil((end + 2 * BLOCK_BYTES) / RECORD_BYTES) * RECORD_BYTES
  if (!Number.isSafeInteger(bytes)) throw new Refusal('BAD_INPUT', 'a tar of more than 2^53 bytes cannot be written')
  return { members: planned, bytes }
}

/** The end of a tar after the last member's padding: all zeros. */
export function tarEnd({ members, bytes }: TarPlan): Buffer {
  const last = members.at(-1)
  return ZEROS.subarray(0, bytes - (last ? last.offset + last.bytes + paddingOf(last.bytes) : 0))
}

/**
 * Writes a planned tar, reading each member once, in order, from `open`; `onMember` hears each member's digest after its last byte.
 * A chunk is valid until the next is asked for. Throws Outage if a member gives more or fewer bytes than planned; what `open` throws passes.
 */
export async function* writeTar(
  plan: TarPlan,
  { open, onMember }: { open(member: PlannedMember): AsyncIterable<Buffer>; onMember(member: PlannedMember & { digest: Digest }): void },
): AsyncGenerator<Buffer, void, void> {
  for (const member of plan.members) {
    yield tarHeader(member)
    const digest = openDigest()
    let bytes = 0
    for await (const chunk of open(member)) {
      bytes += chunk.length
      if (bytes > member.bytes) break
      digest.update(chunk)
      yield chunk
    }
    if (bytes !== member.bytes) {
      const gave = bytes > member.bytes ? 'more than its' : `${bytes} of`
      throw new Outage(`${member.path} gave ${gave} ${member.bytes} planned bytes`, { locationId: null })
    }
    if (paddingOf(bytes) > 0) yield ZEROS.subarray(0, paddingOf(bytes))
    onMember({ ...member, digest: digest.done() })
  }
  yield tarEnd(plan)
}

/** Orders paths by their UTF-8 bytes, which is the order of code points and not quite JavaScript's own. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) return afterSurrogates(left) - afterSurrogates(right)
  }
  return a.length - b.length
}

/** UTF-16 puts the code points beyond 0xffff below U+E000; UTF-8 puts them last. */
function afterSurrogates(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function checkMember({ path, bytes, mode }: TarMember): void {
  checkPath(path)
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Refusal('BAD_INPUT', `${path} cannot have ${bytes} bytes`)
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o777) throw new Refusal('BAD_INPUT', `${path} cannot have the mode ${mode}`)
}
