import { checkPath, foldPath, Refusal } from '@almagest/schema'
import { openCursor, type Cursor } from './cursor.ts'
import { hasItsSum, isZero, stranger } from './fault.ts'
import { entryOf, nameOf, recordsOf, type Entry, type Records } from './entry.ts'
import { BLOCK_BYTES, paddingOf } from './header.ts'
import type { PlannedMember } from './tar.ts'

/** The most bytes that an extended header or a long name of another program may have. */
const MOST_BYTES = 65_536

/** Hears of a file of a tar, and gets its chunks as they pass, each valid until the next is asked for. */
export type OnForeignMember = (member: PlannedMember, chunks: AsyncIterable<Buffer>) => Promise<unknown>

/**
 * Reads a tar of files that another program wrote, once, front to back: as GNU tar, bsdtar and Python's tarfile write them in the formats ustar
 * (POSIX.1-1988), pax (POSIX.1-2001) and GNU. Folders are passed over, and so is what `onMember` leaves unread. Returns how many files
 * there were. Refuses with BAD_INPUT, naming it, whatever is neither file nor folder, a path that is there twice or differs from another only in
 * case or Unicode form, a file that is also a folder, a header that is damaged or says two things, a tar that is cut off and
 * anything after its end; with BAD_PATH a path that no file may have. It keeps the paths.
 */
export async function readForeignTar(chunks: AsyncIterable<Buffer>, onMember: OnForeignMember): Promise<number> {
  await using cursor = openCursor(chunks)
  const names = openNames()
  let files = 0
  for (;;) {
    const found = await nextEntry(cursor)
    if (!found) break
    const { entry, header } = found
    const path = entry.path.replace(/^(\.\/+)+/, '').replace(/\/+$/, '')
    const isFolder = entry.type === '5' || (entry.type === '\u0000' && entry.path.endsWith('/'))
    if (isFolder && path !== '' && path !== '.') names.add(path, 'FOLDER')
    if (isFolder && entry.bytes > 0) throw bad(path, `is a folder of ${entry.bytes} bytes`)
    if (isFolder) continue
    if (entry.type !== '0' && entry.type !== '\u0000') throw bad(path, `is ${stranger(header)}, and only files are taken`)
    if (entry.path.endsWith('/')) throw bad(entry.path, 'is a file with the name of a folder')
    names.add(path, 'FILE')
    const { bytes, mode, mtimeNs } = entry
    const data = dataOf(cursor, { path, bytes })
    await onMember({ path, bytes, mode, mtimeNs, offset: cursor.passed() }, data())
    for await (const chunk of data()) void chunk
    if (!isZero(await whole(cursor, paddingOf(bytes)))) throw bad(path, 'is followed by other bytes than zeros')
    files += 1
  }
  if (!isZero(await whole(cursor, BLOCK_BYTES))) throw new Refusal('BAD_INPUT', 'the tar has half an end mark')
  for (let chunk = await cursor.upTo(MOST_BYTES); chunk; chunk = await cursor.upTo(MOST_BYTES)) {
    if (!isZero(chunk)) throw new Refusal('BAD_INPUT', 'there are other bytes than zeros after the end of the tar')
  }
  return files
}

/** The next entry with what its extended headers say of it, or `null` at the end mark. */
async function nextEntry(cursor: Cursor): Promise<{ entry: Entry; header: Buffer } | null> {
  let said: Records = {}
  for (let isFirst = true; ; isFirst = false) {
    const header = await whole(cursor, BLOCK_BYTES)
    if (isZero(header) && isFirst) return null
    const at = `the header at byte ${cursor.passed() - BLOCK_BYTES}`
    if (isZero(header)) throw new Refusal('BAD_INPUT', `${at} is none, and describes what is before it`)
    if (!hasItsSum(header)) throw new Refusal('BAD_INPUT', `${at} has not its checksum`)
    const type = header.toString('latin1', 156, 157)
    if (type !== 'x' && type !== 'g' && type !== 'L') return { entry: entryOf(header, { said, at }), header }

    const { bytes } = entryOf(header, { said: {}, at })
    if (bytes > MOST_BYTES)
      throw new Refusal('BAD_INPUT', `${at} is followed by ${bytes} bytes about a file, at most ${MOST_BYTES} are taken`)
    const body = await whole(cursor, bytes)
    if (!isZero(await whole(cursor, paddingOf(bytes)))) throw new Refusal('BAD_INPUT', `${at} is followed by other bytes than zeros`)
    const more = type === 'L' ? { path: nameOf(body) } : recordsOf(body, at)
    if (type === 'g' && Object.keys(more).length > 0) {
      throw new Refusal('BAD_INPUT', `${at} says of all files their ${Object.keys(more).join(', ')}`)
    }
    for (const key of Object.keys(more)) if (key in said) throw new Refusal('BAD_INPUT', `${at} says the ${key} of a file again`)
    said = { ...said, ...more }
  }
}

/** The next `bytes` bytes; refuses a tar that has fewer. */
async function whole(cursor: Cursor, bytes: number): Promise<Buffer> {
  const found = await cursor.exactly(bytes)
  if (found.length < bytes) throw new Refusal('BAD_INPUT', `the tar ends at byte ${cursor.passed()}, without an end mark`)
  return found
}

function dataOf(cursor: Cursor, { path, bytes }: { path: string; bytes: number }): () => AsyncGenerator<Buffer, void, void> {
  let left = bytes
  return async function* () {
    while (left > 0) {
      const chunk = await cursor.upTo(left)
      if (!chunk) throw bad(path, `is cut off: the tar ends ${left} bytes before it does`)
      left -= chunk.length
      yield chunk
    }
  }
}

/** The names of a tar, in the one spelling in which no two may agree. */
function openNames() {
  const known = new Map<string, { readonly name: string; readonly kind: 'FILE' | 'FOLDER' }>()

  function note(name: string, kind: 'FILE' | 'FOLDER'): void {
    const fold = foldPath(name)
    const there = known.get(fold)
    if (there && there.name !== name) throw bad(name, `differs from ${JSON.stringify(there.name)} only in case or Unicode form`)
    if (there && there.kind !== kind) throw bad(name, 'is both a file and a folder')
    if (there && kind === 'FILE') throw bad(name, 'is there twice')
    known.set(fold, { name, kind })
  }

  return {
    add(path: string, kind: 'FILE' | 'FOLDER'): void {
      checkPath(path)
      for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) note(path.slice(0, end), 'FOLDER')
      note(path, kind)
    },
  }
}

function bad(path: string, what: string): Refusal {
  return new Refusal('BAD_INPUT', `${JSON.stringify(path.slice(0, 200))} ${what}`)
}
