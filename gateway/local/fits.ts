/** What the header of a file of one module says of the exposure in it: moments in UTC, angles in degrees of ICRS. */
export interface FitsExposure {
  readonly telescope: string
  readonly instrument: string
  readonly module: string
  readonly obsId: string
  readonly object: string
  readonly raDeg: number
  readonly decDeg: number
  readonly startedAt: Date
  readonly endedAt: Date
  /** Where the telescope stands: geocentric x, y, z in metres (ITRF). */
  readonly standsAtM: readonly [x: number, y: number, z: number]
}

/** What a file of one module holds: for each sample its time (s after `startedAt`), its azimuth and elevation (deg), every detector (K). */
export interface FitsSamples {
  readonly timeS: Float64Array
  readonly azDeg: Float64Array
  readonly elDeg: Float64Array
  /** One array for each detector, as long as `timeS`. */
  readonly detectors: readonly Float32Array[]
}

const BLOCK = 2880
const NO_CHECKSUM = '0'.repeat(16)

/**
 * A whole FITS 4.0 file: a primary HDU with the exposure's keywords and no data, then a binary table TIMESTREAM (section 7.3) with a row
 * for each sample. Both HDUs carry a right DATASUM and CHECKSUM (section 4.4.2.7). The same arguments give the same bytes; a string that
 * FITS cannot hold throws.
 */
export function fitsTimestream(exposure: FitsExposure, samples: FitsSamples): Buffer {
  return Buffer.concat([primary(exposure), timestream(exposure, samples)])
}

function primary(exposure: FitsExposure): Buffer {
  const { startedAt, endedAt, standsAtM } = exposure
  return hdu([
    logical('SIMPLE', true, 'conforms to FITS 4.0'),
    integer('BITPIX', 8, 'no data in this HDU'),
    integer('NAXIS', 0, 'no data in this HDU'),
    logical('EXTEND', true, 'the table TIMESTREAM follows'),
    text('DATE', isoDate(endedAt), 'when this file was written (UTC)'),
    text('ORIGIN', 'Almagest simulated telescope', 'these are no real data'),
    text('TELESCOP', exposure.telescope, 'telescope'),
    text('INSTRUME', exposure.instrument, 'instrument'),
    text('DETNAM', exposure.module, 'instrument module'),
    text('OBS_ID', exposure.obsId, 'executed observation'),
    text('OBJECT', exposure.object, 'what was pointed at'),
    text('RADESYS', 'ICRS', 'frame of RA and DEC'),
    real('RA', exposure.raDeg, '[deg] right ascension'),
    real('DEC', exposure.decDeg, '[deg] declination'),
    text('TIMESYS', 'UTC', 'time scale'),
    text('DATE-OBS', isoDate(startedAt), 'start of the exposure'),
    text('DATE-BEG', isoDate(startedAt), 'start of the exposure'),
    text('DATE-END', isoDate(endedAt), 'end of the exposure'),
    real('MJD-OBS', mjd(startedAt), '[d] start of the exposure'),
    real('MJD-BEG', mjd(startedAt), '[d] start of the exposure'),
    real('MJD-END', mjd(endedAt), '[d] end of the exposure'),
    real('EXPTIME', (endedAt.getTime() - startedAt.getTime()) / 1000, '[s] length of the exposure'),
    real('OBSGEO-X', standsAtM[0], '[m] geocentric x of the telescope'),
    real('OBSGEO-Y', standsAtM[1], '[m] geocentric y of the telescope'),
    real('OBSGEO-Z', standsAtM[2], '[m] geocentric z of the telescope'),
  ])
}

function timestream(exposure: FitsExposure, { timeS, azDeg, elDeg, detectors }: FitsSamples): Buffer {
  const rowBytes = 3 * 8 + detectors.length * 4
  const rows = Buffer.alloc(timeS.length * rowBytes)
  const view = new DataView(rows.buffer, rows.byteOffset, rows.length)
  for (let row = 0, at = 0; row < timeS.length; row++) {
    for (const column of [timeS, azDeg, elDeg]) {
      view.setFloat64(at, column[row] ?? NaN)
      at += 8
    }
    for (const detector of detectors) {
      view.setFloat32(at, detector[row] ?? NaN)
      at += 4
    }
  }
  const cards = [
    text('XTENSION', 'BINTABLE', 'binary table'),
    integer('BITPIX', 8, 'bytes'),
    integer('NAXIS', 2, 'rows of bytes'),
    integer('NAXIS1', rowBytes, 'bytes in a row'),
    integer('NAXIS2', timeS.length, 'rows: one for each sample'),
    integer('PCOUNT', 0, 'no heap'),
    integer('GCOUNT', 1, 'one table'),
    integer('TFIELDS', 4, 'columns'),
    text('TTYPE1', 'TIME', 'time since DATEREF'),
    text('TFORM1', '1D', '64-bit float'),
    text('TUNIT1', 's', 'second'),
    text('TTYPE2', 'AZ', 'azimuth, from north through east'),
    text('TFORM2', '1D', '64-bit float'),
    text('TUNIT2', 'deg', 'degree'),
    text('TTYPE3', 'EL', 'elevation'),
    text('TFORM3', '1D', '64-bit float'),
    text('TUNIT3', 'deg', 'degree'),
    text('TTYPE4', 'SIGNAL', 'one value for each detector'),
    text('TFORM4', `${detectors.length}E`, '32-bit floats'),
    text('TUNIT4', 'K', 'antenna temperature'),
    text('EXTNAME', 'TIMESTREAM', 'name of this table'),
    text('TIMESYS', 'UTC', 'time scale'),
    text('TIMEUNIT', 's', 'unit of TIME'),
    text('DATEREF', isoDate(exposure.startedAt), 'where TIME is zero'),
    text('TREFPOS', 'TOPOCENTER', 'where TIME is measured'),
    text('OBS_ID', exposure.obsId, 'executed observation'),
    text('DETNAM', exposure.module, 'instrument module'),
  ]
  return hdu(cards, rows)
}

