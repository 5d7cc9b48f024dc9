import { z } from 'zod'
import {
  atLeast,
  between,
  id,
  insert,
  instant,
  jsonObject,
  orElse,
  parse,
  shortName,
  text,
  unlessOmitted,
  update,
  type Context,
} from '@almagest/kit'
import {
  ExecutedObsUnit,
  Instrument,
  InstrumentModule,
  Observatory,
  ObservingProgram,
  ObsUnit,
  QUALITIES,
  Refusal,
  Source,
  Telescope,
  type SourceKind,
} from '@almagest/schema'

const CreateObservatory = z.object({ name: shortName(), title: text() })

const latitudeDeg = between(-90, 90)
const longitudeDeg = between(-180, 180)
const elevationM = between(-1_000, 100_000)

const CreateTelescope = z.object({
  observatoryId: id(),
  name: shortName(),
  title: text(),
  latitudeDeg: orElse(latitudeDeg, null),
  longitudeDeg: orElse(longitudeDeg, null),
  elevationM: orElse(elevationM, null),
})

const CreateInstrument = z.object({ telescopeId: id(), name: shortName(), title: text() })

const CreateInstrumentModule = z.object({ instrumentId: id(), name: shortName(), title: text() })

const CreateObservingProgram = z.object({
  observatoryId: id(),
  code: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      'must be 1 to 63 letters, digits, dots, underscores and hyphens, and begin with a letter or digit',
    ),
  title: text(),
  principalInvestigator: text(),
  metadataReleaseAt: orElse(instant(), null),
  dataReleaseAt: orElse(instant(), null),
})

/** What is given of a source, beside its name; at most one of them. */
const kinds = {
  fixed: orElse(
    z.object({ raDeg: between(0, 360).refine(value => value < 360, { error: 'must be less than 360' }), decDeg: between(-90, 90) }),
    null,
  ),
  solarSystem: orElse(z.object({ body: text() }), null),
  constantElevation: orElse(
    z.object({ elevationDeg: between(0, 90), azimuthStartDeg: between(-360, 360), azimuthEndDeg: between(-360, 360) }),
    null,
  ),
}
type Kinds = z.output<z.ZodObject<typeof kinds>>

const countKinds = ({ fixed, solarSystem, constantElevation }: Kinds): number =>
  [fixed, solarSystem, constantElevation].filter(kind => kind !== null).length

const CreateSource = z
  .object({ name: text(), ...kinds })
  .refine(source => countKinds(source) === 1, { error: 'must have exactly one of fixed, solarSystem and constantElevation' })

const durationS = () => between(0, 31_536_000).refine(value => value > 0, { error: 'must be more than 0' })

const CreateObsUnit = z.object({
  programId: id(),
  sourceId: id(),
  instrumentId: id(),
  name: text(),
  configuration: orElse(jsonObject(), {}),
  durationS: durationS(),
  priority: orElse(atLeast(0), 100),
})

const UpdateObservatory = z.object({ id: id(), title: unlessOmitted(text()) })

const UpdateTelescope = UpdateObservatory.extend({
  latitudeDeg: latitudeDeg.nullish(),
  longitudeDeg: longitudeDeg.nullish(),
  elevationM: elevationM.nullish(),
})

const UpdateInstrument = UpdateObservatory.extend({ active: unlessOmitted(z.boolean()) })

const UpdateObservingProgram = UpdateObservatory.extend({
  principalInvestigator: unlessOmitted(text()),
  metadataReleaseAt: instant().nullish(),
  dataReleaseAt: instant().nullish(),
})

const UpdateSource = z
  .object({ id: id(), name: unlessOmitted(text()), ...kinds })
  .refine(source => countKinds(source) <= 1, { error: 'must have at most one of fixed, solarSystem and constantElevation' })

const UpdateObsUnit = z.object({
  id: id(),
  name: unlessOmitted(text()),
  configuration: unlessOmitted(jsonObject()),
  durationS: unlessOmitted(durationS()),
  priority: unlessOmitted(atLeast(0)),
})

const UpdateExecutedObsUnit = z.object({
  id: id(),
  quality: unlessOmitted(z.enum(QUALITIES)),
  conditions: unlessOmitted(jsonObject()),
})

/** Creates an observatory. */
export function createObservatory(input: unknown, context: Context): Promise<Observatory> {
  const fields = parse(CreateObservatory, input)
  return insert(context, { reason: 'createObservatory', input: fields }, em => em.create(Observatory, fields))
}

