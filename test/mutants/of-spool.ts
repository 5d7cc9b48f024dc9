import type { Mutant } from './mutant.ts'

const REFUSED = ['client/refused.test.ts']

/** What keeps one filing of a spool, or some files of one, from holding up the others. */
export const OF_SPOOL: readonly Mutant[] = [
  {
    name: 'spool-part',
    safeguard: 'that of a filing only those files are set aside that are refused',
    changes: [
      {
        file: 'client/spool/division.ts',
        from: 'const isAll = bad.size === 0 || bad.size + more >= files.length',
        to: 'const isAll = true',
      },
    ],
    tests: REFUSED,
  },
  {
    name: 'spool-evidence',
    safeguard: 'that what the data centre stumbles over is set aside only when it took others',
    changes: [{ file: 'client/spool/sender.ts', from: 'if (tries >= TRIES && taken > before) {', to: 'if (tries >= TRIES) {' }],
    tests: REFUSED,
  },
  {
    name: 'spool-delay',
    safeguard: 'that what the data centre stumbles over is tried later than those behind it',
    changes: [
      { file: 'client/spool/sender.ts', from: 'if (!(error instanceof Outage) || !isOfOne(error)) throw error', to: 'throw error' },
    ],
    tests: REFUSED,
  },
]
