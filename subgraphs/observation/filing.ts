import { transact, type Context } from '@almagest/kit'
import { ExecutedObsUnit, Refusal } from '@almagest/schema'
import { findInstrument, findLocation, findModules, holdExecution } from './filing-execution.ts'
import { writeFiles } from './filing-files.ts'
import { at, list, readFiling } from './filing-input.ts'

/**
 * Registers an execution and its files, all or nothing. The same key again gives the same execution and adds the files that are new;
 * refuses with CONFLICT what contradicts something filed before.
 */
export async function fileObservation(input: unknown, context: Context): Promise<{ execution: ExecutedObsUnit; filesAdded: number }> {
  const filing = readFiling(input)
  return transact(context, 'fileObservation', async em => {
    const instrument = await findInstrument(em, filing)
    const modules = await findModules(em, instrument.id)
    const unknown = new Map(filing.files.toReversed().map(({ index, module }) => [module, index]))
    const faults = [...unknown]
      .filter(([module]) => !modules.has(module))
      .toSorted(([, a], [, b]) => a - b)
      .map(([module, index]) => `input.files[${index}].module: instrument ${filing.instrument} has no module ${JSON.stringify(module)}`)
    if (faults.length > 0) throw new Refusal('NOT_FOUND', list(faults))
    const location = await findLocation(em, filing, instrument.id)
    const execution = await holdExecution(em, filing)
    const filesAdded = await writeFiles(em, filing.files, { execution, instrument, modules, location, at })
    return { execution: await em.findOneOrFail(ExecutedObsUnit, execution.id), filesAdded }
  })
}
