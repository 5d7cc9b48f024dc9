import type { Digest } from '@almagest/schema'
import { openDigest, type RunningDigest } from './digest/digest.ts'
import { openParts } from './digest/parts.ts'
import type { FolderDraft, Store } from './stores/store.ts'
import { openMemberWriter } from './small-files.ts'
import { layOut, type ManifestMember } from './tar/manifest.ts'
import { endOf } from './tar/plan.ts'
import { readTar } from './tar/read.ts'
import { blame } from './threads/blame.ts'
import { cutExtents } from './threads/extents.ts'
import { ahead, each } from './threads/pages.ts'
import type { Threads } from './threads/pool.ts'
import type { CheckMember, CheckTask, Extent, TarFault } from './threads/tasks.ts'

/** What a tar is compared with, and what becomes of its members. */
export interface Checking {
  /** In byte order of the paths, page by page. */
  readonly members: AsyncIterable<readonly ManifestMember[]>
  readonly signal: AbortSignal
  /** Past the page cache where the file system can. */
  readonly direct?: boolean
  /** Whether the digests of the whole and of its parts are wanted too; where they cost nothing they are told anyway. */
  readonly whole?: boolean
  /** Whether the SHA-256 of the whole is wanted too. */
  readonly sha256?: boolean
  /** Where its members are written; they are durable, and nobody sees them until it is published. */
  readonly into?: FolderDraft
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** The digest of a tar, and those of its parts. */
interface WholeDigests {
  readonly digest: Digest
  readonly parts: Buffer
}

/** Whether a tar is its manifest's to the byte, or where it is not, and why. */
export type CheckVerdict =
  | { readonly ok: true; readonly bytes: number; readonly whole: WholeDigests | null; readonly sha256: Digest | null }
  | { readonly ok: false; readonly member: string | null; readonly reason: string }

/**
 * Reads a tar once and compares every byte with its manifest, as `readTar` does; `null` if it is not there. By the threads where it lies in a
 * folder of this machine, and so does what it is unpacked to; else in one stream.
 */
export async function checkTar(
  { store, path }: { store: Store; path: string },
  checking: Checking,
  threads: Threads,
): Promise<CheckVerdict | null> {
  const { folder, locate } = store
  const isByThreads = folder !== undefined && locate && (!checking.into || checking.into.folder !== undefined)
  if (!isByThreads) return inOneStream({ store, path }, checking)
  const stat = await store.stat(path)
  const file = await locate(path)
  if (!stat || file === null) return null
  return together({ store, tar: { file, stat } }, checking, threads)
}

async function together(
  { store, tar }: { store: Store; tar: CheckTask['tar'] },
  { members, signal, direct = false, whole = false, sha256 = false, into, onBytes }: Checking,
  threads: Threads,
): Promise<CheckVerdict> {
  const layout = layOut()
  const digest = openDigest()
  const parts = openParts()
  const other = sha256 ? openDigest('sha256') : null
  const faults: TarFault[] = []
  let done = 0

  async function* laid() {
    for await (const page of members) yield page.map(member => layout.place(member))
  }
  async function* tasks() {
    const task = (extent: Extent<CheckMember>): CheckTask => ({ kind: 'check', tar, direct, extent, into: into?.folder ?? null })
    for await (const { extent, pin } of cutExtents(ahead(laid()))) yield { task: task(extent), pin }
    yield { task: task({ at: layout.end, bytes: endOf(layout), pieces: [] }), pin: null }
  }

  try {
    await threads.work(signal, job =>
      job.each(tasks(), (_, { begin, bytes, fault }, buffer) => {
        if (fault) faults.push(fault)
        if (fault) throw new Error(fault.reason)
        const found = buffer.subarray(begin, begin + bytes)
        if (whole) digest.update(found)
        if (whole) parts.update(found)
        other?.update(found)
        onBytes?.((done += bytes))
      }),
    )
  } catch (error) {
    const [fault] = faults
    if (!fault) return await blame(error, store)
    return { ok: false, ...fault }
  }
  const { bytes } = layout
  if (tar.stat.bytes > bytes) return { ok: false, member: null, reason: `there are bytes after the end of the tar at byte ${bytes}` }
  return { ok: true, bytes, whole: whole ? { digest: digest.done(), parts: parts.done() } : null, sha256: other?.done() ?? null }
}

async function inOneStream(
  { store, path }: { store: Store; path: string },
  { members, signal, direct, sha256, into, onBytes }: Checking,
): Promise<CheckVerdict | null> {
  await using reading = await store.read(path, { direct, signal })
  if (!reading) return null
  const other = sha256 ? openDigest('sha256') : null
  const writer = into && openMemberWriter(into, signal)
  const come = counted(other ? passing(reading, other) : reading, onBytes)
  const verdict = await readTar(come, { members: each(members) }, writer ? { onMember: writer.write } : {}).catch(
    async (error: unknown) => {
      // Whoever is still writing has to be done before the folder goes.
      await writer?.end().catch(() => null)
      throw error
    },
  )
  if (verdict.ok) await writer?.end()
  else await writer?.end().catch(() => null)
  if (!verdict.ok) return verdict
  const { bytes, digest, parts } = verdict
  return { ok: true, bytes, whole: { digest, parts }, sha256: other?.done() ?? null }
}

/** Passes chunks on and digests them. */
async function* passing(chunks: AsyncIterable<Buffer>, digest: RunningDigest): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of chunks) {
    digest.update(chunk)
    yield chunk
  }
}

/** Passes chunks on and tells how many bytes have passed. */
export async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: ((bytes: number) => void) | undefined,
): AsyncGenerator<Buffer, void, void> {
  let bytes = 0
  for await (const chunk of chunks) {
    yield chunk
    bytes += chunk.length
    onBytes?.(bytes)
  }
}
