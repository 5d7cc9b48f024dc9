import { blake3 } from '@noble/hashes/blake3.js'

let last = 0
let count = 0

/** A new UUIDv7 (RFC 9562). Those of one process count up, even where its clock is set back. */
export function newId(): string {
  const now = Date.now()
  if (now > last) {
    last = now
    count = 0
  } else if (++count > 0xfff) {
    last += 1
    count = 0
  }
  return format(last, { upper: count, rest: crypto.getRandomValues(new Uint8Array(8)) })
}

/** The UUIDv7 that belongs to a moment and a text: the same for ever, so that who makes it again makes no other. */
export function idOf(moment: Date, text: string): string {
  const digest = blake3(new TextEncoder().encode(text))
  return format(moment.getTime(), { upper: ((digest[8] ?? 0) << 4) | ((digest[9] ?? 0) >> 4), rest: digest.subarray(0, 8) })
}

function format(ms: number, { upper, rest }: { upper: number; rest: Uint8Array }): string {
  const time = Math.max(ms, 0).toString(16).padStart(12, '0')
  const tail = [...rest].map((byte, index) => (index === 0 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0')).join('')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${upper.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`
}
