import { runSubgraph } from '@almagest/kit'
import { staging } from './index.ts'

await runSubgraph(staging, process.env, Date.now)
