export { openAnswering, schemaOf, type Answering } from './answering.ts'
export type { Connection, PageArgs } from './connection.ts'
export type { TotalCount } from './count.ts'
export { defineList, type List } from './list.ts'
export {
  findExecutions,
  inPeriod,
  isNamed,
  isOfFound,
  observed,
  planned,
  plannedWhere,
  walk,
  type Executions,
  type Observed,
  type Planned,
} from './executions.ts'
export { atLeast, between, id, instant, jsonObject, orElse, parse, shortName, someOf, text, unlessOmitted } from './input.ts'
export { openLoaders, type Batch, type Loaders } from './loaders.ts'
export { insert, lockRow, nudge, transact, update } from './mutation.ts'
export { every, joined, part, raw, type Part } from './part.ts'
export { isBeyond, orderBy, placeOf, searchRows, valueOf, type Direction, type Key, type Search } from './search.ts'
export { boxesAround, cone, isInCone } from './sky.ts'
export { hasWord, hasWords, namesIn, words } from './words.ts'
export { readSettings, runSubgraph } from './run.ts'
export { startSubgraph, type RunningSubgraph } from './server.ts'
export { defineSubgraph, type Context, type Subgraph } from './subgraph.ts'
