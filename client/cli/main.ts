import { default as module } from 'node:module'

// What was compiled once is kept; a Node that is too old for that goes without.
module.enableCompileCache?.()
const { runCli } = await import('./cli.ts')
process.exitCode = await runCli(process.argv.slice(2), process)
