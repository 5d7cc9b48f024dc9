import { Refusal } from '@almagest/schema'
import type { ExpectedStat, FileStat } from './store.ts'

/** Refuses with BAD_INPUT a token that cannot name a temporary file. */
export function checkToken(token: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/.test(token)) return
  throw new Refusal('BAD_INPUT', `${JSON.stringify(token.slice(0, 200))} is not a token`)
}

/** The first difference between what a file was to be and what it is, or `null`. */
export function differenceOf(expected: ExpectedStat, found: FileStat): string | null {
  for (const name of ['device', 'inode', 'bytes', 'mtimeNs', 'ctimeNs', 'mode'] as const) {
    const value = expected[name]
    if (value !== undefined && value !== found[name]) return `its ${name} was ${value} and is ${found[name]}`
  }
  return null
}
