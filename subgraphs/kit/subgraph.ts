import { readFileSync } from 'node:fs'
import { parse, type DocumentNode } from 'graphql'
import type { Logger } from 'pino'
import type { DataKeys, JobQueue } from '@almagest/schema'
import type { EntityManager } from '@almagest/schema/orm'
import type { Loaders } from './loaders.ts'

/** What one request may use: its own unit of work, its own loaders, the producers' side of the queues, the log, its place in a trace. */
export interface Context {
  readonly em: EntityManager
  readonly loaders: Loaders
  readonly queue: JobQueue
  readonly log: Logger
  /** The keys of the sites' data servers; undefined: none is known here. */
  readonly dataKeys?: DataKeys | undefined
  /** As W3C Trace Context writes it: what the work that a mutation asks for belongs to. */
  readonly traceparent: string
}

/** One subgraph: its contract and what answers it. */
export interface Subgraph {
  readonly name: string
  readonly typeDefs: DocumentNode
  readonly resolvers: Readonly<Record<string, unknown>>
}

/** Defines a subgraph from its contract, a file in SDL, and its resolvers; the scalars of the contract are the kit's. */
export function defineSubgraph({
  name,
  schema,
  resolvers,
}: {
  name: string
  schema: URL
  resolvers: Readonly<Record<string, unknown>>
}): Subgraph {
  return { name, typeDefs: parse(readFileSync(schema, 'utf8')), resolvers }
}
