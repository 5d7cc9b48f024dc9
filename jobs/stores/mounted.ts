import { Outage, type DataLocation } from '@almagest/schema'
import type { Stores } from '../handler.ts'
import { posixStore } from './posix.ts'
import type { Store } from './store.ts'

/** The stores that this process can use: a DISK location is the folder that its row names; one of another kind throws Outage. */
export function mountedStores(): Stores {
  const stores = new Map<string, Store>()
  return {
    of({ id, name, root, storage }: DataLocation) {
      if (storage !== 'DISK' || !root) throw new Outage(`this worker has no store for the ${storage} location ${name}`, { locationId: id })
      const key = `${id} ${root}`
      const store = stores.get(key) ?? posixStore(root, { id })
      stores.set(key, store)
      return store
    },
  }
}
