import type { Logger } from 'pino'

/** Where events are told, one object each with its name as `event`: a pino logger, or what a test gives. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>
