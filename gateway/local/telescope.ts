import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Outage } from '@almagest/schema'
import { fitsTimestream, type FitsSamples } from './fits.ts'
import { g3Frames, streamFrames, type G3Scan } from './g3.ts'

/** The instruments that are simulated, with their modules: Prime-Cam writes G3 files, CHAI writes FITS files. */
export const INSTRUMENTS = {
  'prime-cam': { name: 'Prime-Cam', modules: ['f280-1', 'f350-1'] },
  chai: { name: 'CHAI', modules: ['lfa', 'hfa'] },
} as const

/** What is observed, and how much of it is written; the same plan always gives the same files. */
export interface Plan {
  readonly instrument: keyof typeof INSTRUMENTS
  /** The modules that write; all of the instrument's when absent. */
  readonly modules?: readonly string[]
  /** The executed observation's name, also in CHAI's file names; letters, digits and dashes. The start as `20261121T034800` when absent. */
  readonly obsId?: string
  readonly target: { readonly name: string; readonly raDeg: number; readonly decDeg: number }
  readonly startedAt: Date
  /** How long the observation lasts, shared by the files of a module. */
  readonly seconds: number
  /** 3 when absent. */
  readonly filesPerModule?: number
  /** About how large each file is: 1,000,000 when absent, 9 kB (FITS) or 40 kB (G3) at least; the sampling rate follows from it. */
  readonly bytesPerFile?: number
  readonly seed: number
  /** How the instrument digests a file, as `sha256:…` or `blake3:…`; when absent it gives no digest. */
  readonly digest?: (bytes: Buffer) => string
}

/** A file as its module wrote it; `path` is relative to the root, with forward slashes. */
export interface ObservedFile {
  readonly module: string
  readonly path: string
  readonly bytes: number
  readonly digest?: string
}

interface Exposure {
  readonly plan: Plan
  readonly module: string
  readonly obsId: string
  /** The file's number among its module's, from 0. */
  readonly index: number
  readonly startedAt: Date
  readonly endedAt: Date
  readonly seconds: number
}

/** FYST on Cerro Chajnantor: geodetic latitude, and geocentric position in metres (WGS 84). */
const LATITUDE_DEG = -22.985639
const STANDS_AT_M = [2_227_337.929, -5_441_704.119, -2_477_446.686] as const

const CHAI_DETECTORS = 64
const PRIME_CAM_DETECTORS = 128
const BIAS_LINES = 16
const SCANS_PER_FILE = 4
const COUNTS_PER_K = 1000

/**
 * Writes the files of one observation below `root`, module by module and each module's in the order of time, and tells what was written.
 * Every file appears whole under its final name; a second call with the same plan writes the same bytes again. Prime-Cam's files are named
 * as the Simons Observatory names them, `<first five digits of session>/<module>/<session>_<nnn>.g3` with the unix time of the start as
 * the session; CHAI's are `<UTC date of the start>/<module>/chai_<module>_<obsId>_<nnnn>.fits`.
 */
export async function observe(root: string, plan: Plan): Promise<ObservedFile[]> {
  const files: ObservedFile[] = []
  for (const exposure of exposures(plan)) {
    const { path, bytes } = plan.instrument === 'chai' ? chaiFile(exposure) : primeCamFile(exposure)
    await writeWhole(join(root, path), bytes)
    files.push({ module: exposure.module, path, bytes: bytes.length, ...(plan.digest && { digest: plan.digest(bytes) }) })
  }
  return files
}

