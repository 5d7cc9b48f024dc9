import { s3Store, type S3Options, type Store } from '@almagest/jobs'
import type { S3Capabilities } from '@almagest/schema'
import { clientOf, makeBucket, type S3Server } from '../../s3/server.ts'
import { ID } from './disk.ts'

/** A store in a bucket, and what only its tests do there. */
export interface OpenedBucket extends AsyncDisposable {
  readonly store: Store & Pick<ReturnType<typeof s3Store>, 'probe'>
  readonly bucket: string
  readonly client: ReturnType<typeof clientOf>
  vanish(): Promise<void>
  leftovers(): Promise<number>
  /** The keys of everything, ours and data. */
  keys(): Promise<string[]>
  /** The ids of uploads that were begun and not ended. */
  uploads(): Promise<string[]>
}

/** The size of a part in tests. */
export const PART = 2 ** 20

const known = new Map<S3Server, { bucket: string; capabilities: S3Capabilities | null }>()
let places = 0

/**
 * A prepared location under a prefix of its own in a bucket that all tests share; or as `options` say: in a bucket of their own, or through a
 * proxy's `endpoint`. What the service does is found out once.
 */
export async function openBucket(server: S3Server, options: Partial<S3Options> = {}): Promise<OpenedBucket> {
  const shared = known.get(server) ?? { bucket: await makeBucket(server), capabilities: null }
  known.set(server, shared)
  const bucket = options.bucket ?? shared.bucket
  const client = clientOf({ ...server, bucket })
  const settings: S3Options = {
    id: ID,
    endpoint: server.endpoint,
    bucket,
    prefix: `place-${(places += 1)}/`,
    credentials: async () => server.credentials,
    partBytes: PART,
    patience: { silenceMs: 5_000, attempts: 2, pauseMs: 10 },
    ...options,
  }
  const bare = s3Store({ ...settings, endpoint: server.endpoint, credentials: async () => server.credentials })
  await bare.prepare()
  shared.capabilities ??= await bare.probe()
  const capabilities = options.capabilities ?? shared.capabilities
  const prefix = settings.prefix ?? ''

  async function list(query: Record<string, string>, name: string, field: string): Promise<string[]> {
    const { xml } = await client.call({ method: 'GET', query, doing: 'list' })
    const found = xml?.children.filter(child => child.name === name) ?? []
    return found.map(({ children }) => children.find(child => child.name === field)?.text ?? '')
  }
  const keys = () => list({ 'list-type': '2', prefix }, 'Contents', 'Key')
  const uploads = () => list({ uploads: '', prefix }, 'Upload', 'UploadId')
  return {
    store: s3Store({ ...settings, capabilities }),
    bucket,
    client,
    keys,
    uploads,
    async vanish() {
      await client.call({ method: 'DELETE', key: `${prefix}.almagest-location.json`, doing: 'take the identity away' })
    },
    async leftovers() {
      const hidden = (await keys()).filter(key => /^\.(quarantine|probe)\//.test(key.slice(prefix.length)))
      return hidden.length + (await uploads()).length
    },
    async [Symbol.asyncDispose]() {},
  }
}
