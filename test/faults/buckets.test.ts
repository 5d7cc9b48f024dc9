import { BUCKET_TROUBLES, troubleBucket } from './buckets.ts'
import { tryFaults } from './trial.ts'

tryFaults(
  'when an archive is on S3 and its service is bad',
  [
    {
      fault: 'F17',
      title: 'errors, lost answers, wrong bytes, forgotten uploads: one object is there, with the right bytes',
      // From 64 MiB on a package is uploaded in parts: those that are to be forgotten have a first file that is larger, whatever the seed.
      size: seed => {
        if (seed % BUCKET_TROUBLES.length === 0) return { files: 2, bytes: 270_000_000 }
        return seed > BUCKET_TROUBLES.length ? { files: 3, bytes: 180_000_000 } : { files: 4, bytes: 12_000_000 }
      },
      seeds: [1],
      long: 4 * BUCKET_TROUBLES.length,
      nemesis: troubleBucket,
    },
  ],
  { bucket: 'cologne-archive' },
)
