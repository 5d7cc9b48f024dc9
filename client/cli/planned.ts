import { Outage, Refusal } from '../errors.ts'
import { PlannedObservationsDocument, type ObsUnitFilter, type PlannedObservationsQuery } from '../operations.generated.ts'
import type { Call } from './command.ts'
import { openMemory } from './memory.ts'
import { isId } from './wanted.ts'

/** A planned observation as filing needs it; the place of its source, where that is fixed. */
export interface Planned {
  readonly id: string
  readonly source: string | null
  readonly raDeg: number | null
  readonly decDeg: number | null
}

/** What was asked for, to be found: by `PROGRAM/NAME`, or by what was pointed at. */
export interface Sought {
  readonly obsUnit: string | undefined
  readonly target: string | undefined
  readonly instrument: string
}

interface Looking {
  readonly isIt: (node: Node) => boolean
  /** Ends it before its time; null: it takes as long as it takes. */
  readonly patience: AbortSignal | null
}

type Node = NonNullable<PlannedObservationsQuery['obsUnits']>['nodes'][number]

/** A data centre that has to be asked only to be sure may take so long. */
const PATIENCE_MS = 5_000
/** One that was away is not asked again for so long, where it is known what it said. */
const AWAY_MS = 30_000

/** Finds planned observations. What was found once is kept in the spool's folder: so it is found again while the data centre is away. */
export function openPlanned({ almagest, spoolFolder, signal }: Call): (sought: Sought) => Promise<Planned> {
  const memory = openMemory<Planned>(spoolFolder, { name: 'planned', url: almagest.url })
  const known = new Map<string, Planned>()
  let awayUntil = 0

  async function ask(filter: ObsUnitFilter, { isIt, patience }: Looking): Promise<Node[]> {
    const found: Node[] = []
    for (let after: string | null = null; ;) {
      const { obsUnits }: PlannedObservationsQuery = await almagest.ask(
        PlannedObservationsDocument,
        { filter, first: 200, after },
        { signal: patience === null ? signal : AbortSignal.any([signal, patience]) },
      )
      found.push(...(obsUnits?.nodes ?? []).filter(isIt))
      after = obsUnits?.pageInfo.endCursor ?? null
      if (!obsUnits?.pageInfo.hasNextPage || found.length > 1) return found
    }
  }

  async function find({ obsUnit, target, instrument }: Sought, patience: AbortSignal | null): Promise<Node[]> {
    if (obsUnit === undefined) return ask({ instrument, source: target ?? '' }, { isIt: () => true, patience })
    const slash = obsUnit.indexOf('/')
    const name = obsUnit.slice(slash + 1)
    const filter = { instrument, ...(slash > 0 && { program: obsUnit.slice(0, slash) }) }
    return ask(filter, { isIt: node => node.name === name, patience })
  }

  return async sought => {
    const { obsUnit, target, instrument } = sought
    if (obsUnit !== undefined && isId(obsUnit)) return { id: obsUnit, source: null, raDeg: null, decDeg: null }
    const what =
      obsUnit === undefined ? `the observation of ${target} with ${instrument}` : `the planned observation ${obsUnit} of ${instrument}`
    const asked = known.get(what)
    if (asked) return asked
    const before = await memory.find(what)
    if (before && performance.now() < awayUntil) return before
    const found = await find(sought, before ? AbortSignal.timeout(PATIENCE_MS) : null).catch((error: unknown) => {
      if (!(error instanceof Outage)) throw error
      awayUntil = performance.now() + AWAY_MS
      if (before) return before
      throw new Outage(`${what} is not known here yet, and the data centre is away: name it by its id, or file once while it is there`, {
        cause: error,
      })
    })
    if (!Array.isArray(found)) return found
    const [only, another]: readonly Node[] = found
    if (!only) throw new Refusal('NOT_FOUND', `there is no such plan: ${what}; give --obs-unit with its id, or PROGRAM/NAME`)
    if (another)
      throw new Refusal(
        'BAD_INPUT',
        `there are several plans: ${found.map(({ name, program }) => `${program.code}/${name}`).join(', ')} …; give --obs-unit with one of them`,
      )
    const { source } = only
    const planned = {
      id: only.id,
      source: source.name,
      raDeg: 'raDeg' in source ? source.raDeg : null,
      decDeg: 'decDeg' in source ? source.decDeg : null,
    }
    known.set(what, planned)
    if (JSON.stringify(before) !== JSON.stringify(planned)) await memory.keep({ [what]: planned })
    return planned
  }
}
