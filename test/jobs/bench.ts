import { sql } from '@almagest/schema'
import type { World } from '@almagest/jobs'
import { test as base } from '../fixtures.ts'
import { identify, makeTopology, makeWorld, type Topology } from '../make.ts'

/** A worker's world and a topology with identified locations of each test's own; what one test leaves, no other test's sweep takes up. */
export const test = base.extend<{ world: World; topology: Topology }>({
  world: async ({ orm }, use) => use(makeWorld(orm)),
  topology: async ({ world, orm, root }, use) => {
    const topology = await makeTopology(orm.em.fork(), root)
    await identify(world, topology)
    await use(topology)
    const sites = Object.values(topology.sites).map(({ id }) => id)
    for (const statement of [
      'update storage.site set active = false where id = any($1::uuid[])',
      'update storage.data_location set active = false where site_id = any($1::uuid[])',
      `update storage.physical_copy c set verification_level = 2 from storage.data_location l where l.id = c.location_id and l.site_id = any($1::uuid[])`,
      `update storage.operation o set state = 'FAILED' from storage.data_location l
       where l.id = o.location_id and l.site_id = any($1::uuid[]) and o.state not in ('DONE', 'CANCELLED')`,
    ]) {
      await sql(orm.em.fork(), `/* test: over */ ${statement}`, [sites])
    }
  },
})
