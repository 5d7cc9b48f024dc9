import type { Mutant } from './mutant.ts'

const CLAIMS = ['jobs/perform.test.ts']

/** What keeps work from being done twice, too early, or where it cannot be done. */
export const OF_WORK: readonly Mutant[] = [
  {
    name: 'fence',
    safeguard: 'the fence: a worker that was taken over writes nothing',
    changes: [
      {
        file: 'jobs/claim.ts',
        from: `where id = $1::uuid and fence = $2 and state = 'RUNNING' for update`,
        to: `where id = $1::uuid and $2::int is not null and state = 'RUNNING' for update`,
      },
    ],
    tests: CLAIMS,
  },
  {
    name: 'fence-at-the-end',
    safeguard: 'the fence: a worker that was taken over does not call the work done',
    changes: [
      {
        file: 'jobs/claim.ts',
        from: `from why where id = $1 and fence = $2 and state`,
        to: `from why where id = $1 and $2::int is not null and state`,
      },
    ],
    tests: ['jobs/checksum.test.ts', ...CLAIMS],
  },
  {
    name: 'fence-lock',
    safeguard: 'the lock on the claim for as long as its worker writes',
    changes: [
      {
        file: 'jobs/claim.ts',
        from: `state = 'RUNNING' for update\`,\n    [id, fence, reason]`,
        to: `state = 'RUNNING'\`,\n    [id, fence, reason]`,
      },
    ],
    tests: ['jobs/cleanup-phases.test.ts', ...CLAIMS],
  },
  {
    name: 'lease',
    safeguard: 'the lease: what a worker holds no other takes',
    changes: [{ file: 'jobs/claim.ts', from: `(o.state = 'RUNNING' and o.lease_until < now())`, to: `o.state = 'RUNNING'` }],
    tests: CLAIMS,
  },
  {
    name: 'lease-renewal',
    safeguard: 'the renewal of the lease while the work goes on',
    changes: [
      {
        file: 'jobs/claim.ts',
        from: 'set lease_until = now() + make_interval(secs => $3), bytes_done = $4,',
        to: 'set lease_until = lease_until + make_interval(secs => $3 * 0), bytes_done = $4,',
      },
    ],
    tests: CLAIMS,
  },
  {
    name: 'lease-lost',
    safeguard: 'that a worker stops when it cannot renew its lease',
    changes: [
      {
        file: 'jobs/heartbeat.ts',
        from: 'if (performance.now() - renewedAt > world.leaseS * 900) return',
        to: 'if (renewedAt < 0) return',
      },
    ],
    tests: CLAIMS,
  },
  {
    name: 'breaker',
    safeguard: 'the circuit breaker: the fifth outage in a row parks the work of a location',
    changes: [{ file: 'jobs/claim.ts', from: `then 'OPEN' else b.state end`, to: `then b.state else b.state end` }],
    tests: ['jobs/breaker.test.ts'],
  },
  {
    name: 'breaker-at-claim',
    safeguard: 'that nothing is claimed behind an open breaker',
    changes: [{ file: 'jobs/claim.ts', from: 'and (select count(*) from breaker) = (select count(*) from probe)', to: '' }],
    tests: ['jobs/breaker.test.ts'],
  },
  {
    name: 'sweep-lock',
    safeguard: 'the lock of the sweep: one at a time in the whole data centre',
    changes: [{ file: 'jobs/sweep.ts', from: 'pg_try_advisory_xact_lock($1) as taken', to: '$1::int is not null as taken' }],
    tests: ['jobs/sweep.test.ts'],
  },
  {
    name: 'sweep-savepoint',
    safeguard: 'that what is wrong with one kind of work does not stop the sweep of the others',
    changes: [
      {
        file: 'jobs/sweep.ts',
        from: `world.log.error({ event: 'sweep.failed',`,
        to: `throw Object.assign(error as Error, { event: 'sweep.failed',`,
      },
    ],
    tests: ['jobs/sweep.test.ts'],
  },
  {
    name: 'sweep-statement-time',
    safeguard: 'that a statement which takes too long does not hold the sweep of all',
    changes: [{ file: 'jobs/sweep.ts', from: `set_config('statement_timeout', $2, true)`, to: '$2::text as unused' }],
    tests: ['jobs/sweep.test.ts'],
  },
  {
    name: 'settle-time',
    safeguard: 'the time without a filing after which files are packaged',
    changes: [
      { file: 'schema/data-package/planning.ts', from: 'make_interval(secs => l.settle_s)', to: 'make_interval(secs => l.settle_s * 0)' },
    ],
    tests: ['schema/planning.test.ts'],
  },
  {
    name: 'settle-time-of-scans',
    safeguard: 'the time without a change after which a scan finds a file',
    changes: [{ file: 'jobs/scan.ts', from: 'if (mtimeNs > settledNs) return null', to: '' }],
    tests: ['jobs/scan.test.ts'],
  },
  {
    name: 'room',
    safeguard: 'that work begins only where it has the room to end',
    changes: [{ file: 'jobs/room.ts', from: 'const kept = free - needed >= bytes', to: 'const kept = free >= 0' }],
    tests: ['jobs/room.test.ts'],
  },
]
