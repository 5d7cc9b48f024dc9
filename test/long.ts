/** Whether this is `npm run test:faults`: what takes long is tried in every form, else in the ones that find most. */
export const LONG = process.env.TEST_LONG === '1'

/** The forms that are tried: all of them, or the first so many. */
export function forms<form>(all: readonly form[], short: number): readonly form[] {
  return LONG ? all : all.slice(0, short)
}
