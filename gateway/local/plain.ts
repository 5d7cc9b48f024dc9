import { ApolloGateway, RemoteGraphQLDataSource, type ServiceEndpointDefinition } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { Kind, type DefinitionNode, type DocumentNode, type FieldDefinitionNode, type NamedTypeNode } from 'graphql'
import type { Logger } from 'pino'
import { dataPackage } from '@almagest/data-package'
import { openLoaders, schemaOf, type Context, type Subgraph } from '@almagest/kit'
import { observation } from '@almagest/observation'
import type { JobQueue } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'
import { staging } from '@almagest/staging'
import { storage } from '@almagest/storage'

/* The same graph as other set-ups would serve it, to compare with. Nobody signs, nothing is limited. */

/** What the resolvers of a set-up use. */
export interface PlainOptions {
  readonly orm: MikroORM
  readonly queue: JobQueue
  readonly log: Logger
}

/** A server of a set-up: where it listens. */
export interface PlainServer extends AsyncDisposable {
  readonly url: string
}

const SUBGRAPHS = [observation, dataPackage, storage, staging]

/** The directives of federation that a server without it does not know. */
const FEDERATION: readonly string[] = ['key', 'external', 'requires', 'shareable']

/** The subgraph of that name, as the textbook serves it: Apollo Server alone. */
export function startPlainSubgraph(name: string, options: PlainOptions): Promise<PlainServer> {
  const found = SUBGRAPHS.filter(subgraph => subgraph.name === name)
  return serve(new ApolloServer<Context>({ schema: schemaOf(found) }), options)
}

/** The gateway of the textbook: Apollo Server over Apollo Gateway, with its own data sources. */
export async function startPlainGateway(supergraph: string, urls: Readonly<Record<string, string>>): Promise<PlainServer> {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    buildService: ({ name }: ServiceEndpointDefinition) => new RemoteGraphQLDataSource({ url: urls[name] ?? '' }),
  })
  return serve(new ApolloServer({ gateway }))
}

/** The whole graph in one server, without federation. */
export function startSingle(options: PlainOptions): Promise<PlainServer> {
  const resolvers: Record<string, object> = {}
  for (const subgraph of SUBGRAPHS)
    for (const [type, fields] of Object.entries(subgraph.resolvers)) resolvers[type] = { ...resolvers[type], ...(fields as object) }
  const merged: Subgraph = { name: 'single', typeDefs: merge(SUBGRAPHS.map(({ typeDefs }) => typeDefs)), resolvers }
  return serve(new ApolloServer<Context>({ schema: schemaOf([merged]) }), options)
}

async function serve(server: ApolloServer<Context> | ApolloServer, options?: PlainOptions): Promise<PlainServer> {
  const context = async (): Promise<Context> => {
    if (!options) return {} as Context
    const em = options.orm.em.fork()
    return { em, loaders: openLoaders(em), queue: options.queue, log: options.log, traceparent: '' }
  }
  const { url } = await startStandaloneServer(server as ApolloServer<Context>, { context, listen: { host: '127.0.0.1', port: 0 } })
  return { url, [Symbol.asyncDispose]: () => server.stop() }
}

/** One contract out of those of the subgraphs: each type with the fields that any of them gives it. */
function merge(contracts: readonly DocumentNode[]): DocumentNode {
  const merged = new Map<string, DefinitionNode>()
  for (const definition of contracts.flatMap(({ definitions }) => definitions)) {
    if (!('name' in definition) || !definition.name || definition.kind === Kind.DIRECTIVE_DEFINITION) continue
    const own = unfederated(definition)
    const known = merged.get(definition.name.value)
    merged.set(definition.name.value, known ? join(known, own) : own)
  }
  return { kind: Kind.DOCUMENT, definitions: [...merged.values()] }
}

interface Parts {
  readonly fields?: readonly FieldDefinitionNode[]
  readonly interfaces?: readonly NamedTypeNode[]
}

function unfederated(definition: DefinitionNode): DefinitionNode {
  const clean = <node extends object>(node: node): node => {
    const { directives = [] } = node as { directives?: readonly { name: { value: string } }[] }
    return { ...node, directives: directives.filter(({ name }) => !FEDERATION.includes(name.value)) }
  }
  const { fields } = definition as Parts
  return { ...clean(definition), ...(fields && { fields: fields.map(clean) }) } as DefinitionNode
}

function join(one: DefinitionNode, other: DefinitionNode): DefinitionNode {
  const [a, b] = [one as Parts, other as Parts]
  const names = new Set(a.fields?.map(({ name }) => name.value))
  const known = new Set(a.interfaces?.map(({ name }) => name.value))
  return {
    ...one,
    ...(a.fields && { fields: [...a.fields, ...(b.fields ?? []).filter(({ name }) => !names.has(name.value))] }),
    ...(a.interfaces && { interfaces: [...a.interfaces, ...(b.interfaces ?? []).filter(({ name }) => !known.has(name.value))] }),
  } as DefinitionNode
}
