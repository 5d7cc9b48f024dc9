/** The files that take longest, in the order in which they begin, so that none of them runs alone at the end. */
export const SLOWEST = [
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

/** Begins with what takes longest, and leaves the others as they are. */
export function slowestFirst<file extends { readonly moduleId: string }>(files: readonly file[]): file[] {
  const rank = ({ moduleId }: file): number => {
    const found = SLOWEST.findIndex(name => moduleId.endsWith(`/${name}`))
    return found === -1 ? SLOWEST.length : found
  }
  return files.toSorted((a, b) => rank(a) - rank(b))
}
