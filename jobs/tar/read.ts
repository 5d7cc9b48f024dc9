import type { Digest } from '@almagest/schema'
import { algorithmOf, openDigest } from '../digest/digest.ts'
import { openParts } from '../digest/parts.ts'
import { BLOCK_BYTES, paddingOf, tarHeader } from './header.ts'
import { planOf, type Manifest, type ManifestMember } from './manifest.ts'
import { tarEnd, type TarPlan } from './tar.ts'

/** What reading a tar found: it is its manifest's to the byte, with the digests of the whole file and of its parts; or where it is not, and why. */
export type TarVerdict =
  | { readonly ok: true; readonly bytes: number; readonly digest: Digest; readonly parts: Buffer }
  | { readonly ok: false; readonly member: string | null; readonly reason: string }

/**
 * Reads a tar once, front to back, and compares every byte with its manifest: nothing is skipped, corrected or guessed. What differs is the
 * verdict, not an exception. `onMember` gets each member and its chunks as they pass (each valid until the next is asked for): they end
 * only if the digest is right, else iterating them throws, and the verdict says why; what it leaves unread is read after it. Refuses a
 * manifest that describes no tar.
 */
export async function readTar(
  chunks: AsyncIterable<Buffer>,
  manifest: Manifest,
  { onMember }: { onMember?(member: ManifestMember, chunks: AsyncIterable<Buffer>): Promise<unknown> } = {},
): Promise<TarVerdict> {
  const plan = planOf(manifest)
  await using cursor = openCursor(chunks)
  for (const [index, member] of manifest.members.entries()) {
    const wrong = (reason: string): TarVerdict => ({ ok: false, member: member.path, reason: `${JSON.stringify(member.path)}: ${reason}` })

    const header = headerAt(plan, index)
    const found = await cursor.exactly(header.length)
    if (!found.equals(header)) return wrong(headerFault(found, { header, plan, index }))

    const data = dataOf(cursor, member)
    try {
      if (onMember) await onMember(member, data.chunks())
      for await (const chunk of data.chunks()) void chunk
    } catch (error) {
      if (!data.fault()) throw error
    }
    const fault = data.fault()
    if (fault) return wrong(fault)

    const padding = await cursor.exactly(paddingOf(member.bytes))
    if (padding.length < paddingOf(member.bytes)) return wrong(`the tar ends at byte ${cursor.passed()}, inside the padding after it`)
    if (!isZero(padding)) return wrong('the padding after it is not zero')
  }

  const wrongAtEnd = (reason: string): TarVerdict => ({ ok: false, member: null, reason })
  const end = await cursor.exactly(tarEnd(plan).length)
  if (!isZero(end)) return wrongAtEnd(`after the last member stands ${describe(end)}, which the manifest does not name`)
  if (cursor.passed() < plan.bytes) return wrongAtEnd(`the tar ends at byte ${cursor.passed()} of ${plan.bytes}, in its end mark`)
  if (await cursor.upTo(1)) return wrongAtEnd(`there are bytes after the end of the tar at byte ${plan.bytes}`)
  return { ok: true, bytes: cursor.passed(), ...cursor.digests() }
}

function dataOf(cursor: Cursor, member: ManifestMember) {
  const digest = openDigest(algorithmOf(member.digest))
  let left = member.bytes
  let fault: string | null = null
  return {
    fault: () => fault,
    async *chunks(): AsyncGenerator<Buffer, void, void> {
      while (left > 0) {
        const chunk = await cursor.upTo(left)
        if (!chunk) fault = `the tar ends at byte ${cursor.passed()}, inside its data`
        if (!chunk) throw new Error(`${member.path} is cut off`)
        left -= chunk.length
        digest.update(chunk)
        yield chunk
      }
      if (digest.done() !== member.digest) fault = `its data has the digest ${digest.done()} and not ${member.digest}`
      if (fault) throw new Error(`${member.path} is not what the manifest says`)
    },
  }
}

