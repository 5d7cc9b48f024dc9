import { runSubgraph } from '@almagest/kit'
import { observation } from './index.ts'

await runSubgraph(observation, process.env, Date.now)
