import { sql, type Digest } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { membersOf } from './manifest.ts'
import { FIRST_LINE, lineOf } from './tar/manifest.ts'

const PAGE = 2_000

/** Where the sidecar of a package lies: beside its tar. */
export function sidecarPath(packagePath: string): string {
  return packagePath.replace(/\.tar$/, '.json')
}

/** What sidecars are called that are written now. */
export const SIDECAR_FORMAT = 'almagest-sidecar/2'

/** Of which package a sidecar tells, beside its tar in which archive; and what the re-read that came before found of the tar: null if it was not new. */
export interface Sidecar {
  readonly packageId: string
  readonly locationId: string
  readonly digest: Digest
  readonly parts: Buffer | null
  readonly sha256: Digest | null
}

/**
 * What is written beside the archived tar, so that the catalogue can be rebuilt from the archive alone (`jobs/rebuild/`): the rows of the package, its
 * execution, planned observation, program, source, module, instrument, telescope and observatory as JSON, what the archive is, its files, and the canonical
 * manifest.
 */
export async function* sidecarOf(
  em: EntityManager,
  { packageId, locationId, digest, parts, sha256 }: Sidecar,
): AsyncGenerator<Buffer, void, void> {
  const [row] = await sql<{ facts: string }>(
    em,
    `/* sidecar */
     select jsonb_pretty(jsonb_build_object('format', '${SIDECAR_FORMAT}', 'writtenAt', now(),
       'archive', jsonb_build_object('site', jsonb_build_object('id', h.id, 'name', h.name, 'title', h.title),
         'location', jsonb_build_object('id', l.id, 'name', l.name, 'storage', l.storage, 'failure_domain', l.failure_domain, 'priority', l.priority,
           'volume_group', l.volume_group, 'sha256', l.sha256)),
       'package', jsonb_build_object('id', p.id, 'name', p.name, 'path', p.path, 'sequence', p.sequence, 'bytes', p.bytes, 'digest', p.digest, 'sha256', coalesce($2, p.sha256),
         'flatDigest', case when $4::bytea is null then p.flat_digest else $3 end, 'partDigests', translate(encode(coalesce($4, p.part_digests), 'base64'), E'\\n', ''),
         'archivedAt', p.archived_at, 'fileCount', p.file_count, 'fileBytes', p.file_bytes, 'priority', p.priority, 'createdAt', p.created_at, 'completedAt', p.completed_at),
       'execution', to_jsonb(e), 'obsUnit', to_jsonb(u), 'program', to_jsonb(g), 'source', to_jsonb(s), 'module', to_jsonb(m),
       'instrument', to_jsonb(i), 'telescope', to_jsonb(t), 'observatory', to_jsonb(o)
     )) as facts
     from data_package.raw_data_package p
     join observation.executed_obs_unit e on e.id = p.execution_id
     join observation.obs_unit u on u.id = e.obs_unit_id
     join observation.observing_program g on g.id = u.program_id
     join observation.source s on s.id = u.source_id
     join observation.instrument_module m on m.id = p.module_id
     join observation.instrument i on i.id = m.instrument_id
     join observation.telescope t on t.id = i.telescope_id
     join observation.observatory o on o.id = t.observatory_id
     join storage.data_location l on l.id = $5 join storage.site h on h.id = l.site_id
     where p.id = $1`,
    [packageId, sha256, digest, parts, locationId],
  )
  if (!row) throw new Error(`package ${packageId} lacks a row that its sidecar needs`)
  // As text all the way: numbers that people wrote may have more digits than JavaScript keeps.
  yield Buffer.from(`${row.facts.slice(0, -2)},\n "files": [`)
  let begun = false
  for await (const files of filesOf(em, packageId)) {
    yield Buffer.from(files.map((file, index) => `${begun || index > 0 ? ',' : ''}\n  ${JSON.stringify(file)}`).join(''))
    begun ||= files.length > 0
  }
  yield Buffer.from(`\n ],\n "manifest": "${inString(FIRST_LINE)}`)
  for await (const members of membersOf(em, packageId)) yield Buffer.from(members.map(member => inString(lineOf(member))).join(''))
  yield Buffer.from('"\n}\n')
}

/** Text as it stands inside a JSON string. */
function inString(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** What the catalogue knows of the files of a package besides its manifest, page by page. */
async function* filesOf(em: EntityManager, packageId: string): AsyncGenerator<object[], void, void> {
  for (let after = ''; ;) {
    const rows = await sql<{ path: string; file: object }>(
      em,
      `/* sidecarFiles */
       select path, jsonb_build_object('id', id, 'path', path, 'filedDigest', filed_digest, 'filedAt', filed_at) as file
       from data_package.raw_data_file where package_id = $1 and path collate "C" > $2 order by path collate "C" limit ${PAGE}`,
      [packageId, after],
    )
    yield rows.map(({ file }) => file)
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.path
  }
}
