import { defineSubgraph } from '@almagest/kit'
import { resolvers } from './resolvers.ts'

/** Files, the packages they go into, and the packages that travel together. */
export const dataPackage = defineSubgraph({ name: 'data-package', schema: new URL('schema.graphql', import.meta.url), resolvers })
