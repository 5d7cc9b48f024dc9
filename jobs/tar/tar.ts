import { Outage, type Digest } from '@almagest/schema'
import { openDigest } from '../digest/digest.ts'
import { paddingOf, tarHeader, type TarMember } from './header.ts'
import { endOf, openLayout } from './plan.ts'

/** A member with the place of its first byte of data in the tar; its header ends there. */
export interface PlannedMember extends TarMember {
  readonly offset: number
}

/**
 * Writes a tar, reading each member once, in order, from `open`; `onMember` hears each member's digest after its last byte. The members come
 * in byte order of their paths. A chunk is valid until the next is asked for. Throws Outage if a member gives more or fewer bytes than
 * planned; what `open` throws passes.
 */
export async function* writeTar<member extends TarMember>(
  { members }: { readonly members: Iterable<member> | AsyncIterable<member> },
  { open, onMember }: { open(member: member): AsyncIterable<Buffer>; onMember(member: member & PlannedMember & { digest: Digest }): void },
): AsyncGenerator<Buffer, void, void> {
  const layout = openLayout()
  for await (const member of members) {
    const { offset } = layout.place(member)
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
    if (paddingOf(bytes) > 0) yield zeros(paddingOf(bytes))
    onMember({ ...member, offset, digest: digest.done() })
  }
  yield zeros(endOf(layout))
}

const ZEROS = Buffer.alloc(10_752)

function zeros(bytes: number): Buffer {
  return ZEROS.subarray(0, bytes)
}
