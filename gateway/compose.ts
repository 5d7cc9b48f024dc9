import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'

/**
 * Composes the SDLs of the subgraphs, by name, to the supergraph. The addresses in it lead nowhere: the gateway is told the real ones.
 * Throws one error with all that is wrong. The same SDLs give the same text, in whatever order.
 */
export function composeSupergraph(sdls: Readonly<Record<string, string>>): string {
  return compose(sdls).supergraph
}

/** Composes the SDLs of the subgraphs to what clients may ask, as SDL. Throws one error with all that is wrong. */
export function composeSchema(sdls: Readonly<Record<string, string>>): string {
  return compose(sdls).schema
}

function compose(sdls: Readonly<Record<string, string>>): { supergraph: string; schema: string } {
  const services = Object.entries(sdls)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sdl]) => ({ name, typeDefs: parse(sdl), url: `http://${name}.invalid/graphql` }))
  const { supergraphSdl, publicSdl, errors } = composeServices(services)
  if (supergraphSdl !== undefined) return { supergraph: `${supergraphSdl.trim()}\n`, schema: publicSdl }
  throw new Error(['the subgraphs do not compose:', ...(errors ?? []).map(({ message }) => message)].join('\n'))
}
