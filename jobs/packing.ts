import { truncate } from 'node:fs/promises'
import { GONE_FROM_SOURCE, Outage, Refusal, type Digest } from '@almagest/schema'
import { algorithmOf, openDigest } from './digest/digest.ts'
import type { FileStat, Store } from './stores/store.ts'
import { openManifest } from './tar/manifest.ts'
import { openLayout, type Layout } from './tar/plan.ts'
import { writeTar } from './tar/tar.ts'
import { blame } from './threads/blame.ts'
import { cutExtents } from './threads/extents.ts'
import { ahead, each } from './threads/pages.ts'
import type { ThreadJob, Threads } from './threads/pool.ts'
import type { KnownDigest, PackFault, PackMember, PackTask } from './threads/tasks.ts'

/** A file that is to be packed, with the digests that are known of it. */
export interface FileToPack {
  readonly path: string
  readonly bytes: number
  readonly known: readonly KnownDigest[]
}

/** A file in the tar: its place there and the digest of what was read. */
export interface PackedFile {
  readonly path: string
  readonly bytes: number
  readonly digest: Digest
  readonly offset: number
  readonly mtimeNs: bigint
  readonly mode: number
}

/** What is packed, and who hears of it. */
export interface Packing {
  readonly source: Store
  /** In byte order of the paths, page by page. */
  readonly files: AsyncIterable<readonly FileToPack[]>
  readonly signal: AbortSignal
  /** Hears of the files in their order when they are in the tar; the next are read meanwhile. */
  readonly onFiles?: (files: readonly PackedFile[]) => Promise<void>
  readonly onBytes?: (bytes: number) => void
}

/** A tar that was published: its size, its identity, and its own digest if it was computed on the way. */
export interface Packed {
  readonly bytes: number
  readonly manifest: Digest
  readonly digest: Digest | null
}

/**
 * Reads files once and publishes them as one tar. By the threads where both stores are folders of this machine; else in one stream. A file that is
 * not, from before its first byte to after its last, what it was when its place was planned, is never packed: Outage. One that has another
 * digest than is known of it is refused with CONFLICT.
 */
export async function pack(to: { store: Store; path: string; token: string }, packing: Packing, threads: Threads): Promise<Packed> {
  const { source, signal, onFiles, onBytes } = packing
  const manifest = openManifest()
  const took = async (files: readonly PackedFile[]) => {
    for (const file of files) manifest.add({ ...file, mtimeNs: String(file.mtimeNs) })
    await onFiles?.(files)
  }
  const layout = openLayout()
  const { store, path, token } = to
  if (source.folder === undefined || !store.writeFile) {
    const look = (paths: readonly string[]) => Promise.all(paths.map(path => source.stat(path)))
    const members = each(planned(packing, layout, look))
    const written = await store.write(path, inOneStream(members, { packing, took }), { token, signal })
    return { bytes: written.bytes, manifest: manifest.done(), digest: written.digest }
  }
  const root = source.folder
  const fill = (target: string) =>
    threads.work(signal, async job => {
      const look = (paths: readonly string[]) => lookTogether(job, { root, source, paths })
      let done = 0
      await job
        .each(tasksOf(planned(packing, layout, look), { root, target }), async ({ extent }, { digests, fault }) => {
          if (fault) throw await faultOf(fault, source)
          const ended = extent.pieces.filter(({ member, to }) => to === member.bytes)
          await took(ended.map(({ member }, index) => packedOf(member, digests[index] as Digest)))
          onBytes?.((done += extent.bytes))
        })
        .catch((error: unknown) => blame(error, source))
      await truncate(target, layout.bytes)
    })
  const bytes = await store.writeFile(path, fill, { token, signal })
  return { bytes, manifest: manifest.done(), digest: null }
}

