import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test as base } from 'vitest'
import { Outage, pathFault, Refusal } from '@almagest/schema'
import { canonical, comparePaths, digestOf, type Manifest, manifestDigest, manifestOf, parseManifest, planTar, readTar, tarEnd, tarHeader, type TarMember, writeTar } from '@almagest/jobs'

const run = promisify(execFile)
const NOON = 1_700_000_000_000_000_000n

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'almagest-tar-'))
    await use(folder)
    await rm(folder, { recursive: true })
  },
})

interface Package {
  readonly tar: Buffer
  readonly manifest: Manifest
}

async function* pieces(bytes: Buffer, size = 700): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function makePackage(files: Readonly<Record<string, Buffer | string>>, member: Partial<TarMember> = {}): Promise<Package> {
  const contents = new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]))
  const plan = planTar([...contents].map(([path, { length }]) => ({ path, bytes: length, mode: 0o644, mtimeNs: NOON, ...member })))
  const members: Parameters<typeof manifestOf>[0][number][] = []
  const chunks: Buffer[] = []
  for await (const chunk of writeTar(plan, { open: ({ path }) => pieces(contents.get(path)!), onMember: (done) => members.push(done) })) {
    chunks.push(Buffer.from(chunk))
  }
  const tar = Buffer.concat(chunks)
  expect(tar.length).toBe(plan.bytes)
  return { tar, manifest: manifestOf(members) }
}

async function read({ tar, manifest }: Package) {
  return readTar(pieces(tar, 999), manifest)
}

/** A path that is as many bytes long as asked, in components that file systems take. */
function pathOf(bytes: number): string {
  return Array.from({ length: bytes }, (_, index) => (index % 60 === 59 && index < bytes - 1 ? '/' : 'x')).join('')
}

const ODD_FILES = {
  'night/zero.fits': '',
  'night/one.fits': '1',
  'night/block.fits': Buffer.alloc(512, 2),
  'night/more.fits': Buffer.alloc(513, 3),
  [pathOf(100)]: 'a hundred',
  [pathOf(101)]: 'a hundred and one',
  [pathOf(255)]: 'two hundred and fifty-five',
  [pathOf(300)]: 'three hundred',
  'größe/été/星.fits': 'beyond ASCII',
  'grosse/𝔸stro.fits': 'beyond the basic plane',
  'with space & "quotes".fits': 'quoted',
}

