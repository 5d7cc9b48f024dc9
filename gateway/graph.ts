import type { GraphQLDataSource } from '@apollo/gateway'
import type { RequestHandler } from 'express'
import { startApollo, type Apollo } from './apollo.ts'
import type { Subgraph } from './data-source.ts'
import type { Log } from './log.ts'
import { versionOf, type TrustedOperation } from './operations.ts'

/** What a graph is served with. */
export interface GraphOptions {
  /** The composed supergraph to begin with. */
  readonly supergraph: string
  readonly subgraphs: readonly Subgraph[]
  /** What is planned before anybody asks, and must be plannable under a supergraph that comes later. */
  readonly operations: readonly TrustedOperation[]
  readonly introspection: boolean
  readonly log: Log
}

/** What became of a supergraph: in use from now on, in use already, unfit, or untried because a subgraph does not answer. */
export type Reloaded = 'LOADED' | 'UNCHANGED' | 'REFUSED' | 'UNREACHABLE'

/** The graph, under the supergraph of the moment. */
export interface Graph extends AsyncDisposable {
  readonly handle: RequestHandler
  /** What clients may ask, as SDL. */
  schema(): string
  /** The first digits of the SHA-256 of the supergraph in use. */
  version(): string
  /**
   * Tries a supergraph beside the one in use: it must load, every subgraph must answer, and every trusted operation must be plannable. Only then is it
   * taken into use; what is being answered is finished under the old one. Otherwise nothing changes, and the log says why.
   */
  reload(supergraph: string): Promise<Reloaded>
}

interface Generation {
  readonly apollo: Apollo
  readonly version: string
  running: number
  retired: boolean
}

/** Starts the graph, with the plans of the trusted operations made. Throws when the supergraph cannot be loaded or a subgraph of it has no address. */
export async function openGraph({ supergraph, subgraphs, operations, introspection, log }: GraphOptions): Promise<Graph> {
  const sources = new Map<string, GraphQLDataSource>(subgraphs.map(({ name, source }) => [name, source]))
  const begin = async (supergraph: string): Promise<Generation> => ({
    apollo: await startApollo({ supergraph, sources, introspection, log }),
    version: versionOf(supergraph),
    running: 0,
    retired: false,
  })
  const end = async (generation: Generation): Promise<void> => {
    if (generation.retired && generation.running === 0) await generation.apollo.stop()
  }

  let current = await begin(supergraph)
  for (const fault of await current.apollo.rehearse(operations)) log.error({ event: 'operation.unplannable', fault })
  let reloading: Promise<unknown> = Promise.resolve()

  const refuse = (version: string, faults: readonly string[]): 'REFUSED' => {
    log.error({ event: 'supergraph.refused', version, inUse: current.version, faults })
    return 'REFUSED'
  }
  const reload = async (supergraph: string): Promise<Reloaded> => {
    const version = versionOf(supergraph)
    if (version === current.version) return 'UNCHANGED'
    const away = await Promise.all(
      subgraphs.map(({ name, ping }) =>
        ping().then(
          () => null,
          () => name,
        ),
      ),
    )
    if (away.some(name => name !== null)) {
      log.warn({ event: 'supergraph.postponed', version, inUse: current.version, away: away.filter(name => name !== null) })
      return 'UNREACHABLE'
    }
    const next = await begin(supergraph).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
    if (typeof next === 'string') return refuse(version, [next])
    const faults = await next.apollo.rehearse(operations)
    const old = faults.length > 0 ? next : current
    if (old === current) current = next
    old.retired = true
    await end(old)
    if (old === next) return refuse(version, faults)
    log.info({ event: 'supergraph.loaded', version, before: old.version })
    return 'LOADED'
  }

  return {
    handle(request, response, next) {
      const generation = current
      generation.running += 1
      response.once('close', () => {
        generation.running -= 1
        void end(generation)
      })
      return generation.apollo.handle(request, response, next)
    },
    schema: () => current.apollo.schema(),
    version: () => current.version,
    reload(supergraph) {
      const turn = reloading.then(() => reload(supergraph))
      reloading = turn.catch(() => {})
      return turn
    },
    async [Symbol.asyncDispose]() {
      await reloading
      await current.apollo.stop()
    },
  }
}
