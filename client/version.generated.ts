// Written by `npm run generate` from client/package.json and the supergraph: never edited.
/** The version of this package. */
export const VERSION = '1.0.0'

/** The supergraph that it was made for, as `/readyz` of a gateway names the one that it serves. */
export const SUPERGRAPH = 'ad66bd869431'
