import {
  cutAtCommits,
  failOver,
  harmRedis,
  killPostgres,
  killServices,
  prepareFailover,
  REDIS_FAULTS,
  repeatEverything,
} from './services.ts'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LONG } from '../long.ts'
import { runEpisode } from './episode.ts'
import { addStandby } from './standby.ts'
import { startSystem } from './supervisor.ts'
import { tryFaults } from './trial.ts'

tryFaults(
  'when a service fails',
  [
    {
      fault: 'F09',
      seeds: [],
      title: 'the gateway and the subgraphs are killed under load: callers get an answer or a sentence, and what was acknowledged is there',
      nemesis: killServices,
    },
    {
      fault: 'F10',
      useCase: 'UC-8.2',
      title: 'Redis is flushed, killed, lost, hung or full: the same end is reached',
      seeds: [1, 3],
      long: 25,
      nemesis: scene => harmRedis(scene, REDIS_FAULTS[(scene.seed - 1) % REDIS_FAULTS.length] ?? 'lost'),
    },
    {
      fault: 'F11',
      title: 'PostgreSQL is killed, and is started again or fails over to a synchronous standby: nothing that was acknowledged is lost',
      seeds: [1],
      prepare: async scene => {
        if (scene.seed % 2 === 0) await prepareFailover(scene)
      },
      nemesis: scene => (scene.seed % 2 === 0 ? failOver(scene) : killPostgres(scene, 2)),
    },
    {
      fault: 'F12',
      title: 'lines to PostgreSQL are cut at a commit: every effect is there once',
      nemesis: cutAtCommits,
    },
    {
      fault: 'F19',
      seeds: [],
      title: 'every job comes many times: every effect is there once',
      nemesis: repeatEverything,
    },
  ],
  { durable: true },
)

// What the trials of F11 are worth: where an acknowledged filing is lost, they break.
test.runIf(LONG)(
  'F11 an asynchronous standby that is behind takes the place of PostgreSQL: that loss is noticed',
  { timeout: 240_000 },
  async () => {
    await using system = await startSystem({ durable: true })
    const standby = await addStandby(system.postgres, join(system.home, 'behind'), { synchronous: false })
    const losing = runEpisode(system, {
      fault: 'F11',
      seed: 0,
      prepare: () => standby.fallBehind(),
      nemesis: scene => scene.executionId().then(() => undefined),
      async acknowledged() {
        await system.postgres.kill()
        await standby.promote()
        system.failOver(standby.server)
      },
    })
    await expect(losing).rejects.toThrow(/I7: filing again with the same key gave another execution/)
  },
)
