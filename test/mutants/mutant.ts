/** One place of the source where a safeguard is taken away. */
export interface Change {
  /** From the folder of the repository. */
  readonly file: string
  /** What is there now, word for word and once. */
  readonly from: string
  readonly to: string
}

/** The data centre without one of its safeguards: some test has to fail. */
export interface Mutant {
  readonly name: string
  /** What is missing. */
  readonly safeguard: string
  readonly changes: readonly Change[]
  /** The tests that ought to notice, as vitest takes them; if none of them does, all that concern the rows and the bytes are asked. */
  readonly tests: readonly string[]
}

/** The text of a file with the change; throws unless what is to be replaced is there once. */
export function changed(text: string, { file, from, to }: Change): string {
  const parts = text.split(from)
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, and should have once: ${from}`)
  if (from === to) throw new Error(`nothing is changed in ${file}: ${from}`)
  return parts.join(to)
}
