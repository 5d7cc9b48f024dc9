import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from './client.ts'
import type { Place } from './oracle/oracle.ts'

/* The rows of the observatory that is tried: a telescope, a data centre, a second archive. */

/** The sites that are tried, in the order in which a package comes to them. */
export const SITES = ['chile', 'cologne', 'bonn'] as const
export type SiteName = (typeof SITES)[number]

/** The modules of the instrument that is tried. */
export const MODULES = ['blue', 'red'] as const

const LOCATIONS = [
  { site: 'chile', name: 'chile-source', type: 'SOURCE' },
  { site: 'chile', name: 'chile-buffer', type: 'BUFFER' },
  { site: 'cologne', name: 'cologne-buffer', type: 'BUFFER' },
  { site: 'cologne', name: 'cologne-archive', type: 'LONG_TERM_ARCHIVE' },
  { site: 'cologne', name: 'cologne-processing', type: 'PROCESSING' },
  { site: 'bonn', name: 'bonn-buffer', type: 'BUFFER' },
  { site: 'bonn', name: 'bonn-archive', type: 'LONG_TERM_ARCHIVE' },
] as const
export type LocationName = (typeof LOCATIONS)[number]['name']

/** Which locations are at a site. */
export function locationsAt(site: SiteName): readonly LocationName[] {
  return LOCATIONS.filter(place => place.site === site).map(({ name }) => name)
}

/** How many other intact copies there must be before one goes: what the policies of all locations say. */
export const MIN_VERIFIED_COPIES = 2

/** Where the locations lie on disk, each in a folder that may be a disk of its own. */
export function placesIn(folder: string): Readonly<Record<LocationName, Place>> {
  return Object.fromEntries(LOCATIONS.map(({ site, name, type }) => [name, { type, root: join(folder, site, name, 'data') }])) as Record<
    LocationName,
    Place
  >
}

/** What was made. */
export interface Observatory {
  readonly obsUnitId: string
  readonly locations: Readonly<Record<LocationName, string>>
}

/** Makes the rows through the graph, as an operator would, and the folders. Everything that is safe elsewhere goes at once. `buckets`: the services of locations that are on S3. */
export async function makeObservatory(
  client: Client,
  places: Readonly<Record<LocationName, Place>>,
  buckets: Readonly<Partial<Record<LocationName, string>>> = {},
): Promise<Observatory> {
  const create = async (type: string, input: Readonly<Record<string, unknown>>): Promise<string> => {
    const answer = await client.ask<{ made: { id: string } }>(
      `mutation ($input: Create${type}Input!) { made: create${type}(input: $input) { id } }`,
      {
        input,
      },
    )
    return answer.made.id
  }
  const observatoryId = await create('Observatory', { name: 'tried', title: 'The observatory that is tried' })
  const telescopeId = await create('Telescope', {
    observatoryId,
    name: 'tried',
    title: 'Telescope',
    latitudeDeg: -23,
    longitudeDeg: -68,
    elevationM: 5600,
  })
  const programId = await create('ObservingProgram', { observatoryId, code: 'T-1', title: 'Trial', principalInvestigator: 'Nobody' })
  const sourceId = await create('Source', { name: 'Orion KL', fixed: { raDeg: 83.8, decDeg: -5.4 } })
  const instrumentId = await create('Instrument', { telescopeId, name: 'cam', title: 'Camera' })
  for (const name of MODULES) await create('InstrumentModule', { instrumentId, name, title: name })
  const obsUnitId = await create('ObsUnit', { programId, sourceId, instrumentId, name: 'trial', durationS: 60 })
  const sites = {} as Record<SiteName, string>
  for (const name of SITES) sites[name] = await create('Site', { name, title: name })
  const locations = {} as Record<LocationName, string>
  for (const { site, name, type } of LOCATIONS) {
    const { root } = places[name]
    await mkdir(root, { recursive: true })
    const source = type === 'SOURCE' ? { instrumentId, settleS: 0 } : {}
    const endpoint = buckets[name]
    locations[name] = endpoint
      ? await create('S3Location', { siteId: sites[site], name, type, endpoint, bucket: 'tried' })
      : await create('DiskLocation', { siteId: sites[site], name, type, root, ...source })
    if (type === 'LONG_TERM_ARCHIVE') continue
    await client.ask(
      `mutation ($policy: DefineRetentionPolicyInput!, $id: ID!) {
        defineRetentionPolicy(input: $policy) { id } setLocationDeletion(locationId: $id, enabled: true) { id } }`,
      {
        policy: {
          locationId: locations[name],
          minimumAgeS: 0,
          graceS: 0,
          minVerifiedCopies: MIN_VERIFIED_COPIES,
          maxShareHour: 1,
          trashS: 0,
        },
        id: locations[name],
      },
    )
  }
  for (const [from, to] of [
    ['chile', 'cologne'],
    ['cologne', 'bonn'],
    ['bonn', 'cologne'],
  ] as const) {
    const route = { name: `${from}-${to}`, type: 'DIRECT', method: 'HTTP', fromSiteId: sites[from], toSiteId: sites[to], bundleAgeS: 0 }
    await create('DataTransferRoute', route)
  }
  return { obsUnitId, locations }
}
