import { z } from 'zod'
import { atLeast, between, id, insert, instant, jsonObject, orElse, parse, shortName, text, type Context } from '@almagest/kit'
import { Instrument, InstrumentModule, Observatory, ObservingProgram, ObsUnit, Source, Telescope } from '@almagest/schema'

const CreateObservatory = z.object({ name: shortName(), title: text() })

const CreateTelescope = z.object({
  observatoryId: id(),
  name: shortName(),
  title: text(),
  latitudeDeg: orElse(between(-90, 90), null),
  longitudeDeg: orElse(between(-180, 180), null),
  elevationM: orElse(between(-1_000, 100_000), null),
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

const CreateSource = z
  .object({
    name: text(),
    fixed: orElse(
      z.object({ raDeg: between(0, 360).refine(value => value < 360, { error: 'must be less than 360' }), decDeg: between(-90, 90) }),
      null,
    ),
    solarSystem: orElse(z.object({ body: text() }), null),
    constantElevation: orElse(
      z.object({ elevationDeg: between(0, 90), azimuthStartDeg: between(-360, 360), azimuthEndDeg: between(-360, 360) }),
      null,
    ),
  })
  .refine(
    ({ fixed, solarSystem, constantElevation }) => [fixed, solarSystem, constantElevation].filter(kind => kind !== null).length === 1,
    {
      error: 'must have exactly one of fixed, solarSystem and constantElevation',
    },
  )

const CreateObsUnit = z.object({
  programId: id(),
  sourceId: id(),
  instrumentId: id(),
  name: text(),
  configuration: orElse(jsonObject(), {}),
  durationS: between(0, 31_536_000).refine(value => value > 0, { error: 'must be more than 0' }),
  priority: orElse(atLeast(0), 100),
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
  const { name, fixed, solarSystem, constantElevation } = parse(CreateSource, input)
  const kind = fixed ? 'FIXED' : solarSystem ? 'SOLAR_SYSTEM' : 'CONSTANT_ELEVATION'
  return insert(context, { reason: 'createSource', input: { name } }, em =>
    em.create(Source, { name, kind, ...fixed, ...solarSystem, ...constantElevation }),
  )
}

/** Creates a planned observation of a program. */
export function createObsUnit(input: unknown, context: Context): Promise<ObsUnit> {
  const fields = parse(CreateObsUnit, input)
  return insert(context, { reason: 'createObsUnit', input: fields }, em => em.create(ObsUnit, fields))
}
