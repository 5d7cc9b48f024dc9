import { createHash } from 'node:crypto'
import { Refusal, type S3Capabilities } from '@almagest/schema'
import { keyOf, PROBE, type Place } from './place.ts'
import { removeKey } from './remove.ts'
import { abortUpload, partsThere, resumeUpload, uploadPart } from './upload.ts'

const TEXT = Buffer.from('what this location was asked when it was registered\n')

/**
 * Tries on small objects of its own what a service does and what it only takes. Refuses with BAD_INPUT a service that no location can be on:
 * one that does not give ranges.
 */
export async function probeS3(place: Place): Promise<S3Capabilities> {
  const key = keyOf(place, `${PROBE}${crypto.randomUUID()}`)
  const md5 = createHash('md5').update(TEXT)
  const wrong = createHash('md5').update('something else').digest('base64')
  const bare: Place = { ...place, capabilities: null }

  async function puts(headers: Record<string, string>): Promise<number> {
    const accept = [400, 409, 411, 412, 501]
    return (await place.client.call({ method: 'PUT', key, doing: 'write a probe', body: [TEXT], headers, accept })).status
  }

  try {
    await puts({ 'content-md5': md5.digest('base64') })
    const { status, body } = await place.client.open({
      method: 'GET',
      key,
      doing: 'read a part of a probe',
      headers: { range: 'bytes=5-8' },
      accept: [400, 501],
    })
    const range = body ? await body.text() : ''
    if (status !== 206 || range !== TEXT.toString('latin1', 5, 9))
      throw new Refusal('BAD_INPUT', `location ${place.id}: its service does not give a part of an object, which a location needs`)
    const contentMd5 = (await puts({ 'content-md5': wrong })) === 400
    const conditionalPut = (await puts({ 'if-none-match': '*' })) === 412
    return { contentMd5, conditionalPut, ranges: true, ...(await tryUpload(bare, key)) }
  } finally {
    await removeKey(place, key)
  }
}

/** What the service does for an upload in parts, tried on one of a single part to a name that is taken. */
async function tryUpload(place: Place, key: string): Promise<{ listParts: boolean; conditionalComplete: boolean }> {
  const path = key.slice(place.prefix.length)
  const upload = await resumeUpload(place, path, { headers: {}, signal: undefined })
  const md5 = createHash('md5').update(TEXT).digest()
  await uploadPart(place, upload, {
    part: { number: 1, bytes: TEXT.length, chunks: [TEXT], md5, isLast: true },
    signal: undefined,
  })
  const parts = (await partsThere(place, upload)) ?? []
  const listParts = parts.length === 1 && parts[0]?.etag === md5.toString('hex') && parts[0].bytes === TEXT.length
  const body = Buffer.from(
    `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"${upload.sent.get(1)}"</ETag></Part></CompleteMultipartUpload>`,
  )
  const { status } = await place.client.call({
    method: 'POST',
    key,
    query: { uploadId: upload.id },
    body: [body],
    headers: { 'content-type': 'application/xml', 'content-md5': createHash('md5').update(body).digest('base64'), 'if-none-match': '*' },
    doing: 'publish a probe',
    accept: [400, 409, 412, 501],
  })
  if (status !== 200) await abortUpload(place, upload)
  return { listParts, conditionalComplete: status === 412 }
}
