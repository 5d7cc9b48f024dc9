import { RawDataPackage, type Digest } from '@almagest/schema'
import { checkTar } from './checking.ts'
import type { Context } from './handler.ts'
import { membersOf } from './manifest.ts'
import type { Store } from './stores/store.ts'

/** What re-reading a package's tar found: all of it as it should be, with the digest of the whole, those of its parts where they were not known yet, and its SHA-256 if it was asked for; nothing there; or what is wrong. */
export type Verdict =
  | { readonly found: 'GOOD'; readonly digest: Digest; readonly parts: Buffer | null; readonly sha256: Digest | null }
  | { readonly found: 'ABSENT' }
  | { readonly found: 'BAD'; readonly reason: string }

/**
 * Verification level 2: reads every byte of a package's tar again, past the page cache where the file system can, and compares it with the
 * manifest, the whole with `digest` if that is known, and its SHA-256, where that is asked for, with the one that is known. Throws Outage if the store cannot be read.
 */
export async function verifyTar(
  { em, threads, signal }: Pick<Context, 'em' | 'threads' | 'signal'>,
  {
    store,
    path,
    packageId,
    digest,
    sha256,
    onBytes,
  }: {
    store: Store
    path: string
    packageId: string
    digest: Digest | null
    sha256: boolean
    onBytes?: (bytes: number) => void
  },
): Promise<Verdict> {
  const pkg = await em.findOneOrFail(RawDataPackage, packageId, { populate: ['partDigests'] })
  const { flatDigest, partDigests } = pkg
  // A tar that is its manifest's to the byte has the digest that such a tar was once found to have.
  const known = flatDigest && partDigests && (digest === null || digest === flatDigest) ? (flatDigest as Digest) : null
  const members = membersOf(em, packageId)
  const checking = { members, signal, direct: true, whole: known === null, sha256, onBytes }
  const verdict = await checkTar({ store, path }, checking, threads)
  if (!verdict) return { found: 'ABSENT' }
  if (!verdict.ok) return { found: 'BAD', reason: verdict.reason }
  const found = known ?? verdict.whole?.digest ?? null
  if (!found) throw new Error(`the digest of the tar of package ${packageId} was asked for and not told`)
  if (digest && found !== digest) return { found: 'BAD', reason: `the tar has the digest ${found} and not ${digest}` }
  if (pkg.sha256 && verdict.sha256 && verdict.sha256 !== pkg.sha256) {
    return { found: 'BAD', reason: `the tar has the digest ${verdict.sha256} and not ${pkg.sha256}` }
  }
  return { found: 'GOOD', digest: found, parts: verdict.whole?.parts ?? null, sha256: verdict.sha256 }
}

/** Keeps, of the first full re-read of a package, the digests of its tar and of the tar's parts; of the first that asked for it, its SHA-256. */
export function learn(pkg: RawDataPackage, { digest, parts, sha256 }: Extract<Verdict, { found: 'GOOD' }>): void {
  pkg.sha256 ??= sha256
  if (!parts) return
  pkg.flatDigest = digest
  pkg.partDigests = parts
}
