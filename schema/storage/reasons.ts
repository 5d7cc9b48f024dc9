import type { EntityManager } from '../orm.ts'
import { sql } from '../sql.ts'

/** Gives what follows in the caller's transaction its reason: that of every event whose row tells none of its own. */
export async function giveReason(em: EntityManager, reason: string): Promise<void> {
  await sql(em, `/* giveReason */ select set_config('almagest.reason', $1, true)`, [reason])
}
