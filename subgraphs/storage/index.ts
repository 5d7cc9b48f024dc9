import { defineSubgraph } from '@almagest/kit'
import { resolvers } from './resolvers.ts'

/** Where bytes lie, how they travel, what keeps them safe, and why something waits. */
export const storage = defineSubgraph({ name: 'storage', schema: new URL('schema.graphql', import.meta.url), resolvers })

export { locateFiles } from './locate.ts'
/** What a retention policy would do, decided without a database. */
export { simulate, whenMayGo, type Draft, type Group, type Present } from './simulation.ts'
