import {
  ExecutedObsUnit,
  Instrument,
  InstrumentModule,
  Observatory,
  ObservingProgram,
  ObsUnit,
  Source,
  Telescope,
  type SourceKind,
} from '@almagest/schema'
import type { Context } from '@almagest/kit'
import { fileObservation } from './filing.ts'
import * as lists from './lists.ts'
import {
  createInstrument,
  createInstrumentModule,
  createObservatory,
  createObservingProgram,
  createObsUnit,
  createSource,
  createTelescope,
} from './mutations.ts'
import type { Resolvers } from './resolvers.generated.ts'

const SOURCE_TYPES = {
  FIXED: 'FixedSource',
  SOLAR_SYSTEM: 'SolarSystemObject',
  CONSTANT_ELEVATION: 'ConstantElevationSource',
} as const satisfies Record<SourceKind, string>

/** What answers the contract of the observation subgraph. */
export const resolvers: Resolvers = {
  Query: {
    observatories: (_, args, { loaders }) => loaders.page(lists.observatories, args),
    instruments: (_, args, { loaders }) => loaders.page(lists.instruments, args),
    instrument: (_, { name }, { loaders }) => loaders.findBy(Instrument, 'name', name),
    observingPrograms: (_, args, { loaders }) => loaders.page(lists.programs, args),
    observingProgram: (_, { code }, { loaders }) => loaders.findBy(ObservingProgram, 'code', code),
    sources: (_, args, { loaders }) => loaders.page(lists.sources, args),
    obsUnit: (_, { id }, { loaders }) => loaders.find(ObsUnit, id),
    executedObsUnits: (_, args, { loaders }) => loaders.page(lists.executions, args),
    executedObsUnit: (_, { id }, { loaders }) => loaders.find(ExecutedObsUnit, id),
  },
  Mutation: {
    createObservatory: (_, { input }, context) => createObservatory(input, context),
    createTelescope: (_, { input }, context) => createTelescope(input, context),
    createInstrument: (_, { input }, context) => createInstrument(input, context),
    createInstrumentModule: (_, { input }, context) => createInstrumentModule(input, context),
    createObservingProgram: (_, { input }, context) => createObservingProgram(input, context),
    createSource: (_, { input }, context) => createSource(input, context),
    createObsUnit: (_, { input }, context) => createObsUnit(input, context),
    fileObservation: (_, { input }, context) => fileObservation(input, context),
  },
  Observatory: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Observatory, reference),
    telescopes: ({ id }, args, { loaders }) => loaders.pageOf(lists.telescopesOf, id, args),
    programs: ({ id }, args, { loaders }) => loaders.pageOf(lists.programsOf, id, args),
  },
  Telescope: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Telescope, reference),
    observatory: ({ observatoryId }, _, { loaders }) => loaders.get(Observatory, observatoryId),
    instruments: ({ id }, args, { loaders }) => loaders.pageOf(lists.instrumentsOf, id, args),
  },
  Instrument: {
    __resolveReference: (reference, { loaders }) => loaders.refer(Instrument, reference),
    telescope: ({ telescopeId }, _, { loaders }) => loaders.get(Telescope, telescopeId),
    modules: ({ id }, args, { loaders }) => loaders.pageOf(lists.modulesOf, id, args),
  },
  InstrumentModule: {
    __resolveReference: (reference, { loaders }) => loaders.refer(InstrumentModule, reference),
    instrument: ({ instrumentId }, _, { loaders }) => loaders.get(Instrument, instrumentId),
  },
  ObservingProgram: {
    __resolveReference: (reference, { loaders }) => loaders.refer(ObservingProgram, reference),
    observatory: ({ observatoryId }, _, { loaders }) => loaders.get(Observatory, observatoryId),
    obsUnits: ({ id }, args, { loaders }) => loaders.pageOf(lists.obsUnitsOf, id, args),
    executions: ({ id }, args, { loaders }) => loaders.pageOf(lists.executionsOfProgram, id, args),
  },
  Source: { __resolveType: ({ kind }) => SOURCE_TYPES[kind] },
  FixedSource: {
    __resolveReference: (reference, context) => referToSource('FIXED', reference, context),
    raDeg: ({ raDeg }) => Number(raDeg),
    decDeg: ({ decDeg }) => Number(decDeg),
  },
  SolarSystemObject: {
    __resolveReference: (reference, context) => referToSource('SOLAR_SYSTEM', reference, context),
    body: ({ body }) => String(body),
  },
  ConstantElevationSource: {
    __resolveReference: (reference, context) => referToSource('CONSTANT_ELEVATION', reference, context),
    elevationDeg: ({ elevationDeg }) => Number(elevationDeg),
    azimuthStartDeg: ({ azimuthStartDeg }) => Number(azimuthStartDeg),
    azimuthEndDeg: ({ azimuthEndDeg }) => Number(azimuthEndDeg),
  },
  ObsUnit: {
    __resolveReference: (reference, { loaders }) => loaders.refer(ObsUnit, reference),
    program: ({ programId }, _, { loaders }) => loaders.get(ObservingProgram, programId),
    source: ({ sourceId }, _, { loaders }) => loaders.get(Source, sourceId),
    instrument: ({ instrumentId }, _, { loaders }) => loaders.get(Instrument, instrumentId),
    executions: ({ id }, args, { loaders }) => loaders.pageOf(lists.executionsOfObsUnit, id, args),
  },
  ExecutedObsUnit: {
    __resolveReference: (reference, { loaders }) => loaders.refer(ExecutedObsUnit, reference),
    obsUnit: ({ obsUnitId }, _, { loaders }) => loaders.get(ObsUnit, obsUnitId),
  },
}

async function referToSource(kind: SourceKind, reference: { readonly id: string }, { loaders }: Context): Promise<Source | null> {
  const source = await loaders.refer(Source, reference)
  return source?.kind === kind ? source : null
}
