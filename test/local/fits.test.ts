import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type FitsExposure, type FitsSamples, fitsTimestream } from '@almagest/gateway/local'

const exposure: FitsExposure = {
  telescope: 'FYST',
  instrument: 'CHAI',
  module: 'lfa',
  obsId: '20261121T034800',
  object: "Barnard's star",
  raDeg: 269.452,
  decDeg: 4.6933,
  startedAt: new Date('2026-11-21T03:48:00.500Z'),
  endedAt: new Date('2026-11-21T03:51:20.500Z'),
  standsAtM: [2227337.929, -5441704.119, -2477446.686],
}

function samples(rows: number, scale = 1): FitsSamples {
  return {
    timeS: Float64Array.from({ length: rows }, (_, row) => row / 10),
    azDeg: Float64Array.from({ length: rows }, (_, row) => 180 + row / 100),
    elDeg: Float64Array.from({ length: rows }, () => 62.3),
    detectors: Array.from({ length: 5 }, (_, detector) => Float32Array.from({ length: rows }, (_, row) => scale * (row + detector / 4))),
  }
}

interface Hdu {
  readonly cards: ReadonlyMap<string, string>
  readonly whole: Buffer
  readonly data: Buffer
}

/** A second, slow reading of a FITS file: its HDUs with what stands after `= ` on each card, comments cut off. */
function readHdus(file: Buffer): Hdu[] {
  const hdus: Hdu[] = []
  for (let from = 0; from < file.length;) {
    const cards = new Map<string, string>()
    let at = from
    for (let keyword = ''; keyword !== 'END'; at += 80) {
      const card = file.toString('latin1', at, at + 80)
      keyword = card.slice(0, 8).trimEnd()
      const value = /^= +('(?:[^']|'')*'|[^ /]+)/.exec(card.slice(8))?.[1] ?? ''
      cards.set(keyword, value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'").trimEnd() : value)
    }
    const dataFrom = Math.ceil(at / 2880) * 2880
    const dataBytes = cards.get('NAXIS') === '2' ? Number(cards.get('NAXIS1')) * Number(cards.get('NAXIS2')) : 0
    const end = dataFrom + Math.ceil(dataBytes / 2880) * 2880
    hdus.push({ cards, whole: file.subarray(from, end), data: file.subarray(dataFrom, end) })
    from = end
  }
  return hdus
}

/** The ones'-complement sum of 32-bit words is their sum modulo 2^32 - 1. */
function sumOfWords(bytes: Buffer): bigint {
  let sum = 0n
  for (let at = 0; at < bytes.length; at += 4) sum += BigInt(`0x${bytes.toString('hex', at, at + 4)}`)
  return sum
}

describe('a FITS timestream', () => {
  test('has two HDUs of whole blocks whose checksums close to minus zero', () => {
    const digits = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89].map(scale => {
      const file = fitsTimestream(exposure, samples(700, scale))
      const hdus = readHdus(file)
      expect(hdus).toHaveLength(2)
      for (const { cards, whole, data } of hdus) {
        expect(whole.length % 2880).toBe(0)
        expect(sumOfWords(whole) % 0xffffffffn).toBe(0n)
        expect(BigInt(cards.get('DATASUM')!)).toBe(sumOfWords(data) % 0xffffffffn)
        expect(cards.get('CHECKSUM')).toMatch(/^[A-Za-z0-9]{16}$/)
      }
      return hdus[1]!.cards.get('CHECKSUM')
    })
    expect(new Set(digits).size).toBe(10)
  })

  test('no longer closes when one bit of it flips', () => {
    const file = fitsTimestream(exposure, samples(700))
    file[9000]! ^= 4
    expect(sumOfWords(readHdus(file)[1]!.whole) % 0xffffffffn).not.toBe(0n)
  })

  test('says in its header what was observed, when and where', () => {
    const [primary, table] = readHdus(fitsTimestream(exposure, samples(3)))
    expect(Object.fromEntries(primary!.cards)).toMatchObject({
      SIMPLE: 'T',
      TELESCOP: 'FYST',
      INSTRUME: 'CHAI',
      DETNAM: 'lfa',
      OBJECT: "Barnard's star",
      OBS_ID: '20261121T034800',
      RADESYS: 'ICRS',
      TIMESYS: 'UTC',
      'DATE-OBS': '2026-11-21T03:48:00.500',
      'DATE-END': '2026-11-21T03:51:20.500',
      EXPTIME: '200.0',
      RA: '269.452',
    })
    expect(Number(primary!.cards.get('MJD-OBS'))).toBeCloseTo(61365.1583391, 6)
    expect(table!.cards.get('EXTNAME')).toBe('TIMESTREAM')
    const columns = [1, 2, 3, 4].map(column => ['TTYPE', 'TFORM', 'TUNIT'].map(keyword => table!.cards.get(keyword + column)))
    expect(columns).toEqual([
      ['TIME', '1D', 's'],
      ['AZ', '1D', 'deg'],
      ['EL', '1D', 'deg'],
      ['SIGNAL', '5E', 'K'],
    ])
  })

  test('holds every sample, big-endian, row by row', () => {
    const { data } = readHdus(fitsTimestream(exposure, samples(40)))[1]!
    const row = data.subarray(7 * 44)
    expect([row.readDoubleBE(0), row.readDoubleBE(8), row.readDoubleBE(16)]).toEqual([0.7, 180.07, 62.3])
    expect([0, 1, 2, 3, 4].map(detector => row.readFloatBE(24 + 4 * detector))).toEqual([7, 7.25, 7.5, 7.75, 8])
  })

  test('refuses a name that FITS cannot hold', () => {
    const write = (fields: Partial<FitsExposure>) => () => fitsTimestream({ ...exposure, ...fields }, samples(1))
    expect(write({ object: 'ζ Oph' })).toThrow('OBJECT is "ζ Oph", and a FITS string holds printable ASCII only')
    expect(write({ object: 'x'.repeat(69) })).toThrow('does not fit on a FITS card')
    expect(write({ raDeg: NaN })).toThrow('RA is NaN')
  })

  test('is accepted by fitsverify without a warning', async ({ skip }) => {
    skip(spawnSync('fitsverify', ['-h']).error !== undefined, 'fitsverify is not installed here')
    const folder = await mkdtemp(join(tmpdir(), 'almagest-'))
    try {
      const paths = await Promise.all(
        [0, 1, 700].map(async rows => {
          const path = join(folder, `${rows}.fits`)
          await writeFile(path, fitsTimestream(exposure, samples(rows)))
          return path
        }),
      )
      const { status, stdout } = spawnSync('fitsverify', paths, { encoding: 'utf8' })
      expect(stdout.match(/Verification found 0 warning\(s\) and 0 error\(s\)/g), stdout).toHaveLength(3)
      expect(status).toBe(0)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
