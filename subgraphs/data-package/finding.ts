import { z } from 'zod'
import {
  every,
  findExecutions,
  hasWord,
  id,
  inPeriod,
  isOfFound,
  isNamed,
  namesIn,
  observed,
  orElse,
  parse,
  part,
  raw,
  searchRows,
  someOf,
  type Direction,
  type Executions,
  type Key,
  type Part,
  type Search,
} from '@almagest/kit'
import { foldPath, PACKAGE_STATES, pathFault, RawDataFile, RawDataPackage, Refusal, STATUSES } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { EXECUTION_ORDERS, searchByExecution } from './by-execution.ts'

const FILES = raw('data_package.raw_data_file')
const PACKAGES = raw('data_package.raw_data_package')

const PATH: readonly Key[] = [
  { column: 't.path_fold', type: 'text' },
  { column: 't.module_id', type: 'uuid' },
]

/** The orders of packages that an index of theirs serves. */
const PACKAGE_ORDERS = {
  ID: [{ column: 't.id', type: 'uuid' }],
  NAME: [{ column: 't.name', type: 'text' }],
  PRIORITY: [
    { column: 't.priority', type: 'bigint' },
    { column: 't.id', type: 'uuid' },
  ],
  BYTES: [
    { column: 't.file_bytes', type: 'bigint' },
    { column: 't.id', type: 'uuid' },
  ],
} as const satisfies Record<string, readonly Key[]>

/** A path that a file may have. */
const path = () => z.string().superRefine((value, context) => refuse(context, 'a path of a file', pathFault(value)))

/** How a path that a file may have begins; with a slash at its end all of a folder. */
const pathPrefix = () =>
  z.string().superRefine((value, context) => refuse(context, 'how a path of a file begins', pathFault(value.replace(/(?<=.)\/$/, ''))))

function refuse(context: z.RefinementCtx, what: string, fault: string | null): void {
  if (fault !== null) context.addIssue({ code: 'custom', message: `must be ${what}, and it ${fault}` })
}

const RawDataFileFilter = inPeriod(
  z.object({
    ...observed(),
    execution: orElse(id(), null),
    package: orElse(id(), null),
    packaged: orElse(z.boolean(), null),
    path: orElse(path(), null),
    pathPrefix: orElse(pathPrefix(), null),
  }),
)

const RawDataPackageFilter = inPeriod(
  z.object({
    ...observed(),
    execution: orElse(id(), null),
    status: orElse(someOf(STATUSES), null),
    state: orElse(someOf(PACKAGE_STATES), null),
  }),
)

/** What a caller asks of a list: which rows, and in which order. */
interface Wanted<field> {
  readonly filter?: unknown
  readonly orderBy?: { readonly field: field; readonly direction?: Direction | null | undefined } | null | undefined
}

/** The files that a filter leaves; refuses with BAD_INPUT a filter that breaks a rule, and an order that would have to read too much. */
export async function filesBy(
  em: EntityManager,
  { filter, orderBy: wanted }: Wanted<keyof typeof EXECUTION_ORDERS | 'PATH'>,
): Promise<Search<RawDataFile>> {
  const given = parse(RawDataFileFilter, filter ?? {}, 'filter')
  const byPath = given.path !== null || given.pathPrefix !== null
  const order = wanted?.field ?? (byPath ? 'PATH' : 'EXECUTION')
  const direction = wanted?.direction ?? 'ASC'
  const small = given.execution !== null || given.package !== null
  if (order !== 'PATH' && byPath && !small)
    throw new Refusal('BAD_INPUT', `orderBy.field: must be PATH for path or pathPrefix without execution or package, not ${order}`)
  if (order === 'PATH' && !byPath && !small && Object.values(given).some(value => value !== null))
    throw new Refusal('BAD_INPUT', 'orderBy.field: PATH has to have path, pathPrefix, execution or package beside other conditions')

  const { text, ...others } = given
  const executions = await executionsOf(em, { ...others, text: null })
  const own: Part[] = []
  if (given.package !== null) own.push(part`t.package_id = ${given.package}`)
  if (given.packaged !== null) own.push(raw(`t.package_id is ${given.packaged ? 'not ' : ''}null`))
  if (given.module !== null) own.push(isOfModule(given.module))
  if (given.path !== null) own.push(part`t.path_fold = ${foldPath(given.path)} and t.path = ${given.path}`)
  if (given.pathPrefix !== null) own.push(part`t.path_fold ^@ ${foldPath(given.pathPrefix)} and t.path ^@ ${given.pathPrefix}`)

  const list = { name: 'rawDataFiles', of: RawDataFile, order }
  if (order === 'PATH') {
    const named = (text ?? []).map(word => occurs(word, { line: raw('t.path_fold'), planned: isPlannedAs(word) }))
    const where = every([...own, isOfFound(executions, named)])
    // Fenced, where the files are few: they are sorted, and not looked for among all paths.
    const from = small ? part`(select t.* from ${FILES} t where ${where} offset 0)` : FILES
    const rows = { where: small ? raw('true') : where, keys: PATH, direction }
    return { ...list, ...rows, ...searchRows(from, rows) }
  }
  const unpackaged = part`exists (select from ${FILES} x where x.execution_id = e.id and x.package_id is null)`
  const other = given.packaged === false ? [...executions.other, unpackaged] : executions.other
  const where = [...own, ...(text ?? []).map((word, index) => occurs(word, { line: raw('t.path_fold'), planned: raw(`n.word_${index}`) }))]
  const keys = EXECUTION_ORDERS[order]
  return { ...list, ...searchByExecution(FILES, { executions: { ...executions, other }, where, words: text ?? [], keys, direction }) }
}

