import { createHash } from 'node:crypto'
import { checkPath, Outage, Refusal } from '@almagest/schema'
import { algorithmOf, digestOf, openDigest } from '../../digest/digest.ts'
import { checkToken, isUnexpected, unexpected } from '../expected.ts'
import type { WriteOptions, Written } from '../store.ts'
import { comparePart, goOn, unmark } from './kept.ts'
import { openChunks, partsOf, type Part } from './parts.ts'
import { checkPresent, during, head, keyOf, MTIME, type Place } from './place.ts'
import { readS3 } from './read.ts'
import { abortUpload, completeUpload, resumeUpload, uploadPart, type Upload } from './upload.ts'

type Chunks = AsyncIterable<Uint8Array>

/** How many parts are on their way while the next is gathered. */
const PARTS_AT_ONCE = 2

/** How many parts an S3 service takes for one object. */
const PARTS_AT_MOST = 10_000

/** How long freeing the parts of an upload may take when the work was called off; where that is too short, the sweep does it. In milliseconds. */
const FREE_MS = 2_000

/** The writes of this process take turns at a key: a service without conditional writes would let the last one win. */
const turns = new Map<string, Promise<unknown>>()

/** `Store.write` to an S3 service: one call for a file of one part, else a multipart upload that a later run goes on with. */
export async function writeS3(
  given: Place,
  path: string,
  { chunks, options }: { chunks: Chunks; options: WriteOptions },
): Promise<Written> {
  checkPath(path)
  checkToken(options.token)
  const { expected, signal, parts, from = 0 } = options
  const place = during(given, signal)
  const partBytes = parts?.bytes ?? place.partBytes
  if (expected && expected.bytes > PARTS_AT_MOST * partBytes)
    throw new Refusal('BAD_INPUT', `${path} has ${expected.bytes} bytes: an S3 location takes ${PARTS_AT_MOST * partBytes} at most`)
  await checkPresent(place)
  const key = keyOf(place, path)
  const there = await head(place, key)
  if (there && expected) return same(place, path, { written: expected, signal })

  const digest = openDigest(expected && algorithmOf(expected.digest))
  const memory = openChunks()
  let bytes = from
  let upload: Upload | null = null
  const open = () =>
    parts && expected
      ? goOn(place, path, { expected, parts, from, headers: headersOf(options), signal })
      : resumePlain(place, path, { headers: headersOf(options), signal })
  // Before the first byte that was kept nothing comes, so the whole has no digest: its parts vouch for it.
  const found = () => ({ bytes, digest: from > 0 && expected ? expected.digest : digest.done() })
  const sending = openSending(signal)
  try {
    for await (const part of partsOf(chunks, { digest, partBytes, first: from / partBytes + 1, memory, signal })) {
      bytes += part.bytes
      if (parts && !there) comparePart(path, part, parts)
      if (!there && part.isLast && part.number === 1) {
        const written = check(path, found(), expected)
        signal?.throwIfAborted()
        return await inTurn(place, key, () => putWhole(place, path, { part, written, options }))
      }
      if (there) memory.giveBack(part)
      if (there) continue
      const into = (upload ??= await open())
      await sending.add(() => uploadPart(place, into, { part, signal: sending.signal }).finally(() => memory.giveBack(part)))
    }
    await sending.done()
    const written = check(path, found(), expected)
    signal?.throwIfAborted()
    const whole = upload
    if (!whole) return await same(place, path, { written, signal })
    return await inTurn(place, key, async () => {
      if (await head(place, key)) {
        await same(place, path, { written, signal })
        await abortUpload(place, whole)
      } else {
        await completeUpload(place, whole, { bytes, signal })
      }
      if (parts) await unmark(place, path)
      return written
    })
  } catch (error) {
    await sending.stop()
    // What was refused or is not what was expected is of no use to a later run, unless its parts were compared; anything else it goes on with.
    if (upload && (error instanceof Refusal || (isUnexpected(error) && !parts)))
      await abortUpload(during(given, signal?.aborted ? AbortSignal.timeout(FREE_MS) : undefined), upload).catch(() => null)
    throw error
  }
}

