import { tryFaults } from './trial.ts'
import { crashEverywhere, POINTS_AT, standStill, ZOMBIES } from './zombies.ts'

/** What the zombies of an episode wrote, by its name. */
const written = new Map<string, readonly string[]>()

tryFaults('when a worker ends or stands still between two effects that belong together', [
  {
    fault: 'F07',
    title: 'every state that it leaves leads on',
    seeds: [8],
    long: Math.max(...Object.values(POINTS_AT).map(points => points.length)),
    nemesis: scene => crashEverywhere(scene, scene.seed),
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