/** Creates a telescope of an observatory. */
export function createTelescope(input: unknown, context: Context): Promise<Telescope> {
  const fields = parse(CreateTelescope, input)
  return insert(context, { reason: 'createTelescope', input: fields }, em => em.create(Telescope, fields))
}

/** Creates an instrument of a telescope. */
export function createInstrument(input: unknown, context: Context): Promise<Instrument> {
  const fields = parse(CreateInstrument, input)
  return insert(context, { reason: 'createInstrument', input: fields }, em => em.create(Instrument, fields))
}

/** Creates a module of an instrument. */
export function createInstrumentModule(input: unknown, context: Context): Promise<InstrumentModule> {
  const fields = parse(CreateInstrumentModule, input)
  return insert(context, { reason: 'createInstrumentModule', input: fields }, em => em.create(InstrumentModule, fields))
}

/** Creates a program of an observatory. */
export function createObservingProgram(input: unknown, context: Context): Promise<ObservingProgram> {
  const fields = parse(CreateObservingProgram, input)
  return insert(context, { reason: 'createObservingProgram', input: fields }, em => em.create(ObservingProgram, fields))
}

/** Creates a source of the one kind that is given. */
export function createSource(input: unknown, context: Context): Promise<Source> {
  const { name, ...given } = parse(CreateSource, input)
  const kind = kindOf(given) ?? 'CONSTANT_ELEVATION'
  return insert(context, { reason: 'createSource', input: { name } }, em =>
    em.create(Source, { name, kind, ...given.fixed, ...given.solarSystem, ...given.constantElevation }),
  )
}

/** Creates a planned observation of a program. */
export function createObsUnit(input: unknown, context: Context): Promise<ObsUnit> {
  const fields = parse(CreateObsUnit, input)
  return insert(context, { reason: 'createObsUnit', input: fields }, em => em.create(ObsUnit, fields))
}

/** Changes the title of an observatory. */
export function updateObservatory(input: unknown, context: Context): Promise<Observatory> {
  return update(context, Observatory, { reason: 'updateObservatory', input: parse(UpdateObservatory, input) })
}

/** Changes the title or the position of a telescope; null takes a coordinate away. */
export function updateTelescope(input: unknown, context: Context): Promise<Telescope> {
  return update(context, Telescope, { reason: 'updateTelescope', input: parse(UpdateTelescope, input) })
}

/** Changes the title of an instrument, or whether observations may be filed for it. */
export function updateInstrument(input: unknown, context: Context): Promise<Instrument> {
  return update(context, Instrument, { reason: 'updateInstrument', input: parse(UpdateInstrument, input) })
}

/** Changes the title of a module, or whether files may be filed for it. */
export function updateInstrumentModule(input: unknown, context: Context): Promise<InstrumentModule> {
  return update(context, InstrumentModule, { reason: 'updateInstrumentModule', input: parse(UpdateInstrument, input) })
}

/** Changes a program; null takes a release date away. */
export function updateObservingProgram(input: unknown, context: Context): Promise<ObservingProgram> {
  return update(context, ObservingProgram, { reason: 'updateObservingProgram', input: parse(UpdateObservingProgram, input) })
}

/** Changes the name of a source, or what its kind says of it; refuses with BAD_INPUT another kind than it has. */
export function updateSource(input: unknown, context: Context): Promise<Source> {
  const { id, name, ...given } = parse(UpdateSource, input)
  return update(context, Source, {
    reason: 'updateSource',
    input: { id, name, ...given.fixed, ...given.solarSystem, ...given.constantElevation },
    check({ kind }) {
      const wanted = kindOf(given)
      if (wanted !== null && wanted !== kind)
        throw new Refusal('BAD_INPUT', `input: source ${id} is ${kind}, and stays so: it cannot become ${wanted}`)
    },
  })
}

/** Changes a planned observation. */
export function updateObsUnit(input: unknown, context: Context): Promise<ObsUnit> {
  return update(context, ObsUnit, { reason: 'updateObsUnit', input: parse(UpdateObsUnit, input) })
}

/** Judges an execution, or corrects its conditions. */
export function updateExecutedObsUnit(input: unknown, context: Context): Promise<ExecutedObsUnit> {
  return update(context, ExecutedObsUnit, { reason: 'updateExecutedObsUnit', input: parse(UpdateExecutedObsUnit, input) })
}

function kindOf({ fixed, solarSystem, constantElevation }: Kinds): SourceKind | null {
  return fixed ? 'FIXED' : solarSystem ? 'SOLAR_SYSTEM' : constantElevation ? 'CONSTANT_ELEVATION' : null
}