function hdu(cards: readonly string[], data: Buffer = Buffer.alloc(0)): Buffer {
  const padded = Buffer.concat([data, Buffer.alloc(pad(data.length))])
  const dataSum = onesComplementSum(padded)
  const header = [
    ...cards,
    text('DATASUM', String(dataSum), 'checksum of the data'),
    text('CHECKSUM', NO_CHECKSUM, 'checksum of this HDU'),
    'END'.padEnd(80),
  ].join('')
  const whole = Buffer.concat([Buffer.from(header.padEnd(header.length + pad(header.length)), 'latin1'), padded])
  whole.write(encodeChecksum(~onesComplementSum(whole) >>> 0), header.indexOf(NO_CHECKSUM), 'latin1')
  return whole
}

function pad(length: number): number {
  return (BLOCK - (length % BLOCK)) % BLOCK
}

/** The 32-bit ones'-complement sum of big-endian words (FITS 4.0, appendix J.1). */
function onesComplementSum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 4) {
    sum += bytes.readUInt32BE(at)
    if (sum > 0xffffffff) sum -= 0xffffffff
  }
  return sum
}

/**
 * Sixteen letters and digits that add up to `value` in a header (FITS 4.0, appendix J.2). They come rotated by one, because a fixed-format
 * string begins in the last byte of a 32-bit word.
 */
function encodeChecksum(value: number): string {
  const encoded = Buffer.alloc(16)
  for (let lane = 0; lane < 4; lane++) {
    const byte = (value >>> (24 - 8 * lane)) & 0xff
    const quarter = (byte >> 2) + 0x30
    const four = [...apart(quarter + (byte & 3), quarter), ...apart(quarter, quarter)]
    four.forEach((character, word) => (encoded[(4 * word + lane + 1) % 16] = character))
  }
  return encoded.toString('latin1')
}

/** Two characters with the same sum as these, neither of them punctuation. */
function apart(high: number, low: number): [number, number] {
  return isPunctuation(high) || isPunctuation(low) ? apart(high + 1, low - 1) : [high, low]
}

function isPunctuation(character: number): boolean {
  return (character >= 0x3a && character <= 0x40) || (character >= 0x5b && character <= 0x60)
}

function text(keyword: string, value: string, comment: string): string {
  const quoted = `'${value.replaceAll("'", "''").padEnd(8)}'`
  if (!/^[ -~]*$/.test(value)) throw new Error(`${keyword} is ${JSON.stringify(value)}, and a FITS string holds printable ASCII only`)
  if (quoted.length > 70) throw new Error(`${keyword} is ${JSON.stringify(value)}, which does not fit on a FITS card`)
  return card(keyword, quoted.padEnd(20), comment)
}

function integer(keyword: string, value: number, comment: string): string {
  return card(keyword, String(value).padStart(20), comment)
}

function real(keyword: string, value: number, comment: string): string {
  if (!Number.isFinite(value)) throw new Error(`${keyword} is ${value}, and a FITS header holds finite numbers only`)
  const [digits, exponent] = String(value).split('e')
  const decimal = digits!.includes('.') ? digits! : `${digits}.0`
  return card(keyword, (exponent === undefined ? decimal : `${decimal}E${exponent}`).padStart(20), comment)
}

function logical(keyword: string, value: boolean, comment: string): string {
  return card(keyword, (value ? 'T' : 'F').padStart(20), comment)
}

function card(keyword: string, value: string, comment: string): string {
  return `${keyword.padEnd(8)}= ${value} / ${comment}`.slice(0, 80).padEnd(80)
}

function isoDate(moment: Date): string {
  return moment.toISOString().slice(0, -1)
}

function mjd(moment: Date): number {
  return moment.getTime() / 86_400_000 + 40_587
}
