import { defineSubgraph } from '@almagest/kit'
import { resolvers } from './resolvers.ts'

/** Archived packages made available where scientists compute, for a while. */
export const staging = defineSubgraph({ name: 'staging', schema: new URL('schema.graphql', import.meta.url), resolvers })
