import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ask } from './client.ts'

/** The instruments of the demo: what is filed by their names. */
export const DEMO_INSTRUMENTS = {
  'prime-cam': { title: 'Camera like Prime-Cam: kinetic inductance detectors, G3 frames', modules: ['f280-1', 'f350-1'] },
  chai: { title: 'Receiver like CHAI: heterodyne array, FITS', modules: ['lfa', 'hfa'] },
  guest: { title: 'Files from a folder of yours', modules: ['files'] },
} as const
export type DemoInstrument = keyof typeof DEMO_INSTRUMENTS

/** What the demo's telescope needs to know of the rows. */
export interface Topology {
  /** The planned observation of each instrument. */
  readonly obsUnits: { readonly [instrument in DemoInstrument]: string }
  /** The folder where each instrument writes. */
  readonly sources: { readonly [instrument in DemoInstrument]: string }
  /** The folder of the PROCESSING location. */
  readonly processing: string
  /** The sites, by name. */
  readonly sites: readonly string[]
}

const SITES = [
  { name: 'chile', title: 'Chile: the telescope' },
  { name: 'cologne', title: 'Cologne: the data centre' },
  { name: 'bonn', title: 'Bonn: the second archive' },
] as const

const PLACES = [
  { site: 'chile', name: 'chile-buffer', type: 'BUFFER' },
  { site: 'cologne', name: 'cologne-buffer', type: 'BUFFER' },
  { site: 'cologne', name: 'cologne-archive', type: 'LONG_TERM_ARCHIVE' },
  { site: 'cologne', name: 'cologne-processing', type: 'PROCESSING' },
  { site: 'bonn', name: 'bonn-buffer', type: 'BUFFER' },
  { site: 'bonn', name: 'bonn-archive', type: 'LONG_TERM_ARCHIVE' },
] as const

/** Makes the demo's rows through the graph, as an operator would, and the folders of its locations; what is there already stays as it is. */
export async function makeTopology(ask: Ask, folder: string): Promise<Topology> {
  const sites = await makeSites(ask)
  const { instruments, obsUnits } = await makeObservatory(ask)
  const sources = {} as Record<DemoInstrument, string>
  for (const [name, instrumentId] of Object.entries(instruments) as [DemoInstrument, string][]) {
    const place = { site: 'chile', name: `chile-${name}`, type: 'SOURCE', instrumentId } as const
    sources[name] = await makeLocation(ask, { ...place, siteId: sites.chile, root: join(folder, 'chile', name) })
  }
  let processing = ''
  for (const place of PLACES) {
    const root = await makeLocation(ask, {
      ...place,
      siteId: sites[place.site],
      root: join(folder, place.site, place.name.replace(`${place.site}-`, '')),
    })
    if (place.type === 'PROCESSING') processing = root
  }
  await makeRoutes(ask, sites)
  return { obsUnits, sources, processing, sites: SITES.map(({ name }) => name) }
}

type SiteIds = Readonly<Record<(typeof SITES)[number]['name'], string>>

async function makeSites(ask: Ask): Promise<SiteIds> {
  const ids: Record<string, string> = {}
  for (const input of SITES) {
    const { site } = await ask<{ site: { id: string } | null }>('query ($name: String!) { site(name: $name) { id } }', { name: input.name })
    ids[input.name] =
      site?.id ??
      (await ask<{ createSite: { id: string } }>('mutation ($input: CreateSiteInput!) { createSite(input: $input) { id } }', { input }))
        .createSite.id
  }
  return ids as SiteIds
}

