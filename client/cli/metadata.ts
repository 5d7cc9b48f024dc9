import { readFile } from 'node:fs/promises'
import { Refusal } from '../errors.ts'
import type { Quality } from '../operations.generated.ts'
import type { Call } from './command.ts'

/** What was said of an observation by flags and the metadata file, beside what headers say. */
export interface Said {
  readonly instrument?: string
  readonly module?: string
  readonly obsUnit?: string
  readonly startedAt?: Date
  readonly endedAt?: Date
  readonly key?: string
  readonly quality?: Quality
  readonly target?: string
  readonly location?: string
  readonly conditions?: Readonly<Record<string, unknown>>
}

const FLAGS: Readonly<Record<string, keyof Said>> = {
  instrument: 'instrument',
  module: 'module',
  'obs-unit': 'obsUnit',
  start: 'startedAt',
  end: 'endedAt',
  key: 'key',
  quality: 'quality',
  target: 'target',
  location: 'location',
}

const QUALITIES = ['UNKNOWN', 'GOOD', 'QUESTIONABLE', 'BAD']

/** What flags and the metadata file say together; refuses what they say differently. */
export async function readSaid(call: Call): Promise<Said> {
  const flags = Object.fromEntries(
    Object.entries(FLAGS).flatMap(([flag, field]) => {
      const text = call.option(flag)
      return text === null ? [] : [[field, check(field, { value: text, where: `--${flag}` })]]
    }),
  ) as Said
  const file = call.option('metadata')
  return file === null ? flags : agree(flags, await readMetadata(file), ['the flags', file])
}

async function readMetadata(file: string): Promise<Said> {
  const given = await readYaml(file)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw bad(`${file} must be a mapping`)
  const known = [...Object.values(FLAGS), 'conditions']
  return Object.fromEntries(
    Object.entries(given).map(([field, value]: [string, unknown]) => {
      if (!known.includes(field)) throw bad(`${file}: ${field} is none of ${known.join(', ')}`)
      if (field !== 'conditions') return [field, check(field as keyof Said, { value, where: `${file}: ${field}` })]
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${file}: conditions must be a mapping`)
      return [field, value]
    }),
  ) as Said
}

/** Reads a YAML or JSON file; refuses what is neither. */
export async function readYaml(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw bad(`${file} cannot be read: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`)
  })
  const { parse } = await import('yaml')
  try {
    return parse(text, { maxAliasCount: 100, schema: 'core' }) as unknown
  } catch (error) {
    throw bad(`${file} is no YAML or JSON: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`)
  }
}

/** Two that say something of one thing, as one; refuses where they contradict each other, naming both. */
export function agree<said extends object>(one: said, other: said, [nameOfOne, nameOfOther]: readonly [string, string]): said {
  for (const [field, value] of Object.entries(one)) {
    const there = (other as Record<string, unknown>)[field]
    if (there !== undefined && textOf(there) !== textOf(value))
      throw bad(`${field} is ${textOf(value)} by ${nameOfOne}, and ${textOf(there)} by ${nameOfOther}: nothing of it was filed`)
  }
  return { ...other, ...one }
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value)
}

function check(field: keyof Said, { value, where }: { value: unknown; where: string }): unknown {
  if (field === 'startedAt' || field === 'endedAt') {
    const text = value instanceof Date ? value.toISOString() : String(value)
    const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(text) : new Date(Number.NaN)
    if (Number.isNaN(moment.getTime()))
      throw bad(`${where} must be ISO 8601 with Z or an offset, as 2026-11-21T03:40:00Z, not ${JSON.stringify(value)}`)
    return moment
  }
  if (typeof value !== 'string' || value.trim() === '') throw bad(`${where} must be a text`)
  if (field === 'quality' && !QUALITIES.includes(value)) throw bad(`${where} must be one of ${QUALITIES.join(', ')}, not ${value}`)
  return value
}

function bad(message: string): Refusal {
  return new Refusal('BAD_INPUT', message)
}
