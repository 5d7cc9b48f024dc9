import { pino } from 'pino'
import { startSubgraph } from '@almagest/kit'
import { DataLocation, newId, sql } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import { storage } from '@almagest/storage'
import { identifyLocations, type World } from '@almagest/jobs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Topology } from '../make.ts'
import { client, KEY, refusal, type Served } from '../subgraphs/serve.ts'
import { test as base } from './bench.ts'

export { refusal } from '../subgraphs/serve.ts'

/** What an operator does: asks for one mutation with these arguments, and gets what is asked for, or the refusal. */
export type Operate = (mutation: string, args: Readonly<Record<string, unknown>>, fields?: string) => Promise<unknown>

/** A worker's world, and an operator who has the storage subgraph. */
export const test = base.extend<{ api: Served; operate: Operate }>({
  api: async ({ orm, queue }, use) => {
    await using subgraph = await startSubgraph(storage, { orm, queue, log: pino({ level: 'silent' }), keys: [KEY], now: Date.now })
    await use(client(subgraph.url, 'storage'))
  },
  operate: async ({ api }, use) => {
    await use(async (mutation, args, fields = 'id') => {
      const given = Object.entries(args).map(([name, value]) => `${name}: ${literal(value)}`)
      const answer = await api.ask(`mutation { done: ${mutation}(${given.join(', ')}) { ${fields} } }`)
      return answer.errors ? refusal(answer) : answer.data.done
    })
  },
})

/** A value as a literal of GraphQL; words in capitals are values of an enum. */
function literal(value: unknown): string {
  if (typeof value === 'string' && /^[A-Z][A-Z_]+$/.test(value)) return value
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${literal(inner)}`)
    .join(', ')} }`
}

/** What a place holds that is not safe elsewhere, as the graph tells it. */
export async function leftAt(api: Served, type: string, id: string): Promise<{ copies: number; reasons: { reason: string }[] }> {
  const [{ left }] = await api.entities(type, [id], 'left { copies bytes reasons { reason copies bytes } }')
  return left
}

/** A second location like one of the topology, at the same site, which is used after it. */
export async function makeSecond(world: World, topology: Topology, like: DataLocation): Promise<DataLocation> {
  const em = world.orm.em.fork()
  const name = `second-${newId().slice(-8)}`
  const root = join(like.root ?? '', `../${name}`)
  await mkdir(root, { recursive: true })
  const { siteId, type } = like
  const made = em.create(DataLocation, { id: newId(), siteId, name, type, storage: 'DISK', root, failureDomain: name, priority: 200 })
  await em.flush()
  for (const site of Object.values(topology.sites)) if (site.id === siteId) await identifyLocations(world, site.name)
  return em.fork().findOneOrFail(DataLocation, made.id)
}

/** Opens the breaker of a location, for an hour. */
export async function park(em: EntityManager, { id }: DataLocation): Promise<void> {
  await sql(
    em,
    `/* test: park */ insert into storage.circuit_breaker (id, location_id, state, failures, opened_at, probe_at, reason)
     values (gen_random_uuid(), $1, 'OPEN', 5, now(), now() + interval '1 h', 'its cable is out')`,
    [id],
  )
}
