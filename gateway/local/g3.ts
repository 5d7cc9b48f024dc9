import { NEW, openReader, openWriter, type Reader, type Writer } from './cereal.ts'

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
  return Buffer.concat(
    frames.map(frame => {
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
    }),
  )
}

/**
 * The frames of a G3 file of either byte order. Throws, naming the byte, when the file ends inside a frame, when a frame is of a version
 * other than 1, or when its CRC-32C is not that of its contents.
 */
export function readG3Frames(bytes: Buffer): G3Frame[] {
  const frames: G3Frame[] = []
  for (let at = 0; at < bytes.length;) {
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
  return [24, 16, 8, 0]
    .map(shift => (code >>> shift) & 0xff)
    .filter(byte => byte > 0)
    .map(byte => String.fromCharCode(byte))
    .join('')
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
    read: archive => archive.i64(),
  },
  G3Double: {
    version: 1,
    write: (archive, value) => archive.f64(value),
    read: archive => archive.f64(),
  },
  G3String: {
    version: 1,
    write: (archive, value) => archive.string(value),
    read: archive => archive.string(),
  },
  G3Time: {
    version: 1,
    write: (archive, value) => archive.i64(value),
    read: archive => archive.i64(),
  },
  G3VectorInt: {
    version: 2,
    write(archive, value) {
      const bits = [8, 16, 32, 64].find(width => value.every(one => BigInt.asIntN(width, one) === one))
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
    read: archive => archive.many(() => archive.f64()),
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
    read: archive => new Map(archive.many(() => [archive.string(), archive.f64()])),
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
