import { GraphQLScalarType, valueFromASTUntyped, type ValueNode } from 'graphql'
import { DIGEST } from '@almagest/schema'

/** The deepest that objects and lists may be nested in a JSON. */
const DEPTH = 32

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

function defineScalar<output>(
  name: string,
  { read, write = value => value }: { read: (value: unknown) => output; write?: (value: unknown) => unknown },
): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    serialize: write,
    parseValue: read,
    parseLiteral: (node: ValueNode, variables) => read(valueFromASTUntyped(node, variables)),
  })
}

function readCount(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new TypeError('It must be a whole number, 0 to 9007199254740991.')
  return value
}

function readDateTime(value: unknown): Date {
  const parts = typeof value === 'string' ? ISO.exec(value) : null
  if (!parts) throw new TypeError('It must be ISO 8601 with Z or an offset: 2026-11-21T03:40:00.000Z.')
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const [offsetHour = 0, offsetMinute = 0] = parts[8] === 'Z' ? [] : (parts[8]?.slice(1).split(':').map(Number) ?? [])
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const real = month >= 1 && month <= 12 && day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59
  if (!real || offsetHour > 14 || offsetMinute > 59) throw new TypeError('It must be a date and a time that exist.')
  if (year < 1900 || year > 2200) throw new TypeError('Its year must be between 1900 and 2200.')
  return new Date(value as string)
}

function readDigest(value: unknown): string {
  if (typeof value !== 'string' || !DIGEST.test(value)) {
    throw new TypeError('It must be blake3: or sha256: and 64 lower-case hexadecimal digits.')
  }
  return value
}

function readJson(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('It must be an object.')
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH) throw new TypeError(`It must not be nested more than ${DEPTH} deep.`)
    if (level.some(item => typeof item === 'string' && !isStorable(item))) throw new TypeError('It must be valid Unicode without NUL.')
    level = level.flatMap(item =>
      typeof item === 'object' && item !== null ? [...Object.values(item), ...(Array.isArray(item) ? [] : Object.keys(item))] : [],
    )
  }
  return value as Record<string, unknown>
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair in jsonb. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** The scalars of all contracts: what their SDL descriptions promise. */
export const scalars: Readonly<Record<string, GraphQLScalarType>> = {
  ByteCount: defineScalar('ByteCount', { read: readCount, write: readCount }),
  Count: defineScalar('Count', { read: readCount, write: readCount }),
  DateTime: defineScalar('DateTime', { read: readDateTime, write: value => (value as Date).toISOString() }),
  Digest: defineScalar('Digest', { read: readDigest }),
  JSON: defineScalar('JSON', { read: readJson }),
}
