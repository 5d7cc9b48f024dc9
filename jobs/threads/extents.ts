import { headerBytes, paddingOf } from '../tar/header.ts'
import { EXTENT_BYTES, EXTENT_MEMBERS, type Extent, type LaidMember, type Piece } from './tasks.ts'

/** An extent for one thread; `pin` is the same number for all pieces of a member that is larger than an extent. */
export interface CutExtent<member extends LaidMember> {
  readonly extent: Extent<member>
  readonly pin: number | null
}

/** Cuts a tar into extents of at most EXTENT_BYTES, as its members come, page by page. Its end is not among them. */
export async function* cutExtents<member extends LaidMember>(
  pages: AsyncIterable<readonly member[]>,
): AsyncGenerator<CutExtent<member>, void, void> {
  let pieces: Piece<member>[] = []
  let at = 0
  let bytes = 0
  for await (const page of pages) {
    for (const member of page) {
      const whole = member.offset - member.start + member.bytes + paddingOf(member.bytes)
      if (pieces.length > 0 && (bytes + whole > EXTENT_BYTES || pieces.length >= EXTENT_MEMBERS)) {
        yield { extent: { at, bytes, pieces }, pin: null }
        pieces = []
      }
      if (whole > EXTENT_BYTES) {
        yield* piecesOf(member)
        continue
      }
      if (pieces.length === 0) {
        at = member.start
        bytes = 0
      }
      pieces.push({ member, from: 0, to: member.bytes })
      bytes += whole
    }
  }
  if (pieces.length > 0) yield { extent: { at, bytes, pieces }, pin: null }
}

function* piecesOf<member extends LaidMember>(member: member): Generator<CutExtent<member>, void, void> {
  const room = EXTENT_BYTES - headerBytes(member) - paddingOf(member.bytes)
  for (let from = 0; from < member.bytes; from += room) {
    const to = Math.min(member.bytes, from + room)
    const begin = from === 0 ? member.start : member.offset + from
    const end = member.offset + to + (to === member.bytes ? paddingOf(member.bytes) : 0)
    yield { extent: { at: begin, bytes: end - begin, pieces: [{ member, from, to }] }, pin: member.start }
  }
}