describe('a tar', () => {
  test('is what GNU tar lists and unpacks, to the nanosecond', async ({ folder }) => {
    const mtimeNs = NOON + 1n
    const { tar, manifest } = await makePackage(ODD_FILES, { mtimeNs, mode: 0o640 })
    await writeFile(join(folder, 'p.tar'), tar)

    const listed = await run('tar', ['--full-time', '--numeric-owner', '--quoting-style=literal', '-tvf', 'p.tar'], { cwd: folder })
    const lines = listed.stdout.trimEnd().split('\n')
    await run('tar', ['-xf', 'p.tar', '--delay-directory-restore'], { cwd: folder })

    expect(listed.stderr).toBe('')
    expect(lines.map((line) => line.replace(/^.*:\d\d(\.\d+)? /, ''))).toEqual(manifest.members.map(({ path }) => path))
    for (const line of lines) expect(line).toMatch(/^-rw-r----- 0\/0 .* \d\d:\d\d:20\.000000001 /)
    for (const { path, bytes, digest } of manifest.members) {
      const unpacked = await readFile(join(folder, path))
      expect(await digestOf([unpacked])).toEqual({ bytes, digest })
      expect((await stat(join(folder, path), { bigint: true })).mtimeNs).toBe(mtimeNs)
    }
  })

  test("is what Python's tarfile reads", async ({ folder }) => {
    const { tar, manifest } = await makePackage(ODD_FILES)
    await writeFile(join(folder, 'p.tar'), tar)
    const script = `
import json, sys, tarfile
with tarfile.open(sys.argv[1], 'r:') as tar:
    print(json.dumps([[m.name, m.size, m.mode, m.mtime, m.isreg(), m.uid, m.uname, m.offset_data, tar.extractfile(m).read().hex()] for m in tar]))
`
    const { stdout } = await run('python3', ['-c', script, join(folder, 'p.tar')])

    expect(JSON.parse(stdout)).toEqual(
      manifest.members.map(({ path, bytes, offset }) => [
        path,
        bytes,
        0o644,
        1_700_000_000,
        true,
        0,
        '',
        offset,
        tar.subarray(offset, offset + bytes).toString('hex'),
      ]),
    )
  })

  test('is byte for byte what GNU tar writes where ustar is enough', async ({ folder }) => {
    await writeFile(join(folder, 'a.fits'), 'abc')
    await writeFile(join(folder, 'b.fits'), Buffer.alloc(5000, 1))
    const gnu = await run(
      'tar',
      [
        '--format=ustar',
        '--owner=:0',
        '--group=:0',
        '--mode=644',
        '--mtime=@1700000000',
        '--numeric-owner',
        '-cf',
        '-',
        'a.fits',
        'b.fits',
      ],
      { cwd: folder, encoding: 'buffer' },
    )
    const { tar } = await makePackage({ 'a.fits': 'abc', 'b.fits': Buffer.alloc(5000, 1) })
    expect(tar.equals(gnu.stdout)).toBe(true)
  })

  test('is planned to the byte, with a member over 8 GiB, before anything is read', async ({ folder }) => {
    const plan = planTar([
      { path: 'big.fits', bytes: 20 * 2 ** 30 + 1, mode: 0o600, mtimeNs: 0n },
      { path: 'after.fits', bytes: 3, mode: 0o600, mtimeNs: 0n },
      { path: 'limit.fits', bytes: 8 * 2 ** 30 - 1, mode: 0o600, mtimeNs: 0n },
    ])
    const [, big, limit] = plan.members
    expect(plan.members.map(({ path }) => path)).toEqual(['after.fits', 'big.fits', 'limit.fits'])
    expect(tarHeader(big!).length).toBe(3 * 512)
    expect(tarHeader(limit!).length).toBe(512)
    expect(plan.bytes % 10_240).toBe(0)

    const script = `
import os, sys, tarfile
with open(sys.argv[1], 'wb') as f:
    for at, block in [line.split() for line in sys.stdin]: f.seek(int(at)); f.write(bytes.fromhex(block))
    f.truncate(int(sys.argv[2]))
print([(m.name, m.size, m.offset_data) for m in tarfile.open(sys.argv[1], 'r:')])
`
    const headers = plan.members.map((member) => `${member.offset - tarHeader(member).length} ${tarHeader(member).toString('hex')}`)
    const python = run('python3', ['-c', script, join(folder, 'sparse.tar'), String(plan.bytes)])
    python.child.stdin?.end(headers.join('\n'))
    const { stdout } = await python
    expect(stdout.trim()).toBe(`[${plan.members.map(({ path, bytes, offset }) => `('${path}', ${bytes}, ${offset})`).join(', ')}]`)
    const listed = await run('tar', ['-tf', join(folder, 'sparse.tar')])
    expect(listed.stdout.trim().split('\n')).toEqual(['after.fits', 'big.fits', 'limit.fits'])
  })

  test.each([-1n, -1_500_000_000n, 0n, 999_999_999n, 8n ** 11n * 1_000_000_000n])('keeps a time %d ns from 1970', async (mtimeNs) => {
    const written = await makePackage({ a: 'x' }, { mtimeNs })
    expect(await read(written)).toMatchObject({ ok: true })
    const python = run('python3', [
      '-c',
      'import sys, tarfile; print(repr(tarfile.open(fileobj=sys.stdin.buffer, mode="r|").next().mtime))',
    ])
    python.child.stdin?.end(written.tar)
    expect(Number((await python).stdout)).toBeCloseTo(Number(mtimeNs) / 1e9, 6)
  })

  test('is in byte order whatever order the members came in', () => {
    const paths = ['b', 'a/b', 'a.b', 'é', '\u{1d538}', '\ufffd', 'Z', 'a']
    const sorted = paths.filter((path) => path !== 'a').toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const plan = planTar(paths.filter((path) => path !== 'a').map((path) => ({ path, bytes: 0, mode: 0o600, mtimeNs: 0n })))
    expect(plan.members.map(({ path }) => path)).toEqual(sorted)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })

  test.each([
    ['a path that leaves the package', ['../a'], 'BAD_PATH'],
    ['an absolute path', ['/etc/passwd'], 'BAD_PATH'],
    ['a path with a NUL', ['a\u0000b'], 'BAD_PATH'],
    ['two members of one path', ['a', 'a'], 'BAD_INPUT'],
    ['a file that is also a folder', ['a', 'a.b', 'a/b'], 'BAD_INPUT'],
  ])('is not planned with %s', (_what, paths, code) => {
    expect(() => planTar(paths.map((path) => ({ path, bytes: 1, mode: 0o600, mtimeNs: 0n })))).toThrow(expect.objectContaining({ code }))
  })

  test.each([{ bytes: -1 }, { bytes: 1.5 }, { bytes: 2 ** 53 }, { mode: 0o4755 }, { mode: -1 }])(
    'is not planned with a member of %j',
    (wrong) => {
      expect(() => planTar([{ path: 'a', bytes: 1, mode: 0o600, mtimeNs: 0n, ...wrong }])).toThrow(Refusal)
    },
  )

  test.each(['short', 'much longer than it was'])('is not finished with a file that turned out %s', async (content) => {
    const plan = planTar([{ path: 'a.fits', bytes: 10, mode: 0o600, mtimeNs: 0n }])
    const writing = digestOf(writeTar(plan, { open: () => pieces(Buffer.from(content)), onMember: () => expect.unreachable() }))
    await expect(writing).rejects.toThrow(Outage)
  })
})

