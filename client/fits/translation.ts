import { Refusal } from '../errors.ts'
import type { FitsHeader, FitsValue } from './header.ts'

/** What a header can say of a file. */
export const FIELDS = [
  'instrument',
  'module',
  'observation',
  'obsUnit',
  'startedAt',
  'endedAt',
  'target',
  'raDeg',
  'decDeg',
  'exposureS',
  'filter',
  'mode',
] as const
export type Field = (typeof FIELDS)[number]

/** Where each field stands in the headers of an instrument: in the first of these keywords that is there (`DATE-OBS+TIME-OBS`: in both), or it is always the same. */
export type Translation = Readonly<Partial<Record<Field, readonly string[] | { readonly value: string | number }>>>

/** What a header says, checked: moments in UTC, angles in degrees of ICRS, a length in seconds. */
export interface Translated {
  readonly instrument?: string
  readonly module?: string
  readonly observation?: string
  readonly obsUnit?: string
  readonly startedAt?: Date
  readonly endedAt?: Date
  readonly target?: string
  readonly raDeg?: number
  readonly decDeg?: number
  readonly exposureS?: number
  readonly filter?: string
  readonly mode?: string
}

/** The keywords of FITS 4.0 and those that most instruments have. */
export const STANDARD: Translation = {
  instrument: ['INSTRUME'],
  module: ['DETNAM', 'CAMERA'],
  observation: ['OBS_ID'],
  obsUnit: ['OBSUNIT'],
  startedAt: ['DATE-BEG', 'DATE-OBS+TIME-OBS', 'DATE-OBS'],
  endedAt: ['DATE-END'],
  target: ['OBJECT'],
  raDeg: ['RA'],
  decDeg: ['DEC'],
  exposureS: ['XPOSURE', 'EXPTIME', 'EXPOSURE'],
  filter: ['FILTER'],
  mode: ['OBS-MODE', 'OBSMODE'],
}

/** Reads a translation as a file says it; refuses what it does not know, naming it. */
export function readTranslation(given: unknown, name: string): Translation {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw bad(`${name} must be a mapping of ${FIELDS.join(', ')}`)
  const fields = Object.entries(given).map(([field, place]: [string, unknown]) => {
    if (!FIELDS.some(known => known === field)) throw bad(`${name}: ${field} is none of ${FIELDS.join(', ')}`)
    if (typeof place === 'string') return [field, [place]]
    if (Array.isArray(place) && place.length > 0 && place.every(keyword => typeof keyword === 'string')) return [field, place]
    const value = typeof place === 'object' && place !== null && 'value' in place ? place.value : null
    if (typeof value === 'string' || typeof value === 'number') return [field, { value }]
    throw bad(`${name}: ${field} must be a keyword, a list of keywords, or { value: … }`)
  })
  return Object.fromEntries(fields) as Translation
}

