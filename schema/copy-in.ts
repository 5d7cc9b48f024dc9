import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import type { EntityManager } from '@mikro-orm/postgresql'

/** A connection of pg, as far as COPY needs it. */
interface Connection {
  readonly stream: Writable
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(reason: string): void
}

/**
 * Sends rows by `text`, a COPY … FROM STDIN, in the transaction of `em`. The chunks hold lines in COPY's text format and are taken one by one, as
 * PostgreSQL reads them. Throws, as any statement does, what a row violates: then none of them is written.
 */
export async function copyIn(em: EntityManager, text: string, chunks: Iterable<string>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<{ rows: [] }>()
  let ended = false
  let broken: unknown

  async function send(connection: Connection): Promise<void> {
    for (const chunk of chunks) {
      if (ended) return
      connection.sendCopyFromChunk(Buffer.from(chunk))
      await (connection.stream.writableNeedDrain ? once(connection.stream, 'drain') : setImmediate())
    }
    if (!ended) connection.endCopyFrom()
  }

  const copy = Object.assign(promise, {
    text,
    submit(connection: Connection): void {
      connection.query(text)
    },
    handleCopyInResponse(connection: Connection): void {
      send(connection).catch((error: unknown) => {
        broken = error
        if (!ended) connection.sendCopyFail('the rows ended early')
      })
    },
    handleCommandComplete(): void {},
    handleError(error: Error): void {
      ended = true
      reject(broken ?? error)
    },
    handleReadyForQuery(): void {
      ended = true
      resolve({ rows: [] })
    },
  })
  // pg takes what it can submit in the place of a text, and Kysely hands it on as it is
  await em.getKysely().executeQuery({ ...CompiledQuery.raw(text), sql: copy as unknown as string })
}
