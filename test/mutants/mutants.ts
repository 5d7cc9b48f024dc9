import type { Mutant } from './mutant.ts'
import { OF_BYTES } from './of-bytes.ts'
import { OF_DELETIONS } from './of-deletions.ts'
import { OF_EDGES } from './of-edges.ts'
import { OF_SPOOL } from './of-spool.ts'
import { OF_WORK } from './of-work.ts'

/** One safeguard less, each. */
export const MUTANTS: readonly Mutant[] = [...OF_DELETIONS, ...OF_BYTES, ...OF_WORK, ...OF_EDGES, ...OF_SPOOL]
