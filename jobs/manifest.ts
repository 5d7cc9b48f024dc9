import { sql, type Digest } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Manifest, ManifestMember } from './tar/manifest.ts'

interface MemberRow {
  readonly path: string
  readonly bytes: string
  readonly digest: Digest
  readonly offset: string
  readonly mtime_ns: string
  readonly mode: number
}

/** The manifest of a package that was made, as ops-db holds it. */
export async function loadManifest(em: EntityManager, packageId: string): Promise<Manifest> {
  const rows = await sql<MemberRow>(
    em,
    `/* manifest */
     select path, bytes, digest, "offset", mtime_ns, mode from data_package.raw_data_file where package_id = $1 order by path collate "C"`,
    [packageId],
  )
  const members = rows.map((row): ManifestMember => ({
    path: row.path,
    bytes: Number(row.bytes),
    digest: row.digest,
    offset: Number(row.offset),
    mtimeNs: row.mtime_ns,
    mode: row.mode,
  }))
  return { format: 'almagest-manifest/1', members }
}