/** Goes on with an upload whose parts this run compares itself: whatever it sends, nobody may trust them before they were. */
async function resumePlain(place: Place, path: string, given: Parameters<typeof resumeUpload>[2]): Promise<Upload> {
  const upload = await resumeUpload(place, path, given)
  if (upload.found.size > 0) await unmark(place, path)
  return upload
}

function check(path: string, written: Written, expected: Written | undefined): Written {
  if (!expected || (expected.bytes === written.bytes && expected.digest === written.digest)) return written
  const came = `${written.bytes} bytes, ${written.digest}`
  throw unexpected(`what came for ${path} is ${came}, not ${expected.bytes} bytes, ${expected.digest}`)
}

function headersOf({ mtimeNs }: WriteOptions): Record<string, string> {
  return { 'content-type': 'application/octet-stream', ...(mtimeNs === undefined ? {} : { [MTIME]: String(mtimeNs) }) }
}

async function putWhole(
  place: Place,
  path: string,
  { part, written, options }: { part: Part; written: Written; options: WriteOptions },
): Promise<Written> {
  const { signal } = options
  const key = keyOf(place, path)
  if (await head(place, key)) return same(place, path, { written, signal })
  const conditional = place.capabilities?.conditionalPut === true
  const { status } = await place.client.call({
    method: 'PUT',
    key,
    doing: `write ${path}`,
    body: part.bytes === 0 ? [Buffer.alloc(0)] : part.chunks,
    headers: { ...headersOf(options), 'content-md5': part.md5.toString('base64'), ...(conditional ? { 'if-none-match': '*' } : {}) },
    accept: [412],
    signal,
  })
  // Also a first attempt whose answer was lost: then what is there is ours.
  if (status === 412) return same(place, path, { written, signal })
  const stored = await head(place, key)
  if (stored?.stat.bytes !== written.bytes) throw unlike(place, path, written.bytes)
  return written
}

/** That a location tells another size of what was written than was sent. */
export function unlike({ id }: Place, path: string, bytes: number): Outage {
  return new Outage(`location ${id}: ${path} is not there as it was written, with ${bytes} bytes`, { locationId: id })
}

/** Success if exactly these bytes are at the path, by reading them again; refuses with CONFLICT if others are. */
async function same(
  place: Place,
  path: string,
  { written, signal }: { written: Written; signal: AbortSignal | undefined },
): Promise<Written> {
  await using reading = await readS3(place, path, { signal })
  if (reading?.stat.bytes === written.bytes && (await digestOf(reading, algorithmOf(written.digest))).digest === written.digest)
    return written
  if (reading?.stat.bytes === written.bytes && reading.change() !== null)
    throw new Outage(`location ${place.id}: cannot read ${path} again: ${reading.change()}`, { locationId: place.id })
  throw new Refusal('CONFLICT', `${path} is there already and is another file`)
}

/** Runs `publish` when no other of this process publishes under the key. */
async function inTurn<result>(place: Place, key: string, publish: () => Promise<result>): Promise<result> {
  const turn = createHash('sha256').update(`${place.id} ${key}`).digest('hex')
  const before = turns.get(turn) ?? Promise.resolve()
  const ours = before.then(publish, publish)
  turns.set(turn, ours)
  try {
    return await ours
  } finally {
    if (turns.get(turn) === ours) turns.delete(turn)
  }
}

/** Up to `PARTS_AT_ONCE` sendings at a time; the first that fails stops the others. */
function openSending(signal: AbortSignal | undefined) {
  const failed = new AbortController()
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | null = null
  const rethrow = () => {
    if (failure) throw failure.error
  }
  return {
    signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
    async add(send: () => Promise<void>): Promise<void> {
      while (running.size >= PARTS_AT_ONCE) await Promise.race(running)
      rethrow()
      const sent: Promise<void> = send()
        .catch((error: unknown) => {
          failure ??= { error }
          failed.abort(error)
        })
        .finally(() => running.delete(sent))
      running.add(sent)
    },
    async done(): Promise<void> {
      await Promise.all(running)
      rethrow()
    },
    async stop(): Promise<void> {
      failed.abort()
      await Promise.all(running)
    },
  }
}
