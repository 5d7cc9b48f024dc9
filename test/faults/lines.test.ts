import { changeClocks } from './devices.ts'
import { DATA_TROUBLES, troubleLines } from './lines.ts'
import { NO_OTHER_CLOCK } from './preloads.ts'
import { tryFaults } from './trial.ts'

tryFaults('when lines and clocks are bad', [
  {
    fault: 'F16',
    title: 'lines between sites and to servers are slow, cut, half-open, or change bytes: the right bytes arrive, once',
    seeds: [2],
    long: 4 * DATA_TROUBLES.length,
    nemesis: troubleLines,
  },
  {
    fault: 'F18',
    title: 'workers believe in clocks that are hours and days off, and go fast or slow: leases and grace times are those of the database',
    seeds: [],
    long: 20,
    skip: NO_OTHER_CLOCK,
    nemesis: changeClocks,
  },
])