async function makeObservatory(
  ask: Ask,
): Promise<{ instruments: Record<DemoInstrument, string>; obsUnits: Record<DemoInstrument, string> }> {
  const known = await ask<{
    observingProgram: { obsUnits: { nodes: { id: string; instrument: { id: string; name: DemoInstrument } }[] } } | null
  }>(`{ observingProgram(code: "DEMO-1") { obsUnits { nodes { id instrument { id name } } } } }`)
  const units = known.observingProgram?.obsUnits.nodes ?? []
  if (units.length === Object.keys(DEMO_INSTRUMENTS).length) {
    return {
      instruments: Object.fromEntries(units.map(({ instrument }) => [instrument.name, instrument.id])) as Record<DemoInstrument, string>,
      obsUnits: Object.fromEntries(units.map(({ id, instrument }) => [instrument.name, id])) as Record<DemoInstrument, string>,
    }
  }
  const create = async (type: string, input: Readonly<Record<string, unknown>>): Promise<string> => {
    const answer = await ask<{ made: { id: string } }>(
      `mutation ($input: Create${type}Input!) { made: create${type}(input: $input) { id } }`,
      { input },
    )
    return answer.made.id
  }
  const observatoryId = await create('Observatory', { name: 'demo', title: 'Demo observatory' })
  const telescopeId = await create('Telescope', {
    observatoryId,
    name: 'fyst-like',
    title: 'A 6 m submillimetre telescope',
    latitudeDeg: -22.9858,
    longitudeDeg: -67.7403,
    elevationM: 5612,
  })
  const programId = await create('ObservingProgram', {
    observatoryId,
    code: 'DEMO-1',
    title: 'First light',
    principalInvestigator: 'The demo',
  })
  const sourceId = await create('Source', { name: 'Orion KL', fixed: { raDeg: 83.8097, decDeg: -5.3725 } })
  const instruments = {} as Record<DemoInstrument, string>
  const obsUnits = {} as Record<DemoInstrument, string>
  for (const [name, { title, modules }] of Object.entries(DEMO_INSTRUMENTS) as [
    DemoInstrument,
    (typeof DEMO_INSTRUMENTS)[DemoInstrument],
  ][]) {
    const instrumentId = await create('Instrument', { telescopeId, name, title })
    for (const module of modules) await create('InstrumentModule', { instrumentId, name: module, title: `${name} ${module}` })
    instruments[name] = instrumentId
    obsUnits[name] = await create('ObsUnit', { programId, sourceId, instrumentId, name: `first-light-${name}`, durationS: 60 })
  }
  return { instruments, obsUnits }
}

async function makeLocation(
  ask: Ask,
  { site: _, siteId, ...place }: { site: string; siteId: string; name: string; type: string; root: string; instrumentId?: string },
): Promise<string> {
  const known = await ask<{ dataLocation: { root: string } | null }>(
    'query ($name: String!) { dataLocation(name: $name) { ... on DiskLocation { root } } }',
    { name: place.name },
  )
  if (known.dataLocation) return known.dataLocation.root
  await mkdir(place.root, { recursive: true })
  const { createDiskLocation } = await ask<{ createDiskLocation: { id: string } }>(
    'mutation ($input: CreateDiskLocationInput!) { createDiskLocation(input: $input) { id } }',
    { input: { ...place, siteId, ...(place.type === 'SOURCE' ? { settleS: 1 } : {}) } },
  )
  if (place.type === 'LONG_TERM_ARCHIVE') return place.root
  await ask(
    `mutation ($policy: DefineRetentionPolicyInput!, $id: ID!) {
      defineRetentionPolicy(input: $policy) { id } setLocationDeletion(locationId: $id, enabled: true) { id } }`,
    // Days elsewhere, and a small share an hour: here the whole story has to be seen at once.
    { policy: { locationId: createDiskLocation.id, minimumAgeS: 0, graceS: 0, maxShareHour: 1, trashS: 0 }, id: createDiskLocation.id },
  )
  return place.root
}

async function makeRoutes(ask: Ask, sites: SiteIds): Promise<void> {
  const { dataTransferRoutes } = await ask<{ dataTransferRoutes: { name: string }[] }>('{ dataTransferRoutes { name } }')
  for (const [from, to] of [
    ['chile', 'cologne'],
    ['cologne', 'bonn'],
  ] as const) {
    const name = `${from}-${to}`
    if (dataTransferRoutes.some(route => route.name === name)) continue
    await ask('mutation ($input: CreateDataTransferRouteInput!) { createDataTransferRoute(input: $input) { id } }', {
      input: { name, type: 'DIRECT', method: 'COPY', fromSiteId: sites[from], toSiteId: sites[to], bundleAgeS: 0 },
    })
  }
}
