import { z } from 'zod'
import { atLeast, id } from '@almagest/kit'
import { Refusal, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** So many bytes of a file, as an input names them. */
export const Range = z.object({ fileId: id(), start: atLeast(0), bytes: atLeast(1) })

/** A file that is wanted, or `bytes` of it from `start` on; both are null where all of it is. */
export interface NamedFile {
  readonly id: string
  readonly package_id: string
  readonly start: number | null
  readonly bytes: number | null
}

interface Wish {
  readonly fileIds: readonly string[]
  readonly ranges: readonly z.output<typeof Range>[]
}

type Found = ReadonlyMap<string, { readonly id: string; readonly package_id: string | null; readonly bytes: string }>

/** What tells one file or range of a request from another. */
export function nameOf({ id, start, bytes }: { id: string; start: number | string | null; bytes: number | string | null }): string {
  return start === null ? id : `${id} ${start} ${bytes}`
}

/**
 * Finds the files and ranges that are named, each once. Refuses a file that is not there or not packaged yet, a range that is named twice, of a file
 * that is named in whole, or past the end of its file.
 */
export async function findFiles(em: EntityManager, { fileIds, ranges }: Wish): Promise<NamedFile[]> {
  if (fileIds.length + ranges.length === 0) return []
  const whole = new Set(fileIds.toSorted())
  const rows = await sql<{ id: string; package_id: string | null; bytes: string }>(
    em,
    `/* filesToStage */ select id, package_id, bytes from data_package.raw_data_file where id = any($1::uuid[])`,
    [[...new Set([...whole, ...ranges.map(({ fileId }) => fileId)])]],
  )
  const found: Found = new Map(rows.map(row => [row.id, row]))
  refuseUnknown(
    'fileIds',
    'file',
    [...whole].filter(id => !found.has(id)),
  )
  const loose = [...whole].filter(id => found.get(id)?.package_id === null)
  if (loose.length > 0) throw new Refusal('BAD_INPUT', `input.fileIds: there is no package yet of ${some(loose)}`)
  const seen = new Set<string>()
  for (const [index, range] of ranges.entries()) {
    const fault = faultOf(range, { found, whole, seen })
    if (fault) throw new Refusal(fault.code ?? 'BAD_INPUT', `input.ranges[${index}]${fault.at}: ${fault.rule}`)
    seen.add(nameOf({ ...range, id: range.fileId }))
  }
  const named = [
    ...[...whole].map(id => ({ id, start: null, bytes: null })),
    ...ranges.map(({ fileId, start, bytes }) => ({ id: fileId, start, bytes })),
  ]
  return named.map(file => ({ ...file, package_id: found.get(file.id)?.package_id ?? '' }))
}

/** What is wrong with a range: with which field of it, and which rule that breaks. */
function faultOf(
  { fileId, start, bytes }: z.output<typeof Range>,
  { found, whole, seen }: { found: Found; whole: ReadonlySet<string>; seen: ReadonlySet<string> },
): { at: string; rule: string; code?: 'NOT_FOUND' } | null {
  const file = found.get(fileId)
  if (!file) return { at: '.fileId', rule: `there is no file ${fileId}`, code: 'NOT_FOUND' }
  if (file.package_id === null) return { at: '.fileId', rule: `there is no package yet of ${fileId}` }
  if (whole.has(fileId)) return { at: '.fileId', rule: `file ${fileId} is named in whole too, by fileIds` }
  if (seen.has(nameOf({ id: fileId, start, bytes }))) return { at: '', rule: 'is named twice' }
  const size = Number(file.bytes)
  if (start >= size) return { at: '.start', rule: `must be less than ${size}, the bytes of file ${fileId}` }
  if (bytes <= size - start) return null
  return { at: '.bytes', rule: `must be at most ${size - start}, what file ${fileId} has from byte ${start} on` }
}

/** Refuses with NOT_FOUND, naming the field, ids of which there is nothing. */
export function refuseUnknown(field: string, what: string, ids: readonly string[]): void {
  if (ids.length > 0) throw new Refusal('NOT_FOUND', `input.${field}: there is no ${what} ${some(ids)}`)
}

/** The first ten of some ids, and how many more there are. */
export function some(ids: readonly string[]): string {
  return ids.slice(0, 10).join(', ') + (ids.length > 10 ? ` and ${ids.length - 10} more` : '')
}
