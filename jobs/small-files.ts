import type { FolderDraft } from './stores/store.ts'
import type { ManifestMember } from './tar/manifest.ts'

/** A file of at most so many bytes is small. */
const SMALL_BYTES = 2 ** 20

/** How many small files are written at a time, and how many bytes of them are in memory at most. */
const AT_ONCE = 8
const HELD_BYTES = 4 * 2 ** 20

/** Writes the members of a tar to a folder as they come. */
export interface MemberWriter {
  /** Small files are taken into memory, and written beside those that come after them; throws what another of them failed with. */
  write(member: ManifestMember, chunks: AsyncIterable<Buffer>): Promise<void>
  /** Waits until nothing is being written any more; throws what a small file failed with. */
  end(): Promise<void>
}

/** Opens a writer, so that no small file waits until the one before it is durable. Who opened it has to wait for its end, whatever happens. */
export function openMemberWriter(into: FolderDraft, signal: AbortSignal): MemberWriter {
  const writing = new Set<Promise<void>>()
  let held = 0
  let failure: { readonly error: unknown } | null = null

  function throwFailure(): void {
    if (failure) throw failure.error
  }

  function begin({ path, bytes, digest, mtimeNs }: ManifestMember, chunks: AsyncIterable<Buffer>): Promise<unknown> {
    return into.write(path, chunks, { expected: { bytes, digest }, mtimeNs: BigInt(mtimeNs), signal })
  }

  async function beside(member: ManifestMember, chunks: AsyncIterable<Buffer>): Promise<void> {
    try {
      await begin(member, chunks)
    } catch (error) {
      failure ??= { error }
    }
  }

  return {
    async write(member, chunks) {
      throwFailure()
      if (member.bytes > SMALL_BYTES) return void (await begin(member, chunks))
      while (writing.size >= AT_ONCE || (writing.size > 0 && held + member.bytes > HELD_BYTES)) await Promise.race(writing)
      const memory: Buffer[] = []
      for await (const chunk of chunks) memory.push(Buffer.from(chunk))
      throwFailure()
      held += member.bytes
      const one = beside(member, passing(memory)).finally(() => {
        held -= member.bytes
        writing.delete(one)
      })
      writing.add(one)
    },
    async end() {
      await Promise.all(writing)
      throwFailure()
    },
  }
}

async function* passing(chunks: readonly Buffer[]): AsyncGenerator<Buffer, void, void> {
  yield* chunks
}
