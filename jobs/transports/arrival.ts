import { Outage, Refusal, type Digest } from '@almagest/schema'
import { unexpected } from '../stores/expected.ts'
import type { Assembly, KnownParts, Written } from '../stores/store.ts'
import type { Consignment } from './transport.ts'

/** A file that is coming in part by part, and how much of it is there. */
export interface Arrival {
  readonly assembly: Assembly
  /** The parts that are not there yet, in order. */
  readonly missing: readonly number[]
  /** Says that so many more bytes came; a negative number takes back what has to come again. */
  came(bytes: number): void
}

/** Lets `fill` write the missing parts of a consignment, and publishes it. */
export async function arrive(consignment: Consignment, fill: (arrival: Arrival) => Promise<void>): Promise<Written> {
  const { to, path, token, earlier, expected, parts, signal, onBytes } = consignment
  if (!to.assemble) throw new Outage(`location ${to.id} cannot be written part by part`, { locationId: null })
  await using assembly = await to.assemble(path, {
    token,
    earlier,
    expected,
    partBytes: parts.bytes,
    digests: parts.digests,
    signal,
  })
  const missing: number[] = []
  let bytes = 0
  for (const [part, { bytes: length }] of assembly.parts.entries()) {
    if (assembly.has(part)) bytes += length
    else missing.push(part)
  }
  consignment.onKept?.(bytes)
  onBytes(bytes)
  try {
    await consignment.room?.(expected.bytes - bytes)
    if (missing.length > 0) await fill({ assembly, missing, came: more => onBytes((bytes += more)) })
    return await assembly.publish()
  } catch (error) {
    if (signal.reason instanceof Refusal) await assembly.discard()
    throw error
  }
}

/** For a destination that takes a file only from its beginning to its end: where to go on, and how its parts are cut and known. */
export async function goOnFrom({
  to,
  path,
  expected,
  parts,
  signal,
  onBytes,
  onKept,
}: Consignment): Promise<{ from: number; parts?: KnownParts }> {
  const { bytes, digests } = parts
  if (!to.kept || !digests) return { from: 0 }
  const known = { bytes, digests }
  const from = await to.kept(path, { expected, parts: known, signal })
  onKept?.(from)
  onBytes(from)
  return { from, parts: known }
}

/** Runs `work` on every part, several at a time; the first failure ends the others, and all have ended when it is thrown. */
export async function eachPart(
  parts: readonly number[],
  { streams, signal, work }: { streams: number; signal: AbortSignal; work: (next: Iterable<number>, signal: AbortSignal) => Promise<void> },
): Promise<void> {
  const cut = new AbortController()
  const both = AbortSignal.any([signal, cut.signal])
  const queue = parts.values()
  const running = Array.from({ length: Math.min(streams, parts.length) }, async () => {
    try {
      // One iterator for all: who is done with a part takes the next.
      await work({ [Symbol.iterator]: () => ({ next: () => queue.next() }) }, both)
    } catch (error) {
      cut.abort(error)
      throw error
    }
  })
  await Promise.allSettled(running)
  await Promise.all(running).catch((error: unknown) => {
    throw cut.signal.aborted && !signal.aborted ? cut.signal.reason : error
  })
}

/**
 * Lets `bring` write parts one after another and say what their digests are; each is made durable while the next one comes. One that came damaged is
 * brought once more.
 */
export async function bringParts(
  consignment: Consignment,
  { assembly, came }: Arrival,
  { parts, bring }: { parts: Iterable<number>; bring: (range: Assembly['parts'][number]) => Promise<Digest> },
): Promise<void> {
  const rangeOf = (part: number): Assembly['parts'][number] => assembly.parts[part] ?? { at: 0, bytes: 0 }
  let before: { readonly part: number; readonly finished: Promise<boolean> } | null = null

  async function settle(): Promise<void> {
    if (!before || (await before.finished)) return
    const { part } = before
    before = null
    came(-rangeOf(part).bytes)
    if (!(await assembly.finish(part, await bring(rangeOf(part))))) throw wrongPart(consignment, part)
  }

  try {
    for (const part of parts) {
      const digest = await bring(rangeOf(part))
      await settle()
      const finished = assembly.finish(part, digest)
      finished.catch(() => {})
      before = { part, finished }
    }
    await settle()
  } finally {
    // What came whole is noted before the file is closed.
    await before?.finished.catch(() => {})
  }
}

/** What to throw when a part was sent with other bytes than those that are known of it. */
export function wrongPart({ fromPath, origin }: Consignment, part: number): Outage {
  return unexpected(`what came for part ${part} of ${fromPath} from ${origin.location} is not what is known of it`)
}
