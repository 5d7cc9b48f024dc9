import type { IncomingMessage } from 'node:http'
import { DataLocation, pathFault, readAddress, sql } from '@almagest/schema'
import type { World } from '../handler.ts'
import type { Reading } from '../stores/store.ts'

/** What is answered to who asks for a staged file: why not, or what opens its bytes. */
export type DownloadAnswer =
  | { readonly status: number; readonly message: string }
  | {
      readonly isRange: boolean
      readonly headers: Readonly<Record<string, string | number>>
      /** `null` when the bytes are not there as they should be. */
      readonly open: (signal: AbortSignal) => Promise<Reading | null>
    }

interface Staged {
  readonly location_id: string
  readonly now: string
}

const RANGE = /^bytes=(\d{1,16})-(\d{1,16})?$/

/**
 * Judges a request for a staged file, `/files/COPY?path=…&expires=…&signature=…`: signed with a key of the site, in time by the clock of the database, of a copy
 * that is STAGED at an active PROCESSING location of the site, whose path it is or lies in. Whole, or from a byte on.
 */
export async function openDownload(
  request: IncomingMessage,
  { world, site, keys }: { world: Pick<World, 'orm' | 'stores'>; site: string; keys: readonly string[] },
): Promise<DownloadAnswer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, message: 'a file can only be got' }
  const download = readAddress(request.url ?? '', keys)
  if (!download || pathFault(download.path) !== null)
    return { status: 401, message: 'the address is not signed with a key of this data server' }
  const { copyId, path, expires } = download
  const em = world.orm.em.fork()
  const [found] = await sql<Staged>(
    em,
    `/* stagedToServe */
     select c.location_id, extract(epoch from now())::text as now
     from storage.physical_copy c
     join storage.data_location l on l.id = c.location_id and l.active and l.identified_at is not null and l.type = 'PROCESSING'
     join storage.site s on s.id = l.site_id and s.active and s.name = $3
     where c.id = $1 and c.status = 'STAGED' and (c.path = $2 or (c.package_id is not null and starts_with($2, c.path || '/')))`,
    [copyId, path, site],
  )
  if (!found) return { status: 404, message: 'the file is not staged here any more: have it staged again' }
  if (Number(found.now) > expires) return { status: 401, message: 'the address has expired: locate the file again' }
  const store = world.stores.of(await em.findOneOrFail(DataLocation, found.location_id))
  const stat = await store.stat(path)
  if (!stat) return { status: 409, message: 'its bytes are not there' }
  const [, first = '0', last] = RANGE.exec(request.headers.range ?? '') ?? []
  const isRange = request.headers.range !== undefined
  const [start, end] = [Number(first), Math.min(Number(last ?? stat.bytes - 1), stat.bytes - 1)]
  if (isRange && (!RANGE.test(request.headers.range ?? '') || start > end))
    return { status: 416, message: `the file has ${stat.bytes} bytes` }
  const length = end - start + 1
  return {
    isRange,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': length,
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      ...(isRange && { 'content-range': `bytes ${start}-${end}/${stat.bytes}` }),
    },
    open: async signal => {
      const reading = await store.read(path, { start, length, signal })
      if (reading && reading.stat.bytes === stat.bytes) return reading
      await reading?.[Symbol.asyncDispose]()
      return null
    },
  }
}
