import { newId, PhysicalCopy, sql, type Digest, type RawDataPackage } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Source } from './best-copy.ts'
import { algorithmOf, openDigest } from './digest/digest.ts'
import type { Context } from './handler.ts'
import { takeRoom } from './room.ts'
import { openRanges } from './staged-ranges.ts'
import { writeRight } from './staged-right.ts'
import { gone } from './stores/expected.ts'
import { openCursor, type Cursor } from './tar/cursor.ts'

/** Files that lie closer together in a tar than this many bytes are read in one go. */
const GAP_BYTES = 2 ** 20

/** How many files get their rows in one transaction. */
const PORTION = 200

/** One file of a package, or a range of one: its offset is that of the first byte of the file in the tar. */
export interface Member {
  readonly id: string
  readonly path: string
  readonly bytes: number
  readonly digest: Digest
  readonly offset: number
  readonly mtimeNs: bigint
  readonly range: { readonly start: number; readonly bytes: number } | null
}

/** What was staged of a member: where, how much, with which digest. */
interface Staged {
  readonly member: Member
  readonly bytes: number
  readonly digest: Digest
}

interface Wishes {
  readonly pkg: RawDataPackage
  readonly source: Source
  /** The ids of the rows of `staged_package`. */
  readonly wishes: readonly string[]
}

/**
 * Stages the files and ranges of files of a package that are wished for: each shows under its name when it was found to be right. Of files only their bytes
 * are read, by their places in the tar, of ranges what verifies them. What is staged already is left as it is.
 */
export async function stageFiles(context: Context, { pkg, source, wishes }: Wishes): Promise<void> {
  const { em, location, progress } = context
  const members = await lackingMembers(em, { packageId: pkg.id, locationId: location.id, wishes })
  const total = members.reduce((sum, { bytes, range }) => sum + (range?.bytes ?? bytes), 0)
  const files = members.filter(({ range }) => !range)
  const ranges = members.filter(({ range }) => range)
  const staged: Staged[] = []
  let done = 0

  const came = (bytes: number) => progress(done + bytes)
  async function add(one: Staged, isLast: boolean): Promise<void> {
    staged.push(one)
    progress((done += one.bytes))
    if (staged.length === PORTION || isLast) await writeRows(context, pkg, staged.splice(0))
  }

  progress(0, total)
  await takeRoom(context, location, total)
  for (const run of runsOf(files)) {
    for await (const member of stageRun(context, { pkg, source, run, came })) await add({ ...member, member }, member === run.at(-1))
  }
  if (ranges.length === 0) return
  using reader = await openRanges(context, { pkg, source })
  for (const [index, member] of ranges.entries()) {
    const written = await reader.stage(member, { path: pathOf(pkg, member), next: ranges[index + 1] ?? null, came })
    await add({ ...written, member }, member === ranges.at(-1))
  }
}

/** SQL: that a copy is of what a row of `staged_file` wants. */
export function isCopyOf(copy: string, wanted: string): string {
  return `(${copy}.file_id = ${wanted}.file_id and ${copy}.range_start is not distinct from ${wanted}.range_start
    and (${wanted}.range_start is null or ${copy}.bytes = ${wanted}.range_bytes))`
}

/** Reads files that lie close together in one go, and yields each when it is there. */
async function* stageRun(
  context: Context,
  { pkg, source, run, came }: Pick<Wishes, 'pkg' | 'source'> & { run: readonly Member[]; came: (bytes: number) => void },
): AsyncGenerator<Member, void, void> {
  const { copy, store } = source
  const [first, last] = [run[0], run.at(-1)]
  if (!first || !last) return
  const length = last.offset + last.bytes - first.offset
  await using reading = await store.read(copy.path, { start: first.offset, length, signal: context.signal })
  if (!reading) throw gone(`the copy ${copy.id} to be staged is not at its location`)
  await using cursor = openCursor(reading)
  for (const member of run) {
    const gap = member.offset - first.offset - cursor.passed()
    await stageFile(context, { pkg, member, cursor, gap, copyId: copy.id, came })
    yield member
  }
}

