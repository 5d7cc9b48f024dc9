import fc from 'fast-check'
import {
  ExecutedObsUnit,
  foldPath,
  Instrument,
  InstrumentModule,
  newId,
  Observatory,
  ObservingProgram,
  ObsUnit,
  PACKAGE_STATES,
  QUALITIES,
  RawDataFile,
  RawDataPackage,
  Source,
  STATUSES,
  Telescope,
} from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'

/* A small catalogue of rows that are hard to tell apart, and what a reader would find in it without a database. */

const WORDS = ['Orion', 'ORION', 'KL', 'Ärger', 'a\u0308rger', 'ΣΟΦΟΣ', 'σοφος', '100%', 'a_b', 'axb', 'x\\y', 'M', '31', 'İ']
const FOLDERS = ['2026', '2026/a', '2026/A', '2026/ä', '2026/a\u0308', 'é', 'e', 'Ω']
const NAMES = ['scan_1.fits', 'Scan_1.fits', 'scan%1.fits', 'e\u0301x', 'ex', 'Σ.fits', 'orion.fits', 'a b']

/** An execution with all that a filter may ask of it. */
export interface Executed {
  readonly execution: ExecutedObsUnit
  readonly unit: ObsUnit
  readonly program: ObservingProgram
  readonly source: Source
  readonly instrument: Instrument
  readonly modules: readonly InstrumentModule[]
}

/** A row of an execution and of a module. */
export interface Written<row> extends Executed {
  readonly row: row
  readonly module: InstrumentModule
}

/** Everything that was made. */
export interface Catalogue {
  readonly executions: readonly Executed[]
  readonly files: readonly Written<RawDataFile>[]
  readonly packages: readonly Written<RawDataPackage>[]
}

/** Makes the catalogue; the same `seed` makes the same one, but for its ids. */
export async function makeCatalogue(em: EntityManager, seed: number): Promise<Catalogue> {
  const random = fc.sample(fc.nat(2 ** 31 - 1), { seed, numRuns: 20_000 }).values()
  const upTo = (most: number) => (random.next().value ?? 0) % most
  const oneOf = <value>(values: readonly value[]): value => values[upTo(values.length)] as value
  const name = (unique: string) => `${oneOf(WORDS)} ${oneOf(WORDS)} ${unique}`
  const observatory = em.create(Observatory, { id: newId(), name: newId(), title: 'O' })
  const telescope = em.create(Telescope, { id: newId(), observatoryId: observatory.id, name: newId(), title: 'T' })
  const programs = times(4, index =>
    em.create(ObservingProgram, {
      id: newId(),
      observatoryId: observatory.id,
      code: `P-${index}`,
      title: name(''),
      principalInvestigator: 'P',
    }),
  )
  const instruments = times(3, index =>
    em.create(Instrument, { id: newId(), telescopeId: telescope.id, name: `camera-${index}`, title: 'I' }),
  )
  const modules = instruments.flatMap(({ id }) =>
    ['m1', 'm2', 'Orion-module'].map(name => em.create(InstrumentModule, { id: newId(), instrumentId: id, name, title: 'M' })),
  )
  const places = [
    [0, 0],
    [359.9999, 0.00005],
    [10, 90],
    [200, -90],
    [180, 0],
    [123.4, 89.9995],
  ] as const
  const sources = [
    ...places.map(([raDeg, decDeg], index) => em.create(Source, { id: newId(), name: name(`s${index}`), kind: 'FIXED', raDeg, decDeg })),
    em.create(Source, { id: newId(), name: name('Jupiter'), kind: 'SOLAR_SYSTEM', body: 'JUPITER' }),
  ]
  const units = times(90, index => {
    const instrumentId = oneOf(instruments).id
    return em.create(ObsUnit, {
      id: newId(),
      programId: index < 60 ? (programs[0]?.id ?? '') : oneOf(programs).id,
      sourceId: oneOf(sources).id,
      instrumentId,
      name: name(`u${index}`),
      durationS: 1,
    })
  })
  const find = <row extends { id: string }>(rows: readonly row[], id: string): row => rows.find(row => row.id === id) as row
  const executions = times(120, (index): Executed => {
    const unit = oneOf(units)
    const startedAt = new Date(Date.UTC(2026, 0, 1) + upTo(40) * 3_600_000)
    const execution = em.create(ExecutedObsUnit, {
      id: newId(),
      obsUnitId: unit.id,
      filingKey: `${index}`,
      startedAt,
      endedAt: startedAt,
      quality: oneOf(QUALITIES),
      filedAt: new Date(Date.UTC(2026, 1, 1) + upTo(30)),
    })
    return {
      execution,
      unit,
      program: find(programs, unit.programId),
      source: find(sources, unit.sourceId),
      instrument: find(instruments, unit.instrumentId),
      modules: modules.filter(({ instrumentId }) => instrumentId === unit.instrumentId),
    }
  })
  const packages = executions.flatMap(executed =>
    times(upTo(3), (index): Written<RawDataPackage> => {
      const module = oneOf(executed.modules)
      const row = em.create(RawDataPackage, {
        id: newId(),
        executionId: executed.execution.id,
        moduleId: module.id,
        sequence: index + 1,
        name: `Pack_${executed.execution.filingKey}_${index}`,
        path: 'x.tar',
        status: oneOf(STATUSES),
        state: oneOf(PACKAGE_STATES),
        priority: upTo(3),
        fileCount: 1,
        fileBytes: upTo(5),
      })
      return { ...executed, row, module }
    }),
  )
  const taken = new Set<string>()
  const files = executions.flatMap(executed =>
    times(upTo(6), (): Written<RawDataFile>[] => {
      const own = packages.filter(({ execution }) => execution === executed.execution)
      const tar = upTo(2) === 0 ? null : oneOf([...own, null])
      const module = tar?.module ?? oneOf(executed.modules)
      const path = `${oneOf(FOLDERS)}/${upTo(9)}/${oneOf(NAMES)}`
      const pathFold = foldPath(path)
      if (taken.has(`${module.id} ${pathFold}`)) return []
      taken.add(`${module.id} ${pathFold}`)
      const row = em.create(RawDataFile, {
        id: newId(),
        executionId: executed.execution.id,
        moduleId: module.id,
        path,
        pathFold,
        bytes: 1,
        packageId: tar?.row.id ?? null,
      })
      return [{ ...executed, row, module }]
    }).flat(),
  )
  // A package without files would be none of its module's: nobody plans one.
  const filled = packages.filter(({ row }) => files.some(file => file.row.packageId === row.id))
  for (const { row } of packages) if (!filled.some(tar => tar.row === row)) em.remove(row)
  await em.flush()
  return { executions, files, packages: filled }
}

