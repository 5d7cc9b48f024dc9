import type { Almagest } from '../almagest.ts'

/** An option of a command; one without `value` is a switch. */
export interface Option {
  readonly about: string
  /** What stands for its value in the help: FILE, NAME. */
  readonly value?: string
  readonly many?: boolean
  readonly short?: string
}

/** A command as it is listed, helped with and completed; what it does is loaded when it is run. */
export interface Command {
  readonly about: string
  /** Its arguments, as the help says them. */
  readonly args: string
  readonly options: Readonly<Record<string, Option>>
  /** More of its help. */
  readonly more?: string
  readonly load: () => Promise<{ readonly run: Run }>
}

/** What a command is given: what was said, the data centre, and where to say something. */
export interface Call {
  readonly args: readonly string[]
  /** The value of an option; null if it was not given. */
  readonly option: (name: string) => string | null
  readonly options: (name: string) => readonly string[]
  readonly has: (name: string) => boolean
  readonly isJson: boolean
  readonly almagest: Almagest
  /** Where filings wait. */
  readonly spoolFolder: string
  /** Writes a line of the answer. */
  readonly say: (line: string) => void
  /** Writes a line for a person, beside the answer. */
  readonly note: (line: string) => void
  /** Replaces the last line of progress, where a person looks at a terminal; null takes it away. */
  readonly progress: (line: string | null) => void
  readonly width: number
  /** Ctrl-C. */
  readonly signal: AbortSignal
}

/** Does what a command is for; gives its exit status. */
export type Run = (call: Call) => Promise<number>

/** How a command ends, as the help says it. */
export const STATUS = { ok: 0, no: 1, usage: 2, away: 3, interrupted: 130 } as const
