import { Refusal } from '../errors.ts'
import { ObservationDocument, PackageDocument } from '../operations.generated.ts'
import { openStaging, type StagingState } from '../staging.ts'
import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { barOf } from './text.ts'
import { isId, nameOfUser } from './wanted.ts'

/** Has executions, packages or files staged. */
export async function run(call: Call): Promise<number> {
  const { almagest, args, signal } = call
  const odd = args.find(word => !isId(word))
  if (args.length === 0 || odd !== undefined)
    throw usage(`stage takes ids of executions, packages or files${odd === undefined ? '' : `, not ${odd}`}`)
  if (call.has('release')) {
    for (const id of args) await openStaging(almagest.ask, { id, key: '', status: 'COMPLETED' }).release({ signal })
    call.note(`${args.length} given back`)
    return STATUS.ok
  }
  const location = call.option('location')
  if (location === null) throw usage('--location is missing: the name of a PROCESSING location (almagest sites lists them)')
  const lease = call.option('lease')
  if (lease !== null && !/^[1-9]\d*$/.test(lease)) throw usage(`--lease must be a whole number of seconds, not ${lease}`)
  const requestedBy = call.option('as') ?? nameOfUser()
  const staging = await almagest.stage(
    { location, requestedBy, ...(lease !== null && { leaseS: Number(lease) }), ...(await sort(call)) },
    { signal },
  )
  if (!call.has('wait')) {
    call.say(call.isJson ? JSON.stringify({ id: staging.id, status: staging.status }) : `${staging.id} ${staging.status}`)
    return STATUS.ok
  }
  const ready = await staging.ready({ signal, onState: state => call.progress(progressOf(state)) })
  call.progress(null)
  call.say(call.isJson ? JSON.stringify(ready) : `${ready.id} ${ready.status} until ${ready.leaseUntil}`)
  return STATUS.ok
}

function progressOf({ status, packages }: StagingState): string {
  const done = packages.nodes.filter(({ status }) => status === 'COMPLETED').length
  return barOf(done, packages.nodes.length, `${status}: ${done} of ${packages.nodes.length} packages`)
}

/** What each id is of. */
async function sort({ almagest, args, signal }: Call): Promise<{ executionIds?: string[]; packageIds?: string[]; fileIds?: string[] }> {
  const found = { executionIds: [] as string[], packageIds: [] as string[], fileIds: [] as string[] }
  const files = new Map((await almagest.locate({ ids: args }, { signal })).map(file => [file.id, file.found]))
  for (const id of args) {
    if (files.get(id) === true) found.fileIds.push(id)
    else if ((await almagest.ask(PackageDocument, { id }, { signal })).rawDataPackage) found.packageIds.push(id)
    else if ((await almagest.ask(ObservationDocument, { id }, { signal })).executedObsUnit) found.executionIds.push(id)
    else throw new Refusal('NOT_FOUND', `there is no execution, package or file ${id}`)
  }
  return Object.fromEntries(Object.entries(found).filter(([, ids]) => ids.length > 0))
}
