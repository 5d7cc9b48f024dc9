import { defineSubgraph } from '@almagest/kit'
import { resolvers } from './resolvers.ts'

/** Who observes, with what, what is planned, and what was done. */
export const observation = defineSubgraph({ name: 'observation', schema: new URL('schema.graphql', import.meta.url), resolvers })
