import { newId, PhysicalCopy, sql, type DataLocation, type RawDataPackage } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { mountedStores, type World } from '@almagest/jobs'
import { clientOf, makeBucket, type S3Server } from '../s3/server.ts'

/** The name that the rows of these tests have for the credentials. */
const NAME = 'archive'

/** A worker's world that has the credentials of a service, and may speak to it without TLS. */
export function withService(world: World, { endpoint, credentials }: S3Server): World {
  const stores = mountedStores({ credentials: async () => credentials, plainHosts: [new URL(endpoint).host] })
  return { ...world, stores }
}

/** The key of a package's tar in a bucket. */
export function keyOf({ path, digest }: RawDataPackage): string {
  return path.replace(/\.tar$/, `/${digest?.replace('blake3:', '')}.tar`)
}

/** The bucket that a location was put in, and what its tests do there beside the store. */
export interface Bucket {
  /** The keys of all objects of the location, without its prefix. */
  keys(): Promise<string[]>
  get(path: string): Promise<Buffer>
  put(path: string, bytes: Buffer): Promise<void>
  /** Lays the tar and the sidecar of a package, with the row of the copy, where they were before keys contained a digest. */
  layAsBefore(pkg: RawDataPackage): Promise<void>
}

/** Makes a location, which was a folder, one in a bucket of its own, without an identity. */
export async function putInBucket(em: EntityManager, location: DataLocation, server: S3Server): Promise<Bucket> {
  const bucket = await makeBucket(server)
  const prefix = `${newId()}/`
  await sql(
    em.fork(),
    `/* test: in a bucket */ update storage.data_location
     set storage = 'S3', root = null, endpoint = $2, bucket = $3, prefix = $4, credentials = $5, identified_at = null where id = $1`,
    [location.id, server.endpoint, bucket, prefix, NAME],
  )
  await em.refresh(location)
  const client = clientOf({ ...server, bucket })
  const kept: Bucket = {
    async keys() {
      const { xml } = await client.call({ method: 'GET', query: { 'list-type': '2', prefix }, doing: 'list' })
      const keys = xml?.children.filter(({ name }) => name === 'Contents') ?? []
      return keys.map(({ children }) => children.find(({ name }) => name === 'Key')?.text.slice(prefix.length) ?? '').sort()
    },
    async get(path) {
      const { body } = await client.open({ method: 'GET', key: `${prefix}${path}`, doing: 'read' })
      return body ? Buffer.from(await body.arrayBuffer()) : Buffer.alloc(0)
    },
    async put(path, bytes) {
      await client.call({ method: 'PUT', key: `${prefix}${path}`, body: [bytes], doing: 'write' })
    },
    async layAsBefore(pkg) {
      for (const end of ['tar', 'json']) {
        const [from, to] = [keyOf(pkg), pkg.path].map(path => path.replace(/tar$/, end)) as [string, string]
        await kept.put(to, await kept.get(from))
        await client.call({ method: 'DELETE', key: `${prefix}${from}`, doing: 'remove' })
      }
      await em.nativeUpdate(PhysicalCopy, { packageId: pkg.id, locationId: location.id }, { path: pkg.path })
    },
  }
  return kept
}
