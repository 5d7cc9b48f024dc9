import type { Batch, Context } from '@almagest/kit'
import { addressOf, DOWNLOAD_S, sql } from '@almagest/schema'
import type { FileSource } from './resolvers.generated.ts'

interface DataServer {
  readonly url: string | null
  /** The clock of the database, in seconds since 1970. */
  readonly now: number
}

/** Where the data servers of sites are, by the names of the sites. */
const dataServers: Batch<DataServer> = async (em, sites) => {
  const rows = await sql<{ name: string; url: string | null; now: string }>(
    em,
    `/* dataServers */ select name, data_url as url, floor(extract(epoch from now()))::text as now from storage.site where name = any($1)`,
    [sites],
  )
  const found = new Map(rows.map(({ name, url, now }) => [name, { url, now: Number(now) }]))
  return sites.map(site => found.get(site) ?? { url: null, now: 0 })
}

/** Where the file of a source can be downloaded for a while: only what is staged, at a site whose data server's key is known here; else `null`. */
export async function downloadUrl(
  { site, type, status, offset, usable, copyId, path }: FileSource,
  { loaders, dataKeys }: Context,
): Promise<string | null> {
  const key = dataKeys?.[site]?.[0]
  if (key === undefined || type !== 'PROCESSING' || status !== 'STAGED' || (offset ?? null) !== null || !usable) return null
  const { url, now } = await loaders.through(dataServers, site)
  return url === null ? null : addressOf({ copyId, path, expires: now + DOWNLOAD_S }, { url, key })
}