describe('reading a tar', () => {
  test('confirms one that is its manifest, with the digest of the whole file, however it was cut', async () => {
    const { tar, manifest } = await makePackage(ODD_FILES)
    for (const size of [1, 511, 512, 4096, tar.length]) {
      expect(await readTar(pieces(tar, size), manifest)).toEqual({ ok: true, ...(await digestOf([tar])) })
    }
  })

  test('hands over each member and its bytes, and reads on past what was not wanted', async () => {
    const written = await makePackage({ a: 'aaaa', b: Buffer.alloc(5000, 1), c: 'cc', d: '' })
    const seen: Record<string, string> = {}
    const verdict = await readTar(pieces(written.tar, 100), written.manifest, {
      async onMember({ path }, chunks) {
        if (path === 'a') return
        for await (const chunk of chunks) {
          seen[path] = (seen[path] ?? '') + chunk.toString('latin1')
          if (path === 'b') return
        }
        seen[path] ??= ''
      },
    })
    expect(verdict).toMatchObject({ ok: true })
    expect(Object.keys(seen)).toEqual(['b', 'c', 'd'])
    expect(seen).toMatchObject({ c: 'cc', d: '' })
  })

  test('never ends the bytes of a member whose digest is wrong, and is not misled by what its reader makes of that', async () => {
    const { tar, manifest } = await makePackage({ a: 'aaaa', b: 'bbbb' })
    tar.writeUInt8(0x63, manifest.members[1]!.offset)
    const confirmed: string[] = []
    const verdict = await readTar(pieces(tar), manifest, {
      async onMember({ path }, chunks) {
        await digestOf(chunks).catch((cause: unknown) => {
          throw new Outage('the disk is full', { cause })
        })
        confirmed.push(path)
      },
    })
    expect(verdict).toMatchObject({ ok: false, member: 'b', reason: expect.stringContaining('its data has the digest') })
    expect(confirmed).toEqual(['a'])
  })

  test('passes on what the reader of a good member throws, and closes its source', async () => {
    const { tar, manifest } = await makePackage({ a: 'aaaa' })
    let closed = false
    async function* source() {
      try {
        yield* pieces(tar)
      } finally {
        closed = true
      }
    }
    const reading = readTar(source(), manifest, { onMember: () => Promise.reject(new Outage('the disk is full')) })
    await expect(reading).rejects.toThrow('the disk is full')
    expect(closed).toBe(true)
  })

  test('finds a tar cut off anywhere', async () => {
    const { tar, manifest } = await makePackage({ 'a.fits': 'abc', 'é.fits': Buffer.alloc(600, 7) })
    for (let end = 0; end < tar.length; end += end % 512 < 5 || end % 512 > 506 ? 1 : 37) {
      expect(await readTar(pieces(tar.subarray(0, end), 4096), manifest)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('the tar ends'),
      })
    }
  })

  test('finds one flipped bit anywhere', async () => {
    const { tar, manifest } = await makePackage(
      { 'a.fits': 'abc', 'é.fits': Buffer.alloc(600, 7), [pathOf(120)]: 'long' },
      { mtimeNs: NOON + 1n },
    )
    const flip = async (bit: number) => {
      const damaged = Buffer.from(tar)
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(await readTar(pieces(damaged, 4096), manifest)).toMatchObject({ ok: false, reason: expect.any(String) })
    }
    for (let byte = 0; byte < tar.length; byte++) await flip(byte * 8 + (byte % 8))
    await fc.assert(fc.asyncProperty(fc.nat(tar.length * 8 - 1), flip), { numRuns: 500 })
  })

  test('finds anything after the end', async () => {
    const { tar, manifest } = await makePackage({ a: 'abc' })
    for (const more of [Buffer.from([0]), Buffer.alloc(10_240), Buffer.from('junk')]) {
      expect(await readTar(pieces(Buffer.concat([tar, more])), manifest)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('bytes after the end'),
      })
    }
  })

  test.each([
    ['a member is missing', { a: 'a', c: 'c' }, '"b": "c" stands in its place'],
    ['the last member is missing', { a: 'a', b: 'b' }, '"c": the tar ends before it'],
    ['there is one more', { a: 'a', b: 'b', bb: 'x', c: 'c' }, '"c": the header is not its own'],
    ['there is one more at the end', { a: 'a', b: 'b', c: 'c', d: 'd' }, 'after the last member stands a file named "d"'],
    ['a member is longer', { a: 'a', b: 'bb', c: 'c' }, '"b": the header is not its own, from byte 134 on (size)'],
    ['a member has other bytes', { a: 'a', b: 'B', c: 'c' }, '"b": its data has the digest'],
  ])('names the member where %s', async (_what, files, reason) => {
    const { manifest } = await makePackage({ a: 'a', b: 'b', c: 'c' })
    const { tar } = await makePackage(files)
    expect(await read({ tar, manifest })).toMatchObject({ ok: false, reason: expect.stringContaining(reason) })
  })

  test('names the member where two are swapped or one is there twice', async () => {
    const { tar, manifest } = await makePackage({ a: 'a', b: 'b' })
    const [a, b, end] = [tar.subarray(0, 1024), tar.subarray(1024, 2048), tar.subarray(2048)]
    expect(await read({ tar: Buffer.concat([b, a, end]), manifest })).toMatchObject({
      ok: false,
      member: 'a',
      reason: '"a": "b" stands in its place',
    })
    expect(await read({ tar: Buffer.concat([a, a, end]), manifest })).toMatchObject({
      ok: false,
      member: 'b',
      reason: '"b": "a" stands in its place',
    })
  })

  test.each([
    ['1', 'a hard link'],
    ['2', 'a symbolic link'],
    ['3', 'a character device'],
    ['5', 'a folder'],
    ['6', 'a FIFO'],
    ['L', 'a GNU long name'],
    ['S', 'a GNU sparse file'],
    ['g', 'a global extended header'],
  ])('finds an entry of type %s in a member’s place', async (type, name) => {
    const { tar, manifest } = await makePackage({ 'a.fits': 'abc' })
    tar.write(type, 156)
    expect(await read({ tar, manifest })).toEqual({
      ok: false,
      member: 'a.fits',
      reason: `"a.fits": ${name} named "a.fits" stands in its place`,
    })
  })

  test.each(['../evil', '/etc/evil', 'a/../../evil'])('finds the path %s that a header was given', async (path) => {
    const { tar, manifest } = await makePackage({ 'a.fits': 'abc' })
    tar.fill(0, 0, 100).write(path)
    expect(await read({ tar, manifest })).toMatchObject({
      ok: false,
      member: 'a.fits',
      reason: expect.stringContaining(JSON.stringify(path)),
    })
  })

  test('refuses a manifest that names a path outside, or is of another tar', async () => {
    const { tar, manifest } = await makePackage({ a: 'a', b: 'b' })
    const [a, b] = manifest.members
    const reading = (members: Manifest['members']) => readTar(pieces(tar), { ...manifest, members })
    await expect(reading([{ ...a!, path: '../a' }])).rejects.toMatchObject({ code: 'BAD_PATH' })
    await expect(reading([b!, a!])).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(reading([a!, a!])).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(reading([a!, { ...b!, offset: 513 }])).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('takes back whatever was written', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !text.includes('/') && pathFault(text) === null)
    const path = fc.array(name, { minLength: 1, maxLength: 6 }).map((names) => names.join('/'))
    const files = fc.dictionary(path, fc.uint8Array({ maxLength: 2000 }).map(Buffer.from), { maxKeys: 8, noNullPrototype: true })
    const ns = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })
    await fc.assert(
      fc.asyncProperty(
        files,
        ns,
        fc.integer({ min: 0, max: 0o777 }),
        fc.integer({ min: 1, max: 5000 }),
        async (contents, mtimeNs, mode, size) => {
          const paths = Object.keys(contents)
          fc.pre(!paths.some((one) => paths.some((other) => other.startsWith(`${one}/`))))
          const { tar, manifest } = await makePackage(contents, { mtimeNs, mode })
          const seen: Record<string, Buffer> = {}
          const verdict = await readTar(pieces(tar, size), manifest, {
            async onMember(member, chunks) {
              const parts: Buffer[] = []
              for await (const chunk of chunks) parts.push(Buffer.from(chunk))
              seen[member.path] = Buffer.concat(parts)
            },
          })
          expect(verdict).toEqual({ ok: true, ...(await digestOf([tar])) })
          expect(seen).toEqual(contents)
          expect(parseManifest(canonical(manifest))).toEqual(manifest)
        },
      ),
    )
  })

  test('ends with two zero blocks at least, in records of twenty', () => {
    expect(tarEnd(planTar([])).length).toBe(10_240)
    const plan = planTar([{ path: 'a', bytes: 17 * 512, mode: 0o600, mtimeNs: 0n }])
    expect([plan.bytes, tarEnd(plan).length]).toEqual([10_240, 1024])
    const next = planTar([{ path: 'a', bytes: 17 * 512 + 1, mode: 0o600, mtimeNs: 0n }])
    expect([next.bytes, tarEnd(next).length]).toEqual([20_480, 512 + 10_240])
  })
})

