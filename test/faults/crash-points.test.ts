import { tryFaults } from './trial.ts'
import { crashEverywhere, POINTS_AT, standStill } from './zombies.ts'

/** What the zombies of an episode wrote, by its name. */
const written = new Map<string, readonly string[]>()

tryFaults('when a worker ends or stands still between two effects that belong together', [
  {
    fault: 'F07',
    title: 'every state that it leaves leads on',
    seeds: [8, 13],
    long: Math.max(...Object.values(POINTS_AT).map(points => points.length)),
    nemesis: scene => crashEverywhere(scene, scene.seed),
  },
  {
    fault: 'F08',
    title: 'it writes, publishes and deletes nothing when it goes on after its lease',
    seeds: [1, 7],
    long: 28,
    async nemesis(scene) {
      const site = scene.seed % 2 === 0 ? 'chile' : 'cologne'
      const points = POINTS_AT[site]
      const point = points[Math.floor(scene.seed / 2) % points.length] ?? 'after-claim'
      written.set(scene.name, await standStill(scene, site, point))
    },
    mayLeaveDark: true,
    judge: async ({ name }) => written.get(name) ?? [],
  },
])
