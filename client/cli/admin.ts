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
  type HoldPackagesMutation,
  type TopologyQuery,
} from '../operations.generated.ts'
import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { readYaml } from './metadata.ts'
import { plain, tableOf } from './text.ts'
import { changesOf, type Change } from './topology.ts'
import { isId, nameOfUser } from './wanted.ts'

/** Changes what operators change. */
export async function run(call: Call): Promise<number> {
  const [what = '', ...rest] = call.args
  const acts: Readonly<Record<string, (call: Call, args: readonly string[]) => Promise<void>>> = {
    apply,
    site: turn('site'),
    location: turn('location'),
    route: turn('route'),
    deletion: turn('deletion'),
    retry: each('retry', { past: 'will retry', work: (call, id) => call.almagest.ask(RetryOperationDocument, { operationId: id }) }),
    cancel: each('cancel', { past: 'cancelled', work: (call, id) => call.almagest.ask(CancelOperationDocument, { operationId: id }) }),
    verify: each('verify', { past: 'will verify', work: (call, id) => call.almagest.ask(RequestVerificationDocument, { copyId: id }) }),
    holds,
    hold,
    release,
  }
  const act = Object.hasOwn(acts, what) ? acts[what] : undefined
  if (!act) throw usage(`admin takes one of ${Object.keys(acts).join(', ')}`)
  await act(call, rest)
  return STATUS.ok
}

/** One change: what it is called before it is made and after, and how it is made. */
interface Act {
  readonly verb: string
  readonly past: string
  readonly what: string
  readonly make: () => Promise<unknown>
}

/** Makes changes, one after the other, and says each when it is made; with --dry-run only what would be. What fails ends it: then what was not made is said too. */
async function perform(call: Call, acts: readonly Act[]): Promise<void> {
  const isDry = call.has('dry-run')
  const say = (said: string, { verb, past, what }: Act): void => {
    if (call.isJson) call.say(JSON.stringify({ dryRun: isDry, done: said === '', what: `${verb} ${what}`, ...(said !== '' && { said }) }))
    else if (said === '' || isDry) call.say(plain(isDry ? `would ${verb} ${what}` : `${past} ${what}`))
    else call.note(plain(`${said}: ${verb} ${what}`))
  }
  for (const [index, act] of acts.entries()) {
    if (isDry) {
      say('would be done', act)
      continue
    }
    try {
      call.signal.throwIfAborted()
      await act.make()
    } catch (error) {
      const isKnown = error instanceof Refusal || call.signal.aborted
      say(isKnown ? 'not done' : 'it is not known whether this was done', act)
      for (const left of acts.slice(index + 1)) say('not tried', left)
      throw error
    }
    say('', act)
  }
}

function each(verb: string, { past, work }: { past: string; work: (call: Call, id: string) => Promise<unknown> }) {
  return async (call: Call, ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) throw usage(`admin ${verb} takes ids`)
    const odd = ids.find(id => !isId(id))
    if (odd !== undefined) throw usage(`admin ${verb} takes ids, not ${odd}`)
    await perform(
      call,
      ids.map(id => ({ verb, past, what: id, make: () => work(call, id) })),
    )
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
    const make = (): Promise<unknown> => {
      if (what === 'site') return ask(SetSiteActiveDocument, { siteId: id, active: isOn })
      if (what === 'location') return ask(SetLocationActiveDocument, { locationId: id, active: isOn })
      if (what === 'route') return ask(SetRouteActiveDocument, { routeId: id, active: isOn })
      return ask(SetLocationDeletionDocument, { locationId: id, enabled: isOn })
    }
    await perform(call, [{ verb: 'turn', past: 'turned', what: `${what === 'deletion' ? 'deletion at' : what} ${name} ${word}`, make }])
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
  refuseUnknown(changes, ids)
  await perform(
    call,
    changes.map(change => ({ ...describe(change), make: () => make(call, { change, ids }) })),
  )
}

/** Refuses, before anything is made, a site that is not there and that the file does not make. */
function refuseUnknown(changes: readonly Change[], { site }: ReturnType<typeof idsOf>): void {
  const sites = new Set([...site.keys(), ...changes.filter(({ what }) => what === 'site').map(({ name }) => name)])
  for (const change of changes) {
    const named = change.what === 'location' ? [change.site] : change.what === 'route' ? [change.from, change.to, change.via] : []
    const missing = named.find(name => name !== null && !sites.has(name))
    if (missing !== undefined)
      throw new Refusal('NOT_FOUND', `${change.what} ${change.name}: there is no site ${missing}; nothing was done`)
  }
}

function describe({ what, name, input }: Change): Omit<Act, 'make'> {
  const values = JSON.stringify(input)
  if (what.endsWith(' update')) return { verb: 'change', past: 'changed', what: `${what.replace(' update', '')} ${name} ${values}` }
  if (what === 'retention') return { verb: 'put', past: 'put', what: `retention of ${name} in force ${values}` }
  return { verb: 'make', past: 'made', what: `${what} ${name} ${values}` }
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
  const what = `${packageIds.join(' ')}${until === null ? '' : ` until ${until}`}: ${reason}`
  let made: HoldPackagesMutation['holdPackages'] = []
  const make = async (): Promise<void> => {
    const input = { packageIds, heldBy, reason, ...(until !== null && { until }) }
    made = (await call.almagest.ask(HoldPackagesDocument, { input })).holdPackages
  }
  await perform(call, [{ verb: 'hold', past: 'held', what, make }])
  for (const { id, package: held } of made) call.say(call.isJson ? JSON.stringify({ id, package: held }) : `${id}  ${held?.name}`)
}

async function release(call: Call, holdIds: readonly string[]): Promise<void> {
  if (holdIds.length === 0) throw usage('admin release takes ids of holds')
  const reason = because(call)
  const make = (): Promise<unknown> => call.almagest.ask(ReleaseHoldsDocument, { holdIds, reason })
  await perform(call, [{ verb: 'release', past: 'released', what: `${holdIds.join(' ')}: ${reason}`, make }])
}
