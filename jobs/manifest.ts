import { sql, type Digest } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { ManifestMember } from './tar/manifest.ts'

const PAGE = 1_000

interface MemberRow {
  readonly path: string
  readonly bytes: string
  readonly digest: Digest
  readonly offset: string
  readonly mtime_ns: string
  readonly mode: number
}

/** The members of a package that was made, as ops-db holds them: in byte order of their paths, page by page, never all at once. */
export async function* membersOf(em: EntityManager, packageId: string): AsyncGenerator<ManifestMember[], void, void> {
  for (let after = ''; ;) {
    const rows = await sql<MemberRow>(
      em,
      `/* membersOfPackage */
       select path, bytes, digest, "offset", mtime_ns, mode from data_package.raw_data_file where package_id = $1 and path collate "C" > $2
       order by path collate "C" limit ${PAGE}`,
      [packageId, after],
    )
    yield rows.map(row => ({
      path: row.path,
      bytes: Number(row.bytes),
      digest: row.digest,
      offset: Number(row.offset),
      mtimeNs: row.mtime_ns,
      mode: row.mode,
    }))
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.path
  }
}