function times<value>(count: number, make: (index: number) => value): value[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** A filter of executions, files or packages, as GraphQL takes it. */
export interface Filter {
  readonly program?: string
  readonly instrument?: string
  readonly module?: string
  readonly source?: string
  readonly quality?: readonly string[]
  readonly startedFrom?: string
  readonly startedBefore?: string
  readonly cone?: { readonly raDeg: number; readonly decDeg: number; readonly radiusDeg: number }
  readonly text?: string
  readonly execution?: string
  readonly package?: string
  readonly packaged?: boolean
  readonly path?: string
  readonly pathPrefix?: string
  readonly status?: readonly string[]
  readonly state?: readonly string[]
}

/** Whether an execution is what a filter asks for, as far as it asks for executions; `own` are further names of the row, in which words may occur. */
export function fits(filter: Filter, { execution, unit, program, source, instrument }: Executed, own: readonly string[]): boolean {
  const names = [program.code, program.title, unit.name, source.name, instrument.name, ...own].map(foldPath)
  const started = execution.startedAt.getTime()
  return (
    is(filter.program, program.code) &&
    is(filter.instrument, instrument.name) &&
    is(filter.source, source.name) &&
    (filter.quality?.includes(execution.quality) ?? true) &&
    (filter.startedFrom === undefined || started >= Date.parse(filter.startedFrom)) &&
    (filter.startedBefore === undefined || started < Date.parse(filter.startedBefore)) &&
    (filter.cone === undefined || (source.kind === 'FIXED' && distanceDeg(filter.cone, source) <= filter.cone.radiusDeg)) &&
    (filter.text ?? '').split(' ').every(word => names.some(name => name.includes(foldPath(word)))) &&
    is(filter.execution, execution.id)
  )
}

/** Whether a value is what is asked for, if anything is. */
export function is<value>(wanted: value | undefined, value: value): boolean {
  return wanted === undefined || wanted === value
}

interface Direction {
  readonly raDeg?: number | null | undefined
  readonly decDeg?: number | null | undefined
}

/** The angle between two directions in degrees, by their vectors. */
export function distanceDeg(a: Direction, b: Direction): number {
  const [ax, ay, az] = vector(a)
  const [bx, by, bz] = vector(b)
  const cross = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
  return (Math.atan2(cross, ax * bx + ay * by + az * bz) * 180) / Math.PI
}

function vector({ raDeg, decDeg }: Direction): [number, number, number] {
  const [ra, dec] = [((raDeg ?? 0) * Math.PI) / 180, ((decDeg ?? 0) * Math.PI) / 180]
  return [Math.cos(dec) * Math.cos(ra), Math.cos(dec) * Math.sin(ra), Math.sin(dec)]
}
