import { setTimeout } from 'node:timers/promises'
import { Refusal, sql, type Nudge } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { isId } from './input.ts'
import { tableOf, type EntityClass } from './list.ts'
import type { Context } from './subgraph.ts'

/** How long a mutation waits for Redis at most, in milliseconds: the sweep sends the nudge again. */
const NUDGE_MS = 500

/** Runs `work` in one transaction, whose events carry `reason` and whose operations the trace; loaders read again afterwards. */
export async function transact<result>(
  { em, loaders, traceparent }: Context,
  reason: string,
  work: (em: EntityManager) => Promise<result>,
): Promise<result> {
  try {
    return await em.fork().transactional(async em => {
      await sql(em, `/* setReason */ select set_config('almagest.reason', $1, true), set_config('almagest.trace_parent', $2, true)`, [
        reason,
        traceparent,
      ])
      return work(em)
    })
  } finally {
    loaders.clear()
  }
}

/**
 * Inserts one row in a transaction of its own. Refuses, naming the field of `input`, with CONFLICT what has to be unique and is taken, and
 * with NOT_FOUND a reference to what does not exist.
 */
export async function insert<entity extends object>(
  context: Context,
  { reason, input }: { reason: string; input: object },
  make: (em: EntityManager) => entity,
): Promise<entity> {
  try {
    return await transact(context, reason, async em => {
      const row = make(em)
      await em.flush()
      return row
    })
  } catch (error) {
    throw toRefusal(error, input) ?? error
  }
}

/**
 * Gives the row with `input.id` the other values of `input`, in a transaction of its own; what is undefined stays as it is. Refuses like
 * `insert`, and with NOT_FOUND an id that no row has. `check` may refuse the change, knowing the row as it is, locked.
 */
export async function update<entity extends object>(
  context: Context,
  of: EntityClass<entity>,
  {
    reason,
    input: { id, ...values },
    check = () => {},
  }: { reason: string; input: { readonly id: string; readonly [field: string]: unknown }; check?: (row: entity) => void },
): Promise<entity> {
  try {
    return await transact(context, reason, async em => {
      const row = await lockRow(em, of, { field: 'input.id', id })
      check(row)
      em.assign(row, Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never, {
        mergeObjectProperties: false,
      })
      await em.flush()
      return row
    })
  } catch (error) {
    throw toRefusal(error, values) ?? error
  }
}

/** The refusal that a violated constraint on one of the fields of `input` means; `null` for any other error. */
function toRefusal(error: unknown, input: object): Refusal | null {
  if (!(error instanceof Error) || !('code' in error) || !('constraint' in error)) return null
  const [, columns, kind] = /^(.*)_(unique|foreign)$/.exec(String(error.constraint)) ?? []
  const field = Object.keys(input)
    .filter(field => `_${columns}`.endsWith(`_${toColumn(field)}`))
    .toSorted((a, b) => b.length - a.length)[0]
  if (field === undefined) return null
  const value = JSON.stringify(input[field as keyof typeof input])
  if (error.code === '23505' && kind === 'unique') return new Refusal('CONFLICT', `input.${field}: ${value} is taken`)
  if (error.code === '23503' && kind === 'foreign') return new Refusal('NOT_FOUND', `input.${field}: there is none with the id ${value}`)
  return null
}

function toColumn(field: string): string {
  return field.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

/** Locks the row with that id until the end of the transaction and returns it as it then is; refuses, naming `field`, with BAD_INPUT or NOT_FOUND. */
export async function lockRow<entity extends object>(
  em: EntityManager,
  of: EntityClass<entity>,
  { field, id }: { field: string; id: string },
): Promise<entity> {
  if (!isId(id)) throw new Refusal('BAD_INPUT', `${field}: must be a UUID`)
  const [row] = await sql<object>(em, `/* lock${of.name} */ select * from ${tableOf(em, of)} where id = $1 for no key update`, [id])
  if (!row) throw new Refusal('NOT_FOUND', `${field}: there is no ${of.name} ${id}`)
  return em.map(of, row as never)
}

/** Sends nudges after the commit. Never fails and never waits long: what Redis does not get now, the sweep sends again. */
export async function nudge({ queue, log }: Context, nudges: readonly Nudge[]): Promise<void> {
  if (nudges.length === 0) return
  const stop = new AbortController()
  const sent = queue.nudge(nudges).then(
    () => true,
    (error: unknown) => {
      log.warn({ event: 'nudge.failed', operations: nudges.length, error: String(error) })
      return true
    },
  )
  const late = setTimeout(NUDGE_MS, false, { signal: stop.signal }).catch(() => false)
  if (!(await Promise.race([sent, late]))) log.warn({ event: 'nudge.late', operations: nudges.length })
  stop.abort()
}
