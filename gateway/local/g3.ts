/** Samples of one detector, evenly spaced from `start` to `stop`, both ends included (10 ns since 1970, UTC). */
export interface G3Timestream {
  /** `G3Timestream::TimestreamUnits`: 0 none, 1 counts. */
  readonly units: number
  readonly start: bigint
  readonly stop: bigint
  readonly samples: Int32Array | Float64Array
}

/** The classes of frame objects that are written and read here, with what each holds; `G3Time` is in 10 ns since 1970 (UTC). */
export interface G3Values {
  readonly G3Int: bigint
  readonly G3Double: number
  readonly G3String: string
  readonly G3Time: bigint
  readonly G3VectorInt: readonly bigint[]
  readonly G3VectorDouble: readonly number[]
  readonly G3MapDouble: ReadonlyMap<string, number>
  readonly G3TimestreamMap: ReadonlyMap<string, G3Timestream>
}

type Known = keyof G3Values

type KnownObject<kind extends Known> = { readonly [one in kind]: { readonly kind: one; readonly value: G3Values[one] } }[kind]

/** One named thing in a frame; an object of a class that is not read here keeps its serialised bytes. */
export type G3Object = KnownObject<Known> | { readonly kind: 'unread'; readonly className: string; readonly blob: Buffer }

/** A frame: `type` is its code of one to four letters (O observation, W wiring, S scan, …). */
export interface G3Frame {
  readonly type: string
  readonly objects: ReadonlyMap<string, G3Object>
}

/** Part of a session's stream as it lies in one file: the frames from number `firstFrame` on. */
export interface G3Stream {
  readonly streamId: string
  /** Unix time in seconds at which the session began. */
  readonly sessionId: number
  /** Given in the session's first file only, which then opens with an observation and a wiring frame. */
  readonly opening?: G3Opening
  /** The number of the file's first frame in its session: 0 when `opening` is given. */
  readonly firstFrame: number
  readonly scans: readonly G3Scan[]
}

/** What is known when a session begins: the source (degrees of ICRS), when it starts and ends, and the readout's status as YAML. */
export interface G3Opening {
  readonly obsId: string
  readonly source: string
  readonly raDeg: number
  readonly decDeg: number
  readonly startedAt: Date
  readonly endedAt: Date
  readonly status: string
}

/** What one scan frame holds: counts of each detector and of each bias line, the first sampled at `startedAt`, the last at `endedAt`. */
export interface G3Scan {
  readonly startedAt: Date
  readonly endedAt: Date
  readonly detectors: ReadonlyMap<string, Int32Array>
  readonly biases: ReadonlyMap<string, Int32Array>
}

/**
 * The frames of a file as the Simons Observatory's streamer lays them out (sostream version 1): an observation frame, a wiring frame, then
 * scan frames, of which each holds its detectors as a `G3TimestreamMap`.
 */
export function streamFrames({ streamId, sessionId, opening, firstFrame, scans }: G3Stream): G3Frame[] {
  const frames: G3Frame[] = []
  function add(type: string, time: Date, objects: readonly [string, G3Object][]): void {
    const common: [string, G3Object][] = [
      ['sostream_id', { kind: 'G3String', value: streamId }],
      ['sostream_version', { kind: 'G3Int', value: 1n }],
      ['session_id', { kind: 'G3Int', value: BigInt(sessionId) }],
      ['frame_num', { kind: 'G3Int', value: BigInt(firstFrame + frames.length) }],
      ['time', { kind: 'G3Time', value: g3Time(time) }],
    ]
    frames.push({ type, objects: new Map([...common, ...objects]) })
  }

  if (opening) {
    add('O', opening.startedAt, [
      ['ObservationName', { kind: 'G3String', value: opening.obsId }],
      ['SourceName', { kind: 'G3String', value: opening.source }],
      ['SourceRa', { kind: 'G3Double', value: radians(opening.raDeg) }],
      ['SourceDec', { kind: 'G3Double', value: radians(opening.decDeg) }],
      ['ObservationStart', { kind: 'G3Time', value: g3Time(opening.startedAt) }],
      ['ObservationStop', { kind: 'G3Time', value: g3Time(opening.endedAt) }],
    ])
    add('W', opening.startedAt, [
      ['status', { kind: 'G3String', value: opening.status }],
      ['dump', { kind: 'G3Int', value: 1n }],
    ])
  }
  for (const scan of scans) {
    add('S', scan.endedAt, [
      ['timing_paradigm', { kind: 'G3String', value: 'High Precision' }],
      ['num_samples', { kind: 'G3Int', value: BigInt(scan.detectors.values().next().value?.length ?? 0) }],
      ['data', timestreams(scan, scan.detectors)],
      ['tes_biases', timestreams(scan, scan.biases)],
    ])
  }
  return frames
}

