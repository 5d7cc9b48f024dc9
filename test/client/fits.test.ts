import { existsSync } from 'node:fs'
import { glob, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { readFitsHeader, readTranslation, STANDARD, translate, type FitsHeader, type Translation } from '@almagest/client/node'
import { fault, test as base } from './fixtures.ts'

/** A folder with FITS files of other observatories, for machines that have one. */
const REAL = process.env.TEST_FITS ?? ''

interface Fixtures {
  /** The header of a file with these cards. */
  readonly read: (...cards: string[]) => Promise<FitsHeader>
  /** What is said of a file that is not as it should be; its path left out. */
  readonly refused: (bytes: Buffer | string) => Promise<string>
}

const test = base.extend<Fixtures>({
  read: async ({ root }, use) =>
    use(async (...cards) => {
      const path = join(root, 'a.fits')
      await writeFile(path, headerOf(cards))
      return readFitsHeader(path)
    }),
  refused: async ({ root }, use) =>
    use(async bytes => {
      const path = join(root, 'a.fits')
      await writeFile(path, bytes)
      const { message = '', code } = ((await fault(readFitsHeader(path))) ?? {}) as { message?: string; code?: string }
      expect(code).toBe('BAD_INPUT')
      return message.replace(`${path} `, '')
    }),
})

/** A primary header: SIMPLE, these cards, END, filled up to whole blocks. */
function headerOf(cards: readonly string[]): string {
  const text = ['SIMPLE  =                    T', ...cards, 'END'].map(card => card.padEnd(80)).join('')
  return text.padEnd(Math.ceil(text.length / 2_880) * 2_880)
}

const said = (header: FitsHeader, translation: Translation = STANDARD): object => translate(header, { translation, path: 'a.fits' })

describe('a FITS header', () => {
  test('is read as the standard says', async ({ read }) => {
    const { values, torn } = await read(
      "OBJECT  = 'M 31''s core   '    / what",
      'EXPTIME =              1.5D+01 / [s]',
      'NUMBER  = -42',
      'FLAG    = F / no',
      'EMPTY   =                      / undefined',
      "BLANK   = ''",
      'COMMENT = not a value',
      "LONG    = 'a long one, &'",
      "CONTINUE  'and its end'  / so",
      'HIERARCH ESO DET NAME = 5',
      "TWICE   = 'a'",
      "TWICE   = 'b'",
      "AMP     = 'Q&'",
    )

    expect(Object.fromEntries(values)).toEqual({
      SIMPLE: true,
      OBJECT: "M 31's core",
      EXPTIME: 15,
      NUMBER: -42,
      FLAG: false,
      EMPTY: null,
      BLANK: '',
      LONG: 'a long one, and its end',
      'ESO DET NAME': 5,
      TWICE: 'b',
      AMP: 'Q&',
    })
    expect([...torn]).toEqual(['TWICE'])
  })

  test('is refused with a clear sentence when it is none', async ({ refused }) => {
    expect(await refused('')).toBe('is no FITS file: it does not begin with SIMPLE = T')
    expect(await refused(Buffer.from(Array.from({ length: 9_000 }, (_, index) => index % 251)))).toMatch(/is no FITS file/)
    expect(await refused(headerOf([]).slice(0, 2_000))).toBe('is cut: its header ends in byte 2000, without END')
    expect(await refused(headerOf([]).replace('END', 'ENX'))).toMatch(/is cut: its header ends in byte 2880, without END/)
    expect(await refused(headerOf(["A       = 'b\u0001'"]))).toBe('has a character that is not printable ASCII in card 2')
    expect(await refused(headerOf(["A       = 'b"]))).toBe('has a string without its end in card 2 (A)')
    expect(await refused(headerOf(['A       = 1,5']))).toBe('has the value "1,5" in card 2 (A): it is no string, logical or number of FITS')
    expect(await refused(headerOf(['lower   = 1']))).toBe('has the keyword "lower" in card 2: it may have A to Z, 0 to 9, _ and -')
  })

  test.skipIf(!existsSync(REAL))('of every real file is read, or refused in a sentence', async () => {
    const files = await Array.fromAsync(glob('**/*.{fits,fit}', { cwd: REAL }))
    for (const file of files) {
      const header = await readFitsHeader(join(REAL, file)).catch((error: unknown) => error)
      if (header instanceof Error) expect(header).toMatchObject({ code: 'BAD_INPUT' })
      else expect((header as FitsHeader).values.get('SIMPLE')).toBe(true)
    }
    expect(files.length).toBeGreaterThan(0)
  })
})

describe('a translation', () => {
  test('gives what headers say in degrees, UTC and seconds', async ({ read }) => {
    const header = await read(
      "INSTRUME= 'Prime Cam'",
      "OBJECT  = 'Orion KL'",
      "RA      = '05:35:14.16'",
      "DEC     = '-05 22 21.5'",
      "DATE-OBS= '2026-11-21T03:00:00.123456'",
      'EXPTIME = 60.5',
      "FILTER  = '280'",
    )

    expect(said(header)).toEqual({
      instrument: 'prime-cam',
      target: 'Orion KL',
      raDeg: expect.closeTo(83.809, 6) as number,
      decDeg: expect.closeTo(-5.372639, 6) as number,
      startedAt: new Date('2026-11-21T03:00:00.123Z'),
      endedAt: new Date('2026-11-21T03:01:00.623Z'),
      exposureS: 60.5,
      filter: '280',
    })
    const apart = await read("DATE-OBS= '2005-03-07'", "TIME-OBS= '13:42:38'")
    expect(said(apart)).toEqual({ startedAt: new Date('2005-03-07T13:42:38Z') })
    const own = readTranslation({ target: ['TARGNAME', 'OBJECT'], filter: { value: 'none' }, exposureS: 'EXPTIME' }, 'own.yaml')
    expect(said(header, own)).toEqual({ target: 'Orion KL', filter: 'none', exposureS: 60.5 })
  })

  test('refuses what cannot be, naming the keyword', async ({ read }) => {
    const message = async (...cards: string[]): Promise<string> => {
      const header = await read(...cards)
      try {
        said(header)
        return ''
      } catch (error) {
        return String((error as Error).message)
      }
    }
    expect(await message('RA      = 400.0')).toBe(
      'a.fits: RA is 400: it must be a right ascension, 0 to 360 degrees, or hours as 05:35:17.3',
    )
    expect(await message("DEC     = '-91:00:00'")).toMatch(/DEC is "-91:00:00": it must be a declination/)
    expect(await message("DEC     = '10:61:00'")).toMatch(/must be a declination/)
    expect(await message("RA      = 'NaN'")).toMatch(/must be a right ascension/)
    expect(await message("DATE-OBS= '2026-02-30T00:00:00'")).toMatch(/DATE-OBS is "2026-02-30T00:00:00": it must be a moment in UTC/)
    expect(await message("DATE-OBS= '21/11/26'")).toMatch(/must be a moment in UTC/)
    expect(await message("DATE-OBS= '2026-11-21T00:00:00'", "TIMESYS = 'TAI'")).toMatch(
      /is in the time scale "TAI" \(TIMESYS\): only UTC is taken/,
    )
    expect(await message("DATE-BEG= '2026-11-21T01:00:00'", "DATE-END= '2026-11-21T00:00:00'")).toMatch(/it ended at .* before it began/)
    expect(await message("OBJECT  = 'a'", "OBJECT  = 'b'")).toBe('a.fits: OBJECT is there twice, with different values')
    expect(await message('RA      = 1.0', "RADESYS = 'FK4'")).toMatch(/RADESYS is FK4: a position must be ICRS/)
    expect(await message('EXPTIME = -1')).toMatch(/EXPTIME is -1: it must be a length in seconds/)
    expect(() => readTranslation({ colour: 'X' }, 'own.yaml')).toThrow('own.yaml: colour is none of instrument, module')
    expect(() => readTranslation({ target: 5 }, 'own.yaml')).toThrow(
      'own.yaml: target must be a keyword, a list of keywords, or { value: … }',
    )
    expect(() => readTranslation([], 'own.yaml')).toThrow('own.yaml must be a mapping of')
  })
})