interface Cursor extends AsyncDisposable {
  /** The next bytes, at least one and at most `most`; `null` at the end. */
  upTo(most: number): Promise<Buffer | null>
  /** The next `bytes` bytes, fewer only at the end. */
  exactly(bytes: number): Promise<Buffer>
  passed(): number
  digests(): { digest: Digest; parts: Buffer }
}

function openCursor(chunks: AsyncIterable<Buffer>): Cursor {
  const source = chunks[Symbol.asyncIterator]()
  const digest = openDigest()
  const parts = openParts()
  let rest: Buffer = Buffer.alloc(0)
  let passed = 0

  async function upTo(most: number): Promise<Buffer | null> {
    while (rest.length === 0) {
      const { done, value } = await source.next()
      if (done) return null
      digest.update(value)
      parts.update(value)
      rest = value
    }
    const bytes = rest.subarray(0, most)
    rest = rest.subarray(bytes.length)
    passed += bytes.length
    return bytes
  }

  return {
    upTo,
    async exactly(bytes) {
      const found = Buffer.alloc(bytes)
      let filled = 0
      while (filled < bytes) {
        const part = await upTo(bytes - filled)
        if (!part) break
        filled += part.copy(found, filled)
      }
      return found.subarray(0, filled)
    },
    passed: () => passed,
    digests: () => ({ digest: digest.done(), parts: parts.done() }),
    async [Symbol.asyncDispose]() {
      await source.return?.()
    },
  }
}

/** The fields of a ustar block and where each begins. */
const FIELDS = [
  ['name', 0],
  ['mode', 100],
  ['owner', 108],
  ['group', 116],
  ['size', 124],
  ['time', 136],
  ['checksum', 148],
  ['type', 156],
  ['link name', 157],
  ['magic', 257],
  ['version', 263],
  ['owner name', 265],
  ['group name', 297],
  ['device', 329],
  ['prefix', 345],
  ['end', BLOCK_BYTES],
] as const

const TYPES: Readonly<Record<string, string>> = {
  '\u0000': 'a file of an old format',
  '0': 'a file',
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '5': 'a folder',
  '6': 'a FIFO',
  '7': 'a contiguous file',
  g: 'a global extended header',
  x: 'an extended header',
  K: 'a GNU long link name',
  L: 'a GNU long name',
  S: 'a GNU sparse file',
}

function headerAt({ members }: TarPlan, index: number): Buffer {
  const member = members[index]
  if (!member) throw new Error(`the plan has no member ${index}`)
  return tarHeader(member)
}

function headerFault(found: Buffer, { header, plan, index }: { header: Buffer; plan: TarPlan; index: number }): string {
  if (found.length < header.length && found.equals(header.subarray(0, found.length))) return 'the tar ends inside its header'
  if (isZero(found.subarray(0, BLOCK_BYTES))) return 'the tar ends before it'
  const type = found.toString('latin1', 156, 157)
  if (type !== '0' && type !== 'x') return `${describe(found)} stands in its place`
  const other = plan.members.find((_, at) => at !== index && found.indexOf(headerAt(plan, at)) === 0)
  if (other) return `${JSON.stringify(other.path)} stands in its place`
  const at = header.findIndex((byte, position) => byte !== found[position])
  const inRecords = at >= BLOCK_BYTES && at < header.length - BLOCK_BYTES
  const field = inRecords ? 'extended header' : FIELDS.findLast(([, start]) => start <= at % BLOCK_BYTES)?.[0]
  return `the header is not its own, from byte ${at} on (${field}): it describes ${describe(found)}`
}

/** What an entry's first block says it is, for people only. */
function describe(header: Buffer): string {
  const [name] = header.toString('latin1', 0, 100).split('\u0000')
  const type = header.toString('latin1', 156, 157)
  return `${TYPES[type] ?? `an entry of type ${JSON.stringify(type)}`} named ${JSON.stringify(name)}`
}

function isZero(bytes: Buffer): boolean {
  return bytes.every(byte => byte === 0)
}