function timestreams(scan: G3Scan, channels: ReadonlyMap<string, Int32Array>): G3Object {
  const [start, stop] = [g3Time(scan.startedAt), g3Time(scan.endedAt)]
  return { kind: 'G3TimestreamMap', value: new Map([...channels].map(([name, samples]) => [name, { units: 1, start, stop, samples }])) }
}

/** A moment as spt3g counts it: units of 10 ns since 1970 (UTC). */
export function g3Time(moment: Date): bigint {
  return BigInt(moment.getTime()) * 100_000n
}

/** G3 counts angles in radians. */
function radians(deg: number): number {
  return (deg * Math.PI) / 180
}

/**
 * The bytes of a G3 file: spt3g's frames one after another, each a little-endian cereal portable binary archive of version, count, type,
 * names with serialised objects, and the CRC-32C (Castagnoli) of these. The same frames give the same bytes.
 */
export function g3Frames(frames: readonly G3Frame[]): Buffer {
  return Buffer.concat(frames.map((frame) => {
    const archive = openWriter()
    archive.u32(1)
    archive.u32(frame.objects.size)
    archive.u32(frameCode(frame.type))
    let crc = 0
    for (const [name, object] of frame.objects) {
      const blob = object.kind === 'unread' ? object.blob : serialise(object)
      archive.string(name)
      archive.size(blob.length)
      archive.raw(blob)
      crc = crc32c(blob, crc32c(Buffer.from(name), crc))
    }
    archive.u32(crc)
    return archive.bytes()
  }))
}

/**
 * The frames of a G3 file of either byte order. Throws, naming the byte, when the file ends inside a frame, when a frame is of a version
 * other than 1, or when its CRC-32C is not that of its contents.
 */
export function readG3Frames(bytes: Buffer): G3Frame[] {
  const frames: G3Frame[] = []
  for (let at = 0; at < bytes.length; ) {
    const archive = openReader(bytes, at)
    const version = archive.u32()
    if (version !== 1) throw new Error(`the G3 frame at byte ${at} is of version ${version}, and only version 1 is known`)
    const count = archive.u32()
    const type = frameType(archive.u32())
    const objects = new Map<string, G3Object>()
    let crc = 0
    for (let index = 0; index < count; index++) {
      const name = archive.string()
      const blob = archive.raw(archive.size())
      crc = crc32c(blob, crc32c(Buffer.from(name), crc))
      objects.set(name, parse(blob))
    }
    const recorded = archive.u32()
    if (recorded !== crc) throw new Error(`the G3 frame at byte ${at} records CRC-32C ${hex(recorded)}, and its contents have ${hex(crc)}`)
    frames.push({ type, objects })
    at = archive.at()
  }
  return frames
}

function frameCode(type: string): number {
  if (!/^[!-~]{1,4}$/.test(type)) throw new Error(`a G3 frame type has one to four letters, and ${JSON.stringify(type)} has not`)
  return [...type].reduce((code, letter) => code * 256 + letter.charCodeAt(0), 0)
}

