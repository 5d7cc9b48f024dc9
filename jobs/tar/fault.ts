import { BLOCK_BYTES, sumOf, tarHeader, type TarMember } from './header.ts'

/** The fields of a ustar block and where each begins. */
const FIELDS = [
  ['name', 0],
  ['mode', 100],
  ['owner', 108],
  ['group', 116],
  ['size', 124],
  ['time', 136],
  ['checksum', 148],
  ['type', 156],
  ['link name', 157],
  ['magic', 257],
  ['version', 263],
  ['owner name', 265],
  ['group name', 297],
  ['device', 329],
  ['prefix', 345],
  ['end', BLOCK_BYTES],
] as const

const TYPES: Readonly<Record<string, string>> = {
  '\u0000': 'a file of an old format',
  '0': 'a file',
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '5': 'a folder',
  '6': 'a FIFO',
  '7': 'a contiguous file',
  g: 'a global extended header',
  x: 'an extended header',
  K: 'a GNU long link name',
  L: 'a GNU long name',
  S: 'a GNU sparse file',
}

/** Why the header found is not that of the member. */
export function headerFault(found: Buffer, member: TarMember): string {
  const header = tarHeader(member)
  if (found.length < header.length && found.equals(header.subarray(0, found.length))) return 'the tar ends inside its header'
  if (isZero(found.subarray(0, BLOCK_BYTES))) return 'the tar ends before it'
  const type = found.toString('latin1', 156, 157)
  if (type !== '0' && type !== 'x') return `${stranger(found)} stands in its place`
  const name = nameIn(found)
  if (type === '0' && hasItsSum(found) && name !== nameIn(header)) return `${JSON.stringify(name)} stands in its place`
  const at = header.findIndex((byte, position) => byte !== found[position])
  const inRecords = at >= BLOCK_BYTES && at < header.length - BLOCK_BYTES
  const field = inRecords ? 'extended header' : FIELDS.findLast(([, start]) => start <= at % BLOCK_BYTES)?.[0]
  return `the header is not its own, from byte ${at} on (${field}): it describes ${stranger(found)}`
}

/** What an entry's first block says it is, for people only. */
export function stranger(header: Buffer): string {
  const type = header.toString('latin1', 156, 157)
  return `${TYPES[type] ?? `an entry of type ${JSON.stringify(type)}`} named ${JSON.stringify(nameIn(header))}`
}

const ZEROS = Buffer.alloc(20 * BLOCK_BYTES)

/** Whether all bytes, of any number, are zero. */
export function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length)
    if (!part.equals(ZEROS.subarray(0, part.length))) return false
  }
  return true
}

/** Whether the checksum of a ustar block is that of its bytes. */
export function hasItsSum(block: Buffer): boolean {
  return block.length >= BLOCK_BYTES && Number.parseInt(block.toString('latin1', 148, 156), 8) === sumOf(block)
}

function nameIn(block: Buffer): string {
  return block.toString('latin1', 0, 100).split('\u0000')[0] ?? ''
}
