import { pathBytes } from '@almagest/schema/path'

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
const ELEVEN_OCTAL_DIGITS = 8 ** 11
const NS_PER_SECOND = 1_000_000_000n

/** What ustar can name as it is; a path with a backslash is written otherwise than it is. */
const PLAIN = /^[\x20-\x5b\x5d-\x7e]{0,99}[\x20-\x2e\x30-\x5b\x5d-\x7e]$/

/** Where the fields end that are not the same in every block, and what the bytes after them add to its checksum. */
const FIXED_FROM = 157
const BLANK = blank()
const FIXED_SUM = BLANK.subarray(FIXED_FROM).reduce((sum, byte) => sum + byte, 0)

/** The zeros that fill a member's last block. */
export function paddingOf(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES
}

/** How many bytes `tarHeader(member)` will have. */
export function headerBytes(member: TarMember): number {
  const { length } = paxRecords(member, secondsOf(member.mtimeNs))
  return length === 0 ? BLOCK_BYTES : 2 * BLOCK_BYTES + length + paddingOf(length)
}

/**
 * The one header this data centre writes for a member: a ustar block, before it a pax extended header only where ustar cannot say it
 * (a path over 100 bytes or beyond ASCII, 8 GiB or more, a time that is not a whole second between 1970 and 2242). Owner is 0:0, unnamed. A path with bytes
 * that are no UTF-8 is said to be BINARY.
 */
export function tarHeader(member: TarMember): Buffer {
  const seconds = secondsOf(member.mtimeNs)
  const records = paxRecords(member, seconds)
  const name = ustarName(member.path)
  const { length } = records
  const pax = length === 0 ? 0 : BLOCK_BYTES + length + paddingOf(length)
  const header = Buffer.allocUnsafe(pax + BLOCK_BYTES)
  if (pax > 0) {
    writeBlock(header, 0, { name: ustarName(`PaxHeaders/${name}`), mode: 0o644, bytes: length, seconds: 0, type: 'x' })
    header.write(records, BLOCK_BYTES, 'latin1')
    header.fill(0, BLOCK_BYTES + length, pax)
  }
  writeBlock(header, pax, { name, mode: member.mode, bytes: member.bytes, seconds: Number(seconds), type: '0' })
  return header
}

/** The fields that are the same in every block, and zeros. */
function blank(): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  writeOctal(block, 0, { at: 108, digits: 7 })
  writeOctal(block, 0, { at: 116, digits: 7 })
  block.write('ustar\u000000', 257, 'latin1')
  writeOctal(block, 0, { at: 329, digits: 7 })
  writeOctal(block, 0, { at: 337, digits: 7 })
  return block
}

function writeBlock(
  header: Buffer,
  from: number,
  entry: { name: string; mode: number; bytes: number; seconds: number; type: string },
): void {
  BLANK.copy(header, from)
  header.write(entry.name, from, 'latin1')
  writeOctal(header, entry.mode, { at: from + 100, digits: 7 })
  writeOctal(header, entry.bytes, { at: from + 124, digits: 11 })
  writeOctal(header, entry.seconds, { at: from + 136, digits: 11 })
  header.write(entry.type, from + 156, 'latin1')
  let sum = FIXED_SUM + 8 * 0x20
  for (let at = from; at < from + FIXED_FROM; at++) sum += header[at] ?? 0
  writeOctal(header, sum, { at: from + 148, digits: 6 })
  header[from + 155] = 0x20
}

/** The sum of the bytes of a ustar block, its own checksum taken as eight spaces. */
export function sumOf(block: Buffer): number {
  let sum = 8 * 0x20
  for (let at = 0; at < BLOCK_BYTES; at++) sum += at < 148 || at >= 156 ? (block[at] ?? 0) : 0
  return sum
}

/** What the digits cannot hold is 0 here: then a pax record says it. */
function writeOctal(header: Buffer, value: number, { at, digits }: { at: number; digits: number }): void {
  let rest = value < 0 || value >= 8 ** digits ? 0 : value
  for (let digit = at + digits - 1; digit >= at; digit--) {
    header[digit] = 0x30 + (rest % 8)
    rest = Math.floor(rest / 8)
  }
  header[at + digits] = 0
}

/** The records of the extended header, a character for each byte. */
function paxRecords({ path, bytes, mtimeNs }: TarMember, seconds: bigint): string {
  let records = path.includes('\\') ? paxRecord('hdrcharset', 'BINARY') : ''
  if (seconds * NS_PER_SECOND !== mtimeNs || seconds < 0n || seconds >= ELEVEN_OCTAL_DIGITS) records += paxRecord('mtime', decimal(mtimeNs))
  if (ustarName(path) !== path) records += paxRecord('path', pathBytes(path).toString('latin1'))
  if (bytes >= ELEVEN_OCTAL_DIGITS) records += paxRecord('size', String(bytes))
  return records
}

/** `<length> <key>=<value>\n`, where the length in bytes counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let { length } = rest
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length
  return length + rest
}

/** The path, or where ustar cannot hold it, something like it for readers that do not know pax. */
function ustarName(path: string): string {
  if (PLAIN.test(path)) return path
  const bytes = pathBytes(path)
  // A slash at the end would make some readers take the member for a folder.
  return bytes
    .subarray(0, NAME_FIELD_BYTES)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]|\/$/g, '_')
}

function secondsOf(ns: bigint): bigint {
  const seconds = ns / NS_PER_SECOND
  return ns % NS_PER_SECOND < 0n ? seconds - 1n : seconds
}

function decimal(ns: bigint): string {
  const size = ns < 0n ? -ns : ns
  return `${ns < 0n ? '-' : ''}${size / NS_PER_SECOND}.${String(size % NS_PER_SECOND).padStart(9, '0')}`
}
