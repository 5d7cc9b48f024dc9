import { killInWork } from './nemesis.ts'
import { tryFaults } from './trial.ts'

const LARGE = { files: 4, bytes: 24_000_000 }

tryFaults('when a worker is killed in the middle of its work', [
  {
    fault: 'F01',
    useCase: 'UC-8.3',
    title: 'packaging goes on elsewhere, and one tar is there',
    size: LARGE,
    nemesis: scene => killInWork(scene, ['packaging'], { times: 2, spreadMs: 150 }),
  },
  {
    fault: 'F02',
    useCase: 'UC-3.2',
    title: 'a transfer goes on with what has not arrived',
    size: LARGE,
    async nemesis(scene) {
      const bytesS = scene.random.between(8, 24) * 1_000_000
      for (const site of ['chile', 'cologne']) scene.system.lines[`data-${site}`]?.trouble(() => ({ bytesS }))
      await killInWork(scene, ['transfer'], { times: 2, spreadMs: 1_200 })
    },
  },
  {
    fault: 'F03',
    seeds: [],
    title: 'verifying begins again',
    size: LARGE,
    nemesis: scene => killInWork(scene, ['checksum', 'unpack'], { times: 3, spreadMs: 100 }),
  },
  {
    fault: 'F04',
    seeds: [],
    title: 'archiving goes on elsewhere, and one object is there',
    size: LARGE,
    nemesis: scene => killInWork(scene, ['archive'], { times: 2, spreadMs: 250 }),
  },
  {
    fault: 'F05',
    seeds: [],
    title: 'a folder is staged whole or not at all',
    size: LARGE,
    nemesis: scene => killInWork(scene, ['staging'], { times: 2, spreadMs: 100 }),
  },
  {
    fault: 'F06',
    title: 'what was to be deleted goes only with enough others',
    nemesis: scene => killInWork(scene, ['cleanup'], { times: 4, spreadMs: 40 }),
  },
])
