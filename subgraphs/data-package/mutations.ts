import { between, lockRow, nudge, parse, transact, type Context } from '@almagest/kit'
import { ExecutedObsUnit, Operation, planPackages, prioritise, RawDataPackage, Refusal, retryOperation } from '@almagest/schema'

/** Groups the files of an execution that are in no package yet to packages, to be made now; returns all packages of the execution, in order. */
export async function requestPackaging(executionId: string, context: Context): Promise<RawDataPackage[]> {
  const { packages, nudges } = await transact(context, 'requestPackaging', async em => {
    const execution = await lockRow(em, ExecutedObsUnit, { field: 'executionId', id: executionId })
    const nudges = await planPackages(em, { executionId: execution.id })
    return { nudges, packages: await em.find(RawDataPackage, { executionId: execution.id }, { orderBy: { id: 'asc' } }) }
  })
  await nudge(context, nudges)
  return packages
}

/** Makes a package whose packaging FAILED wait for a worker again, with all its attempts; refuses any other with INVALID_TRANSITION. */
export async function retryPackaging(packageId: string, context: Context): Promise<RawDataPackage> {
  const { tar, nudges } = await transact(context, 'retryPackaging', async em => {
    const tar = await lockRow(em, RawDataPackage, { field: 'packageId', id: packageId })
    if (tar.status !== 'FAILED') {
      throw new Refusal(
        'INVALID_TRANSITION',
        `packageId: package ${tar.id} is ${tar.status}: only one that is FAILED can be packaged again`,
      )
    }
    tar.become('PENDING')
    await em.flush()
    tar.become('SCHEDULED')
    await em.flush()
    const failed = await em.find(Operation, { kind: 'packaging', subjectId: tar.id, state: { $in: ['FAILED', 'CANCELLED'] } })
    return { tar, nudges: await Promise.all(failed.map(({ id }) => retryOperation(em, id))) }
  })
  await nudge(context, nudges)
  return tar
}

/** Gives a package, and its work that is not done, another priority (0 to 1,000,000; lower runs first). Work that a worker has goes on. */
export function setPackagePriority(
  { packageId, priority }: { packageId: string; priority: number },
  context: Context,
): Promise<RawDataPackage> {
  const wanted = parse(between(0, 1_000_000), priority, 'priority')
  return transact(context, 'setPackagePriority', async em => {
    const tar = await lockRow(em, RawDataPackage, { field: 'packageId', id: packageId })
    tar.priority = wanted
    await em.flush()
    await prioritise(em, { packageId: tar.id, priority: wanted })
    return tar
  })
}