interface Found {
  readonly pkg: RawDataPackage
  readonly member: Member
  readonly cursor: Cursor
  /** How many bytes pass before those of the file. */
  readonly gap: number
  readonly copyId: string
  /** Hears how much of the file is there. */
  readonly came: (bytes: number) => void
}

async function stageFile(context: Context, { pkg, member, cursor, gap, copyId, came: onCame }: Found): Promise<void> {
  const { bytes, digest } = member
  for await (const chunk of take(cursor, gap)) void chunk
  const running = openDigest(algorithmOf(digest))

  async function* checked(fail: (reason: string) => never): AsyncGenerator<Buffer, void, void> {
    let came = 0
    for await (const chunk of take(cursor, bytes)) {
      came += chunk.length
      running.update(chunk)
      yield chunk
      onCame(came)
    }
    if (came < bytes) fail(`its tar ends ${bytes - came} bytes before the end of ${member.path}`)
    if (running.done() !== digest) fail(`${member.path} has the digest ${running.done()} in it and not ${digest}`)
  }

  await writeRight(context, { copyId, member, path: pathOf(pkg, member), expected: { bytes, digest } }, checked)
}

/** Beside where the whole package would be: files in one folder, ranges in another, so that none of them is ever taken for the other. */
function pathOf(pkg: RawDataPackage, { path, range }: Pick<Member, 'path' | 'range'>): string {
  const beside = pkg.path.replace(/(\.tar)?$/, range ? '.ranges' : '.files')
  return range ? `${beside}/${path}/${range.start}+${range.bytes}` : `${beside}/${path}`
}

/** Of what is wished for what is not at the location, in the order in which it lies in the tar. */
async function lackingMembers(
  em: EntityManager,
  { packageId, locationId, wishes }: { packageId: string; locationId: string; wishes: readonly string[] },
): Promise<Member[]> {
  const rows = await sql<{
    id: string
    path: string
    bytes: string
    digest: Digest
    offset: string
    mtime_ns: string
    range_start: string | null
    range_bytes: string | null
  }>(
    em,
    `/* membersToStage */
     select f.id, f.path, f.bytes, f.digest, f."offset", f.mtime_ns, x.range_start, x.range_bytes
     from (select distinct file_id, range_start, range_bytes from staging.staged_file where staged_package_id = any($1::uuid[])) x
     join data_package.raw_data_file f on f.id = x.file_id and f.package_id = $2
     where not exists (select from storage.physical_copy c where ${isCopyOf('c', 'x')} and c.location_id = $3 and c.status = 'STAGED')
     order by f."offset" + coalesce(x.range_start, 0), x.range_bytes`,
    [wishes, packageId, locationId],
  )
  return rows.map(({ range_start, range_bytes, ...row }) => ({
    ...row,
    bytes: Number(row.bytes),
    offset: Number(row.offset),
    mtimeNs: BigInt(row.mtime_ns),
    range: range_start === null ? null : { start: Number(range_start), bytes: Number(range_bytes) },
  }))
}

/** Parts the files, which are in order, where more than a little lies between two of them. */
function runsOf(members: readonly Member[]): Member[][] {
  const runs: Member[][] = []
  let end = -Infinity
  for (const member of members) {
    if (member.offset - end > GAP_BYTES) runs.push([])
    runs.at(-1)?.push(member)
    end = member.offset + member.bytes
  }
  return runs
}

async function writeRows({ fenced, location, worker }: Context, pkg: RawDataPackage, staged: readonly Staged[]): Promise<void> {
  await fenced(async em => {
    for (const { member, bytes, digest } of staged) {
      em.create(PhysicalCopy, {
        id: newId(),
        locationId: location.id,
        fileId: member.id,
        rangeStart: member.range?.start ?? null,
        path: pathOf(pkg, member),
        bytes,
        digest,
        status: 'STAGED',
      })
    }
    await em.flush()
  }, `read from its package by worker ${worker}, with the right digest`)
}

/** The next bytes, fewer only at the end. */
async function* take(cursor: Cursor, bytes: number): AsyncGenerator<Buffer, void, void> {
  for (let left = bytes; left > 0;) {
    const chunk = await cursor.upTo(left)
    if (!chunk) return
    left -= chunk.length
    yield chunk
  }
}
