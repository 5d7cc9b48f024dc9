import { createHash } from 'node:crypto'
import { Outage } from '@almagest/schema'
import type { Part } from './parts.ts'
import { head, keyOf, unquoted, type Place } from './place.ts'
import { childrenOf, textOf } from './xml.ts'

/** A multipart upload: what it has so far, and what was sent or found there in this run. */
export interface Upload {
  readonly path: string
  readonly key: string
  readonly id: string
  /** By number, as the service listed them when this run began. */
  readonly found: ReadonlyMap<number, { readonly etag: string; readonly bytes: number }>
  readonly sent: Map<number, string>
}

/** One part that the service has. */
export interface PartThere {
  readonly number: number
  readonly etag: string
  readonly bytes: number
  readonly modifiedMs: number
}

/** An upload that was begun and not ended. */
export interface OpenUpload {
  readonly key: string
  readonly id: string
  readonly initiatedMs: number
}

/** Goes on with the latest upload to a path that an earlier run left, or begins one. */
export async function resumeUpload(
  place: Place,
  path: string,
  { headers, signal }: { headers: Record<string, string>; signal: AbortSignal | undefined },
): Promise<Upload> {
  const key = keyOf(place, path)
  let latest: OpenUpload | null = null
  if (place.capabilities?.listParts !== false) {
    for await (const open of uploadsUnder(place, key)) {
      if (open.key === key && (!latest || open.initiatedMs > latest.initiatedMs)) latest = open
    }
  }
  const there = latest && (await findUpload(place, path, latest.id))
  return there ?? (await beginUpload(place, path, { headers, signal }))
}

/** An upload with the parts that the service has of it; `null` if it knows the upload no more. */
export async function findUpload(place: Place, path: string, id: string): Promise<Upload | null> {
  const key = keyOf(place, path)
  const parts = await partsThere(place, { key, id })
  return parts && { path, key, id, found: new Map(parts.map(part => [part.number, part])), sent: new Map() }
}

/** Begins an upload to a path. */
export async function beginUpload(
  place: Place,
  path: string,
  { headers, signal }: { headers: Record<string, string>; signal: AbortSignal | undefined },
): Promise<Upload> {
  const key = keyOf(place, path)
  const { xml } = await place.client.call({
    method: 'POST',
    key,
    query: { uploads: '' },
    headers,
    doing: `begin to write ${path}`,
    signal,
  })
  const id = textOf(xml, 'UploadId')
  if (!id) throw new Outage(`location ${place.id}: cannot begin to write ${path}: the service named no upload`, { locationId: place.id })
  return { path, key, id, found: new Map(), sent: new Map() }
}

/** Sends one part, unless the service has these very bytes of it; Content-MD5 lets it refuse what was damaged on the way. */
export async function uploadPart(
  place: Place,
  upload: Upload,
  { part, signal }: { part: Part; signal: AbortSignal | undefined },
): Promise<void> {
  const md5 = part.md5.toString('hex')
  const found = upload.found.get(part.number)
  if (found?.etag === md5 && found.bytes === part.bytes) {
    upload.sent.set(part.number, md5)
    return
  }
  const { headers } = await place.client.call({
    method: 'PUT',
    key: upload.key,
    query: { partNumber: String(part.number), uploadId: upload.id },
    body: part.chunks,
    headers: { 'content-md5': part.md5.toString('base64') },
    doing: `write part ${part.number} of ${upload.path}`,
    signal,
  })
  upload.sent.set(part.number, unquoted(String(headers.etag ?? '')) || md5)
}

/** Makes the object of the parts. An answer that was lost is made good by looking: the object is there, with these bytes, or it is not. */
export async function completeUpload(
  place: Place,
  upload: Upload,
  { bytes, signal }: { bytes: number; signal: AbortSignal | undefined },
): Promise<void> {
  const parts = [...upload.sent].toSorted(([a], [b]) => a - b)
  const text = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`).join('')
  const body = Buffer.from(`<CompleteMultipartUpload>${text}</CompleteMultipartUpload>`)
  try {
    await place.client.call({
      method: 'POST',
      key: upload.key,
      query: { uploadId: upload.id },
      body: [body],
      headers: {
        'content-type': 'application/xml',
        'content-md5': createHash('md5').update(body).digest('base64'),
        ...(place.capabilities?.conditionalComplete ? { 'if-none-match': '*' } : {}),
      },
      doing: `publish ${upload.path}`,
      signal,
    })
  } catch (error) {
    const there = error instanceof Outage ? await head(place, upload.key).catch(() => null) : null
    if (there?.stat.bytes !== bytes) throw error
  }
  const stored = await head(place, upload.key)
  if (stored?.stat.bytes === bytes) return
  throw new Outage(`location ${place.id}: ${upload.path} is not there as it was written, with ${bytes} bytes`, { locationId: place.id })
}

/** Ends an upload and frees its parts; one that is gone is left so. */
export async function abortUpload({ client }: Place, { key, id }: { key: string; id: string }): Promise<void> {
  await client.call({ method: 'DELETE', key, query: { uploadId: id }, doing: 'free the parts of an upload', accept: [404] })
}

/** The uploads that were begun and not ended, to keys with a prefix. */
export async function* uploadsUnder({ client }: Place, prefix: string): AsyncGenerator<OpenUpload, void, void> {
  let marker: Record<string, string> = {}
  for (;;) {
    const { xml } = await client.call({ method: 'GET', query: { uploads: '', prefix, ...marker }, doing: 'list its open uploads' })
    for (const upload of xml ? childrenOf(xml, 'Upload') : []) {
      yield { key: textOf(upload, 'Key'), id: textOf(upload, 'UploadId'), initiatedMs: Date.parse(textOf(upload, 'Initiated')) || 0 }
    }
    if (textOf(xml, 'IsTruncated') !== 'true') return
    marker = { 'key-marker': textOf(xml, 'NextKeyMarker'), 'upload-id-marker': textOf(xml, 'NextUploadIdMarker') }
  }
}

/** The parts that the service has of an upload; `null` if it knows the upload no more. */
export async function partsThere({ client }: Place, { key, id }: { key: string; id: string }): Promise<PartThere[] | null> {
  const parts: PartThere[] = []
  let marker = '0'
  for (;;) {
    const { xml, status } = await client.call({
      method: 'GET',
      key,
      query: { uploadId: id, 'part-number-marker': marker },
      doing: 'list the parts of an upload',
      accept: [404],
    })
    if (status === 404 || !xml) return null
    for (const part of childrenOf(xml, 'Part')) {
      parts.push({
        number: Number(textOf(part, 'PartNumber')),
        etag: unquoted(textOf(part, 'ETag')),
        bytes: Number(textOf(part, 'Size')),
        modifiedMs: Date.parse(textOf(part, 'LastModified')) || 0,
      })
    }
    const next = textOf(xml, 'NextPartNumberMarker')
    if (textOf(xml, 'IsTruncated') !== 'true' || next === marker) return parts
    marker = next
  }
}
