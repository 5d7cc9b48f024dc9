import { checkPath, PART_BYTES, Refusal, type S3Capabilities } from '@almagest/schema'
import { checkToken } from './expected.ts'
import { s3Client, type Patience, type S3Credentials } from './s3/client.ts'
import { keptS3 } from './s3/kept.ts'
import { listS3, objectsUnder } from './s3/list.ts'
import { checkPresent, during, findIdentity, IDENTITY, isOurs, keyOf, lookUp, type Place } from './s3/place.ts'
import { probeS3 } from './s3/probe.ts'
import { readS3 } from './s3/read.ts'
import { quarantineS3, removeS3, sweepS3 } from './s3/remove.ts'
import { writeS3 } from './s3/write.ts'
import type { Store } from './store.ts'

const PATIENCE: Patience = { silenceMs: 60_000, attempts: 4, pauseMs: 200 }

/** Which bucket a location is, and how it is reached. */
export interface S3Options {
  readonly id: string
  /** `https://host[:port][/path]`; only operators may say where that is. */
  readonly endpoint: string
  readonly bucket: string
  /** What every key begins with: empty, or ends in a slash. */
  readonly prefix?: string
  readonly region?: string
  readonly credentials: () => Promise<S3Credentials>
  readonly capabilities?: S3Capabilities | null
  readonly partBytes?: number
  readonly patience?: Partial<Patience>
}

/**
 * A location in a bucket of an S3 service. A file is one object, its key the path after the prefix; nothing is ever overwritten. Its identity is
 * the object `.almagest-location.json`, evidence lies under `.quarantine/`: names that it never lists. An upload that was broken off shows to
 * nobody, and the next write of the same path goes on with it. It has no folders.
 */
export function s3Store(options: S3Options): Store & { probe(): Promise<S3Capabilities> } {
  const { id, endpoint, bucket, prefix = '', region = 'us-east-1', credentials, capabilities = null, partBytes = PART_BYTES } = options
  const client = s3Client({ id, endpoint, bucket, region, credentials, patience: { ...PATIENCE, ...options.patience } })
  const place: Place = { id, prefix, client, capabilities, partBytes }

  async function refuseFolder(path: string, token: string): Promise<never> {
    checkPath(path)
    checkToken(token)
    await checkPresent(place)
    throw new Refusal('BAD_INPUT', `location ${id} is in an S3 service, which keeps files and no folders: ${path} cannot be one`)
  }

  return {
    id,
    folders: false,
    prepare: ({ adopt = false } = {}) => prepare(place, { adopt }),
    check: () => checkPresent(place),
    async stat(path) {
      checkPath(path)
      return (await lookUp(place, path))?.stat ?? null
    },
    read: (path, options) => readS3(place, path, options),
    async kept(path, options) {
      checkPath(path)
      const held = during(place, options.signal)
      await checkPresent(held)
      return keptS3(held, path, options)
    },
    write: (path, chunks, options) => writeS3(place, path, { chunks, options }),
    openFolder: (path, { token }) => refuseFolder(path, token),
    remove: (path, expected) => removeS3(place, path, expected),
    removeFolder: (path, { token }) => refuseFolder(path, token),
    quarantine: (path, token) => quarantineS3(place, path, token),
    list: (folder, options) => listS3(during(place, options?.signal), folder, options),
    async space() {
      // A bucket has no size of its own: what it may hold its service says when it is full.
      await checkPresent(place)
      return { free: Number.MAX_SAFE_INTEGER, total: Number.MAX_SAFE_INTEGER }
    },
    async sweepInflight(options) {
      await checkPresent(place)
      return sweepS3(place, options)
    },
    probe: () => probeS3(place),
  }
}

async function prepare(place: Place, { adopt }: { adopt: boolean }): Promise<void> {
  if ((await findIdentity(place)) === null) {
    for await (const { key } of objectsUnder(place, place.prefix, { atOnce: 10 })) {
      if (!adopt && !isOurs(key.slice(place.prefix.length)))
        throw new Refusal('CONFLICT', `the bucket for location ${place.id} is not empty`)
      if (adopt) break
    }
    const body = [Buffer.from(`${JSON.stringify({ id: place.id })}\n`)]
    const headers = { 'content-type': 'application/json' }
    await place.client.call({ method: 'PUT', key: keyOf(place, IDENTITY), body, headers, doing: 'write its identity object' })
  }
  const identity = await findIdentity(place)
  if (identity !== place.id) throw new Refusal('CONFLICT', `the bucket for location ${place.id} is location ${identity}`)
}
