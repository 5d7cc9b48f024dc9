import type { z } from 'zod'
import { QUALITIES, type Quality } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { instant, orElse, someOf, text } from './input.ts'
import { every, joined, part, raw, run, type Part } from './part.ts'
import { orderBy, type Direction, type Key } from './search.ts'
import { cone, isInCone, type Cone } from './sky.ts'
import { hasWord, namesIn, words } from './words.ts'

/** By what of an execution, or of what was planned, rows are found; `null` is no condition. */
export interface Observed {
  readonly program: string | null
  readonly instrument: string | null
  readonly module: string | null
  readonly source: string | null
  readonly quality: readonly Quality[] | null
  readonly startedFrom: Date | null
  readonly startedBefore: Date | null
  readonly cone: Cone | null
  readonly text: readonly string[] | null
}

/** By what planned observations are found. */
export type Planned = Pick<Observed, 'program' | 'instrument' | 'module' | 'source' | 'cone' | 'text'>

/** The input of `Planned` but for its module. */
export const planned = () => ({
  program: orElse(text(), null),
  instrument: orElse(text(), null),
  source: orElse(text(), null),
  cone: orElse(cone(), null),
  text: orElse(words(), null),
})

/** The input of `Observed`, which `inPeriod` has to check. */
export const observed = () => ({
  ...planned(),
  module: orElse(text(), null),
  quality: orElse(someOf(QUALITIES), null),
  startedFrom: orElse(instant(), null),
  startedBefore: orElse(instant(), null),
})

/** The same input, the end of whose period is after its beginning. */
export function inPeriod<output extends Pick<Observed, 'startedFrom' | 'startedBefore'>>(input: z.ZodType<output>): z.ZodType<output> {
  return input.refine(({ startedFrom, startedBefore }) => startedFrom === null || startedBefore === null || startedFrom < startedBefore, {
    path: ['startedBefore'],
    error: 'must be after startedFrom',
  })
}

/** Up to how many planned observations are read each by itself. */
const FEW = 50

/**
 * The condition that a word occurs in the code or title of the program or in the name of the planned observation `u`, its source or its
 * instrument, or, where `modules` says so, in that of one of the modules of this.
 */
export function isNamed(word: string, { modules }: { modules: boolean }): Part {
  const ofModules = part`union all select m.instrument_id from observation.instrument_module m where ${hasWord(namesIn('m.name'), word)}`
  return part`(${hasWord(namesIn('u.name'), word)}
    or u.program_id in (select p.id from observation.observing_program p where ${hasWord(namesIn('p.code', 'p.title'), word)})
    or u.source_id in (select s.id from observation.source s where ${hasWord(namesIn('s.name'), word)})
    or u.instrument_id in (select i.id from observation.instrument i where ${hasWord(namesIn('i.name'), word)} ${modules ? ofModules : raw('')}))`
}

/** The conditions on the planned observation `u`. */
export function plannedWhere({ program, instrument, module, source, cone, text }: Planned): Part[] {
  const conditions: Part[] = []
  if (program !== null) conditions.push(part`u.program_id = (select p.id from observation.observing_program p where p.code = ${program})`)
  if (instrument !== null) conditions.push(part`u.instrument_id = (select i.id from observation.instrument i where i.name = ${instrument})`)
  if (source !== null) conditions.push(part`u.source_id = (select s.id from observation.source s where s.name = ${source})`)
  if (module !== null)
    conditions.push(part`u.instrument_id in (select m.instrument_id from observation.instrument_module m where m.name = ${module})`)
  if (cone !== null) conditions.push(part`u.source_id in (select s.id from observation.source s where ${isInCone(cone)})`)
  if (text !== null) conditions.push(...text.map(word => isNamed(word, { modules: true })))
  return conditions
}

/** Executions `e` that are found: what has to hold for them. */
export interface Executions {
  /** Conditions on columns of theirs. */
  readonly own: readonly Part[]
  /** Conditions that need other tables. */
  readonly other: readonly Part[]
  /** A column, and the few values of it that are wanted: an index has the rows of each of them in order. */
  readonly apart: { readonly column: 'obs_unit_id' | 'quality'; readonly values: readonly string[] } | null
}

/** Finds what executions have to fulfil, by at most one statement. */
export async function findExecutions(em: EntityManager, filter: Observed): Promise<Executions> {
  const { quality, startedFrom, startedBefore } = filter
  const own: Part[] = []
  if (startedFrom !== null) own.push(part`e.started_at >= ${startedFrom.toISOString()}::timestamptz`)
  if (startedBefore !== null) own.push(part`e.started_at < ${startedBefore.toISOString()}::timestamptz`)

  const units = plannedWhere(filter)
  if (units.length === 0) return { own, other: [], apart: quality && { column: 'quality', values: quality } }
  if (quality !== null) own.push(part`e.quality = any(${quality}::text[])`)
  const where = every(units)
  const found = await run<{ id: string }>(
    em,
    part`/* obsUnitsFound */ select u.id from observation.obs_unit u where ${where} limit ${FEW + 1}`,
  )
  if (found.length === 0) return { own: [raw('false')], other: [], apart: null }
  if (found.length <= FEW) return { own, other: [], apart: { column: 'obs_unit_id', values: found.map(({ id }) => id) } }
  return { own, other: [part`e.obs_unit_id in (select u.id from observation.obs_unit u where ${where})`], apart: null }
}

/** SQL of the executions `e` that are found, as an item of a `from`, so that they can be read in order without being sorted. */
export function walk(
  { own, other, apart }: Executions,
  { keys, direction, after = null }: { keys: readonly Key[]; direction: Direction; after?: Part | null },
): Part {
  const conditions = after === null ? own : [...own, after]
  const [value, ...others] = apart?.values ?? []
  if (apart === null) return part`(select e.* from observation.executed_obs_unit e where ${every([...conditions, ...other])})`
  const each = [value, ...others].map(value => every([part`e.${raw(apart.column)} = ${value}`, ...conditions]))
  if (others.length === 0) return part`(select e.* from observation.executed_obs_unit e where ${every([...each, ...other])})`
  // Merged in order: each of these is read from its index only as far as it is needed.
  const merged = each.map(
    where => part`(select e.* from observation.executed_obs_unit e where ${where} order by ${orderBy(keys, direction)})`,
  )
  return part`(select e.* from (${joined(merged, ' union all ')} order by ${orderBy(keys.map(unqualified), direction)}) e where ${every(other)})`
}

function unqualified({ column, type }: Key): Key {
  return { column: column.replace(/^e\./, ''), type }
}

/** The condition that the row `t` belongs to an execution that is found and for which `further` holds as well; `true` where nothing is asked. */
export function isOfFound({ own, other, apart }: Executions, further: readonly Part[]): Part {
  const chosen =
    apart === null ? [] : [part`e.${raw(apart.column)} = any(${apart.values}::${raw(apart.column === 'quality' ? 'text' : 'uuid')}[])`]
  const conditions = [...own, ...other, ...chosen, ...further]
  if (conditions.length === 0) return raw('true')
  return part`exists (select from observation.executed_obs_unit e where e.id = t.execution_id and ${every(conditions)})`
}
