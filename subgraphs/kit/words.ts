import { foldPath } from '@almagest/schema'
import { text } from './input.ts'
import { every, part, raw, type Part } from './part.ts'

/** The most words of a text that is looked for. */
const WORDS = 10

/** The input of a text that is looked for: 1 to 200 characters, one to ten words; gives its words, all in one spelling. */
export const words = () =>
  text()
    .transform(given => given.split(/\s+/u).map(foldPath))
    .refine(given => given.length <= WORDS, { error: `must have at most ${WORDS} words` })

/** SQL of one line with all of these names, in the one spelling of `words`, a space between them. */
export function namesIn(...names: readonly string[]): Part {
  return raw(`normalize(replace(lower(normalize(concat_ws(' ', ${names.join(', ')}), NFC) collate "und-x-icu"), 'ς', 'σ'), NFC)`)
}

/** The condition that a word occurs in a line in the spelling of `words`. */
export function hasWord(line: Part, word: string): Part {
  return part`${line} collate "C" like ${`%${word.replaceAll(/[\\%_]/g, '\\$&')}%`}`
}

/** The condition that every word occurs in the line. */
export function hasWords(line: Part, given: readonly string[]): Part {
  return every(given.map(word => hasWord(line, word)))
}
