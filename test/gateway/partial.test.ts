import { describe, expect } from 'vitest'
import { makeTopologyInUse } from '../make.ts'
import { makePackages } from '../subgraphs/rows.ts'
import { post, type Reply } from './fixtures.ts'
import { test as base } from './graph.ts'
import { KEY } from './key.ts'

/** Nobody listens there. */
const AWAY = { url: 'http://127.0.0.1:1/graphql', key: KEY }

/** Every kind of step from one subgraph to another, and a list of each. */
const ALL = `{
  instruments(text: "CAMERA") { nodes { name locations { name } } }
  rawDataPackages(filter: { instrument: "CAMERA" }) {
    nodes { name execution { startedAt } module { name } copies { path location { name } } stagingRequests { nodes { status } } }
  }
  sites { title incomingTransferPackages { nodes { bytes } } }
  dataLocation(name: "LOCATION") { type stagingRequests { nodes { status } } copies { nodes { path ... on RawDataPackageCopy { package { name } } } } }
  stagingRequests { nodes { status } }
}`

interface Fixtures {
  /** Asks a graph of which these subgraphs are away; LOCATION and CAMERA in the query are the names of those that were made. */
  readonly askWithout: (away: readonly string[], query: string) => Promise<Reply>
  /** Has one package, with a copy in a buffer. */
  readonly made: { readonly pack: string; readonly path: string; readonly location: string; readonly camera: string }
}

const test = base.extend<Fixtures>({
  askWithout: async ({ startGraph, made: { location, camera } }, use) => {
    await use(async (away, query) => {
      const { url } = await startGraph({ subgraphs: Object.fromEntries(away.map(name => [name, AWAY])) })
      return post(`${url}/graphql`, { query: query.replaceAll('LOCATION', location).replaceAll('CAMERA', camera) })
    })
  },
  made: async ({ em, root }, use) => {
    const topology = await makeTopologyInUse(em, root)
    const [pack] = await makePackages(em, topology)
    if (!pack) throw new Error('there is no package')
    await use({ pack: pack.name, path: pack.path, location: topology.locations.chileBuffer.name, camera: topology.instrument.name })
  },
})

interface Whole {
  readonly instruments: unknown
  readonly rawDataPackages: { readonly nodes: readonly Record<string, unknown>[] } | null
  readonly sites: readonly Record<string, unknown>[] | null
  readonly dataLocation: { readonly copies: { readonly nodes: readonly unknown[] } } | null
  readonly stagingRequests: unknown
}

describe('an answer without one of the subgraphs', () => {
  const cases: Record<string, (whole: Whole, made: Fixtures['made']) => void> = {
    observation({ instruments, rawDataPackages, sites, stagingRequests }, { pack, path, location }) {
      expect(instruments).toBeNull()
      expect(rawDataPackages?.nodes).toEqual([
        { name: pack, execution: null, module: null, copies: [{ path, location: { name: location } }], stagingRequests: { nodes: [] } },
      ])
      expect(sites).not.toBeNull()
      expect(stagingRequests).toEqual({ nodes: [] })
    },
    'data-package'({ instruments, rawDataPackages, sites, dataLocation }, { path, camera }) {
      expect(instruments).toMatchObject({ nodes: [{ name: camera, locations: [{}] }] })
      expect(rawDataPackages).toBeNull()
      expect(new Set(sites?.map(site => site.incomingTransferPackages))).toEqual(new Set([null]))
      expect(dataLocation?.copies.nodes).toEqual([{ path, package: null }])
    },
    storage({ instruments, rawDataPackages, sites, dataLocation, stagingRequests }, { pack, camera }) {
      expect(instruments).toEqual({ nodes: [{ name: camera, locations: null }] })
      expect(rawDataPackages?.nodes).toMatchObject([{ name: pack, module: { name: 'm1' }, copies: null, stagingRequests: { nodes: [] } }])
      expect({ sites, dataLocation, stagingRequests }).toEqual({ sites: null, dataLocation: null, stagingRequests: { nodes: [] } })
    },
    staging({ rawDataPackages, sites, dataLocation, stagingRequests }, { pack, path }) {
      expect(rawDataPackages?.nodes).toMatchObject([{ name: pack, copies: [{ path }], stagingRequests: null }])
      expect(sites?.map(site => site.incomingTransferPackages)).not.toContain(null)
      expect(dataLocation?.copies.nodes).toEqual([{ path, package: { name: pack } }])
      expect(stagingRequests).toBeNull()
    },
  }

  test.for(Object.keys(cases))('keeps what the others say: without %s', async (away, { askWithout, made }) => {
    const { body } = await askWithout([away], ALL)

    cases[away]?.(body?.data as Whole, made)
    const codes = body?.errors?.map(({ extensions }) => (extensions as { code: string }).code) ?? []
    expect([...new Set(codes)]).toEqual(['SUBGRAPH_UNAVAILABLE'])
  })

  test('has no error and no null where it has all of them', async ({ askWithout }) => {
    const { body } = await askWithout([], ALL)

    expect(body?.errors).toBeUndefined()
    expect(JSON.stringify(body?.data)).not.toContain('null')
  })

  test('keeps what one subgraph says beside what it refuses', async ({ askWithout, made }) => {
    const { body } = await askWithout([], '{ instrument(name: "CAMERA") { name } sites { title } operations(first: 0) { nodes { id } } }')

    expect(body?.data).toMatchObject({ instrument: { name: made.camera }, sites: expect.any(Array), operations: null })
    expect(body?.errors).toMatchObject([{ path: ['operations'], extensions: { code: 'BAD_INPUT' } }])
  })

  test('keeps an entity beside a field of it that another subgraph refuses', async ({ askWithout, made }) => {
    const { body } = await askWithout(
      [],
      '{ rawDataPackages(filter: { instrument: "CAMERA" }) { nodes { name history(first: 0) { nodes { seq } } } } }',
    )

    expect(body?.data).toEqual({ rawDataPackages: { nodes: [{ name: made.pack, history: null }] } })
    expect(body?.errors).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }])
  })
})
