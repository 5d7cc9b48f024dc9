import { defineList } from '@almagest/kit'
import { ExecutedObsUnit, Instrument, InstrumentModule, Observatory, ObservingProgram, ObsUnit, Telescope } from '@almagest/schema'

export const observatories = defineList(Observatory, { name: 'observatories' })

export const telescopesOf = defineList(Telescope, { name: 'telescopesOfObservatory', by: 'observatoryId' })
export const programsOf = defineList(ObservingProgram, { name: 'programsOfObservatory', by: 'observatoryId' })
export const instrumentsOf = defineList(Instrument, { name: 'instrumentsOfTelescope', by: 'telescopeId' })
export const modulesOf = defineList(InstrumentModule, { name: 'modulesOfInstrument', by: 'instrumentId' })
export const obsUnitsOf = defineList(ObsUnit, { name: 'obsUnitsOfProgram', by: 'programId' })
export const obsUnitsOfSource = defineList(ObsUnit, { name: 'obsUnitsOfSource', by: 'sourceId' })
export const obsUnitsOfInstrument = defineList(ObsUnit, { name: 'obsUnitsOfInstrument', by: 'instrumentId' })
export const executionsOfProgram = defineList(ExecutedObsUnit, {
  name: 'executionsOfProgram',
  where: 't.obs_unit_id = any(array(select u.id from observation.obs_unit u where u.program_id = parent.id))',
})
export const executionsOfObsUnit = defineList(ExecutedObsUnit, { name: 'executionsOfObsUnit', by: 'obsUnitId' })
