import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Outage, type Digest } from '@almagest/schema'
import { openDigest } from '../../digest/digest.ts'
import { unexpected } from '../expected.ts'
import type { KnownParts, Written } from '../store.ts'
import type { Part } from './parts.ts'
import { removeKey } from './remove.ts'
import { keyOf, UPLOADS, type Place } from './place.ts'
import { beginUpload, findUpload, type Upload } from './upload.ts'

/** What the mark of an upload says: to it only parts of this file are sent that were compared before. */
const Mark = z.object({ id: z.string(), bytes: z.number(), digest: z.string(), partBytes: z.number(), parts: z.string() })

/** Which file is written, and how it is cut. */
export interface Kind {
  readonly expected: Written
  readonly parts: KnownParts
}

/** `Store.kept` of an S3 service: the last part is always sent again, for there is an object only after it. */
export async function keptS3(place: Place, path: string, kind: Kind): Promise<number> {
  const upload = await findMarked(place, path, kind)
  const parts = Math.ceil(kind.expected.bytes / kind.parts.bytes)
  let kept = 0
  while (kept < parts - 1 && upload?.found.get(kept + 1)?.bytes === kind.parts.bytes) kept += 1
  return kept * kind.parts.bytes
}

/**
 * Goes on with the upload that was kept of a file, from a byte on, or begins one: it is marked before its first part is sent. Throws Outage if what was kept
 * before that byte is gone.
 */
export async function goOn(
  place: Place,
  path: string,
  { from, headers, signal, ...kind }: Kind & { from: number; headers: Record<string, string>; signal: AbortSignal | undefined },
): Promise<Upload> {
  const marked = await findMarked(place, path, kind)
  if (!marked && from === 0) {
    const upload = await beginUpload(place, path, { headers, signal })
    const body = [Buffer.from(`${JSON.stringify({ ...markOf(kind), id: upload.id })}\n`)]
    await place.client.call({ method: 'PUT', key: markKey(place, path), body, doing: `mark the upload of ${path}`, signal })
    return upload
  }
  for (let number = 1; number <= from / kind.parts.bytes; number += 1) {
    const part = marked?.found.get(number)
    if (!marked || part?.bytes !== kind.parts.bytes)
      throw new Outage(`location ${place.id}: part ${number} of ${path}, which was kept, is there no more`, { locationId: place.id })
    marked.sent.set(number, part.etag)
  }
  if (!marked) throw new Outage(`location ${place.id}: what was kept of ${path} is there no more`, { locationId: place.id })
  return marked
}

/** Throws unless a part is the one that is known. */
export function comparePart(path: string, { number, chunks }: Part, { digests }: KnownParts): void {
  const running = openDigest()
  for (const chunk of chunks) running.update(chunk)
  const known: Digest = `blake3:${Buffer.from(digests.subarray(32 * (number - 1), 32 * number)).toString('hex')}`
  const found = running.done()
  if (found !== known) throw unexpected(`what came for part ${number} of ${path} is ${found}, not ${known}`)
}

/** Forgets that an upload to a path holds only parts that were compared. */
export function unmark(place: Place, path: string): Promise<void> {
  return removeKey(place, markKey(place, path))
}

async function findMarked(place: Place, path: string, kind: Kind): Promise<Upload | null> {
  if (place.capabilities?.listParts === false) return null
  const { body } = await place.client.open({
    method: 'GET',
    key: markKey(place, path),
    doing: `look for an upload of ${path}`,
    accept: [404],
  })
  if (!body) return null
  const { success, data } = Mark.safeParse(jsonIn(await body.text()))
  const wanted = markOf(kind)
  const isIt = success && Object.entries(wanted).every(([name, value]) => data[name as keyof typeof wanted] === value)
  return isIt ? findUpload(place, path, data.id) : null
}

function markOf({ expected, parts }: Kind) {
  const digests = createHash('sha256').update(parts.digests).digest('hex')
  return { bytes: expected.bytes, digest: expected.digest, partBytes: parts.bytes, parts: digests }
}

function markKey(place: Place, path: string): string {
  return keyOf(place, `${UPLOADS}${createHash('sha256').update(path).digest('hex')}.json`)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
