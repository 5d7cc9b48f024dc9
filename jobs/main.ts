import { runWorkers } from './run.ts'

process.exitCode = await runWorkers(process.argv.slice(2), process.env)
