import { newId, Refusal, sql, type LocationType } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Execution } from './filing-input.ts'

/** A location as filing needs it. */
export interface Location {
  readonly id: string
  readonly name: string
  readonly type: LocationType
  readonly active: boolean
  readonly instrument_id: string | null
}

/** An instrument as filing needs it. */
export interface Instrument {
  readonly id: string
  readonly name: string
  readonly active: boolean
}

/** The instrument of that name; refuses one that is not there or not that of the planned observation. */
export async function findInstrument(em: EntityManager, { instrument, obsUnitId }: Execution): Promise<Instrument> {
  const [found] = await sql<Instrument>(em, `/* instrumentToFile */ select id, name, active from observation.instrument where name = $1`, [
    instrument,
  ])
  if (!found) throw new Refusal('NOT_FOUND', `input.instrument: there is no instrument ${JSON.stringify(instrument)}`)
  const [unit] = await sql<{ instrument_id: string }>(
    em,
    `/* obsUnitToFile */ select instrument_id from observation.obs_unit where id = $1`,
    [obsUnitId],
  )
  if (!unit) throw new Refusal('NOT_FOUND', `input.obsUnitId: there is no planned observation ${obsUnitId}`)
  if (unit.instrument_id !== found.id)
    throw new Refusal('BAD_INPUT', `input.instrument: ${instrument} is not that of the planned observation ${obsUnitId}`)
  return found
}

/** A module as filing needs it. */
export interface Module {
  readonly id: string
  readonly name: string
  readonly active: boolean
}

/** The modules of an instrument by their names. */
export async function findModules(em: EntityManager, instrumentId: string): Promise<Map<string, Module>> {
  const rows = await sql<Module>(
    em,
    `/* modulesToFile */ select id, name, active from observation.instrument_module where instrument_id = $1`,
    [instrumentId],
  )
  return new Map(rows.map(module => [module.name, module]))
}

/** The SOURCE location of that name, or the only one of the instrument, of its active ones if there are any; refuses any other. */
export async function findLocation(em: EntityManager, { location: name, instrument }: Execution, instrumentId: string): Promise<Location> {
  const found = await sql<Location>(
    em,
    `/* locationToFile */
     select id, name, type, active, instrument_id from storage.data_location
     where case when $1::text is null then instrument_id = $2 and type = 'SOURCE' else name = $1 end order by name`,
    [name, instrumentId],
  )
  const active = found.filter(({ active }) => active)
  const rows = active.length > 0 ? active : found
  const [location] = rows
  if (!location && name !== null) throw new Refusal('NOT_FOUND', `input.location: there is no location ${JSON.stringify(name)}`)
  if (!location) throw new Refusal('BAD_INPUT', `input.location: instrument ${instrument} has no SOURCE location`)
  if (rows.length > 1) {
    throw new Refusal(
      'BAD_INPUT',
      `input.location: has to be given, because ${instrument} writes to ${rows.map(({ name }) => name).join(', ')}`,
    )
  }
  if (location.type !== 'SOURCE') throw new Refusal('BAD_INPUT', `input.location: ${location.name} is a ${location.type}, not a SOURCE`)
  if (location.instrument_id !== instrumentId)
    throw new Refusal('BAD_INPUT', `input.location: ${location.name} is not a location of ${instrument}`)
  return location
}

/** An execution that is locked until the end of the transaction; `isNew`: this transaction made it. */
export interface HeldExecution {
  readonly id: string
  readonly isNew: boolean
}

/** Makes the execution unless its key is known, and locks it: calls with one key follow one another. */
export async function holdExecution(
  em: EntityManager,
  { key, id, obsUnitId, startedAt, endedAt, quality, conditions }: Execution,
): Promise<HeldExecution> {
  const wanted = { obsUnitId, startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString() }
  const inserted = await sql(
    em,
    `/* insertExecution */
     insert into observation.executed_obs_unit (id, obs_unit_id, filing_key, started_at, ended_at, quality, conditions)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
    [id ?? newId(), obsUnitId, key, wanted.startedAt, wanted.endedAt, quality, JSON.stringify(conditions)],
  )
  const [row] = await sql<{ id: string; obs_unit_id: string; started_at: string; ended_at: string }>(
    em,
    `/* lockExecution */ select id, obs_unit_id, started_at, ended_at from observation.executed_obs_unit where filing_key = $1 for update`,
    [key],
  )
  if (!row) throw new Refusal('CONFLICT', `input.id: ${id} was filed with another key`)
  const filed = {
    obsUnitId: row.obs_unit_id,
    startedAt: new Date(row.started_at).toISOString(),
    endedAt: new Date(row.ended_at).toISOString(),
  }
  const differing = (['obsUnitId', 'startedAt', 'endedAt'] as const)
    .filter(field => filed[field] !== wanted[field])
    .map(field => `input.${field}: ${JSON.stringify(key)} was filed with ${filed[field]}, not ${wanted[field]}`)
  if (id !== null && row.id !== id) differing.push(`input.id: ${JSON.stringify(key)} was filed with ${row.id}, not ${id}`)
  if (differing.length > 0) throw new Refusal('CONFLICT', differing.join('; '))
  return { id: row.id, isNew: inserted.length > 0 }
}
