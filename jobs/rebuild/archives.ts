import { newId, Refusal, sql, type StorageType } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { posixStore } from '../stores/posix.ts'
import { findIdentity } from '../stores/posix/place.ts'
import { s3Store } from '../stores/s3.ts'
import { s3Client } from '../stores/s3/client.ts'
import { findIdentity as findIdentityS3 } from '../stores/s3/place.ts'
import type { FindCredentials } from '../stores/credentials.ts'
import type { Store } from '../stores/store.ts'
import type { Facts } from './facts.ts'

/** Where an archive is: a folder, or a bucket with what its keys begin with. */
export type Origin =
  | { readonly storage: 'DISK'; readonly root: string }
  | {
      readonly storage: 'S3'
      readonly endpoint: string
      readonly bucket: string
      readonly prefix: string
      readonly region: string
      /** The name of its keys. */
      readonly credentials: string
    }

/** An archive that is read. */
export interface Archive {
  readonly origin: Origin
  readonly id: string
  readonly store: Store
}

const PATIENCE = { silenceMs: 60_000, attempts: 4, pauseMs: 200 }

/** Opens an archive by the identity that its workers gave it; refuses with NOT_FOUND what has none. */
export async function openArchive(origin: Origin, credentialsOf: FindCredentials): Promise<Archive> {
  if (origin.storage === 'DISK') {
    const id = await findIdentity({ id: 'to be read', root: origin.root })
    if (id === null)
      throw new Refusal('NOT_FOUND', `${origin.root} is no archive: the identity file that workers give each location is not there`)
    return { origin, id, store: posixStore(origin.root, { id }) }
  }
  const { endpoint, bucket, prefix, region } = origin
  const credentials = () => credentialsOf(origin.credentials)
  const client = s3Client({ id: 'to be read', endpoint, bucket, region, credentials, patience: PATIENCE })
  const id = await findIdentityS3({ id: 'to be read', prefix, client, capabilities: null, partBytes: 0 })
  if (id === null)
    throw new Refusal('NOT_FOUND', `${bucket}/${prefix} is no archive: the identity object that workers give each location is not there`)
  return { origin, id, store: s3Store({ id, endpoint, bucket, prefix, region, credentials }) }
}

/** Writes the rows of an archive and its site as a sidecar there tells them, of older ones as well as can be; deletion is off there, as everywhere. */
export async function takeArchive(em: EntityManager, { id, origin }: Archive, { archive }: Facts): Promise<void> {
  if (archive && archive.location.id !== id)
    throw new Refusal('CONFLICT', `a sidecar tells of location ${archive.location.id}, and the archive is ${id}`)
  const site = archive?.site ?? { id: newId(), name: `site-of-${id.slice(-8)}`, title: 'A site that sidecars do not name' }
  const name = archive?.location.name ?? `archive-${id.slice(-8)}`
  const onTape = archive?.location.storage === 'TAPE'
  const storage: StorageType = onTape ? 'TAPE' : origin.storage
  await sql(em, `/* takeSite */ insert into storage.site (id, name, title) values ($1, $2, $3) on conflict (id) do nothing`, [
    site.id,
    site.name,
    site.title,
  ])
  await sql(
    em,
    `/* takeLocation */
     insert into storage.data_location (id, site_id, name, type, storage, failure_domain, priority, sha256, volume_group, root, endpoint, bucket, prefix, region, credentials,
       scan_interval_s, identified_at)
     values ($1, $2, $3, 'LONG_TERM_ARCHIVE', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 86400, now())`,
    [
      id,
      site.id,
      name,
      storage,
      archive?.location.failure_domain ?? name,
      archive?.location.priority ?? 100,
      archive?.location.sha256 ?? false,
      onTape ? (archive?.location.volume_group ?? name) : null,
      origin.storage === 'DISK' && !onTape ? origin.root : null,
      ...(origin.storage === 'S3'
        ? [origin.endpoint, origin.bucket, origin.prefix === '' ? null : origin.prefix, origin.region, origin.credentials]
        : [null, null, null, null, null]),
    ],
  )
}
