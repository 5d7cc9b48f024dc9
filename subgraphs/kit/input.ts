import { z } from 'zod'
import { Refusal } from '@almagest/schema'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Control characters, and what is not seen at all. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/u

/** How many faults a refusal names at most. */
const FAULTS = 10

/** Whether a value has the form of a UUID. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value)
}

/** Returns what `schema` makes of the input of a mutation, or refuses with BAD_INPUT, naming each field and the rule that it breaks. */
export function parse<output>(schema: z.ZodType<output>, input: unknown, at = 'input'): output {
  const { success, data, error } = schema.safeParse(input)
  if (success) return data
  const faults = error.issues.slice(0, FAULTS).map(({ path, message }) => `${at}${path.map(toStep).join('')}: ${message}`)
  const more = error.issues.length - faults.length
  throw new Refusal('BAD_INPUT', faults.join('; ') + (more > 0 ? `; and ${more} more` : ''))
}

function toStep(step: PropertyKey): string {
  return typeof step === 'number' ? `[${step}]` : `.${String(step)}`
}

/** A UUID, in lower case. */
export const id = () => z.string().regex(UUID, 'must be a UUID').toLowerCase()

/** A short name: what queues, paths and people call something by. */
export const shortName = () =>
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits and hyphens, and not begin with a hyphen')

/** One line of text for people, without space around it, of 1 to `most` characters. */
export const text = (most = 200) =>
  z
    .string()
    .refine(value => value !== '' && value.length <= most && value.trim() === value && value.isWellFormed() && !CONTROL.test(value), {
      error: `must be 1 to ${most} characters, without control and invisible characters and without space around it`,
    })

/** A number from `least` to `most`, both allowed. */
export const between = (least: number, most: number) =>
  z
    .number({ error: `must be between ${least} and ${most}` })
    .refine(value => value >= least && value <= most, { error: `must be between ${least} and ${most}` })

/** A number of at least `least`. */
export const atLeast = (least: number) =>
  z.number({ error: `must be ${least} or more` }).refine(value => value >= least, { error: `must be ${least} or more` })

/** Some of `values`, each at most once. */
export const someOf = <const value extends string>(values: readonly value[]) =>
  z
    .array(z.enum(values))
    .min(1, 'must have at least one value')
    .refine(given => new Set(given).size === given.length, { error: 'must not have a value twice' })

/** A moment. */
export const instant = () => z.date()

/** An object that JSON can hold, of at most `mostBytes` as text. */
export const jsonObject = (mostBytes = 262_144) =>
  z.custom<Record<string, unknown>>(value => Buffer.byteLength(JSON.stringify(value)) <= mostBytes, {
    error: `must be at most ${mostBytes} bytes of JSON`,
  })

/** What `schema` allows, or undefined where nothing is given: what a change leaves as it is. Null is refused. */
export function unlessOmitted<output>(schema: z.ZodType<output>) {
  return schema
    .nullish()
    .refine(given => given !== null, { error: 'must not be null: leave it out to keep it as it is' })
    .transform(given => given ?? undefined)
}

/** What `schema` allows, or `value` where nothing or null is given. */
export function orElse<output, value>(schema: z.ZodType<output>, value: value) {
  return schema.nullish().transform(given => given ?? value)
}
