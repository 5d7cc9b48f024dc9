import { Refusal } from '../errors.ts'
import {
  CancelOperationDocument,
  CreateDataTransferRouteDocument,
  CreateDiskLocationDocument,
  CreateSiteDocument,
  DefineRetentionPolicyDocument,
  HoldPackagesDocument,
  HoldsDocument,
  InstrumentsDocument,
  ReleaseHoldsDocument,
  RequestVerificationDocument,
  RetryOperationDocument,
  SetLocationActiveDocument,
  SetLocationDeletionDocument,
  SetRouteActiveDocument,
  SetSiteActiveDocument,
  TopologyDocument,
  UpdateDataTransferRouteDocument,
  UpdateLocationDocument,
  type TopologyQuery,
} from '../operations.generated.ts'
import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { readYaml } from './metadata.ts'
import { plain, tableOf } from './text.ts'
import { changesOf, type Change } from './topology.ts'
import { nameOfUser } from './wanted.ts'

/** Changes what operators change. */
export async function run(call: Call): Promise<number> {
  const [what = '', ...rest] = call.args
  const acts: Readonly<Record<string, (call: Call, args: readonly string[]) => Promise<void>>> = {
    apply,
    site: turn('site'),
    location: turn('location'),
    route: turn('route'),
    deletion: turn('deletion'),
    retry: each('retry', (call, id) => call.almagest.ask(RetryOperationDocument, { operationId: id })),
    cancel: each('cancel', (call, id) => call.almagest.ask(CancelOperationDocument, { operationId: id })),
    verify: each('verify', (call, id) => call.almagest.ask(RequestVerificationDocument, { copyId: id })),
    holds,
    hold,
    release,
  }
  const act = Object.hasOwn(acts, what) ? acts[what] : undefined
  if (!act) throw usage(`admin takes one of ${Object.keys(acts).join(', ')}`)
  await act(call, rest)
  return STATUS.ok
}

/** Says what is done, or would be; whether it is to be done. */
function announce(call: Call, line: string): boolean {
  const isDry = call.has('dry-run')
  if (call.isJson) call.say(JSON.stringify({ dryRun: isDry, what: line }))
  else call.say(`${isDry ? 'would ' : ''}${plain(line)}`)
  return !isDry
}

function each(verb: string, work: (call: Call, id: string) => Promise<unknown>) {
  return async (call: Call, ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) throw usage(`admin ${verb} takes ids`)
    for (const id of ids) if (announce(call, `${verb} ${id}`)) await work(call, id)
  }
}

function turn(what: 'site' | 'location' | 'route' | 'deletion') {
  return async (call: Call, args: readonly string[]): Promise<void> => {
    const [name, word, more] = args
    if (name === undefined || (word !== 'on' && word !== 'off') || more !== undefined)
      throw usage(`admin ${what} takes a NAME, and on or off`)
    const { ask } = call.almagest
    const now = await ask(TopologyDocument, {})
    const isOn = word === 'on'
    const kind = what === 'deletion' ? 'location' : what
    const id = idsOf(now)[kind].get(name)
    if (id === undefined) throw new Refusal('NOT_FOUND', `there is no ${kind} ${name}`)
    if (!announce(call, what === 'deletion' ? `turn deletion at ${name} ${word}` : `turn ${what} ${name} ${word}`)) return
    if (what === 'site') await ask(SetSiteActiveDocument, { siteId: id, active: isOn })
    else if (what === 'location') await ask(SetLocationActiveDocument, { locationId: id, active: isOn })
    else if (what === 'route') await ask(SetRouteActiveDocument, { routeId: id, active: isOn })
    else await ask(SetLocationDeletionDocument, { locationId: id, enabled: isOn })
  }
}

function idsOf({ sites, dataTransferRoutes }: TopologyQuery): Record<'site' | 'location' | 'route', Map<string, string>> {
  const byName = (things: readonly { readonly id: string; readonly name: string }[]): Map<string, string> =>
    new Map(things.map(({ id, name }) => [name, id]))
  return {
    site: byName(sites ?? []),
    location: byName((sites ?? []).flatMap(({ locations }) => locations)),
    route: byName(dataTransferRoutes ?? []),
  }
}

