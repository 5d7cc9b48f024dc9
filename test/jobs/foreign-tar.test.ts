import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test as base } from 'vitest'
import { Refusal } from '@almagest/schema'
import { readForeignTar, tarHeader } from '@almagest/jobs'
import { makePackage, NOON, ODD_FILES, pathOf, pieces } from './packages.ts'

const run = promisify(execFile)
const samples = join(import.meta.dirname, '../../../shared/data/fits')
const NOON_S = Number(NOON / 1_000_000_000n)

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'almagest-foreign-'))
    await use(folder)
    await rm(folder, { recursive: true })
  },
})

interface Found {
  readonly path: string
  readonly bytes: number
  readonly mtimeNs: bigint
  readonly content: Buffer
}

async function readAll(tar: Buffer, size = 700): Promise<Found[]> {
  const found: Found[] = []
  const files = await readForeignTar(pieces(tar, size), async ({ path, bytes, mtimeNs, offset }, chunks) => {
    const parts: Buffer[] = []
    for await (const chunk of chunks) parts.push(Buffer.from(chunk))
    const content = Buffer.concat(parts)
    expect(content.equals(tar.subarray(offset, offset + bytes))).toBe(true)
    found.push({ path, bytes, mtimeNs, content })
  })
  expect(files).toBe(found.length)
  return found
}

async function lay(folder: string, files: Readonly<Record<string, Buffer | string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
    await utimes(join(folder, path), NOON_S, NOON_S)
  }
}

async function gnu(folder: string, ...args: string[]): Promise<Buffer> {
  const { stdout } = await run('tar', ['-cf', '-', ...args], { cwd: folder, encoding: 'buffer', maxBuffer: 2 ** 27 })
  return stdout
}

function expectAll(found: readonly Found[], files: Readonly<Record<string, Buffer | string>>): void {
  const sorted = (all: readonly (readonly [string, Buffer])[]) => all.toSorted(([a], [b]) => (a < b ? -1 : 1))
  expect(sorted(found.map(({ path, content }) => [path, content]))).toEqual(
    sorted(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])),
  )
}

/** A ustar block of a type, with some of its fields changed and its sum put right. */
function entry(path: string, { type = '0', bytes = 0 }: { type?: string; bytes?: number } = {}, change?: (block: Buffer) => void): Buffer {
  const block = Buffer.from(tarHeader({ path: 'x', bytes, mode: 0o644, mtimeNs: NOON }))
  block.fill(0, 0, 100).write(path, 0)
  block.write(type, 156, 'latin1')
  change?.(block)
  block.write('        ', 148)
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\u0000 `,
    148,
  )
  return block
}

const END = Buffer.alloc(1024)

describe('reading the tar of another program', () => {
  test.for(['ustar', 'pax', 'posix', 'gnu', 'oldgnu', 'v7'] as const)(
    'gives every file of one by GNU tar in the format %s',
    async (format, { folder }) => {
      const files: Record<string, Buffer | string> = {
        'night/one.fits': '1',
        'night/zero.fits': '',
        'night/more.fits': Buffer.alloc(513, 3),
        'größe/星.fits': 'beyond ASCII',
        ...(format !== 'v7' && { [pathOf(150)]: 'long' }),
        ...(format !== 'v7' && format !== 'ustar' && { [pathOf(300)]: 'longer' }),
      }
      await lay(folder, files)
      const found = await readAll(await gnu(folder, `--format=${format}`, '.'))
      expectAll(found, files)
      for (const { mtimeNs } of found) expect(mtimeNs).toBe(NOON)
    },
  )

  test.for(['ustar', 'posix', 'gnu', 'v7', 'PAX_FORMAT', 'GNU_FORMAT'] as const)(
    'gives names that are no text as their bytes, in the format %s',
    async (format, { folder }) => {
      const long = Buffer.concat([Buffer.from('l'.repeat(140)), Buffer.from([0xe9])])
      const names = [Buffer.from([0x61, 0xff, 0x2e, 0x64]), ...(format === 'v7' || format === 'ustar' ? [] : [long])]
      for (const name of names) await writeFile(Buffer.concat([Buffer.from(`${folder}/`), name]), 'abc')
      const script = `
import os, sys, tarfile
with tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.${format}) as tar:
    for name in sorted(os.listdir('.')): tar.add(name)
`
      const { stdout } = format.endsWith('FORMAT')
        ? await run('python3', ['-c', script], { cwd: folder, encoding: 'buffer' })
        : { stdout: await gnu(folder, `--format=${format}`, '.') }
      expectAll(
        await readAll(stdout),
        Object.fromEntries(names.map(name => [name === long ? `${'l'.repeat(140)}\\xe9` : 'a\\xff.d', 'abc'])),
      )
    },
  )

  test.for(['USTAR_FORMAT', 'PAX_FORMAT', 'GNU_FORMAT'] as const)(
    "gives every file of one by Python's tarfile in %s",
    async (format, { folder }) => {
      const files = { 'night/one.fits': '1', 'größe/星.fits': 'beyond ASCII', 'night/more.fits': Buffer.alloc(5000, 3) }
      await lay(folder, files)
      const script = `
