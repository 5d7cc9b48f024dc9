import { checkPath, Outage, Refusal } from '@almagest/schema'
import { differenceOf } from '../difference.ts'
import { checkToken } from '../expected.ts'
import type { ExpectedStat } from '../store.ts'
import { objectsUnder } from './list.ts'
import { COPY_OF, head, keyOf, lookUp, PROBE, QUARANTINE, UPLOADS, type Found, type Place } from './place.ts'
import { abortUpload, completeUpload, partsThere, resumeUpload, uploadsUnder } from './upload.ts'
import { textOf } from './xml.ts'

/** How many parts' bytes are copied in one call, at most. */
const PARTS_PER_COPY = 16

/** An upload that nobody went on with is kept for 48 hours; what is swept is an hour old already. */
const UPLOAD_KEPT_MS = 47 * 3_600_000

/** `Store.remove` of an S3 service. Between the last look and the removal is one call in which the service could not stop a swap of the object. */
export async function removeS3(place: Place, path: string, expected: ExpectedStat): Promise<'REMOVED' | 'ABSENT'> {
  checkPath(path)
  const found = await lookUp(place, path)
  if (!found) return 'ABSENT'
  const difference = differenceOf(expected, found.stat)
  if (difference) throw new Refusal('CONFLICT', `${path} is not the file that may be removed: ${difference}`)
  await removeKey(place, keyOf(place, path))
  return 'REMOVED'
}

/** `Store.quarantine` of an S3 service: copied by the service itself to `.quarantine/`, then removed; a second call finishes a first. */
export async function quarantineS3(place: Place, path: string, token: string): Promise<string | null> {
  checkPath(path)
  checkToken(token)
  const kept = `${QUARANTINE}${token}/${path}`
  const found = await lookUp(place, path)
  const before = await head(place, keyOf(place, kept))
  if (!found) return before && kept
  if (before && before.copyOf !== nameOf(found))
    throw new Refusal('CONFLICT', `${path} was quarantined by ${token} before, and is there again`)
  if (!before) await copy(place, { from: path, to: kept, found })
  const copied = await head(place, keyOf(place, kept))
  if (copied?.stat.bytes !== found.stat.bytes)
    throw new Outage(`location ${place.id}: cannot quarantine ${path}: its copy is not there with all its bytes`, { locationId: place.id })
  await removeKey(place, keyOf(place, path))
  return kept
}

/** `Store.sweepInflight` of an S3 service: frees the parts of uploads that nobody went on with, and what a probe left; returns what they were. */
export async function sweepS3(place: Place, { before }: { before: Date }): Promise<string[]> {
  const limitMs = before.getTime() - UPLOAD_KEPT_MS
  const swept: string[] = []
  for await (const upload of uploadsUnder(place, place.prefix)) {
    if (upload.initiatedMs >= limitMs) continue
    const parts = (await partsThere(place, upload)) ?? []
    if (parts.some(({ modifiedMs }) => modifiedMs >= limitMs)) continue
    await abortUpload(place, upload)
    swept.push(upload.id)
  }
  for await (const { key, modified } of objectsUnder(place, keyOf(place, UPLOADS))) {
    if ((Date.parse(modified) || 0) < limitMs) await removeKey(place, key)
  }
  for await (const { key, modified } of objectsUnder(place, keyOf(place, PROBE))) {
    if ((Date.parse(modified) || 0) >= before.getTime()) continue
    await removeKey(place, key)
    swept.push(key.slice(place.prefix.length))
  }
  return swept
}

/** Removes the object of a key, if it is there. */
export async function removeKey({ client }: Place, key: string): Promise<void> {
  await client.call({ method: 'DELETE', key, doing: `remove ${key}`, accept: [404] })
}

async function copy(place: Place, { from, to, found }: { from: string; to: string; found: Found }): Promise<void> {
  const { bytes } = found.stat
  const doing = `quarantine ${from}`
  const source = { 'x-amz-copy-source': place.client.sourceOf(keyOf(place, from)) }
  const headers = { [COPY_OF]: nameOf(found), 'content-type': 'application/octet-stream' }
  const step = place.partBytes * PARTS_PER_COPY
  if (bytes <= step) {
    const key = keyOf(place, to)
    await place.client.call({ method: 'PUT', key, doing, headers: { ...source, ...headers, 'x-amz-metadata-directive': 'REPLACE' } })
    return
  }
  const upload = await resumeUpload(place, to, { headers, signal: undefined })
  for (let at = 0; at < bytes; at += step) {
    const number = upload.sent.size + 1
    const { xml } = await place.client.call({
      method: 'PUT',
      key: upload.key,
      query: { partNumber: String(number), uploadId: upload.id },
      headers: { ...source, 'x-amz-copy-source-range': `bytes=${at}-${Math.min(bytes, at + step) - 1}` },
      doing,
    })
    upload.sent.set(number, textOf(xml, 'ETag').replaceAll('"', ''))
  }
  await completeUpload(place, upload, { bytes, signal: undefined })
}

function nameOf({ etag, stat }: Found): string {
  return `${etag}.${stat.ctimeNs}`
}
