/** Tars consist of blocks of this many bytes (POSIX.1-2001, pax, ustar Interchange Format). */
export const BLOCK_BYTES = 512

/** A regular file as its header describes it: POSIX permission bits, nanoseconds since 1970. */
export interface TarMember {
  readonly path: string
  readonly bytes: number
  readonly mode: number
  readonly mtimeNs: bigint
}

const NAME_FIELD_BYTES = 100
const ELEVEN_OCTAL_DIGITS = 8n ** 11n
const NS_PER_SECOND = 1_000_000_000n

/** The zeros that fill a member's last block. */
export function paddingOf(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES
}

/** How many bytes `tarHeader(member)` will have. */
export function headerBytes(member: TarMember): number {
  const { length } = paxRecords(member)
  return length === 0 ? BLOCK_BYTES : 2 * BLOCK_BYTES + length + paddingOf(length)
}

/**
 * The one header this data centre writes for a member: a ustar block, before it a pax extended header only where ustar cannot say it
 * (a path over 100 bytes or beyond ASCII, 8 GiB or more, a time that is not a whole second between 1970 and 2242). Owner is 0:0, unnamed.
 */
export function tarHeader(member: TarMember): Buffer {
  const records = paxRecords(member)
  const name = ustarName(member.path)
  const block = ustarBlock({
    name,
    mode: member.mode,
    bytes: BigInt(member.bytes),
    seconds: floorSeconds(member.mtimeNs),
    type: '0',
  })
  if (records.length === 0) return block
  const pax = { name: ustarName(`PaxHeaders/${name}`), mode: 0o644, bytes: BigInt(records.length), seconds: 0n, type: 'x' }
  return Buffer.concat([ustarBlock(pax), records, Buffer.alloc(paddingOf(records.length)), block])
}

function ustarBlock(entry: { name: string; mode: number; bytes: bigint; seconds: bigint; type: string }): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  block.write(entry.name, 0, 'latin1')
  block.write(octal(BigInt(entry.mode), 7), 100, 'latin1')
  block.write(octal(0n, 7), 108, 'latin1')
  block.write(octal(0n, 7), 116, 'latin1')
  block.write(octal(entry.bytes, 11), 124, 'latin1')
  block.write(octal(entry.seconds, 11), 136, 'latin1')
  block.write(entry.type, 156, 'latin1')
  block.write('ustar\u000000', 257, 'latin1')
  block.write(octal(0n, 7), 329, 'latin1')
  block.write(octal(0n, 7), 337, 'latin1')
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1')
  return block
}

/** The sum of the bytes of a ustar block, its own checksum taken as eight spaces. */
export function sumOf(block: Buffer): number {
  let sum = 8 * 0x20
  for (let at = 0; at < BLOCK_BYTES; at++) sum += at < 148 || at >= 156 ? (block[at] ?? 0) : 0
  return sum
}

/** What the digits cannot hold is 0 here: then a pax record says it. */
function octal(value: bigint, digits: number): string {
  const text = value.toString(8).padStart(digits, '0')
  return value < 0n || text.length > digits ? '0'.repeat(digits) : text
}

function paxRecords({ path, bytes, mtimeNs }: TarMember): Buffer {
  const seconds = floorSeconds(mtimeNs)
  let records = ''
  if (mtimeNs % NS_PER_SECOND !== 0n || seconds < 0n || seconds >= ELEVEN_OCTAL_DIGITS) records += paxRecord('mtime', decimal(mtimeNs))
  if (ustarName(path) !== path) records += paxRecord('path', path)
  if (BigInt(bytes) >= ELEVEN_OCTAL_DIGITS) records += paxRecord('size', String(bytes))
  return Buffer.from(records)
}

/** `<length> <key>=<value>\n`, where the length in bytes counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const size = Buffer.byteLength(rest)
  let length = size
  while (length !== size + String(length).length) length = size + String(length).length
  return length + rest
}

/** The path, or where ustar cannot hold it, something like it for readers that do not know pax. */
function ustarName(path: string): string {
  const bytes = Buffer.from(path)
  // A slash at the end would make some readers take the member for a folder.
  return bytes
    .subarray(0, NAME_FIELD_BYTES)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]|\/$/g, '_')
}

function floorSeconds(ns: bigint): bigint {
  const seconds = ns / NS_PER_SECOND
  return ns % NS_PER_SECOND < 0n ? seconds - 1n : seconds
}

function decimal(ns: bigint): string {
  const size = ns < 0n ? -ns : ns
  return `${ns < 0n ? '-' : ''}${size / NS_PER_SECOND}.${String(size % NS_PER_SECOND).padStart(9, '0')}`
}