async function apply(call: Call, [file, more]: readonly string[]): Promise<void> {
  if (file === undefined || more !== undefined) throw usage('admin apply takes one FILE')
  const { ask } = call.almagest
  const wanted = await readYaml(file)
  const [now, known] = [await ask(TopologyDocument, {}), await ask(InstrumentsDocument, { first: 200 })]
  const instruments = new Map((known.instruments?.nodes ?? []).map(({ id, name }) => [name, id]))
  const changes = changesOf(wanted, { now, instruments })
  if (changes.length === 0) call.note('everything is as the file says')
  const ids = idsOf(now)
  for (const change of changes) if (announce(call, `${describe(change)} ${JSON.stringify(change.input)}`)) await make(call, { change, ids })
}

function describe({ what, name }: Change): string {
  if (what.endsWith(' update')) return `change ${what.replace(' update', '')} ${name}`
  return what === 'retention' ? `put retention of ${name} in force` : `make ${what} ${name}`
}

async function make({ almagest: { ask } }: Call, { change, ids }: { change: Change; ids: ReturnType<typeof idsOf> }): Promise<void> {
  const idOf = (kind: 'site' | 'location', name: string): string => {
    const id = ids[kind].get(name)
    if (id === undefined) throw new Refusal('NOT_FOUND', `${change.what} ${change.name}: there is no ${kind} ${name}`)
    return id
  }
  if (change.what === 'site') {
    const { createSite } = await ask(CreateSiteDocument, { input: change.input })
    ids.site.set(change.name, createSite.id)
  } else if (change.what === 'location') {
    const { createDiskLocation } = await ask(CreateDiskLocationDocument, { input: { ...change.input, siteId: idOf('site', change.site) } })
    ids.location.set(change.name, createDiskLocation.id)
  } else if (change.what === 'route') {
    const ends = {
      fromSiteId: idOf('site', change.from),
      toSiteId: idOf('site', change.to),
      ...(change.via && { viaSiteId: idOf('site', change.via) }),
    }
    await ask(CreateDataTransferRouteDocument, { input: { ...change.input, ...ends } })
  } else if (change.what === 'retention') {
    await ask(DefineRetentionPolicyDocument, { input: { ...change.input, locationId: idOf('location', change.name) } })
  } else if (change.what === 'location update') await ask(UpdateLocationDocument, { input: change.input })
  else await ask(UpdateDataTransferRouteDocument, { input: change.input })
}

async function holds(call: Call): Promise<void> {
  const { holds } = await call.almagest.ask(HoldsDocument, { first: 200 })
  if (call.isJson) for (const hold of holds?.nodes ?? []) call.say(JSON.stringify(hold))
  else {
    const rows = (holds?.nodes ?? []).map(({ id, heldBy, reason, until, package: held, location }) => [
      held?.name ?? null,
      location?.name ?? 'everywhere',
      plain(heldBy),
      until ?? 'until released',
      plain(reason),
      id,
    ])
    call.say(tableOf(['package', 'where', 'by', 'until', 'reason', 'id'], rows, call.width))
  }
}

function because(call: Call): string {
  const reason = call.option('reason')
  if (reason === null) throw usage('--reason is missing: say why')
  return reason
}

async function hold(call: Call, packageIds: readonly string[]): Promise<void> {
  if (packageIds.length === 0) throw usage('admin hold takes ids of packages')
  const [reason, until] = [because(call), call.option('until')]
  const heldBy = call.option('as') ?? nameOfUser()
  if (!announce(call, `hold ${packageIds.join(' ')}${until === null ? '' : ` until ${until}`}: ${reason}`)) return
  const { holdPackages } = await call.almagest.ask(HoldPackagesDocument, {
    input: { packageIds, heldBy, reason, ...(until !== null && { until }) },
  })
  for (const { id, package: held } of holdPackages) call.say(call.isJson ? JSON.stringify({ id, package: held }) : `${id}  ${held?.name}`)
}

async function release(call: Call, holdIds: readonly string[]): Promise<void> {
  if (holdIds.length === 0) throw usage('admin release takes ids of holds')
  const reason = because(call)
  if (announce(call, `release ${holdIds.join(' ')}: ${reason}`)) await call.almagest.ask(ReleaseHoldsDocument, { holdIds, reason })
}
