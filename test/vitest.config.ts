import { createRequire } from 'node:module'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSequencer, type TestSequencerConstructor, type Vitest } from 'vitest/node'
import { slowestFirst } from './order.ts'

/** Vitest's own order, those that took longest the last time or else the largest first, behind what is known to take long. */
const sequencer = function (vitest: Vitest): TestSequencer {
  const usual = new BaseSequencer(vitest)
  return { shard: files => usual.shard(files), sort: async files => slowestFirst(await usual.sort(files)) }
} as unknown as TestSequencerConstructor

export default defineConfig({
  // As Node itself resolves it: otherwise it would be loaded twice, once as the ES module that it keeps for bundlers.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    globalSetup: ['setup.ts'],
    // What hangs is to end, however slow the machine is.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    sequence: { sequencer },
    // Each file has a database, a prefix in Redis and a folder of its own; loading the modules again for each took a third of the time.
    isolate: false,
    // Hundreds of processes are started: what one compiled the next one need not.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/almagest-compiled') },
  },
})
