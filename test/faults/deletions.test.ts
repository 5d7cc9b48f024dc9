import { judgeHolds, raceOperators } from './operators.ts'
import { judgeStorm, storm } from './storm.ts'
import { tryFaults } from './trial.ts'

tryFaults('when deletions are raced and run away', [
  {
    fault: 'F21',
    title: 'policies, holds, undoing, the trash and distrust race the cleanup: what is held stays, and enough others are there',
    seeds: [1],
    long: 24,
    nemesis: raceOperators,
    judge: judgeHolds,
  },
  {
    fault: 'F22',
    title: 'a storm of deletions is stopped at the share of an hour, and observations pass meanwhile',
    seeds: [1],
    long: 20,
    nemesis: storm,
    judge: judgeStorm,
  },
])
