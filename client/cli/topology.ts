import { Refusal } from '../errors.ts'
import type {
  CreateDataTransferRouteInput,
  CreateDiskLocationInput,
  DefineRetentionPolicyInput,
  LocationType,
  RouteType,
  TopologyQuery,
  TransferMethod,
  UpdateDataTransferRouteInput,
  UpdateLocationInput,
} from '../operations.generated.ts'

/** A change that makes the topology what a file says. `siteId` and `locationId` are found by name when it is made, for what the same file makes. */
export type Change =
  | { readonly what: 'site'; readonly name: string; readonly input: { readonly name: string; readonly title: string } }
  | { readonly what: 'location'; readonly name: string; readonly site: string; readonly input: Omit<CreateDiskLocationInput, 'siteId'> }
  | {
      readonly what: 'route'
      readonly name: string
      readonly from: string
      readonly to: string
      readonly via: string | null
      readonly input: Omit<CreateDataTransferRouteInput, 'fromSiteId' | 'toSiteId' | 'viaSiteId'>
    }
  | { readonly what: 'retention'; readonly name: string; readonly input: Omit<DefineRetentionPolicyInput, 'locationId'> }
  | { readonly what: 'location update'; readonly name: string; readonly input: UpdateLocationInput }
  | { readonly what: 'route update'; readonly name: string; readonly input: UpdateDataTransferRouteInput }

const SITE = ['name', 'title']
const LOCATION = ['name', 'site', 'type', 'root', 'priority', 'failureDomain', 'capacityBytes', 'settleS', 'instrument', 'retention']
const UPDATABLE = ['priority', 'failureDomain', 'capacityBytes', 'settleS'] as const
const ROUTE = ['name', 'from', 'to', 'via', 'type', 'method', 'priority', 'bundleBytes', 'bundleAgeS', 'streams', 'rateBytesS', 'sshHost']
const ROUTE_UPDATABLE = ['method', 'priority', 'bundleBytes', 'bundleAgeS', 'streams', 'rateBytesS', 'sshHost'] as const

/** What a policy says, all of it: what a file leaves out stays as it is. Does not compile when the data centre's policies say more. */
const POLICY: Readonly<Record<Exclude<keyof DefineRetentionPolicyInput, 'locationId'>, true>> = {
  minimumAgeS: true,
  graceS: true,
  minVerifiedCopies: true,
  minArchiveCopies: true,
  minVerificationLevel: true,
  maxVerificationAgeS: true,
  highWater: true,
  lowWater: true,
  maxShareHour: true,
  trashS: true,
}
const RETENTION = Object.keys(POLICY)

/** The words of the graph, which a file is held against before anything is made. Do not compile when the graph has others. */
const WORDS: {
  readonly locationType: Readonly<Record<LocationType, true>>
  readonly routeType: Readonly<Record<RouteType, true>>
  readonly method: Readonly<Record<TransferMethod, true>>
} = {
  locationType: { SOURCE: true, BUFFER: true, LONG_TERM_ARCHIVE: true, PROCESSING: true },
  routeType: { DIRECT: true, RELAY: true, CUSTOM: true },
  method: { COPY: true, HTTP: true, RSYNC: true, BBCP: true },
}

type Entry = Readonly<Record<string, unknown>>

