import { startDataServer, type DataKeys, type DataServer, type DataServerOptions, type World } from '@almagest/jobs'
import type { Topology } from '../../make.ts'

/** The key of every data server in these tests. */
export const KEY = 'a key of a data server that only tests know'

/** The data server of Chile, and the keys of those that may ask it. */
export async function serveData(
  world: World,
  { sites }: Pick<Topology, 'sites'>,
  options: Partial<DataServerOptions> = {},
): Promise<{ server: DataServer; keys: DataKeys }> {
  const site = sites.chile.name
  const server = await startDataServer({
    world,
    site,
    keys: [KEY],
    host: '127.0.0.1',
    port: 0,
    url: null,
    streams: 16,
    tls: null,
    ...options,
  })
  return { server, keys: { [site]: [KEY] } }
}
