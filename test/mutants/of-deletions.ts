import type { Mutant } from './mutant.ts'

const GUARDS = 'schema/migrations/Migration20261121142000_holds.ts'
const DECIDING = ['jobs/may-delete.test.ts', 'jobs/cleanup.test.ts', 'jobs/cleanup-phases.test.ts']

/** What keeps a deletion from being the last. */
export const OF_DELETIONS: readonly Mutant[] = [
  {
    name: 'package-lock',
    safeguard: 'the lock on the row of the package, under which a deletion is decided',
    changes: [
      {
        file: 'jobs/cleanup.ts',
        from: 'claim.subjectId, { lockMode: LockMode.PESSIMISTIC_WRITE })',
        to: 'claim.subjectId)',
      },
    ],
    tests: ['jobs/last-copies.test.ts', 'jobs/cleanup-phases.test.ts', 'jobs/holds.test.ts'],
  },
  {
    name: 'package-lock-trigger',
    safeguard: 'the lock on the row of the package, under which the database counts again',
    changes: [{ file: GUARDS, from: 'perform 1 from data_package.raw_data_package where id = subject for update;', to: '' }],
    tests: ['schema/guards.test.ts', 'jobs/last-copies.test.ts'],
  },
  {
    name: 'check-deletion',
    safeguard: 'the constraint trigger that repeats the proof in the database',
    changes: [{ file: GUARDS, from: `for each row when (new.status in`, to: `for each row when (false and new.status in` }],
    tests: ['schema/guards.test.ts'],
  },
  {
    name: 'guard-pin',
    safeguard: 'the lock on the copies that a proof relies on, until the bytes are gone',
    changes: [{ file: 'jobs/cleanup.ts', from: ' order by id for share`', to: ' order by id`' }],
    tests: ['jobs/last-moment.test.ts'],
  },
  {
    name: 'evidence-at-unlink',
    safeguard: 'the look at the copies that a proof relies on, in the transaction that unlinks',
    changes: [{ file: 'jobs/cleanup.ts', from: 'if (relied.length < ids.length)', to: 'if (relied.length < 0)' }],
    tests: ['jobs/last-moment.test.ts'],
  },
  {
    name: 'proof-expiry',
    safeguard: 'the time of a proof at the unlink',
    changes: [{ file: 'jobs/cleanup.ts', from: 'if (!proof?.valid)', to: 'if (!proof)' }],
    tests: ['jobs/last-moment.test.ts'],
  },
  {
    name: 'off-at-unlink',
    safeguard: 'that deletion is on, in the transaction that unlinks',
    changes: [{ file: 'jobs/cleanup.ts', from: 'if (!proof.enabled) throw', to: 'if (proof.enabled === null) throw' }],
    tests: ['jobs/last-moment.test.ts'],
  },
  {
    name: 'policy-at-unlink',
    safeguard: 'that the policy of the proof is in force, in the transaction that unlinks',
    changes: [{ file: 'jobs/cleanup.ts', from: 'if (!proof.current) throw', to: 'if (proof.current === null) throw' }],
    tests: ['jobs/last-moment.test.ts'],
  },
  {
    name: 'last-look',
    safeguard: 'the last look on the disks for the copies that a proof relies on',
    changes: [{ file: 'jobs/cleanup.ts', from: 'if (stat?.bytes === copy.bytes) continue', to: 'if (stat !== undefined) continue' }],
    tests: ['jobs/last-copies.test.ts'],
  },
  {
    name: 'relied-on',
    safeguard: 'that what one proof relies on is in no other deletion',
    changes: [{ file: 'schema/storage/may-delete.ts', from: 'if (reliedOnBy.length > 0)', to: 'if (reliedOnBy.length < 0)' }],
    tests: ['jobs/may-delete.test.ts', 'jobs/holds.test.ts'],
  },
  {
    name: 'relied-on-trigger',
    safeguard: 'that what one proof relies on is in no other deletion, in the database',
    changes: [{ file: GUARDS, from: 'if relying is not null then', to: 'if false then' }],
    tests: ['schema/guards.test.ts', 'jobs/holds.test.ts'],
  },
  {
    name: 'level',
    safeguard: 'that only what was read again counts as a copy',
    changes: [
      { file: 'schema/storage/may-delete.ts', from: 'copy.verificationLevel >= policy.minVerificationLevel &&', to: '' },
      { file: GUARDS, from: 'and c.verification_level >= policy.min_verification_level\n', to: '\n' },
    ],
    tests: ['jobs/may-delete.test.ts', 'schema/guards.test.ts'],
  },
  {
    name: 'freshness',
    safeguard: 'that only what was read again of late counts as a copy',
    changes: [
      {
        file: 'schema/storage/may-delete.ts',
        from: 'now.getTime() - copy.verifiedAt.getTime() < policy.maxVerificationAgeS * 1_000',
        to: 'true',
      },
    ],
    tests: DECIDING,
  },
  {
    name: 'freshness-trigger',
    safeguard: 'that only what was read again of late counts as a copy, in the database',
    changes: [
      {
        file: GUARDS,
        from: 'and c.verified_at > clock_timestamp() - make_interval(secs => policy.max_verification_age_s);',
        to: ';',
      },
    ],
    tests: ['schema/guards.test.ts'],
  },
  {
    name: 'failure-domains',
    safeguard: 'that copies in one failure domain count as one',
    changes: [
      {
        file: 'schema/storage/may-delete.ts',
        from: 'new Set(counted.map(({ failureDomain }) => failureDomain)).size',
        to: 'counted.length',
      },
    ],
    tests: DECIDING,
  },
  {
    name: 'failure-domains-trigger',
    safeguard: 'that copies in one failure domain count as one, in the database',
    changes: [{ file: GUARDS, from: 'select count(distinct l.failure_domain)', to: 'select count(*)' }],
    tests: ['schema/guards.test.ts'],
  },
  {
    name: 'archived-copies',
    safeguard: 'that a copy in an archive is among those relied on',
    changes: [{ file: 'schema/storage/may-delete.ts', from: 'if (archives < policy.minArchiveCopies)', to: 'if (archives < 0)' }],
    tests: DECIDING,
  },
  {
    name: 'open-work',
    safeguard: 'that what work still reads or wants is kept',
    changes: [{ file: 'schema/storage/may-delete.ts', from: 'if (openWork.length > 0)', to: 'if (openWork.length < 0)' }],
    tests: DECIDING,
  },
  {
    name: 'deletion-off',
    safeguard: 'that deletion is off until it is turned on',
    changes: [{ file: 'schema/storage/may-delete.ts', from: 'if (!location.deletionEnabled)', to: 'if (location === null)' }],
    tests: DECIDING,
  },
  {
    name: 'hold',
    safeguard: 'that a hold keeps a package, when it is decided',
    changes: [{ file: 'schema/storage/may-delete.ts', from: '  if (hold)\n', to: '  if (hold && now === null)\n' }],
    tests: ['jobs/may-delete.test.ts', 'jobs/holds.test.ts'],
  },
  {
    name: 'hold-trigger',
    safeguard: 'that a hold keeps a package, in the database',
    changes: [{ file: GUARDS, from: 'if held.id is not null then', to: 'if false then' }],
    tests: ['schema/guards.test.ts', 'jobs/holds.test.ts'],
  },
  {
    name: 'hold-at-unlink',
    safeguard: 'that a hold keeps a package, in the transaction that unlinks',
    changes: [{ file: 'jobs/cleanup.ts', from: 'if (held) throw', to: 'if (held && claim === null) throw' }],
    tests: ['jobs/holds.test.ts'],
  },
  {
    name: 'trash',
    safeguard: 'the trash: bytes go there before they are unlinked',
    changes: [{ file: 'jobs/cleanup.ts', from: 'const lies = trashed_s === null ?', to: 'const lies = trashed_s === null ? false &&' }],
    tests: ['jobs/trash.test.ts'],
  },
  {
    name: 'trash-time',
    safeguard: 'the time for which bytes stay in the trash',
    changes: [
      {
        file: 'jobs/cleanup.ts',
        from: 'const lying = policy ? trashLeft(victims, policy) : 0',
        to: 'const lying = 0 * trashLeft(victims, policy!)',
      },
      { file: 'jobs/cleanup.ts', from: ': trashed_s < trashS', to: ': false' },
    ],
    tests: ['jobs/trash.test.ts'],
  },
  {
    name: 'grace-time',
    safeguard: 'the time between the mark and the deletion',
    changes: [{ file: 'jobs/cleanup.ts', from: 'return Math.max(row?.seconds ?? 0, 0)', to: 'return Math.min(row?.seconds ?? 0, 0)' }],
    tests: ['jobs/cleanup-phases.test.ts', 'jobs/cleanup.test.ts'],
  },
  {
    name: 'deletion-rate',
    safeguard: 'the share of a location that may go in an hour',
    changes: [{ file: 'jobs/reclaim.ts', from: 'if (!row || row.share >= 1 ||', to: 'if (!row || row.share >= 0 ||' }],
    tests: ['jobs/reclaim.test.ts'],
  },
  {
    name: 'restored',
    safeguard: 'that nothing is deleted by a restored ops-db before its locations were looked at',
    changes: [{ file: 'schema/storage/may-delete.ts', from: '  if (restored)\n', to: '  if (restored && now === null)\n' }],
    tests: ['jobs/restored.test.ts'],
  },
  {
    name: 'sweep-behind',
    safeguard: 'that nothing is deleted while no sweep is complete: other work may want it',
    changes: [
      {
        file: 'schema/storage/may-delete.ts',
        from: 'if (sweptS === null || sweptS >= SWEEP_BEHIND_S)',
        to: 'if (sweptS === null || sweptS < 0)',
      },
    ],
    tests: ['jobs/restored.test.ts', 'jobs/may-delete.test.ts'],
  },
  {
    name: 'minimum-age',
    safeguard: 'the time for which a location keeps what it got',
    changes: [{ file: 'schema/storage/may-delete.ts', from: 'if (ageS < policy.minimumAgeS)', to: 'if (ageS < 0)' }],
    tests: DECIDING,
  },
  {
    name: 'leases',
    safeguard: 'that what a staging request holds is kept',
    changes: [{ file: 'schema/storage/may-delete.ts', from: 'if (leases > 0)', to: 'if (leases < 0)' }],
    tests: DECIDING,
  },
  {
    name: 'places-that-are-away',
    safeguard: 'that a copy at a place that is paused, retired or behind a breaker is no evidence',
    changes: [{ file: 'schema/storage/may-delete.ts', from: '      copy.active &&\n      !copy.parked &&\n', to: '' }],
    tests: ['jobs/may-delete.test.ts', 'jobs/operators.test.ts'],
  },
  {
    name: 'expected-at-unlink',
    safeguard: 'that a file is unlinked only while it is the one that was packaged',
    changes: [
      {
        file: 'jobs/stores/posix/remove.ts',
        from: 'const difference = differenceOf(expected, fileStatOf(found))',
        to: 'const difference = null',
      },
    ],
    tests: ['jobs/stores/posix.test.ts', 'jobs/last-copies.test.ts'],
  },
  {
    name: 'every-count',
    safeguard: 'the count of good copies elsewhere, in the code and in the database at once',
    changes: [
      { file: 'schema/storage/may-delete.ts', from: 'if (domains < policy.minVerifiedCopies) {', to: 'if (domains < 0) {' },
      { file: 'schema/storage/may-delete.ts', from: 'if (archives < policy.minArchiveCopies)', to: 'if (archives < 0)' },
      { file: GUARDS, from: 'if domains < policy.min_verified_copies or archives < policy.min_archive_copies then', to: 'if false then' },
    ],
    tests: ['model/model.test.ts'],
  },
  {
    name: 'every-hold',
    safeguard: 'that a hold keeps a package, at all three places at once',
    changes: [
      { file: 'schema/storage/may-delete.ts', from: '  if (hold)\n', to: '  if (hold && now === null)\n' },
      { file: GUARDS, from: 'if held.id is not null then', to: 'if false then' },
      { file: 'jobs/cleanup.ts', from: 'if (held) throw', to: 'if (held && claim === null) throw' },
    ],
    tests: ['model/model.test.ts'],
  },
]
