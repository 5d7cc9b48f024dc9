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
import { adoptFindings } from './adoption.ts'
import { fileObservation } from './filing.ts'
import { executionsBy, instrumentsBy, obsUnitsBy, programsBy, sourcesBy } from './finding.ts'
import * as lists from './lists.ts'
import {
  createInstrument,
  createInstrumentModule,
  createObservatory,
  createObservingProgram,
  createObsUnit,
  createSource,
  createTelescope,
  updateExecutedObsUnit,
  updateInstrument,
  updateInstrumentModule,
  updateObservatory,
  updateObservingProgram,
  updateObsUnit,
  updateSource,
  updateTelescope,
} from './mutations.ts'
import type { FixedSourceResolvers, Resolvers } from './resolvers.generated.ts'

const SOURCE_TYPES = {
  FIXED: 'FixedSource',
  SOLAR_SYSTEM: 'SolarSystemObject',
  CONSTANT_ELEVATION: 'ConstantElevationSource',
} as const satisfies Record<SourceKind, string>

const obsUnits: FixedSourceResolvers['obsUnits'] = ({ id }, args, { loaders }) => loaders.pageOf(lists.obsUnitsOfSource, id, args)

/** What answers the contract of the observation subgraph. */
export const resolvers: Resolvers = {
  Query: {
    observatories: (_, args, { loaders }) => loaders.page(lists.observatories, args),
    observatory: (_, { name }, { loaders }) => loaders.findBy(Observatory, 'name', name),
    telescope: (_, { name }, { loaders }) => loaders.findBy(Telescope, 'name', name),
    instruments: (_, { text, ...args }, { loaders }) => loaders.search(instrumentsBy(text), args),
    instrument: (_, { name }, { loaders }) => loaders.findBy(Instrument, 'name', name),
    instrumentModule: (_, { id }, { loaders }) => loaders.find(InstrumentModule, id),
    observingPrograms: (_, { text, ...args }, { loaders }) => loaders.search(programsBy(text), args),
    observingProgram: (_, { code }, { loaders }) => loaders.findBy(ObservingProgram, 'code', code),
    sources: (_, { filter, ...args }, { loaders }) => loaders.search(sourcesBy(filter), args),
    source: (_, { name }, { loaders }) => loaders.findBy(Source, 'name', name),
    obsUnit: (_, { id }, { loaders }) => loaders.find(ObsUnit, id),
    obsUnits: (_, { filter, ...args }, { loaders }) => loaders.search(obsUnitsBy(filter), args),
    executedObsUnits: async (_, args, { em, loaders }) => loaders.search(await executionsBy(em, args), args),
    executedObsUnit: (_, { id }, { loaders }) => loaders.find(ExecutedObsUnit, id),
  },
  Mutation: {
    createObservatory: (_, { input }, context) => createObservatory(input, context),
    updateObservatory: (_, { input }, context) => updateObservatory(input, context),
    createTelescope: (_, { input }, context) => createTelescope(input, context),
    updateTelescope: (_, { input }, context) => updateTelescope(input, context),
    createInstrument: (_, { input }, context) => createInstrument(input, context),
    updateInstrument: (_, { input }, context) => updateInstrument(input, context),
    createInstrumentModule: (_, { input }, context) => createInstrumentModule(input, context),
    updateInstrumentModule: (_, { input }, context) => updateInstrumentModule(input, context),
    createObservingProgram: (_, { input }, context) => createObservingProgram(input, context),
    updateObservingProgram: (_, { input }, context) => updateObservingProgram(input, context),
    createSource: (_, { input }, context) => createSource(input, context),
    updateSource: (_, { input }, context) => updateSource(input, context),
    createObsUnit: (_, { input }, context) => createObsUnit(input, context),
    updateObsUnit: (_, { input }, context) => updateObsUnit(input, context),
    updateExecutedObsUnit: (_, { input }, context) => updateExecutedObsUnit(input, context),
    fileObservation: (_, { input }, context) => fileObservation(input, context),
    adoptFindings: (_, { input }, context) => adoptFindings(input, context),
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
    obsUnits: ({ id }, args, { loaders }) => loaders.pageOf(lists.obsUnitsOfInstrument, id, args),
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
    obsUnits,
    raDeg: ({ raDeg }) => Number(raDeg),
    decDeg: ({ decDeg }) => Number(decDeg),
  },
  SolarSystemObject: {
    __resolveReference: (reference, context) => referToSource('SOLAR_SYSTEM', reference, context),
    obsUnits,
    body: ({ body }) => String(body),
  },
  ConstantElevationSource: {
    __resolveReference: (reference, context) => referToSource('CONSTANT_ELEVATION', reference, context),
    obsUnits,
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