function frameType(code: number): string {
  return [24, 16, 8, 0].map((shift) => (code >>> shift) & 0xff).filter((byte) => byte > 0).map((byte) => String.fromCharCode(byte)).join('')
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

/** CRC-32C from register `crc` on, without the inversions of RFC 3720: G3 begins at 0 and stores the register as it is. */
function crc32c(bytes: Buffer, crc: number): number {
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return crc >>> 0
}

const NEW = 0x8000_0000
const SAME_CLASS = 0x4000_0000

/** How a class lies in an archive, after its version; `read` gives `undefined` for a form of it that is not read here. */
interface Codec<value> {
  readonly version: number
  write(archive: Writer, value: value): void
  read(archive: Reader, version: number): value | undefined
}

const CODECS: { readonly [kind in Known]: Codec<G3Values[kind]> } = {
  G3Int: {
    version: 1,
    write: (archive, value) => archive.i64(value),
    read: (archive) => archive.i64(),
  },
  G3Double: {
    version: 1,
    write: (archive, value) => archive.f64(value),
    read: (archive) => archive.f64(),
  },
  G3String: {
    version: 1,
    write: (archive, value) => archive.string(value),
    read: (archive) => archive.string(),
  },
  G3Time: {
    version: 1,
    write: (archive, value) => archive.i64(value),
    read: (archive) => archive.i64(),
  },
  G3VectorInt: {
    version: 2,
    write(archive, value) {
      const bits = [8, 16, 32, 64].find((width) => value.every((one) => BigInt.asIntN(width, one) === one))
      if (!bits) throw new Error('a G3VectorInt holds integers of 64 bits, and one here is larger')
      archive.u32(bits)
      archive.size(value.length)
      for (const one of value) archive.int(one, bits / 8)
    },
    read(archive, version) {
      const bits = version === 1 ? 32 : archive.u32()
      return archive.many(() => archive.int(bits / 8))
    },
  },
  G3VectorDouble: {
    version: 1,
    write(archive, value) {
      archive.size(value.length)
      for (const one of value) archive.f64(one)
    },
    read: (archive) => archive.many(() => archive.f64()),
  },
  G3MapDouble: {
    version: 1,
    write(archive, value) {
      archive.size(value.size)
      for (const [key, one] of value) {
        archive.string(key)
        archive.f64(one)
      }
    },
    read: (archive) => new Map(archive.many(() => [archive.string(), archive.f64()])),
  },
  G3TimestreamMap: {
    version: 3,
    write(archive, value) {
      archive.size(value.size)
      for (const [key, one] of value) {
        archive.string(key)
        archive.u32(SAME_CLASS)
        archive.pointer()
        writeTimestream(archive, one)
      }
    },
    read(archive, version) {
      const size = archive.size()
      const streams = new Map<string, G3Timestream>()
      for (let index = 0; index < size; index++) {
        const key = archive.string()
        if (version >= 3 && archive.u32() !== SAME_CLASS) return undefined
        if (version >= 3 && archive.u32() < NEW) return undefined
        const one = readTimestream(archive)
        if (!one) return undefined
        streams.set(key, one)
      }
      return version >= 2 ? streams : undefined
    },
  },
}

/** Version 3 is the oldest that knows integer samples, so that every reader of these knows it. */
const TIMESTREAM_VERSION = 3

function writeTimestream(archive: Writer, { units, start, stop, samples }: G3Timestream): void {
  archive.version('G3Timestream', TIMESTREAM_VERSION)
  archive.version('G3FrameObject', 1)
  archive.u32(units)
  for (const moment of [start, stop]) {
    archive.version('G3Time', 1)
    archive.i64(moment)
  }
  archive.int(0n, 1)
  archive.u32(samples instanceof Float64Array ? 0 : 2)
  archive.size(samples.length)
  archive.array(samples)
}

function readTimestream(archive: Reader): G3Timestream | undefined {
  const version = archive.version('G3Timestream')
  archive.version('G3FrameObject')
  if (version < 2) return undefined
  const units = archive.u32()
  const [start, stop] = [readTime(archive), readTime(archive)]
  const compressed = archive.int(1) !== 0n
  const dataType = version < 3 ? 0 : archive.u32()
  if (compressed || (dataType !== 0 && dataType !== 2)) return undefined
  const samples = dataType === 0 ? archive.float64s() : archive.int32s()
  return { units, start, stop, samples }
}

function readTime(archive: Reader): bigint {
  archive.version('G3Time')
  archive.version('G3FrameObject')
  return archive.i64()
}

/** An object as cereal saves a polymorphic shared pointer: its class's name, the pointer's number, class versions, then the value. */
function serialise<kind extends Known>(object: KnownObject<kind>): Buffer {
  const archive = openWriter()
  archive.u32(NEW + 1)
  archive.string(object.kind)
  archive.pointer()
  const codec = CODECS[object.kind]
  archive.version(object.kind, codec.version)
  archive.version('G3FrameObject', 1)
  codec.write(archive, object.value)
  return archive.bytes()
}

function parse(blob: Buffer): G3Object {
  const archive = openReader(blob, 0)
  const polymorphic = archive.u32()
  const className = polymorphic >= NEW ? archive.string() : ''
  const unread: G3Object = { kind: 'unread', className, blob }
  if (!isKnown(className) || archive.u32() < NEW) return unread
  const version = archive.version(className)
  if (version > CODECS[className].version) return unread
  archive.version('G3FrameObject')
  const value = CODECS[className].read(archive, version)
  return value === undefined ? unread : ({ kind: className, value } as G3Object)
}

function isKnown(className: string): className is Known {
  return Object.hasOwn(CODECS, className)
}

type Writer = ReturnType<typeof openWriter>
type Reader = ReturnType<typeof openReader>

/** A cereal portable binary archive being written, little-endian: one flag byte, then values without padding. */
function openWriter() {
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
function openReader(bytes: Buffer, from: number) {
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