/** What a header says in the words of the data centre; refuses with BAD_INPUT, naming file and keyword, what cannot be so. */
export function translate(header: FitsHeader, { translation, path }: { translation: Translation; path: string }): Translated {
  const found = new Map<Field, { value: Exclude<FitsValue, null>; where: string }>()
  for (const field of FIELDS) {
    const place = translation[field]
    if (place === undefined) continue
    if ('value' in place) found.set(field, { value: place.value, where: field })
    else {
      const keyword = place.find(keyword => valueOf(header, keyword) !== null)
      if (keyword === undefined) continue
      const torn = keyword.split('+').find(part => header.torn.has(part))
      if (torn !== undefined) throw bad(`${path}: ${torn} is there twice, with different values`)
      found.set(field, { value: valueOf(header, keyword) ?? '', where: keyword })
    }
  }
  const text = (field: Field): object => (found.has(field) ? { [field]: String(found.get(field)?.value).trim() } : {})
  const number = (field: Field, rule: { isRight: (value: number) => boolean; must: string }): object => {
    const at = found.get(field)
    if (!at) return {}
    const value = typeof at.value === 'string' ? angle(at.value, field) : Number(at.value)
    if (!Number.isFinite(value) || !rule.isRight(value))
      throw bad(`${path}: ${at.where} is ${JSON.stringify(at.value)}: it must be ${rule.must}`)
    return { [field]: value }
  }
  const scale = header.values.get('TIMESYS') ?? 'UTC'
  const moment = (field: 'startedAt' | 'endedAt'): Partial<Record<Field, Date>> => {
    const at = found.get(field)
    return at ? { [field]: momentOf(at.value, { scale, place: `${path}: ${at.where}` }) } : {}
  }
  const frame = header.values.get('RADESYS') ?? header.values.get('RADECSYS')
  if ((found.has('raDeg') || found.has('decDeg')) && typeof frame === 'string' && !['ICRS', 'FK5'].includes(frame))
    throw bad(`${path}: RADESYS is ${frame}: a position must be ICRS (or FK5 of J2000, which is the same to 0.1″)`)
  const exposure = number('exposureS', { isRight: value => value >= 0, must: 'a length in seconds, 0 or more' }) as { exposureS?: number }
  const begin = moment('startedAt').startedAt
  const end =
    moment('endedAt').endedAt ??
    (begin && exposure.exposureS !== undefined ? new Date(begin.getTime() + exposure.exposureS * 1_000) : undefined)
  if (begin && end && end < begin) throw bad(`${path}: it ended at ${end.toISOString()}, before it began at ${begin.toISOString()}`)
  // Short names are lower-case in the data centre, and rarely in headers.
  const short = (field: 'instrument' | 'module'): object => {
    const at = found.get(field)
    return at ? { [field]: String(at.value).trim().toLowerCase().replaceAll(/[ _]+/g, '-') } : {}
  }
  return {
    ...short('instrument'),
    ...short('module'),
    ...text('observation'),
    ...text('obsUnit'),
    ...text('target'),
    ...text('filter'),
    ...text('mode'),
    ...(begin && { startedAt: begin }),
    ...(end && { endedAt: end }),
    ...number('raDeg', {
      isRight: value => value >= 0 && value < 360,
      must: 'a right ascension, 0 to 360 degrees, or hours as 05:35:17.3',
    }),
    ...number('decDeg', { isRight: value => Math.abs(value) <= 90, must: 'a declination, -90 to 90 degrees, or as -05:23:28' }),
    ...exposure,
  }
}

/** The value of a keyword, of two with `+` as date and time; null where one of them says nothing. */
function valueOf(header: FitsHeader, keyword: string): FitsValue {
  const values = keyword.split('+').map(part => header.values.get(part) ?? null)
  if (values.some(value => value === null || value === '')) return null
  return values.length === 1 ? (values[0] ?? null) : values.join('T')
}

/** Degrees of an angle that is written as text: decimal degrees, or sexagesimal, of hours where it is a right ascension. */
function angle(text: string, field: Field): number {
  const [, sign, degrees, minutes, seconds] = /^([+-]?)(\d{1,3})[: ](\d{1,2})[: ](\d{1,2}(?:\.\d*)?)$/.exec(text.trim()) ?? []
  if (degrees === undefined) return /^[+-]?\d+(\.\d*)?$/.test(text.trim()) ? Number(text) : Number.NaN
  if (Number(minutes) >= 60 || Number(seconds) >= 60) return Number.NaN
  const value = Number(degrees) + Number(minutes) / 60 + Number(seconds) / 3_600
  return (sign === '-' ? -value : value) * (field === 'raDeg' ? 15 : 1)
}

/** A moment as FITS writes it (section 9.1.1): UTC without an offset, to the second or finer. */
function momentOf(value: Exclude<FitsValue, null>, { scale, place }: { scale: FitsValue; place: string }): Date {
  if (scale !== 'UTC') throw bad(`${place} is in the time scale ${JSON.stringify(scale)} (TIMESYS): only UTC is taken`)
  const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)Z?$/.exec(String(value)) ?? []
  const moment = new Date(day === undefined ? Number.NaN : `${day}T${time?.slice(0, 12)}Z`)
  const isThere = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(day ?? ' ')
  if (!isThere || moment.getUTCFullYear() < 1950 || moment.getUTCFullYear() > 2200)
    throw bad(`${place} is ${JSON.stringify(value)}: it must be a moment in UTC, as 2026-11-21T03:40:00.000`)
  return moment
}

function bad(message: string): Refusal {
  return new Refusal('BAD_INPUT', message)
}
