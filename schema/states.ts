import { Refusal } from './errors.ts'

/** For each state, the states that may follow it. */
export type Transitions<state extends string> = Readonly<Record<state, readonly state[]>>

/** Returns `to`, or refuses with INVALID_TRANSITION if `from` may not lead there. */
export function next<state extends string>(table: Transitions<state>, from: state, to: state): state {
  if (!table[from].includes(to)) throw new Refusal('INVALID_TRANSITION', `${from} cannot become ${to}`)
  return to
}
