/** The key of every subgraph. */
export const KEY = 'a key that the tests know and nobody else'
