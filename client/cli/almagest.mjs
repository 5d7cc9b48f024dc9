import { default as module } from 'node:module'

/* The command line as it is run from its source. This first file has no types, and what the others are without theirs is kept: Node starts twice as fast
   where it does not have to load what strips them. A Node that is too old for that goes without. */

module.enableCompileCache?.()
await import('./main.ts')
