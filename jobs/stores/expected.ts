import { Refusal } from '@almagest/schema'

/** Refuses with BAD_INPUT a token that cannot name a temporary file. */
export function checkToken(token: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/.test(token)) return
  throw new Refusal('BAD_INPUT', `${JSON.stringify(token.slice(0, 200))} is not a token`)
}
