import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test as base } from 'vitest'
import { Outage, Refusal } from '@almagest/schema'
import { comparePaths, digestOf, tarHeader, writeTar } from '@almagest/jobs'
import { ODD_FILES, NOON, makePackage, pieces, planTar, read } from './packages.ts'

const run = promisify(execFile)

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'almagest-tar-'))
    await use(folder)
    await rm(folder, { recursive: true })
  },
})

describe('a tar', () => {
  test('is what GNU tar lists and unpacks, to the nanosecond', async ({ folder }) => {
    const mtimeNs = NOON + 1n
    const { tar, manifest } = await makePackage(ODD_FILES, { mtimeNs, mode: 0o640 })
    await writeFile(join(folder, 'p.tar'), tar)

    const listed = await run('tar', ['--full-time', '--numeric-owner', '--quoting-style=literal', '-tvf', 'p.tar'], { cwd: folder })
    const lines = listed.stdout.trimEnd().split('\n')
    await run('tar', ['-xf', 'p.tar', '--delay-directory-restore'], { cwd: folder })

    expect(listed.stderr).toBe('')
    expect(lines.map(line => line.replace(/^.*:\d\d(\.\d+)? /, ''))).toEqual(manifest.members.map(({ path }) => path))
    for (const line of lines) expect(line).toMatch(/^-rw-r----- 0\/0 .* \d\d:\d\d:20\.000000001 /)
    for (const { path, bytes, digest } of manifest.members) {
      const unpacked = await readFile(join(folder, path))
      expect(await digestOf([unpacked])).toEqual({ bytes, digest })
      expect((await stat(join(folder, path), { bigint: true })).mtimeNs).toBe(mtimeNs)
    }
  })

  test('has names that are no text as GNU tar unpacks them and Python reads them', async ({ folder }) => {
    const { tar } = await makePackage({ 'n\\xe9ght/\\xff.fits': 'abc', [`${'l'.repeat(140)}\\xfe`]: 'd', 'größe.fits': 'e' })
    await writeFile(join(folder, 'p.tar'), tar)
    const script = `
import json, sys, tarfile
with tarfile.open(sys.argv[1], 'r:') as tar:
    print(json.dumps([m.name.encode('utf-8', 'surrogateescape').hex() for m in tar]))
`
    const { stdout } = await run('python3', ['-c', script, join(folder, 'p.tar')])
    await run('tar', ['-xf', 'p.tar'], { cwd: folder })

    const names = ['größe.fits', `${'l'.repeat(140)}\u00fe`, 'n\u00e9ght/\u00ff.fits'].map((name, index) =>
      Buffer.from(name, index === 0 ? 'utf8' : 'latin1'),
    )
    expect(JSON.parse(stdout)).toEqual(names.map(name => name.toString('hex')))
    for (const [index, name] of names.entries())
      expect(await readFile(Buffer.concat([Buffer.from(`${folder}/`), name]), 'utf8')).toBe(['e', 'd', 'abc'][index])
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
    const headers = plan.members.map(member => `${member.offset - tarHeader(member).length} ${tarHeader(member).toString('hex')}`)
    const python = run('python3', ['-c', script, join(folder, 'sparse.tar'), String(plan.bytes)])
    python.child.stdin?.end(headers.join('\n'))
    const { stdout } = await python
    expect(stdout.trim()).toBe(`[${plan.members.map(({ path, bytes, offset }) => `('${path}', ${bytes}, ${offset})`).join(', ')}]`)
    const listed = await run('tar', ['-tf', join(folder, 'sparse.tar')])
    expect(listed.stdout.trim().split('\n')).toEqual(['after.fits', 'big.fits', 'limit.fits'])
  })

  test.each([-1n, -1_500_000_000n, 0n, 999_999_999n, 8n ** 11n * 1_000_000_000n])('keeps a time %d ns from 1970', async mtimeNs => {
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
    const sorted = paths.filter(path => path !== 'a').toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const plan = planTar(paths.filter(path => path !== 'a').map(path => ({ path, bytes: 0, mode: 0o600, mtimeNs: 0n })))
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
    expect(() => planTar(paths.map(path => ({ path, bytes: 1, mode: 0o600, mtimeNs: 0n })))).toThrow(expect.objectContaining({ code }))
  })

  test.each([{ bytes: -1 }, { bytes: 1.5 }, { bytes: 2 ** 53 }, { mode: 0o4755 }, { mode: -1 }])(
    'is not planned with a member of %j',
    wrong => {
      expect(() => planTar([{ path: 'a', bytes: 1, mode: 0o600, mtimeNs: 0n, ...wrong }])).toThrow(Refusal)
    },
  )

  test.each(['short', 'much longer than it was'])('is not finished with a file that turned out %s', async content => {
    const plan = planTar([{ path: 'a.fits', bytes: 10, mode: 0o600, mtimeNs: 0n }])
    const writing = digestOf(writeTar(plan, { open: () => pieces(Buffer.from(content)), onMember: () => expect.unreachable() }))
    await expect(writing).rejects.toThrow(Outage)
  })
})
