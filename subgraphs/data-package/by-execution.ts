import {
  every,
  isBeyond,
  isNamed,
  joined,
  orderBy,
  part,
  placeOf,
  raw,
  valueOf,
  walk,
  type Direction,
  type Executions,
  type Key,
  type Part,
  type Search,
} from '@almagest/kit'

/** The orders that follow the executions: keys of the execution `e`; in each execution rows follow by their ids. */
export const EXECUTION_ORDERS = {
  EXECUTION: [{ column: 'e.id', type: 'uuid' }],
  STARTED_AT: [
    { column: 'e.started_at', type: 'moment' },
    { column: 'e.id', type: 'uuid' },
  ],
} as const satisfies Record<string, readonly Key[]>

const ID: Key = { column: 't.id', type: 'uuid' }

const FIRST = '00000000-0000-0000-0000-000000000000'
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/**
 * How to read rows `t` of a table in an order that follows their executions: goes through the executions in order, and from each to its
 * rows, only as far as the page reaches. Of each of `words` the condition `where` may say `n.word_0`, `n.word_1`, …: what was planned is named so.
 */
export function searchByExecution(
  table: Part,
  {
    executions,
    where,
    words,
    keys: ofExecution,
    direction,
  }: { executions: Executions; where: readonly Part[]; words: readonly string[]; keys: readonly Key[]; direction: Direction },
): Pick<Search<object>, 'keys' | 'direction' | 'page' | 'rows'> {
  const keys = [...ofExecution, ID]
  const named = words.map((word, index) => part`${isNamed(word, { modules: false })} as ${raw(`word_${index}`)}`)
  // Fenced, so that the names are looked at once for an execution and not for each of its rows.
  const names = part`cross join lateral (select ${joined(named, ', ')} from observation.obs_unit u where u.id = e.obs_unit_id offset 0) n`
  const outer = words.length === 0 ? raw('e') : part`e ${names}`
  const conditions = every([part`t.execution_id = e.id`, ...where])
  return {
    keys,
    direction,
    page: ({ after, limit }) => {
      const found = walk(executions, { keys: ofExecution, direction, after: isBeyond(ofExecution, direction, after, '=') })
      return part`select t.*, ${placeOf(keys)} as place from ${found} ${outer}
       cross join lateral (select t.* from ${table} t where ${conditions} and ${isNext(after, direction)}
         order by ${orderBy([ID], direction)} limit ${limit}) t
       order by ${orderBy(keys, direction)} limit ${limit}`
    },
    rows: part`select from ${walk(executions, { keys: ofExecution, direction })} ${outer} join ${table} t on ${conditions}`,
  }
}

/** That the row comes after the last one of the page before, if it is of the same execution. */
function isNext(after: readonly string[] | null, direction: Direction): Part {
  if (after === null) return raw('true')
  const [execution, id] = after.slice(-2)
  return direction === 'DESC'
    ? part`t.id < case when e.id = ${valueOf('uuid', execution)} then ${valueOf('uuid', id)} else ${valueOf('uuid', LAST)} end`
    : part`t.id > case when e.id = ${valueOf('uuid', execution)} then ${valueOf('uuid', id)} else ${valueOf('uuid', FIRST)} end`
}
