import { runSubgraph } from '@almagest/kit'
import { storage } from './index.ts'

await runSubgraph(storage, process.env, Date.now)
