import type { Digest, RawDataPackage } from '@almagest/schema'
import type { Store } from './stores/store.ts'
import type { Manifest } from './tar/manifest.ts'
import { readTar } from './tar/read.ts'

/** What re-reading a package's tar found: all of it as it should be, with the digests of the whole and of its parts; nothing there; or what is wrong. */
export type Verdict =
  | { readonly found: 'GOOD'; readonly bytes: number; readonly digest: Digest; readonly parts: Buffer }
  | { readonly found: 'ABSENT' }
  | { readonly found: 'BAD'; readonly reason: string }

/**
 * Verification level 2: reads every byte of a tar again, past the page cache where the file system can, and compares it with the manifest,
 * and the whole with `digest` if that is known. Throws Outage if the store cannot be read.
 */
export async function verifyTar(
  store: Store,
  path: string,
  {
    manifest,
    digest,
    signal,
    onBytes,
  }: { manifest: Manifest; digest: string | null; signal: AbortSignal; onBytes?: (bytes: number) => void },
): Promise<Verdict> {
  await using reading = await store.read(path, { direct: true, signal })
  if (!reading) return { found: 'ABSENT' }
  const verdict = await readTar(counted(reading, onBytes), manifest)
  if (!verdict.ok) return { found: 'BAD', reason: verdict.reason }
  if (digest && verdict.digest !== digest) return { found: 'BAD', reason: `the tar has the digest ${verdict.digest} and not ${digest}` }
  return { found: 'GOOD', bytes: verdict.bytes, digest: verdict.digest, parts: verdict.parts }
}

/** Keeps, of the first full re-read of a package, the digests of its tar and of the tar's parts. */
export function learn(pkg: RawDataPackage, { digest, parts }: { readonly digest: Digest; readonly parts: Buffer }): void {
  if (pkg.flatDigest) return
  pkg.flatDigest = digest
  pkg.partDigests = parts
}

/** Passes chunks on and tells how many bytes have passed. */
export async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: ((bytes: number) => void) | undefined,
): AsyncGenerator<Buffer, void, void> {
  let bytes = 0
  for await (const chunk of chunks) {
    yield chunk
    bytes += chunk.length
    onBytes?.(bytes)
  }
}
