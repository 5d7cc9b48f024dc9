import { pathText, Refusal } from '@almagest/schema'

/** What one entry of a tar says of itself, whoever wrote it; `type` is the character of ustar. */
export interface Entry {
  readonly type: string
  readonly path: string
  readonly bytes: number
  readonly mode: number
  readonly mtimeNs: bigint
}

/** What an extended header says of an entry in the place of its own fields. */
export interface Records {
  readonly path?: string
  readonly size?: string
  readonly mtime?: string
}

const NS_PER_SECOND = 1_000_000_000n

/** Reads a header with what was said before it; `at` names it. Refuses with BAD_INPUT what cannot be. */
export function entryOf(header: Buffer, { said, at }: { said: Records; at: string }): Entry {
  const refuse = (what: string): never => {
    throw new Refusal('BAD_INPUT', `${at} ${what}`)
  }
  const number = (from: number, to: number): bigint =>
    numberIn(header.subarray(from, to)) ?? refuse(`has no number from its byte ${from} on`)
  const name = nameOf(header.subarray(0, 100))
  // GNU's own format has other things where POSIX has the beginning of a long path.
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\u0000'
  const prefix = isPosix ? nameOf(header.subarray(345, 500)) : ''
  const bytes =
    said.size === undefined ? number(124, 136) : /^\d{1,16}$/.test(said.size) ? BigInt(said.size) : refuse('has a size that is none')
  if (bytes < 0n || bytes > BigInt(Number.MAX_SAFE_INTEGER)) refuse(`says that a file has ${bytes} bytes`)
  return {
    type: header.toString('latin1', 156, 157),
    path: said.path ?? (prefix === '' ? name : `${prefix}/${name}`),
    bytes: Number(bytes),
    mode: Number(number(100, 108) & 0o777n),
    mtimeNs: said.mtime === undefined ? number(136, 148) * NS_PER_SECOND : (nanoseconds(said.mtime) ?? refuse('has a time that is none')),
  }
}

/** Reads the records of a pax extended header that a file depends on; refuses with BAD_INPUT what is none, and a sparse file. */
export function recordsOf(body: Buffer, at: string): Records {
  const found: Record<string, string> = {}
  for (let from = 0; from < body.length;) {
    const [, digits = ''] = /^([1-9]\d{0,5}) /.exec(body.toString('latin1', from, from + 7)) ?? []
    const record = body.subarray(from, from + Number(digits))
    const equals = record.indexOf('=')
    if (digits === '' || record.length !== Number(digits) || record.at(-1) !== 0x0a || equals <= digits.length) {
      throw new Refusal('BAD_INPUT', `${at} is followed by what is no extended header`)
    }
    const key = record.toString('latin1', digits.length + 1, equals)
    if (key.startsWith('GNU.sparse.')) throw new Refusal('BAD_INPUT', `${at} is that of a GNU sparse file`)
    if (key in found) throw new Refusal('BAD_INPUT', `${at} says the ${key} of a file twice`)
    if (key === 'path' || key === 'size' || key === 'mtime') found[key] = pathText(record.subarray(equals + 1, -1))
    from += record.length
  }
  return found
}

/** A path as it is written, of the bytes before the first NUL. */
export function nameOf(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return pathText(end < 0 ? bytes : bytes.subarray(0, end))
}

/** A number as POSIX writes it, in octal, or as GNU does where that is too short, in base 256; `null` if it is neither. */
function numberIn(field: Buffer): bigint | null {
  const first = field[0] ?? 0
  if (first === 0x80 || first === 0xff) return BigInt.asIntN(8 * (field.length - 1), BigInt(`0x${field.toString('hex', 1)}`))
  const [, digits] = /^[ ]*([0-7]*)[ \u0000]*$/.exec(field.toString('latin1')) ?? []
  return digits === undefined ? null : BigInt(`0o${digits || '0'}`)
}

function nanoseconds(text: string): bigint | null {
  const [, sign, seconds = '', fraction = ''] = /^(-?)(\d{1,12})(?:\.(\d{0,18}))?$/.exec(text) ?? []
  if (sign === undefined) return null
  const ns = BigInt(seconds) * NS_PER_SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return sign === '-' ? -ns : ns
}
