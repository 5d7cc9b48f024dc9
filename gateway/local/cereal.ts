/** Marks a pointer, or the name of a class, that an archive did not have before. */
export const NEW = 0x8000_0000

/** What writes the values of an archive, one after another. */
export type Writer = ReturnType<typeof openWriter>

/** What reads the values of an archive, one after another. */
export type Reader = ReturnType<typeof openReader>

/** A cereal portable binary archive being written, little-endian: one flag byte, then values without padding. */
export function openWriter() {
  const parts: Buffer[] = [Buffer.of(1)]
  const versioned = new Set<string>()
  let pointers = 0

  const int = (value: bigint, bytes: number): void => {
    const part = Buffer.alloc(8)
    part.writeBigInt64LE(BigInt.asIntN(64, value))
    parts.push(part.subarray(0, bytes))
  }
  const u32 = (value: number): void => int(BigInt(value), 4)
  const size = (value: number): void => int(BigInt(value), 8)
  return {
    int,
    u32,
    size,
    i64: (value: bigint): void => int(value, 8),
    f64(value: number): void {
      const part = Buffer.alloc(8)
      part.writeDoubleLE(value)
      parts.push(part)
    },
    raw(bytes: Buffer): void {
      parts.push(bytes)
    },
    string(value: string): void {
      const bytes = Buffer.from(value)
      size(bytes.length)
      parts.push(bytes)
    },
    array(samples: Int32Array | Float64Array): void {
      const part = Buffer.alloc(samples.byteLength)
      if (samples instanceof Int32Array) samples.forEach((sample, index) => part.writeInt32LE(sample, index * 4))
      else samples.forEach((sample, index) => part.writeDoubleLE(sample, index * 8))
      parts.push(part)
    },
    /** A class's version is written once in an archive, before the first object of that class. */
    version(className: string, value: number): void {
      if (!versioned.has(className)) u32(value)
      versioned.add(className)
    },
    /** Marks a shared pointer that was not seen before; they are numbered from 1. */
    pointer(): void {
      u32(NEW + ++pointers)
    },
    bytes: (): Buffer => Buffer.concat(parts),
  }
}

/** A cereal portable binary archive being read from byte `from` on, in the byte order that its first byte tells. */
export function openReader(bytes: Buffer, from: number) {
  const versions = new Map<string, number>()
  let at = from

  const raw = (length: number): Buffer => {
    if (length > bytes.length - at) {
      throw new Error(`the G3 archive at byte ${from} wants ${length} bytes at ${at}, and ends at ${bytes.length}`)
    }
    at += length
    return bytes.subarray(at - length, at)
  }
  const little = raw(1)[0] === 1
  const int = (width: number): bigint => {
    const part = little ? Buffer.from(raw(width)).reverse() : raw(width)
    return BigInt.asIntN(width * 8, BigInt(`0x${part.toString('hex')}`))
  }
  const u32 = (): number => (little ? raw(4).readUInt32LE() : raw(4).readUInt32BE())
  const f64 = (): number => (little ? raw(8).readDoubleLE() : raw(8).readDoubleBE())
  const size = (): number => Number(BigInt.asUintN(64, int(8)))
  return {
    raw,
    int,
    u32,
    f64,
    size,
    i64: (): bigint => int(8),
    string: (): string => raw(size()).toString(),
    many<item>(one: () => item): item[] {
      const items: item[] = []
      for (let left = size(); left > 0; left--) items.push(one())
      return items
    },
    int32s(): Int32Array {
      const part = raw(size() * 4)
      const one = (index: number): number => (little ? part.readInt32LE(index * 4) : part.readInt32BE(index * 4))
      return Int32Array.from({ length: part.length / 4 }, (_, index) => one(index))
    },
    float64s(): Float64Array {
      const part = raw(size() * 8)
      const one = (index: number): number => (little ? part.readDoubleLE(index * 8) : part.readDoubleBE(index * 8))
      return Float64Array.from({ length: part.length / 8 }, (_, index) => one(index))
    },
    version(className: string): number {
      const version = versions.get(className) ?? u32()
      versions.set(className, version)
      return version
    },
    at: (): number => at,
  }
}
