import { closeSync, constants, fchmodSync, fstatSync, fsyncSync, futimesSync, openSync, readSync, writeSync } from 'node:fs'
import { headerFault, isZero, stranger } from '../tar/fault.ts'
import { paddingOf, tarHeader } from '../tar/header.ts'
import { algorithmIn, digestBytes, on, openHasher, type Held } from './held.ts'
import { DIRECT_BYTES, type Answers, type CheckMember, type CheckTask, type Extent, type Piece, type TarFault } from './tasks.ts'

/** How much is read at a time: what was just read is digested while the processor still has it at hand. */
const WINDOW_BYTES = 2 ** 18

/** The bytes of an extent, as far as the tar has them, read when they are asked for. */
interface Found {
  /** From one byte of the extent to another; fewer only where the tar ends. */
  part(from: number, to: number): Buffer
  /** How many were read. */
  bytes(): number
}

/** What a thread does with a task of the kind `check`. */
export function checkExtent(task: CheckTask, held: Held, buffer: Buffer): Answers['check'] {
  held.check()
  const { extent, into } = task
  const begin = extent.at % DIRECT_BYTES
  const upTo = openWindows(task, held, buffer)
  const there = (end: number) => Math.min(upTo(begin + end) - begin, end)
  const found: Found = {
    part: (from, to) => buffer.subarray(begin + from, begin + Math.max(from, there(to))),
    bytes: () => Math.max(0, there(extent.bytes)),
  }
  const fault = extent.pieces.length === 0 ? endFault(found.part(0, extent.bytes), extent) : membersFault(found, { extent, into, held })
  return { begin, bytes: fault ? 0 : found.bytes(), fault }
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
      isOver = more === 0 || done % DIRECT_BYTES !== 0
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

function endFault(found: Buffer, { at, bytes }: Extent<CheckMember>): TarFault | null {
  if (!isZero(found)) return { member: null, reason: `after the last member stands ${stranger(found)}, which the manifest does not name` }
  const cut = `the tar ends at byte ${at + found.length} of ${at + bytes}, in its end mark`
  return found.length < bytes ? { member: null, reason: cut } : null
}

function membersFault(
  found: Found,
  { extent, into, held }: { extent: Extent<CheckMember>; into: string | null; held: Held },
): TarFault | null {
  let at = 0
  for (const piece of extent.pieces) {
    const { member, from, to } = piece
    const wrong = (reason: string): TarFault => ({ member: member.path, reason: `${JSON.stringify(member.path)}: ${reason}` })
    if (from === 0) {
      const header = tarHeader(member)
      const there = found.part(at, at + header.length)
      if (!there.equals(header)) return wrong(headerFault(there, member))
      at += header.length
    }
    const data = found.part(at, (at += to - from))
    const digest = digestOf(piece, data, held)
    if (data.length < to - from) return wrong(`the tar ends at byte ${extent.at + found.bytes()}, inside its data`)
    if (digest !== null && digest !== member.digest) return wrong(`its data has the digest ${digest} and not ${member.digest}`)
    if (into !== null) writeMember(into, { piece, data, held })
    if (to < member.bytes) continue
    const padding = found.part(at, (at += paddingOf(member.bytes)))
    if (padding.length < paddingOf(member.bytes)) {
      return wrong(`the tar ends at byte ${extent.at + found.bytes()}, inside the padding after it`)
    }
    if (!isZero(padding)) return wrong('the padding after it is not zero')
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
    const file = held.file(path, () => openSync(path, flags, 0o600))
    for (let done = 0; done < data.length;) done += writeSync(file, data, done, data.length - done, from + done)
    if (to < member.bytes) return
    const seconds = Number(member.mtimeNs) / 1e9
    futimesSync(file, seconds, seconds)
    fchmodSync(file, 0o444)
    fsyncSync(file)
    held.end(path)
  })
}
