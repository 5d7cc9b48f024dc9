import { closeSync, constants, fchmodSync, fstatSync, fsyncSync, futimesSync, openSync, readSync, writeSync } from 'node:fs'
import { onDisk } from '@almagest/schema/path'
import { headerFault, isZero, stranger } from '../tar/fault.ts'
import { paddingOf, tarHeader } from '../tar/header.ts'
import { algorithmIn, digestBytes, on, openHasher, type Held } from './held.ts'
import { DIRECT_BYTES, type Answers, type CheckMember, type CheckTask, type Extent, type Piece, type TarFault } from './tasks.ts'

/** How much is read at a time: what was just read is digested while the processor still has it at hand. */
const WINDOW_BYTES = 2 ** 17

/** The bytes of an extent, as far as the tar has them, read when they are asked for. */
interface Found {
  /** Where the bytes are; the extent begins at `begin`. */
  readonly buffer: Buffer
  readonly begin: number
  /** How many bytes of the extent there are, up to `end` at most; what is asked for the first time is read. */
  upTo(end: number): number
}

/** What a thread does with a task of the kind `check`. */
export function checkExtent(task: CheckTask, held: Held, buffer: Buffer): Answers['check'] {
  held.check()
  const { extent, into } = task
  const begin = extent.at % DIRECT_BYTES
  const read = openWindows(task, held, buffer)
  const found: Found = { buffer, begin, upTo: end => Math.max(0, Math.min(read(begin + end) - begin, end)) }
  const fault = extent.pieces.length === 0 ? endFault(found, extent) : membersFault(found, { extent, into, held })
  return { begin, bytes: fault ? 0 : found.upTo(extent.bytes), fault }
}

/** Reads from the block in which the extent begins, at least as far as is asked, at most to the block in which it ends; how much there is then. */
function openWindows({ tar, direct, extent }: CheckTask, held: Held, buffer: Buffer): (end: number) => number {
  const from = extent.at - (extent.at % DIRECT_BYTES)
  const all = Math.ceil((extent.at + extent.bytes - from) / DIRECT_BYTES) * DIRECT_BYTES
  let done = 0
  let isOver = false

  function read(): number {
    const wanted = Math.min(WINDOW_BYTES, all - done)
    try {
      return readSync(openTar(tar, held, direct), buffer, done, wanted, from + done)
    } catch (error) {
      // Some file systems take the flag and then not the reading.
      if (!direct || (error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
      held.end(tar.file)
      return readSync(openTar(tar, held, false), buffer, done, wanted, from + done)
    }
  }

  return end => {
    while (done < Math.min(end, all) && !isOver) {
      const more = on('FROM', read)
      done += more
      // A file system may give less than was asked for: only where nothing follows the tar ends.
      isOver = more === 0 || from + done >= tar.stat.bytes
    }
    return done
  }
}

function openTar({ file, stat }: CheckTask['tar'], held: Held, direct: boolean): number {
  return held.file(file, () => {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    let opened: number
    try {
      opened = openSync(file, direct ? flags | constants.O_DIRECT : flags)
    } catch (error) {
      if (!direct || (error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
      opened = openSync(file, flags)
    }
    const { dev, ino } = fstatSync(opened, { bigint: true })
    if (dev === stat.device && ino === stat.inode) return opened
    closeSync(opened)
    throw Object.assign(new Error('the file was replaced'), { code: 'ESTALE', syscall: 'open' })
  })
}

function endFault({ buffer, begin, upTo }: Found, { at, bytes }: Extent<CheckMember>): TarFault | null {
  const there = buffer.subarray(begin, begin + upTo(bytes))
  if (!isZero(there)) return { member: null, reason: `after the last member stands ${stranger(there)}, which the manifest does not name` }
  const cut = `the tar ends at byte ${at + there.length} of ${at + bytes}, in its end mark`
  return there.length < bytes ? { member: null, reason: cut } : null
}

function membersFault(
  { buffer, begin, upTo }: Found,
  { extent, into, held }: { extent: Extent<CheckMember>; into: string | null; held: Held },
): TarFault | null {
  let at = 0
  for (const piece of extent.pieces) {
    const { member, from, to } = piece
    const wrong = (reason: string): TarFault => ({ member: member.path, reason: `${JSON.stringify(member.path)}: ${reason}` })
    if (from === 0) {
      const header = tarHeader(member)
      const there = upTo(at + header.length)
      if (buffer.compare(header, 0, header.length, begin + at, begin + Math.max(at, there)) !== 0) {
        return wrong(headerFault(buffer.subarray(begin + at, begin + Math.max(at, there)), member))
      }
      at += header.length
    }
    const end = upTo(at + to - from)
    const data = buffer.subarray(begin + at, begin + Math.max(at, end))
    at += to - from
    const digest = digestOf(piece, data, held)
    if (data.length < to - from) return wrong(`the tar ends at byte ${extent.at + end}, inside its data`)
    if (digest !== null && digest !== member.digest) return wrong(`its data has the digest ${digest} and not ${member.digest}`)
    if (into !== null) writeMember(into, { piece, data, held })
    if (to < member.bytes) continue
    const padded = at + paddingOf(member.bytes)
    if (upTo(padded) < padded) return wrong(`the tar ends at byte ${extent.at + upTo(padded)}, inside the padding after it`)
    for (; at < padded; at++) if (buffer[begin + at] !== 0) return wrong('the padding after it is not zero')
  }
  return null
}

/** The digest of a member that ends with this piece, else `null`. */
function digestOf({ member, from, to }: Piece<CheckMember>, data: Buffer, { hashers }: Held): string | null {
  const algorithm = algorithmIn(member.digest)
  if (from === 0 && to === member.bytes) return digestBytes(data, algorithm)
  if (from > 0 && !hashers.has(member.path)) throw new Error('the thread that began this member is gone')
  const running = hashers.get(member.path) ?? [{ algorithm, hasher: openHasher(algorithm) }]
  hashers.set(member.path, running)
  for (const { hasher } of running) hasher.update(data)
  if (to < member.bytes) return null
  hashers.delete(member.path)
  return `${algorithm}:${running[0]?.hasher.digest('hex') ?? ''}`
}

/** Writes a piece of a member to its file, which is durable with its last byte. */
function writeMember(into: string, { piece, data, held }: { piece: Piece<CheckMember>; data: Buffer; held: Held }): void {
  const { member, from, to } = piece
  held.check()
  on('TO', () => {
    held.folder(into, member.path.slice(0, Math.max(0, member.path.lastIndexOf('/'))))
    const path = `${into}/${member.path}`
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW
    const file = held.file(path, () => openSync(onDisk(into, member.path), flags, 0o600))
    for (let done = 0; done < data.length;) done += writeSync(file, data, done, data.length - done, from + done)
    if (to < member.bytes) return
    const seconds = Number(member.mtimeNs) / 1e9
    futimesSync(file, seconds, seconds)
    fchmodSync(file, 0o444)
    fsyncSync(file)
    held.end(path)
  })
}
