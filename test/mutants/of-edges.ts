import type { Mutant } from './mutant.ts'

const ASSEMBLY = 'jobs/stores/posix/assembly.ts'
const FOREIGN = 'jobs/tar/foreign.ts'
const S3 = ['jobs/stores/s3-faults.test.ts', 'jobs/stores/s3-rgw.test.ts']
const TICKETS = ['jobs/transports/data-server.test.ts']

/** What keeps the data centre from believing, giving or taking the wrong thing where it meets lines, services, instruments and people. */
export const OF_EDGES: readonly Mutant[] = [
  {
    name: 'part-as-it-was',
    safeguard: 'that a part of a transfer is compared with the digest that is known of it',
    changes: [{ file: ASSEMBLY, from: 'if (digests && digest !== `blake3', to: 'if (digests && part < 0 && digest !== `blake3' }],
    tests: ['jobs/stores/assembly.test.ts', 'jobs/transports/http-faults.test.ts'],
  },
  {
    name: 'journal-after-data',
    safeguard: 'that a part is durable before the journal notes it',
    changes: [{ file: ASSEMBLY, from: '      await flush()\n', to: '' }],
    tests: ['jobs/stores/posix-faults.test.ts'],
  },
  {
    name: 'journal-read-again',
    safeguard: 'that the parts noted last are read again before an assembly is gone on with',
    changes: [{ file: ASSEMBLY, from: 'if (good) return known', to: 'if (good || last.length > 0) return known' }],
    tests: ['jobs/stores/assembly.test.ts'],
  },
  {
    name: 'assembly-as-a-whole',
    safeguard: 'that what was assembled has the digest that it should, before it has its name',
    changes: [{ file: ASSEMBLY, from: 'if (digest !== expected.digest) {', to: 'if (digest === null) {' }],
    tests: ['jobs/stores/assembly.test.ts', 'jobs/transports/http-faults.test.ts', 'jobs/transports/copy.test.ts', 'jobs/transfer.test.ts'],
  },
  {
    name: 'content-md5',
    safeguard: 'Content-MD5, by which an S3 service refuses a part that was damaged on the way',
    changes: [{ file: 'jobs/stores/s3/upload.ts', from: `headers: { 'content-md5': part.md5.toString('base64') },`, to: 'headers: {},' }],
    tests: S3,
  },
  {
    name: 'parts-by-their-digest',
    safeguard: 'that a part that an S3 service has is taken for ours by its digest, not by its size',
    changes: [
      {
        file: 'jobs/stores/s3/upload.ts',
        from: 'if (found?.etag === md5 && found.bytes === part.bytes) {',
        to: 'if (found?.bytes === part.bytes) {',
      },
    ],
    tests: S3,
  },
  {
    name: 'identity-of-a-bucket',
    safeguard: 'the identity object: a bucket is used only while it is the one that is meant',
    changes: [{ file: 'jobs/stores/s3/place.ts', from: 'if (found === place.id) return', to: 'if (found !== undefined) return' }],
    tests: S3,
  },
  {
    name: 'bucket-never-overwritten',
    safeguard: 'that an object that is there is never written again',
    changes: [
      {
        file: 'jobs/stores/s3/write.ts',
        from: 'const there = await head(place, key)\n  if (there && expected)',
        to: 'const there = null\n  if (there && expected)',
      },
      { file: 'jobs/stores/s3/write.ts', from: 'if (await head(place, key)) return same', to: 'if (conditionalOf(place)) return same' },
      {
        file: 'jobs/stores/s3/write.ts',
        from: 'const conditional = place.capabilities?.conditionalPut === true',
        to: 'const conditional = conditionalOf(place)',
      },
      {
        file: 'jobs/stores/s3/write.ts',
        from: 'async function putWhole(',
        to: 'const conditionalOf = ({ id }: Place): boolean => id === undefined\n\nasync function putWhole(',
      },
    ],
    tests: S3,
  },
  {
    name: 'range-of-an-object',
    safeguard: 'that an S3 service gave the range that was asked for',
    changes: [{ file: 'jobs/stores/s3/read.ts', from: 'Number(from ?? NaN) !== at ?', to: 'from === at ?' }],
    tests: S3,
  },
  {
    name: 'range-of-a-ticket',
    safeguard: 'that a ticket of a data server is for exactly its range',
    changes: [
      {
        file: 'jobs/data-server/ticket.ts',
        from: '\\n${start}-${end}\\n${expires}`',
        to: '\\n${start - start}-${end - end}\\n${expires}`',
      },
    ],
    tests: TICKETS,
  },
  {
    name: 'time-of-a-ticket',
    safeguard: 'that a ticket of a data server is for a minute',
    changes: [{ file: 'jobs/data-server/server.ts', from: 'if (Number(found.now) > ticket.expires)', to: 'if (Number(found.now) < 0)' }],
    tests: TICKETS,
  },
  {
    name: 'signed-address',
    safeguard: 'the signature of the address of a staged file',
    changes: [
      { file: 'schema/download.ts', from: 'return valid.length > 0 ? download : null', to: 'return valid.length >= 0 ? download : null' },
    ],
    tests: ['client/fetching.test.ts'],
  },
  {
    name: 'time-of-an-address',
    safeguard: 'that the address of a staged file is good until its time',
    changes: [{ file: 'jobs/data-server/download.ts', from: 'if (Number(found.now) > expires)', to: 'if (Number(found.now) < 0)' }],
    tests: ['client/fetching.test.ts'],
  },
  {
    name: 'path-of-an-address',
    safeguard: 'that an address leads only to its copy',
    changes: [
      {
        file: 'jobs/data-server/download.ts',
        from: `and (c.path = $2 or (c.package_id is not null and starts_with($2, c.path || '/')))`,
        to: 'and $2::text is not null',
      },
    ],
    tests: ['client/fetching.test.ts'],
  },
  {
    name: 'signed-call',
    safeguard: 'the signature of the call of a subgraph',
    changes: [{ file: 'schema/signature.ts', from: 'if (!equal(Buffer.from', to: 'if (mac.length < 0 && !equal(Buffer.from' }],
    tests: ['subgraphs/signed.test.ts'],
  },
  {
    name: 'signed-body',
    safeguard: 'that the call of a subgraph has the body that was signed',
    changes: [
      {
        file: 'schema/signature.ts',
        from: 'faultOf: body => (digestOf(body) === digest ?',
        to: 'faultOf: body => (digestOf(body) !== "" ?',
      },
    ],
    tests: ['subgraphs/signed.test.ts'],
  },
  {
    name: 'nonce',
    safeguard: 'that a signed call passes once',
    changes: [{ file: 'schema/signature.ts', from: `if (seen === 'SEEN') return`, to: `if (seen === 'SEEN' && at < 0) return` }],
    tests: ['subgraphs/signed.test.ts'],
  },
  {
    name: 'digest-of-a-range',
    safeguard: 'that what a staged range lies in is compared with its digest',
    changes: [{ file: 'jobs/staged-ranges.ts', from: 'if (running.done() !== digest) fail(', to: 'if (running.done() === null) fail(' }],
    tests: ['jobs/staging-ranges.test.ts'],
  },
  {
    name: 'foreign-kinds',
    safeguard: 'that of a foreign tar only files and folders are taken',
    changes: [{ file: FOREIGN, from: `if (entry.type !== '0' && entry.type !== '\\u0000') throw`, to: `if (entry.type === '') throw` }],
    tests: ['jobs/foreign-tar.test.ts'],
  },
  {
    name: 'foreign-paths',
    safeguard: 'that a foreign tar has no path that no file may have',
    changes: [{ file: FOREIGN, from: '      checkPath(path)\n', to: '      if (path === undefined) checkPath(path)\n' }],
    tests: ['jobs/foreign-tar.test.ts'],
  },
  {
    name: 'foreign-end',
    safeguard: 'that nothing stands behind the end of a foreign tar',
    changes: [
      {
        file: FOREIGN,
        from: `if (!isZero(chunk)) throw new Refusal('BAD_INPUT', 'there are other`,
        to: `if (chunk.length < 0) throw new Refusal('BAD_INPUT', 'there are other`,
      },
    ],
    tests: ['jobs/foreign-tar.test.ts'],
  },
  {
    name: 'padding-of-a-member',
    safeguard: 'that the padding behind a member of a tar is zeros',
    changes: [{ file: 'jobs/tar/read.ts', from: 'if (!isZero(padding)) return', to: 'if (padding === null) return' }],
    tests: ['jobs/tar-reading.test.ts'],
  },
  {
    name: 'spool-fsync',
    safeguard: 'fsync of a filing of the spool before it has its name',
    changes: [{ file: 'client/spool/folder.ts', from: '        await file.sync()\n', to: '' }],
    tests: ['client/lasting.test.ts'],
  },
  {
    name: 'spool-fsync-of-the-folder',
    safeguard: 'fsync of the folder of the spool before a filing is said to be kept',
    changes: [{ file: 'client/spool/folder.ts', from: '          await sync()\n          return places', to: '          return places' }],
    tests: ['client/lasting.test.ts'],
  },
  {
    name: 'filing-key',
    safeguard: 'the key of a filing: what is sent twice is filed once',
    changes: [
      {
        file: 'subgraphs/observation/filing-execution.ts',
        from: '[id ?? newId(), obsUnitId, key, wanted.startedAt,',
        to: '[id ?? newId(), obsUnitId, newId(), wanted.startedAt,',
      },
      {
        file: 'subgraphs/observation/filing-execution.ts',
        from: 'from observation.executed_obs_unit where filing_key = $1 for update`,\n    [key],',
        to: 'from observation.executed_obs_unit where $1::text is not null order by id desc limit 1 for update`,\n    [key],',
      },
    ],
    tests: ['subgraphs/filing.test.ts'],
  },
  {
    name: 'filing-lock',
    safeguard: 'that filings with one key follow one another',
    changes: [
      { file: 'subgraphs/observation/filing-execution.ts', from: 'where filing_key = $1 for update`', to: 'where filing_key = $1`' },
    ],
    tests: ['subgraphs/filing.test.ts'],
  },
  {
    name: 'key-of-a-staging',
    safeguard: 'the key of a staging request: what is sent twice is asked for once',
    changes: [{ file: 'subgraphs/staging/mutations.ts', from: ' on conflict (request_key) do nothing`', to: '`' }],
    tests: ['subgraphs/staging.test.ts'],
  },
  {
    name: 'dark-sightings',
    safeguard: 'that two scans have to see what no row knows before it may be moved aside',
    changes: [
      { file: 'subgraphs/storage/findings.ts', from: `kind !== 'DARK' || sightings < 2)`, to: `kind !== 'DARK' || sightings < 0)` },
    ],
    tests: ['subgraphs/scrubbing.test.ts'],
  },
  {
    name: 'dark-once-more',
    safeguard: 'the look at the rows after all was listed: what became known meanwhile is not dark',
    changes: [{ file: 'jobs/presence.ts', from: 'const unknown = await unknownOf(em, location.id, dark)', to: 'const unknown = dark' }],
    tests: ['jobs/presence.test.ts'],
  },
]