/** The files as members of the tar, each with its place; what was looked at is the next page while one is packed. */
async function* planned(
  { files, source }: Packing,
  layout: Layout,
  look: (paths: readonly string[]) => Promise<readonly (FileStat | null)[]>,
): AsyncGenerator<PackMember[], void, void> {
  for await (const page of files) {
    const stats = await look(page.map(({ path }) => path))
    const members: PackMember[] = []
    for (const [index, { path, bytes, known }] of page.entries()) {
      // The store says what is the matter with what is no plain file, or finds it after all.
      const stat = stats[index] ?? (await source.stat(path))
      if (!stat) throw new Outage(`${path} ${GONE_FROM_SOURCE}: the instrument or an operator has to put it back`, { locationId: null })
      if (stat.bytes !== bytes) {
        const differ = `${path} has ${stat.bytes} bytes at SOURCE and was filed with ${bytes}; it is packaged when they agree`
        throw new Outage(differ, { locationId: null })
      }
      const member = { path, bytes, mode: stat.mode, mtimeNs: stat.mtimeNs }
      members.push({ ...member, ...layout.place(member), stat, known })
    }
    yield members
  }
}

async function lookTogether(
  job: ThreadJob,
  { root, source, paths }: { root: string; source: Store; paths: readonly string[] },
): Promise<readonly (FileStat | null)[]> {
  // Once for each page the store makes sure that the location is there.
  if (paths[0] !== undefined) await source.stat(paths[0])
  const { stats } = await job.ask({ kind: 'stat', root, paths }).catch((error: unknown) => blame(error, source))
  return stats
}

async function* tasksOf(
  pages: AsyncIterable<readonly PackMember[]>,
  { root, target }: { root: string; target: string },
): AsyncGenerator<{ task: PackTask; pin: number | null }, void, void> {
  for await (const { extent, pin } of cutExtents(ahead(pages))) yield { task: { kind: 'pack', root, target, extent }, pin }
}

async function* inOneStream(
  members: AsyncIterable<PackMember>,
  { packing: { source, signal, onBytes }, took }: { packing: Packing; took: (files: readonly PackedFile[]) => Promise<void> },
): AsyncGenerator<Buffer, void, void> {
  let done = 0
  let ended: PackedFile[] = []
  const chunks = writeTar(
    { members },
    {
      open: member => unchanged(source, member, signal),
      onMember: member => ended.push(packedOf(member, member.digest)),
    },
  )
  for await (const chunk of chunks) {
    yield chunk
    onBytes?.((done += chunk.length))
    if (ended.length < 1_000) continue
    await took(ended)
    ended = []
  }
  await took(ended)
}

function packedOf({ path, bytes, offset, mtimeNs, mode }: PackMember, digest: Digest): PackedFile {
  return { path, bytes, digest, offset, mtimeNs, mode }
}

/** The chunks of a file that is, from before the first to after the last, the one that was planned, and has the digests that are known of it. */
async function* unchanged(source: Store, { path, stat, known }: PackMember, signal: AbortSignal): AsyncGenerator<Buffer, void, void> {
  await using reading = await source.read(path, { expected: stat, signal })
  if (!reading) throw await faultOf({ why: 'UNREADABLE', path, detail: '' }, source)
  const running = known.map(one => ({ one, digest: openDigest(algorithmOf(one.digest as Digest)) }))
  for await (const chunk of reading) {
    for (const { digest } of running) digest.update(chunk)
    yield chunk
  }
  const change = reading.change()
  if (change) throw await faultOf({ why: 'CHANGED', path, detail: change }, source)
  for (const { one, digest } of running) {
    if (digest.done() !== one.digest) throw await faultOf({ why: 'DIGEST', path, known: one, found: digest.done() }, source)
  }
}

async function faultOf(fault: PackFault, source: Store): Promise<Error> {
  const { path } = fault
  if (fault.why === 'DIGEST') {
    const { digest, when } = fault.known
    return new Refusal('CONFLICT', `${path} had the digest ${digest} when it ${when}, and has ${fault.found} at SOURCE`)
  }
  if (fault.why === 'CHANGED') return new Outage(`${path} changed while it was packaged: ${fault.detail}`, { locationId: null })
  const there = await source.stat(path)
  const how = there
    ? `changed while it was packaged: it could not be opened (${fault.detail})`
    : 'went away from SOURCE while it was packaged'
  return new Outage(`${path} ${how}`, { locationId: null })
}
