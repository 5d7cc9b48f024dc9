import { checkPath, Refusal } from '@almagest/schema'
import { BLOCK_BYTES, headerBytes, paddingOf, type TarMember } from './header.ts'

const RECORD_BYTES = 20 * BLOCK_BYTES

/** A tar being laid out, member by member, in byte order of their paths. It keeps no member: memory does not grow with their number. */
export interface Layout {
  /**
   * Where a member's header begins, and its data. Refuses with BAD_PATH, or with BAD_INPUT a member that is not after the one before, a path
   * that is both a file and a folder, impossible sizes or modes.
   */
  place(member: TarMember): { start: number; offset: number }
  /** Where the last member's padding ends. */
  readonly end: number
  /** The size of the tar, were it to end here: two zero blocks, padded to 10,240 bytes as GNU tar does. */
  readonly bytes: number
}

/** Starts to lay out a tar. */
export function openLayout(): Layout {
  // In byte order, whatever begins with a path comes right after it: only those files can turn out to be folders.
  const beginnings: string[] = []
  let before: string | null = null
  let end = 0

  function checkOrder(path: string): void {
    if (path === before) throw new Refusal('BAD_INPUT', `two members have the path ${JSON.stringify(path)}`)
    if (before !== null && comparePaths(before, path) > 0) {
      throw new Refusal('BAD_INPUT', `${JSON.stringify(path)} is not in byte order after ${JSON.stringify(before)}`)
    }
    before = path
    for (let last = beginnings.at(-1); last !== undefined && !path.startsWith(last); last = beginnings.at(-1)) beginnings.pop()
    const file = beginnings.find(other => path[other.length] === '/')
    if (file !== undefined) throw new Refusal('BAD_INPUT', `${JSON.stringify(file)} is both a file and a folder`)
    beginnings.push(path)
  }

  return {
    place(member) {
      checkMember(member)
      checkOrder(member.path)
      const start = end
      const offset = start + headerBytes(member)
      end = offset + member.bytes + paddingOf(member.bytes)
      if (!Number.isSafeInteger(end + 2 * RECORD_BYTES)) throw new Refusal('BAD_INPUT', 'a tar of more than 2^53 bytes cannot be written')
      return { start, offset }
    },
    get end() {
      return end
    },
    get bytes() {
      return Math.ceil((end + 2 * BLOCK_BYTES) / RECORD_BYTES) * RECORD_BYTES
    },
  }
}

/** How many zeros there are after the last member's padding. */
export function endOf({ end, bytes }: Pick<Layout, 'end' | 'bytes'>): number {
  return bytes - end
}

/** Orders paths by their UTF-8 bytes, which is the order of code points and not quite JavaScript's own. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) return afterSurrogates(left) - afterSurrogates(right)
  }
  return a.length - b.length
}

/** UTF-16 puts the code points beyond 0xffff below U+E000; UTF-8 puts them last. */
function afterSurrogates(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function checkMember({ path, bytes, mode }: TarMember): void {
  checkPath(path)
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Refusal('BAD_INPUT', `${path} cannot have ${bytes} bytes`)
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o777) throw new Refusal('BAD_INPUT', `${path} cannot have the mode ${mode}`)
}
