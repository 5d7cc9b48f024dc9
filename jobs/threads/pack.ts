import { constants, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { differenceOf, fileStatOf } from '../stores/difference.ts'
import { onDisk } from '@almagest/schema/path'
import { paddingOf, tarHeader } from '../tar/header.ts'
import { algorithmIn, digestBytes, on, openHasher, type Held } from './held.ts'
import type { Answers, PackFault, PackMember, PackTask, Piece } from './tasks.ts'

/** What a thread does with a task of the kind `pack`. */
export function packExtent({ root, target, extent }: PackTask, held: Held, buffer: Buffer): Answers['pack'] {
  const digests: string[] = []
  let at = 0
  for (const piece of extent.pieces) {
    held.check()
    const { member, from, to } = piece
    if (from === 0) at += tarHeader(member).copy(buffer, at)
    const data = buffer.subarray(at, (at += to - from))
    const fault = readPiece(root, { piece, data, held })
    if (fault) return { digests, fault }
    const found = digestsOf(piece, data, held)
    if (to < member.bytes) continue

    const wrong = member.known.find(({ digest }) => !found.includes(digest))
    if (wrong) {
      const other = found.find(digest => algorithmIn(digest) === algorithmIn(wrong.digest)) ?? ''
      return { digests, fault: { why: 'DIGEST', path: member.path, known: wrong, found: other } }
    }
    digests.push(found[0] ?? '')
    const padding = paddingOf(member.bytes)
    buffer.fill(0, at, (at += padding))
  }
  const file = held.file(target, () => on('TO', () => openSync(target, constants.O_WRONLY | constants.O_NOFOLLOW)))
  on('TO', () => {
    for (let done = 0; done < at;) done += writeSync(file, buffer, done, at - done, extent.at + done)
  })
  return { digests, fault: null }
}

/** Fills `data` with a piece of a file that is, when its last byte was read, still what it was when the tar was planned. */
function readPiece(root: string, { piece, data, held }: { piece: Piece<PackMember>; data: Buffer; held: Held }): PackFault | null {
  const { member, from, to } = piece
  const path = `${root}/${member.path}`
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  let file: number
  try {
    file = held.file(path, () => openSync(onDisk(root, member.path), flags))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ELOOP' && code !== 'ENOTDIR') throw Object.assign(error as Error, { side: 'FROM' })
    return { why: 'UNREADABLE', path: member.path, detail: code }
  }
  return on('FROM', () => {
    let done = 0
    while (done < data.length) {
      const read = readSync(file, data, done, data.length - done, from + done)
      if (read === 0) break
      done += read
    }
    if (done === data.length && to < member.bytes) return null
    const change = differenceOf(member.stat, fileStatOf(fstatSync(file, { bigint: true })))
    held.end(path)
    const detail = change ?? (done < data.length ? `it ended after ${from + done} of ${member.bytes} bytes` : null)
    return detail === null ? null : { why: 'CHANGED', path: member.path, detail }
  })
}

/** The digests of a member that ends with this piece, BLAKE3 first, then those that known ones are compared with. */
function digestsOf({ member, from, to }: Piece<PackMember>, data: Buffer, { hashers }: Held): string[] {
  const algorithms = [
    'blake3',
    ...new Set(member.known.map(({ digest }) => algorithmIn(digest)).filter(algorithm => algorithm !== 'blake3')),
  ]
  if (from === 0 && to === member.bytes) return algorithms.map(algorithm => digestBytes(data, algorithm))
  if (from > 0 && !hashers.has(member.path)) throw new Error('the thread that began this member is gone')
  const running = hashers.get(member.path) ?? algorithms.map(algorithm => ({ algorithm, hasher: openHasher(algorithm) }))
  hashers.set(member.path, running)
  for (const { hasher } of running) hasher.update(data)
  if (to < member.bytes) return []
  hashers.delete(member.path)
  return running.map(({ algorithm, hasher }) => `${algorithm}:${hasher.digest('hex')}`)
}
