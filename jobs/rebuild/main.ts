import { runRebuild } from './run.ts'

process.exitCode = await runRebuild(process.argv.slice(2), process.env)
