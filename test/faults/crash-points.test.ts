import { CRASH_POINTS } from '@almagest/jobs'
import { expect, test } from 'vitest'
import { LONG } from '../long.ts'
import { tryFaults } from './trial.ts'
import { crashEverywhere, POINTS_AT, standStill, ZOMBIES } from './zombies.ts'

/** What the zombies of an episode wrote, by its name. */
const written = new Map<string, readonly string[]>()

/** Where workers ended, in all episodes of this run. */
const ended = new Set<string>()

tryFaults('when a worker ends or stands still between two effects that belong together', [
  {
    fault: 'F07',
    title: 'every state that it leaves leads on',
    seeds: [8],
    long: Math.max(...Object.values(POINTS_AT).map(points => points.length)),
    async nemesis(scene) {
      const did = (what: string): void => {
        ended.add(what)
        scene.did(what)
      }
      await crashEverywhere({ ...scene, did }, scene.seed)
    },
  },
  {
    fault: 'F08',
    title: 'it writes, publishes and deletes nothing when it goes on after its lease',
    seeds: [1],
    long: ZOMBIES.length,
    async nemesis(scene) {
      const zombie = ZOMBIES[(scene.seed - 1) % ZOMBIES.length]
      if (zombie) written.set(scene.name, await standStill(scene, zombie))
    },
    mayLeaveDark: true,
    judge: async ({ name }) => written.get(name) ?? [],
  },
])

// A seed by itself comes to few of them.
test.runIf(LONG && process.env.FAULT_SEED === undefined)('F07 every crash point is come to: a worker ended there', () => {
  expect(CRASH_POINTS.filter(point => !ended.has(`ended ${point}`))).toEqual([])
})
