import { z } from 'zod'
import {
  every,
  findExecutions,
  inPeriod,
  hasWords,
  isInCone,
  namesIn,
  observed,
  orElse,
  orderBy,
  parse,
  part,
  placeOf,
  planned,
  plannedWhere,
  isBeyond,
  raw,
  searchRows,
  walk,
  cone,
  words,
  type Direction,
  type Key,
  type Part,
  type Search,
} from '@almagest/kit'
import { ExecutedObsUnit, Instrument, ObservingProgram, ObsUnit, Source } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/** The orders of executions; an index serves each of them. */
const ORDERS = {
  ID: [{ column: 'e.id', type: 'uuid' }],
  STARTED_AT: [
    { column: 'e.started_at', type: 'moment' },
    { column: 'e.id', type: 'uuid' },
  ],
  FILED_AT: [
    { column: 'e.filed_at', type: 'moment' },
    { column: 'e.id', type: 'uuid' },
  ],
} as const satisfies Record<string, readonly Key[]>

const BY_ID: { readonly keys: readonly Key[]; readonly direction: Direction } = {
  keys: [{ column: 't.id', type: 'uuid' }],
  direction: 'ASC',
}

const ExecutedObsUnitFilter = inPeriod(z.object(observed()))
const ObsUnitFilter = z.object({ ...planned() })
const SourceFilter = z.object({ text: orElse(words(), null), cone: orElse(cone(), null) })

/** What a caller asks of a list: which rows, and in which order. */
interface Wanted<field> {
  readonly filter?: unknown
  readonly orderBy?: { readonly field: field; readonly direction?: Direction | null | undefined } | null | undefined
}

/** The executions that a filter leaves; refuses with BAD_INPUT a filter that breaks a rule. */
export async function executionsBy(
  em: EntityManager,
  { filter, orderBy: wanted }: Wanted<keyof typeof ORDERS>,
): Promise<Search<ExecutedObsUnit>> {
  const { module, ...given } = parse(ExecutedObsUnitFilter, filter ?? {}, 'filter')
  const executions = await findExecutions(em, { ...given, module })
  const found = module === null ? executions : { ...executions, other: [...executions.other, wroteFiles(module)] }
  const order = wanted?.field ?? 'ID'
  const direction = wanted?.direction ?? 'ASC'
  const keys: readonly Key[] = ORDERS[order]
  return {
    name: 'executedObsUnits',
    of: ExecutedObsUnit,
    order,
    direction,
    keys,
    page: ({ after, limit }) =>
      part`select e.*, ${placeOf(keys)} as place from ${walk(found, { keys, direction, after: isBeyond(keys, direction, after) })} e
       order by ${orderBy(keys, direction)} limit ${limit}`,
    rows: part`select from ${walk(found, { keys, direction })} e`,
  }
}

/** The condition that a module of that name wrote files of the execution `e`: they are in packages of theirs, or in none. */
function wroteFiles(module: string): Part {
  const modules = part`any(array(select m.id from observation.instrument_module m where m.name = ${module}))`
  return part`(exists (select from data_package.raw_data_package p where p.execution_id = e.id and p.module_id = ${modules})
    or exists (select from data_package.raw_data_file f where f.execution_id = e.id and f.module_id = ${modules} and f.package_id is null))`
}

/** The planned observations that a filter leaves, in order of their ids. */
export function obsUnitsBy(filter: unknown): Search<ObsUnit> {
  const given = parse(ObsUnitFilter, filter ?? {}, 'filter')
  const where = plannedWhere({ ...given, module: null })
  return {
    name: 'obsUnits',
    of: ObsUnit,
    order: 'ID',
    ...BY_ID,
    ...searchRows(part`(select u.* from observation.obs_unit u where ${every(where)})`, { where: raw('true'), ...BY_ID }),
  }
}

/** The sources that a filter leaves, in order of their ids. */
export function sourcesBy(filter: unknown): Search<Source> {
  const { text, cone } = parse(SourceFilter, filter ?? {}, 'filter')
  const where = [...(text ? [hasWords(namesIn('s.name'), text)] : []), ...(cone ? [isInCone(cone)] : [])]
  return {
    name: 'sources',
    of: Source,
    order: 'ID',
    ...BY_ID,
    ...searchRows(part`(select s.* from observation.source s where ${every(where)})`, { where: raw('true'), ...BY_ID }),
  }
}

/** The programs in whose code or title every word of a text occurs, in order of their ids. */
export function programsBy(text: unknown): Search<ObservingProgram> {
  const rows = { where: hasText(text, ['t.code', 't.title']), ...BY_ID }
  return {
    name: 'observingPrograms',
    of: ObservingProgram,
    order: 'ID',
    ...rows,
    ...searchRows(raw('observation.observing_program'), rows),
  }
}

/** The instruments in whose name or title every word of a text occurs, in order of their ids. */
export function instrumentsBy(text: unknown): Search<Instrument> {
  const rows = { where: hasText(text, ['t.name', 't.title']), ...BY_ID }
  return { name: 'instruments', of: Instrument, order: 'ID', ...rows, ...searchRows(raw('observation.instrument'), rows) }
}

function hasText(text: unknown, names: readonly string[]): Part {
  const given = parse(orElse(words(), null), text, 'text')
  return given === null ? raw('true') : hasWords(namesIn(...names), given)
}
