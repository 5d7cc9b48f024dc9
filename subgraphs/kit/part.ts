import { sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** A part of a statement: its text, cut where its values belong. */
export interface Part {
  readonly texts: readonly string[]
  readonly values: readonly unknown[]
}

/** Makes a part of a statement: what is filled in becomes a parameter, and a part that is filled in becomes part of the text. */
export function part(strings: TemplateStringsArray, ...filled: readonly unknown[]): Part {
  const texts = [strings[0] ?? '']
  const values: unknown[] = []
  const write = (text: string) => texts.push(`${texts.pop() ?? ''}${text}`)
  for (const [index, value] of filled.entries()) {
    if (isPart(value)) {
      write(value.texts[0] ?? '')
      texts.push(...value.texts.slice(1))
      values.push(...value.values)
    } else {
      texts.push('')
      values.push(value)
    }
    write(strings[index + 1] ?? '')
  }
  return { texts, values }
}

/** The text of a program, never of a caller, as a part of a statement. */
export function raw(text: string): Part {
  return { texts: [text], values: [] }
}

/** Joins parts by a text of ours. */
export function joined(parts: readonly Part[], by: string): Part {
  const [first, ...others] = parts
  if (first === undefined) return raw('')
  return others.reduce((all, next) => part`${all}${raw(by)}${next}`, first)
}

/** Every condition at once; `true` where there is none. */
export function every(conditions: readonly Part[]): Part {
  return conditions.length === 0 ? raw('true') : joined(conditions, ' and ')
}

/** Runs a statement made of parts; see `sql`. */
export function run<row>(em: EntityManager, { texts, values }: Part): Promise<row[]> {
  return sql<row>(
    em,
    texts.reduce((text, next, index) => `${text}$${index}${next}`),
    values,
  )
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && 'texts' in value && 'values' in value
}
