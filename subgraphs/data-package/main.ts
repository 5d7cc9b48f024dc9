import { runSubgraph } from '@almagest/kit'
import { dataPackage } from './index.ts'

await runSubgraph(dataPackage, process.env, Date.now)
