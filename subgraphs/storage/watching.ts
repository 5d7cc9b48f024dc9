import type { z } from 'zod'
import { between, orElse } from '@almagest/kit'
import type { LocationType } from '@almagest/schema'

/** The longest time that a setting may be, in seconds: a century. */
const CENTURY_S = 2_147_483_647

/** A number of seconds, at least so many. */
export const seconds = (least: number) => between(least, CENTURY_S)

/** How scans and re-reading go about their work, and the types of location that have none of it. */
export const WATCHING = {
  settleS: { not: ['BUFFER', 'LONG_TERM_ARCHIVE', 'PROCESSING'], why: 'only a SOURCE has one' },
  scanIntervalS: { not: ['PROCESSING'], why: 'it is not scanned' },
  scrubIntervalS: { not: ['SOURCE', 'PROCESSING'], why: 'only packages at a BUFFER or LONG_TERM_ARCHIVE are read again' },
  darkAfterS: { not: ['SOURCE', 'PROCESSING'], why: 'only a BUFFER or LONG_TERM_ARCHIVE has one' },
} as const satisfies Record<string, { not: readonly LocationType[]; why: string }>

/** Those that a new location may be given; `scrubIntervalS` null: never. */
export const watching = {
  scanIntervalS: orElse(seconds(1), null),
  scrubIntervalS: seconds(1).nullish(),
  darkAfterS: orElse(seconds(0), null),
}

type Watched = { readonly type: LocationType } & { readonly [field in keyof typeof WATCHING]?: number | null | undefined }

/** Adds an issue for each that was given and a location of that type has not. */
export function checkWatching(given: Watched, context: z.RefinementCtx): void {
  for (const field of Object.keys(WATCHING) as (keyof typeof WATCHING)[]) {
    const { not, why } = WATCHING[field]
    if ((given[field] ?? null) === null || !(not as readonly LocationType[]).includes(given.type)) continue
    context.addIssue({ code: 'custom', path: [field], message: `must not be given for a ${given.type}: ${why}` })
  }
}

/** The columns of a new location: what was given, and the interval of its scans where none was. */
export function watchedAs({ type, scanIntervalS, scrubIntervalS, darkAfterS }: Watched) {
  return {
    scanIntervalS: scanIntervalS ?? (type === 'SOURCE' ? 3_600 : 86_400),
    ...(scrubIntervalS === undefined ? {} : { scrubIntervalS }),
    ...((darkAfterS ?? null) === null ? {} : { darkAfterS: darkAfterS ?? 0 }),
  }
}
