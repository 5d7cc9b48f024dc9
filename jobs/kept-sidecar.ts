import { Refusal, sql, writable, type DataLocation, type Digest } from '@almagest/schema'
import type { Context } from './handler.ts'
import { readFacts } from './rebuild/facts.ts'
import { sidecarOf, sidecarPath } from './sidecar.ts'
import type { Store } from './stores/store.ts'

/** A sidecar of more bytes than this is not read to look whether it is one: that would be too much memory for a worker. */
const MOST_READ_BYTES = 4 * 2 ** 20

/**
 * Makes sure that the sidecar of an archived package lies beside its tar; with `read`, where it is neither large nor on tape, that it is one, and of this package. One that
 * is not is moved aside, and written again from the rows. Returns what was found, and done about it; `null` where all was well.
 */
export async function keepSidecar(
  context: Context,
  location: DataLocation,
  { packageId, path, read = false }: { packageId: string; path: string; read?: boolean },
): Promise<string | null> {
  const { em, stores, token, signal, fenced, log } = context
  const store = stores.of(location)
  const beside = sidecarPath(path)
  const fault = await faultOf(store, beside, { packageId, read, signal })
  if (fault === null) return null
  const [tar] = await sql<{ digest: Digest; writable: boolean }>(
    em,
    `/* tarOfSidecar */
     select c.digest, ${writable('l')} as writable from storage.physical_copy c join storage.data_location l on l.id = c.location_id
     where c.package_id = $1 and c.location_id = $2 and c.status in ('PRESENT', 'DELETION_POSSIBLE') and c.digest is not null`,
    [packageId, location.id],
  )
  const about = { package: packageId, location: location.name, path: beside, fault }
  if (!tar?.writable) {
    log.warn({ event: 'sidecar.lost', ...about })
    return `the sidecar of package ${packageId} ${fault}, and nothing may be written there`
  }
  const kept = await fenced(() => store.quarantine(beside, `${token}.sidecar`))
  const digest = { digest: tar.digest, parts: null, sha256: null }
  await store.write(beside, sidecarOf(em, { packageId, locationId: location.id, ...digest }), { token: `${token}.${packageId}`, signal })
  log.warn({ event: 'sidecar.written', kept, ...about })
  return `the sidecar of package ${packageId} ${fault}; it was written again${kept ? `, and what was there is kept at ${kept}` : ''}`
}

async function faultOf(
  store: Store,
  path: string,
  { packageId, read, signal }: { packageId: string; read: boolean; signal: AbortSignal },
): Promise<string | null> {
  const stat = await store.stat(path)
  if (!stat) return 'was not there'
  if (!read || store.recall || stat.bytes > MOST_READ_BYTES) return null
  await using reading = await store.read(path, { signal })
  if (!reading) return 'was not there'
  const chunks: Buffer[] = []
  for await (const chunk of reading) chunks.push(Buffer.from(chunk))
  try {
    const { package: of } = readFacts(Buffer.concat(chunks).toString('utf8'))
    return of.id === packageId ? null : `told of package ${of.id}`
  } catch (error) {
    if (error instanceof Refusal) return `was damaged: ${error.message}`
    throw error
  }
}