import sys, tarfile
with tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.${format}) as tar:
    for name in sys.argv[1:]: tar.add(name)
`
      const { stdout } = await run('python3', ['-c', script, ...(await readdir(folder))], { cwd: folder, encoding: 'buffer' })
      expectAll(await readAll(stdout), files)
    },
  )

  test('gives back what this data centre wrote, to the nanosecond, however it was cut', async () => {
    const { tar } = await makePackage(ODD_FILES, { mtimeNs: NOON + 1n })
    for (const size of [1, 511, 4096, tar.length]) {
      const found = await readAll(tar, size)
      expectAll(found, ODD_FILES)
      for (const { mtimeNs } of found) expect(mtimeNs).toBe(NOON + 1n)
    }
  })

  test('understands sizes over 8 GiB as GNU tar and as pax write them, and times before 1970', async () => {
    const large = entry('large.fits', {}, block => {
      block.fill(0, 124, 136)
      block.writeUInt8(0x80, 124)
      block.writeBigUInt64BE(20n * 2n ** 30n, 128)
      block.fill(0xff, 136, 148)
    })
    for (const header of [large, tarHeader({ path: 'large.fits', bytes: 20 * 2 ** 30, mode: 0o644, mtimeNs: -1_000_000_000n })]) {
      const seen: unknown[] = []
      const reading = readForeignTar(pieces(Buffer.concat([header, END])), async ({ path, bytes, mtimeNs }) =>
        seen.push([path, bytes, mtimeNs]),
      )
      await expect(reading).rejects.toThrow('"large.fits" is cut off')
      expect(seen).toEqual([['large.fits', 20 * 2 ** 30, -1_000_000_000n]])
    }
  })

  test('refuses a symbolic link, a sparse file and a FIFO that GNU tar wrote', async ({ folder }) => {
    await symlink('/etc/passwd', join(folder, 'link'))
    await run('mkfifo', [join(folder, 'fifo')])
    await run('truncate', ['--size', '10M', join(folder, 'sparse')])
    await writeFile(join(folder, 'one'), 'x')
    await run('ln', [join(folder, 'one'), join(folder, 'two')])
    for (const [args, reason] of [
      [['link'], 'is a symbolic link named "link", and only files are taken'],
      [['fifo'], 'is a FIFO named "fifo", and only files are taken'],
      [['--sparse', '--format=gnu', 'sparse'], 'is a GNU sparse file named "sparse"'],
      [['--sparse', '--format=posix', 'sparse'], 'is that of a GNU sparse file'],
      [['one', 'two'], 'is a hard link named "two"'],
    ] as const) {
      await expect(readAll(await gnu(folder, ...args))).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining(reason) as string,
      })
    }
  })

  const file = (path: string) => entry(path)
  test.for<readonly [string, readonly Buffer[], string, string?]>([
    ['a path that leaves it', [file('../evil')], 'no component may begin with a dot', 'BAD_PATH'],
    ['an absolute path', [file('/etc/evil')], 'is not relative', 'BAD_PATH'],
    ['a path through its parent', [file('a/../../evil')], 'no component may begin with a dot', 'BAD_PATH'],
    ['a backslash', [file('a\\b')], 'contains a backslash', 'BAD_PATH'],
    ['a folder outside', [entry('../evil/', { type: '5' })], 'no component may begin with a dot', 'BAD_PATH'],
    ['a path that is there twice', [file('a'), file('a')], '"a" is there twice'],
    ['names that differ in case', [file('a/B'), file('A/b')], '"A" differs from "a" only in case or Unicode form'],
    ['names that differ in Unicode form', [file('\u00e9'), file('e\u0301')], 'differs from'],
    ['a file that is a folder', [file('a'), file('a/b')], '"a" is both a file and a folder'],
    ['a folder that is a file', [file('a/b'), file('a')], '"a" is both a file and a folder'],
    ['a device', [entry('null', { type: '3' })], '"null" is a character device'],
    ['a type that nobody knows', [entry('a', { type: 'Z' })], 'an entry of type "Z"'],
    ['a file with the name of a folder', [entry('a/', { type: '0' })], '"a/" is a file with the name of a folder'],
    ['a folder with bytes', [entry('a/', { type: '5', bytes: 512 })], '"a" is a folder of 512 bytes'],
    [
      'a backslash beside bytes that are no text',
      [entry('a\\', {}, block => void block.writeUInt8(0xff, 0))],
      'contains a backslash',
      'BAD_PATH',
    ],
    ['a size that is no number', [entry('a', {}, block => void block.write('99999999999', 124))], 'has no number from its byte 124 on'],
    ['a size below nothing', [entry('a', {}, block => void block.fill(0xff, 124, 136))], 'says that a file has -1 bytes'],
    ['a long name of a megabyte', [entry('a', { type: 'L', bytes: 2 ** 20 })], 'is followed by 1048576 bytes about a file'],
    [
      'a name of 4 KiB',
      [entry('a', { type: 'L', bytes: 4096 }), pad('x'.repeat(4096)), file('a')],
      'is longer than 1024 bytes',
      'BAD_PATH',
    ],
    ['a size that is less than its data', [entry('a', { bytes: 5 }), pad('x'.repeat(600))], '"a" is followed by other bytes than zeros'],
    ['a size that is more than its data', [entry('a', { bytes: 600 }), pad('x'), file('b')], '"a" is followed by other bytes than zeros'],
    ['a hard link', [entry('a', { type: '1' }, block => void block.write('/etc/passwd', 157))], 'is a hard link named "a"'],
    ['a long name that is cut off', [entry('a', { type: 'L', bytes: 5000 })], 'without an end mark'],
    ['two long names', [entry('a', { type: 'L' }), entry('b', { type: 'L' }), file('c')], 'says the path of a file again'],
    ['a header for nothing', [entry('a', { type: 'x' })], 'is none, and describes what is before it'],
    ['a path for all files', [entry('a', { type: 'g', bytes: 9 }), pad('9 path=a\n')], 'says of all files their path'],
    ['records that lie of their length', [entry('a', { type: 'x', bytes: 9 }), pad('8 path=a\n')], 'is no extended header'],
    ['a path that is said twice', [entry('a', { type: 'x', bytes: 18 }), pad('9 path=a\n9 path=b\n')], 'says the path of a file twice'],
    ['a NUL in a path', [entry('a', { type: 'x', bytes: 12 }), pad('12 path=a\u0000b\n'), file('a')], 'control character', 'BAD_PATH'],
    ['a time that is none', [entry('a', { type: 'x', bytes: 13 }), pad('13 mtime=1e9\n'), file('a')], 'has a time that is none'],
  ])('refuses %s', async ([, blocks, reason, code = 'BAD_INPUT']) => {
    await expect(readAll(Buffer.concat([...blocks, END]))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(reason) as string,
    })
  })

  test('refuses one that is cut off anywhere, has half an end mark, or anything after it', async () => {
    const { tar } = await makePackage({ 'a.fits': 'abc', 'é.fits': Buffer.alloc(600, 7) })
    const end = tar.findLastIndex(byte => byte !== 0) + 1
    for (let at = 0; at < end; at += 97) await expect(readAll(tar.subarray(0, at), 4096)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(readAll(Buffer.concat([file('a'), END.subarray(512)]))).rejects.toThrow('without an end mark')
    await expect(readAll(Buffer.concat([file('a'), END.subarray(512), file('b'), END]))).rejects.toThrow('half an end mark')
    await expect(readAll(Buffer.concat([tar, Buffer.from('x')]))).rejects.toThrow('after the end of the tar')
    expect(await readAll(Buffer.concat([tar, Buffer.alloc(10_240)]))).toHaveLength(2)
  })

  test('reads a mutated tar as files that it may have, or refuses it; nothing else comes about', async () => {
    await mutate([(await makePackage(ODD_FILES, { mtimeNs: NOON + 1n })).tar])
  })

  test('reads a mutated tar of real files so too', async ({ skip }) => {
    const names = await readdir(samples).catch(() => [])
    const files: string[] = []
    for (const name of names) if (files.length < 8 && (await readFile(join(samples, name))).length < 20_000) files.push(name)
    skip(files.length === 0, 'the sample files in shared/data/fits are not here')
    await mutate([await gnu(samples, '--format=gnu', ...files), await gnu(samples, '--format=posix', ...files)])
  })
})

async function mutate(tars: readonly Buffer[]): Promise<void> {
  const change = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }), sum: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.nat(tars.length - 1), fc.array(change, { minLength: 1, maxLength: 4 }), async (which, changes) => {
      const tar = Buffer.from(tars[which] ?? '')
      for (const { at, bytes, sum } of changes) {
        // Most of a real file is data: its headers are what is of interest.
        const place = at % 3 === 0 ? at % tar.length : at % Math.min(tar.length, 4096)
        tar.set(bytes.subarray(0, tar.length - place), place)
        const block = tar.subarray(place - (place % 512), place - (place % 512) + 512)
        if (sum)
          block.set(
            entry('', {}, copy => void copy.set(block)),
            0,
          )
      }
      const error = await readForeignTar(pieces(tar, 5000), async () => {}).then(
        () => null,
        (error: unknown) => error,
      )
      if (error !== null) expect(error).toBeInstanceOf(Refusal)
    }),
    { numRuns: 1_000 },
  )
}

/** A text in the blocks of a tar. */
function pad(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}