/** What has to change so that there is what a file says; what the file does not name stays. Refuses what cannot be read, and what never changes. */
export function changesOf(file: unknown, { now, instruments }: { now: TopologyQuery; instruments: ReadonlyMap<string, string> }): Change[] {
  if (!isEntry(file)) throw bad('the file must be a mapping with sites, locations or routes')
  const odd = Object.keys(file).find(name => !['sites', 'locations', 'routes'].includes(name))
  if (odd !== undefined) throw bad(`${odd} is none of sites, locations, routes`)
  const sites = new Map((now.sites ?? []).map(site => [site.name, site]))
  const locations = new Map(
    (now.sites ?? []).flatMap(site => site.locations.map(location => [location.name, { ...location, site: site.name }] as const)),
  )
  const routes = new Map((now.dataTransferRoutes ?? []).map(route => [route.name, route]))
  const changes: Change[] = []
  for (const entry of entriesOf(file, { list: 'sites', known: SITE })) {
    const name = text(entry, 'sites', 'name')
    if (!sites.has(name)) changes.push({ what: 'site', name, input: { name, title: text(entry, `sites: ${name}`, 'title') } })
  }
  for (const entry of entriesOf(file, { list: 'locations', known: LOCATION })) {
    const name = text(entry, 'locations', 'name')
    const place = `locations: ${name}`
    refuseOddWord(entry, { field: 'type', known: WORDS.locationType, place })
    const before = locations.get(name)
    if (before) {
      for (const field of ['site', 'type', 'root'] as const) {
        const there = field === 'root' && 'root' in before ? before.root : field === 'root' ? null : before[field]
        if (entry[field] !== undefined && entry[field] !== there)
          throw bad(`${place}: its ${field} is ${there}, and does not change: make another location`)
      }
      const changed = UPDATABLE.filter(field => entry[field] !== undefined && entry[field] !== before[field])
      if (changed.length > 0) changes.push({ what: 'location update', name, input: { id: before.id, ...pick(entry, changed) } })
    } else {
      const { instrument } = entry
      const instrumentId = typeof instrument === 'string' ? instruments.get(instrument) : undefined
      if (instrument !== undefined && instrumentId === undefined) throw bad(`${place}: there is no instrument ${String(instrument)}`)
      const input = {
        name,
        type: text(entry, place, 'type'),
        root: text(entry, place, 'root'),
        ...pick(entry, UPDATABLE),
        ...(instrumentId && { instrumentId }),
      }
      changes.push({ what: 'location', name, site: text(entry, place, 'site'), input: input as Omit<CreateDiskLocationInput, 'siteId'> })
    }
    const { retention } = entry
    if (retention === undefined) continue
    if (!isEntry(retention)) throw bad(`${place}: retention must be a mapping of ${RETENTION.join(', ')}`)
    refuseOdd(retention, { known: RETENTION, place: `${place}: retention` })
    const policy: Readonly<Record<keyof typeof POLICY, unknown>> | null = before?.retentionPolicy ?? null
    if (!policy || Object.entries(retention).some(([field, value]) => (policy as Entry)[field] !== value))
      changes.push({ what: 'retention', name, input: { ...(policy && pickSet(policy, RETENTION)), ...retention } })
  }
  for (const entry of entriesOf(file, { list: 'routes', known: ROUTE })) {
    const name = text(entry, 'routes', 'name')
    const place = `routes: ${name}`
    refuseOddWord(entry, { field: 'type', known: WORDS.routeType, place })
    refuseOddWord(entry, { field: 'method', known: WORDS.method, place })
    const before = routes.get(name)
    if (before) {
      for (const [field, there] of [
        ['from', before.fromSite.name],
        ['to', before.toSite.name],
      ] as const)
        if (entry[field] !== undefined && entry[field] !== there)
          throw bad(`${place}: it leads ${field} ${there}, which does not change: make another route`)
      const changed = ROUTE_UPDATABLE.filter(field => entry[field] !== undefined && entry[field] !== before[field])
      if (changed.length > 0) changes.push({ what: 'route update', name, input: { id: before.id, ...pick(entry, changed) } })
    } else {
      const via = entry.via === undefined ? null : text(entry, place, 'via')
      const input = { name, ...pick(entry, ['type', ...ROUTE_UPDATABLE]) }
      changes.push({ what: 'route', name, from: text(entry, place, 'from'), to: text(entry, place, 'to'), via, input })
    }
  }
  return changes
}

function entriesOf(file: Entry, { list, known }: { list: string; known: readonly string[] }): Entry[] {
  const entries = file[list] ?? []
  if (!Array.isArray(entries) || !entries.every(isEntry)) throw bad(`${list} must be a list of mappings`)
  for (const entry of entries) refuseOdd(entry, { known, place: list })
  const names = entries.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw bad(`${list}: ${String(twice)} is there twice`)
  return entries
}

function refuseOdd(entry: Entry, { known, place }: { known: readonly string[]; place: string }): void {
  const odd = Object.keys(entry).find(field => !known.includes(field))
  if (odd !== undefined) throw bad(`${place}: ${odd} is none of ${known.join(', ')}`)
}

function refuseOddWord(entry: Entry, { field, known, place }: { field: string; known: object; place: string }): void {
  const word = entry[field]
  if (word !== undefined && !(typeof word === 'string' && Object.hasOwn(known, word)))
    throw bad(`${place}: ${field} must be one of ${Object.keys(known).join(', ')}, not ${String(word)}`)
}

function pick(entry: Entry, fields: readonly string[]): Entry {
  return Object.fromEntries(fields.filter(field => entry[field] !== undefined).map(field => [field, entry[field]]))
}

/** What of these is there and not null. */
function pickSet(entry: Entry, fields: readonly string[]): Entry {
  return Object.fromEntries(Object.entries(pick(entry, fields)).filter(([, value]) => value !== null))
}

function text(entry: Entry, place: string, field: string): string {
  const value = entry[field]
  if (typeof value !== 'string' || value === '') throw bad(`${place}: ${field} is missing`)
  return value
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(message: string): Refusal {
  return new Refusal('BAD_INPUT', message)
}
