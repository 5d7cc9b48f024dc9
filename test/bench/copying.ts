import type pg from 'pg'

/** What pg calls while the server asks for the rows of a COPY. */
interface CopyIn extends pg.Submittable {
  handleCopyInResponse(connection: CopyConnection): void
  handleCommandComplete(): void
  handleError(error: Error): void
  handleReadyForQuery(): void
}

interface CopyConnection {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** Sends rows, written as the text format of COPY wants them, by a COPY … FROM STDIN. */
export function copyIn(client: pg.Client, text: string, rows: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const copy: CopyIn = {
    submit: connection => (connection as unknown as CopyConnection).query(text),
    handleCopyInResponse(connection) {
      connection.sendCopyFromChunk(rows)
      connection.endCopyFrom()
    },
    handleCommandComplete() {},
    handleError: reject,
    handleReadyForQuery: () => resolve(),
  }
  client.query(copy)
  return promise
}
