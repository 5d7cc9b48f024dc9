import { BaseSequencer, type TestSequencer, type TestSequencerConstructor } from 'vitest/node'

/** The files that take longest, in the order in which they begin, so that none of them runs alone at the end. */
const SLOWEST = [
  'story.test.ts',
  'faults/services.test.ts',
  'faults/crash-points.test.ts',
  'faults/killed.test.ts',
  'faults/disks.test.ts',
  'faults/deletions.test.ts',
  'faults/buckets.test.ts',
  'faults/lines.test.ts',
  'bench/bench.test.ts',
  'local/postgres.test.ts',
  'model/model.test.ts',
  'notebook/notebook.test.ts',
  'client/packed.test.ts',
  'faults/spool.test.ts',
  'jobs/stores/s3-rgw.test.ts',
  'jobs/stores/s3-swift.test.ts',
  'jobs/stores/posix-faults.test.ts',
  'jobs/archive-s3.test.ts',
  'gateway/main.test.ts',
  'local/redis.test.ts',
  'faults/many-members.test.ts',
]

/** Begins with what takes longest; the others as vitest has them: those that took longest the last time first, or the largest. */
export const slowestFirst = function (vitest: ConstructorParameters<TestSequencerConstructor>[0]): TestSequencer {
  const usual = new BaseSequencer(vitest)
  const rank = (path: string): number => {
    const found = SLOWEST.findIndex(name => path.endsWith(`/${name}`))
    return found === -1 ? SLOWEST.length : found
  }
  return {
    shard: files => usual.shard(files),
    sort: async files => (await usual.sort(files)).toSorted((a, b) => rank(a.moduleId) - rank(b.moduleId)),
  }
} as unknown as TestSequencerConstructor
