import type { Mutant } from './mutant.ts'

const WRITING = 'jobs/stores/posix/write.ts'
const FAULTS = ['jobs/stores/posix-faults.test.ts']

/** What keeps bytes whole, durable, and known for what they are. */
export const OF_BYTES: readonly Mutant[] = [
  {
    name: 'fsync-of-the-file',
    safeguard: 'fsync of a file before it has its name',
    changes: [{ file: WRITING, from: '      await file.sync()\n', to: '' }],
    tests: FAULTS,
  },
  {
    name: 'fsync-of-the-tar',
    safeguard: 'fsync of a tar that threads wrote, before it has its name',
    changes: [{ file: WRITING, from: '      await handle.sync()\n', to: '' }],
    tests: FAULTS,
  },
  {
    name: 'fsync-of-a-member',
    safeguard: 'fsync of a file that a thread unpacked',
    changes: [{ file: 'jobs/threads/check.ts', from: '    fsyncSync(file)\n', to: '' }],
    tests: FAULTS,
  },
  {
    name: 'fsync-of-the-folder',
    safeguard: 'fsync of the folders of a name',
    changes: [{ file: WRITING, from: 'await syncFolders(place, parentOf(path))', to: 'await Promise.resolve(syncFolders)' }],
    tests: FAULTS,
  },
  {
    name: 'name-withdrawn',
    safeguard: 'that a name is taken back when it could not be made durable',
    changes: [{ file: WRITING, from: 'if (linked) await withdraw(', to: 'if (linked && place === null) await withdraw(' }],
    tests: FAULTS,
  },
  {
    name: 'link',
    safeguard: 'link(), which never overwrites, for the final name',
    changes: [{ file: WRITING, from: 'import { link, lstat,', to: 'import { rename as link, lstat,' }],
    tests: ['jobs/stores/posix.test.ts', ...FAULTS],
  },
  {
    name: 'identity',
    safeguard: 'the identity file: a location is used only while it is the one that is meant',
    changes: [{ file: 'jobs/stores/posix/place.ts', from: 'if (found === place.id) return', to: 'if (found !== undefined) return' }],
    tests: ['jobs/stores/posix.test.ts', 'jobs/last-copies.test.ts'],
  },
  {
    name: 'digest-on-arrival',
    safeguard: 'that what comes is compared with its digest before it has its name',
    changes: [
      {
        file: WRITING,
        from: 'if (expected && (expected.bytes !== written.bytes || expected.digest !== written.digest))',
        to: 'if (expected && written === null)',
      },
    ],
    tests: ['jobs/stores/posix.test.ts'],
  },
  {
    name: 're-read',
    safeguard: 'the re-read of a tar: level 2 without it',
    changes: [
      {
        file: 'jobs/verification.ts',
        from: '  const pkg = await em.findOneOrFail(',
        to: `  if (digest && (await store.stat(path))) return { found: 'GOOD', digest, parts: null, sha256: null }\n  const pkg = await em.findOneOrFail(`,
      },
    ],
    tests: ['jobs/checksum.test.ts', 'jobs/archive.test.ts'],
  },
  {
    name: 're-read-of-what-was-archived',
    safeguard: 'that what was read again after it was archived decides',
    changes: [{ file: 'jobs/archive.ts', from: `if (verdict.found !== 'GOOD') {`, to: `if (verdict.found === undefined) {` }],
    tests: ['jobs/archive.test.ts'],
  },
  {
    name: 'quarantine',
    safeguard: 'that what is not what its manifest says is set aside',
    changes: [
      {
        file: 'jobs/checksum.ts',
        from: `if (stop === null && verdict.found === 'BAD') held.become(`,
        to: `if (stop === null && verdict.found === undefined) held.become(`,
      },
    ],
    tests: ['jobs/checksum.test.ts'],
  },
  {
    name: 'page-cache',
    safeguard: 'that a re-read goes past the page cache',
    changes: [{ file: 'jobs/verification.ts', from: 'direct: true', to: 'direct: false' }],
    tests: ['jobs/checksum.test.ts', 'jobs/checking.test.ts'],
  },
  {
    name: 'changed-while-packed',
    safeguard: 'the look at size, time and inode of a file when its last byte was packed',
    changes: [
      {
        file: 'jobs/threads/pack.ts',
        from: 'const change = differenceOf(member.stat, fileStatOf(fstatSync(file, { bigint: true })))',
        to: 'const change = null',
      },
    ],
    tests: ['jobs/packing.test.ts', 'jobs/packaging.test.ts'],
  },
  {
    name: 'changed-while-streamed',
    safeguard: 'the same look where a file is packed in one stream',
    changes: [{ file: 'jobs/packing.ts', from: 'const change = reading.change()', to: 'const change = null' }],
    tests: ['jobs/packing.test.ts', 'jobs/packaging.test.ts'],
  },
  {
    name: 'size-as-filed',
    safeguard: 'that a file is packed only while it has the size that it was filed with',
    changes: [{ file: 'jobs/packing.ts', from: 'if (stat.bytes !== bytes) {', to: 'if (stat === undefined) {' }],
    tests: ['jobs/packing.test.ts', 'jobs/packaging.test.ts'],
  },
  {
    name: 'header-of-a-member',
    safeguard: 'that the reader of tars compares the headers with the manifest',
    changes: [
      {
        file: 'jobs/threads/check.ts',
        from: 'if (buffer.compare(header, 0, header.length, begin + at, begin + Math.max(at, there)) !== 0) {',
        to: 'if (there < 0) {',
      },
    ],
    tests: ['jobs/checking.test.ts'],
  },
  {
    name: 'end-of-the-tar',
    safeguard: 'that nothing stands behind the last member of a tar',
    changes: [{ file: 'jobs/threads/check.ts', from: 'if (!isZero(there)) return', to: 'if (there === undefined) return' }],
    tests: ['jobs/checking.test.ts'],
  },
  {
    name: 'two-sightings',
    safeguard: 'that two scans have to miss a copy before it is MISSING',
    changes: [{ file: 'jobs/presence.ts', from: 'const SIGHTINGS = 2', to: 'const SIGHTINGS = 1' }],
    tests: ['jobs/presence.test.ts'],
  },
  {
    name: 'anomalies',
    safeguard: 'that a location is stopped where more than a tenth is wrong',
    changes: [
      { file: 'jobs/anomalies.ts', from: 'return bad >= LEAST && bad > checked * SHARE', to: 'return bad < 0 && bad > checked * SHARE' },
    ],
    tests: ['jobs/presence.test.ts', 'jobs/scrubbing.test.ts'],
  },
]
