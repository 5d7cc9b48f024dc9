import type { EntityManager } from '@almagest/schema/orm'
import { joined, part, raw, run, type Part } from './part.ts'

/** How many rows there are; where it is not exact, more than are counted, as PostgreSQL estimates. */
export interface Count {
  readonly value: number
  readonly exact: boolean
}

/** How many rows a list has on all its pages, read when it is asked for. */
export interface TotalCount {
  readonly read: () => Promise<Count>
}

/** How many rows of a list are counted before it is left to an estimate. */
export const MOST_COUNTED = 10_000

/** What answers the fields of a TotalCount. */
export const totalCount = {
  value: async ({ read }: TotalCount) => (await read()).value,
  exact: async ({ read }: TotalCount) => (await read()).exact,
}

/** Counts the rows that a part selects. */
export async function countRows(em: EntityManager, name: string, rows: Part): Promise<Count> {
  const counted = part`/* ${raw(name)}.count */ select count(*)::int as value from (${rows} limit ${MOST_COUNTED + 1}) as counted`
  const [count] = await countLists(em, name, { counted, rows: () => rows })
  return count ?? { value: 0, exact: true }
}

/**
 * Counts the rows of several lists: `counted` gives for each how many it has, as `value`, in order and up to one more than `MOST_COUNTED`.
 * For those that have more, what `rows` selects is estimated, in one more statement.
 */
export async function countLists(
  em: EntityManager,
  name: string,
  { counted, rows }: { counted: Part; rows: (index: number) => Part },
): Promise<Count[]> {
  const values = (await run<{ value: number }>(em, counted)).map(({ value }) => value)
  const large = values.flatMap((value, index) => (value > MOST_COUNTED ? [index] : []))
  const estimates = await estimateEach(em, name, large.map(rows))
  return values.map((value, index) =>
    value > MOST_COUNTED
      ? { value: Math.max(estimates[large.indexOf(index)] ?? 0, MOST_COUNTED + 1), exact: false }
      : { value, exact: true },
  )
}

interface Plan {
  readonly 'Plan Rows': number
  readonly Plans?: readonly Plan[]
}

async function estimateEach(em: EntityManager, name: string, lists: readonly Part[]): Promise<number[]> {
  if (lists.length === 0) return []
  const [explained] = await run<{ 'QUERY PLAN': readonly { Plan: Plan }[] | string }>(
    em,
    part`/* ${raw(name)}.estimate */ explain (format json) ${joined(
      lists.map(rows => part`(${rows})`),
      ' union all ',
    )}`,
  )
  const answer = explained?.['QUERY PLAN'] ?? []
  const [{ Plan: plan } = { Plan: { 'Plan Rows': 0 } }] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as { Plan: Plan }[]
  const plans = lists.length === 1 ? [plan] : (plan.Plans ?? [])
  return plans.length === lists.length ? plans.map(found => Math.round(found['Plan Rows'])) : []
}
