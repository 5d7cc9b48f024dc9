import type { Blocker } from './resolvers.generated.ts'

/** What a blocker is about, what happens next, and when. */
export interface About {
  readonly subjectType: string
  readonly subjectId: string
  readonly nextAction: string
  readonly nextAt?: Date | null
}

/** Says that the sweep has not come round to something. */
export function notYet(message: string, about: About): Blocker {
  return system('NOT_YET_DERIVED', message, about)
}

/** Says what passes by itself. */
export function system(code: Blocker['code'], message: string, { nextAt = null, ...about }: About): Blocker {
  return { code, message, ...about, nextAt, who: 'SYSTEM', level: 0 }
}

/** Says what an operator has to do. */
export function operator(code: Blocker['code'], message: string, about: About): Blocker {
  return { code, message, ...about, nextAt: null, who: 'OPERATOR', level: 0 }
}
