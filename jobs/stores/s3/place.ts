import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Outage, type S3Capabilities } from '@almagest/schema'
import type { FileStat } from '../store.ts'
import { headerOf, type Answer, type S3Client } from './client.ts'

/** Our own names in a location's bucket, after its prefix; every other key is data. */
export const IDENTITY = '.almagest-location.json'
export const QUARANTINE = '.quarantine/'
export const PROBE = '.probe/'
export const UPLOADS = '.uploads/'

/** The metadata of an object: when its file was changed, and of what an object in quarantine is the copy. */
export const MTIME = 'x-amz-meta-mtime-ns'
export const COPY_OF = 'x-amz-meta-copy-of'

/** A bucket, or the part of one under a prefix, that is or should be one location. */
export interface Place {
  readonly id: string
  /** Empty, or ends in a slash. */
  readonly prefix: string
  readonly client: S3Client
  /** What the service was found to do; `null` while it was not probed: nothing is relied on. */
  readonly capabilities: S3Capabilities | null
  /** Of a multipart upload. */
  readonly partBytes: number
}

/** One object: its statistics, its ETag without quotes, and of what it is the copy. */
export interface Found {
  readonly stat: FileStat
  readonly etag: string
  readonly copyOf: string
}

const identitySchema = z.object({ id: z.string() })

/** The same place while somebody waits: when the signal aborts, every call that was not given another ends with its reason. */
export function during(place: Place, signal: AbortSignal | undefined): Place {
  const { open, call, ...client } = place.client
  return {
    ...place,
    client: {
      ...client,
      open: one => open({ ...one, signal: one.signal ?? signal }),
      call: one => call({ ...one, signal: one.signal ?? signal }),
    },
  }
}

/** The key of a path. */
export function keyOf({ prefix }: Place, path: string): string {
  return `${prefix}${path}`
}

/** Whether a key, without the prefix, is ours and not data. */
export function isOurs(name: string): boolean {
  return name === IDENTITY || [QUARANTINE, PROBE, UPLOADS].some(folder => name.startsWith(folder))
}

/** Whose identity object is in the bucket, or `null` if none is there; throws Outage if that cannot be told. */
export async function findIdentity(place: Place): Promise<string | null> {
  const { body, status } = await place.client.open({
    method: 'GET',
    key: keyOf(place, IDENTITY),
    doing: 'read its identity object',
    accept: [404],
  })
  if (status === 404 || !body) {
    // Without the bucket this is an Outage, for then nobody knows.
    await place.client.call({
      method: 'GET',
      query: { 'list-type': '2', 'max-keys': '1', prefix: place.prefix },
      doing: 'list its bucket',
    })
    return null
  }
  try {
    return identitySchema.parse(JSON.parse(await body.text())).id
  } catch (error) {
    throw offline(place, 'its identity object is damaged, or was cut off', { cause: error })
  }
}

/** Throws Outage unless this location, and no other, is in the bucket now. */
export async function checkPresent(place: Place): Promise<void> {
  const found = await findIdentity(place)
  if (found === place.id) return
  throw offline(place, found === null ? 'its identity object is not there' : `location ${found} is in its place`)
}

/** The object at a path, or `null` if none is and the location is there. */
export async function lookUp(place: Place, path: string): Promise<Found | null> {
  await checkPresent(place)
  return head(place, keyOf(place, path))
}

/** The object of a key, or `null` if there is none; the caller makes sure that the location is there. */
export async function head(place: Place, key: string): Promise<Found | null> {
  const answer = await place.client.call({ method: 'HEAD', key, doing: `look at ${key}`, accept: [404] })
  if (answer.status === 404) return null
  const bytes = headerOf(answer, 'content-length')
  // A size that was guessed would make a whole object look like one that was cut.
  if (!/^\d{1,16}$/.test(bytes))
    throw new Outage(`location ${place.id}: cannot look at ${key}: the service does not say how large it is`, { locationId: place.id })
  return foundOf(answer, Number(bytes))
}

/** What the headers of an object say of it; `bytes` is its size, which those of a part of it tell differently. */
export function foundOf(answer: Answer, bytes: number): Found {
  const etag = unquoted(headerOf(answer, 'etag'))
  const stat = statOf({ bytes, etag, modified: headerOf(answer, 'last-modified') })
  const mtimeNs = headerOf(answer, MTIME)
  return {
    etag,
    stat: /^-?\d{1,19}$/.test(mtimeNs) ? { ...stat, mtimeNs: BigInt(mtimeNs) } : stat,
    copyOf: headerOf(answer, COPY_OF),
  }
}

/** Objects have no inode: the ETag stands for it, as it changes when another object takes the name. Times are known to the second. */
export function statOf({ bytes, etag, modified }: { bytes: number; etag: string; modified: string }): FileStat {
  const seconds = BigInt(Math.floor((Date.parse(modified) || 0) / 1000))
  const inode = createHash('sha256').update(etag).digest().readBigUInt64BE() >> 1n
  return { bytes, mtimeNs: seconds * 1_000_000_000n, ctimeNs: seconds * 1_000_000_000n, inode, device: 0n, mode: 0o444 }
}

/** An ETag as headers and XML write it, without its quotes. */
export function unquoted(etag: string): string {
  return etag.replace(/^W\//, '').replaceAll('"', '')
}

function offline(place: Place, why: string, { cause }: { cause?: unknown } = {}): Outage {
  return new Outage(`location ${place.id} is offline: ${why}`, { cause, locationId: place.id })
}
