import { enableCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

// A worker reads millions of rows and keeps none: it clears them away often, else V8 takes 150 MB more before it begins to.
setFlagsFromString('--semi-space-growth-factor=1')
setFlagsFromString('--heap-growing-percent=20')
// What a process before this one compiled needs no compiler: that saves 30 MB here, and more in each thread.
enableCompileCache()

const { runWorkers } = await import('./run.ts')

process.exitCode = await runWorkers(process.argv.slice(2), process.env)
