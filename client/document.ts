/** An operation that the data centre vouches for, with the types of what it answers and of what it is asked with. */
export interface Document<data, variables> {
  readonly name: string
  /** The SHA-256 of its text: by this alone it can be asked for. */
  readonly id: string
  readonly text: string
  /** Never there: carries the types. */
  readonly types?: (variables: variables) => data
}

/** The document of these words, typed. */
export function makeDocument<data, variables>(document: Omit<Document<data, variables>, 'types'>): Document<data, variables> {
  return document
}
