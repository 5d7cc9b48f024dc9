import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { Outage } from '@almagest/schema'
import {
  checkTar,
  digestOf,
  openParts,
  openThreads,
  posixStore,
  readTar,
  type Manifest,
  type ManifestMember,
  type Store,
} from '@almagest/jobs'
import { test as base } from '../fixtures.ts'
import { makePackage, NOON, ODD_FILES, pieces, type Package } from './packages.ts'

const threads = openThreads(2)
const never = new AbortController().signal

const SMALL = { 'a.fits': 'abc', 'night/é.fits': Buffer.alloc(600, 7), 'night/z.fits': '' }

/** More than an extent, with members in the midst that are larger than one. */
const LARGE = {
  ...Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a/${index}.dat`, Buffer.alloc(400_000 + index, index)])),
  'b/large.dat': Buffer.alloc(20_000_003, 'large'),
  'b/larger.dat': Buffer.alloc(16 * 2 ** 20, 'larger'),
  'c.dat': 'after',
}

const test = base.extend<{ store: Store }>({
  store: async ({ root }, use) => {
    await mkdir(join(root, 'store'))
    const store = posixStore(join(root, 'store'), { id: 'store' })
    await store.prepare()
    await use(store)
  },
})

async function* pagesOf({ members }: Pick<Manifest, 'members'>, size = 7): AsyncGenerator<readonly ManifestMember[], void, void> {
  for (let at = 0; at < members.length; at += size) yield members.slice(at, at + size)
}

async function lay(store: Store, { tar }: Pick<Package, 'tar'>): Promise<void> {
  await writeFile(join(store.folder ?? '', 'p.tar'), tar)
}

function check(
  store: Store,
  manifest: Pick<Manifest, 'members'>,
  options: { direct?: boolean; whole?: boolean; sha256?: boolean; signal?: AbortSignal } = {},
) {
  return checkTar({ store, path: 'p.tar' }, { members: pagesOf(manifest), signal: never, ...options }, threads)
}

async function seen(store: Store): Promise<string[]> {
  return (await readdir(store.folder ?? '', { recursive: true })).filter(name => !name.startsWith('.')).sort()
}

describe('checking a tar by threads', () => {
  test.for([
    ['names and sizes at every edge', ODD_FILES],
    ['members larger than an extent', LARGE],
    ['no file at all', {}],
  ] as const)('confirms one with %s, past the cache or not, and tells the digests if they are wanted', async ([, files], { store }) => {
    const made = await makePackage(files)
    const { tar, manifest } = made
    await lay(store, made)
    const parts = openParts()
    parts.update(tar)
    const whole = { digest: (await digestOf([tar])).digest, parts: parts.done() }

    for (const direct of [true, false]) {
      expect(await check(store, manifest, { direct, whole: true })).toEqual({ ok: true, bytes: tar.length, whole, sha256: null })
    }
    expect(await check(store, manifest)).toEqual({ ok: true, bytes: tar.length, whole: null, sha256: null })
    const { digest: sha256 } = await digestOf([tar], 'sha256')
    for (const place of [store, { ...store, folder: undefined }]) {
      expect(await check(place, manifest, { sha256: true })).toMatchObject({ ok: true, bytes: tar.length, sha256 })
    }
    const told: number[] = []
    const checking = { members: pagesOf(manifest), signal: never, onBytes: (bytes: number) => void told.push(bytes) }
    await checkTar({ store, path: 'p.tar' }, checking, threads)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(told.at(-1)).toBe(tar.length)
  })

  test('says that there is none', async ({ store }) => {
    expect(await check(store, { members: [] })).toBeNull()
  })

  test('says what one stream says of any tar that is not its manifest’s: cut, longer, or with one bit flipped', async ({ store }) => {
    const { tar, manifest } = await makePackage(SMALL, { mtimeNs: NOON + 1n })
    const same = async (damaged: Buffer) => {
      await lay(store, { tar: damaged })
      const expected = await readTar(pieces(damaged, 4096), manifest)
      expect(expected.ok).toBe(false)
      expect(await check(store, manifest, { direct: damaged.length % 2 === 0 })).toEqual(expected)
    }
    for (let end = 0; end < tar.length; end += end % 512 < 2 ? 1 : 255) await same(tar.subarray(0, end))
    for (const more of [Buffer.from([0]), Buffer.alloc(10_240), Buffer.from('junk')]) await same(Buffer.concat([tar, more]))
    await fc.assert(
      fc.asyncProperty(fc.nat(tar.length * 8 - 1), bit => {
        const damaged = Buffer.from(tar)
        damaged[bit >> 3]! ^= 1 << (bit & 7)
        return same(damaged)
      }),
      { numRuns: 200 },
    )
  })

  test('names the member of a large tar in which one byte is another, or that is cut', async ({ store }) => {
    const made = await makePackage(LARGE)
    const at = (path: string) => made.manifest.members.find(member => member.path === path)?.offset ?? NaN
    for (const path of ['a/7.dat', 'b/large.dat', 'c.dat']) {
      const tar = Buffer.from(made.tar)
      tar[at(path) + 3]! ^= 1
      await lay(store, { tar })
      expect(await check(store, made.manifest)).toMatchObject({
        ok: false,
        member: path,
        reason: expect.stringContaining('has the digest') as string,
      })
    }
    await lay(store, { tar: made.tar.subarray(0, at('b/large.dat') + 10_000_000) })
    expect(await check(store, made.manifest)).toMatchObject({
      ok: false,
      reason: `"b/large.dat": the tar ends at byte ${at('b/large.dat') + 10_000_000}, inside its data`,
    })
  })

  test('refuses a manifest that names a path outside, or is of another tar', async ({ store }) => {
    const made = await makePackage({ a: 'a', b: 'b' })
    await lay(store, made)
    const [a, b] = made.manifest.members
    await expect(check(store, { members: [{ ...a!, path: '../a' }] })).rejects.toMatchObject({ code: 'BAD_PATH' })
    await expect(check(store, { members: [b!, a!] })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(check(store, { members: [a!, { ...b!, offset: 513 }] })).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('stops when it is called off, and the threads go on to other work', async ({ store }) => {
    const made = await makePackage(LARGE)
    await lay(store, made)
    const stop = new AbortController()
    const reason = new Error('called off')
    const members = pagesOf(made.manifest)
    const checking = { members, signal: stop.signal, onBytes: () => stop.abort(reason) }
    await expect(checkTar({ store, path: 'p.tar' }, checking, threads)).rejects.toBe(reason)
    expect(await check(store, made.manifest)).toMatchObject({ ok: true })
  })

  test('ends with an outage when a thread ends in its midst', async ({ store }) => {
    const made = await makePackage(LARGE)
    await lay(store, made)
    const mortal = openThreads(1)
    const onBytes = () => void mortal[Symbol.asyncDispose]()
    const checked = checkTar({ store, path: 'p.tar' }, { members: pagesOf(made.manifest), signal: never, onBytes }, mortal)
    await expect(checked).rejects.toThrow(Outage)
    await expect(checked).rejects.toThrow('a thread that reads and writes files ended')
  })
})

describe('unpacking by threads', () => {
  const unpack = async (store: Store, manifest: Manifest) => {
    await using into = await store.openFolder('staged/p', { token: 'u.1', signal: never })
    const verdict = await checkTar({ store, path: 'p.tar' }, { members: pagesOf(manifest), signal: never, into }, threads)
    expect(await seen(store)).toEqual(['p.tar'])
    if (verdict?.ok) await into.publish()
    return verdict
  }

  test.for([
    ['names and sizes at every edge', ODD_FILES],
    ['members larger than an extent', LARGE],
  ] as const)('gives back every file of a tar with %s, with its time, and nothing before it is whole', async ([, files], { store }) => {
    const made = await makePackage(files)
    await lay(store, made)

    expect(await unpack(store, made.manifest)).toMatchObject({ ok: true })

    for (const [path, content] of Object.entries(files)) {
      const file = join(store.folder ?? '', 'staged/p', path)
      expect((await readFile(file)).equals(Buffer.from(content))).toBe(true)
      expect(await stat(file)).toMatchObject({ mtimeMs: Number(NOON / 1_000_000n), mode: 0o100444 })
    }
    expect(
      (await seen(store)).filter(path => path.endsWith('.dat') || path.endsWith('.fits') || path.includes('xx')).length,
    ).toBeGreaterThanOrEqual(Object.keys(files).length)
  })

  test.for(['b/large.dat', 'a/0.dat', 'c.dat'] as const)(
    'shows nothing of a tar in which one byte of %s is another',
    async (path, { store }) => {
      const { tar, manifest } = await makePackage(LARGE)
      tar[(manifest.members.find(member => member.path === path)?.offset ?? NaN) + 1]! ^= 1
      await lay(store, { tar })

      expect(await unpack(store, manifest)).toMatchObject({ ok: false, member: path })

      expect(await seen(store)).toEqual(['p.tar'])
    },
  )
})