describe('a manifest', () => {
  test('has one text, a line for each member with its keys in order, and the digest of that text is the package’s identity', async () => {
    const { manifest } = await makePackage({ 'b.fits': 'b', 'a.fits': 'a' }, { mtimeNs: NOON })
    const text = canonical(manifest)
    expect(text).toBe(
      [
        '{"format":"almagest-manifest/1"}',
        '{"path":"a.fits","bytes":1,"digest":"blake3:17762fddd969a453925d65717ac3eea21320b66b54342fde15128d6caf21215f","offset":512,"mtimeNs":"1700000000000000000","mode":420}',
        '{"path":"b.fits","bytes":1,"digest":"blake3:10e5cf3d3c8a4f9f3468c8cc58eea84892a22fdadbc1acb22410190044c1d553","offset":1536,"mtimeNs":"1700000000000000000","mode":420}',
        '',
      ].join('\n'),
    )
    expect(manifestDigest(manifest)).toBe((await digestOf([Buffer.from(text)])).digest)
    expect(manifestDigest({ ...manifest, members: manifest.members.toReversed() })).toBe(manifestDigest(manifest))
  })

  test('differs when anything that is in the tar differs', async () => {
    const one = async (files: Record<string, string>, member: Partial<TarMember> = {}) =>
      manifestDigest((await makePackage(files, member)).manifest)
    const digests = [
      one({ a: 'a' }),
      one({ a: 'b' }),
      one({ b: 'a' }),
      one({ a: 'a' }, { mtimeNs: 1n }),
      one({ a: 'a' }, { mode: 0 }),
      one({}),
    ]
    expect(new Set(await Promise.all(digests)).size).toBe(digests.length)
  })

  test.each([
    ['empty', () => ''],
    ['of another format', (text: string) => text.replace('/1', '/2')],
    ['without its last newline', (text: string) => text.slice(0, -1)],
    ['with a key more', (text: string) => text.replace('"mode"', '"uid":0,"mode"')],
    ['with its keys in another order', (text: string) => text.replace(/("path":"a"),("bytes":1)/, '$2,$1')],
    ['with a digest that is none', (text: string) => text.replace('blake3:', 'md5:')],
    ['with a negative size', (text: string) => text.replace('"bytes":1', '"bytes":-1')],
    ['with its members in another order', (text: string) => text.replace(/(\{"path":"a.*\n)(.*\n)/, '$2$1')],
    ['with a space', (text: string) => text.replace(',"bytes"', ', "bytes"')],
  ])('is refused %s', async (_what, spoil) => {
    const text = canonical((await makePackage({ a: 'a', b: 'b' })).manifest)
    expect(spoil(text)).not.toBe(text)
    expect(() => parseManifest(spoil(text))).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
  })
})