function exposures(plan: Plan): Exposure[] {
  const { modules = INSTRUMENTS[plan.instrument].modules, filesPerModule = 3, startedAt } = plan
  const obsId = plan.obsId ?? startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  for (const name of [obsId, ...modules]) {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name)) throw new Error(`${JSON.stringify(name)} cannot be part of a file's name`)
  }
  const seconds = plan.seconds / filesPerModule
  const after = (files: number): Date => new Date(startedAt.getTime() + Math.round(files * seconds * 1000))
  return modules.flatMap(module => {
    return Array.from({ length: filesPerModule }, (_, index) => {
      return { plan, module, obsId, index, startedAt: after(index), endedAt: after(index + 1), seconds }
    })
  })
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.part`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(temporary, bytes)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new Outage(`the telescope cannot write ${basename(path)} (${(error as NodeJS.ErrnoException).code ?? String(error)})`, {
      cause: error,
    })
  }
}

function chaiFile(exposure: Exposure): { path: string; bytes: Buffer } {
  const { plan, module, obsId, index, startedAt, endedAt } = exposure
  const date = plan.startedAt.toISOString().slice(0, 10)
  const header = {
    telescope: 'FYST',
    instrument: INSTRUMENTS.chai.name,
    module,
    obsId,
    object: plan.target.name,
    raDeg: plan.target.raDeg,
    decDeg: plan.target.decDeg,
    startedAt,
    endedAt,
    standsAtM: STANDS_AT_M,
  }
  const headerBytes = 3 * 2880
  const rowBytes = 3 * 8 + CHAI_DETECTORS * 4
  const rows = Math.round((bytesOf(plan) - headerBytes) / rowBytes)
  return {
    path: `${date}/${module}/chai_${module}_${obsId}_${String(index).padStart(4, '0')}.fits`,
    bytes: fitsTimestream(header, samplesOf(exposure, { rows, detectors: CHAI_DETECTORS })),
  }
}

function primeCamFile(exposure: Exposure): { path: string; bytes: Buffer } {
  const { plan, module, obsId, index, startedAt } = exposure
  const sessionId = Math.floor(plan.startedAt.getTime() / 1000)
  const channelBytes = bytesOf(plan) / (PRIME_CAM_DETECTORS + BIAS_LINES) / SCANS_PER_FILE
  const headBytes = 54
  const perScan = Math.max(2, Math.round((channelBytes - headBytes) / 4))
  const { timeS, detectors } = samplesOf(exposure, { rows: perScan * SCANS_PER_FILE, detectors: PRIME_CAM_DETECTORS })
  const biases = Array.from({ length: BIAS_LINES }, (_, line) => new Int32Array(perScan).fill(12_000 + 250 * line))

  const scans = Array.from({ length: SCANS_PER_FILE }, (_, scan): G3Scan => {
    const [first, last] = [scan * perScan, (scan + 1) * perScan - 1]
    return {
      startedAt: new Date(startedAt.getTime() + timeS[first]! * 1000),
      endedAt: new Date(startedAt.getTime() + timeS[last]! * 1000),
      detectors: named(
        'r',
        4,
        detectors.map(kelvin => counts(kelvin.subarray(first, last + 1))),
      ),
      biases: named('bias', 2, biases),
    }
  })
  const opening = {
    obsId,
    source: plan.target.name,
    raDeg: plan.target.raDeg,
    decDeg: plan.target.decDeg,
    startedAt: plan.startedAt,
    endedAt: new Date(plan.startedAt.getTime() + plan.seconds * 1000),
    status: `stream_id: ${module}\nchannels: ${PRIME_CAM_DETECTORS}\nbias_lines: ${BIAS_LINES}\ncounts_per_kelvin: ${COUNTS_PER_K}\n`,
  }
  const stream = { streamId: module, sessionId, scans }
  const frames = streamFrames(index === 0 ? { ...stream, opening, firstFrame: 0 } : { ...stream, firstFrame: 2 + index * SCANS_PER_FILE })
  return {
    path: `${String(sessionId).slice(0, 5)}/${module}/${sessionId}_${String(index).padStart(3, '0')}.g3`,
    bytes: g3Frames(frames),
  }
}

function counts(kelvin: Float32Array): Int32Array {
  return Int32Array.from(kelvin, k => Math.round(k * COUNTS_PER_K))
}

function bytesOf({ bytesPerFile = 1_000_000 }: Plan): number {
  return bytesPerFile
}

function named(prefix: string, digits: number, channels: readonly Int32Array[]): ReadonlyMap<string, Int32Array> {
  return new Map(channels.map((channel, index) => [`${prefix}${String(index).padStart(digits, '0')}`, channel]))
}

/**
 * What the detectors see while the telescope scans in azimuth over the target at its culmination: the drift of the atmosphere (falling as
 * 1/f, common to all), white noise, and the target as a point source crossing one detector after the other. In kelvin.
 */
function samplesOf({ plan, module, index, seconds }: Exposure, size: { rows: number; detectors: number }): FitsSamples {
  const rows = Math.max(2, size.rows)
  const uniform = mulberry32(hash(`${plan.seed}/${module}/${index}`))
  const drift = driftOf(mulberry32(hash(`${plan.seed}/${module}`)))
  const sinceStartS = index * seconds
  const stepS = seconds / rows

  const elevationDeg = Math.max(20, 90 - Math.abs(LATITUDE_DEG - plan.target.decDeg))
  const azimuthDeg = plan.target.decDeg < LATITUDE_DEG ? 180 : 0
  const beamDeg = 0.02
  const throwDeg = 1
  /** Slow enough for the target to stay in a beam for four samples. */
  const periodS = Math.max(20, (4 * throwDeg * 4 * stepS) / beamDeg)
  const columns = Math.ceil(Math.sqrt(size.detectors))

  const timeS = Float64Array.from({ length: rows }, (_, row) => row * stepS)
  const phase = timeS.map(time => ((sinceStartS + time) / periodS) % 1)
  const onSkyDeg = phase.map(part => throwDeg * (Math.abs(part * 4 - 2) - 1))
  const azDeg = onSkyDeg.map(offset => (azimuthDeg + offset / Math.cos((elevationDeg * Math.PI) / 180) + 360) % 360)
  const elDeg = timeS.map(() => elevationDeg)
  const common = timeS.map(time => drift(sinceStartS + time))

  const detectors = Array.from({ length: size.detectors }, (_, detector) => {
    const gain = 0.9 + 0.2 * uniform()
    const offsetDeg = ((detector % columns) - (columns - 1) / 2) * beamDeg * 2
    const besideDeg = (Math.floor(detector / columns) - (columns - 1) / 2) * beamDeg * 0.2
    return Float32Array.from(timeS, (_, row) => {
      const distance = Math.hypot(onSkyDeg[row]! + offsetDeg, besideDeg) / beamDeg
      return gain * (common[row]! + 2 * Math.exp(-(distance ** 2) / 2)) + 0.05 * normal(uniform)
    })
  })
  return { timeS, azDeg, elDeg, detectors }
}

/** The atmosphere's emission in K over the seconds of an observation: slow waves, the slower the stronger. */
function driftOf(uniform: () => number): (seconds: number) => number {
  const waves = Array.from({ length: 12 }, (_, octave) => {
    return { hertz: 0.001 * 2 ** octave * (0.8 + 0.4 * uniform()), kelvin: 2 ** (-octave / 2), turn: 2 * Math.PI * uniform() }
  })
  return seconds => 25 + waves.reduce((sum, { hertz, kelvin, turn }) => sum + kelvin * Math.sin(2 * Math.PI * hertz * seconds + turn), 0)
}

/** Numbers evenly spread over [0, 1), the same for the same seed (mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A number of the normal distribution (Box and Muller). */
function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  return Buffer.from(text).reduce((mixed, byte) => Math.imul(mixed ^ byte, 0x01000193) >>> 0, 0x811c9dc5)
}
