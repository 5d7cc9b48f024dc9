import { Outage, type DataLocation } from '@almagest/schema'
import type { Stores } from '../handler.ts'
import { credentialsIn, type FindCredentials } from './credentials.ts'
import { posixStore } from './posix.ts'
import { s3Store } from './s3.ts'
import type { Store } from './store.ts'
import { tapeStore, type TapeLibraries } from './tape.ts'

/** What this process was given to reach the locations of its site. */
export interface StoreSettings {
  /** Default: there are none. */
  readonly credentials?: FindCredentials
  /** The `host:port` that S3 may be spoken to without TLS. */
  readonly plainHosts?: readonly string[]
  /** The tape libraries of the site. */
  readonly tape?: TapeLibraries
}

/**
 * The stores that this process can use: a DISK location is the folder that its row names, an S3 location the bucket, by the credentials that
 * are named like the row says, or else like the location, a TAPE location the library that was given under its name. One that it cannot reach throws
 * Outage.
 */
export function mountedStores({ credentials = credentialsIn(undefined), plainHosts = [], tape = {} }: StoreSettings = {}): Stores {
  const stores = new Map<string, Store>()

  function open(location: DataLocation): Store {
    const { id, name, storage, root, endpoint, bucket, prefix, region, capabilities } = location
    if (storage === 'DISK' && root) return posixStore(root, { id })
    if (storage === 'S3' && endpoint && bucket) {
      checkEndpoint(location, endpoint)
      const named = location.credentials ?? name
      return s3Store({
        id,
        endpoint,
        bucket,
        prefix: prefix ?? '',
        region: region ?? 'us-east-1',
        capabilities: capabilities ?? null,
        credentials: () => credentials(named),
      })
    }
    const library = storage === 'TAPE' && Object.hasOwn(tape, name) ? tape[name] : undefined
    if (library) return tapeStore({ id, library })
    if (storage === 'TAPE') throw new Outage(`this worker was given no tape library for ${name} (TAPE_FILE)`, { locationId: id })
    throw new Outage(`this worker has no store for the ${storage} location ${name}`, { locationId: id })
  }

  function checkEndpoint({ id, name }: DataLocation, endpoint: string): void {
    const url = URL.parse(endpoint)
    const why =
      url === null || url.username || url.search || url.hash
        ? 'its endpoint is not the URL of a service'
        : url.protocol === 'https:' || (url.protocol === 'http:' && plainHosts.includes(url.host))
          ? null
          : 'its endpoint is not https, and not one of the hosts that this worker may speak to without TLS (S3_PLAIN_HOSTS)'
    if (why) throw new Outage(`this worker does not use the S3 location ${name}: ${why}`, { locationId: id })
  }

  return {
    of(location) {
      const { id, name, root, endpoint, bucket, prefix, region, credentials, capabilities } = location
      const key = JSON.stringify([id, name, root, endpoint, bucket, prefix, region, credentials, capabilities])
      const store = stores.get(key) ?? open(location)
      stores.set(key, store)
      return store
    },
  }
}
