import { sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { loadManifest } from './manifest.ts'
import { canonical } from './tar/manifest.ts'

/** Where the sidecar of a package lies: beside its tar. */
export function sidecarPath(packagePath: string): string {
  return packagePath.replace(/\.tar$/, '.json')
}

/**
 * What is written beside the archived tar, so that the catalogue could be rebuilt from the archive alone: the rows of the package, its
 * execution, planned observation, program, source, module, instrument, telescope and observatory as JSON, and the canonical manifest.
 */
export async function makeSidecar(em: EntityManager, packageId: string): Promise<Buffer> {
  const [row] = await sql<{ rows: Record<string, unknown> }>(
    em,
    `/* sidecar */
     select jsonb_build_object(
       'package', jsonb_build_object('id', p.id, 'name', p.name, 'path', p.path, 'sequence', p.sequence, 'bytes', p.bytes, 'digest', p.digest,
         'fileCount', p.file_count, 'fileBytes', p.file_bytes, 'priority', p.priority, 'createdAt', p.created_at, 'completedAt', p.completed_at),
       'execution', to_jsonb(e), 'obsUnit', to_jsonb(u), 'program', to_jsonb(g), 'source', to_jsonb(s), 'module', to_jsonb(m),
       'instrument', to_jsonb(i), 'telescope', to_jsonb(t), 'observatory', to_jsonb(o),
       'files', (select jsonb_agg(jsonb_build_object('id', f.id, 'path', f.path, 'filedDigest', f.filed_digest, 'filedAt', f.filed_at)
                                  order by f.path collate "C") from data_package.raw_data_file f where f.package_id = p.id)
     ) as rows
     from data_package.raw_data_package p
     join observation.executed_obs_unit e on e.id = p.execution_id
     join observation.obs_unit u on u.id = e.obs_unit_id
     join observation.observing_program g on g.id = u.program_id
     join observation.source s on s.id = u.source_id
     join observation.instrument_module m on m.id = p.module_id
     join observation.instrument i on i.id = m.instrument_id
     join observation.telescope t on t.id = i.telescope_id
     join observation.observatory o on o.id = t.observatory_id
     where p.id = $1`,
    [packageId],
  )
  if (!row) throw new Error(`package ${packageId} lacks a row that its sidecar needs`)
  const manifest = canonical(await loadManifest(em, packageId))
  return Buffer.from(`${JSON.stringify({ format: 'almagest-sidecar/1', ...row.rows, manifest }, null, 1)}\n`)
}
