import { appendFile, mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect } from 'vitest'
import { Outage } from '@almagest/schema'
import {
  comparePaths,
  digestOf,
  manifestDigest,
  manifestOf,
  openThreads,
  pack,
  posixStore,
  type PackedFile,
  type Packing,
  type Store,
} from '@almagest/jobs'
import { test as base } from '../fixtures.ts'
import { makePackage, NOON, ODD_FILES } from './packages.ts'

const threads = openThreads(2)
const never = new AbortController().signal

/** More than an extent, twice, with a member between that is larger than one and not a whole number of anything. */
const LARGE = {
  ...Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a/${index}.dat`, Buffer.alloc(400_000 + index, index)])),
  'b/large.dat': Buffer.alloc(20_000_003, 'large'),
  'b/larger.dat': Buffer.alloc(16 * 2 ** 20, 'larger'),
  'c.dat': 'after',
}

const test = base.extend<{ source: Store; buffer: Store }>({
  source: async ({ root }, use) => use(await storeAt(join(root, 'source'))),
  buffer: async ({ root }, use) => use(await storeAt(join(root, 'buffer'))),
})

async function storeAt(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true })
  const store = posixStore(folder, { id: folder.slice(-6) })
  await store.prepare()
  return store
}

async function lay(source: Store, files: Readonly<Record<string, Buffer | string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(source.folder ?? '', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content, { mode: 0o644 })
    await utimes(file, Number(NOON / 1_000_000_000n), Number(NOON / 1_000_000_000n))
  }
}

/** Files in pages of seven, in byte order; `last` happens when all were looked at and the last is not read yet. */
async function* pagesOf(files: Readonly<Record<string, Buffer | string>>, last?: () => Promise<unknown>) {
  const all = Object.entries(files)
    .map(([path, content]) => ({ path, bytes: Buffer.byteLength(content), known: [] }))
    .sort((a, b) => comparePaths(a.path, b.path))
  for (let at = 0; at < all.length; at += 7) yield all.slice(at, at + 7)
  await last?.()
  yield []
}

function tarOf(store: Store, path = 'p.tar'): Promise<Buffer> {
  return readFile(join(store.folder ?? '', path))
}

async function left(store: Store): Promise<string[]> {
  return (await readdir(store.folder ?? '', { recursive: true })).filter(name => !['.location-id', '.inflight'].includes(name)).sort()
}

describe('packing by threads', () => {
  test.for([
    ['names and sizes at every edge', ODD_FILES],
    ['members larger than an extent', LARGE],
    ['no file at all', {}],
  ] as const)('makes the same bytes as one stream does, of %s', async ([, files], { source, buffer }) => {
    await lay(source, files)
    const told: PackedFile[] = []
    const packing: Packing = { source, files: pagesOf(files), signal: never, onFiles: async some => void told.push(...some) }
    const packed = await pack({ store: buffer, path: 'p.tar', token: 't.1' }, packing, threads)

    const { tar, manifest } = await makePackage(files)
    expect((await tarOf(buffer)).equals(tar)).toBe(true)
    expect(packed).toEqual({ bytes: tar.length, manifest: manifestDigest(manifest), digest: null })
    expect(manifestOf(told)).toEqual(manifest)
    expect(told.map(({ path }) => path)).toEqual(manifest.members.map(({ path }) => path))

    const streamed = await pack(
      { store: { ...buffer, writeFile: undefined }, path: 'q.tar', token: 't.2' },
      { source, files: pagesOf(files), signal: never },
      threads,
    )
    expect(streamed).toEqual({ ...packed, digest: (await digestOf([tar])).digest })
    expect(await left(buffer)).toEqual(['p.tar', 'q.tar'])
  })

  test('makes these bytes for ever', async ({ source, buffer }) => {
    await lay(source, ODD_FILES)
    await pack({ store: buffer, path: 'p.tar', token: 't.1' }, { source, files: pagesOf(ODD_FILES), signal: never }, threads)
    expect((await digestOf([await tarOf(buffer)])).digest).toBe('blake3:583db4568f6da41e2ff0dba0d905a90bef31a0001cc48624b554d7bdad9f3986')
  })

  test.for([
    ['goes away', (path: string) => rm(path), /went away/],
    ['grows', (path: string) => appendFile(path, 'more'), /changed while it was packaged: its bytes/],
    ['is written over in place', (path: string) => writeFile(path, 'other byte'), /changed while it was packaged/],
    [
      'is replaced by another of its size',
      (path: string) => writeFile(`${path}.new`, 'other byte').then(() => rename(`${path}.new`, path)),
      /changed while it was packaged: its inode/,
    ],
    [
      'becomes a symbolic link',
      (path: string) => rename(path, `${path}.real`).then(() => symlink(`${path}.real`, path)),
      /NOT_A_REGULAR_FILE/,
    ],
    ['gets another time', (path: string) => utimes(path, 1, 1), /changed while it was packaged: its mtimeNs/],
  ] as const)('UC-2.2 packs nothing of a file that %s after it was planned', async ([, spoil, reason], { source, buffer }) => {
    const files = { 'a.dat': 'some bytes', 'b.dat': 'more' }
    await lay(source, files)
    const pages = pagesOf(files, () => spoil(join(source.folder ?? '', 'a.dat')))
    const packing = pack({ store: buffer, path: 'p.tar', token: 't.1' }, { source, files: pages, signal: never }, threads)

    const error = await packing.catch((error: unknown) => error as Error & { code?: string })
    expect(error).toBeInstanceOf(Error)
    expect(`${'code' in error ? error.code : ''} ${'message' in error ? error.message : ''}`).toMatch(reason)
    expect(await left(buffer)).toEqual([])
  })

  test('UC-2.2 follows no symbolic link in the place of a folder', async ({ source, buffer }) => {
    await lay(source, { 'real/a.dat': 'some bytes' })
    await symlink('real', join(source.folder ?? '', 'linked'))
    const files = pagesOf({ 'linked/a.dat': 'some bytes' })
    const packing = pack({ store: buffer, path: 'p.tar', token: 't.1' }, { source, files, signal: never }, threads)

    await expect(packing).rejects.toMatchObject({ code: 'NOT_A_REGULAR_FILE' })
    expect(await left(buffer)).toEqual([])
  })

  test('stops when it is called off, leaves nothing, and the threads go on to other work', async ({ source, buffer }) => {
    await lay(source, LARGE)
    const stop = new AbortController()
    const reason = new Error('called off')
    const packing: Packing = { source, files: pagesOf(LARGE), signal: stop.signal, onFiles: async () => stop.abort(reason) }
    await expect(pack({ store: buffer, path: 'p.tar', token: 't.1' }, packing, threads)).rejects.toBe(reason)
    expect(await left(buffer)).toEqual([])

    await pack({ store: buffer, path: 'p.tar', token: 't.2' }, { source, files: pagesOf(LARGE), signal: never }, threads)
    expect(await left(buffer)).toEqual(['p.tar'])
  })

  test('ends with an outage when a thread ends in its midst', async ({ source, buffer }) => {
    await lay(source, LARGE)
    const mortal = openThreads(1)
    const packing: Packing = { source, files: pagesOf(LARGE), signal: never, onFiles: async () => mortal[Symbol.asyncDispose]() }
    const packed = pack({ store: buffer, path: 'p.tar', token: 't.1' }, packing, mortal)

    await expect(packed).rejects.toThrow(Outage)
    await expect(packed).rejects.toThrow('a thread that reads and writes files ended')
    expect(await left(buffer)).toEqual([])
  })

  test('finds the same tar there already, and refuses another', async ({ source, buffer }) => {
    await lay(source, ODD_FILES)
    const again = (token: string) =>
      pack({ store: buffer, path: 'p.tar', token }, { source, files: pagesOf(ODD_FILES), signal: never }, threads)
    const first = await again('t.1')
    expect(await again('t.2')).toEqual(first)
    await utimes(join(source.folder ?? '', 'night/one.fits'), 1, 1)
    await expect(again('t.3')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await left(buffer)).toEqual(['p.tar'])
  })
})
