import fc from 'fast-check'
import { expect } from 'vitest'
import { test } from '../jobs/operated.ts'
import { LONG } from '../long.ts'
import * as commands from './commands.ts'
import { emptyModel } from './model.ts'
import { leave, makeReal, PLACES } from './real.ts'

/* Whatever is done to a few packages, in whatever order: the rows and the disks are held against a model after every command. */

/* MODEL_SEED=17 MODEL_RUNS=200 tries others, or fewer at a time: 17 as the seed of the first run. */
const RUNS = Number(process.env.MODEL_RUNS ?? (LONG ? 1_000 : 50))
const SEED = process.env.MODEL_SEED === undefined ? {} : { seed: Number(process.env.MODEL_SEED) }

const index = fc.nat(20)
const place = fc.constantFrom(...PLACES)
const archived = fc.constantFrom('first' as const, 'second' as const)

const ALL: fc.Arbitrary<commands.Command>[] = [
  fc.constant(commands.file()),
  fc.constant(commands.pack()),
  fc.tuple(index, place).map(([at, where]) => commands.verify(at, where)),
  fc.tuple(index, archived).map(([at, where]) => commands.archive(at, where)),
  index.map(commands.cleanUp),
  index.map(commands.cleanUp),
  fc.tuple(fc.boolean(), fc.boolean()).map(([grace, trash]) => commands.decree(grace, trash)),
  place.map(commands.tick),
  fc.tuple(index, place, fc.constantFrom('rot' as const, 'loss' as const)).map(([at, where, by]) => commands.harm(at, where, by)),
  index.map(commands.hold),
  index.map(commands.release),
  index.map(commands.undo),
  index.map(commands.crash),
  index.map(commands.zombie),
  index.map(commands.retry),
  index.map(commands.cancel),
  fc.constant(commands.sweepOnce()),
]

/** What every run begins with: a package that is in the buffer and in both archives, so that there is something to lose. */
const FIRST = [commands.file(), commands.pack(), commands.verify(0, 'buffer'), commands.archive(0, 'first'), commands.archive(0, 'second')]

test(
  'UC-6.2 UC-8.3 no order of filing, packaging, archiving, harm, deletion, holds, crashes and zombies loses a package or leaves the tables of states',
  { timeout: LONG ? 1_800_000 : 90_000 },
  async ({ world, topology, operate, root }) => {
    const property = fc.asyncProperty(fc.commands(ALL, { maxCommands: 20, size: 'max' }), async given => {
      const real = await makeReal({ world, topology, operate, root })
      try {
        await fc.asyncModelRun(async () => {
          const model = await emptyModel(real)
          for (const command of FIRST) await command.run(model, real)
          expect(commands.isSafe(model, real)).toBe(true)
          return { model, real }
        }, given)
      } finally {
        await leave(real)
      }
    })
    await fc.assert(property, { ...SEED, numRuns: RUNS, endOnFailure: LONG })
  },
)
