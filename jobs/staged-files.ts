import { newId, Outage, PhysicalCopy, sql, type Digest, type RawDataPackage } from '@almagest/schema'
import type { Source } from './best-copy.ts'
import { algorithmOf, openDigest } from './digest/digest.ts'
import type { Context } from './handler.ts'
import { takeRoom } from './room.ts'
import { clearTheWay } from './stray.ts'
import { suspect } from './suspect.ts'
import { openCursor, type Cursor } from './tar/cursor.ts'

/** Files that lie closer together in a tar than this many bytes are read in one go. */
const GAP_BYTES = 2 ** 20

/** How many files get their rows in one transaction. */
const PORTION = 200

/** One file of a package: its offset is that of its first byte in the tar. */
interface Member {
  readonly id: string
  readonly path: string
  readonly bytes: number
  readonly digest: Digest
  readonly offset: number
  readonly mtimeNs: bigint
}

/** The folder under which single files of a package are staged, beside that of the whole package. */
function filesFolderOf({ path }: RawDataPackage): string {
  return path.replace(/(\.tar)?$/, '.files')
}

/**
 * Stages some files of a package: only their bytes are read, by their places in the tar, and each shows under its name when its digest was
 * found to be right. A file that is staged already is left as it is.
 */
export async function stageFiles(
  context: Context,
  { pkg, source, fileIds }: { pkg: RawDataPackage; source: Source; fileIds: readonly string[] },
): Promise<void> {
  const { location, progress } = context
  const { copy, store } = source
  const members = await lackingMembers(context, { packageId: pkg.id, fileIds })
  const total = members.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  progress(0, total)
  await takeRoom(context, location, total)
  for (const run of runsOf(members)) {
    const [first, last] = [run[0], run.at(-1)]
    if (!first || !last) continue
    const length = last.offset + last.bytes - first.offset
    await using reading = await store.read(copy.path, { start: first.offset, length, signal: context.signal })
    if (!reading) throw new Outage(`the copy ${copy.id} to be staged is not at its location`, { locationId: copy.locationId })
    await using cursor = openCursor(reading)
    const staged: Member[] = []
    for (const member of run) {
      const gap = member.offset - first.offset - cursor.passed()
      await stageFile(context, { pkg, member, cursor, gap, copyId: copy.id, came: bytes => progress(done + bytes) })
      staged.push(member)
      progress((done += member.bytes))
      if (staged.length === PORTION || member === last) await writeRows(context, pkg, staged.splice(0))
    }
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
  const { location, stores, token, signal } = context
  const { id, bytes, digest, mtimeNs } = member
  const path = pathOf(pkg, member)
  for await (const chunk of take(cursor, gap)) void chunk
  const running = openDigest(algorithmOf(digest))
  let fault: string | null = null

  async function* checked(): AsyncGenerator<Buffer, void, void> {
    let came = 0
    for await (const chunk of take(cursor, bytes)) {
      came += chunk.length
      running.update(chunk)
      yield chunk
      onCame(came)
    }
    if (came < bytes) fault = `its tar ends ${bytes - came} bytes before the end of ${member.path}`
    else if (running.done() !== digest) fault = `${member.path} has the digest ${running.done()} in it and not ${digest}`
    if (fault) throw new Error(fault)
  }

  try {
    await stores.of(location).write(path, checked(), { token: `${token}.${id}`, signal, expected: { bytes, digest }, mtimeNs })
  } catch (error) {
    if (fault) {
      await suspect(context, copyId, fault)
      throw new Outage(`the copy ${copyId} is not what its manifest says, and will be verified: ${fault}`, { locationId: null })
    }
    await clearTheWay(context, { error, location, path })
  }
}

function pathOf(pkg: RawDataPackage, { path }: Pick<Member, 'path'>): string {
  return `${filesFolderOf(pkg)}/${path}`
}

/** Of some files those that are not at the location, in the order in which they lie in the tar. */
async function lackingMembers(
  { em, location }: Context,
  { packageId, fileIds }: { packageId: string; fileIds: readonly string[] },
): Promise<Member[]> {
  const rows = await sql<{ id: string; path: string; bytes: string; digest: Digest; offset: string; mtime_ns: string }>(
    em,
    `/* membersToStage */
     select f.id, f.path, f.bytes, f.digest, f."offset", f.mtime_ns from data_package.raw_data_file f
     where f.id = any($1::uuid[]) and f.package_id = $2
       and not exists (select from storage.physical_copy c where c.file_id = f.id and c.location_id = $3 and c.status = 'STAGED')
     order by f."offset"`,
    [fileIds, packageId, location.id],
  )
  return rows.map(row => ({ ...row, bytes: Number(row.bytes), offset: Number(row.offset), mtimeNs: BigInt(row.mtime_ns) }))
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

async function writeRows({ fenced, location, worker }: Context, pkg: RawDataPackage, members: readonly Member[]): Promise<void> {
  await fenced(async em => {
    for (const member of members) {
      const { id, bytes, digest } = member
      em.create(PhysicalCopy, {
        id: newId(),
        locationId: location.id,
        fileId: id,
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
