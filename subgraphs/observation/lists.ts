import { defineList } from '@almagest/kit'
import { ExecutedObsUnit, Instrument, InstrumentModule, Observatory, ObservingProgram, ObsUnit, Source, Telescope } from '@almagest/schema'

export const observatories = defineList(Observatory, { name: 'observatories' })
export const instruments = defineList(Instrument, { name: 'instruments' })
export const programs = defineList(ObservingProgram, { name: 'observingPrograms' })
export const sources = defineList(Source, { name: 'sources' })
export const executions = defineList(ExecutedObsUnit, { name: 'executedObsUnits' })

export const telescopesOf = defineList(Telescope, { name: 'telescopesOfObservatory', where: 't.observatory_id = parent.id' })
export const programsOf = defineList(ObservingProgram, { name: 'programsOfObservatory', where: 't.observatory_id = parent.id' })
export const instrumentsOf = defineList(Instrument, { name: 'instrumentsOfTelescope', where: 't.telescope_id = parent.id' })
export const modulesOf = defineList(InstrumentModule, { name: 'modulesOfInstrument', where: 't.instrument_id = parent.id' })
export const obsUnitsOf = defineList(ObsUnit, { name: 'obsUnitsOfProgram', where: 't.program_id = parent.id' })
export const executionsOfProgram = defineList(ExecutedObsUnit, {
  name: 'executionsOfProgram',
  where: 't.obs_unit_id in (select u.id from observation.obs_unit u where u.program_id = parent.id)',
})
export const executionsOfObsUnit = defineList(ExecutedObsUnit, { name: 'executionsOfObsUnit', where: 't.obs_unit_id = parent.id' })
