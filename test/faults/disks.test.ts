import { judgeAway, takeAway } from './away.ts'
import { failCalls, judgeSyncs } from './devices.ts'
import { damage, DAMAGED, judgeDamage } from './damage.ts'
import { fillDisk, NO_MOUNT, SMALL } from './full.ts'
import { NO_FAILING_CALLS } from './preloads.ts'
import { tryFaults } from './trial.ts'

tryFaults(
  'when disks do not keep what was written',
  [
    {
      fault: 'F13',
      useCase: 'UC-8.4',
      title: 'a full disk is waited for: nothing partial is seen, and nothing goes to help',
      seeds: [1],
      long: 4 * SMALL.length,
      skip: NO_MOUNT,
      nemesis: fillDisk,
    },
    {
      fault: 'F14',
      title: 'system calls fail: no copy is told of that was not made durable',
      seeds: [],
      long: 24,
      skip: NO_FAILING_CALLS,
      nemesis: failCalls,
      judge: judgeSyncs,
    },
    {
      fault: 'F15',
      title: 'damaged bytes are found, set aside and replaced, and no deletion relies on them',
      seeds: [1],
      long: 4 * DAMAGED.length,
      nemesis: damage,
      judge: judgeDamage,
    },
    {
      fault: 'F20',
      title: 'a location that is away, another disk, or read-only is waited for: nothing is missing, and nothing goes',
      seeds: [2],
      long: 28,
      nemesis: takeAway,
      judge: judgeAway,
    },
  ],
  { disks: SMALL },
)