/** The packages that a filter leaves; refuses with BAD_INPUT a filter that breaks a rule. */
export async function packagesBy(
  em: EntityManager,
  { filter, orderBy: wanted }: Wanted<keyof typeof PACKAGE_ORDERS | 'STARTED_AT'>,
): Promise<Search<RawDataPackage>> {
  const { text, ...given } = parse(RawDataPackageFilter, filter ?? {}, 'filter')
  const order = wanted?.field ?? 'ID'
  const direction = wanted?.direction ?? 'ASC'
  const executions = await executionsOf(em, { ...given, package: null, text: null })
  const own: Part[] = []
  if (given.status !== null) own.push(isOneOf('t.status', given.status))
  if (given.state !== null) own.push(isOneOf('t.state', given.state))
  if (given.module !== null) own.push(isOfModule(given.module))

  const list = { name: 'rawDataPackages', of: RawDataPackage, order }
  if (order === 'STARTED_AT') {
    const where = [...own, ...(text ?? []).map((word, index) => occurs(word, { line: namesIn('t.name'), planned: raw(`n.word_${index}`) }))]
    const keys = EXECUTION_ORDERS.STARTED_AT
    return { ...list, ...searchByExecution(PACKAGES, { executions, where, words: text ?? [], keys, direction }) }
  }
  const named = (text ?? []).map(word => occurs(word, { line: namesIn('t.name'), planned: isPlannedAs(word) }))
  const rows = { where: every([...own, isOfFound(executions, named)]), keys: PACKAGE_ORDERS[order], direction }
  return { ...list, ...rows, ...searchRows(PACKAGES, rows) }
}

type Asked = Parameters<typeof findExecutions>[1] & { readonly execution: string | null; readonly package: string | null }

async function executionsOf(em: EntityManager, { execution, package: tar, ...asked }: Asked): Promise<Executions> {
  const found = await findExecutions(em, asked)
  const own = [...found.own]
  if (execution !== null) own.push(part`e.id = ${execution}`)
  if (tar !== null) own.push(part`e.id = (select p.execution_id from ${PACKAGES} p where p.id = ${tar})`)
  return { ...found, own }
}

/** The condition that a word occurs in what was planned, in the name of the module of the row `t`, or in a line of the row. */
function occurs(word: string, { line, planned }: { line: Part; planned: Part }): Part {
  return part`(${planned} or ${hasWord(line, word)}
    or t.module_id = any(array(select m.id from observation.instrument_module m where ${hasWord(namesIn('m.name'), word)})))`
}

function isPlannedAs(word: string): Part {
  return part`exists (select from observation.obs_unit u where u.id = e.obs_unit_id and ${isNamed(word, { modules: false })})`
}

function isOfModule(name: string): Part {
  return part`t.module_id = any(array(select m.id from observation.instrument_module m where m.name = ${name}))`
}

/** An index has the rows of one value in order. */
function isOneOf(column: string, values: readonly string[]): Part {
  return values.length === 1 ? part`${raw(column)} = ${values[0]}` : part`${raw(column)} = any(${values}::text[])`
}
