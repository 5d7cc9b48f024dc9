import { CompiledQuery } from 'kysely'
import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * Runs one statement written by hand, with parameters `$1, $2, …`, in the transaction of `em` when it is in one.
 * Gives its rows as the driver does: snake_case columns, bigint and timestamptz as text.
 */
export async function sql<row>(em: EntityManager, text: string, parameters: readonly unknown[] = []): Promise<row[]> {
  const { rows } = await em.getKysely().executeQuery<row>(CompiledQuery.raw(text, [...parameters]))
  return rows
}
